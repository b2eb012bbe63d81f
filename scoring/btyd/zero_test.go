package btyd_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The zero values are no models: they predict 0 or say so, whatever is asked.
func TestZeroValuesAreNoModels(t *testing.T) {
	var m btyd.Model
	var g btyd.GammaGamma
	var scorer btyd.Scorer
	one := scoring.Summary{X: 2, TX: 3, T: 5, Spend: 3}
	summaries, dst := summariesOf(t, []scoring.Summary{one}), []float64{7}
	for _, s := range []scoring.Summary{{}, {T: 4}, one} {
		for _, h := range []float64{0, 1, 1e100} {
			for i, v := range []float64{
				m.PAlive(s), m.PDead(s), m.PAliveAt(s, h), m.Expected(s, h), m.ExpectedNew(h), m.LogLikelihood(s),
				m.PMF(0, h), m.PMF(2, h), m.Probability(s, 0, h), m.Probability(s, 2, h), g.LogLikelihood(s),
			} {
				require.Zerof(t, v, "answer %d for %+v over %v", i, s, h)
			}
			_, discounted := m.Discounted(s, h, .1)
			_, discountedNew := m.DiscountedNew(inf, .1)
			_, amount := g.ExpectedSpend(s)
			_, value := btyd.LifetimeValue(mustBGNBD(t, 1, 2, 3, 4), &g, s, btyd.Horizon{Periods: h})
			_, predicted := btyd.Predict(&m, s, btyd.Horizon{Periods: h})
			for i, err := range []error{discounted, discountedNew, amount, value, predicted} {
				var input *btyd.InputError
				require.ErrorAsf(t, err, &input, "error %d for %+v over %v", i, s, h)
			}
		}
	}
	_, cohort := m.ExpectedCohort(t.Context(), summaries, 3)
	_, total := m.ExpectedTotal(t.Context(), summaries, 3, .9)
	for i, err := range []error{
		m.PAliveInto(dst, summaries), m.ExpectedInto(dst, summaries, 3), m.DiscountedInto(dst, summaries, 3, .1),
		scorer.PAlive(dst, summaries), scorer.Expected(dst, summaries, 3), scorer.Discounted(dst, summaries, 3, .1),
		cohort, total,
	} {
		var input *btyd.InputError
		require.ErrorAsf(t, err, &input, "error %d", i)
	}
	require.Equal(t, []float64{7}, dst)
}

// What is left of an error that was overlooked is nil: answered like the zero value.
func TestNilIsNoModelAndNobody(t *testing.T) {
	one := scoring.Summary{X: 2, TX: 3, T: 5, Spend: 3}
	summaries, year := summariesOf(t, []scoring.Summary{one}), btyd.Horizon{Periods: 52}
	model := mustBGNBD(t, 1, 2, 3, 4)
	var none *btyd.Model
	_, noModel := btyd.LifetimeValue(nil, nil, one, year)
	_, nilModel := btyd.LifetimeValue(none, nil, one, year)
	_, noSpend := btyd.LifetimeValue(model, nil, one, year)
	_, predicted := btyd.Predict(nil, one, year)
	_, cohort := model.ExpectedCohort(t.Context(), nil, 3)
	_, total := model.ExpectedTotal(t.Context(), nil, 3, .9)
	for i, err := range []error{noModel, nilModel, noSpend, predicted, btyd.LifetimeValues(make([]float64, 1), nil, nil, summaries, year),
		btyd.LifetimeValues(make([]float64, 1), model, nil, summaries, year), model.PAliveInto(make([]float64, 1), nil)} {
		var input *btyd.InputError
		require.ErrorAsf(t, err, &input, "error %d", i)
	}
	for i, err := range []error{cohort, total, model.PAliveInto(nil, nil)} {
		require.ErrorIsf(t, err, btyd.ErrUnitMismatch, "error %d", i)
	}
	_, err := btyd.FitBGNBD(t.Context(), nil, nil)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	_, err = btyd.Fit(t.Context(), btyd.BGNBD, nil, nil)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	_, err = btyd.FitGammaGamma(t.Context(), nil, nil)
	require.ErrorIs(t, err, btyd.ErrTooFewSpenders)
}

// A host may keep a model by value, as a field of its own struct.
func TestModelsMarshalByValue(t *testing.T) {
	model := mustBGNBD(t, 1, 2, 3, 4)
	spend, err := btyd.NewGammaGamma(6, 4, 15)
	require.NoError(t, err)
	byPointer, err := json.Marshal([]any{model, spend})
	require.NoError(t, err)
	byValue, err := json.Marshal([]any{*model, *spend})
	require.NoError(t, err)
	require.Contains(t, string(byValue), `"alpha":2`)
	require.Equal(t, string(byPointer), string(byValue))
	for _, zero := range []any{btyd.Model{}, &btyd.GammaGamma{}} {
		_, err := json.Marshal(zero)
		var input *btyd.InputError
		require.ErrorAs(t, err, &input, "%T", zero)
	}
}

// Starts from which the likelihood cannot be computed neither hang nor mislead.
func TestStartsAtTheEndsOfTheDomain(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 300, 30)
	want, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	require.NoError(t, err)
	spend, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
	require.NoError(t, err)
	for _, start := range [][]float64{
		{1e100, 1e100, 1e100, 1e100}, {1e-100, 1e-100, 1e-100, 1e-100}, {1e100, 1e-100, 1, 1},
		{1, 1, 1e100, 1e-100}, {1, 1, 1e-100, 1e100}, {1e-100, 1e100, 1, 1},
	} {
		m, err := btyd.FitBGNBD(t.Context(), summaries, &btyd.FitOptions{Start: start})
		require.NoErrorf(t, err, "%v", start)
		require.InDeltaf(t, want.Report().LogLikelihood, m.Report().LogLikelihood, 1e-6, "%v", start)
		g, err := btyd.FitGammaGamma(t.Context(), summaries, &btyd.FitOptions{Start: start[:3]})
		require.NoErrorf(t, err, "%v", start)
		require.InDeltaf(t, spend.Report().LogLikelihood, g.Report().LogLikelihood, 1e-6, "%v", start)
	}
}
