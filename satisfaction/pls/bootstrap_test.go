package pls_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// resampled is a figure as seminr reports it.
type resampled struct {
	Original float64 `json:"original"`
	Mean     float64 `json:"mean"`
	SE       float64 `json:"se"`
	Low      float64 `json:"ci_lo"`
	High     float64 `json:"ci_hi"`
}

// The standard errors of seminr from 5000 resamples of its own. Of a normal figure the
// standard error from B resamples has itself a relative one of 1/√(2B), so the
// difference of two has 1/√B; with heavier tails it is more. An end of a 95 % interval
// varies by √(.025·.975/B)/φ(1.96) = 2.67/√B standard errors, the mean by 1/√B, a
// difference of two by √2 of that. All 58 figures must lie within four of these, times
// 1.3 for tails.
func TestBootstrapAgreesWithSeminr(t *testing.T) {
	t.Parallel()
	var stored struct {
		Paths, Weights, Loadings map[string]resampled
	}
	reference(t, "mobi-ecsi_path_modeA_bootstrap.json", &stored)
	const resamples = 5000
	b, err := pls.Bootstrap(t.Context(), mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), nil,
		pls.BootstrapOptions{Resamples: resamples, Seed: 1, Signs: pls.SignNone})
	require.NoError(t, err)
	require.Equal(t, resamples, b.Resamples())
	unit := 1.3 / math.Sqrt(resamples)
	compared, worst, worstEnd := 0, 0.0, 0.0
	for _, p := range b.Parameters() {
		var want resampled
		switch p.Kind {
		case pls.PathParameter:
			want = stored.Paths[p.From+"->"+p.To]
		case pls.WeightParameter:
			want = stored.Weights[p.Item+"->"+p.From]
		case pls.LoadingParameter:
			want = stored.Loadings[p.Item+"->"+p.From]
		}
		if want.SE < 1e-12 { // nothing of a single item varies
			continue
		}
		compared++
		e, _ := b.Estimate(p)
		mean, count := b.Mean(p)
		require.Equal(t, resamples, count)
		require.InDelta(t, want.Original, e.Value, 1e-6, "%s", p)
		worst = max(worst, math.Abs(e.SE/want.SE-1))
		worstEnd = max(worstEnd, math.Abs(e.Low-want.Low)/want.SE, math.Abs(e.High-want.High)/want.SE)
		require.InDelta(t, 1, e.SE/want.SE, 4*unit, "SE of %s", p)
		require.InDelta(t, want.Mean, mean, 4*math.Sqrt2*unit*want.SE, "mean of %s", p)
		require.InDelta(t, want.Low, e.Low, 4*math.Sqrt2*2.67*unit*want.SE, "low of %s", p)
		require.InDelta(t, want.High, e.High, 4*math.Sqrt2*2.67*unit*want.SE, "high of %s", p)
	}
	require.Equal(t, 12+2*23, compared)
	t.Logf("%d figures: standard errors within %.3f relative, ends within %.3f standard errors", compared, worst, worstEnd)
}

func TestBootstrapDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	mobi, model := survey(t, "mobi.csv"), mobiModel(t, "mobi-ecsi", pls.ModeA)
	all := func(workers int) []rapport.Estimate {
		b, err := pls.Bootstrap(t.Context(), model, mobi, nil, pls.BootstrapOptions{Resamples: 60, Seed: 7, Workers: workers})
		require.NoError(t, err)
		var out []rapport.Estimate
		for _, p := range b.Parameters() {
			e, _ := b.Estimate(p)
			require.NoError(t, e.Validate(), "%s", p)
			out = append(out, e)
		}
		return out
	}
	one := all(1)
	require.Equal(t, one, all(2))
	require.Equal(t, one, all(7))
}

