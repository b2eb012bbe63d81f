package pls

import "math"

// crossed holds rows less an origin, ready to be summed.
type crossed struct {
	p       int
	origin  []float64
	values  []float64
	weights []float64 // nil: all 1
	packed  *packed   // nil: not whole numbers of a small range, or weighted
	gaps    *gaps     // nil: no answer is missing
}

// newCrossed takes data with at least one row. The origin of whole numbers is the least answer to
// an item, so that all sums are exact; that of others is the item's mean.
func newCrossed(d *Data) *crossed {
	p := len(d.items)
	c := &crossed{p: p, gaps: newGaps(d), origin: make([]float64, p), values: make([]float64, len(d.values))}
	whole, top := true, 0.0
	for k := range p {
		least, most, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0.0
		for row := range d.rows {
			v := d.values[row*p+k]
			if math.IsNaN(v) {
				continue
			}
			least, most = min(least, v), max(most, v)
			sum, count = sum+v/float64(d.rows), count+1
			whole = whole && v == math.Trunc(v)
		}
		if count == 0 { // of no use, as the sums will show
			continue
		}
		c.origin[k], top = least, max(top, most-least)
		// Squares of the range must be exact, and so must their sum.
		if whole = whole && (most-least)*(most-least)*float64(d.rows) < 1<<52 && max(math.Abs(least), math.Abs(most)) < 1<<52; !whole {
			c.origin[k] = sum / count * float64(d.rows)
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
		if !math.IsNaN(v) {
			c.values[i] = v - c.origin[i%p]
		}
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
	var rows [4][]float64
	var times [4]float64
	n := 0
	for row, count := range counts {
		if count == 0 {
			continue
		}
		rows[n], times[n] = c.values[row*c.p:(row+1)*c.p], float64(count)
		if c.weights != nil {
			times[n] *= c.weights[row]
		}
		weight += times[n]
		if n++; n == len(rows) {
			c.addFour(&rows, &times, out)
			n = 0
		}
	}
	for i := range n {
		c.addOne(rows[i], times[i], out)
	}
	return weight
}

// addFour adds four rows, because the sums are read and written once then.
func (c *crossed) addFour(rows *[4][]float64, times *[4]float64, out []float64) {
	sums, products := out[:c.p], out[c.p:]
	w, x, y, z := rows[0][:c.p], rows[1][:c.p], rows[2][:c.p], rows[3][:c.p]
	at := 0
	for j := range sums {
		a, b, d, e := times[0]*w[j], times[1]*x[j], times[2]*y[j], times[3]*z[j]
		sums[j] += a + b + d + e
		into := products[at : at+j+1]
		w, x, y, z := w[:len(into)], x[:len(into)], y[:len(into)], z[:len(into)]
		for k := range into {
			into[k] += a*w[k] + b*x[k] + d*y[k] + e*z[k]
		}
		at += j + 1
	}
}

// add adds a row so many times and returns the weight of that.
func (c *crossed) add(row int, times float64, out []float64) float64 {
	if c.weights != nil {
		times *= c.weights[row]
	}
	c.addOne(c.values[row*c.p:(row+1)*c.p], times, out)
	return times
}

func (c *crossed) addOne(x []float64, times float64, out []float64) {
	sums, products, at := out[:c.p], out[c.p:], 0
	for j, v := range x {
		v *= times
		sums[j] += v
		into := products[at : at+j+1]
		for k, u := range x[:len(into)] {
			into[k] += v * u
		}
		at += j + 1
	}
}

// gather computes means, deviations and the matrix that the solver takes.
func (e *estimator) gather(counts []int32) error {
	c := e.crossed
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
	if c.gaps != nil {
		e.gapSums.clear()
		for row, count := range counts {
			if count != 0 && c.gaps.cells[row] != nil {
				c.addGaps(row, float64(count), e.gapSums)
			}
		}
	}
	return e.settle(float64(rows), weight)
}

// gatherWithout is [estimator.gather] for all rows but one; all are the sums over all.
func (e *estimator) gatherWithout(row int, all *totals) error {
	copy(e.sums, all.sums)
	weight := all.weight + e.crossed.add(row, -1, e.sums)
	if e.crossed.gaps != nil {
		e.gapSums.take(all.gaps)
		e.crossed.addGaps(row, -1, e.gapSums)
	}
	return e.settle(float64(e.data.rows-1), weight)
}

// addGaps adds the missing answers of a row so many times.
func (c *crossed) addGaps(row int, times float64, into *gapSums) {
	weight := times
	if c.weights != nil {
		weight *= c.weights[row]
	}
	c.gaps.add(into, row, times, weight, c.values[row*c.p:(row+1)*c.p])
}

// totals are the sums over all rows.
type totals struct {
	sums   []float64
	gaps   *gapSums
	weight float64
}

func (c *crossed) totals() *totals {
	all := &totals{sums: make([]float64, c.numbers())}
	if c.gaps != nil {
		all.gaps = c.gaps.newSums()
	}
	for row := range len(c.values) / c.p {
		all.weight += c.add(row, 1, all.sums)
		if c.gaps != nil {
			c.addGaps(row, 1, all.gaps)
		}
	}
	return all
}

// settle takes the sums over that many rows of that weight.
func (e *estimator) settle(rows, weight float64) error {
	c, s := e.crossed, &e.sample
	if c.gaps != nil {
		return e.settleMissing(rows, weight)
	}
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
