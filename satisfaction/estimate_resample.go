package satisfaction

import (
	"context"
	"errors"
	"math"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// indexStatistic is the name under which a bootstrap keeps the index of a construct.
func indexStatistic(construct string) string { return "index " + construct }

// shareStatistic is the name for the share of an item in the index of its construct.
func shareStatistic(item string) string { return "share " + item }

// resample bootstraps the indices and the fit. Weights are not corrected for attenuation,
// so that a resample whose correction fails is as good as any for an index. After an
// error there are indices only if too few resamples could be corrected.
func (r *Result) resample(ctx context.Context, data *pls.Data) error {
	model, o := r.model.paths(), r.options
	b := pls.BootstrapOptions{Resamples: o.Bootstrap, Seed: o.Seed, Workers: o.Workers, Level: o.Level, Interval: o.Interval}
	b.Statistics = o.statistics(r.model)
	plain := o.path()
	plain.Consistent = false
	var err error
	if r.indices, err = pls.Bootstrap(ctx, model, data, plain, b); err != nil {
		return err
	}
	if r.bootstrap = r.indices; !o.Consistent {
		return nil
	}
	b.Statistics, b.KeepInadmissible = nil, o.KeepInadmissible
	r.bootstrap, err = pls.Bootstrap(ctx, model, data, o.path(), b)
	var few *pls.ResampleError
	if err != nil && !errors.As(err, &few) {
		r.indices = nil
	}
	return err
}

// statistics returns what is resampled for the indices of a model. The shares are too
// where they can vary, for [Result.weightError].
func (o *Options) statistics(m Model) []pls.Statistic {
	var out []pls.Statistic
	for j, c := range m.Constructs {
		shares := func(s *pls.Sample) []float64 {
			weights := make([]float64, len(c.Items))
			for i := range weights {
				weights[i] = s.AnswerWeight(j, i)
			}
			return blockOf(o.Rule, c.Name, 0, c.Items, weights).shares
		}
		index := func(s *pls.Sample) float64 {
			own := shares(s)
			if own == nil {
				return math.NaN()
			}
			means := make([]float64, len(c.Items))
			for i, item := range c.Items {
				means[i] = item.percent(s.Mean(j, i))
			}
			return weighted(own, means)
		}
		out = append(out, pls.Statistic{Name: indexStatistic(c.Name), Value: index})
		if o.Rule == EqualWeights || len(c.Items) == 1 {
			continue
		}
		for i, item := range c.Items {
			share := func(s *pls.Sample) float64 {
				own := shares(s)
				if own == nil {
					return math.NaN()
				}
				return own[i]
			}
			out = append(out, pls.Statistic{Name: shareStatistic(item.Key), Value: share})
		}
	}
	return out
}

// weightError is what the shares of a block, as uncertain as they are in the resamples
// of r, add to the standard error of an index of items with these means: the standard
// deviation of the index over the shares of all resamples, the means held. Answers and
// shares of one sample err together too, which is left out: it is 0 for answers without
// skew, and for another sample. Without a bootstrap it is 0.
func (r *Result) weightError(b block, means []float64) float64 {
	if r.indices == nil || r.Rule == EqualWeights || len(b.shares) < 2 {
		return 0
	}
	var indices []float64
	for i := range b.shares {
		// A resample without shares lacks those of all items of the construct.
		shares := r.indices.Replicates(pls.Parameter{Kind: pls.StatisticParameter, From: shareStatistic(r.sample.items[b.first+i].Key)})
		if indices == nil {
			indices = make([]float64, len(shares))
		}
		for k, share := range shares {
			indices[k] += share * (means[b.first+i] - means[b.first])
		}
	}
	if len(indices) < 2 {
		return 0
	}
	mean, square := 0.0, 0.0
	for _, index := range indices {
		mean += index / float64(len(indices))
	}
	for _, index := range indices {
		square += (index - mean) * (index - mean)
	}
	return math.Sqrt(square / float64(len(indices)-1))
}
