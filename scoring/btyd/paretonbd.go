package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// FitParetoNBD estimates the Pareto/NBD model of Schmittlein, Morrison and Colombo,
// "Counting Your Customers: Who Are They and What Will They Do Next?", Management
// Science 33 (1987) 1–24, by maximum likelihood. While alive a customer buys at random
// at a rate λ ~ Gamma(r, α); whether it buys or not, it leaves for good at a rate
// μ ~ Gamma(s, β); λ and μ are independent. Unlike under the BG/NBD a customer without
// repeat purchase may have left.
//
// The errors are those of [Fit].
func FitParetoNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, ParetoNBD, Compress(summaries), options)
}

// NewParetoNBD returns the Pareto/NBD with known parameters: shape r and rate parameter
// alpha of the purchase rate, whose mean is r/alpha; shape s and rate parameter beta of
// the rate of leaving, whose mean is s/beta; alpha and beta in units of time. s = 0
// means that nobody leaves. See [New].
func NewParetoNBD(unit rapport.Unit, r, alpha, s, beta float64) (*Model, error) {
	return New(ParetoNBD, unit, r, alpha, s, beta)
}

// paretoNBD is the law of the model; with s = 0 it is the NBD.
type paretoNBD struct {
	r, alpha, s, beta float64
}

// departure is the law of the time y at which a customer with a history left, if it
// did: the density is proportional to
//
//	(α+y)^−(r+x) (β+y)^−(s+1)   on t_x ≤ y ≤ T.
//
// In u = ln((m+y)/(m+t_x)), m = min(α, β), it is e^h(u) with h concave, and analytic
// for |Im u| < π: quadrature keeps all digits where the textbook formula, a
// difference of two hypergeometric functions, loses them.
type departure struct {
	shape, leave float64 // r+x, s
	rate, life   float64 // α+t_x, β+t_x
	scale        float64 // m+t_x
	end, mode    float64 // of u
	span         float64 // T−t_x
}

func (l paretoNBD) departure(s scoring.Summary) departure {
	d := departure{
		shape: l.r + float64(s.X), leave: l.s,
		rate: l.alpha + s.TX, life: l.beta + s.TX,
		scale: min(l.alpha, l.beta) + s.TX, span: s.T - s.TX,
	}
	d.end = math.Log1p(d.span / d.scale)
	d.mode = numeric.FallingRoot(0, d.end, d.slope)
	return d
}

// after returns y−t_x at u.
func (d departure) after(u float64) float64 { return d.scale * math.Expm1(u) }

// log is h(u), 0 at y = t_x but for the factor of du.
func (d departure) log(u float64) float64 {
	y := d.after(u)
	return u - d.shape*math.Log1p(y/d.rate) - (d.leave+1)*math.Log1p(y/d.life)
}

// slope is h'(u).
func (d departure) slope(u float64) float64 {
	y := d.after(u)
	q := d.scale + y
	return 1 - d.shape*q/(d.rate+y) - (d.leave+1)*q/(d.life+y)
}

// odds returns ln ∫ s ((α+T)/(α+y))^(r+x) ((β+T)/(β+y))^s dy/(β+y).
func (d departure) odds() float64 {
	if d.leave == 0 || d.span == 0 {
		return math.Inf(-1)
	}
	return d.shape*math.Log1p(d.span/d.rate) + d.leave*math.Log1p(d.span/d.life) + d.mass()
}

// mass returns ln ∫ s ((α+t_x)/(α+y))^(r+x) ((β+t_x)/(β+y))^s dy/(β+y).
func (d departure) mass() float64 {
	return math.Log(d.leave) + math.Log(d.scale/d.life) + numeric.ConcaveIntegral(0, d.mode, d.end, d.log)
}

// means returns the means of (r+x)/(α+y) and (s+1)/(β+y), the rates of a customer
// who left at y.
func (d departure) means() (purchase, dropout float64) {
	top, sum := d.log(d.mode), 0.0
	numeric.ConcaveNodes(0, d.mode, d.end, d.log, func(u, weight float64) {
		w, y := weight*math.Exp(d.log(u)-top), d.after(u)
		sum += w
		purchase += w * d.shape / (d.rate + y)
		dropout += w * (d.leave + 1) / (d.life + y)
	})
	return purchase / sum, dropout / sum
}

// deadOdds is the logarithm of the integral over the time of departure; see
// Schmittlein, Morrison and Colombo (1987), equation 11 and appendix, for it.
func (l paretoNBD) deadOdds(s scoring.Summary) float64 { return l.departure(s).odds() }

func (l paretoNBD) logLikelihood(s scoring.Summary) float64 {
	x := float64(s.X)
	ll := -l.r*math.Log1p(s.T/l.alpha) - l.s*math.Log1p(s.T/l.beta)
	if s.X > 0 {
		ll += numeric.LogRising(l.r, x) - x*math.Log(l.alpha+s.T)
	}
	ll += softplus(l.deadOdds(s))
	if s.X == 0 && s.T > 0 && ll > -math.Ln2 {
		// Purchases are unlikely: their chance has the digits. It is that of leaving
		// with the two processes exchanged.
		if buys := math.Exp(paretoNBD{l.s, l.beta, l.r, l.alpha}.departure(s).mass()); buys < 1 {
			ll = math.Log1p(-buys)
		}
	}
	return ll
}

func (l paretoNBD) future(s scoring.Summary) paretoFuture {
	return paretoFuture{l.r + float64(s.X), l.alpha + s.T, l.s, l.beta + s.T}
}

func (l paretoNBD) alive(s scoring.Summary) future {
	f := l.future(s)
	return &f
}

func (l paretoNBD) aliveIn(memory future, s scoring.Summary) future {
	f, ok := memory.(*paretoFuture)
	if !ok {
		return l.alive(s)
	}
	*f = l.future(s)
	return f
}

func (l paretoNBD) origin() float64 { return min(l.alpha, l.beta) }

func (l paretoNBD) posterior(s scoring.Summary) (purchase, dropout float64) {
	d := l.departure(s)
	purchase, dropout = d.shape/(l.alpha+s.T), l.s/(l.beta+s.T)
	odds := d.odds()
	dead := logistic(odds)
	if dead == 0 {
		return purchase, dropout
	}
	left, leaving := d.means()
	alive := logistic(-odds)
	return alive*purchase + dead*left, alive*dropout + dead*leaving
}
