package lead

import (
	"cmp"
	"math"
	"slices"
)

// division searches the best division of pre-bins into bins.
//
// A bin from pre-bin i up to but without j is the pair (i,j), kept at j·side+i. A
// division whose last bin is (i,j) goes on with a bin (j,l); where its shape matters,
// the share of events of (i,j) must not be on the wrong side of that of (j,l). The
// pairs that end at j and those that begin there are sorted by that share once, so that
// one walk along both finds the best way into every pair: O(side²) for each further bin.
type division struct {
	side, most int       // pre-bins and one; bins
	value      []float64 // IV of each pair, −∞ if the limits forbid it
	rate       []float64 // share of events of each pair
	into, from [][]int32 // for each j, the i of pairs (i,j) and the l of pairs (j,l), rates ascending
}

// route is a division: where its bins end, and their IV.
type route struct {
	ends []int
	iv   float64
}

// better tells whether a route has more IV than another with as many bins or fewer, and
// not just by rounding.
func (r *route) better(than *route) bool { return r.iv > than.iv+1e-12*math.Abs(than.iv) }

func newDivision(p *preBins, options *MonotoneOptions) *division {
	side := len(p.counts) + 1
	d := &division{side: side, most: options.MaxBins, value: make([]float64, side*side), rate: make([]float64, side*side)}
	sums := make([]outcomeCount, side)
	for i, c := range p.counts {
		sums[i+1] = outcomeCount{sums[i].N + c.N, sums[i].Events + c.Events}
	}
	events, others := float64(p.all.Events), float64(p.all.N-p.all.Events)
	least := options.MinShare * float64(p.all.N) * (1 - 1e-12) // 0.05·20 rows is one row
	for j := range side {
		for i := range side {
			pair := j*side + i
			n, e := sums[j].N-sums[i].N, sums[j].Events-sums[i].Events
			d.value[pair] = math.Inf(-1)
			if i < j && float64(n) >= least && min(e, n-e) >= options.MinEvents {
				d.value[pair] = weigh(e, n-e, events, others, 0).part
				d.rate[pair] = float64(e) / float64(n)
			}
		}
	}
	return d
}

// best returns where the bins of the best division of a shape end.
func (d *division) best(shape Shape) []int {
	if d.side == 1 {
		return nil // no values
	}
	best := route{ends: []int{d.side - 1}, iv: max(0, d.value[(d.side-1)*d.side])}
	if shape == AnyShape {
		d.free(&best)
		return best.ends
	}
	d.sort()
	if shape != Descending {
		d.shaped(&best, false, shape == Unimodal)
	}
	if shape != Ascending {
		d.shaped(&best, true, shape == Unimodal)
	}
	return best.ends
}

// sort lists the allowed pairs at each place by their rates.
func (d *division) sort() {
	d.into, d.from = make([][]int32, d.side), make([][]int32, d.side)
	for b := range d.side {
		d.into[b], d.from[b] = make([]int32, 0, b), make([]int32, 0, d.side-1-b)
		for a := range d.side {
			if d.value[b*d.side+a] >= 0 {
				d.into[b] = append(d.into[b], int32(a))
			}
			if d.value[a*d.side+b] >= 0 {
				d.from[b] = append(d.from[b], int32(a))
			}
		}
		slices.SortFunc(d.into[b], func(x, y int32) int {
			return cmp.Compare(d.rate[b*d.side+int(x)], d.rate[b*d.side+int(y)])
		})
		slices.SortFunc(d.from[b], func(x, y int32) int {
			return cmp.Compare(d.rate[int(x)*d.side+b], d.rate[int(y)*d.side+b])
		})
	}
}

// nothing returns a layer of divisions that cannot be made.
func nothing(size int) []float64 {
	layer := make([]float64, size)
	for i := range layer {
		layer[i] = math.Inf(-1)
	}
	return layer
}

