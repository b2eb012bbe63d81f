package btyd

import (
	"context"
	"math"
)

// Fit estimates a model of the family by maximum likelihood: damped Newton steps with
// the exact Hessian in log parameters. If the first start does not converge to an
// interior maximum, others are tried and the boundaries of the family looked at;
// what was found is in the report. A nested model, such as the NBD within the BG/NBD,
// is fitted as well and is the result where it is no worse.
//
// The error is [ErrNoRepeat] without a repeat purchase, [ErrNoIntervals] for a family
// of regular customers, an [*InputError] for the family or an option, or a [*FitError]
// that wraps [ErrNotConverged] or the context's error; then the model, if not nil, is
// the best point found.
func Fit(ctx context.Context, family Family, rows *Rows, options *FitOptions) (*Model, error) {
	r := family.recipe()
	if r == nil {
		return nil, &InputError{Name: "family", Value: float64(family), Reason: wantFamily}
	}
	e, err := newEstimation(ctx, family.String(), r, rows, options)
	if err != nil {
		return nil, err
	}
	best, err := e.search()
	best.Converged = best.Converged && err == nil
	report := e.report(best)
	if math.IsInf(best.Value, -1) {
		if err == nil {
			err = ErrNotConverged
		}
		return nil, &FitError{Model: family.String(), Report: report, Err: err}
	}
	m := newModel(family, rows.unit, best.params)
	m.covariance, m.identified = curvature(slopes(best.params, e.positive), best.Hessian, best.flat)
	m.report = report
	m.report.Warnings = append(warnings(report.Repeaters, m.params, e.positive, m.covariance, m.identified, report.Boundaries), rows.warnings()...)
	if err == nil && !best.Converged {
		err = ErrNotConverged
	}
	if err != nil {
		return m, &FitError{Model: family.String(), Report: m.Report(), Err: err}
	}
	return m, nil
}
