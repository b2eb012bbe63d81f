package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// mean averages over the models that predict.
func (p *Posterior) mean(f func(m *Model) float64) float64 {
	if !p.known() {
		return 0
	}
	sum := 0.0
	for _, m := range p.models {
		sum += f(m)
	}
	return sum / float64(len(p.models))
}

// PAlive is the posterior mean of [Model.PAlive].
func (p *Posterior) PAlive(s scoring.Summary) float64 {
	return p.mean(func(m *Model) float64 { return m.PAlive(s) })
}

// PAliveAt is the posterior mean of [Model.PAliveAt].
func (p *Posterior) PAliveAt(s scoring.Summary, t float64) float64 {
	return p.mean(func(m *Model) float64 { return m.PAliveAt(s, t) })
}

// Expected is the posterior mean of [Model.Expected].
func (p *Posterior) Expected(s scoring.Summary, t float64) float64 {
	return p.mean(func(m *Model) float64 { return m.Expected(s, t) })
}

// ExpectedNew is the posterior mean of [Model.ExpectedNew].
func (p *Posterior) ExpectedNew(t float64) float64 {
	return p.mean(func(m *Model) float64 { return m.ExpectedNew(t) })
}

// Probability is the posterior mean of [Model.Probability].
func (p *Posterior) Probability(s scoring.Summary, n int, t float64) float64 {
	return min(1, p.mean(func(m *Model) float64 { return m.Probability(s, n, t) }))
}

// PMF is the posterior mean of [Model.PMF].
func (p *Posterior) PMF(n int, t float64) float64 { return p.Probability(scoring.Summary{}, n, t) }

// LogLikelihood returns the logarithm of the posterior mean of the likelihood of the
// customer's history: its predictive density if it was not among the data.
func (p *Posterior) LogLikelihood(s scoring.Summary) float64 {
	if !p.known() || !valid(s) {
		return 0
	}
	top := math.Inf(-1)
	values := make([]float64, len(p.models))
	for i, m := range p.models {
		values[i] = m.LogLikelihood(s)
		top = max(top, values[i])
	}
	sum := 0.0
	for _, v := range values {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum/float64(len(values)))
}

// Discounted is the posterior mean of [Model.Discounted]; it is infinite, and the
// error [ErrDiverges], if that of one draw is.
func (p *Posterior) Discounted(s scoring.Summary, periods, delta float64) (float64, error) {
	if !p.known() {
		return 0, errNoPosterior()
	}
	var failure error
	mean := p.mean(func(m *Model) float64 {
		value, err := m.Discounted(s, periods, delta)
		if err != nil && failure == nil {
			failure = err
		}
		return value
	})
	if failure != nil {
		return 0, failure
	}
	return finite(mean)
}

// PAliveInto sets dst[i] to PAlive of the i-th customer; len(dst) must be their
// number. The error is an [*InputError] or [ErrUnitMismatch].
func (p *Posterior) PAliveInto(dst []float64, summaries *scoring.Summaries) error {
	return p.meanInto(dst, func(m *Model, dst []float64) error { return m.PAliveInto(dst, summaries) })
}

// ExpectedInto sets dst[i] to Expected of the i-th customer over t units; see
// [Posterior.PAliveInto].
func (p *Posterior) ExpectedInto(dst []float64, summaries *scoring.Summaries, t float64) error {
	return p.meanInto(dst, func(m *Model, dst []float64) error { return m.ExpectedInto(dst, summaries, t) })
}

// DiscountedInto sets dst[i] to Discounted of the i-th customer; see
// [Posterior.PAliveInto]. The error may also be [ErrDiverges].
func (p *Posterior) DiscountedInto(dst []float64, summaries *scoring.Summaries, periods, delta float64) error {
	return p.meanInto(dst, func(m *Model, dst []float64) error { return m.DiscountedInto(dst, summaries, periods, delta) })
}

// meanInto averages the batches of the models. They are computed side by side, and
// added in order, a few at a time.
func (p *Posterior) meanInto(dst []float64, batch func(m *Model, dst []float64) error) error {
	if !p.known() {
		return errNoPosterior()
	}
	const aside = 8
	var parts [aside][]float64
	var failures [aside]error
	for i := range parts {
		parts[i] = make([]float64, len(dst))
	}
	clear(dst)
	for from := 0; from < len(p.models); from += aside {
		models := p.models[from:min(from+aside, len(p.models))]
		numeric.Parallel(p.workers, len(models), func(i int) { failures[i] = batch(models[i], parts[i]) })
		for i := range models {
			if failures[i] != nil {
				return failures[i]
			}
			for k, v := range parts[i] {
				dst[k] += v / float64(len(p.models))
			}
		}
	}
	return nil
}

// check returns what is wrong with the arguments of a question about customers.
func (p *Posterior) check(summaries *scoring.Summaries, t float64) error {
	switch {
	case !p.known():
		return errNoPosterior()
	case summaries.Unit() != p.unit:
		return fmt.Errorf("btyd: %s: posterior in %s, summaries in %s: %w", p.Name(), p.unit, summaries.Unit(), ErrUnitMismatch)
	case !validTime(t):
		return &InputError{Name: "t", Value: t, Reason: "want a finite horizon of 0 or more"}
	}
	return nil
}
