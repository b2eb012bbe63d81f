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

// A parabola whose value, gradient or Hessian is not finite away from its top: a
// search neither starts from there nor steps on it, and always ends.
func TestNewtonKeepsToFinitePoints(t *testing.T) {
	for name, spoil := range map[string]func(value *float64, g, h []float64){
		"value":        func(value *float64, _, _ []float64) { *value = math.NaN() },
		"lowest value": func(value *float64, _, _ []float64) { *value = math.Inf(-1) },
		"top value":    func(value *float64, _, _ []float64) { *value = math.Inf(1) },
		"gradient":     func(_ *float64, g, _ []float64) { g[1] = math.NaN() },
		"Hessian":      func(_ *float64, _, h []float64) { h[1], h[2] = math.NaN(), math.NaN() },
		"curvature":    func(_ *float64, _, h []float64) { h[3] = math.Inf(-1) },
	} {
		t.Run(name, func(t *testing.T) {
			hole := func(x, g, h []float64) (float64, error) {
				g[0], g[1] = -2*x[0]-math.Cosh(x[0])*math.Sinh(x[0]), -2*x[1]
				h[0], h[1], h[2], h[3] = -2-math.Cosh(2*x[0]), 0, 0, -2
				value := -x[0]*x[0] - x[1]*x[1] - math.Sinh(x[0])*math.Sinh(x[0])/2
				if x[1] < -1 || x[1] > 8 {
					spoil(&value, g, h)
				}
				return value, nil
			}
			search := numeric.Newton{MaxIterations: 50, Tolerance: 1e-12, StepCap: 6}
			best, err := search.Maximize(hole, []float64{3, 6})
			require.NoError(t, err)
			require.True(t, best.Converged)
			require.InDelta(t, 0, best.Value, 1e-12)
			best, err = search.Maximize(hole, []float64{3, 9})
			require.NoError(t, err)
			require.False(t, best.Converged)
			require.Equal(t, []float64{3, 9}, best.X)
			require.True(t, math.IsInf(best.Value, -1))
		})
	}
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
