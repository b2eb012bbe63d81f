package btyd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// drawn are customers of a model who came in the last two years.
func drawn(tb testing.TB, m *btyd.Model, customers int, seed uint64) *scoring.Summaries {
	tb.Helper()
	ids, ages := make([]rapport.ID, customers), make([]float64, customers)
	for i := range ids {
		ids[i], ages[i] = rapport.ID(fmt.Sprintf("c%06d", i)), 52+float64(i%365)/7
	}
	s, err := m.Simulate(ids, ages, seed)
	require.NoError(tb, err)
	return s
}

// truths are parameters that show what a family is about; a family without any here is
// not simulated.
func truths() map[string][]float64 {
	return map[string][]float64{
		"nbd":       {.8, 9},
		"bgnbd":     {.8, 9, .8, 2.5},
		"mbgnbd":    {.8, 4, .6, 1.2},
		"paretonbd": {1.2, 9, .9, 25},
		"ggomnbd":   {1.2, 9, .08, .6, 4},
		"bgcnbd-2":  {.8, 4, .8, 2.5},
		"bgcnbd-3":  {.8, 3, .8, 2.5},
		"mbgcnbd-2": {.8, 3, .6, 1.2},
		"mbgcnbd-3": {.8, 2, .6, 1.2},
	}
}

// Nobody seems to leave: the BG/NBD becomes the NBD, whose likelihood and number of
// parameters are the same, and the simpler family is taken whatever the order.
func TestChoiceOfTiesIsTheSimpler(t *testing.T) {
	var rows []scoring.Summary
	for i := range 40 {
		rows = append(rows, scoring.Summary{X: 1 + i%5, TX: 50, T: 50})
	}
	summaries := summariesOf(t, rows)
	for _, families := range [][]btyd.Family{{btyd.NBD, btyd.BGNBD}, {btyd.BGNBD, btyd.NBD}} {
		for _, by := range []btyd.Criterion{btyd.ByBIC, btyd.ByAIC} {
			choice, err := btyd.Choose(t.Context(), summaries, &btyd.ChooseOptions{Families: families, Criterion: by})
			require.NoError(t, err)
			require.Equal(t, "nbd", choice.Name)
			require.Contains(t, []btyd.Reason{btyd.ReasonTieSimpler, btyd.Reason("lowest_" + by)}, choice.Reason)
			require.InDelta(t, choice.Candidates[0].BIC, choice.Candidates[1].BIC, 1e-6)
			require.Equal(t, choice.Candidates[0].Parameters, choice.Candidates[1].Parameters)
			require.InDelta(t, .5, choice.Candidates[0].BICWeight, 1e-6)
		}
	}
}

func TestChoiceByHoldout(t *testing.T) {
	truth := mustBGNBD(t, .8, 9, .8, 2.5)
	summaries, _ := heldOut(t, truth, 2000, 40, 30, 9)
	for _, by := range []btyd.Criterion{btyd.ByHoldoutMAE, btyd.ByHoldoutRMSE} {
		families := []btyd.Family{btyd.NBD, btyd.BGNBD}
		choice, err := btyd.Choose(t.Context(), summaries, &btyd.ChooseOptions{Families: families, Criterion: by, Fit: btyd.FitOptions{Workers: 1}})
		require.NoError(t, err)
		require.Equal(t, "bgnbd", choice.Name)
		require.Equal(t, btyd.Reason("lowest_"+by), choice.Reason)
		for _, c := range choice.Candidates {
			e, err := btyd.Evaluate(t.Context(), c.Model, summaries, nil)
			require.NoError(t, err)
			require.Equal(t, []float64{e.MAE, e.RMSE}, []float64{c.MAE, c.RMSE})
		}
		again, err := btyd.Choose(t.Context(), summaries, &btyd.ChooseOptions{Families: families, Criterion: by, Fit: btyd.FitOptions{Workers: 3}})
		require.NoError(t, err)
		one, err := json.Marshal(choice)
		require.NoError(t, err)
		two, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(one), string(two), "workers change nothing")
	}
	_, err := btyd.Choose(t.Context(), cdnowLike(true).customers(t, 50, 1), &btyd.ChooseOptions{Criterion: btyd.ByHoldoutMAE})
	require.ErrorIs(t, err, btyd.ErrNoHoldout)
}

func TestChoiceTellsFailures(t *testing.T) {
	// Nobody bought twice: no family can be fitted.
	choice, err := btyd.Choose(t.Context(), summariesOf(t, []scoring.Summary{{T: 5}, {T: 7}}), nil)
	require.ErrorIs(t, err, btyd.ErrNoCandidate)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	require.Nil(t, choice.Model)
	require.Len(t, choice.Candidates, 7)
	for _, c := range choice.Candidates {
		require.ErrorIs(t, c.Err, btyd.ErrNoRepeat)
		require.Equal(t, c.Err.Error(), c.Failure)
		require.Zero(t, c.BICWeight)
	}
	// One iteration is not enough for four parameters.
	summaries := cdnowLike(true).customers(t, 300, 1)
	choice, err = btyd.Choose(t.Context(), summaries, &btyd.ChooseOptions{Families: []btyd.Family{btyd.BGNBD}, Fit: btyd.FitOptions{MaxIterations: 1}})
	require.ErrorIs(t, err, btyd.ErrNotConverged)
	require.NotNil(t, choice.Candidates[0].Model, "as far as it came")
	require.False(t, math.IsNaN(choice.Candidates[0].BIC))
	choice, err = btyd.Choose(t.Context(), summaries, &btyd.ChooseOptions{Families: []btyd.Family{btyd.BGNBD}})
	require.NoError(t, err)
	require.Equal(t, btyd.ReasonOnlyCandidate, choice.Reason)
	require.Equal(t, 1., choice.Candidates[0].BICWeight)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = btyd.Choose(cancelled, summaries, nil)
	require.ErrorIs(t, err, context.Canceled)
	var input *btyd.InputError
	for _, o := range []btyd.ChooseOptions{
		{Families: []btyd.Family{3}}, {Families: []btyd.Family{btyd.NBD, btyd.NBD}}, {Criterion: "likelihood"},
		{Fit: btyd.FitOptions{Start: []float64{1, 1}}}, {Fit: btyd.FitOptions{Priors: make([]btyd.Prior, 1)}},
	} {
		_, err = btyd.Choose(t.Context(), summaries, &o)
		require.ErrorAs(t, err, &input, "%+v", o)
	}
}
