package kpi_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Two brands: the first is worth (1 − 1/3)·2/2 = .667, the second .333; of three the
// ranks are worth .5, .333 and .167 (Keiningham et al. 2011).
func TestWalletRule(t *testing.T) {
	for _, tc := range []struct {
		rank   float64
		brands int
		want   float64
	}{{1, 1, 1}, {1, 2, 2.0 / 3}, {2, 2, 1.0 / 3}, {1, 3, 0.5}, {2, 3, 1.0 / 3}, {3, 3, 1.0 / 6}, {1.5, 2, 0.5}} {
		r, err := kpi.WalletRule(tc.rank, tc.brands)
		require.NoError(t, err)
		got, ok := r.Value()
		require.True(t, ok)
		require.InEpsilon(t, tc.want, got, 1e-15)
		require.InEpsilon(t, (1-tc.rank/float64(tc.brands+1))*2/float64(tc.brands), got, 1e-14, "the formula as it is published")
	}
	for _, wrong := range []struct {
		rank   float64
		brands int
	}{{0, 2}, {3, 2}, {1, 0}, {math.NaN(), 3}, {1, math.MaxInt}} {
		_, err := kpi.WalletRule(wrong.rank, wrong.brands)
		var input *kpi.InputError
		require.ErrorAs(t, err, &input)
	}
}

// Respondents: first of two (2/3), second of two (1/3), tied for first of three
// (rank 1.5: 5/12), and one who does not use the brand. The mean is 17/36.
func TestWalletAllocation(t *testing.T) {
	rows := [][]float64{{9, 7}, {6, 8}, {8, 8, 5}, nil}
	f, err := kpi.WalletAllocation(year(2025), 0, without(rows...))
	require.NoError(t, err)
	require.InEpsilon(t, 17.0/36, f.Estimate.Value, 1e-14)
	require.Equal(t, 3, f.N)
	require.Equal(t, []kpi.Excluded{{Code: "non_users", N: 1}}, f.Excluded)
	require.True(t, f.Estimate.Low < f.Estimate.Value && f.Estimate.Value < f.Estimate.High)
	require.NoError(t, kpi.Standard().Check(f))

	f, err = kpi.WalletAllocation(year(2025), 0, without([]float64{5}))
	require.NoError(t, err)
	require.False(t, f.Estimate.HasInterval())
	_, err = kpi.WalletAllocation(year(2025), 0, without([]float64{1, math.NaN()}))
	require.Error(t, err)
	_, err = kpi.WalletAllocation(year(2025), 1.5, without([]float64{1}))
	require.Error(t, err)
	broken := errors.New("broken")
	_, err = kpi.WalletAllocation(year(2025), 0, failing[[]float64](broken))
	require.ErrorIs(t, err, broken)
}

// Whoever of the brands is ours, the shares of one respondent sum to 1.
func TestWalletSharesSumToOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ratings := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 5), func(i int) float64 { return float64(i) }), 1, 9).Draw(r, "ratings")
		sum := 0.0
		for i := range ratings {
			row := append([]float64{ratings[i]}, ratings[:i]...)
			f, err := kpi.WalletAllocation(year(2025), 0, without(append(row, ratings[i+1:]...)))
			require.NoError(r, err)
			sum += f.Estimate.Value
		}
		require.InEpsilon(r, 1, sum, 1e-12)
	})
}

// A stock of 100 for a month that falls straight to 0 in the next: (30·100 + 31·50) / 61.
func TestAverageStock(t *testing.T) {
	at := func(month time.Month) time.Time { return time.Date(2025, month, 1, 0, 0, 0, 0, time.UTC) }
	average, err := kpi.AverageStock(
		kpi.StockReading{At: at(6), Stock: yuan("100")}, kpi.StockReading{At: at(8), Stock: yuan("0")},
		kpi.StockReading{At: at(7), Stock: yuan("100")})
	require.NoError(t, err)
	require.Equal(t, "74.59 CNY", average.String()) // 74.5901…

	var input *kpi.InputError
	for _, readings := range [][]kpi.StockReading{
		{{At: at(6), Stock: yuan("1")}},
		{{At: at(6), Stock: yuan("1")}, {At: at(6), Stock: yuan("2")}},
		{{At: at(6), Stock: yuan("1")}, {At: at(7), Stock: yuan("-2")}},
		{{Stock: yuan("1")}, {At: at(7), Stock: yuan("2")}},
	} {
		_, err := kpi.AverageStock(readings...)
		require.ErrorAs(t, err, &input)
	}
	_, err = kpi.AverageStock(kpi.StockReading{At: at(6), Stock: yuan("1")}, kpi.StockReading{At: at(7), Stock: rapport.MustMoney("1 USD")})
	var currency *rapport.CurrencyMismatchError
	require.ErrorAs(t, err, &currency)
}
