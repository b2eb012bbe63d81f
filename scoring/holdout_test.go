package scoring_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// TestHoldoutOfWholeDays asks for hold-outs of 1 to 400 days in every unit, of a
// customer who buys every day: whatever days / unit was rounded to, each day of
// the hold-out counts, and none after it.
func TestHoldoutOfWholeDays(t *testing.T) {
	start := day("2024-01-01")
	var rows []scoring.Purchase
	for i := range 500 {
		rows = append(rows, scoring.Purchase{Customer: "a", At: start.AddDate(0, 0, i), Amount: 100})
	}
	for _, unit := range []rapport.Unit{rapport.Day, rapport.Week, rapport.Month} {
		for days := 1; days <= 400; days++ {
			w := scoring.Window{Unit: unit, Until: start.AddDate(0, 0, 9), Holdout: float64(days) / unit.Days()}
			s, err := scoring.SummarizeSorted(t.Context(), stream(rows), w)
			require.NoError(t, err)
			require.Equal(t, days, s.Holdout().Total(), "%d days in units of a %s", days, unit)
			require.Len(t, s.Holdout().ByPeriod, int(math.Ceil(w.Holdout)), "%d days in units of a %s", days, unit)
		}
	}
}

func TestHoldoutEndsWithTheLog(t *testing.T) {
	rows := []scoring.Purchase{
		row("a", "2025-01-01", 1), row("a", "2025-01-11", 1), row("a", "2025-01-18", 1), row("a", "2025-01-18", 1),
		row("b", "2025-01-10", 1),
		row("late", "2025-01-20", 1),
	}
	for name, summarize := range ways() {
		s, err := summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Until: day("2025-01-10"), Holdout: 52})
		require.NoError(t, err, name)
		require.Equal(t, &scoring.Holdout{Periods: 10. / 7, X: []int{2, 0}, ByPeriod: []int{1, 1}}, s.Holdout(), name)
		require.Equal(t, 1, s.CustomersAfter(), name)

		s, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Until: day("2025-01-20"), Holdout: 52})
		require.NoError(t, err, name)
		require.Nil(t, s.Holdout(), "%s: nothing comes after the calibration", name)

		s, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Holdout: 52})
		require.NoError(t, err, name)
		require.Nil(t, s.Holdout(), "%s: the calibration ends with the log", name)

		// Less than a day: the hold-out exists, and no date can fall into it.
		s, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Until: day("2025-01-10"), Holdout: 0.1})
		require.NoError(t, err, name)
		require.Equal(t, &scoring.Holdout{Periods: 0.1, X: []int{0, 0}, ByPeriod: []int{0}}, s.Holdout(), name)

		s, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week, Until: day("2025-01-10")})
		require.NoError(t, err, name)
		require.Nil(t, s.Holdout(), "%s: none was asked for", name)
		require.Equal(t, scoring.RowCounts{Read: 6, PurchaseDates: 2, AfterWindow: 4}, s.Rows(), name)
	}
}

func TestIntervalsOfEveryLength(t *testing.T) {
	for _, gap := range []int{1, 6, 7, 8, 1023, 1024, 1025, 100_000} {
		first := day("1900-01-01")
		rows := []scoring.Purchase{
			{Customer: "a", At: first, Amount: 100},
			{Customer: "a", At: first.AddDate(0, 0, gap), Amount: 100},
			{Customer: "a", At: first.AddDate(0, 0, 2*gap), Amount: 100},
		}
		s, err := scoring.Summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Week})
		require.NoError(t, err)
		_, got := s.At(0)
		length := float64(gap) / 7
		require.InDelta(t, 2*math.Log(length), got.SumLogInterval, 1e-13, "two intervals of %d days", gap)
		require.InDelta(t, 2*float64(gap)/7, got.TX, 0, "two intervals of %d days", gap)
		require.Equal(t, first.AddDate(0, 0, 2*gap).Format(time.DateOnly), s.Until().Format(time.DateOnly))
	}
}
