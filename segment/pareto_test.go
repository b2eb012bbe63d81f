package segment_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/segment"
)

// numbered returns ids "0000", "0001" and so on.
func numbered(n int) []rapport.ID {
	ids := make([]rapport.ID, n)
	for i := range ids {
		ids[i] = rapport.ID(fmt.Sprintf("%04d", i))
	}
	return ids
}

// Ten customers: 950 of gains, 450 of losses, 500 net.
func tenProfits() []float64 { return []float64{500, 300, 50, 40, 30, 20, 10, 0, -100, -350} }

// Ten customers earn 500 together. The best two bring 800 of the 950 gains, the worst
// two all of the 450 losses, and without those two the profit would be 950, 190 % of
// what it is.
func ExamplePareto() {
	ids := []rapport.ID{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	profits := []float64{500, 300, 50, 40, 30, 20, 10, 0, -100, -350}
	spread, err := segment.Pareto(ids, profits)
	if err != nil {
		fmt.Println(err)
		return
	}
	top, _ := spread.Top(segment.Percent(20))
	gains, _ := top.Value()
	bottom, _ := spread.Bottom(segment.Percent(20))
	losses, _ := bottom.Value()
	peak, _ := spread.Peak().Profit.Value()
	fmt.Printf("the best %d bring %.1f %% of the gains, the worst %d %.0f %% of the losses\n", top.N, 100*gains, bottom.N, 100*losses)
	fmt.Printf("the first %d bring %.0f %% of the net profit\n", spread.Peak().Customers, 100*peak)
	wrong, _ := spread.Wrong(segment.Percent(20))
	fmt.Println("the worst:", wrong[0].ID, wrong[0].Profit)
	fmt.Println("Gini:", spread.Lorenz().Verdict())
	// Output:
	// the best 2 bring 84.2 % of the gains, the worst 2 100 % of the losses
	// the first 7 bring 190 % of the net profit
	// the worst: j -350
	// Gini: negative_values
}

func TestParetoByHand(t *testing.T) {
	spread, err := segment.Pareto(numbered(10), tenProfits())
	require.NoError(t, err)
	ratio := func(r rapport.Ratio, err error) rapport.Ratio { require.NoError(t, err); return r }
	require.Equal(t, rapport.Ratio{Num: 800, Den: 950, N: 2}, ratio(spread.Top(segment.Percent(20))))
	require.Equal(t, rapport.Ratio{Num: 450, Den: 450, N: 2}, ratio(spread.Bottom(segment.Percent(20))))
	require.Equal(t, rapport.Ratio{Num: 350, Den: 450, N: 1}, ratio(spread.Bottom(segment.Percent(1))))
	require.Equal(t, rapport.Ratio{Num: 950, Den: 950, N: 10}, ratio(spread.Top(segment.Percent(100))))
	require.Equal(t, rapport.Ratio{Num: 0, Den: 950, N: 0}, ratio(spread.Top(segment.Percent(0))))
	require.Equal(t, rapport.Ratio{Num: 2, Den: 10, N: 10}, ratio(spread.FewestFor(segment.Percent(80))))
	require.Equal(t, rapport.Ratio{Num: 3, Den: 10, N: 10}, ratio(spread.FewestFor(segment.Percent(85))))
	require.Equal(t, rapport.Ratio{Num: 7, Den: 10, N: 10}, ratio(spread.FewestFor(segment.Percent(100))))
	require.Equal(t, rapport.Ratio{Num: 0, Den: 10, N: 10}, ratio(spread.FewestFor(segment.Percent(0))))
	require.Equal(t, 10, spread.Len())
	require.Equal(t, 500.0, spread.Net())
	customers, gains := spread.Winners()
	require.Equal(t, 7, customers)
	require.Equal(t, 950.0, gains)
	customers, losses := spread.Losers()
	require.Equal(t, 2, customers)
	require.Equal(t, 450.0, losses)

	right, err := spread.Right(segment.Percent(20))
	require.NoError(t, err)
	require.Equal(t, []segment.Member{{"0000", 0, 500}, {"0001", 1, 300}}, right)
	wrong, err := spread.Wrong(segment.Percent(50)) // only two of the worst five lose money
	require.NoError(t, err)
	require.Equal(t, []segment.Member{{"0009", 9, -350}, {"0008", 8, -100}}, wrong)

	var curve []float64
	for _, p := range spread.Whale(10) {
		require.Equal(t, 500.0, p.Profit.Den)
		curve = append(curve, p.Profit.Num)
	}
	require.Equal(t, []float64{0, 500, 800, 850, 890, 920, 940, 950, 950, 850, 500}, curve)
	require.Len(t, spread.Whale(3), 4)
	require.Len(t, spread.Whale(-1), 2)
	require.Len(t, spread.Whale(1000), 11)
}

// Who brings exactly the share brings it: 0.07 × 100 is above 7 in binary fractions.
func TestFewestForExactShares(t *testing.T) {
	for percent := int64(1); percent <= 99; percent++ {
		c, err := segment.Pareto([]rapport.ID{"1", "2", "3"}, []float64{float64(max(percent, 100-percent)), float64(min(percent, 100-percent)), -5})
		require.NoError(t, err)
		fewest, err := c.FewestFor(segment.Percent(max(percent, 100-percent)))
		require.NoError(t, err)
		require.Equal(t, rapport.Ratio{Num: 1, Den: 3, N: 3}, fewest, "%d %%", percent)
	}
	ids, profits := make([]rapport.ID, 100), make([]float64, 100)
	for i := range ids {
		ids[i], profits[i] = rapport.ID(fmt.Sprintf("%03d", i)), 1
	}
	c, err := segment.Pareto(ids, profits)
	require.NoError(t, err)
	for percent := range int64(101) {
		fewest, err := c.FewestFor(segment.Percent(percent))
		require.NoError(t, err)
		require.Equal(t, float64(percent), fewest.Num)
	}
}

func TestParetoWithoutGainsOrLosses(t *testing.T) {
	for _, tc := range []struct {
		name    string
		profits []float64
		top     bool
		bottom  bool
		peak    bool
	}{
		{"nobody", nil, false, false, false},
		{"all equal", []float64{3, 3, 3, 3, 3}, true, false, true},
		{"all zero", []float64{0, 0, 0}, false, false, false},
		{"all lose", []float64{-1, -2}, false, true, false},
		{"net zero", []float64{1, -1}, true, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			spread, err := segment.Pareto(numbered(len(tc.profits)), tc.profits)
			require.NoError(t, err)
			has := func(r rapport.Ratio) bool { _, ok := r.Value(); return ok }
			top, err := spread.Top(segment.Percent(20))
			require.NoError(t, err)
			require.Equal(t, tc.top, has(top))
			bottom, err := spread.Bottom(segment.Percent(20))
			require.NoError(t, err)
			require.Equal(t, tc.bottom, has(bottom))
			require.Equal(t, tc.peak, has(spread.Peak().Profit))
			fewest, err := spread.FewestFor(segment.Percent(80))
			require.NoError(t, err)
			require.Equal(t, tc.top, has(fewest))
			wrong, err := spread.Wrong(segment.Percent(20))
			require.NoError(t, err)
			require.Equal(t, tc.bottom, len(wrong) > 0)
			require.Len(t, spread.Whale(10), len(tc.profits)+1)
		})
	}
}

