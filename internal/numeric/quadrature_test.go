package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// E[(1−p)^k] = (b)ₖ/(a+b)ₖ.
func TestBetaMeanOfPowers(t *testing.T) {
	for _, a := range []float64{1e-3, .2, 1, 7, 1e3, 2.8e6} {
		for _, b := range []float64{1e-3, .5, 3, 400, 1.6e7} {
			if b < a/1e4 {
				continue // 1−p itself has lost its digits
			}
			for _, k := range []float64{1, 2, 10} {
				got := numeric.BetaMean(a, b, 1, func(p float64) float64 { return math.Pow(1-p, k) })
				want := math.Exp(numeric.LogRising(b, k) - numeric.LogRising(a+b, k))
				require.InEpsilonf(t, want, got, 1e-11, "a %v b %v k %v", a, b, k)
			}
		}
	}
}

// With f(s) = s the integral has a closed form: (1 − e^−z (1+z))/rate, z = rate·end.
func TestGrowthIntegralOfALine(t *testing.T) {
	line := func(s float64) float64 { return s }
	for _, rate := range []float64{1e-6, .0027, .5, 30} {
		for _, end := range []float64{1e-3, 1, 52, 1e5, math.Inf(1)} {
			for _, scale := range []float64{.1, 40, 1e4} {
				z := rate * end
				want := 1 / rate
				if z < .01 {
					want *= z * z / 2 * (1 - 2*z/3*(1-3*z/8*(1-4*z/15)))
				} else if z < 700 {
					want *= -math.Expm1(-z) - z*math.Exp(-z)
				}
				got := numeric.GrowthIntegral(rate, end, scale, line)
				require.InEpsilonf(t, want, got, 1e-12, "rate %v end %v scale %v", rate, end, scale)
			}
		}
	}
}

func TestInterpolantOfASmoothFunction(t *testing.T) {
	// 1/(1+e^y) has its nearest poles at ±iπ.
	f := func(y float64) float64 { return 1 / (1 + math.Exp(y)) }
	for _, half := range []float64{0, 1e-9, .01, .3, 1} {
		n := numeric.InterpolationNodes(half)
		require.Positive(t, n)
		require.Zero(t, n%4)
		p, ok := numeric.Interpolate(2-half, 2+half, make([]float64, n), make([]float64, 2*n), f)
		require.Truef(t, ok, "half-width %v", half)
		for i := range 101 {
			y := 2 + half*(float64(i)/50-1)
			require.InEpsilonf(t, f(y), p.At(y), 1e-13, "half-width %v at %v", half, y)
		}
	}
	require.Zero(t, numeric.InterpolationNodes(3), "too wide")
	n := numeric.InterpolationNodes(1)
	_, ok := numeric.Interpolate(-1, 1, make([]float64, n), make([]float64, 2*n), func(y float64) float64 { return 1.1 + math.Abs(y) })
	require.False(t, ok, "a kink cannot be interpolated")
}
