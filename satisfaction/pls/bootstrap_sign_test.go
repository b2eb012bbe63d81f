package pls_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Weights that are all 2 change nothing, and those of a survey give the mean of an item
// the standard error of linearisation: √(n/(n−1)·Σw²(x−x̄)²)/Σw.
func TestSurveyWeightsInTheBootstrap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var pairs [][2]float64
	var two, weights []float64
	for range 400 {
		x := float64(random.IntN(10))
		pairs = append(pairs, [2]float64{x, x + float64(random.IntN(7))})
		two, weights = append(two, 2), append(weights, float64(1+random.IntN(6)))
	}
	options := pls.BootstrapOptions{Resamples: 4000, Seed: 5, Statistics: []pls.Statistic{
		{Name: "mean", Value: func(s *pls.Sample) float64 { return s.Mean(0, 0) }},
		{Name: "none", Value: func(s *pls.Sample) float64 { return math.NaN() }},
	}}
	run := func(weights []float64) *pls.Bootstrapped {
		b, err := pls.Bootstrap(t.Context(), pairModel(), pairData(t, weights, pairs...), nil, options)
		require.NoError(t, err)
		require.False(t, b.Statistic("none").HasValue())
		require.False(t, b.Statistic("absent").HasValue())
		return b
	}
	plain, doubled, weighted := run(nil), run(two), run(weights)
	for _, p := range plain.Parameters() {
		require.InDeltaSlice(t, plain.Replicates(p), doubled.Replicates(p), 1e-12, "%s", p)
	}
	sum, mean, squares := 0.0, 0.0, 0.0
	for i, w := range weights {
		sum += w
		mean += w * pairs[i][0]
	}
	mean /= sum
	for i, w := range weights {
		squares += w * w * (pairs[i][0] - mean) * (pairs[i][0] - mean)
	}
	e := weighted.Statistic("mean")
	require.InDelta(t, mean, e.Value, 1e-12)
	require.Equal(t, 400, e.N)
	require.InDelta(t, 1, e.SE/(math.Sqrt(400./399*squares)/sum), 4/math.Sqrt(2*4000)+0.01)
	require.Greater(t, e.SE, plain.Statistic("mean").SE*1.05)
}

// A construct that points along an item which hardly belongs to it turns around in
// many resamples; aligned with the sample it does not.
func TestSignsOfResamples(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	var values []float64
	for range 80 {
		base := random.NormFloat64()
		values = append(values, 0.05*base+random.NormFloat64(), base+random.NormFloat64()/2, base+random.NormFloat64()/2, base+random.NormFloat64())
	}
	data, err := pls.NewData([]string{"noise", "a", "b", "y"}, values, nil)
	require.NoError(t, err)
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{"noise", "a", "b"}}, {Name: "Y", Items: []string{"y"}}},
		Paths:      []pls.Path{{From: "X", To: "Y"}},
	}
	options := &pls.Options{Orientation: pls.FirstItemOrientation}
	path := func(signs pls.SignRule) (e rapport.Estimate, reversed int) {
		b, err := pls.Bootstrap(t.Context(), model, data, options, pls.BootstrapOptions{Resamples: 500, Seed: 1, Signs: signs})
		require.NoError(t, err)
		require.Zero(t, b.Reversed("Y"))
		require.Zero(t, b.Reversed("Z"))
		e, _ = b.Path("X", "Y")
		for _, p := range b.Parameters() {
			if p.Kind == pls.PathParameter && signs == pls.SignConstruct {
				for _, v := range b.Replicates(p) {
					require.Positive(t, v*e.Value)
				}
			}
		}
		return e, b.Reversed("X")
	}
	free, none := path(pls.SignNone)
	aligned, some := path(pls.SignConstruct)
	require.Zero(t, none)
	require.Greater(t, some, 50)
	require.Equal(t, free.Value, aligned.Value)
	require.Greater(t, free.SE, 3*aligned.SE)
}

// Two constructs that are nearly one have a corrected correlation beyond 1 in about
// every other resample.
func TestInadmissibleResamples(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var values []float64
	for range 100 {
		base := random.NormFloat64()
		for range 4 {
			values = append(values, base+random.NormFloat64())
		}
	}
	data, err := pls.NewData([]string{"a", "b", "c", "d"}, values, nil)
	require.NoError(t, err)
	model := pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{"a", "b"}}, {Name: "Y", Items: []string{"c", "d"}}},
		Paths:      []pls.Path{{From: "X", To: "Y"}},
	}
	options := pls.BootstrapOptions{Resamples: 300, Seed: 1, Minimum: 2}
	b, err := pls.Bootstrap(t.Context(), model, data, &pls.Options{Consistent: true}, options)
	require.NoError(t, err)
	require.Equal(t, pls.FailedResamples{Inadmissible: b.Failed().Total()}, b.Failed())
	require.Greater(t, b.Failed().Inadmissible, 30)
	for _, v := range b.Replicates(pls.Parameter{Kind: pls.PathParameter, From: "X", To: "Y"}) {
		require.LessOrEqual(t, math.Abs(v), 1.000001)
	}
	options.KeepInadmissible = true
	b, err = pls.Bootstrap(t.Context(), model, data, &pls.Options{Consistent: true}, options)
	require.NoError(t, err)
	require.Equal(t, 300, b.Resamples())
}
