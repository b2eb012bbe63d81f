package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// FitBGNBD estimates the beta-geometric/NBD model of Fader, Hardie and Lee, "Counting
// Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing
// Science 24 (2005) 275–284, by maximum likelihood. While alive a customer buys at
// random at a rate λ ~ Gamma(r, α); after each repeat purchase it leaves for good
// with probability p ~ Beta(a, b); λ and p are independent. A customer without
// repeat purchase is alive by assumption.
//
// The errors are those of [Fit].
func FitBGNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, BGNBD, Compress(summaries), options)
}

// NewBGNBD returns the BG/NBD with known parameters: shape r and rate parameter alpha,
// in units of time, of the purchase rate, whose mean is r/alpha; a and b of the
// dropout probability, whose mean is a/(a+b). a = 0 means that nobody leaves. See [New].
func NewBGNBD(unit rapport.Unit, r, alpha, a, b float64) (*Model, error) {
	return New(BGNBD, unit, r, alpha, a, b)
}

// bgnbdLaw is the BG/NBD, with first = 1 the MBG/NBD; with a = 0 both are the NBD. y
// is how often a customer has had the choice to leave.
type bgnbdLaw struct {
	r, alpha, a, b float64
	first          float64
}

func (l bgnbdLaw) choices(s scoring.Summary) (y float64) { return float64(s.X) + l.first }

// deadOdds is ln(a/(b+y−1)) + (r+x) ln((α+T)/(α+t_x)), from equation 11.2 of Fader,
// Hardie and Lee's note on the model.
func (l bgnbdLaw) deadOdds(s scoring.Summary) float64 {
	return leftOdds(l.a, l.b, l.choices(s)) + (l.r+float64(s.X))*math.Log1p((s.T-s.TX)/(l.alpha+s.TX))
}

// leftOdds returns ln(a/(b+y−1)), the odds that a customer left at the last of its y
// choices against having stayed; −Inf if it had none.
func leftOdds(a, b, y float64) float64 {
	if y == 0 || a == 0 {
		return math.Inf(-1)
	}
	return math.Log(a / (b + (y - 1)))
}

// stayed returns ln((b)_y/(a+b)_y), the probability of having stayed y times.
func stayed(a, b, y float64) float64 { return numeric.LogRising(b, y) - numeric.LogRising(a+b, y) }

// logLikelihood is the logarithm of the paper's equation 6.
func (l bgnbdLaw) logLikelihood(s scoring.Summary) float64 {
	x := float64(s.X)
	ll := numeric.LogRising(l.r, x) - l.r*math.Log1p(s.T/l.alpha) - x*math.Log(l.alpha+s.T)
	return ll + stayed(l.a, l.b, l.choices(s)) + softplus(l.deadOdds(s))
}

func (l bgnbdLaw) process(s scoring.Summary) process {
	return process{l.r + float64(s.X), l.alpha + s.T, l.a, l.b + l.choices(s)}
}

func (l bgnbdLaw) alive(s scoring.Summary) future {
	p := l.process(s)
	return &p
}

func (l bgnbdLaw) aliveIn(memory future, s scoring.Summary) future {
	p, ok := memory.(*process)
	if !ok {
		return l.alive(s)
	}
	*p = l.process(s)
	return p
}

func (l bgnbdLaw) origin() float64 { return l.alpha }

// posterior: a customer that has left did so at t_x, at its last purchase, so that
// its rate is Gamma(r+x, α+t_x) and its p is Beta(a+1, b+y−1).
func (l bgnbdLaw) posterior(s scoring.Summary) (purchase, dropout float64) {
	odds := l.deadOdds(s)
	alive, dead := logistic(-odds), logistic(odds)
	purchase = (l.r + float64(s.X)) * (alive/(l.alpha+s.T) + dead/(l.alpha+s.TX))
	return purchase, (alive*l.a + dead*(l.a+1)) / (l.a + l.b + l.choices(s))
}

// bgnbdRecipe fits the BG/NBD and its relatives from r = a = b = 1 and the α at which
// customers buy once in their mean age.
type bgnbdRecipe struct{ timing }

func (bgnbdRecipe) names() []string { return []string{"r", "alpha", "a", "b"} }
func (bgnbdRecipe) zeros() []bool   { return []bool{false, false, true, false} }

func (r bgnbdRecipe) law(p []float64) law { return r.timing.law(p[0], p[1], p[2], p[3]) }

func (r bgnbdRecipe) starts(rows *Rows) [][]float64 {
	age := rows.meanAge() / float64(r.k)
	return [][]float64{
		logs(1, age, 1, 1),
		// Little and much heterogeneity in either process.
		logs(0.2, age/10, 0.5, 5),
		logs(3, 3*age, 0.2, 0.5),
		logs(0.5, age/2, 20, 100),
		// Leaving at once or never.
		logs(1, age, 0.01, 0.01),
	}
}

// settled: the likelihood of few customers may have one maximum inside and a higher
// one on a ridge.
func (bgnbdRecipe) settled(rows *Rows, _ []float64) bool { return rows.Len() >= fewRows }

// fewRows are so few distinct rows that all starts cost next to nothing.
const fewRows = 200

func (r bgnbdRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return newLikelihood(ctx, rows, workers, r.timing, true).Evaluate
}

func (bgnbdRecipe) ridges() []ridge {
	return []ridge{
		homogeneousRate(4),
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, 1}, func(p []float64) bool { return p[2] > 100 && p[3] > 100 }},
		{BoundaryPolarDropout, []float64{0, 0, -1, -1}, func(p []float64) bool { return p[2] < 0.01 && p[3] < 0.01 }},
		{BoundaryCertainDropout, []float64{0, 0, 0, -1}, func(p []float64) bool { return p[3] < 0.01*min(1, p[2]) }},
		{BoundaryCertainDropout, []float64{0, 0, 1, 0}, func(p []float64) bool { return p[2] > 100*max(1, p[3]) }},
		{BoundaryNoDropout, []float64{0, 0, -1, 0}, func(p []float64) bool { return p[2] < 0.01*min(1, p[3]) }},
		{BoundaryNoDropout, []float64{0, 0, 0, 1}, func(p []float64) bool { return p[3] > 100*max(1, p[2]) }},
	}
}

// limits: if every repeat customer has t_x = T and the others cannot have left, the
// factor of a and b does not depend on the times and is largest at a = 0.
func (r bgnbdRecipe) limits(rows *Rows) []limit {
	l := noDropout(0, 1)
	l.recipe = nbdRecipe{r.k}
	l.certain = rows.atEnd && r.first == 0
	return []limit{l}
}

func (bgnbdRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0}, []float64{0, 0, 1, 1}
}
