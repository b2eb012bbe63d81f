package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovLikelihood is the objective of [ParetoNBDCorrelated]: a customer's likelihood
// is a sum of four of the Pareto/NBD, each of pairs as in [paretoLikelihood].
type sarmanovLikelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int
	edge    sarmanovEdge

	pairs *paretoPairs // made by the first evaluation
	parts [4]sarmanovPart
	sums  []sarmanovSums // one a chunk of rows
}

// sarmanovPart holds ln S and ln G of the pairs for one of the four, with derivatives
// in the logarithms of the model's own r, α, s and β.
type sarmanovPart struct {
	times     []paretoTime
	last, end []paretoCurve
}

// paretoCurve is a [paretoTerm] with its Hessian.
type paretoCurve struct {
	paretoTerm
	hessian [16]float64 // upper triangle
}

// sarmanovSums are the sums of a chunk; the last parameter is m.
type sarmanovSums struct {
	value    float64
	gradient [5]float64
	hessian  [25]float64
}

func (l *sarmanovLikelihood) prepare() {
	l.pairs = newParetoPairs(l.rows)
	for i := range l.parts {
		l.parts[i] = sarmanovPart{
			make([]paretoTime, len(l.pairs.times)), make([]paretoCurve, len(l.pairs.time)), make([]paretoCurve, len(l.pairs.time)),
		}
	}
	l.sums = make([]sarmanovSums, chunks(len(l.pairs.weight)))
}

// Evaluate is a [numeric.Objective] in ln r, ln α, ln s, ln β and, on no edge, m.
func (l *sarmanovLikelihood) Evaluate(x, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if l.pairs == nil {
		l.prepare()
	}
	at := paretoPoint{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])}
	m := 0.0
	if l.edge == sarmanovFree {
		m = x[4]
	}
	k, ok := l.edge.at(&at, m)
	if !ok {
		return math.Inf(-1), nil
	}
	parts := chunks(len(l.pairs.time))
	for i := range l.parts {
		own := at
		own.alpha += float64(i >> 1)
		own.beta += float64(i & 1)
		for j, t := range l.pairs.times {
			l.parts[i].times[j] = own.at(t)
		}
		each(l.workers, parts, func(c int) { l.parts[i].chunk(c, l.pairs, &own, at.alpha/own.alpha, at.beta/own.beta) })
		if err := l.ctx.Err(); err != nil {
			return 0, err
		}
	}
	each(l.workers, len(l.sums), func(c int) { l.rowChunk(c, &k) })
	var total sarmanovSums
	for i := range l.sums {
		total.value += l.sums[i].value
		for j, v := range l.sums[i].gradient {
			total.gradient[j] += v
		}
		for j, v := range l.sums[i].hessian {
			total.hessian[j] += v
		}
	}
	for i, count := range l.rows.count {
		n := l.rows.copies[i]
		v, d, dd := numeric.Rising3(at.r, count)
		total.value += n * v
		total.gradient[0] += n * at.r * d
		total.hessian[0] += n * (at.r*d + at.r*at.r*dd)
	}
	size := len(x)
	copy(gradient, total.gradient[:size])
	for i := range size {
		copy(hessian[i*size:(i+1)*size], total.hessian[i*5:i*5+size])
	}
	if math.IsNaN(total.value) {
		return math.Inf(-1), nil
	}
	return total.value, nil
}

// chunk computes the curves of pairs. The part's own logarithms of rates have the
// derivatives a and b in the model's.
func (p *sarmanovPart) chunk(c int, pairs *paretoPairs, at *paretoPoint, a, b float64) {
	for k := c * chunkRows; k < min((c+1)*chunkRows, len(pairs.time)); k++ {
		x, time := pairs.count[k], &p.times[pairs.time[k]]
		race := time.track.Race(at.r+x, at.s)
		if pairs.asLast[k] {
			p.last[k].set(at, time, x, &race, a, b)
		}
		if pairs.asEnd[k] {
			rest := opposite(&race)
			rest.Log = math.Log(max(rest.Value, 1e-300))
			p.end[k].set(at, time, x, &rest, a, b)
		}
	}
}

// set computes a curve, the factor α^−x included.
func (c *paretoCurve) set(at *paretoPoint, time *paretoTime, x float64, f *numeric.Race, a, b float64) {
	time.term(at, x, f, &c.paretoTerm)
	c.hessian = [16]float64{}
	time.addHessian(at, x, f, 1, &c.hessian)
	c.value -= x * math.Log(at.alpha)
	c.gradient[1] -= x
	h := &c.hessian
	h[5] = a*a*h[5] + a*(1-a)*c.gradient[1]
	h[15] = b*b*h[15] + b*(1-b)*c.gradient[3]
	h[1], h[6], h[7] = a*h[1], a*h[6], a*b*h[7]
	h[3], h[11] = b*h[3], b*h[11]
	c.gradient[1] *= a
	c.gradient[3] *= b
}

// rowChunk adds up rows.
func (l *sarmanovLikelihood) rowChunk(c int, k *sarmanovK) {
	total := sarmanovSums{}
	for i := c * chunkRows; i < min((c+1)*chunkRows, len(l.pairs.weight)); i++ {
		l.row(i, k, &total)
	}
	l.sums[c] = total
}

// row adds a row's ln Σ weight·L, weights 1+k, −k, −k, k.
func (l *sarmanovLikelihood) row(i int, k *sarmanovK, total *sarmanovSums) {
	var curves [4]paretoCurve
	top := math.Inf(-1)
	for j := range l.parts {
		p := &l.parts[j]
		curves[j].add(&p.last[l.pairs.last[i]], &p.end[l.pairs.end[i]])
		top = max(top, curves[j].value)
	}
	var sum, cross float64 // Σ weight·L, and what k multiplies
	var first, crossFirst [5]float64
	var second [25]float64
	for j, sign := range sarmanovSigns() {
		c := &curves[j]
		v := math.Exp(c.value - top)
		w := sign * k.value * v
		if j == 0 {
			w += v
		}
		sum += w
		cross += sign * v
		for p := range 4 {
			first[p] += w * c.gradient[p]
			crossFirst[p] += sign * v * c.gradient[p]
			for q := p; q < 4; q++ {
				second[p*5+q] += w * (c.hessian[p*4+q] + c.gradient[p]*c.gradient[q])
			}
		}
	}
	weight := l.pairs.weight[i]
	total.value += weight * (top + math.Log(sum)) // NaN, and refused, for a sum below 0
	for p := range 5 {
		first[p] = (first[p] + k.gradient[p]*cross) / sum
	}
	for p := range 5 {
		total.gradient[p] += weight * first[p]
		for q := p; q < 5; q++ {
			h := second[p*5+q] + k.gradient[p]*crossFirst[q] + crossFirst[p]*k.gradient[q] + k.hessian[p*5+q]*cross
			h = weight * (h/sum - first[p]*first[q])
			total.hessian[p*5+q] += h
			if q > p {
				total.hessian[q*5+p] += h
			}
		}
	}
}

// add sets c to ln(S + G).
func (c *paretoCurve) add(s, g *paretoCurve) {
	d := g.value - s.value
	c.value = s.value + softplus(d)
	share := logistic(d)
	flow := share * logistic(-d)
	for p := range 4 {
		gap := g.gradient[p] - s.gradient[p]
		c.gradient[p] = s.gradient[p] + share*gap
		for q := p; q < 4; q++ {
			at := p*4 + q
			c.hessian[at] = s.hessian[at] + share*(g.hessian[at]-s.hessian[at]) + flow*gap*(g.gradient[q]-s.gradient[q])
		}
	}
}
