package scoring_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

func TestNewSummariesSortsAndCopies(t *testing.T) {
	ids := []rapport.ID{"b", "a", "客户"}
	values := []scoring.Summary{{X: 1, TX: 2, T: 3, Spend: 4, SumLogInterval: math.Log(2)}, {T: 5}, {T: 0}}
	s, err := scoring.NewSummaries(rapport.Week, ids, values)
	require.NoError(t, err)
	want := outcome{
		IDs:       []rapport.ID{"a", "b", "客户"},
		Summaries: []scoring.Summary{values[1], values[0], values[2]},
		Unit:      rapport.Week,
		Until:     "0001-01-01 00:00:00",
	}
	ids[0], values[0].X = "z", 9
	want.Summaries[1].X = 1
	if diff := cmp.Diff(want, outcomeOf(s)); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	s.IDs()[0] = "z"
	require.Equal(t, want.IDs, s.IDs())
	_, ok := s.Lookup("z")
	require.False(t, ok)
	require.Nil(t, s.Holdout())
}

func TestNewSummariesRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		reason string
		value  scoring.Summary
	}{
		{"X is -1", scoring.Summary{X: -1}},
		{"TX is NaN", scoring.Summary{X: 1, TX: nan, T: 1}},
		{"T is +Inf", scoring.Summary{T: inf}},
		{"Spend is NaN", scoring.Summary{X: 1, TX: 1, T: 1, Spend: nan}},
		{"SumLogInterval is -Inf", scoring.Summary{X: 1, TX: 1, T: 1, SumLogInterval: -inf}},
		{"want 0 ≤ TX ≤ T", scoring.Summary{X: 1, TX: 2, T: 1}},
		{"want 0 ≤ TX ≤ T", scoring.Summary{X: 1, TX: -1, T: 1}},
		{"want 0 ≤ TX ≤ T", scoring.Summary{T: -1}},
		{"want 0 for all", scoring.Summary{X: 0, TX: 1, T: 1}},
		{"want 0 for all", scoring.Summary{X: 0, T: 1, Spend: 1}},
		{"repeat purchases take time", scoring.Summary{X: 1, T: 1}},
	} {
		_, err := scoring.NewSummaries(rapport.Week, []rapport.ID{"a"}, []scoring.Summary{c.value})
		var got *scoring.SummaryError
		require.ErrorAs(t, err, &got, "%+v", c.value)
		require.Equal(t, rapport.ID("a"), got.Customer)
		require.Contains(t, got.Reason, c.reason, "%+v", c.value)
	}

	one := []scoring.Summary{{T: 1}}
	two := []scoring.Summary{{T: 1}, {T: 1}}
	_, err := scoring.NewSummaries(0, []rapport.ID{"a"}, one)
	require.ErrorContains(t, err, "Unit")
	_, err = scoring.NewSummaries(rapport.Week, []rapport.ID{"a"}, two)
	require.ErrorContains(t, err, "1 ids for 2 summaries")
	_, err = scoring.NewSummaries(rapport.Week, nil, nil)
	require.ErrorIs(t, err, scoring.ErrNoPurchases)
	_, err = scoring.NewSummaries(rapport.Week, []rapport.ID{"a", "a"}, two)
	require.ErrorContains(t, err, `"a": given twice`)
	_, err = scoring.NewSummaries(rapport.Week, []rapport.ID{"a", ""}, two)
	require.ErrorContains(t, err, "summary 2: ")
}

func TestTotalsAsMoney(t *testing.T) {
	rows := []scoring.Purchase{
		{Customer: "a", At: day("2025-01-06"), Amount: 123_4567, Cost: 23_4567},
		{Customer: "b", At: day("2025-01-06"), Amount: 76_5433},
		{Customer: "b", At: day("2025-01-20"), Amount: 50_0000, Cost: 6_0000}, // after the window
	}
	w := scoring.Window{Unit: rapport.Week, Until: day("2025-01-10"), Currency: rapport.CNY, ExtraDigits: 2}
	s, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	revenue, err := s.RevenueMoney()
	require.NoError(t, err)
	require.Equal(t, "200", revenue.Amount().String())
	require.Equal(t, rapport.CNY, revenue.Currency())
	cost, err := s.CostMoney()
	require.NoError(t, err)
	require.Equal(t, "23.4567", cost.Amount().String())
	margin, ok := s.Margin()
	require.True(t, ok)
	require.InDelta(t, (200-23.4567)/200, margin, 1e-15)

	s, err = scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("a", "2025-01-06", 0)}), scoring.Window{Unit: rapport.Week})
	require.NoError(t, err)
	_, err = s.RevenueMoney()
	require.Error(t, err, "no currency was named")
	_, ok = s.Margin()
	require.False(t, ok, "no revenue to divide by")
}

