package cluster

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// ErrSingular reports a mixture with a covariance that is singular beyond rounding: more
// regularisation, fewer clusters or a simpler form are what helps.
var ErrSingular = errors.New("cluster: a covariance is singular")

// MixtureOptions are the options of [FitMixture]; nil or the zero value means the
// defaults.
type MixtureOptions struct {
	Covariance Covariance // Full
	Starts     int        // from how many partitions by k-means, each of its own first centres; 10
	// SampleRows is how many customers, drawn by the seed, the starts work on if there
	// are more of them; the best start then goes on with all customers. 20000.
	SampleRows    int
	MaxIterations int // of each start, and of the work on all customers; 1000
	// Tolerance is the gain of log-likelihood for each customer that is not worth
	// another step; 1e-7.
	Tolerance float64
	// Regularization is the weight of the prior that keeps covariances from becoming
	// singular: of a group of average size it adds about this share of the variance of
	// all customers to each variance. 1e-6.
	Regularization float64
	Workers        int // goroutines at work; 0: GOMAXPROCS; they do not change the answer
}

// normal returns the options with their defaults written out, or an [*OptionError].
func (o *MixtureOptions) normal() (MixtureOptions, error) {
	if o == nil {
		o = &MixtureOptions{}
	}
	n := *o
	if n.Covariance > Spherical {
		return n, &OptionError{"Covariance", float64(n.Covariance), "unknown form"}
	}
	if err := counts(count{"Starts", &n.Starts, 10}, count{"SampleRows", &n.SampleRows, 20_000}, count{"MaxIterations", &n.MaxIterations, 1000}, count{"Workers", &n.Workers, 0}); err != nil {
		return n, err
	}
	for _, f := range []struct {
		name     string
		value    *float64
		standard float64
	}{{"Tolerance", &n.Tolerance, 1e-7}, {"Regularization", &n.Regularization, 1e-6}} {
		if *f.value == 0 {
			*f.value = f.standard
		}
		if !(*f.value >= 1e-12 && *f.value <= 1) { // below, rounding decides
			return n, &OptionError{f.name, *f.value, "not from 1e-12 to 1"}
		}
	}
	return n, nil
}

// MixtureReport says how a fit went.
type MixtureReport struct {
	Customers     int
	Starts        int
	SampleRows    int // on which the starts worked; that of all customers if there was no sample
	Iterations    int // of the start that was kept, and then over all customers if there was a sample
	Converged     bool
	LogLikelihood float64 // of the customers, in scaled units
	// Penalized is the log-likelihood less the penalty of the regularisation: what
	// every step of the fit makes greater.
	Penalized  float64
	Parameters int // free ones
}

// BIC returns −2·LogLikelihood + Parameters·ln Customers: the smaller the better, among
// fits to the same scaled customers. Reference: G. Schwarz, Estimating the Dimension of
// a Model, Annals of Statistics 6 (1978), 461–464.
func (r MixtureReport) BIC() float64 {
	return -2*r.LogLikelihood + float64(r.Parameters)*math.Log(float64(max(1, r.Customers)))
}

// AIC returns −2·LogLikelihood + 2·Parameters.
func (r MixtureReport) AIC() float64 { return -2*r.LogLikelihood + 2*float64(r.Parameters) }

// Mixture is a mixture of normal distributions, one for each group of customers: an
// immutable value made by [FitMixture] or read from JSON, safe to share between
// goroutines.
type Mixture struct {
	scaler     *Scaler
	form       Covariance
	components []component // the greatest weight first
	report     MixtureReport
}

// FitMixture fits a mixture of k normal distributions by the EM algorithm: the most
// likely of several starts. The seed draws the starts; the same seed, data and options
// give the same model on any number of cores, while rows in another order may lead to
// another one. A group that dies on the way keeps weight 0.
//
// Errors: those of [FitKMeans], and [ErrSingular]. Where the iterations do not suffice
// the model is returned with a [*ConvergenceError].
func FitMixture(ctx context.Context, data *Prepared, k int, seed uint64, options *MixtureOptions) (*Mixture, error) {
	o, err := options.normal()
	if err != nil {
		return nil, err
	}
	if err := checkCount(data, k); err != nil {
		return nil, err
	}
	best, rows, err := fromSample(data, o.SampleRows, seed, func(drawn *Prepared) (climbed, error) {
		return bestMixture(ctx, drawn, k, seed, &o)
	})
	if err != nil {
		return nil, err
	}
	if rows < data.Len() {
		all := newEM(data, k, &o, o.Workers)
		all.components = best.em.components
		best.em = all
		if best.steps, best.converged, err = all.run(ctx, o.MaxIterations, o.Tolerance); err != nil {
			return nil, err
		}
	}
	m := &Mixture{scaler: data.scaler, form: o.Covariance, report: MixtureReport{
		Customers: data.Len(), Starts: o.Starts, SampleRows: rows, Iterations: best.steps, Converged: best.converged,
	}}
	m.take(best.em)
	if !m.report.Converged {
		return m, &ConvergenceError{Iterations: m.report.Iterations}
	}
	return m, nil
}

// climbed is the end of one start.
type climbed struct {
	em        *em
	steps     int
	converged bool
	objective float64
	err       error
}

// bestMixture runs the starts and returns the most likely one, the first of equal ones.
// A start that ends in a singular covariance counts only if all do.
func bestMixture(ctx context.Context, data *Prepared, k int, seed uint64, o *MixtureOptions) (climbed, error) {
	results := make([]climbed, o.Starts)
	numeric.Parallel(o.Workers, o.Starts, func(i int) {
		r := &results[i]
		r.err = r.climb(ctx, data, k, seed, i, o)
	})
	best := -1
	for i := range results {
		switch {
		case errors.Is(results[i].err, ErrSingular):
		case results[i].err != nil:
			return climbed{}, results[i].err
		case best < 0 || results[i].objective > results[best].objective:
			best = i
		}
	}
	if best < 0 {
		return climbed{}, ErrSingular
	}
	return results[best], nil
}

// startSteps is how far k-means goes before the mixture takes over.
const startSteps = 30

func (r *climbed) climb(ctx context.Context, data *Prepared, k int, seed uint64, start int, o *MixtureOptions) error {
	centers, err := seeds(data, k, numeric.Stream(seed, uint64(start)))
	if err != nil {
		return err
	}
	l := newLloyd(data, centers, 1)
	if _, _, err := l.run(ctx, startSteps, 0); err != nil {
		return err
	}
	r.em = newEM(data, k, o, 1)
	if err := r.em.fromLabels(l.labels); err != nil {
		return err
	}
	if r.steps, r.converged, err = r.em.run(ctx, o.MaxIterations, o.Tolerance); err != nil {
		return err
	}
	r.objective = r.em.objective()
	return nil
}

// take fills the model from a fit, the greatest weight first; of equal ones that with the
// smaller mean.
func (m *Mixture) take(e *em) {
	m.components = e.components
	slices.SortStableFunc(m.components, func(a, b component) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), slices.Compare(a.mean, b.mean))
	})
	k, d := len(m.components), e.data.width
	m.report.LogLikelihood, m.report.Penalized = e.likelihood, e.objective()
	m.report.Parameters = m.form.free(k, d)
}
