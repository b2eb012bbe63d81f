package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovLikelihood is the likelihood of [ParetoNBDCorrelated]: that of a customer is
// a sum of four of the Pareto/NBD, each of pairs as in [paretoLikelihood],
//
//	L₀ + k (L₀ − L₁ − L₂ + L₃),  k = m E e^−λ E e^−μ,
//
// so eight terms of pairs. Their special functions do not depend on k.
type sarmanovLikelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int

	pairs *paretoPairs // made by the first evaluation
	at    paretoPoint  // of the last evaluation
	parts [4]sarmanovPart
	terms [][8]float64 // of a row: S and G of each part, of L₀; then its shares
	slope []float64    // of a row: (L₀ − L₁ − L₂ + L₃)/L₀
	sums  []sarmanovSums
}

// sarmanovPart holds the pairs' terms of one of the four, with derivatives in the
// logarithms of its own r, α, s and β.
type sarmanovPart struct {
	times                 []paretoTime
	races                 paretoRaces
	race                  []numeric.Race
	last, end             []paretoTerm
	lastWeight, endWeight []float64
}

// sarmanovSums is the log-likelihood with its derivatives in ln r, ln α, ln s, ln β
// and k, the Hessian's upper triangle.
type sarmanovSums struct {
	value    float64
	gradient [5]float64
	hessian  [25]float64
}

func (s *sarmanovSums) add(o *sarmanovSums) {
	s.value += o.value
	for i, v := range o.gradient {
		s.gradient[i] += v
	}
	for i, v := range o.hessian {
		s.hessian[i] += v
	}
}

func (l *sarmanovLikelihood) prepare() {
	l.pairs = newParetoPairs(l.rows)
	pairs, rows := len(l.pairs.time), len(l.pairs.weight)
	for i := range l.parts {
		l.parts[i] = sarmanovPart{
			times: make([]paretoTime, len(l.pairs.times)), race: make([]numeric.Race, pairs),
			last: make([]paretoTerm, pairs), end: make([]paretoTerm, pairs),
			lastWeight: make([]float64, pairs), endWeight: make([]float64, pairs),
		}
	}
	l.terms, l.slope = make([][8]float64, rows), make([]float64, rows)
	l.sums = make([]sarmanovSums, max(chunks(rows), chunks(pairs)))
}

// evaluate is the likelihood at a k with its derivatives in what k depends on.
func (l *sarmanovLikelihood) evaluate(at *paretoPoint, k *sarmanovK, gradient, hessian []float64) (float64, error) {
	if err := l.place(at); err != nil {
		return 0, err
	}
	sums := l.sum(at, k.value)
	k.chain(&sums, gradient, hessian)
	return sums.known(), nil
}

// known returns the value, or −Inf for one that is not a number: that step is refused.
func (s *sarmanovSums) known() float64 {
	if math.IsNaN(s.value) {
		return math.Inf(-1)
	}
	return s.value
}

// own returns the point of a part, and the derivatives of its logarithms of rates in
// the model's.
func (p *paretoPoint) own(part int) (at paretoPoint, a, b float64) {
	at = *p
	at.alpha += float64(part >> 1)
	at.beta += float64(part & 1)
	return at, p.alpha / at.alpha, p.beta / at.beta
}

// place computes all that does not depend on k.
func (l *sarmanovLikelihood) place(at *paretoPoint) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if l.pairs == nil {
		l.prepare()
	}
	l.at = *at
	for i := range l.parts {
		p := &l.parts[i]
		own, a, b := at.own(i)
		for j, t := range l.pairs.times {
			p.times[j] = own.at(t)
		}
		p.races.prepare(l.workers, l.pairs, &own, p.times)
		each(l.workers, chunks(len(p.race)), func(c int) { p.chunk(c, l.pairs, &own, a, b) })
		if err := l.ctx.Err(); err != nil {
			return err
		}
	}
	each(l.workers, chunks(len(l.terms)), func(c int) { l.termChunk(c) })
	return nil
}

// chunk computes the terms of pairs, the factor α^−x included, with gradients in the
// model's logarithms.
func (p *sarmanovPart) chunk(c int, pairs *paretoPairs, at *paretoPoint, a, b float64) {
	lnAlpha := math.Log(at.alpha)
	for k := c * chunkRows; k < min((c+1)*chunkRows, len(p.race)); k++ {
		x, time := pairs.count[k], &p.times[pairs.time[k]]
		race := &p.race[k]
		*race = p.races.race(pairs, k, at, time)
		finish := func(t *paretoTerm) {
			t.value -= x * lnAlpha
			t.gradient[1] = a * (t.gradient[1] - x)
			t.gradient[3] *= b
		}
		if pairs.asLast[k] {
			time.term(at, x, race, &p.last[k])
			finish(&p.last[k])
		}
		if pairs.asEnd[k] {
			rest := opposite(race)
			rest.Log = math.Log(max(rest.Value, 1e-300))
			time.term(at, x, &rest, &p.end[k])
			finish(&p.end[k])
		}
	}
}

// termChunk sets the terms of rows as shares of L₀, whose logarithms it adds up.
func (l *sarmanovLikelihood) termChunk(c int) {
	value := 0.0
	for i := c * chunkRows; i < min((c+1)*chunkRows, len(l.terms)); i++ {
		last, end, t := l.pairs.last[i], l.pairs.end[i], &l.terms[i]
		for j := range l.parts {
			t[2*j], t[2*j+1] = l.parts[j].last[last].value, l.parts[j].end[end].value
		}
		top := max(t[0], t[1])
		ln := top + math.Log1p(math.Exp(min(t[0], t[1])-top))
		for j := range t {
			t[j] -= ln
		}
		numeric.ExpBlock(t[:], t[:])
		l.slope[i] = (t[0] + t[1]) - (t[2] + t[3]) - (t[4] + t[5]) + (t[6] + t[7])
		value += l.pairs.weight[i] * ln
	}
	l.sums[c] = sarmanovSums{value: value}
}

