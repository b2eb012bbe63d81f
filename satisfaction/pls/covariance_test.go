package pls

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The mean of an item has the variance s²/n of the rows that answer it, and two means
// covary through the rows that answer both, however many rows there are.
func TestVarianceOfMeansWithMissingAnswers(t *testing.T) {
	moments, err := NewMoments([]string{"a", "b"})
	require.NoError(t, err)
	answers := [][2]float64{{1, math.NaN()}, {2, 3}, {4, 5}, {math.NaN(), 2}, {7, math.NaN()}, {8, math.NaN()}}
	for _, row := range answers {
		require.NoError(t, moments.Add(row[:], 3))
	}
	c, err := moments.Covariance(MeanReplacement)
	require.NoError(t, err)
	require.InDelta(t, 4.4, c.means[0], 1e-14)
	require.InDelta(t, 10./3, c.means[1], 1e-14)
	require.InDelta(t, (3.4*3.4+2.4*2.4+.4*.4+2.6*2.6+3.6*3.6)/4/5, c.ofMeans[0], 1e-13)
	require.InDelta(t, (1./9+25./9+16./9)/2/3, c.ofMeans[3], 1e-13)
	both := -2.4*(3-10./3) - .4*(5-10./3)
	require.InDelta(t, both/5/3*math.Sqrt(5./4*3/2), c.ofMeans[1], 1e-13)
	require.Equal(t, c.ofMeans[1], c.ofMeans[2])
}
