package rfm_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment/rfm"
)

// Revenue is the exact sum, rounded once, whatever the sizes of the parts.
func TestRevenueIsRoundedOnce(t *testing.T) {
	table, err := rfm.NewTable(2, []rfm.Segment{{Name: "all"}}, "")
	require.NoError(t, err)
	revenue := func(t require.TestingT, sums []float64) float64 {
		_, got, err := rfm.FitAssign(spenders(sums...), rfm.Scheme{Bins: 2}, table)
		require.NoError(t, err)
		require.Equal(t, got.Groups()[0].Revenue.Num, got.Groups()[0].Revenue.Den)
		return got.Groups()[0].Revenue.Num
	}
	require.Equal(t, 2.0, revenue(t, []float64{1, rfm.MaxSize, 1, -rfm.MaxSize}))
	require.Equal(t, 1+0x1p-52, revenue(t, []float64{1, 0x1p-53, 0x1p-106})) // just above half a unit
	require.Equal(t, 1.0, revenue(t, []float64{1, 0x1p-53}))                 // half a unit: to even

	rapid.Check(t, func(r *rapid.T) {
		sum := rapid.OneOf(rapid.Float64Range(-rfm.MaxSize, rfm.MaxSize), rapid.Float64Range(-1e9, 1e9), rapid.SampledFrom([]float64{0x1p-53, 0x1p-106, 1, -1, 5e-324}))
		sums := rapid.SliceOfN(sum, 1, 40).Draw(r, "sums")
		exact := new(big.Float).SetPrec(4000)
		for _, v := range sums {
			exact.Add(exact, big.NewFloat(v))
		}
		want, _ := exact.Float64()
		require.Equal(r, want, revenue(r, sums))
	})
}
