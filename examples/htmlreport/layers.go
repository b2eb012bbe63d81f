package htmlreport

import (
	"cmp"
	"slices"
)

// layout is where the nodes and arrows of a [PathDiagram] stand, after K. Sugiyama,
// S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system
// structures, IEEE Transactions on Systems, Man, and Cybernetics 11, 1981: layers,
// lanes for arrows that pass a layer, an order with few crossings, then positions.
type layout struct {
	vertices []vertex // first the nodes, then the lanes
	ways     []way
	layers   [][]int // vertices by layer, from left to right
}

// vertex is a node, or the lane of an arrow through a layer.
type vertex struct {
	layer      int
	width, x   float64
	lane       bool
	above      []int // the vertices of the next layer up that are joined to it
	below      []int
	start, end []int // of a node: the ways that start and end there
}

// way is an arrow with all vertices it goes through, both ends included.
type way struct {
	arrow     int
	through   []int
	departure float64 // where it leaves the first
	arrival   float64 // where it meets the last
}

func newLayout(d PathDiagram) *layout {
	l := &layout{vertices: make([]vertex, len(d.Nodes))}
	at := map[string]int{}
	for i, n := range d.Nodes {
		letters := max(textWidth(shortName(n.Name)), textWidth(n.Note))
		l.vertices[i].width = max(letterWidth*1.05*letters+22, 96)
		if _, twice := at[n.Name]; !twice {
			at[n.Name] = i
		}
	}
	var edges []edge
	for k, a := range d.Arrows {
		from, known := at[a.From]
		to, also := at[a.To]
		if known && also && !leads(edges, to, from) {
			edges = append(edges, edge{k, from, to})
		}
	}
	l.rank(edges)
	l.lanes(edges)
	l.order()
	l.position()
	return l
}

// edge is an arrow that is drawn, and the nodes at its ends.
type edge struct{ arrow, from, to int }

// leads reports whether a way of edges leads from one node to another, or they are one.
func leads(edges []edge, from, to int) bool {
	reached := []int{from}
	for i := 0; i < len(reached); i++ {
		if reached[i] == to {
			return true
		}
		for _, e := range edges {
			if e.from == reached[i] && !slices.Contains(reached, e.to) {
				reached = append(reached, e.to)
			}
		}
	}
	return false
}

// rank gives every node a layer below all nodes that act on it.
func (l *layout) rank(edges []edge) {
	for range l.vertices { // a way has fewer steps than there are nodes
		for _, e := range edges {
			l.vertices[e.to].layer = max(l.vertices[e.to].layer, l.vertices[e.from].layer+1)
		}
	}
}

// lanes puts a lane where an arrow passes a layer, and fills the layers.
func (l *layout) lanes(edges []edge) {
	for _, e := range edges {
		w := way{arrow: e.arrow, through: []int{e.from}}
		for layer := l.vertices[e.from].layer + 1; layer < l.vertices[e.to].layer; layer++ {
			w.through = append(w.through, len(l.vertices))
			l.vertices = append(l.vertices, vertex{layer: layer, width: laneWidth, lane: true})
		}
		w.through = append(w.through, e.to)
		for i := 1; i < len(w.through); i++ {
			up, down := w.through[i-1], w.through[i]
			l.vertices[up].below = append(l.vertices[up].below, down)
			l.vertices[down].above = append(l.vertices[down].above, up)
		}
		l.vertices[e.from].start = append(l.vertices[e.from].start, len(l.ways))
		l.vertices[e.to].end = append(l.vertices[e.to].end, len(l.ways))
		l.ways = append(l.ways, w)
	}
	for i := range l.vertices {
		for len(l.layers) <= l.vertices[i].layer {
			l.layers = append(l.layers, nil)
		}
		l.layers[l.vertices[i].layer] = append(l.layers[l.vertices[i].layer], i)
	}
}

// order sorts layers by the mean place of what they are joined to, downwards and
// upwards in turn, and keeps the order with the fewest crossings.
func (l *layout) order() {
	best, fewest := l.copyLayers(), l.crossings()
	for sweep := range 24 {
		down := sweep%2 == 0
		for step := 1; step < len(l.layers); step++ {
			layer := step
			if !down {
				layer = len(l.layers) - 1 - step
			}
			l.sortLayer(layer, down)
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.copyLayers(), n
		}
	}
	l.layers = best
}

func (l *layout) sortLayer(layer int, down bool) {
	places := l.places()
	mean := map[int]float64{}
	for i, v := range l.layers[layer] {
		joined := l.vertices[v].above
		if !down {
			joined = l.vertices[v].below
		}
		if len(joined) == 0 {
			mean[v] = float64(i)
			continue
		}
		for _, other := range joined {
			mean[v] += float64(places[other]) / float64(len(joined))
		}
	}
	slices.SortStableFunc(l.layers[layer], func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
}

// places says how far from the left each vertex stands in its layer.
func (l *layout) places() []int {
	out := make([]int, len(l.vertices))
	for _, layer := range l.layers {
		for i, v := range layer {
			out[v] = i
		}
	}
	return out
}

func (l *layout) crossings() int {
	places, n := l.places(), 0
	for _, layer := range l.layers {
		for i, v := range layer {
			for _, w := range layer[:i] {
				for _, a := range l.vertices[v].below {
					for _, b := range l.vertices[w].below {
						if places[a] < places[b] {
							n++
						}
					}
				}
			}
		}
	}
	return n
}

func (l *layout) copyLayers() [][]int {
	out := make([][]int, len(l.layers))
	for i, layer := range l.layers {
		out[i] = slices.Clone(layer)
	}
	return out
}
