package numeric_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// negated Rosenbrock: a curved ridge with its maximum 0 at (1, 1).
func ridge(x, g, h []float64) (float64, error) {
	u, v := 1-x[0], x[1]-x[0]*x[0]
	g[0], g[1] = 2*u+400*x[0]*v, -200*v
	h[0], h[1], h[2], h[3] = -2+400*v-800*x[0]*x[0], 400*x[0], 400*x[0], -200
	return -u*u - 100*v*v, nil
}

func TestNewtonClimbsACurvedRidge(t *testing.T) {
	search := numeric.Newton{MaxIterations: 100, Tolerance: 1e-12, StepCap: 2}
	for _, start := range [][]float64{{-1.2, 1}, {3, -5}, {0, 30}} {
		best, err := search.Maximize(ridge, start)
		require.NoError(t, err)
		require.True(t, best.Converged)
		require.InDelta(t, 1, best.X[0], 1e-9)
		require.InDelta(t, 1, best.X[1], 1e-9)
		require.Less(t, best.Iterations, 60)
	}
}

// cos x + cos y at its minimum's side is not concave: the shift must turn the step.
func TestNewtonLeavesAMinimum(t *testing.T) {
	waves := func(x, g, h []float64) (float64, error) {
		g[0], g[1] = -math.Sin(x[0]), -math.Sin(x[1])
		h[0], h[1], h[2], h[3] = -math.Cos(x[0]), 0, 0, -math.Cos(x[1])
		return math.Cos(x[0]) + math.Cos(x[1]), nil
	}
	best, err := numeric.Newton{MaxIterations: 100, Tolerance: 1e-12, StepCap: 1}.Maximize(waves, []float64{3, -2.9})
	require.NoError(t, err)
	require.True(t, best.Converged)
	require.InDelta(t, 2, best.Value, 1e-12)
}

func TestNewtonReportsWhatItDidNotReach(t *testing.T) {
	best, err := numeric.Newton{MaxIterations: 2, Tolerance: 1e-12, StepCap: 0.1}.Maximize(ridge, []float64{-1.2, 1})
	require.NoError(t, err)
	require.False(t, best.Converged)
	require.Equal(t, 2, best.Iterations)
	stop := errors.New("stop")
	_, err = numeric.Newton{MaxIterations: 2, StepCap: 1}.Maximize(func(x, g, h []float64) (float64, error) { return 0, stop }, []float64{1})
	require.ErrorIs(t, err, stop)
}

func TestInverseOfPositiveMatrix(t *testing.T) {
	m := []float64{4, 2, 0.6, 2, 5, 1, 0.6, 1, 3}
	inverse, ok := numeric.InversePositive(m, 3)
	require.True(t, ok)
	for i := range 3 {
		for j := range 3 {
			sum := 0.0
			for k := range 3 {
				sum += m[i*3+k] * inverse[k*3+j]
			}
			want := 0.0
			if i == j {
				want = 1
			}
			require.InDelta(t, want, sum, 1e-15)
		}
	}
	_, ok = numeric.InversePositive([]float64{1, 2, 2, 4}, 2)
	require.False(t, ok, "singular")
	_, ok = numeric.InversePositive([]float64{1, 2, 2, 1}, 2)
	require.False(t, ok, "indefinite")
}
