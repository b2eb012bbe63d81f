package btyd_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Whatever is read as a model of spend is written again as it was, and expects amounts.
func FuzzSpendUnmarshalJSON(f *testing.F) {
	summaries, covariates := spendersWith(f, 300, 76, false, [2]float64{.5, -.2})
	gamma, err := btyd.FitGammaGamma(f.Context(), summaries, nil)
	require.NoError(f, err)
	effects, err := btyd.FitSpendCovariates(f.Context(), summaries, covariates, nil)
	require.NoError(f, err)
	models := []any{gamma, effects}
	for _, shrinkage := range []btyd.Shrinkage{btyd.OwnMean, btyd.PopulationMean, btyd.ShrunkMean} {
		mean, err := btyd.FitMeanSpend(btyd.CompressSpend(summaries), shrinkage)
		require.NoError(f, err)
		models = append(models, mean)
	}
	for _, m := range models {
		text, err := json.Marshal(m)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		gamma, mean, effects := new(btyd.GammaGamma), new(btyd.MeanSpend), new(btyd.CovariateGammaGamma)
		for _, m := range []interface {
			json.Marshaler
			json.Unmarshaler
		}{gamma, mean, effects} {
			if m.UnmarshalJSON(text) != nil {
				continue
			}
			once, err := m.MarshalJSON()
			require.NoError(t, err)
			require.NoError(t, m.UnmarshalJSON(once))
			again, err := m.MarshalJSON()
			require.NoError(t, err)
			require.Equal(t, string(once), string(again))
		}
		spenders := []btyd.SpendModel{gamma, mean, effects}
		if at, err := effects.At(make([]float64, len(effects.Covariates()))...); err == nil {
			spenders = append(spenders, at)
		}
		for _, m := range spenders {
			for _, s := range []scoring.Summary{{T: 1}, {X: 3, TX: 1, T: 2, Spend: 30}, {X: 1, TX: 1, T: 2, Spend: -1}, {X: 1, TX: 1, T: 2, Spend: 1e300}} {
				if v, err := m.ExpectedSpend(s); err == nil {
					require.True(t, v >= 0 && v <= math.MaxFloat64, "%s %v of %+v", m.Name(), v, s)
				}
			}
		}
	})
}