// buyers reads the 995 customers of the sample of the R package rfm.
func buyers(t *testing.T) []segment.Buyer {
	path, err := refdata.Path("data/rfm_orders/orders.csv")
	if err != nil {
		t.Skip(err)
	}
	rows, err := refdata.Rows(path)
	require.NoError(t, err)
	var list []segment.Buyer
	at := map[string]int{}
	for _, row := range rows[1:] {
		amount, err := strconv.ParseFloat(row[2], 64)
		require.NoError(t, err)
		i, known := at[row[0]]
		if !known {
			i = len(list)
			at[row[0]] = i
			list = append(list, segment.Buyer{ID: rapport.ID(row[0])})
		}
		list[i].Orders++
		list[i].Spend += amount
	}
	return list
}

// The README of the data states Gini .289603 and 35.62 % for the best fifth.
func TestParetoOfOrders(t *testing.T) {
	var ids []rapport.ID
	var revenue []float64
	for _, b := range buyers(t) {
		ids, revenue = append(ids, b.ID), append(revenue, b.Spend)
	}
	spread, err := segment.Pareto(ids, revenue)
	require.NoError(t, err)
	top, err := spread.Top(segment.Percent(20))
	require.NoError(t, err)
	share, _ := top.Value()
	require.Equal(t, 199, top.N)
	require.InDelta(t, 0.3562, share, 5e-5)
	gini, _ := spread.Lorenz().Gini().Value()
	require.InDelta(t, 0.289603, gini, 5e-7)
}

