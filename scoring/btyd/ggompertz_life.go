package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// gompertz is the lifetime from now on of a customer who is alive and leaves with
// the hazard b·η·e^(bt), η ~ Gamma(s, β): its survival is e^(−s·w) on the clock
// w = ln(1 + (e^(bt) − 1)/β). Nothing overflows for large bt, and nothing cancels
// for b → 0 with β/b fixed, which is the Pareto distribution of the Pareto/NBD.
type gompertz struct {
	b, s, beta float64
}

// aged returns the lifetime from t units on, given survival until then. η is then
// Gamma(s, β + e^(bt) − 1), and time goes on from e^(bt): in units of that β
// becomes (β + e^(bt) − 1)·e^(−bt), which tends to 1.
func (g gompertz) aged(t float64) gompertz {
	return gompertz{g.b, g.s, g.beta*math.Exp(-g.b*t) - math.Expm1(-g.b*t)}
}

// clock returns w at t.
func (g gompertz) clock(t float64) float64 {
	bt := g.b * t
	switch {
	case g.beta < 1:
		return bt + math.Log1p(-math.Expm1(-bt)*(1/g.beta-1))
	case bt < 500:
		return math.Log1p(math.Expm1(bt) / g.beta)
	default:
		return bt + math.Log(math.Exp(-bt)-math.Expm1(-bt)/g.beta)
	}
}

// time returns the t at which the clock shows w.
func (g gompertz) time(w float64) float64 {
	switch {
	case g.beta >= 1:
		return (w + math.Log1p(-math.Expm1(-w)*(g.beta-1))) / g.b
	case w < 500:
		return math.Log1p(g.beta*math.Expm1(w)) / g.b
	default:
		return (w + math.Log(g.beta+(1-g.beta)*math.Exp(-w))) / g.b
	}
}

// path is a variable y in which functions of the lifetime and of powers of α+t are
// analytic within a distance of π/2 of the real axis: t = m·(e^y − 1) for β < 1,
// where the clock bends within b·t = ln β ± iπ, and w = m·(e^y − 1) for β ≥ 1, where
// the time does. −m is their singularity nearest to y = 0.
type path struct {
	gompertz
	m float64
}

// path is the variable for powers of pole + t; the pole may be +Inf.
func (g gompertz) path(pole float64) path {
	if g.beta < 1 {
		return path{g, min(pole, -math.Log1p(-g.beta)/g.b)}
	}
	a := g.b * pole
	m := min(a, 1+1/max(g.s, 1e-3)) // both may be without bound
	if a < 30 {
		m = min(m, -math.Log1p(math.Expm1(-a)/g.beta))
	} else if g.beta > 1 {
		m = min(m, -math.Log1p(-1/g.beta))
	}
	return path{g, m}
}

// point is a point of the path, with the derivatives of t and w with respect to y.
type point struct {
	t, w, dt, dw float64
}

func (p path) at(y float64) point {
	e := math.Expm1(y)
	if p.beta < 1 {
		t := p.m * e
		dt := t + p.m
		lost := -math.Expm1(-p.b * t)
		return point{t, p.clock(t), dt, p.b * dt / (p.beta*(1-lost) + lost)}
	}
	w := p.m * e
	dw := w + p.m
	lost := -math.Expm1(-w)
	return point{p.time(w), w, dw * p.beta / (p.b * (1 + (p.beta-1)*lost)), dw}
}

// end returns y at t.
func (p path) end(t float64) float64 {
	if p.beta < 1 {
		return math.Log1p(t / p.m)
	}
	return math.Log1p(p.clock(t) / p.m)
}

const (
	// panelWidth is the width in y with which integration starts.
	panelWidth = 2
	// negligible is the logarithm of a share beyond which the rest of an integral
	// is left out, powers of t allowed for.
	negligible = 60
)

// integrate returns ∫ f dy from t = 0 to t, which may be +Inf. drop is the logarithm
// by which f has fallen, powers of t apart: it must not decrease once it is large,
// and is nil where f may rise again.
func (p path) integrate(t float64, drop func(point) float64, f func(point) float64) float64 {
	gone := func(y float64) bool { return drop(p.at(y))-3*y > negligible }
	top := 1.0
	if !math.IsInf(t, 1) {
		top = p.end(t)
		for drop != nil && top > 1e-300 && gone(top/2) {
			top /= 2
		}
	} else {
		for top < 600 && !gone(top) {
			top *= 1.5
		}
	}
	return numeric.Adaptive(0, top, panelWidth, func(y float64) float64 { return f(p.at(y)) })
}
