package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestSolveTakesIndefiniteAndUnsymmetricMatrices(t *testing.T) {
	v := []float64{5, 1}
	require.True(t, numeric.Solve([]float64{0, 2, 1, -1}, 2, v))
	require.Equal(t, []float64{3.5, 2.5}, v)
	require.False(t, numeric.Solve([]float64{1, 2, 2, 4}, 2, []float64{1, 1}))
	require.False(t, numeric.Solve([]float64{0}, 1, []float64{1}))
	require.True(t, numeric.Solve(nil, 0, nil))
}

func TestSolveFindsWhatWasMultiplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		m, x := make([]float64, n*n), make([]float64, n)
		for i := range m {
			m[i] = rapid.Float64Range(-1, 1).Draw(t, "m")
		}
		v := make([]float64, n)
		for i := range x {
			m[i*n+i] += 2 * float64(n) // far from singular
			x[i] = rapid.Float64Range(-1, 1).Draw(t, "x")
		}
		for i := range n {
			for k := range n {
				v[i] += m[i*n+k] * x[k]
			}
		}
		if !numeric.Solve(m, n, v) {
			t.Fatal("refused")
		}
		for i := range x {
			if math.Abs(v[i]-x[i]) > 1e-13 {
				t.Fatalf("%d: got %v, want %v", i, v[i], x[i])
			}
		}
	})
}
