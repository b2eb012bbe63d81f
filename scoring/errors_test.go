package scoring_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

func TestRowsThatCannotBeSummarized(t *testing.T) {
	week := scoring.Window{Unit: rapport.Week}
	good := row("an", "2025-01-06", 100)
	for _, c := range []struct {
		name   string
		rows   []scoring.Purchase
		window scoring.Window
		why    error
		row    int
	}{
		{"return refused", []scoring.Purchase{good, row("an", "2025-01-07", -1)}, week, scoring.ErrReturn, 2},
		{"return refused after the window", []scoring.Purchase{good, row("an", "2025-01-07", -1)},
			scoring.Window{Unit: rapport.Week, Until: day("2025-01-06")}, scoring.ErrReturn, 2},
		{"no time", []scoring.Purchase{good, good, {Customer: "an", Amount: 1}}, week, scoring.ErrDate, 3},
		{"no time, far east", []scoring.Purchase{{Customer: "an", Amount: 1}},
			scoring.Window{Unit: rapport.Week, Location: time.FixedZone("east", 8*3600)}, scoring.ErrDate, 1},
		{"year 0", []scoring.Purchase{{Customer: "an", At: time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)}}, week, scoring.ErrDate, 1},
		{"year 10000", []scoring.Purchase{{Customer: "an", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}, week, scoring.ErrDate, 1},
		{"beyond all calendars", []scoring.Purchase{{Customer: "an", At: time.Unix(math.MaxInt64, 0)}}, week, scoring.ErrDate, 1},
		{"before all calendars", []scoring.Purchase{{Customer: "an", At: time.Unix(math.MinInt64, 0)}}, week, scoring.ErrDate, 1},
	} {
		for name, summarize := range ways() {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				got, err := summarize(t.Context(), stream(c.rows), c.window)
				require.Nil(t, got)
				require.ErrorIs(t, err, c.why)
				var at *scoring.RowError
				require.ErrorAs(t, err, &at)
				require.Equal(t, c.row, at.Row, "%v", err)
				require.Equal(t, rapport.ID("an"), at.Customer, "%v", err)
			})
		}
	}
}

func TestInvalidIDsNameTheRow(t *testing.T) {
	long := rapport.ID(strings.Repeat("x", rapport.MaxIDLength+1))
	for _, id := range []rapport.ID{"", "a\nb", "\xff", long} {
		for name, summarize := range ways() {
			rows := []scoring.Purchase{row("an", "2025-01-06", 100), row(id, "2025-01-06", 100)}
			_, err := summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week})
			var why *rapport.IDError
			require.ErrorAs(t, err, &why, "%s, id %q", name, id)
			var at *scoring.RowError
			require.ErrorAs(t, err, &at, "%s, id %q", name, id)
			require.Equal(t, 2, at.Row, "%s, id %q", name, id)
		}
	}
}

// TestClocksThatGoBackOverMidnight: in St John's 2010-11-07 began, and a minute
// later it was the evening before again. Time then runs against the dates.
func TestClocksThatGoBackOverMidnight(t *testing.T) {
	w := scoring.Window{Unit: rapport.Day, Location: location(t, "America/St_Johns")}
	midnight := time.Date(2010, 11, 7, 2, 30, 30, 0, time.UTC) // 00:00:30 there
	rows := []scoring.Purchase{
		{Customer: "a", At: midnight, Amount: 100},
		{Customer: "a", At: midnight.Add(time.Minute), Amount: 100}, // 23:01:30 of the 6th
	}
	_, err := scoring.SummarizeSorted(t.Context(), stream(rows), w)
	require.ErrorIs(t, err, scoring.ErrOrder)
	s, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	_, got := s.At(0)
	require.Equal(t, 1, got.X)
	require.Equal(t, 1.0, got.TX)
}