// best returns the k between 0 and an end at which the likelihood is largest, and
// whether that is the end; it is concave in k. At an end outside its range a customer's
// likelihood may be negative: that is not ok.
func (l *sarmanovLikelihood) best(end float64) (k float64, atEnd, ok bool) {
	slopes := func(k float64) (d, dd float64) {
		for i, q := range l.slope {
			g := q / (1 + k*q)
			if !(1+k*q > 0) {
				return math.NaN(), 0
			}
			d += l.pairs.weight[i] * g
			dd += l.pairs.weight[i] * g * g
		}
		return d, dd
	}
	if d, _ := slopes(0); d*end <= 0 {
		return 0, false, true
	}
	d, _ := slopes(end)
	if math.IsNaN(d) || d*end >= 0 {
		return end, true, !math.IsNaN(d)
	}
	low, high := 0.0, end // uphill from low, downhill from high
	for range 60 {
		d, dd := slopes(k)
		if d*end > 0 {
			low = k
		} else {
			high = k
		}
		next := k + d/dd
		if !(min(low, high) < next && next < max(low, high)) {
			next = low + (high-low)/2
		}
		if math.Abs(next-k) <= 1e-14*math.Abs(end) {
			break
		}
		k = next
	}
	return k, false, true
}

// sum returns the log-likelihood at k. It may be called once after place.
func (l *sarmanovLikelihood) sum(at *paretoPoint, k float64) sarmanovSums {
	rows, pairs := chunks(len(l.terms)), chunks(len(l.parts[0].race))
	each(l.workers, rows, func(c int) { l.rowChunk(c, k) })
	var total sarmanovSums
	for i := range rows {
		total.add(&l.sums[i])
	}
	for j := range l.parts {
		p := &l.parts[j]
		clear(p.lastWeight)
		clear(p.endWeight)
		for i := range l.terms {
			p.lastWeight[l.pairs.last[i]] += l.terms[i][2*j]
			p.endWeight[l.pairs.end[i]] += l.terms[i][2*j+1]
		}
		own, a, b := at.own(j)
		each(l.workers, pairs, func(c int) { l.sums[c] = p.curve(c, l.pairs, &own, a, b) })
		for i := range pairs {
			total.add(&l.sums[i])
		}
	}
	value, slope, curve := at.rising(l.rows)
	total.value += value
	total.gradient[0] += slope
	total.hessian[0] += curve
	return total
}

// rowChunk adds up rows: the value, what is of k, and what is a product of first
// derivatives. It turns the terms into weighted shares.
func (l *sarmanovLikelihood) rowChunk(c int, k float64) {
	total := sarmanovSums{value: l.sums[c].value}
	h := &total.hessian
	for i := c * chunkRows; i < min((c+1)*chunkRows, len(l.terms)); i++ {
		weight, t := l.pairs.weight[i], &l.terms[i]
		total.value += weight * math.Log1p(k*l.slope[i])
		inverse := 1 / (1 + k*l.slope[i])
		slope := l.slope[i] * inverse
		var first, cross [4]float64
		for j, sign := range sarmanovSigns() {
			s, g := &l.parts[j].last[l.pairs.last[i]].gradient, &l.parts[j].end[l.pairs.end[i]].gradient
			us, ug := t[2*j]*inverse, t[2*j+1]*inverse
			share := sign * k
			if j == 0 {
				share++
			}
			t[2*j], t[2*j+1] = weight*share*us, weight*share*ug
			for p := range 4 {
				v := us*s[p] + ug*g[p]
				first[p] += share * v
				cross[p] += sign * v
			}
		}
		total.gradient[4] += weight * slope
		h[24] -= weight * slope * slope
		for p := range 4 {
			f := weight * first[p]
			h[p*5+4] += weight*cross[p] - f*slope
			for q := p; q < 4; q++ {
				h[p*5+q] -= f * first[q]
			}
		}
	}
	l.sums[c] = total
}

// curve adds up the derivatives of pairs: those of ln Σ eˣ are the mean of the first,
// and of the second with the squares of the first.
func (p *sarmanovPart) curve(c int, pairs *paretoPairs, at *paretoPoint, a, b float64) sarmanovSums {
	var total sarmanovSums
	var own [16]float64
	h := &total.hessian
	add := func(term *paretoTerm, w float64) {
		g := &term.gradient
		for i := range 4 {
			f := w * g[i]
			total.gradient[i] += f
			for j := i; j < 4; j++ {
				h[i*5+j] += f * g[j]
			}
		}
	}
	for k := c * chunkRows; k < min((c+1)*chunkRows, len(p.race)); k++ {
		x, time := pairs.count[k], &p.times[pairs.time[k]]
		if w := p.lastWeight[k]; w != 0 {
			time.addHessian(at, x, &p.race[k], w, &own)
			add(&p.last[k], w)
		}
		if w := p.endWeight[k]; w != 0 {
			rest := opposite(&p.race[k])
			time.addHessian(at, x, &rest, w, &own)
			add(&p.end[k], w)
		}
	}
	scale := [4]float64{1, a, 1, b}
	for i := range 4 {
		for j := i; j < 4; j++ {
			h[i*5+j] += scale[i] * scale[j] * own[i*4+j]
		}
	}
	h[6] += (1 - a) * total.gradient[1]
	h[18] += (1 - b) * total.gradient[3]
	return total
}
