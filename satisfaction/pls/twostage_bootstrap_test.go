package pls_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// A model without stages gives what Bootstrap gives, the same resamples among them.
func TestOneStageIsTheBootstrap(t *testing.T) {
	model, data := twoBlocks(pls.ModeA), drawn(3, 120, 9)
	for _, options := range []pls.Options{{}, {Metric: pls.Raw}, {Missing: pls.Casewise}, {Missing: pls.Pairwise}} {
		for _, kind := range []pls.IntervalKind{pls.Percentile, pls.BCa} {
			o := pls.BootstrapOptions{Resamples: 60, Seed: 4, Interval: kind}
			want, err := pls.Bootstrap(t.Context(), model, data, &options, o)
			require.NoError(t, err)
			got, err := pls.BootstrapStages(t.Context(), pls.Staged{Constructs: model.Constructs, Paths: model.Paths}, data, &options, o)
			require.NoError(t, err)
			require.Equal(t, want.Parameters(), got.Structural().Parameters())
			require.Equal(t, want.Resamples(), got.Structural().Resamples())
			for _, p := range want.Parameters() {
				w, _ := want.Estimate(p)
				g, _ := got.Structural().Estimate(p)
				for _, pair := range [][2]float64{{w.Value, g.Value}, {w.SE, g.SE}, {w.Low, g.Low}, {w.High, g.High}} {
					require.InDelta(t, pair[0], pair[1], 1e-7, "%v", p)
				}
				require.Equal(t, w.N, g.N)
			}
		}
	}
}

// Every stage is resampled: the same on any number of workers, values as those of the
// fit, and an interval of the change of slope that holds the truth.
func TestBootstrapStages(t *testing.T) {
	model, data := service(pls.ModeB, true), served(t, 300, .3, 0)
	statistic := pls.Statistic{Name: "path", Value: func(s *pls.Sample) float64 { return s.Path(0) }}
	run := func(workers int) *pls.StagedBootstrap {
		b, err := pls.BootstrapStages(t.Context(), model, data, nil, pls.BootstrapOptions{Resamples: 200, Seed: 2, Workers: workers, Statistics: []pls.Statistic{statistic}})
		require.NoError(t, err)
		return b
	}
	b := run(1)
	require.Empty(t, cmp.Diff(b.Interactions(), run(3).Interactions()))

	i, fit := b.Interactions()[0], b.Result().Interactions()[0]
	require.Equal(t, model.Moderations[0], i.Moderation)
	for _, c := range []struct {
		want float64
		got  rapport.Estimate
	}{
		{fit.Slope, i.Slope}, {fit.Change, i.Change}, {fit.Coefficient, i.Coefficient}, {fit.SlopeAt(-1), i.SlopeLow}, {fit.SlopeAt(1), i.SlopeHigh},
	} {
		require.InDelta(t, c.want, c.got.Value, 1e-14)
		require.True(t, c.got.HasInterval())
		require.Equal(t, 300, c.got.N)
	}
	require.Less(t, i.Change.Low, .3)
	require.Greater(t, i.Change.High, .3*.8)
	require.Greater(t, i.Change.Low, .1)
	require.InDelta(t, b.Result().Structural().Paths()[0].Coefficient, b.Structural().Statistic("path").Value, 0)

	lower, there := b.LowerOrder()
	require.True(t, there)
	weight, there := lower.Weight("Speed", "s1")
	require.True(t, there && weight.HasInterval())
	part, there := b.Measurement().Weight("Quality", "Care")
	require.True(t, there && part.HasInterval())
	require.Equal(t, 200, b.Measurement().Resamples())
}

func TestFaultsOfBootstrapStages(t *testing.T) {
	data := served(t, 60, .3, 0)
	var option *pls.OptionError
	_, err := pls.BootstrapStages(t.Context(), service(pls.ModeA, true), data, nil, pls.BootstrapOptions{Resamples: 1})
	require.ErrorAs(t, err, &option)
	_, err = pls.BootstrapStages(t.Context(), service(pls.ModeA, true), data, &pls.Options{Consistent: true}, pls.BootstrapOptions{})
	require.ErrorAs(t, err, &option)
	_, err = pls.BootstrapStages(t.Context(), service(pls.ModeA, true), data, nil, pls.BootstrapOptions{Statistics: []pls.Statistic{{}}})
	require.ErrorAs(t, err, &option)
	var table *pls.DataError
	_, err = pls.BootstrapStages(t.Context(), service(pls.ModeA, true), nil, nil, pls.BootstrapOptions{})
	require.ErrorAs(t, err, &table)
}