// TestRowErrorsSpeakOfTheWindow holds the fields of a RowError to what the window
// counts by: its days, and ids only if they are ids, whatever else is wrong.
func TestRowErrorsSpeakOfTheWindow(t *testing.T) {
	evening := time.Date(2025, 3, 1, 23, 0, 0, 0, time.FixedZone("west", -5*3600))
	long := rapport.ID(strings.Repeat("x", 1<<20))
	for name, summarize := range ways() {
		var at *scoring.RowError
		_, err := summarize(t.Context(), stream([]scoring.Purchase{{Customer: "an", At: evening, Amount: -1}}), scoring.Window{Unit: rapport.Week})
		require.ErrorAs(t, err, &at)
		require.ErrorContains(t, err, `customer "an" on 2025-03-02`, name)
		require.Equal(t, time.UTC, at.At.Location(), name)

		_, err = summarize(t.Context(), stream([]scoring.Purchase{{Customer: long, Amount: 1}}), scoring.Window{Unit: rapport.Week})
		require.ErrorAs(t, err, &at)
		require.Empty(t, at.Customer, name)
		require.Less(t, len(err.Error()), 200, name)
	}
}

// TestEndOfContextAtEndOfStream: a stream that stops because its context ended,
// and forgets to say so, does not pass for a whole log.
func TestEndOfContextAtEndOfStream(t *testing.T) {
	for name, summarize := range ways() {
		ctx, cancel := context.WithCancel(t.Context())
		purchases := func(yield func(scoring.Purchase, error) bool) {
			yield(row("an", "2025-01-06", 100), nil)
			cancel()
		}
		got, err := summarize(ctx, purchases, scoring.Window{Unit: rapport.Week})
		require.Nil(t, got, name)
		require.ErrorIs(t, err, context.Canceled, name)
	}
}

func TestSortedRefusesRowsOutOfOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []scoring.Purchase
		row  int
	}{
		{"customer goes back", []scoring.Purchase{row("b", "2025-01-06", 1), row("a", "2025-01-06", 1)}, 2},
		{"customer comes again", []scoring.Purchase{row("a", "2025-01-06", 1), row("b", "2025-01-06", 1), row("a", "2025-01-07", 1)}, 3},
		{"capitals come first", []scoring.Purchase{row("a", "2025-01-06", 1), row("B", "2025-01-06", 1)}, 2},
		{"date goes back", []scoring.Purchase{row("a", "2025-01-06", 1), row("a", "2025-01-05", 1)}, 2},
		{"date of a return goes back", []scoring.Purchase{row("a", "2025-01-06", 1), row("a", "2025-01-05", -1)}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := scoring.Window{Unit: rapport.Week, Returns: scoring.IgnoreReturns}
			_, err := scoring.SummarizeSorted(t.Context(), stream(c.rows), w)
			require.ErrorIs(t, err, scoring.ErrOrder)
			var at *scoring.RowError
			require.ErrorAs(t, err, &at)
			require.Equal(t, c.row, at.Row, "%v", err)
			_, err = scoring.Summarize(t.Context(), stream(c.rows), w)
			require.NoError(t, err, "any order is fine for Summarize")
		})
	}
}

func TestHoursOfOneDayMayComeInAnyOrder(t *testing.T) {
	noon, morning := row("a", "2025-01-06", 1), row("a", "2025-01-06", 1)
	noon.At = noon.At.Add(12 * time.Hour)
	s, err := scoring.SummarizeSorted(t.Context(), stream([]scoring.Purchase{noon, morning}), scoring.Window{Unit: rapport.Day})
	require.NoError(t, err)
	require.Equal(t, scoring.RowCounts{Read: 2, PurchaseDates: 1, Merged: 1}, s.Rows())
}

