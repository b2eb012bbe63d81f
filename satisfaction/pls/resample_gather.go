package pls

import "math"

// crossed holds complete rows less an origin, ready to be summed.
type crossed struct {
	p       int
	origin  []float64
	values  []float64
	weights []float64 // nil: all 1
	packed  *packed   // nil: not whole numbers of a small range, or weighted
}

// newCrossed takes complete data. The origin of whole numbers is the least answer to
// an item, so that all sums are exact; that of others is the item's mean.
func newCrossed(d *Data) *crossed {
	p := len(d.items)
	c := &crossed{p: p, origin: make([]float64, p), values: make([]float64, len(d.values))}
	whole, top := true, 0.0
	for k := range p {
		least, most, mean := math.Inf(1), math.Inf(-1), 0.0
		for row := range d.rows {
			v := d.values[row*p+k]
			least, most = min(least, v), max(most, v)
			mean += v / float64(d.rows)
			whole = whole && v == math.Trunc(v)
		}
		c.origin[k], top = least, max(top, most-least)
		// Squares of the range must be exact, and so must their sum.
		if whole = whole && (most-least)*(most-least)*float64(d.rows) < 1<<52 && max(math.Abs(least), math.Abs(most)) < 1<<52; !whole {
			c.origin[k] = mean
		}
	}
	if d.weights != nil {
		whole = false
		c.weights = make([]float64, d.rows)
		for row, w := range d.weights {
			c.weights[row] = w / d.weights[0]
		}
	}
	for i, v := range d.values {
		c.values[i] = v - c.origin[i%p]
	}
	if whole {
		c.packed, _ = newPacked(c.values, p, top)
	}
	return c
}

// numbers is how many sums and cross products there are.
func (c *crossed) numbers() int { return c.p + c.p*(c.p+1)/2 }

// sum adds up rows, each as often as counts says, as [packed.sum] does, with their
// weights. It returns the sum of the weights.
func (c *crossed) sum(counts []int32, out []float64) (weight float64) {
	clear(out)
	for row, count := range counts {
		if count != 0 {
			weight += c.add(row, float64(count), out)
		}
	}
	return weight
}

// add adds a row so many times and returns the weight of that.
func (c *crossed) add(row int, times float64, out []float64) float64 {
	if c.weights != nil {
		times *= c.weights[row]
	}
	sums, products := out[:c.p], out[c.p:]
	x, at := c.values[row*c.p:(row+1)*c.p], 0
	for j, v := range x {
		v *= times
		sums[j] += v
		into := products[at : at+j+1]
		for k, u := range x[:len(into)] {
			into[k] += v * u
		}
		at += j + 1
	}
	return times
}

// gather computes means, deviations and the matrix that the solver takes.
func (e *estimator) gather(counts []int32) error {
	c := e.crossed
	if c == nil {
		return e.gatherMissing(counts)
	}
	rows := 0
	for _, count := range counts {
		rows += int(count)
	}
	weight := float64(rows)
	if c.packed != nil {
		c.packed.sum(counts, e.words, e.sums)
	} else {
		weight = c.sum(counts, e.sums)
	}
	return e.settle(float64(rows), weight)
}

// settle takes the sums over that many rows of that weight.
func (e *estimator) settle(rows, weight float64) error {
	c, s := e.crossed, &e.sample
	p, at := c.p, c.p
	scale := rows / (rows - 1) / weight
	for j := range p {
		mean := e.sums[j] / weight
		s.means[j] = mean // less the origin, as yet
		products := e.sums[at : at+j+1]
		at += j + 1
		variance := products[j] - mean*e.sums[j]
		// Equal answers leave rounding of their squares.
		if v := variance * scale; !(variance > 1e-12*products[j]) || v < 1e-280 || v > 1e280 {
			return &ItemError{Item: e.plan.items[j], Fault: ConstantItem}
		}
		deviation := math.Sqrt(variance)
		s.spread[j], e.inverse[j] = deviation, 1/deviation
		row := s.matrix[j*p : j*p+j+1]
		for k, product := range products {
			row[k] = product - mean*e.sums[k]
		}
	}
	for j := range p {
		row, by := s.matrix[j*p:j*p+j], e.inverse[j]
		for k, v := range row {
			if s.raw {
				v *= scale
			} else {
				v *= by * e.inverse[k]
			}
			row[k], s.matrix[k*p+j] = v, v
		}
		s.matrix[j*p+j] = 1
		if s.raw {
			s.matrix[j*p+j] = s.spread[j] * s.spread[j] * scale
		}
		s.spread[j] *= math.Sqrt(scale)
		s.means[j] += c.origin[j]
	}
	return nil
}

// gatherMissing is gather where answers are missing.
func (e *estimator) gatherMissing(counts []int32) error {
	moments, err := NewMoments(e.plan.items)
	if err != nil {
		return err
	}
	for row, count := range counts {
		for range count {
			moments.add(e.data.row(row), e.data.weight(row))
		}
	}
	c, err := moments.Covariance(e.options.Missing)
	if err != nil {
		return err
	}
	if _, err := c.of(e.plan); err != nil {
		return err
	}
	s := &e.sample
	copy(s.means, c.means)
	s.matrix, s.spread = standardise(c.matrix, len(s.means))
	if s.raw {
		s.matrix = c.matrix
	}
	return nil
}
