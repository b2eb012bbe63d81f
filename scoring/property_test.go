package scoring_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// drawLog draws a window and a log of at most 60 rows of eight customers around
// 1970-01-01, so dates before and after it, with returns and zeros. The first
// row is a purchase of a customer who is scored in any case.
func drawLog(t *rapid.T) ([]scoring.Purchase, scoring.Window) {
	shanghai, newYork := location(t, "Asia/Shanghai"), location(t, "America/New_York")
	w := scoring.Window{
		Unit:        rapid.SampledFrom([]rapport.Unit{rapport.Day, rapport.Week, rapport.Month}).Draw(t, "unit"),
		Currency:    rapid.SampledFrom([]rapport.Currency{0, rapport.CNY, rapport.JPY}).Draw(t, "currency"),
		ExtraDigits: rapid.IntRange(0, 3).Draw(t, "extra digits"),
		Location:    rapid.SampledFrom([]*time.Location{nil, time.UTC, shanghai, newYork}).Draw(t, "location"),
		Returns:     rapid.SampledFrom([]scoring.ReturnPolicy{scoring.IgnoreReturns, scoring.NetReturns}).Draw(t, "returns"),
		Zeros:       rapid.SampledFrom([]scoring.ZeroPolicy{scoring.CountZeros, scoring.SkipZeros}).Draw(t, "zeros"),
	}
	const hoursAround = 24 * 40
	if rapid.Bool().Draw(t, "with until") {
		w.Until = time.Unix(3600*rapid.Int64Range(-hoursAround/2, hoursAround/2).Draw(t, "until"), 0)
		w.Holdout = rapid.SampledFrom([]float64{0, 0.5, 1, 3. / 7, 2.5, 100}).Draw(t, "holdout")
	}
	ids := []rapport.ID{"a", "aa", "ab", "b", "客户1", "客户2", "customer-000000001", "customer-000000002"}
	rows := []scoring.Purchase{{Customer: "a", At: time.Unix(-3600*(hoursAround+24), 0), Amount: 700, Cost: 300}}
	for range rapid.IntRange(0, 60).Draw(t, "rows") {
		rows = append(rows, scoring.Purchase{
			Customer: rapid.SampledFrom(ids).Draw(t, "id"),
			At:       time.Unix(3600*rapid.Int64Range(-hoursAround, hoursAround).Draw(t, "hour"), 0),
			Amount:   rapid.Int64Range(-500, 2000).Draw(t, "amount") / 100 * 100,
			Cost:     rapid.Int64Range(-100, 900).Draw(t, "cost"),
		})
	}
	return rows, w
}

func location(t require.TestingT, name string) *time.Location {
	l, err := time.LoadLocation(name)
	require.NoError(t, err)
	return l
}

// checkAgainstPlain holds both functions against the definition in plain steps,
// and against each other to the last bit in several orders of the rows.
func checkAgainstPlain(t *rapid.T) {
	rows, w := drawLog(t)
	want := plainSummary(rows, w)
	got, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	first := outcomeOf(got)
	// The two add logarithms and divide in other orders: some roundings apart.
	near := cmpopts.EquateApprox(1e-13, 1e-13)
	if diff := cmp.Diff(want, first, near, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("window %+v\nrows %v\n(-want +got)\n%s", w, rows, diff)
	}

	shuffled := rapid.Permutation(rows).Draw(t, "order")
	got, err = scoring.Summarize(t.Context(), stream(shuffled), w)
	require.NoError(t, err)
	if diff := cmp.Diff(first, outcomeOf(got)); diff != "" {
		t.Fatalf("window %+v\nrows %v\nin another order (-first +second)\n%s", w, shuffled, diff)
	}

	sorted := slices.SortedStableFunc(slices.Values(shuffled), byCustomerAndDate)
	got, err = scoring.SummarizeSorted(t.Context(), stream(sorted), w)
	require.NoError(t, err)
	if diff := cmp.Diff(first, outcomeOf(got)); diff != "" {
		t.Fatalf("window %+v\nrows %v\n(-Summarize +SummarizeSorted)\n%s", w, sorted, diff)
	}

	r := first.Rows
	require.Equal(t, r.Read, r.PurchaseDates+r.Merged+r.ReturnsNetted+r.ReturnsUnmatched+
		r.ReturnsIgnored+r.ZerosSkipped+r.AfterWindow, "every row is counted once: %+v", r)
	total := 0
	for _, n := range first.HoldoutByPeriod {
		total += n
	}
	for _, n := range first.HoldoutX {
		total -= n
	}
	require.Zero(t, total, "hold-out by customer and by period: %+v", first)
}

func TestSummarizeAgainstPlainDefinition(t *testing.T) {
	rapid.Check(t, checkAgainstPlain)
}

func FuzzSummarize(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(checkAgainstPlain))
}

// TestManyCustomersAgainstSorted is large enough for the table, the pools and
// the blocks of ids to grow many times.
func TestManyCustomersAgainstSorted(t *testing.T) {
	rows := benchLog(60_000, 20_000)
	w := scoring.Window{Unit: rapport.Month, Until: day("2025-06-30"), Currency: rapport.CNY, Holdout: 3}
	unsorted, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	slices.SortStableFunc(rows, byCustomerAndDate)
	sorted, err := scoring.SummarizeSorted(t.Context(), stream(rows), w)
	require.NoError(t, err)
	if diff := cmp.Diff(outcomeOf(sorted), outcomeOf(unsorted)); diff != "" {
		t.Fatalf("(-SummarizeSorted +Summarize)\n%s", diff)
	}
	require.Greater(t, sorted.Len(), 15_000)
	for i := range sorted.Len() {
		id, s := sorted.At(i)
		found, ok := unsorted.Lookup(id)
		require.True(t, ok, "customer %q", id)
		require.Equal(t, s, found, "customer %q", id)
		require.False(t, math.IsNaN(s.Spend) || math.IsNaN(s.SumLogInterval), "customer %q: %+v", id, s)
	}
}