func TestLogsWithoutAnswer(t *testing.T) {
	rows := []scoring.Purchase{row("a", "2025-02-01", 100), row("b", "2025-02-03", 0)}
	returns := []scoring.Purchase{row("a", "2025-02-01", -100), row("b", "2025-02-03", 0)}
	for name, summarize := range ways() {
		_, err := summarize(t.Context(), stream(nil), scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, scoring.ErrNoPurchases, "%s: no rows", name)
		_, err = summarize(t.Context(), nil, scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, scoring.ErrNoPurchases, "%s: no stream", name)
		_, err = summarize(t.Context(), stream(returns), scoring.Window{
			Unit: rapport.Week, Returns: scoring.NetReturns, Zeros: scoring.SkipZeros,
		})
		require.ErrorIs(t, err, scoring.ErrNoPurchases, "%s: returns and skipped zeros only", name)

		_, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Until: day("2025-01-31")})
		var until *scoring.UntilError
		require.ErrorAs(t, err, &until, name)
		require.Equal(t, "scoring: calibration end 2025-01-31 is before the first row, 2025-02-01", err.Error())
	}
}

func TestErrorOfTheStream(t *testing.T) {
	broken := errors.New("file is cut off")
	for name, summarize := range ways() {
		log := func(yield func(scoring.Purchase, error) bool) {
			if yield(row("a", "2025-01-06", 1), nil) && yield(scoring.Purchase{}, broken) {
				t.Errorf("%s reads on after an error", name)
			}
		}
		_, err := summarize(t.Context(), log, scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, broken, name)
		require.Equal(t, "scoring: row 2: file is cut off", err.Error(), name)

		bad := func(yield func(scoring.Purchase, error) bool) {
			if yield(scoring.Purchase{Customer: "a"}, nil) {
				yield(scoring.Purchase{}, broken)
			}
		}
		_, err = summarize(t.Context(), bad, scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, scoring.ErrDate, "%s: the first bad row is named, not the later end of the stream", name)
	}
}

func TestCancelledContext(t *testing.T) {
	for name, summarize := range ways() {
		ctx, cancel := context.WithCancel(t.Context())
		read := 0
		log := func(yield func(scoring.Purchase, error) bool) {
			for yield(row("a", "2025-01-06", 1), nil) {
				read++
				if read == 10_000 {
					cancel()
				}
			}
		}
		_, err := summarize(ctx, log, scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, context.Canceled, name)
		require.Less(t, read, 20_000, name)
		_, err = summarize(ctx, stream([]scoring.Purchase{row("a", "2025-01-06", 1)}), scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, context.Canceled, "%s: cancelled before the first row", name)
	}
}

func TestWindowsThatCannotBeUsed(t *testing.T) {
	until := day("2025-01-31")
	for _, c := range []struct {
		field  string
		window scoring.Window
	}{
		{"Unit", scoring.Window{}},
		{"Unit", scoring.Window{Unit: 9}},
		{"Currency", scoring.Window{Unit: rapport.Week, Currency: 1}},
		{"ExtraDigits", scoring.Window{Unit: rapport.Week, ExtraDigits: -1}},
		{"ExtraDigits", scoring.Window{Unit: rapport.Week, ExtraDigits: scoring.MaxExtraDigits + 1}},
		{"Returns", scoring.Window{Unit: rapport.Week, Returns: scoring.NetReturns + 1}},
		{"Zeros", scoring.Window{Unit: rapport.Week, Zeros: scoring.SkipZeros + 1}},
		{"Holdout", scoring.Window{Unit: rapport.Week, Until: until, Holdout: -1}},
		{"Holdout", scoring.Window{Unit: rapport.Week, Until: until, Holdout: math.NaN()}},
		{"Holdout", scoring.Window{Unit: rapport.Week, Until: until, Holdout: math.Inf(1)}},
		{"Until", scoring.Window{Unit: rapport.Week, Until: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}},
	} {
		for name, summarize := range ways() {
			_, err := summarize(t.Context(), stream([]scoring.Purchase{row("a", "2025-01-06", 1)}), c.window)
			var got *scoring.WindowError
			require.ErrorAs(t, err, &got, "%s, %+v", name, c.window)
			require.Equal(t, c.field, got.Field, "%s, %+v: %v", name, c.window, err)
		}
	}
}