// shaped tries divisions whose rates rise, or fall, and, if they may turn, run the other
// way from some bin on.
func (d *division) shaped(best *route, down, turn bool) {
	size := d.side * d.side
	// before holds the best division with each pair as its last bin, on the first leg and
	// behind the turn; ways holds, for each number of bins, where the last but one of it
	// begins, times 2, and one if that is behind the turn.
	before := [][]float64{nothing(size)}
	if turn {
		before = append(before, nothing(size))
	}
	for l := 1; l < d.side; l++ {
		before[0][l*d.side] = d.value[l*d.side]
	}
	after := make([][]float64, len(before))
	for leg := range after {
		after[leg] = nothing(size)
	}
	ways := [][][]uint16{nil, nil}
	for bins := 2; bins <= d.most; bins++ {
		way := make([][]uint16, len(before))
		for leg := range before {
			way[leg] = make([]uint16, size)
			for b := range d.side - 1 {
				d.extend(b, down != (leg == 1), before[:leg+1], after[leg], way[leg])
			}
		}
		// Every pair was set, so what was there of two bins fewer is gone.
		before, after, ways = after, before, append(ways, way)
		leg, first, iv := 0, -1, math.Inf(-1)
		for k := range before {
			for i, value := range before[k][(d.side-1)*d.side:] {
				if value > iv {
					leg, first, iv = k, i, value
				}
			}
		}
		if first < 0 {
			return // nor can there be more bins
		}
		if found := (route{iv: iv}); found.better(best) {
			found.ends = d.trace(ways, leg, first)
			*best = found
		}
	}
}

// extend finds the best way into every pair that begins at b, from the pairs that end
// there and have no higher rate, or, down, no lower one.
func (d *division) extend(b int, down bool, before [][]float64, after []float64, way []uint16) {
	into, from := d.into[b], d.from[b]
	best, choice, seen := math.Inf(-1), uint16(0), 0
	for n := range from {
		to := int(from[at(n, len(from), down)])*d.side + b
		for ; seen < len(into); seen++ {
			i := into[at(seen, len(into), down)]
			last := b*d.side + int(i)
			if down && d.rate[last] < d.rate[to] || !down && d.rate[last] > d.rate[to] {
				break
			}
			for leg, values := range before {
				if values[last] > best {
					best, choice = values[last], uint16(i)<<1|uint16(leg)
				}
			}
		}
		after[to], way[to] = best+d.value[to], choice
	}
}

// at is the place of entry k of a list read forwards, or backwards.
func at(k, length int, backwards bool) int {
	if backwards {
		return length - 1 - k
	}
	return k
}

// trace walks back from the last bin and returns where the bins end.
func (d *division) trace(ways [][][]uint16, leg, first int) []int {
	ends := []int{d.side - 1}
	for bins := len(ways) - 1; bins >= 2; bins-- {
		way := ways[bins][leg][ends[0]*d.side+first]
		ends = slices.Insert(ends, 0, first)
		leg, first = int(way&1), int(way>>1)
	}
	return ends
}

// free tries divisions of any shape, for which only the end of the last bin matters.
func (d *division) free(best *route) {
	before := nothing(d.side)
	for l := 1; l < d.side; l++ {
		before[l] = d.value[l*d.side]
	}
	ways := [][]int{nil, nil} // for each number of bins, where the last one begins
	for bins := 2; bins <= d.most; bins++ {
		after, way := nothing(d.side), make([]int, d.side)
		for l := 1; l < d.side; l++ {
			row := d.value[l*d.side : l*d.side+l]
			for b, value := range row {
				if sum := before[b] + value; sum > after[l] {
					after[l], way[l] = sum, b
				}
			}
		}
		before, ways = after, append(ways, way)
		found := route{iv: before[d.side-1]}
		if !found.better(best) {
			continue
		}
		found.ends = []int{d.side - 1}
		for k := bins; k >= 2; k-- {
			found.ends = slices.Insert(found.ends, 0, ways[k][found.ends[0]])
		}
		*best = found
	}
}
