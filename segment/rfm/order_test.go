package rfm_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

func on(day string) time.Time {
	t, err := time.Parse(time.RFC3339, day)
	if err != nil {
		panic(err)
	}
	return t
}

func TestAggregate(t *testing.T) {
	orders := []rfm.Order{
		{Customer: "b", At: on("2026-01-10T09:00:00Z"), Amount: 1050},
		{Customer: "a", At: on("2026-01-31T15:59:59Z"), Amount: 1},    // 23:59:59 in UTC+8: the as-of day
		{Customer: "a", At: on("2026-01-31T16:00:00Z"), Amount: 1000}, // the day after
		{Customer: "b", At: on("2026-01-10T09:00:00Z"), Amount: 0},    // a second order of that day
		{Customer: "b", At: on("2026-01-20T09:00:00Z"), Amount: -50},  // a return is no order
		{Customer: "c", At: on("2026-01-02T00:00:00Z"), Amount: -50},  // nothing but a return
		{Customer: "d", At: on("2026-02-02T00:00:00Z"), Amount: 7},    // nothing up to the as-of day
		{Customer: "e", At: on("1960-02-29T00:00:00Z"), Amount: 7},
	}
	want := &rfm.Aggregation{
		Rows: []rfm.Row{
			{ID: "a", Recency: 0, Frequency: 1, Monetary: 0.01},
			{ID: "b", Recency: 21, Frequency: 2, Monetary: 10},
			{ID: "e", Recency: 24078, Frequency: 1, Monetary: 0.07}, // from 1960-02-29 to 2026-01-31
		},
		Orders: 4, Returns: 2, Later: 2, NoOrder: 1,
	}
	w := rfm.Window{AsOf: on("2026-01-31T04:00:00Z"), Location: time.FixedZone("UTC+8", 8*60*60), Currency: rapport.CNY}
	for range 20 {
		got, err := rfm.Aggregate(t.Context(), stream(orders), w)
		require.NoError(t, err)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("aggregation (-want +got):\n%s", diff)
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(orders), func(i, j int) { orders[i], orders[j] = orders[j], orders[i] })
	}

	w.Currency = 0
	got, err := rfm.Aggregate(t.Context(), stream(orders), w)
	require.NoError(t, err)
	require.Equal(t, 1000.0, got.Rows[1].Monetary, "plain numbers")

	got, err = rfm.Aggregate(t.Context(), nil, w)
	require.NoError(t, err)
	require.Empty(t, got.Rows)
}

func TestAggregateRefusals(t *testing.T) {
	day := on("2026-01-31T12:00:00Z")
	w := rfm.Window{AsOf: day}
	for _, tc := range []struct {
		name   string
		order  rfm.Order
		field  string
		reason string
	}{
		{"no customer", rfm.Order{At: day}, "customer", "not valid"},
		{"no date", rfm.Order{Customer: "b"}, "at", "no date"},
		{"year 10000", rfm.Order{Customer: "b", At: day.AddDate(9000, 0, 0)}, "at", "no date"},
		{"sum too large", rfm.Order{Customer: "a", At: day, Amount: math.MaxInt64}, "amount", "sum too large"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := rfm.Aggregate(t.Context(), stream([]rfm.Order{{Customer: "a", At: day, Amount: 1}, tc.order}), w)
			require.Nil(t, got)
			refused, ok := errors.AsType[*rfm.RowError](err)
			require.Truef(t, ok, "%v", err)
			require.Equal(t, 1, refused.Row)
			require.Equal(t, tc.order.Customer, refused.ID)
			require.Equal(t, tc.field, refused.Field)
			require.Equal(t, tc.reason, refused.Reason)
			require.ErrorContains(t, err, "rfm: row 1: ")
		})
	}
	minus := rfm.Order{Customer: "a", At: day, Amount: math.MinInt64}
	_, err := rfm.Aggregate(t.Context(), stream([]rfm.Order{minus, minus}), w)
	require.EqualError(t, err, `rfm: row 1: amount -9.223372036854776e+18 of "a": sum too large`)

	broken := errors.New("connection lost")
	_, err = rfm.Aggregate(t.Context(), func(yield func(rfm.Order, error) bool) { yield(rfm.Order{}, broken) }, w)
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "rfm: row 0: connection lost")

	for _, w := range []rfm.Window{{}, {AsOf: day, Currency: 1}} {
		_, err = rfm.Aggregate(t.Context(), nil, w)
		_, ok := errors.AsType[*rfm.WindowError](err)
		require.Truef(t, ok, "%v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	endless := func(yield func(rfm.Order, error) bool) {
		for yield(rfm.Order{Customer: "a", At: day}, nil) {
			cancel()
		}
	}
	_, err = rfm.Aggregate(ctx, endless, w)
	require.ErrorIs(t, err, context.Canceled)
}
