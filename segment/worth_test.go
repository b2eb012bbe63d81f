package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// Ten customers; j and i lose money, but i came 30 days ago: fewer than 180 days say
// nothing yet.
func ExampleWorthPolicy_Judge() {
	rows := []segment.Standing{
		{ID: "a", Profit: 500, TenureDays: 900}, {ID: "b", Profit: 300, TenureDays: 10}, {ID: "c", Profit: 50, TenureDays: 900},
		{ID: "d", Profit: 40, TenureDays: 900}, {ID: "e", Profit: 30, TenureDays: 900}, {ID: "f", Profit: 20, TenureDays: 900},
		{ID: "g", Profit: 10, TenureDays: 900}, {ID: "h", Profit: 0, TenureDays: 900}, {ID: "i", Profit: -100, TenureDays: 30},
		{ID: "j", Profit: -350, Revenue: 4000, ServiceCost: 900, TenureDays: 900},
	}
	report, err := segment.WorthPolicy{}.Judge(rows)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range []int{0, 1, 2, 8, 9} {
		j := report.Judgements[i]
		fmt.Println(j.ID, j.Rank, j.Verdict, j.Action, j.Reasons)
	}
	// Output:
	// a 1 right retain_and_raise [top_share]
	// b 2 right retain_and_raise [top_share]
	// c 3 neither keep [between]
	// i 9 undecided wait [bottom_share short_tenure]
	// j 10 wrong reprice [bottom_share raise_covers_loss]
}

func TestRemedies(t *testing.T) {
	for _, tc := range []struct {
		name   string
		row    segment.Standing
		action segment.WorthAction
		reason segment.WorthReason
	}{
		{"raise just covers", segment.Standing{Profit: -100, Revenue: 1000}, segment.ActionReprice, segment.ReasonRaiseCovers},
		{"raise does not, nor saving", segment.Standing{Profit: -101, Revenue: 1000, ServiceCost: 201}, segment.ActionExitProposal, segment.ReasonNeitherCovers},
		{"saving just covers", segment.Standing{Profit: -101, Revenue: 1000, ServiceCost: 202}, segment.ActionLowCostService, segment.ReasonSavingCovers},
		{"no figures", segment.Standing{Profit: -101}, segment.ActionReprice, segment.ReasonNoFigures},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.row.ID, tc.row.TenureDays = "x", 180 // the tenure is just reached
			report, err := segment.WorthPolicy{}.Judge([]segment.Standing{tc.row})
			require.NoError(t, err)
			got := report.Judgements[0]
			require.Equal(t, segment.WorthWrong, got.Verdict)
			require.Equal(t, tc.action, got.Action)
			require.Equal(t, []segment.WorthReason{segment.ReasonBottomShare, tc.reason}, got.Reasons)

			tc.row.TenureDays--
			tc.row.Protected = "open_complaint"
			report, err = segment.WorthPolicy{}.Judge([]segment.Standing{tc.row})
			require.NoError(t, err)
			got = report.Judgements[0]
			require.Equal(t, segment.WorthUndecided, got.Verdict)
			require.Equal(t, segment.ActionWait, got.Action)
			require.Equal(t, []segment.WorthReason{segment.ReasonBottomShare, segment.ReasonShortTenure, segment.ReasonProtected}, got.Reasons)
		})
	}
}

