package scoring_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// upTo returns the rows dated on or before the end of the summaries, and the rest.
func upTo(s *scoring.Summaries, rows []scoring.Purchase) (before, after []scoring.Purchase) {
	end := s.Until().AddDate(0, 0, 1)
	for _, p := range rows {
		if p.At.Before(end) {
			before = append(before, p)
		} else {
			after = append(after, p)
		}
	}
	return before, after
}

// portable sends summaries through a file.
func portable(t require.TestingT, s *scoring.Summaries) *scoring.Summaries {
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	back := new(scoring.Summaries)
	require.NoError(t, back.UnmarshalBinary(data))
	again, err := back.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, data, again)
	if diff := cmp.Diff(outcomeOf(s), outcomeOf(back)); diff != "" {
		require.Fail(t, "not what was written", "(-want +got)\n%s", diff)
	}
	return back
}

// Any log, split at up to three dates, kept as a file or in memory between them,
// gives what the whole log gives.
func TestExtendIsTheWholeLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, w := drawLog(t)
		if rapid.Bool().Draw(t, "large amounts") {
			for i := range rows {
				rows[i].Amount *= 30_000_000_000_003 // beyond what a float64 holds exactly
			}
		}
		want, err := scoring.Summarize(t.Context(), stream(rows), w)
		require.NoError(t, err)

		step := w
		step.Holdout = rapid.SampledFrom([]float64{0, 2}).Draw(t, "holdout of a step")
		var got *scoring.Summaries
		rest := rows
		hour := int64(-24 * 41)
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			hour = rapid.Int64Range(hour, 24*40).Draw(t, "hour")
			step.Until = time.Unix(3600*hour, 0)
			if !w.Until.IsZero() && step.Until.After(w.Until) {
				step.Until = w.Until
			}
			given := rest
			if got == nil {
				got, err = scoring.Summarize(t.Context(), stream(rest), step)
			} else {
				if rapid.Bool().Draw(t, "only what counts") {
					step.Holdout = 0
				}
				got, err = scoring.Extend(t.Context(), got, stream(given), step)
			}
			require.NoError(t, err)
			if rapid.Bool().Draw(t, "file") {
				got = portable(t, got)
			}
			_, rest = upTo(got, rest)
		}
		rest = rapid.Permutation(rest).Draw(t, "order")
		got, err = scoring.Extend(t.Context(), got, stream(rest), w)
		require.NoError(t, err)
		if w.Until.IsZero() && len(rest) == 0 {
			t.Skip("the zero Until then stands for that of the summaries")
		}
		if diff := cmp.Diff(outcomeOf(want), outcomeOf(got)); diff != "" {
			t.Fatalf("window %+v\nrows %v\nrest %v\n(-whole +extended)\n%s", w, rows, rest, diff)
		}
		portable(t, got)
	})
}

func TestExtendManyCustomers(t *testing.T) {
	rows := benchLog(60_000, 20_000)
	w := scoring.Window{Unit: rapport.Month, Until: day("2025-06-30"), Currency: rapport.CNY, Holdout: 3}
	want, err := scoring.Summarize(t.Context(), stream(rows), w)
	require.NoError(t, err)
	first := w
	first.Until = day("2024-11-30")
	old, err := scoring.SummarizeSorted(t.Context(), stream(sortedCopy(rows)), first)
	require.NoError(t, err)
	_, rest := upTo(old, rows)
	got, err := scoring.Extend(t.Context(), portable(t, old), stream(rest), w)
	require.NoError(t, err)
	if diff := cmp.Diff(outcomeOf(want), outcomeOf(got)); diff != "" {
		t.Fatalf("(-whole +extended)\n%s", diff)
	}
	data, err := got.MarshalBinary()
	require.NoError(t, err)
	t.Logf("%.1f bytes a customer", float64(len(data))/float64(got.Len()))

	// Nobody bought: everybody is older, nothing else has changed.
	later := w
	later.Until, later.Holdout = day("2026-06-30"), 0
	older, err := scoring.Extend(t.Context(), got, nil, later)
	require.NoError(t, err)
	for i := range got.Len() {
		id, s := got.At(i)
		again, o := older.At(i)
		require.Equal(t, id, again)
		require.InDelta(t, s.T+365/30.4375, o.T, 1e-12)
		o.T = s.T
		require.Equal(t, s, o)
	}
}

