package scoring_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Margins of 100, 120 and 80 in the years 2023 to 2025, then 90 at the end of
// each of three years, seen at the end of 2025 at 10 percent:
// 90/1.1 + 90/1.21 + 90/1.331 = 223.82.
func ExampleValueWindow() {
	year := func(y int) time.Time { return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC) }
	flow := func(at time.Time, amount string) scoring.CashFlow {
		return scoring.CashFlow{At: at, Amount: rapport.MustMoney(amount + " CNY")}
	}
	value, err := scoring.ValueWindow{AsOf: year(2026), Discount: scoring.Discount{Rate: 0.10}}.Value(
		flow(year(2023).AddDate(0, 5, 0), "100"), flow(year(2024).AddDate(0, 5, 0), "120"), flow(year(2025).AddDate(0, 5, 0), "80"),
		flow(year(2027), "90"), flow(year(2028), "90"), flow(year(2029), "90"))
	fmt.Println(value.Historic, value.Current, value.Potential, err)
	// Output: 220.00 CNY 80.00 CNY 223.82 CNY <nil>
}

func TestValueAtBoundaries(t *testing.T) {
	const instant = time.Nanosecond
	for _, tc := range []struct {
		window     scoring.ValueWindow
		start, end string
	}{
		{scoring.ValueWindow{AsOf: day("2026-01-01")}, "2025-01-01", "2026-01-01"},
		{scoring.ValueWindow{AsOf: day("2025-03-31"), Months: 1}, "2025-02-28", "2025-03-31"},
		{scoring.ValueWindow{AsOf: day("2024-02-29")}, "2023-02-28", "2024-02-29"},
		{scoring.ValueWindow{AsOf: day("2024-02-29"), Months: 48}, "2020-02-29", "2024-02-29"},
	} {
		start, end := day(tc.start), day(tc.end)
		for _, at := range []struct {
			at   time.Time
			part string
		}{
			{start.Add(-instant), "1.00 CNY 0.00 CNY 0.00 CNY"}, {start, "0.00 CNY 1.00 CNY 0.00 CNY"},
			{end.Add(-instant), "0.00 CNY 1.00 CNY 0.00 CNY"}, {end, "0.00 CNY 0.00 CNY 1.00 CNY"},
		} {
			v, err := tc.window.Value(scoring.CashFlow{At: at.at, Amount: yuan("1")})
			require.NoError(t, err)
			require.Equal(t, at.part, fmt.Sprint(v.Historic, " ", v.Current, " ", v.Potential), "%+v at %v", tc.window, at.at)
		}
	}
}

// The window starts at the same time of day where clocks changed in between.
func TestValueWindowInALocation(t *testing.T) {
	berlin := location(t, "Europe/Berlin")
	w := scoring.ValueWindow{AsOf: time.Date(2025, time.July, 1, 0, 0, 0, 0, berlin), Months: 6, Discount: scoring.Discount{Location: berlin}}
	start := time.Date(2025, time.January, 1, 0, 0, 0, 0, berlin)
	v, err := w.Value(scoring.CashFlow{At: start.Add(-1), Amount: yuan("1")}, scoring.CashFlow{At: start, Amount: yuan("2")})
	require.NoError(t, err)
	requireMoney(t, "1.00 CNY", v.Historic)
	requireMoney(t, "2.00 CNY", v.Current)
}

func TestCompoundedHistory(t *testing.T) {
	w := scoring.ValueWindow{AsOf: day("2026-01-01"), Discount: scoring.Discount{Rate: 0.1}, Compound: true}
	v, err := w.Value(scoring.CashFlow{At: day("2024-01-01"), Amount: yuan("100")}, scoring.CashFlow{At: day("2025-01-01"), Amount: yuan("100")})
	require.NoError(t, err)
	requireMoney(t, "121.00 CNY", v.Historic)
	requireMoney(t, "100.00 CNY", v.Current)
}

// Without a rate the three parts hold every fen once, wherever the flows fall.
func TestPartsNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asOf := day("2020-01-31").Add(time.Duration(rapid.Int64Range(0, 4e17).Draw(t, "asOf")))
		w := scoring.ValueWindow{AsOf: asOf, Months: rapid.IntRange(0, 30).Draw(t, "months"),
			Compound: rapid.Bool().Draw(t, "compound")}
		start := asOf.AddDate(0, -w.Months, 0) // about; the edges are drawn on purpose
		var flows []scoring.CashFlow
		var amounts []rapport.Money
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			edge := rapid.SampledFrom([]time.Time{asOf, start}).Draw(t, "edge")
			at := edge.Add(time.Duration(rapid.SampledFrom([]int64{-1e17, -1, 0, 1, 1e17}).Draw(t, "shift")))
			flows = append(flows, scoring.CashFlow{At: at, Amount: fen(t, "amount")})
			amounts = append(amounts, flows[len(flows)-1].Amount)
		}
		v, err := w.Value(flows...)
		require.NoError(t, err)
		all, err := v.Total()
		require.NoError(t, err)
		require.True(t, sum(t, amounts...).Equal(all), "%+v", v)
		w.Discount.Rate = 0.1
		discounted, err := w.Value(flows...)
		require.NoError(t, err)
		require.True(t, v.Current.Equal(discounted.Current), "the current part is plain")
	})
}

func TestValueWindowsThatCannotBeUsed(t *testing.T) {
	_, err := scoring.ValueWindow{}.Value()
	require.ErrorIs(t, err, scoring.ErrDate)
	wrong, ok := errors.AsType[*scoring.InputError](err)
	require.False(t, ok)
	_, err = scoring.ValueWindow{AsOf: day("2025-01-01"), Months: -1}.Value()
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "Months", wrong.Name)
	_, err = scoring.ValueWindow{AsOf: day("2025-01-01"), Discount: scoring.Discount{Rate: -1}}.Value()
	require.ErrorAs(t, err, &wrong)
	_, err = scoring.ValueWindow{AsOf: day("2025-01-01")}.Value(scoring.CashFlow{})
	require.ErrorIs(t, err, scoring.ErrDate)
	_, err = scoring.ValueWindow{AsOf: day("2025-01-01")}.Value(
		scoring.CashFlow{At: day("2024-01-01"), Amount: yuan("1")}, scoring.CashFlow{At: day("2024-01-02"), Amount: rapport.MustMoney("1 USD")})
	row, ok := errors.AsType[*scoring.RowError](err)
	require.True(t, ok)
	require.Equal(t, 2, row.Row)
	_, err = scoring.ValueWindow{AsOf: day("2025-01-01"), Discount: scoring.Discount{Rate: -1 + 1e-15}}.Value(
		scoring.CashFlow{At: day("2095-01-01"), Amount: yuan("1")})
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok)
	require.Equal(t, "potential value", overflow.Sum)
	v, err := scoring.ValueWindow{AsOf: day("2025-01-01")}.Value()
	require.NoError(t, err)
	require.True(t, v.Historic.IsZero() && v.Current.IsZero() && v.Potential.IsZero())
}
