package scoring_test

import (
	"context"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Both readers show each purchase date that counts, merged and judged as in the summary.
func TestVisitShowsThePurchaseDatesThatCount(t *testing.T) {
	rows := []scoring.Purchase{
		row("ada", "2026-03-02", 100), row("ada", "2026-03-02", 50), row("ada", "2026-03-09", 0),
		row("ada", "2026-03-16", 70), row("ada", "2026-03-20", -70), row("ada", "2026-04-06", 10),
		row("ben", "2026-03-05", 10), row("cem", "2026-04-07", 10), row("dee", "2026-03-01", -5),
	}
	for _, until := range []time.Time{day("2026-04-01"), {}} {
		var want []string
		for id, dates := range map[string][]string{"ada": {"2026-03-02", "2026-03-16", "2026-04-06"}, "ben": {"2026-03-05"}, "cem": {"2026-04-07"}} {
			for _, date := range dates {
				if until.IsZero() || !day(date).After(until) {
					want = append(want, id+" "+date)
				}
			}
		}
		slices.Sort(want)
		for name, read := range map[string]func(context.Context, iter.Seq2[scoring.Purchase, error], scoring.Window) (*scoring.Summaries, error){
			"any order": scoring.Summarize, "sorted": scoring.SummarizeSorted,
		} {
			t.Run(name, func(t *testing.T) {
				var got []string
				counts := map[rapport.ID]int{}
				summaries, err := read(t.Context(), stream(rows), scoring.Window{
					Unit: rapport.Week, Until: until, Returns: scoring.NetReturns, Zeros: scoring.SkipZeros,
					Visit: func(id rapport.ID, date time.Time) {
						got = append(got, string(id)+" "+date.Format(time.DateOnly))
						counts[id]++
					},
				})
				require.NoError(t, err)
				require.Equal(t, want, got)
				for id, s := range summaries.All() {
					require.Equal(t, s.X+1, counts[id])
				}
			})
		}
	}
}

// Continued summaries show what is new, so that both parts together are the whole log.
func TestVisitOfExtendedSummaries(t *testing.T) {
	rows := []scoring.Purchase{
		row("ada", "2026-03-02", 100), row("ben", "2026-03-05", 10), row("ada", "2026-03-16", 70),
		row("ada", "2026-04-06", 10), row("cem", "2026-04-07", 10), row("ada", "2026-04-06", 10),
	}
	var got []string
	window := scoring.Window{Unit: rapport.Week, Until: day("2026-04-01"), Visit: func(id rapport.ID, date time.Time) {
		got = append(got, string(id)+" "+date.Format(time.DateOnly))
	}}
	old, err := scoring.Summarize(t.Context(), stream(rows[:3]), window)
	require.NoError(t, err)
	require.Equal(t, []string{"ada 2026-03-02", "ada 2026-03-16", "ben 2026-03-05"}, got)
	got = nil
	window.Until = day("2026-05-01")
	_, err = scoring.Extend(t.Context(), old, stream(rows[3:]), window)
	require.NoError(t, err)
	require.Equal(t, []string{"ada 2026-04-06", "cem 2026-04-07"}, got)
}
