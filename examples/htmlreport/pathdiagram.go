package htmlreport

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// PathDiagram draws what acts on what: nodes in layers from top to bottom, each below
// all that act on it, and arrows between them.
type PathDiagram struct {
	Title       string
	Description string
	Nodes       []Node
	Arrows      []Arrow // those that name no node, a node twice, or that close a circle are left out
	Note        string
}

// Node is a box of a [PathDiagram].
type Node struct {
	Name   string // cut where it is long; the whole of it is in the tooltip
	Note   string // a short second line, such as R² 0.68; may be empty
	Strong bool   // stands out from the others
}

// Arrow leads from one node to another.
type Arrow struct {
	From, To string  // names of nodes
	Label    string  // short, such as 0.512
	Strength float64 // −1 to 1: how wide it is drawn; below 0 it is dashed
	Faint    bool    // drawn lightly
}

const (
	nodeHeight  = 52.0
	layerPitch  = 118.0 // from one layer to the next
	diagramTop  = 6.0
	laneWidth   = 64.0 // what an arrow takes that passes a layer
	nodeGap     = 26.0
	longestName = 20 // letters
	arrowHead   = 9.0
	labelHeight = 19.0
)

type diagramView struct {
	frame
	Width, Height string
	Nodes         []nodeShape
	Arrows        []arrowShape
}

type nodeShape struct {
	X, Y, Width, Height string
	Middle              string
	NameY, NoteY        string
	Name, Whole, Note   string
	Strong              bool
}

type arrowShape struct {
	Path, Head     string
	Thickness      string
	Class          string
	LabelX, LabelY string
	Label, Text    string
}

// place is a point in the drawing.
type place struct{ x, y float64 }

func (d PathDiagram) view(id string) blockView {
	laid := diagramView{
		frame: frame{ID: id, Title: d.Title, Description: d.Description, Note: d.Note},
		Width: coordinate(chartWidth), Height: coordinate(chartHeight),
	}
	if len(d.Nodes) == 0 {
		laid.Empty = true
		return blockView{Kind: "diagram", Data: laid}
	}
	l := newLayout(d)
	width, height := l.size()
	laid.Width, laid.Height = coordinate(width), coordinate(height)
	var taken boxes
	for i, n := range d.Nodes {
		v := &l.vertices[i]
		x, y := v.x-v.width/2, l.top(v.layer)
		taken = append(taken, box{x, y, x + v.width, y + nodeHeight})
		shape := nodeShape{
			X: coordinate(x), Y: coordinate(y), Width: coordinate(v.width), Height: coordinate(nodeHeight), Middle: coordinate(v.x),
			NameY: coordinate(y + nodeHeight/2 + 5), Name: shortName(n.Name), Whole: n.Name, Note: n.Note, Strong: n.Strong,
		}
		if n.Note != "" {
			shape.NameY, shape.NoteY = coordinate(y+22), coordinate(y+42)
		}
		laid.Nodes = append(laid.Nodes, shape)
	}
	l.ports()
	for _, w := range l.ways {
		laid.Arrows = append(laid.Arrows, l.shape(w, d.Arrows[w.arrow]))
	}
	// Short arrows have the fewest places for a label.
	order := make([]int, len(l.ways))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(l.ways[a].through) - len(l.ways[b].through) })
	for _, i := range order {
		shape := &laid.Arrows[i]
		x, y := taken.along(l.curve(l.ways[i]), letterWidth*textWidth(shape.Label))
		shape.LabelX, shape.LabelY = coordinate(x), coordinate(y+5)
	}
	return blockView{Kind: "diagram", Data: laid}
}

func shortName(name string) string {
	runes := []rune(name)
	for textWidth(string(runes)) > longestName {
		runes = runes[:len(runes)-1]
	}
	if len(runes) < len([]rune(name)) {
		return string(runes) + "…"
	}
	return name
}

// shape draws an arrow.
func (l *layout) shape(w way, a Arrow) arrowShape {
	strength := a.Strength
	if !drawable(strength) {
		strength = 0
	}
	class := "first"
	if strength < 0 {
		class = "second dashed"
	}
	if a.Faint {
		class += " faint"
	}
	points := l.points(w)
	var path strings.Builder
	fmt.Fprintf(&path, "M%s %s", coordinate(points[0].x), coordinate(points[0].y))
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		if from.x == to.x {
			fmt.Fprintf(&path, "L%s %s", coordinate(to.x), coordinate(to.y))
			continue
		}
		middle := coordinate((from.y + to.y) / 2)
		fmt.Fprintf(&path, "C%s %s %s %s %s %s", coordinate(from.x), middle, coordinate(to.x), middle, coordinate(to.x), coordinate(to.y))
	}
	end := points[len(points)-1]
	return arrowShape{
		Path: path.String(),
		Head: fmt.Sprintf("M%s %sL%s %sL%s %sZ", coordinate(end.x-5), coordinate(end.y-1), coordinate(end.x+5), coordinate(end.y-1), coordinate(end.x), coordinate(end.y+arrowHead-1)),
		// The widest arrows are those of correlations near 1.
		Thickness: coordinate(1.2 + 3.2*math.Min(math.Abs(strength), 1)),
		Class:     class, Label: a.Label,
		Text: a.From + " → " + a.To + ": " + a.Label,
	}
}

// curve returns points along an arrow, those in its middle first.
func (l *layout) curve(w way) []place {
	const pieces = 12
	points := l.points(w)
	var all []place
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		for k := range pieces {
			t := (float64(k) + 0.5) / pieces
			ease := t * t * (3 - 2*t) // the cubic with vertical ends, seen from the side
			down := from.y + (to.y-from.y)*(1.5*t*(1-t)+t*t*t)
			all = append(all, place{from.x + (to.x-from.x)*ease, down})
		}
	}
	middle := float64(len(all)-1) / 2
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		near, far := math.Abs(float64(a)-middle), math.Abs(float64(b)-middle)
		switch {
		case near < far:
			return -1
		case near > far:
			return 1
		}
		return 0
	})
	out := make([]place, len(all))
	for i, at := range order {
		out[i] = all[at]
	}
	return out
}

// along finds a place for a text of a width centred on one of the points, and takes it.
func (b *boxes) along(points []place, width float64) (x, y float64) {
	around := func(p place) box {
		return box{p.x - width/2 - 1, p.y - labelHeight/2, p.x + width/2 + 1, p.y + labelHeight/2}
	}
	chosen := points[0]
	for _, p := range points {
		if b.free(around(p)) {
			chosen = p
			break
		}
	}
	*b = append(*b, around(chosen))
	return chosen.x, chosen.y
}
