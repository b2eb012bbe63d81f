package stats_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

// F. J. Anscombe, Graphs in Statistical Analysis, The American Statistician 27, 1973:
// the first of the four sets, with the figures that all four share.
func TestLeastSquaresOnAnscombe(t *testing.T) {
	at := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	var x []float64
	for _, v := range at {
		x = append(x, 1, v)
	}
	fit, err := stats.LeastSquares(x, 2, y, nil)
	require.NoError(t, err)
	require.InDelta(t, 3.0001, fit.Coefficients[0], 5e-5)
	require.InDelta(t, 0.5001, fit.Coefficients[1], 5e-5)
	require.InDelta(t, 0.118, fit.SE(1), 5e-4)
	require.InDelta(t, 0.667, fit.R2, 5e-4)
	require.Equal(t, 9, fit.DF)
}

// Ten rows of dummies; the figures by the normal equations in 40 digits (mpmath), the
// weighted ones with the sandwich that the comment of Regression states.
func TestLeastSquaresWithWeights(t *testing.T) {
	x := []float64{1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0}
	y := []float64{3, 2, 4, 3.5, 1, 5, 4, 2.5, 3, 2.5}
	for _, c := range []struct {
		weights, coefficients, errors []float64
		covariance, r2                float64
	}{
		{nil, []float64{3, -7. / 6, 4. / 3}, []float64{0.2886751345948129, 0.4409585518440984, 0.4409585518440984},
			-1. / 12, 0.8009950248756219},
		{[]float64{1, 2, .5, 1, 1, 1.5, 1, 3, 1, .25},
			[]float64{3.115384615384615, -1.032051282051282, 1.384615384615385},
			[]float64{0.163736940156257, 0.3694427101502986, 0.4070610205615647}, -0.02680978557173368, 0.8122884255257851},
	} {
		fit, err := stats.LeastSquares(x, 3, y, c.weights)
		require.NoError(t, err)
		require.InDeltaSlice(t, c.coefficients, fit.Coefficients, 1e-14)
		for j, want := range c.errors {
			require.InEpsilon(t, want, fit.SE(j), 1e-13)
		}
		require.InDelta(t, c.covariance, fit.Covariance[1], 1e-14)
		require.InDelta(t, c.covariance, fit.Covariance[3], 1e-14)
		require.InDelta(t, c.r2, fit.R2, 1e-14)
	}
}

func TestLeastSquaresNamesADependentColumn(t *testing.T) {
	for want, x := range map[int][]float64{
		0: {0, 1, 0, 2, 0, 3, 0, 4},
		1: {1, 3, 1, 3, 1, 3, 1, 3},
		2: {1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1},
	} {
		_, err := stats.LeastSquares(x, len(x)/4, []float64{1, 2, 3, 4}, nil)
		dependent, ok := errors.AsType[*stats.CollinearError](err)
		require.True(t, ok, "%v: %v", x, err)
		require.Equal(t, want, dependent.Column)
	}
	_, err := stats.LeastSquares([]float64{1, 3, 1, 3, 1, 3}, 2, []float64{1, 2, 3}, nil)
	require.ErrorContains(t, err, "column 1 of the regression depends on the columns before it")
}

// Weights of w are w equal rows, and the size of all weights means nothing.
func TestLeastSquaresTakesRepeatedRowsForWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x, y, weights, longX, longY []float64
		for i := range rapid.IntRange(4, 12).Draw(t, "rows") {
			row := []float64{1, float64(i) + rapid.Float64Range(0, 0.9).Draw(t, "x")}
			value := rapid.Float64Range(-10, 10).Draw(t, "y")
			times := rapid.IntRange(1, 4).Draw(t, "times")
			x, y, weights = append(x, row...), append(y, value), append(weights, 3*float64(times))
			for range times {
				longX, longY = append(longX, row...), append(longY, value)
			}
		}
		weighted, err := stats.LeastSquares(x, 2, y, weights)
		if err != nil {
			t.Fatal(err)
		}
		long, err := stats.LeastSquares(longX, 2, longY, nil)
		if err != nil {
			t.Fatal(err)
		}
		for j, want := range long.Coefficients {
			if got := weighted.Coefficients[j]; math.Abs(got-want) > 1e-9 {
				t.Fatalf("coefficient %d: %v with weights, %v with rows repeated", j, got, want)
			}
		}
		if math.Abs(weighted.R2-long.R2) > 1e-9 {
			t.Fatalf("R² %v with weights, %v with rows repeated", weighted.R2, long.R2)
		}
	})
}
