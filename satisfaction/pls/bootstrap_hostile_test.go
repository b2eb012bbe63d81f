package pls_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Whatever the answers, resamples end with a typed error or with estimates that do not
// contradict themselves.
func TestHostileResamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data, model := hostile(t), twoBlocks(rapid.SampledFrom([]pls.Mode{pls.ModeA, pls.ModeB, pls.UnitWeights}).Draw(t, "mode"))
		options := drawOptions(t)
		options.Tolerance, options.MaxIterations = 1e-8, 50
		b := pls.BootstrapOptions{
			Resamples: 12, Minimum: 2, Seed: 1, Workers: 1, KeepInadmissible: rapid.Bool().Draw(t, "keep"),
			Interval: pls.IntervalKind(rapid.IntRange(0, 1).Draw(t, "interval")),
			Signs:    pls.SignRule(rapid.IntRange(0, 1).Draw(t, "signs")),
			Statistics: []pls.Statistic{
				{Name: "mean", Value: func(s *pls.Sample) float64 { return s.Mean(0, 0) }},
				{Name: "pole", Value: func(s *pls.Sample) float64 { return 1 / s.Path(0) }},
				{Name: "often", Value: func(s *pls.Sample) float64 { return math.Sqrt(s.Path(0)) }},
			},
		}
		refused := func(err error) bool {
			if _, is := errors.AsType[*pls.ResampleError](err); err == nil || is {
				return err != nil
			}
			if _, slow := errors.AsType[*pls.NotConvergedError](err); !slow {
				requireTyped(t, err)
			}
			return true
		}
		resampled, err := pls.Bootstrap(t.Context(), model, data, &options, b)
		if !refused(err) {
			for _, p := range resampled.Parameters() {
				e, there := resampled.Estimate(p)
				require.True(t, there)
				require.NoError(t, e.Validate(), "%s", p)
			}
		}
		deleted, err := pls.Jackknife(t.Context(), model, data, &options, pls.JackknifeOptions{Statistics: b.Statistics, Workers: 1})
		if !refused(err) {
			for _, p := range deleted.Parameters() {
				e, there := deleted.Estimate(p)
				require.True(t, there)
				require.NoError(t, e.Validate(), "%s", p)
			}
		}
		groups := []pls.Group{{Name: "a", Data: data}, {Name: "b", Data: data}}
		g, err := pls.CompareGroups(t.Context(), model, groups, &options, pls.CompareOptions{BootstrapOptions: b})
		if !refused(err) {
			for _, c := range g.Comparisons() {
				require.NoError(t, c.Difference.Validate(), "%s", c.Parameter)
				for _, v := range []float64{c.Welch.P, c.Welch.Adjusted, c.Henseler.P, c.Above, c.Permutation.P} {
					require.True(t, v >= 0 && v <= 1, "%+v", c)
				}
			}
		}
	})
}
