package scoring_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

type counter func(context.Context, iter.Seq2[scoring.Purchase, error], scoring.Window) (*scoring.Summaries, *scoring.Repeats, error)

func TestRepeatsByPeriod(t *testing.T) {
	rows := []scoring.Purchase{
		row("a", "2025-01-03", 1), row("a", "2025-01-10", 1), row("a", "2025-01-11", 1), row("a", "2025-01-11", 1),
		row("b", "2025-01-01", 1), row("b", "2025-01-02", 1), row("b", "2025-01-08", 1), row("b", "2025-01-20", 1),
		row("b", "2025-01-22", 1), row("late", "2025-01-22", 1),
	}
	for name, count := range map[string]counter{"CountRepeats": scoring.CountRepeats, "CountRepeatsSorted": scoring.CountRepeatsSorted} {
		w := scoring.Window{Unit: rapport.Week, Until: day("2025-01-20"), Holdout: 1}
		s, repeats, err := count(t.Context(), stream(rows), w)
		require.NoError(t, err, name)
		// The first of all is 1 January: 2 and 8 January lie in the first week after it.
		require.Equal(t, &scoring.Repeats{Periods: 19. / 7, ByPeriod: []int{2, 2, 1}}, repeats, name)
		require.Equal(t, 5, repeats.Total(), name)
		require.Equal(t, []int{1}, s.Holdout().ByPeriod, name)

		w.Until = day("2025-01-01")
		_, repeats, err = count(t.Context(), stream(rows), w)
		require.NoError(t, err, name)
		require.Equal(t, &scoring.Repeats{ByPeriod: []int{}}, repeats, "%s: the first day", name)

		_, repeats, err = count(t.Context(), nil, w)
		require.ErrorIs(t, err, scoring.ErrNoPurchases, name)
		require.Nil(t, repeats)
	}
}

// Counting by period changes nothing else, adds up to x, takes the age of the first
// customer for its length, and counts a hold-out as the calibration would be that ends
// with it.
func TestRepeatsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, w := drawLog(t)
		plain, err := scoring.Summarize(t.Context(), stream(rows), w)
		require.NoError(t, err)
		counted, repeats, err := scoring.CountRepeats(t.Context(), stream(rows), w)
		require.NoError(t, err)
		require.Equal(t, outcomeOf(plain), outcomeOf(counted))

		total, oldest := 0, 0.0
		for _, s := range counted.All() {
			total += s.X
			oldest = max(oldest, s.T)
		}
		require.Equal(t, total, repeats.Total())
		require.Equal(t, oldest, repeats.Periods)

		slices.SortStableFunc(rows, byCustomerAndDate)
		_, sorted, err := scoring.CountRepeatsSorted(t.Context(), stream(rows), w)
		require.NoError(t, err)
		require.Equal(t, repeats, sorted)

		held := counted.Holdout()
		if held == nil || counted.CustomersAfter() > 0 {
			return
		}
		longer := w
		longer.Until, longer.Holdout = w.Until.AddDate(0, 0, int(held.Periods*w.Unit.Days()+1e-9)), 0
		_, whole, err := scoring.CountRepeats(t.Context(), stream(rows), longer)
		require.NoError(t, err)
		require.Equal(t, total+held.Total(), whole.Total())
		for period, n := range whole.ByPeriod {
			if float64(period+1) <= repeats.Periods {
				require.Equal(t, repeats.ByPeriod[period], n, "period %d", period)
			}
		}
	})
}
