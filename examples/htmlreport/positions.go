package htmlreport

import (
	"cmp"
	"slices"
)

// position moves the vertices of every layer towards what they are joined to, in the
// order of the layer and without overlap.
func (l *layout) position() {
	for _, layer := range l.layers {
		at := 0.0
		for i, v := range layer {
			if i > 0 {
				at += l.apart(layer[i-1], v)
			}
			l.vertices[v].x = at
		}
		for _, v := range layer {
			l.vertices[v].x -= at / 2
		}
	}
	for range 120 { // enough for lanes through a dozen layers to settle
		for _, layer := range l.layers {
			wanted, weights := make([]float64, len(layer)), make([]float64, len(layer))
			for i, v := range layer {
				wanted[i], weights[i] = l.wanted(v)
			}
			l.spread(layer, wanted, weights)
		}
	}
	low, high := 0.0, 0.0
	for i, v := range l.vertices {
		if left := v.x - v.width/2; i == 0 || left < low {
			low = left
		}
		if right := v.x + v.width/2; i == 0 || right > high {
			high = right
		}
	}
	shift := 4 - low
	if width := high - low + 8; width < chartWidth {
		shift += (chartWidth - width) / 2
	}
	for i := range l.vertices {
		l.vertices[i].x += shift
	}
}

// wanted is where a vertex would like to be: amid what it is joined to. Lanes insist on
// being straight.
func (l *layout) wanted(v int) (x, weight float64) {
	u := &l.vertices[v]
	joined := slices.Concat(u.above, u.below)
	if len(joined) == 0 {
		return u.x, 1
	}
	sum, total := 0.0, 0.0
	for _, other := range joined {
		weight := 1.0
		if u.lane && l.vertices[other].lane {
			weight = 40
		}
		sum, total = sum+weight*l.vertices[other].x, total+weight
	}
	if u.lane {
		return sum / total, 16
	}
	return sum / total, 1
}

// apart is the least distance of two neighbours in a layer.
func (l *layout) apart(a, b int) float64 {
	gap := 0.0
	switch left, right := l.vertices[a].lane, l.vertices[b].lane; {
	case !left && !right:
		gap = nodeGap
	case !left || !right:
		gap = 4
	}
	return (l.vertices[a].width+l.vertices[b].width)/2 + gap
}

// spread gives the vertices of a layer the places nearest to those wanted, by weighted
// least squares, that keep their order and distances: isotonic regression by pooling
// adjacent violators.
func (l *layout) spread(layer []int, wanted, weights []float64) {
	type pool struct {
		sum, weight float64
		count       int
	}
	var pools []pool
	offset := 0.0
	for i := range layer {
		if i > 0 {
			offset += l.apart(layer[i-1], layer[i])
		}
		p := pool{weights[i] * (wanted[i] - offset), weights[i], 1}
		for len(pools) > 0 && pools[len(pools)-1].sum/pools[len(pools)-1].weight > p.sum/p.weight {
			last := pools[len(pools)-1]
			p = pool{p.sum + last.sum, p.weight + last.weight, p.count + last.count}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, p)
	}
	offset = 0
	i := 0
	for _, p := range pools {
		for range p.count {
			if i > 0 {
				offset += l.apart(layer[i-1], layer[i])
			}
			l.vertices[layer[i]].x = p.sum/p.weight + offset
			i++
		}
	}
}

// ports spreads the ends of arrows along the lower and the upper edge of each node, in
// the order in which they come.
func (l *layout) ports() {
	for i := range l.vertices {
		v := &l.vertices[i]
		slices.SortStableFunc(v.start, func(a, b int) int {
			return cmp.Compare(l.vertices[l.ways[a].through[1]].x, l.vertices[l.ways[b].through[1]].x)
		})
		slices.SortStableFunc(v.end, func(a, b int) int {
			before := func(w int) int { return l.ways[w].through[len(l.ways[w].through)-2] }
			return cmp.Compare(l.vertices[before(a)].x, l.vertices[before(b)].x)
		})
		for k, w := range v.start {
			l.ways[w].departure = v.port(k, len(v.start))
		}
		for k, w := range v.end {
			l.ways[w].arrival = v.port(k, len(v.end))
		}
	}
}

func (v *vertex) port(k, count int) float64 {
	step := min(22, (v.width-24)/float64(max(count-1, 1)))
	return v.x + (float64(k)-float64(count-1)/2)*step
}

// points are what an arrow goes through, from the lower edge of a node to a little above
// the upper edge of another; it passes layers upright.
func (l *layout) points(w way) []place {
	first, last := w.through[0], w.through[len(w.through)-1]
	out := []place{{w.departure, l.top(l.vertices[first].layer) + nodeHeight}}
	for _, v := range w.through[1 : len(w.through)-1] {
		lane := l.vertices[v]
		out = append(out, place{lane.x, l.top(lane.layer)}, place{lane.x, l.top(lane.layer) + nodeHeight})
	}
	return append(out, place{w.arrival, l.top(l.vertices[last].layer) - arrowHead})
}

// top is the upper edge of a layer.
func (l *layout) top(layer int) float64 { return diagramTop + layerPitch*float64(layer) }

// size of the whole drawing.
func (l *layout) size() (width, height float64) {
	width = chartWidth
	for _, v := range l.vertices {
		width = max(width, v.x+v.width/2+4)
	}
	return width, l.top(len(l.layers)-1) + nodeHeight + diagramTop
}
