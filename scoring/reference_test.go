package scoring_test

import (
	"context"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// published is the part of a file of reference/clv that says what the log comes
// to: sufficient statistics of the whole, and single customers in every model's
// list (weeks; same-day rows merged; m_x leaves the first date out).
type published struct {
	Sufficient struct {
		N                int     `json:"n"`
		SumX             int     `json:"sum_x"`
		ZeroRepeaters    int     `json:"zero_repeaters"`
		HoldoutPurchases int     `json:"holdout_purchases"`
		HoldoutWeeks     float64 `json:"holdout_weeks"`
	} `json:"sufficient"`
	Models map[string]struct {
		Customers []struct {
			ID   rapport.ID `json:"customer_id"`
			X    int        `json:"x"`
			TX   float64    `json:"t_x"`
			T    float64    `json:"T"`
			LITT *float64   `json:"litt"`
			MX   *float64   `json:"m_x"`
		} `json:"customers"`
	} `json:"models"`
}

type summarizer func(context.Context, iter.Seq2[scoring.Purchase, error], scoring.Window) (*scoring.Summaries, error)

// ways are the two functions under test.
func ways() map[string]summarizer {
	return map[string]summarizer{"Summarize": scoring.Summarize, "SummarizeSorted": scoring.SummarizeSorted}
}

func TestReferenceLogs(t *testing.T) {
	for _, c := range []struct {
		log, reference, until string
		spenders              int
	}{
		{"data/cdnow_sample.csv", "reference/clv/cdnow_sample.json", "1997-09-30", 946},
		{"data/apparel.csv", "reference/clv/apparel.json", "2006-12-31", 387},
	} {
		for name, summarize := range ways() {
			t.Run(c.log+"/"+name, func(t *testing.T) {
				rows := readLog(t, c.log)
				if name == "SummarizeSorted" {
					slices.SortStableFunc(rows, byCustomerAndDate)
				}
				var want published
				readJSON(t, c.reference, &want)
				got, err := summarize(t.Context(), stream(rows), scoring.Window{
					Unit: rapport.Week, Until: day(c.until), Currency: rapport.USD,
					Holdout: want.Sufficient.HoldoutWeeks,
				})
				require.NoError(t, err)

				sumX, zero, spenders := 0, 0, 0
				for _, s := range got.All() {
					sumX += s.X
					if s.X == 0 {
						zero++
					}
					if s.Spend > 0 {
						spenders++
					}
				}
				require.Equal(t, want.Sufficient.N, got.Len(), "customers")
				require.Equal(t, want.Sufficient.SumX, sumX, "repeat purchase dates")
				require.Equal(t, want.Sufficient.ZeroRepeaters, zero, "customers without a repeat purchase")
				require.Equal(t, c.spenders, spenders, "customers with spend")
				require.Equal(t, want.Sufficient.HoldoutPurchases, got.Holdout().Total(), "hold-out purchases")
				require.Equal(t, want.Sufficient.HoldoutWeeks, got.Holdout().Periods, "hold-out weeks")

				seen := 0
				for model, list := range want.Models {
					for _, w := range list.Customers {
						s, ok := got.Lookup(w.ID)
						require.True(t, ok, "customer %q", w.ID)
						seen++
						// The file's numbers are rounded to 12 digits.
						near := func(field string, want, got float64) {
							require.InDelta(t, want, got, 1e-11*math.Max(1, math.Abs(want)), "%s, customer %q: %s", model, w.ID, field)
						}
						require.Equal(t, w.X, s.X, "%s, customer %q: x", model, w.ID)
						near("t_x", w.TX, s.TX)
						near("T", w.T, s.T)
						if w.LITT != nil {
							near("litt", *w.LITT, s.SumLogInterval)
						}
						if w.MX != nil {
							near("m_x", *w.MX, s.Spend)
						}
					}
				}
				require.GreaterOrEqual(t, seen, 20)
			})
		}
	}
}
