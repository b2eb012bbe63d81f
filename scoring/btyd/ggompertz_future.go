package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// gompertzFuture is what a customer of the GGompertz/NBD who is alive does from now
// on: it buys at a rate λ ~ Gamma(shape, rate) until it leaves. The lifetime and λ
// are independent, so every mean is one integral over the survival.
type gompertzFuture struct {
	shape, rate float64
	life        gompertz
}

// mean returns ∫ e^(−δu) S(u) f(u) du from 0 to t.
func (g gompertzFuture) mean(t, delta float64, f func(u float64) float64) float64 {
	path := g.life.path(math.Inf(1))
	drop := func(p point) float64 { return g.life.s*p.w + delta*p.t }
	cut := drop
	if delta < 0 && !math.IsInf(t, 1) {
		cut = nil
	}
	return path.integrate(t, cut, func(p point) float64 {
		e := math.Exp(-drop(p))
		if e == 0 {
			return 0 // even if the rest is out of range
		}
		return e * f(p.t) * p.dt
	})
}

func always(float64) float64 { return 1 }

func twice(u float64) float64 { return 2 * u }

func (g gompertzFuture) expected(t float64) float64 {
	return g.shape / g.rate * g.mean(t, 0, always)
}

func (g gompertzFuture) survival(t float64) float64 { return math.Exp(-g.life.s * g.life.clock(t)) }

// pairs returns E[λ²]·E[min(lifetime, t)²].
func (g gompertzFuture) pairs(t float64) float64 {
	return g.shape / g.rate * (g.shape + 1) / g.rate * g.mean(t, 0, twice)
}

// probability returns P(Y = n): the counts of a lifetime beyond t, and those of
// one that ends before.
func (g gompertzFuture) probability(n int, t float64) float64 {
	if t == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	k := float64(n)
	constant := numeric.LogRising(g.shape, k) - numeric.LogRising(1, k)
	path := g.life.path(g.rate)
	mass := func(p point) float64 {
		m := constant - g.shape*math.Log1p(p.t/g.rate) - g.life.s*p.w
		if n > 0 {
			m -= k * math.Log1p(g.rate/p.t)
		}
		return m
	}
	var drop func(point) float64
	if n == 0 {
		drop = func(p point) float64 { return -mass(p) }
	}
	dead := path.integrate(t, drop, func(p point) float64 { return g.life.s * math.Exp(mass(p)) * p.dw })
	return min(1, dead+math.Exp(mass(point{t: t, w: g.life.clock(t)})))
}

// limit is finite: the survival falls like e^(−sbt) at last. It is out of the range
// of float64 only for absurd parameters.
func (g gompertzFuture) limit() (float64, bool) {
	n := g.expected(math.Inf(1))
	return n, !math.IsInf(n, 0) && !math.IsNaN(n)
}

// bend returns the distance of the nearest singularity of the survival,
// e^(bt) = 1−β; it is complex for β > 1.
func (g gompertzFuture) bend() float64 {
	if g.life.beta < 1 {
		return -math.Log1p(-g.life.beta) / g.life.b
	}
	return math.Hypot(math.Log(max(g.life.beta-1, 1e-300)), math.Pi) / g.life.b
}

// discounted returns ∫₀^end e^(−δu) dN(u), N being expected, from the survival
// itself: the singularities of N are complex for β > 1, where rules that know
// nothing of them lose digits.
func (g gompertzFuture) discounted(delta, end float64) float64 {
	return g.shape / g.rate * g.mean(end, delta, always)
}

// simulate draws λ and the lifetime, then visits the purchases.
func (g gompertzFuture) simulate(random *rand.Rand, t float64, visit func(at float64)) {
	lambda := numeric.DrawGamma(random, g.shape) / g.rate
	t = min(t, g.life.time(random.ExpFloat64()/g.life.s))
	for at := random.ExpFloat64() / lambda; at <= t; at += random.ExpFloat64() / lambda {
		visit(at)
	}
}
