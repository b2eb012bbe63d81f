package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// FitParetoNBDCorrelated estimates the Pareto/NBD in which the purchase rate λ and the
// rate of leaving μ of a customer are correlated, by maximum likelihood. They have the
// joint density of Sarmanov's family with the mixing functions of Park and Fader,
// "Modeling Browsing Behavior at Multiple Websites", Marketing Science 23 (2004)
// 280–303,
//
//	f(λ) f(μ) (1 + m (e^−λ − E e^−λ) (e^−μ − E e^−μ)),
//
// f being the gamma densities of [FitParetoNBD]; m = 0 is that model. Rates are per
// unit of time, so that a fit in weeks is not one in days. m has a range that depends
// on the other parameters, in which the density is nowhere negative; the likelihood
// is often largest at its end, reported as [BoundaryCorrelation]. What m means is
// said by [Model.Correlation].
//
// The errors are those of [Fit].
func FitParetoNBDCorrelated(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, ParetoNBDCorrelated, Compress(summaries), options)
}

// NewParetoNBDCorrelated returns the model of [FitParetoNBDCorrelated] with known
// parameters: those of [NewParetoNBD], s above 0, and m. The error is an
// [*InputError], also for an m outside its range. See [New].
func NewParetoNBDCorrelated(unit rapport.Unit, r, alpha, s, beta, m float64) (*Model, error) {
	return New(ParetoNBDCorrelated, unit, r, alpha, s, beta, m)
}

// Correlation returns the correlation of a customer's purchase rate with its rate of
// leaving, m √(rs)/((α+1)(β+1)) E e^−λ E e^−μ for [ParetoNBDCorrelated]; false for the
// other families, which have none.
func (m *Model) Correlation() (float64, bool) {
	if !m.known() {
		return 0, false
	}
	law, ok := m.law.(*sarmanovLaw)
	if !ok {
		return 0, false
	}
	p := law.parts[0]
	return law.k * math.Sqrt(p.r) / (p.alpha + 1) * math.Sqrt(p.s) / (p.beta + 1), true
}

// sarmanovSigns are those with which the four Pareto/NBD (α, β), (α, β+1), (α+1, β) and
// (α+1, β+1) enter what k = m E e^−λ E e^−μ multiplies: e^−λ f(λ) is a gamma density
// with α+1 but for its mean. So the model is a mixture of four with the weights
// 1+k, −k, −k, k.
func sarmanovSigns() [4]float64 { return [4]float64{1, -1, -1, 1} }

// sarmanovLaw is the mathematics of the model: sums over the four parts.
type sarmanovLaw struct {
	parts   [4]paretoNBD
	weights [4]float64
	m, k    float64
}

func newSarmanovLaw(p []float64) *sarmanovLaw {
	l := &sarmanovLaw{m: p[4]}
	for i := range l.parts {
		l.parts[i] = paretoNBD{p[0], p[1] + float64(i>>1), p[2], p[3] + float64(i&1)}
	}
	l.k = sarmanovShares(p[0], p[1], p[2], p[3]).mean() * l.m
	for i, sign := range sarmanovSigns() {
		l.weights[i] = sign * l.k
	}
	l.weights[0]++
	return l
}

// sum adds up weights times e^logs, as the logarithm.
func (l *sarmanovLaw) sum(logs [4]float64) float64 {
	top := max(logs[0], logs[1], logs[2], logs[3])
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for i, v := range logs {
		sum += l.weights[i] * math.Exp(v-top)
	}
	return top + math.Log(max(sum, 0))
}

// aliveLogs are the parts' likelihoods of the history together with being alive now,
// without the factor of x that all share.
func (l *sarmanovLaw) aliveLogs(s scoring.Summary) (logs [4]float64) {
	for i, p := range l.parts {
		logs[i] = -p.r*math.Log1p(s.T/p.alpha) - p.s*math.Log1p(s.T/p.beta) - float64(s.X)*math.Log(p.alpha+s.T)
	}
	return logs
}

func (l *sarmanovLaw) logLikelihood(s scoring.Summary) float64 {
	var logs [4]float64
	for i, p := range l.parts {
		logs[i] = p.logLikelihood(s)
	}
	return l.sum(logs)
}

func (l *sarmanovLaw) deadOdds(s scoring.Summary) float64 {
	logs := l.aliveLogs(s)
	alive := l.sum(logs)
	for i, p := range l.parts {
		logs[i] += p.deadOdds(s)
	}
	return l.sum(logs) - alive
}

func (l *sarmanovLaw) alive(s scoring.Summary) future {
	f := &sarmanovFuture{law: l}
	logs := l.aliveLogs(s)
	total := l.sum(logs)
	for i, p := range l.parts {
		f.parts[i] = p.future(s)
		f.weights[i] = l.weights[i] * math.Exp(logs[i]-total)
	}
	return f
}

func (l *sarmanovLaw) origin() float64 { return l.parts[0].origin() }

func (l *sarmanovLaw) posterior(s scoring.Summary) (purchase, dropout float64) {
	var logs [4]float64
	for i, p := range l.parts {
		logs[i] = p.logLikelihood(s)
	}
	total := l.sum(logs)
	for i, p := range l.parts {
		w := l.weights[i] * math.Exp(logs[i]-total)
		a, b := p.posterior(s)
		purchase, dropout = purchase+w*a, dropout+w*b
	}
	return max(0, purchase), max(0, dropout)
}

// check says whether m keeps the density from becoming negative.
func (sarmanovRecipe) check(p []float64) error {
	low, high := sarmanovShares(p[0], p[1], p[2], p[3]).bounds()
	if m := p[4]; !(m >= low*(1+1e-12) && m <= high*(1+1e-12)) {
		return &InputError{Name: "m", Value: m, Reason: fmt.Sprintf("want %g to %g at these parameters", low, high)}
	}
	return nil
}
