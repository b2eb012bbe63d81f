package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
)

// The scorecard of R scorecard 0.4.4 on the German credit data, from the bins alone, to
// the digits of the README of the data.
func TestGermanCredit(t *testing.T) {
	path, err := refdata.Path("data/german_credit/german_credit.csv")
	if err != nil {
		t.Skip(err)
	}
	bins := file(t, `{
	"status.of.existing.checking.account": {"groups": [["... < 0 DM", "0 <= ... < 200 DM"], ["... >= 200 DM / salary assignments for at least 1 year"], ["no checking account"]]},
	"duration.in.month": {"breaks": [8, 16, 34, 44]},
	"credit.amount": {"breaks": [1400, 1800, 4000, 9200]},
	"age.in.years": {"breaks": [26, 28, 35, 37]},
	"credit.history": {"groups": [["no credits taken/ all credits paid back duly", "all credits at this bank paid back duly"], ["existing credits paid back duly till now"], ["delay in paying off in the past"], ["critical account/ other credits existing (not at this bank)"]]},
	"savings.account.and.bonds": {"groups": [["... < 100 DM"], ["100 <= ... < 500 DM"], ["500 <= ... < 1000 DM", "... >= 1000 DM", "unknown/ no savings account"]]},
	"purpose": {"groups": [["retraining", "car (used)"], ["radio/television"], ["furniture/equipment", "domestic appliances", "business", "repairs", "car (new)", "others", "education"]]}
}`)
	args := []string{"-data", path, "-target", "creditability", "-event", "bad", "-bins", bins, "-points", "600", "-odds", "19", "-pdo", "50"}
	got := card(t, "", append(args, "-scores")...)
	want := []struct {
		iv, coefficient float64
		woe             []float64
		points          []int
	}{
		{.639372, .76965430, []float64{.614204, -.405465, -1.176263}, []int{-34, 23, 65}},
		{.282618, .75893216, []float64{-1.312186, -.346625, .108688, .524524, 1.134980}, []int{72, 19, -6, -29, -62}},
		{.181220, .77459851, []float64{.033661, -.728239, -.258307, .390539, 1.170071}, []int{-2, 41, 14, -22, -65}},
		{.130499, .78670469, nil, []int{-30, 9, -8, 50, 12}},
		{.291830, .75763912, []float64{1.234071, .088319, .085158, -.733741}, []int{-67, -5, -5, 40}},
		{.190974, .76690445, []float64{.271358, .139552, -.762140}, []int{-15, -8, 42}},
		{.152924, 1.00056169, []float64{-.805625, -.410063, .279920}, []int{58, 30, -20}},
	}
	require.Len(t, got.Variables, len(want))
	for i, v := range got.Variables {
		require.InDelta(t, want[i].iv, v.IV, 5e-7, v.Name)
		require.InDelta(t, want[i].coefficient, got.Coefficients[v.Name], 2e-8, v.Name) // R stops its search at 1e-8
		for k, bin := range v.Bins {
			require.Equal(t, want[i].points[k], bin.Points, "%s %s", v.Name, bin.Label)
			if want[i].woe != nil {
				require.InDelta(t, want[i].woe[k], bin.WOE, 5.01e-7, "%s %s", v.Name, bin.Label)
			}
		}
	}
	require.Equal(t, "[8,16)", got.Variables[1].Bins[1].Label)
	require.Equal(t, [2]int{344, 80}, [2]int{got.Variables[1].Bins[1].N, got.Variables[1].Bins[1].Events})
	require.InDelta(t, -.84648971, got.Intercept, 5e-9)
	require.Equal(t, 449, got.BasePoints)
	require.InDelta(t, .8092119, *got.Train.AUC, 5e-8)
	require.InDelta(t, .4866667, *got.Train.KS, 5e-8)
	require.InDelta(t, .4776368, got.Train.LogLoss, 5e-8)
	require.Equal(t, []int{609, 311, 564, 336, 359, 530, 551, 452, 626, 384}, got.Scores[:10])
	sum := 0
	for _, score := range got.Scores {
		sum += score
	}
	require.Equal(t, 471781, sum) // the mean is 471.781

	// Without bins the columns are found, and those that say little left out.
	own := card(t, "", args[:6]...)
	require.Greater(t, *own.Train.AUC, .8)
	require.NotEmpty(t, own.LeftOut)
	// The first rows make the card, the others test it.
	split := card(t, "", append(args, "-train-col", "number.of.existing.credits.at.this.bank", "-train-max", "1")...)
	require.Equal(t, 1000, split.Train.N+split.Validation.N)
	require.NotNil(t, split.Validation.AUC)
}
