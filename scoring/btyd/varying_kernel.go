package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// varyingLaw is the mathematics of the Pareto/NBD with covariates that change in time.
// Where they have the values of a row of the calendar, a unit of time counts buy[row]
// units for purchases and leave[row] for leaving; in these units, A and B, it is
// the plain Pareto/NBD.
type varyingLaw struct {
	r, alpha, s, beta float64
	buy, leave        []float64 // by row of the calendar
}

// varyingState is where a customer stands: its purchase rate is gamma with shape and
// rate, its rate of leaving gamma with the law's s and life, while it is alive.
type varyingState struct {
	shape, rate, life float64
}

const (
	// One panel does up to longPanel in ln(1 + τ/m), m the smaller scale, and a change by
	// longFall. Up to shortPanel it is in τ itself.
	longPanel, longFall = 3, 12
	shortPanel          = 0.15
)

// departureNodes visits nodes and weights for (p+aτ)^−shape (q+bτ)^−leave times a slowly
// varying factor on 0 ≤ τ ≤ length. In u = ln(1 + τ/m), m = min(p/a, q/b), the integrand
// is e^h with h concave; see [departure].
func departureNodes(p, a, q, b, length, shape, leave float64, visit func(tau, weight float64)) {
	m := min(p/a, q/b)
	end := math.Log1p(length / m)
	fall := shape*math.Log1p(a*length/p) + leave*math.Log1p(b*length/q)
	if end <= shortPanel && fall <= longFall {
		numeric.PanelNodes(0, length, fall, m/length, visit)
		return
	}
	after := func(u float64) float64 { return m * math.Expm1(u) }
	node := func(u, weight float64) { visit(after(u), weight*m*math.Exp(u)) }
	if end <= longPanel && fall <= longFall {
		numeric.PanelNodes(0, end, fall+end, math.Pi/end, node)
		return
	}
	mode := numeric.FallingRoot(0, end, func(u float64) float64 {
		tau := after(u)
		return 1 - shape*(m+tau)/(p/a+tau) - leave*(m+tau)/(q/b+tau)
	})
	numeric.ConcaveNodes(0, mode, end, func(u float64) float64 {
		tau := after(u)
		return u - shape*math.Log1p(a*tau/p) - leave*math.Log1p(b*tau/q)
	}, node)
}

// over visits nodes of ∫ factor (1+ΔA/rate)^−shape (1+ΔB/life)^−leave dτ over the
// stretches, with the whole weight of each, and returns A and B at their end, from 0 at
// the beginning.
func (l *varyingLaw) over(stretches []stretch, from varyingState, leave float64, factor []float64, visit func(weight, a, b float64)) (a, b float64) {
	for _, s := range stretches {
		buy, out := l.buy[s.row], l.leave[s.row]
		departureNodes(from.rate+a, buy, from.life+b, out, s.length, from.shape, leave, func(tau, weight float64) {
			na, nb := a+buy*tau, b+out*tau
			visit(weight*factor[s.row]*math.Exp(-from.shape*math.Log1p(na/from.rate)-leave*math.Log1p(nb/from.life)), na, nb)
		})
		a += buy * s.length
		b += out * s.length
	}
	return a, b
}

// passed returns A and B over the stretches.
func (l *varyingLaw) passed(stretches []stretch) (a, b float64) {
	for _, s := range stretches {
		a += l.buy[s.row] * s.length
		b += l.leave[s.row] * s.length
	}
	return a, b
}

// varyingPast is a history as the law sees it.
type varyingPast struct {
	first [2]float64   // A and B until the last purchase
	last  varyingState // at the last purchase
	since []stretch    // from then to the end of calibration
	a, b  float64      // over since
	odds  float64      // ln(P(dead)/P(alive))
}

// past is a history with x repeat purchases, the last one after the stretches before.
func (l *varyingLaw) past(before, since []stretch, x float64) varyingPast {
	p := varyingPast{since: since}
	a, b := l.passed(before)
	p.first = [2]float64{a, b}
	p.last = varyingState{l.r + x, l.alpha + a, l.beta + b}
	p.odds = math.Inf(-1)
	if l.s == 0 || len(p.since) == 0 {
		p.a, p.b = l.passed(p.since)
		return p
	}
	mass := 0.0
	p.a, p.b = l.over(p.since, p.last, l.s+1, l.leave, func(weight, _, _ float64) { mass += weight })
	p.odds = math.Log(l.s/p.last.life) + math.Log(mass) + p.last.shape*math.Log1p(p.a/p.last.rate) + l.s*math.Log1p(p.b/p.last.life)
	return p
}

// now is the state at the end of calibration.
func (p varyingPast) now() varyingState {
	return varyingState{p.last.shape, p.last.rate + p.a, p.last.life + p.b}
}

// logLikelihood is that of a history but for the effects on the purchase dates, γ'Σx.
func (l *varyingLaw) logLikelihood(p varyingPast, x float64) float64 {
	now := p.now()
	a, b := p.first[0]+p.a, p.first[1]+p.b
	ll := -l.r*math.Log1p(a/l.alpha) - l.s*math.Log1p(b/l.beta) + softplus(p.odds)
	if x > 0 {
		return ll + numeric.LogRising(l.r, x) - x*math.Log(now.rate)
	}
	if a > 0 && ll > -math.Ln2 {
		// Purchases are unlikely: their chance has the digits. It is that of leaving with
		// the two processes exchanged.
		other := &varyingLaw{l.s, l.beta, l.r, l.alpha, l.leave, l.buy}
		mass := 0.0
		other.over(p.since, varyingState{l.s, l.beta, l.alpha}, l.r+1, l.buy, func(weight, _, _ float64) { mass += weight })
		ll = math.Log1p(-mass * l.r / l.alpha)
	}
	return ll
}

// posterior returns the means of the purchase rate and of the rate of leaving, at a
// covariate vector of 0.
func (l *varyingLaw) posterior(p varyingPast) (purchase, dropout float64) {
	now := p.now()
	purchase, dropout = now.shape/now.rate, l.s/now.life
	dead := logistic(p.odds)
	if dead == 0 {
		return purchase, dropout
	}
	var mass, left, leaving float64
	l.over(p.since, p.last, l.s+1, l.leave, func(weight, a, b float64) {
		mass += weight
		left += weight * now.shape / (p.last.rate + a)
		leaving += weight * (l.s + 1) / (p.last.life + b)
	})
	alive := logistic(-p.odds)
	return alive*purchase + dead*left/mass, alive*dropout + dead*leaving/mass
}