func TestExtendRefusesAnotherWindow(t *testing.T) {
	shanghai := location(t, "Asia/Shanghai")
	w := scoring.Window{Unit: rapport.Week, Until: time.Date(2025, 1, 10, 12, 0, 0, 0, shanghai), Currency: rapport.CNY, Location: shanghai, Returns: scoring.NetReturns}
	old, err := scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("an", "2025-01-06", 100)}), w)
	require.NoError(t, err)
	for field, change := range map[string]func(*scoring.Window){
		"Unit":        func(w *scoring.Window) { w.Unit = rapport.Day },
		"Currency":    func(w *scoring.Window) { w.Currency = rapport.JPY },
		"ExtraDigits": func(w *scoring.Window) { w.ExtraDigits = 2 },
		"Returns":     func(w *scoring.Window) { w.Returns = scoring.IgnoreReturns },
		"Zeros":       func(w *scoring.Window) { w.Zeros = scoring.SkipZeros },
		"Location":    func(w *scoring.Window) { w.Location = nil },
		"Until":       func(w *scoring.Window) { w.Until = w.Until.AddDate(0, 0, -1) },
	} {
		other := w
		change(&other)
		for _, s := range []*scoring.Summaries{old, portable(t, old)} {
			_, err := scoring.Extend(t.Context(), s, nil, other)
			var got *scoring.WindowError
			require.ErrorAs(t, err, &got, field)
			require.Equal(t, field, got.Field, "%v", err)
		}
	}
	other := w
	other.Location = time.FixedZone("Asia/Shanghai", 9*3600)
	other.Until = w.Until.AddDate(0, 0, 1)
	_, err = scoring.Extend(t.Context(), old, nil, other)
	require.ErrorContains(t, err, "other offset")
	// A zone read from a file knows one offset only and is not taken for the location.
	other.Location = portable(t, old).Until().Location()
	_, err = scoring.Extend(t.Context(), old, nil, other)
	require.ErrorContains(t, err, `"UTC+08:00:00"`)
	other.Unit = 0
	_, err = scoring.Extend(t.Context(), old, nil, other)
	require.ErrorContains(t, err, "Unit")
}

func TestExtendRefusesLateRows(t *testing.T) {
	w := scoring.Window{Unit: rapport.Week, Until: day("2025-01-10")}
	old, err := scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("an", "2025-01-06", 100)}), w)
	require.NoError(t, err)
	w.Until = day("2025-02-10")
	for _, date := range []string{"2025-01-10", "2025-01-06", "2024-12-31"} {
		rows := []scoring.Purchase{row("bo", "2025-01-11", 100), row("an", date, 100)}
		_, err = scoring.Extend(t.Context(), old, stream(rows), w)
		require.ErrorIs(t, err, scoring.ErrLate, date)
		var at *scoring.RowError
		require.ErrorAs(t, err, &at)
		require.Equal(t, 2, at.Row)
		require.Equal(t, rapport.ID("an"), at.Customer)
	}
}

func TestExtendNeedsDates(t *testing.T) {
	plain, err := scoring.NewSummaries(rapport.Week, []rapport.ID{"a"}, []scoring.Summary{{T: 3}})
	require.NoError(t, err)
	for _, s := range []*scoring.Summaries{nil, {}, plain} {
		_, err := scoring.Extend(t.Context(), s, nil, scoring.Window{Unit: rapport.Week})
		require.ErrorIs(t, err, scoring.ErrNoDates)
	}
}

func TestExtendStops(t *testing.T) {
	w := scoring.Window{Unit: rapport.Week, Until: day("2025-01-10")}
	old, err := scoring.Summarize(t.Context(), stream([]scoring.Purchase{row("an", "2025-01-06", math.MaxInt64), row("an", "2025-01-07", 0)}), w)
	require.NoError(t, err)
	w.Until = day("2025-02-10")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = scoring.Extend(ended, old, nil, w)
	require.ErrorIs(t, err, context.Canceled)
	broken := errors.New("cable")
	_, err = scoring.Extend(t.Context(), old, func(yield func(scoring.Purchase, error) bool) { yield(scoring.Purchase{}, broken) }, w)
	require.ErrorIs(t, err, broken)
	_, err = scoring.Extend(t.Context(), old, stream([]scoring.Purchase{row("bo", "2025-01-11", 1)}), w)
	var overflow *scoring.OverflowError
	require.ErrorAs(t, err, &overflow)
	require.Equal(t, "revenue", overflow.Sum)
}
