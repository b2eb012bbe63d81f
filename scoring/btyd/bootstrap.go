package btyd

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// Resampling is how a bootstrap makes its data sets.
type Resampling uint8

// The ways to resample.
const (
	// ResampleCustomers draws customers with replacement. It does not take the model
	// for granted.
	ResampleCustomers Resampling = iota
	// ResampleModel simulates every customer, at its age, from the fitted model: the
	// parametric bootstrap.
	ResampleModel
)

// BootstrapOptions tune [Bootstrap]; nil is the same as the zero value.
type BootstrapOptions struct {
	// Replicates is the number of data sets; 0 means 1000.
	Replicates int
	Resampling Resampling
	// Workers bounds the goroutines; 0 means GOMAXPROCS. The result does not depend
	// on it.
	Workers int
	// Priors are those of the fit, if it had any.
	Priors []Prior
}

// Replicates are models fitted to resampled customers: how the estimate would have
// varied from sample to sample. They are immutable and safe to share.
type Replicates struct {
	model  *Model
	models []*Model
	failed int
}

// mostResampled bounds the customers, each of whom is drawn.
const mostResampled = 1e8

// Bootstrap fits the model's family again to many resampled data sets, beginning at
// the model. The same seed gives the same replicates on any number of workers. A
// replicate without a repeat purchase, or whose fit does not converge, is left out and
// counted in [Replicates.Failed].
//
// The error is an [*InputError], [ErrUnitMismatch] or the context's.
func Bootstrap(ctx context.Context, model *Model, rows *Rows, seed uint64, options *BootstrapOptions) (*Replicates, error) {
	var o BootstrapOptions
	if options != nil {
		o = *options
	}
	if o.Replicates == 0 {
		o.Replicates = 1000
	}
	switch {
	case !model.known():
		return nil, errNoModel()
	case o.Replicates < 2 || o.Replicates > 1_000_000:
		return nil, &InputError{Name: "Replicates", Value: float64(o.Replicates), Reason: "want 2 to 1000000, or 0"}
	case o.Resampling > ResampleModel:
		return nil, &InputError{Name: "Resampling", Value: float64(o.Resampling), Reason: "want ResampleCustomers or ResampleModel"}
	case rows == nil || rows.repeaters == 0:
		return nil, fmt.Errorf("btyd: bootstrap: %w", ErrNoRepeat)
	case rows.unit != model.unit:
		return nil, fmt.Errorf("btyd: bootstrap: model in %s, rows in %s: %w", model.unit, rows.unit, ErrUnitMismatch)
	case rows.Customers() < 1 || rows.customers > mostResampled:
		return nil, &InputError{Name: "Customers", Value: rows.customers, Reason: "want weights that sum to 1 to 1e8"}
	}
	source := newUrn(rows)
	if o.Resampling == ResampleModel {
		for _, age := range rows.ages {
			if err := model.simulable(scoring.Summary{}, age); err != nil {
				return nil, err
			}
		}
	}
	fit := FitOptions{Workers: 1, Tolerance: 1e-7, Priors: o.Priors}
	if !slices.Contains(model.params[:positives(model.family.recipe())], 0) {
		fit.Start = model.params
	}
	results := make([]*Model, o.Replicates)
	each(o.Workers, len(results), func(i int) {
		if ctx.Err() != nil {
			return
		}
		random := numeric.Stream(seed, uint64(i))
		var sample *Rows
		if o.Resampling == ResampleModel {
			sample = source.simulated(random, model)
		} else {
			sample = source.drawn(random)
		}
		if m, err := Fit(ctx, model.family, sample, &fit); err == nil {
			results[i] = m
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("btyd: bootstrap: %w", err)
	}
	r := &Replicates{model: model}
	for _, m := range results {
		if m == nil {
			r.failed++
			continue
		}
		r.models = append(r.models, m)
	}
	return r, nil
}

// Len returns the number of replicates that were fitted.
func (r *Replicates) Len() int { return len(r.all()) }

// Failed returns the number of replicates that could not be fitted.
func (r *Replicates) Failed() int {
	if r == nil {
		return 0
	}
	return r.failed
}

// Models yields the replicates.
func (r *Replicates) Models() iter.Seq[*Model] { return slices.Values(r.all()) }

// all are the models; nil has none.
func (r *Replicates) all() []*Model {
	if r == nil {
		return nil
	}
	return r.models
}

// Estimate returns a quantity of the model, such as a customer's expected purchases, with the
// standard deviation of the replicates as its standard error and their percentiles
// as its interval. Its N is the number of replicates. f is called from one goroutine.
// The error is an [*InputError] for a level, fewer than two replicates, or a value of
// f that is not finite.
func (r *Replicates) Estimate(level float64, f func(*Model) float64) (rapport.Estimate, error) {
	if !(level > 0 && level < 1) {
		return rapport.Estimate{}, &InputError{Name: "level", Value: level, Reason: "want a level above 0 and below 1"}
	}
	n := r.Len()
	if n < 2 {
		return rapport.Estimate{}, &InputError{Name: "Replicates", Value: float64(n), Reason: "want at least 2"}
	}
	values := make([]float64, n)
	for i, m := range r.models {
		v := f(m)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return rapport.Estimate{}, &InputError{Name: fmt.Sprintf("f of replicate %d", i), Value: v, Reason: "want a finite number"}
		}
		values[i] = v
	}
	se := deviation(values)
	slices.Sort(values)
	e := rapport.Estimate{
		Value: f(r.model), SE: se, Level: level, N: n,
		Low: numeric.Quantile(values, (1-level)/2), High: numeric.Quantile(values, (1+level)/2),
	}
	if err := e.Validate(); err != nil {
		return rapport.Estimate{}, fmt.Errorf("btyd: bootstrap: %w", err)
	}
	return e, nil
}

// urn holds the groups of equal customers with their cumulative weights.
type urn struct {
	rows       *Rows
	groups     []Row
	cumulative []float64
}

func newUrn(r *Rows) *urn {
	u := &urn{rows: r}
	sum := 0.0
	add := func(s scoring.Summary, weight float64) {
		sum += weight
		u.groups, u.cumulative = append(u.groups, Row{s, weight}), append(u.cumulative, sum)
	}
	for i, kind := range r.kind {
		add(scoring.Summary{X: int(r.count[kind]), TX: r.recency[i], T: r.age[i]}, r.weight[i])
	}
	for i, idle := range r.ageIdle {
		if idle > 0 {
			add(scoring.Summary{T: r.ages[i]}, idle)
		}
	}
	return u
}

// draw returns a group with the probability of its weight.
func (u *urn) draw(random *rand.Rand) int {
	at := random.Float64() * u.cumulative[len(u.cumulative)-1]
	return min(sort.SearchFloat64s(u.cumulative, at), len(u.groups)-1)
}

// drawn returns as many customers as there are, drawn with replacement. The sum of
// log intervals, a constant of the likelihood, is that of the whole in proportion.
func (u *urn) drawn(random *rand.Rand) *Rows {
	counts := make([]float64, len(u.groups))
	for range u.rows.Customers() {
		counts[u.draw(random)]++
	}
	c := newCompression(u.rows.unit, len(u.groups))
	for i, n := range counts {
		if s := u.groups[i].Summary; n > 0 {
			c.add(s.X, s.TX, s.T, n)
		}
	}
	sample := c.end()
	if u.rows.sumX > 0 {
		sample.sumLogInterval = u.rows.sumLogInterval * sample.sumX / u.rows.sumX
	}
	return sample
}

// simulated returns customers of the same ages as the model makes them. An age with a
// weight that is not whole gets a customer more with the probability of the rest.
func (u *urn) simulated(random *rand.Rand, m *Model) *Rows {
	c := newCompression(u.rows.unit, u.rows.Customers())
	for i, age := range u.rows.ages {
		n := math.Floor(u.rows.ageWeight[i])
		if random.Float64() < u.rows.ageWeight[i]-n {
			n++
		}
		for range int(n) {
			s := m.history(random, age)
			c.rows.sumLogInterval += s.SumLogInterval
			c.add(s.X, s.TX, s.T, 1)
		}
	}
	return c.end()
}
