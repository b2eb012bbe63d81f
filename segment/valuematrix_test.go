package segment_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// The README of the data: cut strictly above 4.930653 orders and 94.610273 an order.
func TestValueMatrixOfOrders(t *testing.T) {
	list := buyers(t)
	got, err := segment.ValueMatrix(list)
	require.NoError(t, err)
	orders, order := got.Means()
	mean, _ := orders.Value()
	require.InDelta(t, 4.930653, mean, 5e-7)
	mean, _ = order.Value()
	require.InDelta(t, 94.610273, mean, 5e-7)
	want := map[segment.BuyerType]int{segment.BuyerBest: 261, segment.BuyerFrequent: 279, segment.BuyerSpender: 223, segment.BuyerUncertain: 232}
	for _, g := range got.Groups() {
		require.Equal(t, want[g.Type], g.Buyers.N, g.Type)
	}
}

func ExampleValueMatrix() {
	// 12 orders of 4 buyers: 3 each; 1200 spent: 100 an order.
	result, err := segment.ValueMatrix([]segment.Buyer{
		{ID: "a", Orders: 5, Spend: 750}, // 5 orders of 150
		{ID: "b", Orders: 4, Spend: 200}, // 4 of 50
		{ID: "c", Orders: 1, Spend: 200}, // 1 of 200
		{ID: "d", Orders: 2, Spend: 50},  // 2 of 25
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range result.Len() {
		fmt.Println(result.Type(i))
	}
	// Output:
	// best
	// frequent
	// spender
	// uncertain
}

func TestValueMatrixEdges(t *testing.T) {
	got, err := segment.ValueMatrix(nil)
	require.NoError(t, err)
	require.Len(t, got.Groups(), 4)
	_, ok := got.Groups()[0].Buyers.Value()
	require.False(t, ok)
	for n := 1; n <= 12; n++ { // alike: nobody is above the mean, though n·0.1/n may be below 0.1
		list := make([]segment.Buyer, n)
		for i := range list {
			list[i] = segment.Buyer{ID: rapport.ID(fmt.Sprintf("%02d", i)), Orders: 1, Spend: 0.1}
		}
		got, err := segment.ValueMatrix(list)
		require.NoError(t, err)
		require.Equal(t, n, got.Groups()[segment.BuyerUncertain].Buyers.N)
	}
	_, err = segment.ValueMatrix([]segment.Buyer{{"a", 1, 1}, {"b", 0, 1}})
	refused, ok := errors.AsType[*segment.OrdersError](err)
	require.True(t, ok)
	require.Equal(t, segment.OrdersError{Index: 1, ID: "b"}, *refused)
	require.ErrorContains(t, err, `"b" (row 1) has 0 orders`)
	_, err = segment.ValueMatrix([]segment.Buyer{{"a", 1, math.NaN()}})
	value, ok := errors.AsType[*segment.ValueError](err)
	require.True(t, ok)
	require.Equal(t, "spend", value.Field)
	require.Equal(t, "BuyerType(9)", segment.BuyerType(9).String())
}

func TestValueMatrixTotals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) segment.Buyer {
			return segment.Buyer{Orders: rapid.IntRange(1, 9).Draw(r, "orders"), Spend: float64(rapid.IntRange(-50, 500).Draw(r, "spend"))}
		}), 1, 40).Draw(r, "buyers")
		for i := range list {
			list[i].ID = rapport.ID(fmt.Sprintf("%02d", i))
		}
		got, err := segment.ValueMatrix(list)
		require.NoError(r, err)
		var buyers int
		var orders, spend float64
		for _, g := range got.Groups() {
			buyers += g.Buyers.N
			orders += g.Orders.Num
			spend += g.Spend.Num
		}
		require.Equal(r, len(list), buyers)
		require.Equal(r, got.Groups()[0].Orders.Den, orders)
		require.Equal(r, got.Groups()[0].Spend.Den, spend)
	})
}
