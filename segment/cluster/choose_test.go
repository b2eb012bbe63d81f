package cluster_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/cluster"
)

// three draws three groups of 60, 50 and 40 customers in the plane, far apart.
func three(t *testing.T) (columns []cluster.Column, truth []int) {
	random := rand.New(rand.NewPCG(3, 4))
	columns = []cluster.Column{{Name: "spend"}, {Name: "visits"}}
	for group, n := range []int{60, 50, 40} {
		for range n {
			columns[0].Values = append(columns[0].Values, 10*float64(group)+random.NormFloat64())
			columns[1].Values = append(columns[1].Values, 10*float64(group%2)+random.NormFloat64())
			truth = append(truth, group)
		}
	}
	return columns, truth
}

func TestChoice(t *testing.T) {
	columns, truth := three(t)
	data, err := cluster.Prepare(columns, nil)
	require.NoError(t, err)
	tried, best, err := cluster.ChooseKMeans(t.Context(), data, 2, 5, 1, &cluster.KMeansOptions{Starts: 10, Workers: 1})
	require.NoError(t, err)
	require.Len(t, tried, 4)
	require.Equal(t, 3, tried[best].Model.K())
	require.Greater(t, tried[best].Silhouette.Mean, 0.7)
	labels, err := tried[best].Model.Labels(data)
	require.NoError(t, err)
	agreement, err := cluster.AdjustedRand(truth, labels)
	require.NoError(t, err)
	require.Equal(t, 1.0, agreement)

	mixtures, best, err := cluster.ChooseMixture(t.Context(), data, 1, 4, nil, 1, &cluster.MixtureOptions{Starts: 3})
	require.NoError(t, err)
	require.Len(t, mixtures, 12)
	require.Equal(t, 3, mixtures[best].K())
	require.Equal(t, cluster.Diagonal, mixtures[best].Covariance()) // balls, before they were standardised
	for _, m := range mixtures {
		require.GreaterOrEqual(t, m.Report().BIC(), mixtures[best].Report().BIC())
	}

	// One cloud is one group.
	cloud, err := cluster.Prepare(blobs(300, 0)[:2], nil)
	require.NoError(t, err)
	mixtures, best, err = cluster.ChooseMixture(t.Context(), cloud, 1, 3, []cluster.Covariance{cluster.Full}, 1, &cluster.MixtureOptions{Starts: 3, Tolerance: 1e-5})
	require.NoError(t, err)
	require.Equal(t, 1, mixtures[best].K())

	_, _, err = cluster.ChooseKMeans(t.Context(), data, 1, 3, 1, nil)
	_, ok := errors.AsType[*cluster.CountError](err)
	require.True(t, ok)
	_, _, err = cluster.ChooseMixture(t.Context(), data, 3, 2, nil, 1, nil)
	_, ok = errors.AsType[*cluster.CountError](err)
	require.True(t, ok)
	_, _, err = cluster.ChooseKMeans(t.Context(), nil, 2, 3, 1, nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
}

func TestStability(t *testing.T) {
	columns, _ := three(t)
	data, err := cluster.Prepare(columns, nil)
	require.NoError(t, err)
	m, err := cluster.FitKMeans(t.Context(), data, 3, 1, nil)
	require.NoError(t, err)
	stable, err := m.Stability(t.Context(), data, 20, 1, &cluster.KMeansOptions{Workers: 1})
	require.NoError(t, err)
	require.Equal(t, rapport.Estimate{Value: 1, Low: 1, High: 1, Level: 0.95, N: 20}, stable.AdjustedRand)
	require.Equal(t, []float64{1, 1, 1}, stable.Clusters)
	again, err := m.Stability(t.Context(), data, 20, 1, &cluster.KMeansOptions{Workers: 3})
	require.NoError(t, err)
	require.Equal(t, stable, again)

	// Five clusters of three groups do not come again.
	five, err := cluster.FitKMeans(t.Context(), data, 5, 1, nil)
	require.NoError(t, err)
	shaky, err := five.Stability(t.Context(), data, 20, 1, nil)
	require.NoError(t, err)
	require.NoError(t, shaky.AdjustedRand.Validate())
	require.Less(t, shaky.AdjustedRand.Value, 0.95)
	least := 1.0
	for _, v := range shaky.Clusters {
		least = min(least, v)
	}
	require.Less(t, least, 0.75)

	mix, err := cluster.FitMixture(t.Context(), data, 3, 1, nil)
	require.NoError(t, err)
	stable, err = mix.Stability(t.Context(), data, 5, 1, nil)
	require.NoError(t, err)
	require.Greater(t, stable.AdjustedRand.Low, 0.97)

	// Of three different customers a sample seldom has all three.
	small := line(t, 1, 2, 3)
	m, err = cluster.FitKMeans(t.Context(), small, 3, 1, nil)
	require.NoError(t, err)
	stable, err = m.Stability(t.Context(), small, 40, 1, nil)
	require.NoError(t, err)
	require.Equal(t, 40, stable.Failed+stable.AdjustedRand.N)
	require.Greater(t, stable.Failed, 20)

	_, err = m.Stability(t.Context(), small, 1, 1, nil)
	_, ok := errors.AsType[*cluster.OptionError](err)
	require.True(t, ok)
	_, err = m.Stability(t.Context(), data, 5, 1, nil)
	require.ErrorIs(t, err, cluster.ErrOtherScale)
}

func TestProfiles(t *testing.T) {
	columns := []cluster.Column{
		{Name: "spend", Values: []float64{10, 20, 30, 1000, 3000}},
		{Name: "constant", Values: []float64{4, 4, 4, 4, 4}},
		{Name: "refund", Values: []float64{1, -1, 0, 2, -2}},
	}
	profiles, err := cluster.Profiles(columns, []int{2, 2, 2, 0, 0})
	require.NoError(t, err)
	require.Len(t, profiles, 3)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 5, N: 2}, profiles[0].Customers)
	require.Equal(t, cluster.Profile{Cluster: 1, Customers: rapport.Ratio{Den: 5}}, profiles[1])
	spend := profiles[2].Figures[0]
	require.Equal(t, "spend", spend.Column) // it distinguishes most
	require.Equal(t, 20.0, spend.Mean)
	require.Equal(t, 20.0, spend.Median)
	require.Equal(t, 15.0, spend.Lower)
	require.Equal(t, 25.0, spend.Upper)
	require.Equal(t, rapport.Ratio{Num: 60, Den: 4060, N: 3}, spend.Total)
	// The mean is 812, the sample variance (802² + 792² + 782² + 188² + 2188²)/4.
	require.InDelta(t, (20.0-812)/math.Sqrt((802*802+792*792+782*782+188*188+2188*2188)/4.0), spend.Difference, 1e-12)
	constant, ok := profiles[2].Figure("constant")
	require.True(t, ok)
	require.Zero(t, constant.Difference)
	refund, ok := profiles[0].Figure("refund")
	require.True(t, ok)
	_, ok = refund.Total.Value()
	require.False(t, ok) // all sum to zero
	_, ok = profiles[0].Figure("none")
	require.False(t, ok)

	columns[2].Transform = cluster.Log
	_, err = cluster.Profiles(columns, []int{2, 2, 2, 0, 0})
	refused, isColumn := errors.AsType[*cluster.ColumnError](err)
	require.True(t, isColumn)
	require.Equal(t, 1, refused.Row)
	_, err = cluster.Profiles(columns, []int{2, 2})
	_, isLabel := errors.AsType[*cluster.LabelError](err)
	require.True(t, isLabel)
	_, err = cluster.Profiles(nil, nil)
	_, isWidth := errors.AsType[*cluster.WidthError](err)
	require.True(t, isWidth)
}
