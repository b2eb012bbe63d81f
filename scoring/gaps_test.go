package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// A customer that bought every 15 to 25 days, 20 on average, has not been seen
// for 90: 4.5 times as long as usual.
func ExampleGapPolicy_Judge() {
	first := time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)
	var purchases []time.Time
	for _, days := range []int{0, 15, 40, 60, 80} {
		purchases = append(purchases, first.AddDate(0, 0, days))
	}
	risk, err := scoring.GapPolicy{}.Judge("ana", purchases, first.AddDate(0, 0, 80+90))
	if err != nil {
		fmt.Println(err)
		return
	}
	times, _ := risk.Times.Value()
	fmt.Printf("at risk %v, %s: %d days against %g (limit %g), %.1f times, %d gaps\n",
		risk.AtRisk, risk.Reason, risk.Last, risk.Usual, risk.Limit, times, risk.Times.N)
	// Output: at risk true, gap_mean: 90 days against 20 (limit 60), 4.5 times, 4 gaps
}

// visits returns purchases with the given gaps, and the date some days later.
func visits(last int, gaps ...int) (purchases []time.Time, asOf time.Time) {
	at := day("2020-01-01")
	purchases = append(purchases, at)
	for _, gap := range gaps {
		at = at.AddDate(0, 0, gap)
		purchases = append(purchases, at)
	}
	return purchases, at.AddDate(0, 0, last)
}

func TestGapMeasures(t *testing.T) {
	many := make([]int, 0, 20)
	for gap := range 20 {
		many = append(many, 1+gap) // 1 … 20: the 0.99-quantile lies at 0.81 of the way from 19 to 20
	}
	for _, tc := range []struct {
		policy scoring.GapPolicy
		last   int
		gaps   []int
		reason scoring.GapReason
		usual  float64
		limit  float64
		risk   bool
	}{
		{scoring.GapPolicy{}, 60, []int{10, 20, 30}, scoring.GapMean, 20, 60, false},
		{scoring.GapPolicy{}, 61, []int{10, 20, 30}, scoring.GapMean, 20, 60, true},
		{scoring.GapPolicy{}, 500, []int{10, 20}, scoring.GapTooFew, 15, 45, false},
		{scoring.GapPolicy{}, 500, nil, scoring.GapTooFew, 0, 0, false},
		{scoring.GapPolicy{MinGaps: 2}, 46, []int{10, 20}, scoring.GapMean, 15, 45, true},
		{scoring.GapPolicy{Multiple: 2}, 45, []int{10, 20, 30}, scoring.GapMean, 20, 40, true},
		{scoring.GapPolicy{Measure: scoring.MedianGap}, 31, []int{10, 10, 400}, scoring.GapMedian, 10, 30, true},
		{scoring.GapPolicy{Measure: scoring.MedianGap}, 31, []int{10, 12, 14, 400}, scoring.GapMedian, 13, 39, false},
		{scoring.GapPolicy{Measure: scoring.PercentileGap}, 20, many, scoring.GapPercentile, 19.81, 19.81, true},
		{scoring.GapPolicy{Measure: scoring.PercentileGap}, 19, many, scoring.GapPercentile, 19.81, 19.81, false},
		{scoring.GapPolicy{Measure: scoring.PercentileGap}, 31, many[1:], scoring.GapMedian, 11, 33, false},
		{scoring.GapPolicy{Measure: scoring.PercentileGap, Percentile: 0.5, MinPercentileGaps: 3}, 21, []int{10, 20, 30}, scoring.GapPercentile, 20, 20, true},
	} {
		purchases, asOf := visits(tc.last, tc.gaps...)
		got, err := tc.policy.Judge("a", purchases, asOf)
		require.NoError(t, err)
		want := scoring.GapRisk{Customer: "a", AtRisk: tc.risk, Reason: tc.reason, Last: tc.last, Usual: tc.usual, Limit: tc.limit}
		if len(tc.gaps) > 0 {
			want.Times = rapport.Ratio{Num: float64(tc.last), Den: tc.usual, N: len(tc.gaps)}
		}
		got.Usual, got.Limit = math.Round(got.Usual*1e9)/1e9, math.Round(got.Limit*1e9)/1e9
		got.Times.Den = got.Usual
		require.Equal(t, want, got, "%+v", tc)
	}
}

