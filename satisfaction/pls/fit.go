package pls

import (
	"errors"
	"math"
)

// Fit estimates a model from answers. Nil options are the defaults.
//
// The error is a [*ModelError], [*OptionError], [*DataError], [*ItemError],
// [*TooFewRowsError], [*SingularError] or [*ReliabilityError] and the result nil; or
// a [*NotConvergedError] with the last point as result.
func Fit(model Model, data *Data, options *Options) (*Result, error) {
	pl, settled, err := prepare(model, options)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, &DataError{Row: -1, Reason: "there are no data"}
	}
	return pl.fit(settled, data)
}

// fit estimates from answers.
func (pl *plan) fit(options Options, data *Data) (*Result, error) {
	columns, err := pl.columns(data.columns)
	if err != nil {
		return nil, err
	}
	if options.Missing == Pairwise && !data.complete {
		return fitPairwise(pl, options, data, columns)
	}
	covariance, err := data.covariance(pl, columns, options.Missing)
	if err != nil {
		return nil, err
	}
	return fit(pl, options, covariance)
}

// FitCovariance estimates a model from the covariances of items, of which the model
// may use some. The option for missing answers plays no part: they were treated when
// the covariances were computed. Errors are those of [Fit].
func FitCovariance(model Model, covariance *Covariance, options *Options) (*Result, error) {
	pl, settled, err := prepare(model, options)
	if err != nil {
		return nil, err
	}
	if covariance == nil {
		return nil, &DataError{Row: -1, Reason: "there are no covariances"}
	}
	return fit(pl, settled, covariance)
}

func prepare(model Model, options *Options) (*plan, Options, error) {
	settled, err := options.settled()
	if err != nil {
		return nil, settled, err
	}
	pl, err := newPlan(model)
	return pl, settled, err
}

// columns finds the plan's items among columns.
func (pl *plan) columns(columns map[string]int) ([]int, error) {
	found := make([]int, len(pl.items))
	for k, item := range pl.items {
		at, known := columns[item]
		if !known {
			return nil, &ItemError{Item: item, Fault: AbsentItem}
		}
		found[k] = at
	}
	return found, nil
}

// covariance gathers the columns of a plan.
func (d *Data) covariance(pl *plan, columns []int, missing Missing) (*Covariance, error) {
	moments, err := NewMoments(pl.items)
	if err != nil {
		return nil, err
	}
	answers := make([]float64, len(columns))
	for row := range d.rows {
		all := d.row(row)
		for k, at := range columns {
			answers[k] = all[at]
		}
		moments.add(answers, d.weight(row))
	}
	if missing == Pairwise {
		missing = Casewise // nothing is missing
	}
	return moments.Covariance(missing)
}

func fit(pl *plan, options Options, covariance *Covariance) (*Result, error) {
	columns, err := covariance.of(pl)
	if err != nil {
		return nil, err
	}
	r := newResult(pl, options, covariance, columns)
	s := newSolver(pl, options)
	err = s.solve(r.metric())
	var slow *NotConvergedError
	if err != nil && !errors.As(err, &slow) {
		return nil, err
	}
	r.take(s)
	return r, err
}

// metric returns the matrix that the algorithm runs on.
func (r *Result) metric() []float64 {
	if r.options.Metric == Raw {
		return r.matrix
	}
	return r.correlations
}

// standardise returns the correlations of a p×p covariance matrix and the standard
// deviations.
func standardise(matrix []float64, p int) (correlations, deviations []float64) {
	deviations = make([]float64, p)
	inverse := make([]float64, p)
	for k := range p {
		deviations[k] = math.Sqrt(matrix[k*p+k])
		inverse[k] = 1 / deviations[k]
	}
	correlations = make([]float64, p*p)
	for j := range p {
		correlations[j*p+j] = 1
		row, by := matrix[j*p:j*p+j], inverse[j]
		for k, v := range row {
			r := v * by * inverse[k]
			correlations[j*p+k], correlations[k*p+j] = r, r
		}
	}
	return correlations, deviations
}
