package cluster

import (
	"context"
	"errors"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Stability says if clusters come again in other samples of such customers: the fit is
// repeated on customers drawn with replacement, as many as there are, and everybody is
// put in the clusters that come out.
type Stability struct {
	// AdjustedRand is how far the partitions agree with that of the model: the median
	// over the samples and the quantiles that hold 95 % of them; N samples.
	AdjustedRand rapport.Estimate
	// Clusters is for each cluster the mean similarity (those in both over those in
	// either) to the one most like it in each sample; 0 for a cluster of nobody. C.
	// Hennig, Cluster-wise assessment of cluster stability, Computational Statistics &
	// Data Analysis 52 (2007), 258–271, takes clusters below 0.5 as dissolved and from
	// 0.75 as found again.
	Clusters []float64
	Failed   int // samples in which too few customers differed or a covariance was singular
}

// maxRestarts is from how many starts each sample is fitted at most: a start that is
// good enough for the median is soon found.
const maxRestarts = 10

// Stability repeats the fit of the model on that many samples drawn by the seed. data
// and options are those of the fit, but that each sample has at most 10 starts. Errors: those of
// [KMeans.Labels]; an [*OptionError] for fewer than 2 samples and for those of the
// options; that of ctx.
func (m *KMeans) Stability(ctx context.Context, data *Prepared, samples int, seed uint64, options *KMeansOptions) (Stability, error) {
	o, err := options.normal()
	if err != nil {
		return Stability{}, err
	}
	o.Starts = min(o.Starts, maxRestarts)
	return stability(ctx, m, data, samples, seed, o.labelsOf)
}

// Stability repeats the fit of the model, as [KMeans.Stability] does.
func (m *Mixture) Stability(ctx context.Context, data *Prepared, samples int, seed uint64, options *MixtureOptions) (Stability, error) {
	o, err := options.normal()
	if err != nil {
		return Stability{}, err
	}
	o.Starts = min(o.Starts, maxRestarts)
	return stability(ctx, m, data, samples, seed, o.labelsOf)
}

// partition is what the two models are to stability.
type partition interface {
	K() int
	Labels(data *Prepared) ([]int, error)
}

// stability compares the labels of a model with those that fits to samples give to all.
func stability(ctx context.Context, m partition, data *Prepared, samples int, seed uint64,
	fit func(ctx context.Context, drawn, all *Prepared, k int, seed uint64) ([]int, error),
) (Stability, error) {
	if samples < 2 {
		return Stability{}, &OptionError{"samples", float64(samples), "want at least 2"}
	}
	labels, err := m.Labels(data)
	if err != nil {
		return Stability{}, err
	}
	k := m.K()
	s := Stability{Clusters: make([]float64, k)}
	var agreement []float64
	rows := make([]int, data.Len())
	for r := range samples {
		random := numeric.Stream(seed, uint64(r))
		for i := range rows {
			rows[i] = random.IntN(len(rows))
		}
		got, err := fit(ctx, data.pick(rows), data, k, random.Uint64())
		if _, few := errors.AsType[*CountError](err); few || errors.Is(err, ErrSingular) {
			s.Failed++
			continue
		}
		if err != nil {
			return Stability{}, err
		}
		rand, err := AdjustedRand(labels, got)
		if err != nil {
			return Stability{}, err
		}
		agreement = append(agreement, rand)
		for c, v := range jaccard(labels, got, k) {
			s.Clusters[c] += v
		}
	}
	if len(agreement) == 0 {
		s.Clusters = nil
		return s, nil
	}
	for c := range s.Clusters {
		s.Clusters[c] /= float64(len(agreement))
	}
	slices.Sort(agreement)
	s.AdjustedRand = rapport.Estimate{
		Value: numeric.Quantile(agreement, 0.5), Low: numeric.Quantile(agreement, 0.025), High: numeric.Quantile(agreement, 0.975),
		Level: 0.95, N: len(agreement),
	}
	return s, nil
}
