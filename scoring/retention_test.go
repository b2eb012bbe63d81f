package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Five points of retention at a margin of 100 and 10 percent: 100·r/(1.1−r).
func ExampleRetentionTable() {
	table, err := scoring.RetentionTable(rapport.MustMoney("100 CNY"), 0.10, []float64{0.80, 0.90}, []float64{0.05})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range table {
		for _, cell := range row {
			change, _ := cell.Change.Value()
			fmt.Printf("%.2f to %.2f: %v to %v, %+.1f%%\n", cell.From, cell.To, cell.Before, cell.After, 100*change)
		}
	}
	// Output:
	// 0.80 to 0.85: 266.67 CNY to 340.00 CNY, +27.5%
	// 0.90 to 0.95: 450.00 CNY to 633.33 CNY, +40.7%
}

// The perpetual value is what the present value of many periods comes to.
func TestPerpetualValueIsALongPresentValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		margin := fen(t, "margin")
		retention, discount := rapid.Float64Range(0, 0.99).Draw(t, "retention"), rapid.Float64Range(0.05, 1).Draw(t, "discount")
		perpetual, err := scoring.PerpetualValue(margin, retention, discount)
		require.NoError(t, err)
		long, err := scoring.SixFactor{Frequency: 1, Revenue: margin, Periods: 2000, Retention: retention, Discount: discount}.Value()
		require.NoError(t, err)
		gap, err := perpetual.Sub(long.Total)
		require.NoError(t, err)
		require.LessOrEqual(t, math.Abs(gap.Amount().InexactFloat64()), 0.01) // a half that falls to either side
	})
}

func TestRetentionGains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		retention, points := rapid.Float64Range(0, 1).Draw(t, "retention"), rapid.Float64Range(-1, 1).Draw(t, "points")
		table, err := scoring.RetentionTable(fen(t, "margin"), 0.1, []float64{retention}, []float64{points})
		require.NoError(t, err)
		e := table[0][0]
		if to := retention + points; to < 0 || to > 1 {
			require.Equal(t, scoring.RetentionEffect{}, e)
			return
		}
		require.True(t, sum(t, e.Before, e.Gain).Equal(e.After))
		if change, ok := e.Change.Value(); ok {
			require.Equal(t, points > 0 && e.To > e.From, change > 0)
		} else {
			require.True(t, retention == 0 || math.IsInf(e.Change.Num/e.Change.Den, 0), "%v", e.Change)
		}
	})
}

func TestRetentionThatCannotBe(t *testing.T) {
	for _, retention := range []float64{-0.1, 1.1, math.NaN()} {
		_, err := scoring.RetentionTable(yuan("100"), 0.1, []float64{retention}, []float64{0.05})
		wrong, ok := errors.AsType[*scoring.InputError](err)
		require.True(t, ok, "%v: %v", retention, err)
		require.Equal(t, "retention", wrong.Name)
	}
	_, err := scoring.RetentionSensitivity(yuan("100"), 0.98, 0.05, 0.1)
	require.ErrorContains(t, err, "scoring: retention is 1.03: want 0 to 1")
	_, err = scoring.RetentionTable(yuan("100"), 0.1, []float64{0.9}, []float64{math.NaN()})
	require.Error(t, err)
	_, err = scoring.RetentionSensitivity(yuan("100"), 0.95, 0.05, 0)
	require.ErrorIs(t, err, scoring.ErrDiverges)
	_, err = scoring.PerpetualValue(yuan("100.001"), 0.8, 0.1)
	require.ErrorIs(t, err, rapport.ErrAmountFraction)
	_, err = scoring.PerpetualValue(minor(t, math.MaxInt64), 0.99, 0.001)
	overflow, ok := errors.AsType[*scoring.OverflowError](err)
	require.True(t, ok)
	require.Equal(t, "scoring: total value does not fit in 64 bits", overflow.Error())
}
