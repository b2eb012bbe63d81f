package cluster

import (
	"context"
	"errors"
)

// KMeansCandidate is a number of clusters that [ChooseKMeans] tried.
type KMeansCandidate struct {
	Model      *KMeans
	Silhouette Silhouette
}

// ChooseKMeans fits from … to clusters and returns all fits and the place of the one with
// the greatest mean silhouette, the fewest clusters of equally good ones. A silhouette
// says nothing of one cluster: from is at least 2. That the best of them is no good says
// [Silhouette]. Errors: those of [FitKMeans]; a fit that did not converge is kept, and its
// report says so.
func ChooseKMeans(ctx context.Context, data *Prepared, from, to int, seed uint64, options *KMeansOptions) (tried []KMeansCandidate, best int, err error) {
	if from < 2 || to < from {
		return nil, 0, &CountError{Clusters: from, Reason: "to choose wants 2 or more, and no fewer in the end than at the start"}
	}
	for k := from; k <= to; k++ {
		m, err := FitKMeans(ctx, data, k, seed, options)
		if _, near := errors.AsType[*ConvergenceError](err); err != nil && !near {
			return nil, 0, err
		}
		labels, err := m.Labels(data)
		if err != nil {
			return nil, 0, err
		}
		workers := &SilhouetteOptions{}
		if options != nil {
			workers.Workers = options.Workers
		}
		s, err := MeasureSilhouette(ctx, data, labels, seed, workers)
		if err != nil {
			return nil, 0, err
		}
		tried = append(tried, KMeansCandidate{Model: m, Silhouette: s})
		if s.Mean > tried[best].Silhouette.Mean {
			best = len(tried) - 1
		}
	}
	return tried, best, nil
}

// ChooseMixture fits from … to groups of each of the forms (none: full, diagonal and
// spherical) and returns the fits and the place of the one with the least BIC, the first
// of equal ones. One group is a candidate: if it wins there are no groups. Where a
// covariance is singular that candidate is left out; [ErrSingular] if none is left. Other
// errors are those of [FitMixture]; a fit that did not converge is kept, and its report
// says so. The covariance of the options is not used.
func ChooseMixture(ctx context.Context, data *Prepared, from, to int, forms []Covariance, seed uint64, options *MixtureOptions) (tried []*Mixture, best int, err error) {
	if from < 1 || to < from {
		return nil, 0, &CountError{Clusters: from, Reason: "to choose wants 1 or more, and no fewer in the end than at the start"}
	}
	if len(forms) == 0 {
		forms = []Covariance{Full, Diagonal, Spherical}
	}
	var o MixtureOptions
	if options != nil {
		o = *options
	}
	for k := from; k <= to; k++ {
		for _, form := range forms {
			o.Covariance = form
			m, err := FitMixture(ctx, data, k, seed, &o)
			if errors.Is(err, ErrSingular) {
				continue
			}
			if _, near := errors.AsType[*ConvergenceError](err); err != nil && !near {
				return nil, 0, err
			}
			if tried = append(tried, m); m.report.BIC() < tried[best].report.BIC() {
				best = len(tried) - 1
			}
		}
	}
	if len(tried) == 0 {
		return nil, 0, ErrSingular
	}
	return tried, best, nil
}