// Against plain sums, and in any order of the rows.
func TestParetoAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-20, 40), 1, 60).Draw(r, "profits")
		profits := make([]float64, len(whole))
		for i, v := range whole {
			profits[i] = float64(v)
		}
		ids := numbered(len(whole))
		share := segment.Share{Parts: rapid.Int64Range(0, 7).Draw(r, "parts"), Whole: 7}
		spread, err := segment.Pareto(ids, profits)
		require.NoError(r, err)
		sorted := slices.Sorted(slices.Values(profits))
		slices.Reverse(sorted)
		n := (int(share.Parts)*len(whole) + 6) / 7
		var top, bottom, gains, losses, running, peak float64
		for i, v := range sorted {
			gains += max(v, 0)
			losses += max(-v, 0)
			if i < n {
				top += max(v, 0)
			}
			if i >= len(sorted)-n {
				bottom += max(-v, 0)
			}
			running += v
			peak = max(peak, running)
		}
		got, err := spread.Top(share)
		require.NoError(r, err)
		require.Equal(r, rapport.Ratio{Num: top, Den: gains, N: n}, got)
		got, err = spread.Bottom(share)
		require.NoError(r, err)
		require.Equal(r, rapport.Ratio{Num: bottom, Den: losses, N: n}, got)
		require.Equal(r, peak, spread.Peak().Profit.Num)
		require.Equal(r, running, spread.Net())

		if d := spread.Lorenz(); d.Verdict() == segment.LorenzOK {
			require.GreaterOrEqual(r, sorted[len(sorted)-1], 0.0)
			gini, ok := d.Gini().Value()
			require.True(r, ok)
			pairs := 0.0 // G is half the relative mean difference
			for _, a := range profits {
				for _, b := range profits {
					pairs += math.Abs(a - b)
				}
			}
			require.InDelta(r, pairs/(2*float64(len(profits))*running), gini, 1e-12)
		} else {
			require.True(r, sorted[len(sorted)-1] < 0 || gains == 0)
		}

		rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)).Shuffle(len(ids), func(i, j int) {
			ids[i], ids[j] = ids[j], ids[i]
			profits[i], profits[j] = profits[j], profits[i]
		})
		again, err := segment.Pareto(ids, profits)
		require.NoError(r, err)
		require.Equal(r, spread.Whale(60), again.Whale(60))
		first, err := spread.Right(share)
		require.NoError(r, err)
		second, err := again.Right(share)
		require.NoError(r, err)
		require.Equal(r, len(first), len(second))
		for i := range first {
			require.Equal(r, first[i].ID, second[i].ID)
		}
	})
}

func TestParetoRefusals(t *testing.T) {
	_, err := segment.Pareto(numbered(2), []float64{1})
	_, ok := errors.AsType[*segment.LengthError](err)
	require.True(t, ok)
	_, err = segment.Pareto(numbered(1), []float64{math.Inf(-1)})
	value, ok := errors.AsType[*segment.ValueError](err)
	require.True(t, ok)
	require.Equal(t, "profit", value.Field)
	spread, err := segment.Pareto(numbered(10), tenProfits())
	require.NoError(t, err)
	for _, share := range []segment.Share{{}, {-1, 2}, {3, 2}} {
		_, err1 := spread.Top(share)
		_, err2 := spread.Bottom(share)
		_, err3 := spread.Right(share)
		_, err4 := spread.Wrong(share)
		_, err5 := spread.FewestFor(share)
		_, err6 := spread.Lorenz().Bottom(share)
		_, err7 := share.Of(3)
		for _, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
			refused, ok := errors.AsType[*segment.ShareError](err)
			require.True(t, ok)
			require.Equal(t, share, refused.Share)
			require.ErrorContains(t, err, share.String())
		}
	}
}
