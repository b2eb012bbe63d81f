package pls_test

import (
	"math"
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
// difference of two by √2 of that. All 60 figures must lie within four of these, 1.3
// of them for tails; the mean difference must be near that of chance.
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
	compared := 0
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
		require.InDelta(t, 1, e.SE/want.SE, 4*unit, "SE of %s", p)
		require.InDelta(t, want.Mean, mean, 4*math.Sqrt2*unit*want.SE, "mean of %s", p)
		require.InDelta(t, want.Low, e.Low, 4*math.Sqrt2*2.67*unit*want.SE, "low of %s", p)
		require.InDelta(t, want.High, e.High, 4*math.Sqrt2*2.67*unit*want.SE, "high of %s", p)
	}
	require.GreaterOrEqual(t, compared, 30)
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
