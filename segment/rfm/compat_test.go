package rfm_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

// plainR scores measures as the R package does: bins of lower ≤ x < upper between
// the least value, the four quantiles of type 7 plus 1, and the greatest plus 1.
func plainR(values []float64) []int {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	bounds := []float64{sorted[0]}
	by := 1.0 / 5 // as seq() does it
	for k := 1.0; k < 5; k++ {
		index := 1 + float64(float64(n-1)*float64(k*by))
		low, high := math.Floor(index), math.Ceil(index)
		q, next := sorted[int(low)-1], sorted[int(high)-1]
		if index > low && next != q {
			h := index - low
			q = float64((1-h)*q) + float64(h*next)
		}
		bounds = append(bounds, q+1)
	}
	bounds = append(bounds, sorted[n-1]+1)
	scores := make([]int, n)
	for i, v := range values {
		for bin := range 5 {
			if bounds[bin] <= v && v < bounds[bin+1] {
				scores[i] = bin + 1
			}
		}
	}
	return scores
}

// Logs with ties, few values, one customer and negative amounts, each row an order.
func TestCompatRAgainstItsRule(t *testing.T) {
	asOf := time.Date(2026, time.June, 30, 0, 0, 0, 0, time.UTC)
	ids := []rapport.ID{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	rapid.Check(t, func(t *rapid.T) {
		customers := rapid.IntRange(1, len(ids)).Draw(t, "customers")
		days := rapid.SampledFrom([]int{0, 2, 30, 900}).Draw(t, "days")
		most := rapid.SampledFrom([]int64{0, 3, 1000}).Draw(t, "most")
		var orders []rfm.Order
		last, count, sum := make(map[rapport.ID]int), make(map[rapport.ID]int), make(map[rapport.ID]int64)
		for range rapid.IntRange(1, 80).Draw(t, "orders") {
			id, ago := ids[rapid.IntRange(0, customers-1).Draw(t, "customer")], rapid.IntRange(0, days).Draw(t, "ago")
			amount := rapid.Int64Range(-most, most).Draw(t, "amount")
			orders = append(orders, rfm.Order{Customer: id, At: asOf.AddDate(0, 0, -ago), Amount: amount})
			if count[id] == 0 || ago < last[id] {
				last[id] = ago
			}
			count[id]++
			sum[id] += amount
		}
		base, err := rfm.Aggregate(t.Context(), stream(orders), rfm.Window{AsOf: asOf, ReturnsAreOrders: true})
		require.NoError(t, err)
		require.Len(t, base.Rows, len(count))
		require.Equal(t, len(orders), base.Orders)
		require.Zero(t, base.NoOrder)
		var recency, frequency, monetary []float64
		for _, row := range base.Rows {
			require.Equal(t, rfm.Row{ID: row.ID, Recency: float64(last[row.ID]), Frequency: count[row.ID], Monetary: float64(sum[row.ID])}, row)
			recency, frequency, monetary = append(recency, row.Recency), append(frequency, float64(row.Frequency)), append(monetary, row.Monetary)
		}
		scorer, err := rfm.Fit(base.Rows, rfm.CompatR())
		require.NoError(t, err)
		r, f, m := plainR(recency), plainR(frequency), plainR(monetary)
		for i, row := range base.Rows {
			score, err := scorer.Score(row)
			require.NoError(t, err)
			require.Equal(t, 100*(6-r[i])+10*f[i]+m[i], score.Code(), "%+v of %+v", row, base.Rows)
		}
	})
}
