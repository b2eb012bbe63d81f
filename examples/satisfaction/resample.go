package main

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// resample fills in the intervals of paths and total effects.
func (r *report) resample(ctx context.Context, a *answers) error {
	if r.options.bootstrap == 0 {
		return nil
	}
	options := r.fit.Options()
	b, err := pls.Bootstrap(ctx, r.fit.Model(), a.data, &options, pls.BootstrapOptions{Resamples: r.options.bootstrap, Seed: r.options.seed, Level: level})
	if err != nil {
		return a.explain(err)
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
		r.warnings = append(r.warnings, fmt.Sprintf(
			"failed_resamples: %d of %d could not be estimated and are left out: item without spread %d, singular %d, not converged %d, reliability not above 0 %d, inadmissible %d, other %d",
			failed.Total(), r.options.bootstrap, failed.Item, failed.Singular, failed.NotConverged, failed.Unreliable, failed.Inadmissible, failed.Other))
	}
	return nil
}
