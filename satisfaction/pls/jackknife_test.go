package pls_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// The mean of n answers: SE s/√n, bias 0; the variance with divisor n−1 has none
// either, that with divisor n has −s²/n.
func TestJackknifeByHand(t *testing.T) {
	data := pairData(t, nil, [2]float64{1, 2}, [2]float64{2, 5}, [2]float64{4, 3}, [2]float64{9, 11})
	variance := func(s *pls.Sample) float64 { return s.SD(0, 0) * s.SD(0, 0) }
	j, err := pls.Jackknife(t.Context(), pairModel(), data, nil, pls.JackknifeOptions{Statistics: []pls.Statistic{
		{Name: "mean", Value: func(s *pls.Sample) float64 { return s.Mean(0, 0) }},
		{Name: "variance", Value: variance},
	}})
	require.NoError(t, err)
	require.Equal(t, 4, j.Deletions())
	require.Equal(t, 4, j.Result().Rows())
	mean := pls.Parameter{Kind: pls.StatisticParameter, From: "mean"}
	e, there := j.Estimate(mean)
	require.True(t, there)
	// Squares of −3, −2, 0, 5 about 4 sum to 38: s² = 38/3.
	require.InDelta(t, 4, e.Value, 1e-14)
	require.InDelta(t, math.Sqrt(38./3/4), e.SE, 1e-14)
	require.InDelta(t, 4+1.959964*e.SE, e.High, 1e-5)
	bias, there := j.Bias(mean)
	require.True(t, there)
	require.InDelta(t, 0, bias, 1e-14)
	bias, _ = j.Bias(pls.Parameter{Kind: pls.StatisticParameter, From: "variance"})
	require.InDelta(t, 0, bias, 1e-12)
	_, there = j.Estimate(pls.Parameter{Kind: "other"})
	require.False(t, there)
	require.Contains(t, j.Parameters(), mean)
}
