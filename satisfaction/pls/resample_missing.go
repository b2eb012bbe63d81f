package pls

import "math"

// gaps are the missing answers of crossed rows, in which they stand as 0. Answers are
// missing here and there only, so what rows without an item have is summed, and taken
// from the sums over all rows.
type gaps struct {
	p     int
	cells [][]int32 // the missing items of each row, ascending
}

// newGaps finds the missing answers; nil if there are none.
func newGaps(d *Data) *gaps {
	if d.complete {
		return nil
	}
	g := &gaps{p: len(d.items), cells: make([][]int32, d.rows)}
	for row := range d.rows {
		for k, v := range d.row(row) {
			if math.IsNaN(v) {
				g.cells[row] = append(g.cells[row], int32(k))
			}
		}
	}
	return g
}

// gapSums are sums over rows without an item.
type gapSums struct {
	count, weight   []float64 // by item
	counts, weights []float64 // of rows without two items: element j·p+k, k ≤ j
	sums, squares   []float64 // element j·p+k: of item k and its square, over rows without j
	shift           []float64 // scratch: means of the items less their origin
}

func (g *gaps) newSums() *gapSums {
	return &gapSums{
		count: make([]float64, g.p), weight: make([]float64, g.p),
		counts: make([]float64, g.p*g.p), weights: make([]float64, g.p*g.p),
		sums: make([]float64, g.p*g.p), squares: make([]float64, g.p*g.p),
		shift: make([]float64, g.p),
	}
}

// parts are all sums.
func (s *gapSums) parts() [6][]float64 {
	return [...][]float64{s.count, s.weight, s.counts, s.weights, s.sums, s.squares}
}

func (s *gapSums) clear() {
	for _, part := range s.parts() {
		clear(part)
	}
}

// take copies the sums of other.
func (s *gapSums) take(other *gapSums) {
	from := other.parts()
	for i, part := range s.parts() {
		copy(part, from[i])
	}
}

// add adds a row so many times, of that weight together, with the answers x.
func (g *gaps) add(s *gapSums, row int, times, weight float64, x []float64) {
	missing := g.cells[row]
	for a, item := range missing {
		j := int(item)
		s.count[j] += times
		s.weight[j] += weight
		sums, squares := s.sums[j*g.p:(j+1)*g.p], s.squares[j*g.p:(j+1)*g.p]
		for k, v := range x[:len(sums)] {
			sums[k] += weight * v
			squares[k] += weight * v * v
		}
		for _, k := range missing[:a+1] {
			s.counts[j*g.p+int(k)] += times
			s.weights[j*g.p+int(k)] += weight
		}
	}
}

// pair is what is known of items j ≥ k in a resample of that many rows.
func (e *estimator) pair(j, k int, rows, weight float64) pair {
	g, p := e.gapSums, e.crossed.p
	sums, products := e.sums[:p], e.sums[p:]
	jk, kj := j*p+k, k*p+j
	return pair{
		n:      int(rows - g.count[j] - g.count[k] + g.counts[jk]),
		weight: weight - g.weight[j] - g.weight[k] + g.weights[jk],
		x:      sums[j] - g.sums[kj], y: sums[k] - g.sums[jk],
		xx: products[j*(j+3)/2] - g.squares[kj], yy: products[k*(k+3)/2] - g.squares[jk],
		xy: products[j*(j+1)/2+k],
	}
}

// settleMissing is [estimator.settle] where answers are missing.
func (e *estimator) settleMissing(rows, weight float64) error {
	s, g, p := &e.sample, e.gapSums, e.crossed.p
	fault := func(j int, fault ItemFault) error { return &ItemError{Item: e.plan.items[j], Fault: fault} }
	means := e.options.Missing == MeanReplacement
	scale := rows / (rows - 1) / weight
	for j := range p {
		own := e.pair(j, j, rows, weight)
		if own.n == 0 {
			return fault(j, EmptyItem)
		}
		g.shift[j] = own.x / own.weight
		variance := own.cross(g.shift[j], g.shift[j])
		if own.n == 1 || !(variance > 1e-12*own.xx) {
			return fault(j, ConstantItem)
		}
		if means {
			variance *= scale
		} else {
			variance *= float64(own.n) / float64(own.n-1) / own.weight
		}
		if variance < 1e-280 || variance > 1e280 {
			return fault(j, UnscaledNumber)
		}
		s.means[j], s.spread[j] = e.crossed.origin[j]+g.shift[j], math.Sqrt(variance)
		for k := range j {
			both := e.pair(j, k, rows, weight)
			r, exists := 0.0, true
			if means {
				r = both.cross(g.shift[j], g.shift[k]) * scale / s.spread[j] / s.spread[k]
			} else if r, exists = both.correlation(); !exists || both.n < 2 {
				return fault(j, NoCommonRows)
			}
			if s.raw {
				r *= s.spread[j] * s.spread[k]
			}
			s.matrix[j*p+k], s.matrix[k*p+j] = r, r
		}
		s.matrix[j*p+j] = 1
		if s.raw {
			s.matrix[j*p+j] = variance
		}
	}
	return nil
}
