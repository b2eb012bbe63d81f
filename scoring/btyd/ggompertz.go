package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// FitGGompertzNBD estimates the Gamma/Gompertz/NBD model of Bemmaor and Glady, "Modeling
// Purchasing Behavior with Sudden 'Death': A Flexible Customer Lifetime Model",
// Management Science 58 (2012) 1012–1021, by maximum likelihood. While alive a customer
// buys at random at a rate λ ~ Gamma(r, α); at the age t it leaves with the hazard
// b·η·e^(bt), η ~ Gamma(s, β), independent of λ, so that a customer survives to t with
// probability (β/(β + e^(bt) − 1))^s. The hazard of each customer rises with age; among
// those who are left, as the fickle leave first, it tends to s·b: from above for β < 1,
// from below for β > 1.
//
// For b → 0 with β/b fixed this is the Pareto/NBD with (s, β/b), and where the data show
// no ageing the supremum of the likelihood is there. The fit then says
// [BoundaryNoAgeing], counts four parameters and returns a model with a b so small
// that its predictions are those of the Pareto/NBD; b has no standard error then, and
// that of β is of β/b.
//
// The errors are those of [Fit].
func FitGGompertzNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, GGompertzNBD, Compress(summaries), options)
}

// NewGGompertzNBD returns the GGompertz/NBD with known parameters: shape r and rate
// parameter alpha, in units of time, of the purchase rate, whose mean is r/alpha; the
// growth b of the hazard per unit of time; and shape s and rate parameter beta of η,
// which have no unit. s = 0 means that nobody leaves. See [New].
//
// The relative error of predictions is below 1e-12 for ordinary parameters, and below
// 1e-11 for parameters from 1e-3 to 1e3, b down to 1e-14, x to 10 000, times from 1e-2
// to 1e5 and b·T to 1e5.
func NewGGompertzNBD(unit rapport.Unit, r, alpha, b, s, beta float64) (*Model, error) {
	return New(GGompertzNBD, unit, r, alpha, b, s, beta)
}

// ggompertz is the law of the GGompertz/NBD.
//
// The expectation printed in the paper is wrong for customers with a history
// (bachmannpatrick/CLVTools#206). Nothing here rests on it: with τ the time of death,
//
//	L = Γ(r+x)/Γ(r) α^r [(α+T)^−(r+x) S(T) + ∫ (α+τ)^−(r+x) f(τ) dτ from t_x to T]
//
// and, given survival to T, λ ~ Gamma(r+x, α+T) and the rest of life is [gompertz.aged].
type ggompertz struct {
	r, alpha float64
	gompertz
}

// history is what a customer has done, seen from its last purchase.
type history struct {
	ggompertz
	path          // of the lifetime from t_x on
	shape, pole   float64
	extra         float64 // a rate of decay beside them, 0 for the likelihood
	silence, fall float64 // T−t_x; the drop over it
}

func (g ggompertz) history(s scoring.Summary) history { return g.since(float64(s.X), s.TX, s.T) }

func (g ggompertz) since(x, recency, age float64) history {
	h := history{ggompertz: g, shape: g.r + x, pole: g.alpha + recency, silence: age - recency}
	h.path = g.aged(recency).path(h.pole)
	h.fall = h.drop(point{t: h.silence, w: h.path.clock(h.silence)})
	return h
}

// drop is −ln of the probability of living and not buying until the point.
func (h *history) drop(p point) float64 {
	return h.path.s*p.w + h.shape*math.Log1p(p.t/h.pole) + h.extra*p.t
}

// died returns ∫ f dF e^(−drop) over the time of death after t_x, f a function of that
// time and of the β of the life that would have remained: the likelihood of the
// silence for a dead customer, where e^(−fall) is that for one alive.
func (h *history) died(f func(t, beta float64) float64) float64 {
	nodes := newDeathNodes()
	return nodes.sum(h, f)
}

func (g ggompertz) deadOdds(s scoring.Summary) float64 {
	h := g.history(s)
	return h.fall + math.Log(h.died(nil))
}

func (g ggompertz) logLikelihood(s scoring.Summary) float64 {
	h, x := g.history(s), float64(s.X)
	ll := numeric.LogRising(g.r, x) - g.r*math.Log1p(s.TX/g.alpha) - x*math.Log(h.pole) - g.s*g.clock(s.TX)
	silent := math.Exp(-h.fall) + h.died(nil)
	switch {
	case g.s == 0 || silent == 0:
		return ll - h.fall
	case silent < 0.5:
		return ll + math.Log(silent)
	}
	// The complement, the probability of a purchase after t_x, keeps its digits.
	return ll + math.Log1p(-h.died(func(t, beta float64) float64 {
		return h.shape / (h.pole + t) * beta / (g.b * g.s)
	}))
}

func (g ggompertz) alive(s scoring.Summary) future {
	return g.ahead(s.X, s.T)
}

func (g ggompertz) ahead(x int, age float64) gompertzFuture {
	return gompertzFuture{g.r + float64(x), g.alpha + age, g.gompertz.aged(age)}
}

// posterior returns the means of λ and of b·η, the hazard at the first purchase,
// which is the dropout rate of the Pareto/NBD for b → 0. A customer alive at T has
// η ~ Gamma(s, β + e^(bT) − 1), one that died at τ has Gamma(s+1, β + e^(bτ) − 1).
func (g ggompertz) posterior(s scoring.Summary) (purchase, dropout float64) {
	h, now := g.history(s), g.ahead(s.X, s.T)
	n := h.died(nil)
	odds := h.fall + math.Log(n)
	alive, dead := logistic(-odds), logistic(odds)
	purchase = alive * now.shape / now.rate
	if left := math.Exp(-g.b * s.T); left > 0 {
		dropout = alive * g.s * g.b * left / now.life.beta
	}
	if dead > 0 && n > 0 {
		purchase += dead * (h.died(func(t, _ float64) float64 { return h.shape / (h.pole + t) }) / n)
		h.extra = g.b
		h.fall += g.b * h.silence
		dropout += dead * (h.died(func(_, beta float64) float64 { return 1 / beta }) / n) * (g.s + 1) * g.b * math.Exp(-g.b*s.TX)
	}
	return min(purchase, math.MaxFloat64), min(dropout, math.MaxFloat64)
}
