package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The likelihood of a history is a sum over what may have happened since its last
// purchase: alive at T, or dead at a node of the integral over the time of death.
// With p the shares of the sum, c the logarithms of its terms and ∂ᵢ the derivatives
// with respect to log parameters,
//
//	∂ᵢ ln L = Σ p ∂ᵢc,   ∂ᵢⱼ ln L = Σ p (∂ᵢc ∂ⱼc + ∂ᵢⱼc) − ∂ᵢ ln L ∂ⱼ ln L
//
// at fixed times of death. At the age τ let a = τ/(α+τ), k = bτ, L = ln(1 + (e^k − 1)/β),
// v = 1 − e^−L = −∂L/∂ln β and h = k e^k/(β + e^k − 1) = ∂L/∂ln b. The term of death is
//
//	c = r ln α − (r+x) ln(α+τ) − s L + ln s + ln(b e^k/(β + e^k − 1))
//
// with the derivatives (−r ln(1+τ/α), (r+x)a − x, 1 + k − (s+1)h, 1 − sL, (s+1)v − 1) by
// r, α, b, s, β; that of life at T lacks the last two summands.

const gompertzSize = 5

// ggompertzLikelihood is the objective of the fit in the logarithms of r, α, b, s, β.
type ggompertzLikelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int
	rough   bool  // integrals to six digits only
	idle    []int // ages with customers without repeat purchase
	parts   []derivatives

	times                  []float64 // all that occur: 0, recencies, ages
	moments                []moment  // by time
	recencyAt, ageAt, idAt []int32   // by row, row and age: positions among them
}

// moment is what the likelihood needs to know of a time t after the first purchase.
type moment struct {
	since, pole float64 // ln(1 + t/α), ln(α+t)
	clock, gone float64 // L, 1 − e^−L
	beta, reach float64 // of the life from there on, of its path
}

// derivatives are a log-likelihood with its gradient and the upper triangle of its
// Hessian.
type derivatives struct {
	value    float64
	gradient [gompertzSize]float64
	hessian  [gompertzSize * gompertzSize]float64
}

func (d *derivatives) add(o *derivatives) {
	d.value += o.value
	for i, g := range o.gradient {
		d.gradient[i] += g
	}
	for i, h := range o.hessian {
		d.hessian[i] += h
	}
}

func newGGompertzLikelihood(ctx context.Context, rows *Rows, workers int, rough bool) *ggompertzLikelihood {
	l := &ggompertzLikelihood{ctx: ctx, rows: rows, workers: workers, rough: rough, times: []float64{0}}
	seen := newIndex(256)
	find := func(t float64) int32 {
		at := seen.find(hash(t, 0), func(at int32) bool { return l.times[at] == t })
		if int(at) == len(l.times) {
			l.times = append(l.times, t)
		}
		return at
	}
	find(0)
	l.recencyAt, l.ageAt = make([]int32, len(rows.kind)), make([]int32, len(rows.kind))
	for i := range rows.kind {
		l.recencyAt[i], l.ageAt[i] = find(rows.recency[i]), find(rows.age[i])
	}
	for i, n := range rows.ageIdle {
		if n > 0 {
			l.idle = append(l.idle, i)
			l.idAt = append(l.idAt, find(rows.ages[i]))
		}
	}
	l.moments = make([]moment, len(l.times))
	l.parts = make([]derivatives, (len(rows.kind)+len(l.idle)+blockRows-1)/blockRows)
	return l
}

// Evaluate is a [numeric.Objective].
func (l *ggompertzLikelihood) Evaluate(x, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	g := ggompertz{math.Exp(x[0]), math.Exp(x[1]), gompertz{math.Exp(x[2]), math.Exp(x[3]), math.Exp(x[4])}}
	each(l.workers, (len(l.times)+blockRows-1)/blockRows, func(i int) {
		for at := i * blockRows; at < min((i+1)*blockRows, len(l.times)); at++ {
			l.moments[at] = g.moment(l.times[at])
		}
	})
	each(l.workers, len(l.parts), func(i int) { l.parts[i] = l.block(i, g) })
	var total derivatives
	for i := range l.parts {
		total.add(&l.parts[i])
	}
	for k, x := range l.rows.count {
		v, d, dd := numeric.Rising3(g.r, x)
		n := l.rows.copies[k]
		total.value += n * v
		total.gradient[0] += n * g.r * d
		total.hessian[0] += n * (g.r*d + g.r*g.r*dd)
	}
	copy(gradient, total.gradient[:])
	for i := range gompertzSize {
		for j := range gompertzSize {
			hessian[i*gompertzSize+j] = total.hessian[min(i, j)*gompertzSize+max(i, j)]
		}
	}
	if math.IsNaN(total.value) {
		return math.Inf(-1), nil // far outside: a step that is refused
	}
	return total.value, nil
}

func (g ggompertz) moment(t float64) moment {
	pole, clock, life := g.alpha+t, g.clock(t), g.aged(t)
	return moment{math.Log1p(t / g.alpha), math.Log(pole), clock, -math.Expm1(-clock), life.beta, life.path(pole).m}
}

// block sums over the rows of block i: repeat customers, then the others by age.
func (l *ggompertzLikelihood) block(i int, g ggompertz) derivatives {
	var sum derivatives
	nodes := newDeathNodes()
	nodes.rough = l.rough
	for at := i * blockRows; at < min((i+1)*blockRows, len(l.rows.kind)+len(l.idle)); at++ {
		var c customer
		if at < len(l.rows.kind) {
			c = customer{l.rows.count[l.rows.kind[at]], l.rows.recency[at], l.rows.age[at], l.moments[l.recencyAt[at]], l.moments[l.ageAt[at]]}
			sum.customer(&nodes, g, &c, l.rows.weight[at])
		} else {
			idle := at - len(l.rows.kind)
			c = customer{0, 0, l.rows.ages[l.idle[idle]], l.moments[0], l.moments[l.idAt[idle]]}
			sum.customer(&nodes, g, &c, l.rows.ageIdle[l.idle[idle]])
		}
	}
	return sum
}

// customer is a history with what is known of its two times.
type customer struct {
	x, recency, age float64
	last, now       moment
}

// history is [ggompertz.history]. Its differences of clocks may lose digits in what is
// small beside 1: the sum of the likelihood does not.
func (c *customer) history(g ggompertz) history {
	h := history{ggompertz: g, shape: g.r + c.x, pole: g.alpha + c.recency, silence: c.age - c.recency}
	h.path = path{gompertz{g.b, g.s, c.last.beta}, c.last.reach}
	h.fall = g.s*(c.now.clock-c.last.clock) + h.shape*(c.now.since-c.last.since)
	return h
}
