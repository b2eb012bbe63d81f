package htmlreport_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

type drawnNode struct{ x, y, width float64 }

// drawn renders a diagram and returns its nodes in order and the number of its arrows.
func drawn(t require.TestingT, d htmlreport.PathDiagram) (nodes []drawnNode, arrows int) {
	page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{d}}}})
	for _, found := range regexp.MustCompile(`<rect class="node[^"]*" x="([^"]*)" y="([^"]*)" width="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		var numbers [3]float64
		for i := range numbers {
			var err error
			numbers[i], err = strconv.ParseFloat(found[i+1], 64)
			require.NoError(t, err)
		}
		nodes = append(nodes, drawnNode{numbers[0], numbers[1], numbers[2]})
	}
	return nodes, strings.Count(page, `<path class="way`)
}

// Every node stands below all that act on it, and no two stand on each other.
func TestPathDiagramLayers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 9).Draw(t, "nodes")
		var d htmlreport.PathDiagram
		for i := range count {
			d.Nodes = append(d.Nodes, htmlreport.Node{Name: fmt.Sprint("n", i)})
		}
		for to := range count {
			for from := range to {
				if rapid.Bool().Draw(t, "arrow") {
					d.Arrows = append(d.Arrows, htmlreport.Arrow{From: fmt.Sprint("n", from), To: fmt.Sprint("n", to), Strength: 0.3})
				}
			}
		}
		nodes, arrows := drawn(t, d)
		require.Len(t, nodes, count)
		require.Equal(t, len(d.Arrows), arrows)
		for _, a := range d.Arrows {
			from, err := strconv.Atoi(a.From[1:])
			require.NoError(t, err)
			to, err := strconv.Atoi(a.To[1:])
			require.NoError(t, err)
			require.Less(t, nodes[from].y, nodes[to].y)
		}
		for i, a := range nodes {
			require.GreaterOrEqual(t, a.x, 0.0)
			for _, b := range nodes[:i] {
				require.False(t, a.y == b.y && a.x < b.x+b.width && b.x < a.x+a.width, "%v on %v", a, b)
			}
		}
	})
}

func TestPathDiagramLeavesOut(t *testing.T) {
	_, arrows := drawn(t, htmlreport.PathDiagram{
		Nodes: []htmlreport.Node{{Name: "a"}, {Name: "b"}},
		Arrows: []htmlreport.Arrow{
			{From: "a", To: "b"}, {From: "b", To: "a"}, {From: "a", To: "a"}, {From: "a", To: "gone"},
		},
	})
	require.Equal(t, 1, arrows)
	page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{
		htmlreport.PathDiagram{Nodes: []htmlreport.Node{{Name: strings.Repeat("long ", 9)}}},
	}}}})
	require.Contains(t, page, ">long long long long …<")
}
