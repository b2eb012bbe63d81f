package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/stats"
)

// With x of 0 and 1 the line joins the two rates p and q, and its variances are
// those of proportions, pq/n.
func TestFitLineOfTwoRates(t *testing.T) {
	// Of 20 at x 0 half, of 10 at x 1 eight.
	line, ok := stats.FitLine([]float64{0, 0, 1, 1}, []float64{0, 1, 0, 1}, []float64{10, 10, 2, 8}, true)
	require.True(t, ok)
	require.InDelta(t, 0.5, line.Intercept, 1e-15)
	require.InDelta(t, 0.3, line.Slope, 1e-15)
	require.InDelta(t, 0.25/20, line.Covariance[0][0], 1e-15)
	require.InDelta(t, -0.25/20, line.Covariance[0][1], 1e-15)
	require.InDelta(t, 0.25/20+0.16/10, line.Covariance[1][1], 1e-15)
	require.Equal(t, line.Covariance[0][1], line.Covariance[1][0])
}

func TestFitLineTakesWeightsOfASurveyByTheirShares(t *testing.T) {
	x, y := []float64{1, 2, 4, 8}, []float64{0, 1, 0, 1}
	small, _ := stats.FitLine(x, y, []float64{0.1, 0.2, 0.3, 0.4}, false)
	large, _ := stats.FitLine(x, y, []float64{10, 20, 30, 40}, false)
	require.InDelta(t, small.Slope, large.Slope, 1e-14)
	require.InDelta(t, small.Covariance[1][1], large.Covariance[1][1], 1e-14)
	counted, _ := stats.FitLine(x, y, []float64{1, 1, 1, 1}, true)
	plain, _ := stats.FitLine(x, y, []float64{1, 1, 1, 1}, false)
	require.Equal(t, plain, counted)
}

func TestFitLineNeedsTwoPlaces(t *testing.T) {
	_, ok := stats.FitLine([]float64{3, 3}, []float64{0, 1}, []float64{1, 1}, true)
	require.False(t, ok)
}
