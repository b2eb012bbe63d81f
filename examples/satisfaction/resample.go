package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// estimateModel estimates the model. Where too few resamples can be estimated it does
// without them, and says so in warnings.
func estimateModel(ctx context.Context, o options, model satisfaction.Model, data *pls.Data) (result *satisfaction.Result, warnings []string, err error) {
	settings := satisfaction.Options{
		Scheme: o.pls.Scheme, Metric: o.pls.Metric, Missing: o.pls.Missing, Consistent: o.pls.Consistent, Tolerance: o.pls.Tolerance,
		Rule: o.rule, Bootstrap: o.bootstrap, Seed: o.seed, Level: level,
	}
	result, err = model.EstimateData(ctx, data, &settings)
	if few, ok := errors.AsType[*pls.ResampleError](err); ok {
		warnings = []string{fmt.Sprintf("no_intervals: only %d of %d resamples could be estimated: %s", few.Succeeded, few.Resamples, failures(few.Failed))}
		settings.Bootstrap = 0
		result, err = model.EstimateData(ctx, data, &settings)
	}
	if _, slow := errors.AsType[*pls.NotConvergedError](err); slow && result != nil {
		if settings.Bootstrap > 0 {
			warnings = append(warnings, "no_intervals: nothing is resampled where the iteration does not converge")
		}
		err = nil
	}
	return result, warnings, err
}

// resampled fills in the intervals of paths and total effects.
func (r *report) resampled(b *pls.Bootstrapped) {
	if b == nil {
		return
	}
	for _, p := range r.fit.Paths() {
		e, _ := b.Path(p.From, p.To)
		r.pathIntervals = append(r.pathIntervals, interval{p.String(), e})
	}
	for _, effect := range r.fit.Effects() {
		e, _ := b.Total(effect.From, effect.To)
		r.totalIntervals = append(r.totalIntervals, interval{effect.String(), e})
	}
	if failed := b.Failed(); failed.Total() > 0 {
		r.warnings = append(r.warnings, fmt.Sprintf("failed_resamples: %d of %d could not be estimated and are left out: %s", failed.Total(), r.options.bootstrap, failures(failed)))
	}
}

func failures(f pls.FailedResamples) string {
	return fmt.Sprintf("item without spread %d, singular %d, not converged %d, reliability not above 0 %d, inadmissible %d, other %d",
		f.Item, f.Singular, f.NotConverged, f.Unreliable, f.Inadmissible, f.Other)
}