func TestSumsThatDoNotFit(t *testing.T) {
	w := scoring.Window{Unit: rapport.Week, Returns: scoring.NetReturns}
	full := row("a", "2025-01-06", math.MaxInt64)
	back := row("a", "2025-01-07", math.MinInt64)
	for _, c := range []struct {
		name     string
		rows     []scoring.Purchase
		customer rapport.ID
		sum      string
	}{
		{"amount of a customer", []scoring.Purchase{full, row("a", "2025-01-07", 1)}, "a", "amount"},
		{"returns of a customer", []scoring.Purchase{row("a", "2025-01-06", 1), row("a", "2025-01-07", 1), back, back}, "a", "amount"},
		{"revenue", []scoring.Purchase{full, row("b", "2025-01-06", 1)}, "", "revenue"},
		{"cost", []scoring.Purchase{{Customer: "a", At: day("2025-01-06"), Cost: math.MinInt64}, {Customer: "b", At: day("2025-01-06"), Cost: -1}}, "", "cost"},
	} {
		for name, summarize := range ways() {
			_, err := summarize(t.Context(), stream(c.rows), w)
			var got *scoring.OverflowError
			require.ErrorAs(t, err, &got, "%s: %s", name, c.name)
			require.Equal(t, scoring.OverflowError{Customer: c.customer, Sum: c.sum}, *got, "%s: %s", name, c.name)
		}
	}

	// What fits in the end may pass the limits on the way.
	rows := []scoring.Purchase{full, row("a", "2025-01-07", 0), row("a", "2025-01-08", -1), row("b", "2025-01-06", 1)}
	for name, summarize := range ways() {
		s, err := summarize(t.Context(), stream(rows), w)
		require.NoError(t, err, name)
		require.Equal(t, int64(math.MaxInt64), s.Revenue(), name)
	}
}

func TestMessages(t *testing.T) {
	shanghai := location(t, "Asia/Shanghai")
	w := scoring.Window{Unit: rapport.Week, Location: shanghai}
	late := scoring.Purchase{Customer: "an", At: time.Date(2025, 1, 6, 20, 0, 0, 0, time.UTC), Amount: -5}
	_, err := scoring.Summarize(t.Context(), stream([]scoring.Purchase{late}), w)
	require.EqualError(t, err, `scoring: row 1: customer "an" on 2025-01-07: negative amount: Window.Returns refuses returns (IgnoreReturns and NetReturns accept them)`)
	_, err = scoring.Summarize(t.Context(), stream(nil), scoring.Window{})
	require.EqualError(t, err, "scoring: window: Unit is not set: want day, week or month")
	require.EqualError(t, scoring.Window{Unit: 77}.Validate(), "scoring: window: Unit is Unit(77): want day, week or month")
	full := row("an", "2025-01-06", math.MaxInt64)
	for name, summarize := range ways() {
		_, err = summarize(t.Context(), stream([]scoring.Purchase{full, full}), w)
		require.ErrorContains(t, err, `: amount of customer "an" does not fit in 64 bits`, name)
		require.Equal(t, 1, strings.Count(err.Error(), "scoring:"), "%s: %v", name, err)
	}
	_, err = scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("", "2025-01-06", 1)}), w)
	require.ErrorContains(t, err, `scoring: row 1: rapport: id ""`)
	require.EqualError(t, &scoring.OverflowError{Sum: "cost"}, "scoring: total cost does not fit in 64 bits")
	require.EqualError(t, &scoring.OverflowError{Customer: "an", Sum: "amount"},
		`scoring: amount of customer "an" does not fit in 64 bits`)
	require.EqualError(t, &scoring.SummaryError{Customer: "an", Reason: "X is -1"}, `scoring: summary of customer "an": X is -1`)
}
