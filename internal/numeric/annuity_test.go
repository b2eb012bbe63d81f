package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// By hand: 0.8/(1.1−0.8) = 8/3, 0.85/0.25 = 3.4, their slopes 1.1/0.3² and 1.1/0.25².
func TestAnnuity(t *testing.T) {
	require.InDelta(t, 8.0/3, numeric.Annuity(numeric.Forever, 0.8, 0.1), 1e-14)
	require.InDelta(t, 3.4, numeric.Annuity(numeric.Forever, 0.85, 0.1), 1e-14)
	require.InDelta(t, 3.4-8.0/3, numeric.AnnuityRaise(0.8, 0.85, 0.1), 1e-14)
	first, second := numeric.AnnuitySlope(numeric.Forever, 0.8, 0.1)
	require.InDelta(t, 1.1/0.09, first, 1e-12)
	require.InDelta(t, 2.2/0.027, second, 1e-11)
	require.InDelta(t, 0.5+0.25, numeric.Annuity(2, 0.5, 0), 1e-15)
	first, second = numeric.AnnuitySlope(2, 0.5, 0)
	require.InDelta(t, 1+2*0.5, first, 1e-15)
	require.InDelta(t, 2, second, 1e-15)
	require.Equal(t, 7.0, numeric.Annuity(7, 1, 0))
	require.Zero(t, numeric.Annuity(numeric.Forever, 0, 0.1))
	require.Zero(t, numeric.Annuity(0, 0.9, 0.1))
	require.Equal(t, math.Inf(1), numeric.Annuity(numeric.Forever, 1, 0))
	first, _ = numeric.AnnuitySlope(numeric.Forever, 1, 0)
	require.Equal(t, math.Inf(1), first)
}

func TestAnnuityAgreesWithItsSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		periods := rapid.IntRange(0, 300).Draw(t, "periods")
		r := rapid.Float64Range(0, 1).Draw(t, "retention")
		d := rapid.Float64Range(-0.2, 1).Draw(t, "discount")
		sum, slope, bend := 0.0, 0.0, 0.0
		for i := periods; i >= 1; i-- {
			sum += math.Pow(r, float64(i)) * math.Pow(1+d, -float64(i))
			slope += float64(i) * math.Pow(r, float64(i-1)) * math.Pow(1+d, -float64(i))
			if i > 1 {
				bend += float64(i) * float64(i-1) * math.Pow(r, float64(i-2)) * math.Pow(1+d, -float64(i))
			}
		}
		require.InDelta(t, sum, numeric.Annuity(periods, r, d), 1e-10*sum)
		first, second := numeric.AnnuitySlope(periods, r, d)
		require.InDelta(t, slope, first, 1e-10*slope)
		require.InDelta(t, bend, second, 1e-10*bend)
	})
}