// cSEM's 1000 resamples with its own handling of signs, percentile and BCa intervals.
// Its figures carry the error of 1000 resamples, ours that of 2000: together √(1/1000 +
// 1/2000) of the units above. A BCa end is a quantile whose place is estimated too,
// which about doubles its variance.
func TestBootstrapAgreesWithCSEM(t *testing.T) {
	t.Parallel()
	var stored struct {
		Names          []string
		Mean, SE       []float64
		PercentileLow  []float64 `json:"ci_percentile_lo"`
		PercentileHigh []float64 `json:"ci_percentile_hi"`
		BCaLow         []float64 `json:"bca_lo"`
		BCaHigh        []float64 `json:"bca_hi"`
	}
	reference(t, "mobi-ecsi_path_modeA_bootstrap_cSEM1000.json", &stored)
	const resamples = 2000
	unit := 1.3 * math.Sqrt(1./1000+1./resamples)
	for _, kind := range []pls.IntervalKind{pls.Percentile, pls.BCa} {
		b, err := pls.Bootstrap(t.Context(), mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), nil,
			pls.BootstrapOptions{Resamples: resamples, Seed: 2, Interval: kind})
		require.NoError(t, err)
		worst, worstEnd := 0.0, 0.0
		for i, name := range stored.Names {
			to, from, _ := strings.Cut(name, " ~ ")
			e, there := b.Path(from, to)
			require.True(t, there)
			low, high, wide := stored.PercentileLow[i], stored.PercentileHigh[i], 2.67
			if kind == pls.BCa {
				low, high, wide = stored.BCaLow[i], stored.BCaHigh[i], 2.67*math.Sqrt2
			}
			worst = max(worst, math.Abs(e.SE/stored.SE[i]-1))
			worstEnd = max(worstEnd, math.Abs(e.Low-low)/stored.SE[i], math.Abs(e.High-high)/stored.SE[i])
			require.InDelta(t, 1, e.SE/stored.SE[i], 4/math.Sqrt2*unit, "SE of %s", name)
			require.InDelta(t, low, e.Low, 4*wide*unit*stored.SE[i], "low of %s", name)
			require.InDelta(t, high, e.High, 4*wide*unit*stored.SE[i], "high of %s", name)
			mean, _ := b.Mean(pls.Parameter{Kind: pls.PathParameter, From: from, To: to})
			require.InDelta(t, stored.Mean[i], mean, 4*unit*stored.SE[i], "mean of %s", name)
		}
		t.Logf("interval %d: standard errors within %.3f relative, ends within %.3f standard errors", kind, worst, worstEnd)
	}
}

// pairModel has two constructs of one item each: its path is their correlation.
func pairModel() pls.Model {
	return pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{"x"}}, {Name: "Y", Items: []string{"y"}}},
		Paths:      []pls.Path{{From: "X", To: "Y"}},
	}
}

func pairData(t testing.TB, weights []float64, pairs ...[2]float64) *pls.Data {
	t.Helper()
	var values []float64
	for _, p := range pairs {
		values = append(values, p[0], p[1])
	}
	data, err := pls.NewData([]string{"x", "y"}, values, weights)
	require.NoError(t, err)
	return data
}

// One of twelve respondents answers y differently: a resample without that one, which
// has probability (11/12)¹² = .352, has nothing to correlate.
func TestFailedResamplesAreLeftOutAndCounted(t *testing.T) {
	var pairs [][2]float64
	for i := range 12 {
		pairs = append(pairs, [2]float64{float64(i), 3})
	}
	pairs[4][1] = 7
	data := pairData(t, nil, pairs...)
	options := pls.BootstrapOptions{Resamples: 2000, Seed: 3}
	b, err := pls.Bootstrap(t.Context(), pairModel(), data, nil, options)
	require.NoError(t, err)
	failed := b.Failed()
	require.Equal(t, pls.FailedResamples{Item: failed.Total()}, failed)
	require.Equal(t, 2000, b.Resamples()+failed.Total())
	require.InDelta(t, 0.352, float64(failed.Total())/2000, 4*math.Sqrt(0.352*0.648/2000))
	_, count := b.Mean(pls.Parameter{Kind: pls.PathParameter, From: "X", To: "Y"})
	require.Equal(t, b.Resamples(), count)

	options.Minimum = 1900
	_, err = pls.Bootstrap(t.Context(), pairModel(), data, nil, options)
	few, is := errors.AsType[*pls.ResampleError](err)
	require.True(t, is)
	require.Equal(t, pls.ResampleError{Resamples: 2000, Succeeded: b.Resamples(), Minimum: 1900, Failed: failed}, *few)

	j, err := pls.Jackknife(t.Context(), pairModel(), data, nil, pls.JackknifeOptions{})
	require.NoError(t, err)
	require.Equal(t, 11, j.Deletions())
	require.Equal(t, pls.FailedResamples{Item: 1}, j.Failed())
}

func TestBootstrapEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := new(atomic.Int64)
	stop := pls.Statistic{Name: "stop", Value: func(*pls.Sample) float64 {
		if calls.Add(1) == 5 {
			cancel()
		}
		return 0
	}}
	data, model := survey(t, "mobi.csv"), mobiModel(t, "mobi-ecsi", pls.ModeA)
	_, err := pls.Bootstrap(ctx, model, data, nil, pls.BootstrapOptions{Resamples: 20_000, Workers: 2, Statistics: []pls.Statistic{stop}, Minimum: 2})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, calls.Load(), int64(10))
	_, err = pls.Jackknife(ctx, model, data, nil, pls.JackknifeOptions{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = pls.CompareGroups(ctx, model, []pls.Group{{"a", data}, {"b", data}}, nil, pls.CompareOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestBootstrapTakesMissingAnswersRawMetricAndConsistency(t *testing.T) {
	t.Parallel()
	model, mobi, holes := mobiModel(t, "mobi-ecsi", pls.ModeA), survey(t, "mobi.csv"), survey(t, "mobi_missing.csv")
	for _, c := range []struct {
		data    *pls.Data
		options pls.Options
	}{
		{holes, pls.Options{Missing: pls.MeanReplacement}},
		{holes, pls.Options{Missing: pls.Casewise}},
		{holes, pls.Options{Missing: pls.PairwiseCorrelation}},
		{mobi, pls.Options{Metric: pls.Raw, Scheme: pls.Centroid}},
		{mobi, pls.Options{Consistent: true}},
	} {
		b, err := pls.Bootstrap(t.Context(), model, c.data, &c.options, pls.BootstrapOptions{Resamples: 100, Seed: 1})
		require.NoError(t, err)
		require.Greater(t, b.Resamples(), 60, "%+v", c.options) // a fifth of the consistent ones is not admissible
		for _, p := range b.Parameters() {
			e, there := b.Estimate(p)
			require.True(t, there)
			require.NoError(t, e.Validate())
			require.Equal(t, b.Result().Rows(), e.N)
			if p.Kind == pls.PathParameter && !c.options.Consistent { // whose tails are long
				require.InDelta(t, 0.1, e.SE, 0.09, "%s, %+v", p, c.options)
			}
		}
		direct, _ := b.Path("Image", "Loyalty")
		total, _ := b.Total("Image", "Loyalty")
		indirect, there := b.Indirect("Image", "Loyalty")
		require.True(t, there)
		require.InDelta(t, total.Value-direct.Value, indirect.Value, 1e-15)
		require.Greater(t, indirect.SE, 0.01)
		_, there = b.Indirect("Image", "Expectation")
		require.False(t, there)
	}
}

func TestBootstrapRefusesOptions(t *testing.T) {
	data := pairData(t, nil, [2]float64{1, 2}, [2]float64{2, 5}, [2]float64{4, 3})
	value := func(*pls.Sample) float64 { return 1 }
	for name, o := range map[string]pls.BootstrapOptions{
		"resamples":   {Resamples: 1},
		"workers":     {Workers: -1},
		"level":       {Level: 1},
		"interval":    {Interval: 2},
		"signs":       {Signs: 2},
		"minimum":     {Resamples: 5, Minimum: 6},
		"statistic 0": {Statistics: []pls.Statistic{{Name: "a"}}},
		"statistic 1": {Statistics: []pls.Statistic{{Name: "a", Value: value}, {Name: "a", Value: value}}},
	} {
		_, err := pls.Bootstrap(t.Context(), pairModel(), data, nil, o)
		wrong, is := errors.AsType[*pls.OptionError](err)
		require.True(t, is, name)
		require.Equal(t, name, wrong.Option)
	}
	_, err := pls.Bootstrap(t.Context(), pls.Model{}, data, nil, pls.BootstrapOptions{})
	_, is := errors.AsType[*pls.ModelError](err)
	require.True(t, is)
	_, err = pls.Jackknife(t.Context(), pairModel(), nil, nil, pls.JackknifeOptions{Level: 2})
	require.Error(t, err)
}