// The right and the wrong are those of Pareto, but for the guard; everybody has one
// verdict; and nobody who is young or protected is wrong.
func TestWorthAgainstPareto(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) segment.Standing {
			return segment.Standing{
				Profit: float64(rapid.IntRange(-9, 9).Draw(r, "profit")), Revenue: float64(rapid.IntRange(0, 90).Draw(r, "revenue")),
				TenureDays: rapid.IntRange(150, 200).Draw(r, "days"), Protected: rapid.SampledFrom([]string{"", "", "contract"}).Draw(r, "protected"),
			}
		}), 0, 40).Draw(r, "rows")
		ids, profits := numbered(len(rows)), make([]float64, len(rows))
		for i := range rows {
			rows[i].ID, profits[i] = ids[i], rows[i].Profit
		}
		policy := segment.WorthPolicy{Right: segment.Percent(30), Wrong: segment.Percent(40)}
		report, err := policy.Judge(rows)
		require.NoError(r, err)
		spread, err := segment.Pareto(ids, profits)
		require.NoError(r, err)
		right, err := spread.Right(policy.Right)
		require.NoError(r, err)
		wrong, err := spread.Wrong(policy.Wrong)
		require.NoError(r, err)
		ranks := map[int]bool{}
		for i, j := range report.Judgements {
			require.Equal(r, ids[i], j.ID)
			ranks[j.Rank] = true
			isRight := slices.ContainsFunc(right, func(m segment.Member) bool { return m.Row == i })
			isWrong := slices.ContainsFunc(wrong, func(m segment.Member) bool { return m.Row == i })
			require.Equal(r, isRight, j.Verdict == segment.WorthRight)
			require.Equal(r, isWrong, j.Verdict == segment.WorthWrong || j.Verdict == segment.WorthUndecided)
			if j.Verdict == segment.WorthWrong {
				require.GreaterOrEqual(r, rows[i].TenureDays, 180)
				require.Empty(r, rows[i].Protected)
			}
		}
		require.Len(r, ranks, len(rows))
		count, sum := 0, 0.0
		for _, g := range report.Groups {
			count += g.Customers.N
			sum += g.Profit
		}
		require.Equal(r, len(rows), count)
		require.Equal(r, spread.Net(), sum)
	})
}

func TestWorthRefusals(t *testing.T) {
	for field, policy := range map[string]segment.WorthPolicy{
		"min_tenure_days": {MinTenureDays: -1},
		"max_raise":       {MaxRaise: math.NaN()},
		"max_saving":      {MaxSaving: 1.5},
	} {
		_, err := policy.Judge(nil)
		refused, ok := errors.AsType[*segment.PolicyError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, field, refused.Field)
		_, err = json.Marshal(policy)
		require.ErrorContains(t, err, field)
	}
	_, err := segment.WorthPolicy{Wrong: segment.Percent(101)}.Judge(nil)
	_, ok := errors.AsType[*segment.ShareError](err)
	require.True(t, ok)
	for field, row := range map[string]segment.Standing{
		"revenue": {ID: "x", Revenue: -1}, "service_cost": {ID: "x", ServiceCost: -1},
		"tenure_days": {ID: "x", TenureDays: -1}, "protected": {ID: "x", Protected: "\n"},
	} {
		_, err := segment.WorthPolicy{}.Judge([]segment.Standing{{ID: "a"}, row})
		refused, ok := errors.AsType[*segment.StandingError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, field, refused.Field)
		require.Equal(t, 1, refused.Index)
		require.ErrorContains(t, err, field)
	}
	for _, row := range []segment.Standing{{ID: "x", Profit: math.NaN()}, {ID: "x", Revenue: math.Inf(1)}} {
		_, err := segment.WorthPolicy{}.Judge([]segment.Standing{row})
		_, ok := errors.AsType[*segment.ValueError](err)
		require.True(t, ok)
	}
	_, err = segment.WorthPolicy{}.Judge([]segment.Standing{{ID: "x"}, {ID: "x"}})
	_, ok = errors.AsType[*segment.IDError](err)
	require.True(t, ok)
	report, err := segment.WorthPolicy{}.Judge(nil)
	require.NoError(t, err)
	require.Len(t, report.Groups, 4)
	require.Equal(t, rapport.Ratio{}, report.Groups[0].Customers)
}

func TestWorthJSON(t *testing.T) {
	const want = `{"format":1,"right":{"parts":20,"whole":100},"wrong":{"parts":1,"whole":3},"min_tenure_days":180,"max_raise":0.1,"max_saving":0.5}`
	text, err := json.Marshal(segment.WorthPolicy{Wrong: segment.Share{Parts: 1, Whole: 3}})
	require.NoError(t, err)
	require.Equal(t, want, string(text))
	var read segment.WorthPolicy
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, want, string(again))
	kept := read
	require.Error(t, read.UnmarshalJSON([]byte(`{"format":1,"max_raise":7}`)))
	require.Error(t, read.UnmarshalJSON([]byte(`{"format":1,"right":{"parts":2,"whole":1}}`)))
	require.ErrorContains(t, read.UnmarshalJSON([]byte(`{"format":3}`)), "format 3")
	require.Equal(t, kept, read)
}