// The answer does not depend on the order of purchases, on a second one of the
// same day, or on what comes after the as-of date.
func TestGapsAreThoseOfDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		purchases, asOf := visits(rapid.IntRange(0, 500).Draw(t, "last"), rapid.SliceOfN(rapid.IntRange(1, 100), 0, 30).Draw(t, "gaps")...)
		policy := scoring.GapPolicy{Measure: scoring.GapMeasure(rapid.IntRange(0, 2).Draw(t, "measure"))}
		want, err := policy.Judge("a", purchases, asOf)
		require.NoError(t, err)
		require.NoError(t, want.Times.Validate())
		more := append(purchases, purchases[0].Add(5*time.Hour), asOf.AddDate(0, 0, 1))
		got, err := policy.Judge("a", rapid.Permutation(more).Draw(t, "order"), asOf.Add(23*time.Hour))
		require.NoError(t, err)
		require.Equal(t, want, got)
		later, err := policy.Judge("a", purchases, asOf.AddDate(0, 0, 1))
		require.NoError(t, err)
		require.False(t, want.AtRisk && !later.AtRisk, "a customer that stays away stays at risk")
	})
}

// A summary says the same as the log it was made of.
func TestGapsOfSummaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		purchases, asOf := visits(rapid.IntRange(0, 500).Draw(t, "last"), rapid.SliceOfN(rapid.IntRange(1, 100), 0, 10).Draw(t, "gaps")...)
		rows := make([]scoring.Purchase, len(purchases))
		for i, at := range purchases {
			rows[i] = scoring.Purchase{Customer: "a", At: at, Amount: 1}
		}
		unit := rapid.SampledFrom([]rapport.Unit{rapport.Day, rapport.Week, rapport.Month}).Draw(t, "unit")
		summaries, err := scoring.Summarize(t.Context(), stream(rows), scoring.Window{Unit: unit, Until: asOf})
		require.NoError(t, err)
		id, s := summaries.At(0)
		got, err := scoring.GapPolicy{}.JudgeSummary(id, s, unit)
		require.NoError(t, err)
		want, err := scoring.GapPolicy{}.Judge("a", purchases, asOf)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestSummariesWhoseGapsCannotBeJudged(t *testing.T) {
	good := scoring.Summary{X: 1, TX: 1, T: 2}
	wrong, summary, window := (*scoring.InputError)(nil), (*scoring.SummaryError)(nil), (*scoring.WindowError)(nil)
	_, err := scoring.GapPolicy{Measure: scoring.MedianGap}.JudgeSummary("a", good, rapport.Day)
	require.ErrorAs(t, err, &wrong)
	_, err = scoring.GapPolicy{Multiple: -1}.JudgeSummary("a", good, rapport.Day)
	require.ErrorAs(t, err, &wrong)
	_, err = scoring.GapPolicy{}.JudgeSummary("a", good, 0)
	require.ErrorAs(t, err, &window)
	_, err = scoring.GapPolicy{}.JudgeSummary("a", scoring.Summary{X: 1, TX: 3, T: 2}, rapport.Day)
	require.ErrorAs(t, err, &summary)
	_, err = scoring.GapPolicy{}.JudgeSummary("a", scoring.Summary{T: 1e300}, rapport.Day)
	require.ErrorAs(t, err, &summary)
	_, err = scoring.GapPolicy{}.JudgeSummary("", good, rapport.Day)
	require.ErrorContains(t, err, "scoring: rapport: id")
}

func TestGapsThatCannotBeJudged(t *testing.T) {
	purchases, asOf := visits(5, 10, 10, 10)
	for name, policy := range map[string]scoring.GapPolicy{
		"Measure":           {Measure: 3},
		"Multiple":          {Multiple: math.Inf(1)},
		"Percentile":        {Percentile: 1},
		"MinGaps":           {MinGaps: -1},
		"MinPercentileGaps": {MinPercentileGaps: -1},
	} {
		_, err := policy.Judge("a", purchases, asOf)
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, name, wrong.Name)
	}
	_, err := scoring.GapPolicy{}.Judge("a", nil, day("2025-01-01"))
	require.EqualError(t, err, `scoring: customer "a" up to 2025-01-01: no purchase to summarize`)
	_, err = scoring.GapPolicy{}.Judge("a", purchases, purchases[0].AddDate(0, 0, -1))
	require.ErrorIs(t, err, scoring.ErrNoPurchases)
	_, err = scoring.GapPolicy{}.Judge("a", purchases, time.Time{})
	require.ErrorIs(t, err, scoring.ErrDate)
	_, err = scoring.GapPolicy{}.Judge("a", []time.Time{purchases[0], {}}, asOf)
	require.EqualError(t, err, `scoring: row 2: customer "a": `+scoring.ErrDate.Error())
	_, err = scoring.GapPolicy{}.Judge("", purchases, asOf)
	id, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok, "%v", id)
}
