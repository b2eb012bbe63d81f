package lead_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// germanScorecard is the reference scorecard with its columns.
func germanScorecard(t testing.TB) (*lead.Scorecard, []lead.Column, []bool) {
	t.Helper()
	byName, bad := german(t)
	var columns []lead.Column
	var binnings []*lead.Binning
	for _, given := range germanCuts() {
		b, err := lead.NewBinning(byName[given.column], bad, given.cuts, nil)
		require.NoError(t, err)
		columns, binnings = append(columns, byName[given.column]), append(binnings, b)
	}
	card, err := lead.FitScorecard(binnings, columns, bad, nil)
	require.NoError(t, err)
	return card, columns, bad
}

// Coefficients, points and scores of R scorecard 0.4.4 from the README of the data, to
// the digits that it has.
func TestScorecardAgainstR(t *testing.T) {
	card, columns, bad := germanScorecard(t)
	require.InDelta(t, 72.134752, card.Scale().Factor(), 5e-7)
	require.InDelta(t, 387.603624, card.Scale().Offset(), 5e-7)
	require.InDelta(t, -.84648971, card.Intercept().Value, 5e-9)
	base, exact := card.Base()
	require.Equal(t, 449, base)
	require.InDelta(t, 387.603624+72.134752*.84648971, exact, 1e-5)
	points := [][]int{{-34, 23, 65}, {72, 19, -6, -29, -62}, {-2, 41, 14, -22, -65}, {-30, 9, -8, 50, 12}, {-67, -5, -5, 40}, {-15, -8, 42}, {58, 30, -20}}
	for i, want := range []float64{.76965430, .75893216, .77459851, .78670469, .75763912, .76690445, 1.00056169} {
		v := card.Variables()[i]
		// The README rounds to 8 digits, and R stops its search at 1e-8.
		require.InDelta(t, want, v.Coefficient.Value, 2e-8, v.Column)
		require.False(t, v.WrongSign)
		for k, bin := range v.Bins {
			require.Equal(t, points[i][k], bin.Points, "%s %s", v.Column, bin.Label)
			require.InDelta(t, bin.Exact, float64(bin.Points), 0.5)
		}
	}
	scores, err := card.Scores(columns)
	require.NoError(t, err)
	require.Equal(t, []int{609, 311, 564, 336, 359, 530, 551, 452, 626, 384}, scores[:10])
	// The mean of the README is that of the sums of whole points.
	sum := 0
	for _, score := range scores {
		sum += score
	}
	require.Equal(t, 471781, sum)
	chances, err := card.Probabilities(columns)
	require.NoError(t, err)
	logLoss, err := lead.Sample{Scores: chances, Outcomes: bad}.LogLoss(.95)
	require.NoError(t, err)
	require.InDelta(t, .4776368, logLoss.Value, 5e-8)
}
