package numeric_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestExactSumIsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Float64Range(-1e290, 1e290), rapid.Float64Range(-1e3, 1e3), rapid.SampledFrom([]float64{0, 0.1, 0x1p-53, 1, 5e-324}))
		numbers := rapid.SliceOfN(number, 0, 30).Draw(t, "numbers")
		var sum numeric.ExactSum
		exact := new(big.Float).SetPrec(4000)
		for _, v := range numbers {
			sum.Add(v)
			exact.Add(exact, big.NewFloat(v))
		}
		want, _ := exact.Float64()
		require.Equal(t, want, sum.Total())
	})
}
