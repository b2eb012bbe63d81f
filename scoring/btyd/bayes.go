package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// SampleParetoNBD draws the parameters of the Pareto/NBD (see [FitParetoNBD]) from
// their posterior distribution given the summaries and the priors: the hierarchical
// Bayes form of the model, as in Ma and Liu, "The MCMC Approach for Solving the
// Pareto/NBD Model and Possible Extensions", ICNC 2007. Where they draw every
// customer's rates and time of departure by turns with the parameters, here the
// customers are integrated out: the chains move in the logarithms of r, α, s and β
// alone, and the customers' own quantities follow from each draw exactly. The same seed
// gives the same draws.
//
// The chains move by generalised elliptical slice sampling (Nishihara, Murray and
// Adams, JMLR 15, 2014), in four dimensions whatever the number of customers, along
// ellipses drawn from a t distribution that the search for the mode and two stages of
// warmup fit to the posterior. Nothing is tuned while draws are kept, and there is no
// step length to choose. Rates, times of departure and counts of customers are drawn
// afterwards given each draw of the parameters, from a stream of chance of the
// customer's own, and are not stored. [Mixing] judges the chains.
//
// Where maximum likelihood returns a boundary or no standard errors, the posterior
// still says what is known; it needs no repeat purchase.
//
// The error is an [*InputError] for an option, [ErrNoCustomers], or a [*SampleError]
// that wraps the context's error, or [ErrNoStart] where priors and data exclude each
// other. Chains that did not mix are no error: [Posterior.Warnings] names that.
func SampleParetoNBD(ctx context.Context, summaries *scoring.Summaries, seed uint64, options *BayesOptions) (*Posterior, error) {
	summaries = given(summaries)
	if summaries.Len() == 0 {
		return nil, fmt.Errorf("btyd: %s: %w", ParetoNBD, ErrNoCustomers)
	}
	o, err := options.orDefault()
	if err != nil {
		return nil, err
	}
	priors, err := completePriors(o.Priors, summaries.Unit())
	if err != nil {
		return nil, err
	}
	s := &sampler{ctx: ctx, recipe: ParetoNBD.recipe(), rows: Compress(summaries), options: o, seed: seed, priors: priors}
	chains, err := s.sample()
	if err != nil {
		err = &SampleError{Model: ParetoNBD.String(), Draws: len(chains[0][0]), Err: err}
	}
	if len(chains[0][0]) < leastDraws {
		return nil, err
	}
	return newPosterior(ParetoNBD, s, chains), err
}

const (
	mostChains = 64
	leastDraws = 50 // that diagnostics need of a chain
)

// BayesOptions say how long to sample and what was believed before; nil is the same
// as the zero value, which means the defaults.
type BayesOptions struct {
	// Chains is the number of independent chains, 1 to 64; 0 means 4. One
	// chain alone is judged by its halves.
	Chains int
	// Warmup is the number of steps at the start of each chain that are thrown away,
	// 100 to 1 000 000; 0 means 500.
	Warmup int
	// Draws is the number kept of each chain, 50 to 1 000 000; 0 means 2000.
	Draws int
	// Thin keeps every Thin-th draw, 1 to 1000; 0 means 1. Draws are worth a quarter to
	// a half of independent ones, a tenth in the tail of s and β if these are weakly
	// identified, so that this is for files that are to be small.
	Thin int
	// Workers bounds the goroutines; 0 means GOMAXPROCS. The result does not depend
	// on it, bit for bit.
	Workers int
	// Priors are what was believed of the parameters before; at most one each. Those
	// without one have the default of [DefaultPriors].
	Priors []Prior
}

// orDefault checks the options and fills in the defaults.
func (o *BayesOptions) orDefault() (BayesOptions, error) {
	var c BayesOptions
	if o != nil {
		c = *o
	}
	for _, v := range []struct {
		name                     string
		value                    *int
		standard, least, largest int
	}{
		{"Chains", &c.Chains, 4, 1, mostChains}, {"Warmup", &c.Warmup, 500, 100, 1_000_000}, {"Draws", &c.Draws, 2000, leastDraws, 1_000_000},
		{"Thin", &c.Thin, 1, 1, 1000}, {"Workers", &c.Workers, 0, 0, math.MaxInt},
	} {
		if *v.value == 0 {
			*v.value = v.standard
		}
		if *v.value < v.least || *v.value > v.largest {
			return c, &InputError{Name: v.name, Value: float64(*v.value), Reason: fmt.Sprintf("want 0 or %d to %d", v.least, v.largest)}
		}
	}
	return c, nil
}

// DefaultPriors returns the priors of a sampler of the Pareto/NBD. They are weakly
// informative. The shapes r and s have median 1 and sigma 1.5: with probability 0.95
// they lie between 0.05 and 19, from customers of whom few do nearly everything to
// customers who are all alike. The rates α and β are times, with medians of 13 and 52
// weeks, whatever the unit, and sigma 2: between a fiftieth and fifty times that.
// It is nil for a unit that is none.
func DefaultPriors(unit rapport.Unit) []Prior {
	if !unit.IsValid() {
		return nil
	}
	week := 7 / unit.Days()
	return []Prior{
		LogNormalPrior("r", 1, 1.5), LogNormalPrior("alpha", 13*week, 2),
		LogNormalPrior("s", 1, 1.5), LogNormalPrior("beta", 52*week, 2),
	}
}

// completePriors fills in the defaults.
func completePriors(priors []Prior, unit rapport.Unit) (penalty, error) {
	names := ParetoNBD.Parameters()
	complete, err := newPenalty(slices.Clone(priors), names)
	if err != nil {
		return nil, err
	}
	if complete == nil {
		complete = make(penalty, len(names))
	}
	for i, standard := range DefaultPriors(unit) {
		if complete[i] == nil {
			complete[i] = &standard
		}
		mean, variance := complete[i].logMoments()
		if math.Abs(mean) > 200 || !(variance >= 1e-6 && variance <= 1e4) {
			return nil, fmt.Errorf("btyd: prior of %q: %w", names[i], &InputError{
				Name: "Priors", Value: math.Sqrt(variance), Reason: "want a logarithm with a mean from -200 to 200 and a standard deviation from 0.001 to 100",
			})
		}
	}
	return complete, nil
}

// SampleError reports a sampler that was stopped. The posterior that comes with it
// holds the draws until then, the first of those that the whole run would have
// made; it is nil if there are fewer than 50 a chain.
type SampleError struct {
	Model string
	Draws int // kept of each chain
	Err   error
}

func (e *SampleError) Error() string {
	return fmt.Sprintf("btyd: %s: %v after %d draws of each chain", e.Model, e.Err, e.Draws)
}

// Unwrap returns Err.
func (e *SampleError) Unwrap() error { return e.Err }