func TestReturnsAreDeductedFromTheDateTheyBelongTo(t *testing.T) {
	for _, c := range []struct {
		name    string
		rows    []scoring.Purchase
		spend   float64
		revenue int64
		counts  scoring.RowCounts
	}{
		{"on the date of the purchase, listed before it",
			[]scoring.Purchase{row("a", "2025-01-06", 10), row("a", "2025-01-13", -3), row("a", "2025-01-13", 20)},
			17, 27, scoring.RowCounts{Read: 3, PurchaseDates: 2, ReturnsNetted: 1}},
		{"between two purchases: from the first, which is no repeat",
			[]scoring.Purchase{row("a", "2025-01-06", 10), row("a", "2025-01-12", -3), row("a", "2025-01-13", 20)},
			20, 27, scoring.RowCounts{Read: 3, PurchaseDates: 2, ReturnsNetted: 1}},
		{"before the first purchase",
			[]scoring.Purchase{row("a", "2025-01-05", -3), row("a", "2025-01-06", 10), row("a", "2025-01-13", 20)},
			20, 30, scoring.RowCounts{Read: 3, PurchaseDates: 2, ReturnsUnmatched: 1}},
		{"more than was bought",
			[]scoring.Purchase{row("a", "2025-01-06", 10), row("a", "2025-01-13", 20), row("a", "2025-01-13", -15), row("a", "2025-01-14", -15)},
			-10, 0, scoring.RowCounts{Read: 4, PurchaseDates: 2, ReturnsNetted: 2}},
	} {
		for name, summarize := range ways() {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				s, err := summarize(t.Context(), stream(c.rows), scoring.Window{Unit: rapport.Week, Returns: scoring.NetReturns})
				require.NoError(t, err)
				_, got := s.At(0)
				require.Equal(t, 1, got.X)
				require.InDelta(t, c.spend, got.Spend, 0)
				require.Equal(t, c.revenue, s.Revenue())
				require.Equal(t, c.counts, s.Rows())
			})
		}
	}
}

// TestIDsAreCopied cuts the ids from a long text, as a reader of files does, and
// looks whether the summaries still hold that text.
func TestIDsAreCopied(t *testing.T) {
	for name, summarize := range ways() {
		text := strings.Repeat("customer-", 1<<20)
		s, err := summarize(t.Context(), stream([]scoring.Purchase{row(rapport.ID(text[:9]), "2025-01-06", 1)}), scoring.Window{Unit: rapport.Week})
		require.NoError(t, err)
		text = ""
		kept := keptBytes(&s)
		require.Less(t, kept, float64(1<<20), "%s keeps the text of the log", name)
		_ = text
	}
}

func TestAllStopsWhenAsked(t *testing.T) {
	s, err := scoring.NewSummaries(rapport.Week, []rapport.ID{"a", "b", "c"}, make([]scoring.Summary, 3))
	require.NoError(t, err)
	var seen []rapport.ID
	for id := range s.All() {
		seen = append(seen, id)
		if id == "b" {
			break
		}
	}
	require.True(t, slices.Equal([]rapport.ID{"a", "b"}, seen), "got %v", seen)
}

func TestPolicyNames(t *testing.T) {
	require.Equal(t, "refuse ignore net ReturnPolicy(3)", scoring.RefuseReturns.String()+" "+
		scoring.IgnoreReturns.String()+" "+scoring.NetReturns.String()+" "+scoring.ReturnPolicy(3).String())
	require.Equal(t, "count skip ZeroPolicy(2)", scoring.CountZeros.String()+" "+
		scoring.SkipZeros.String()+" "+scoring.ZeroPolicy(2).String())
}

func TestHistoryIsPartOfAt(t *testing.T) {
	summaries, err := scoring.NewSummaries(rapport.Week, []rapport.ID{"b", "a"}, []scoring.Summary{
		{X: 2, TX: 3, T: 9, Spend: 5, SumLogInterval: 0.7}, {T: 4},
	})
	require.NoError(t, err)
	for i := range summaries.Len() {
		_, want := summaries.At(i)
		x, tx, age := summaries.History(i)
		require.Equal(t, []any{want.X, want.TX, want.T}, []any{x, tx, age})
	}
}
