package rfm_test

import (
	"iter"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/segment/rfm"
)

// table reads a CSV file of the reference data without its heading.
func table(t *testing.T, name string) [][]string {
	path, err := refdata.Path(name)
	if err != nil {
		t.Skip(err)
	}
	rows, err := refdata.Rows(path)
	require.NoError(t, err)
	return rows[1:]
}

func whole(t require.TestingT, text string) int {
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

func stream(orders []rfm.Order) iter.Seq2[rfm.Order, error] {
	return func(yield func(rfm.Order, error) bool) {
		for _, o := range orders {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// The order-level scores and the ten segments of the R package rfm on its own sample
// of 4,906 orders, analysis date 2006-12-31.
func TestCompatRAgainstR(t *testing.T) {
	var orders []rfm.Order
	for _, row := range table(t, "data/rfm_orders/orders.csv") {
		at, err := time.Parse(time.DateOnly, row[1])
		require.NoError(t, err)
		orders = append(orders, rfm.Order{Customer: rapport.ID(row[0]), At: at, Amount: int64(whole(t, row[2]))})
	}
	expected := table(t, "data/rfm_orders/expected_scores.csv")
	base, err := rfm.Aggregate(t.Context(), stream(orders), rfm.Window{AsOf: time.Date(2006, 12, 31, 12, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.Equal(t, 4906, base.Orders)
	require.Zero(t, base.Later+base.Returns+base.NoOrder)
	require.Len(t, base.Rows, 995)

	scorer, err := rfm.Fit(base.Rows, rfm.CompatR())
	require.NoError(t, err)
	for m, want := range [][]float64{{115, 181, 297.4, 482}, {4, 5, 6, 8}, {255.8, 382, 506.4, 666}} {
		require.InDeltaSlice(t, want, scorer.Cuts(rfm.Measure(m), rfm.Score{}), 1e-9, rfm.Measure(m).String())
	}
	got, err := scorer.Assign(base.Rows, rfm.CompatRTable())
	require.NoError(t, err)

	at := make(map[rapport.ID]int)
	for i, row := range base.Rows {
		at[row.ID] = i
	}
	require.Len(t, expected, len(at))
	sum, mismatches := 0, 0
	for _, want := range expected {
		i, known := at[rapport.ID(want[0])]
		require.True(t, known, want[0])
		row, score := base.Rows[i], got.Score(i)
		sum += score.Code()
		have := []string{string(row.ID), strconv.Itoa(int(row.Recency)), strconv.Itoa(row.Frequency),
			strconv.FormatFloat(row.Monetary, 'f', -1, 64), strconv.Itoa(int(score.Recency)), strconv.Itoa(int(score.Frequency)),
			strconv.Itoa(int(score.Monetary)), score.String(), got.Name(i)}
		if diff := cmp.Diff(want, have); diff != "" {
			mismatches++
			t.Errorf("%s (-R +got):\n%s", row.ID, diff)
		}
	}
	t.Logf("%d of %d customers differ from R; the scores sum to %d", mismatches, len(expected), sum)
	require.Equal(t, 329437, sum)

	require.Equal(t, []int{197, 200, 199, 199, 200}, got.Counts(rfm.Recency))
	require.Equal(t, []int{268, 187, 176, 244, 120}, got.Counts(rfm.Frequency))
	require.Equal(t, []int{200, 200, 198, 202, 195}, got.Counts(rfm.Monetary))
	want := []int{35, 342, 170, 9, 104, 47, 28, 10, 102, 148, 0}
	for i, group := range got.Groups() {
		require.Equal(t, want[i], group.Count, group.Name)
	}

	// Later customers, and the base read back from JSON, are scored alike.
	text, err := scorer.MarshalJSON()
	require.NoError(t, err)
	var kept rfm.Scorer
	require.NoError(t, kept.UnmarshalJSON(text))
	for i, row := range base.Rows {
		score, err := kept.Score(row)
		require.NoError(t, err)
		require.Equal(t, got.Score(i), score)
	}
}
