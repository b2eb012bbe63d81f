package cluster_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/refdata"
	"github.com/rapport-crm/rapport/segment/cluster"
)

// orders reads the order count and the sum of the 995 customers of the sample of the R
// package rfm.
func orders(t *testing.T) []cluster.Column {
	path, err := refdata.Path("data/rfm_orders/orders.csv")
	if err != nil {
		t.Skip(err)
	}
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	amount, count := cluster.Column{Name: "amount", Transform: cluster.Log}, cluster.Column{Name: "orders", Transform: cluster.Log}
	at := map[string]int{}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[2], 64)
		require.NoError(t, err)
		i, known := at[row[0]]
		if !known {
			i = len(amount.Values)
			at[row[0]] = i
			amount.Values, count.Values = append(amount.Values, 0), append(count.Values, 0)
		}
		amount.Values[i] += v
		count.Values[i]++
	}
	return []cluster.Column{amount, count}
}

// The README of the data gives the total within of the best of 50 starts in R.
func TestKMeansOfOrdersAgainstR(t *testing.T) {
	data, err := cluster.Prepare(orders(t), nil)
	require.NoError(t, err)
	require.Equal(t, 995, data.Len())
	for k, want := range map[int]float64{2: 860.89233, 3: 499.6220155, 4: 358.2816575, 5: 281.1113399} {
		for seed := range uint64(20) {
			m, err := cluster.FitKMeans(t.Context(), data, k, seed, nil)
			require.NoError(t, err)
			require.True(t, m.Report().Converged)
			require.InDelta(t, want, m.Report().Within, 5e-7*want, "k=%d seed %d", k, seed)
			if k == 4 {
				require.Equal(t, []int{416, 275, 236, 68}, m.Sizes())
			}
		}
	}
}

// blobs draws n customers with five figures around eight centres.
func blobs(n int, apart float64) []cluster.Column {
	random := rand.New(rand.NewPCG(1, 2))
	columns := make([]cluster.Column, 5)
	var centers [8][5]float64
	for c := range centers {
		for f := range centers[c] {
			centers[c][f] = apart * random.NormFloat64()
		}
	}
	for f := range columns {
		columns[f] = cluster.Column{Name: fmt.Sprintf("f%d", f), Values: make([]float64, n)}
	}
	for i := range n {
		center := &centers[random.IntN(8)]
		for f := range columns {
			columns[f].Values[i] = center[f] + random.NormFloat64()
		}
	}
	return columns
}

func TestWorkersDoNotChangeTheAnswer(t *testing.T) {
	data, err := cluster.Prepare(blobs(6000, 1), nil)
	require.NoError(t, err)
	var want *cluster.KMeans
	for _, workers := range []int{1, 2, 7} {
		m, err := cluster.FitKMeans(t.Context(), data, 8, 1, &cluster.KMeansOptions{Workers: workers, SampleRows: 1500, Starts: 3})
		require.NoError(t, err)
		require.Equal(t, 6000, slices.Index(append(make([]int, 6000), 1), 1))
		if want == nil {
			want = m
		}
		require.Equal(t, want, m)
	}
	require.Equal(t, 1500, want.Report().SampleRows)
}

func BenchmarkFitKMeans(b *testing.B) {
	const k = 8
	for _, c := range []struct {
		name  string
		n     int
		apart float64
	}{{"apart", 1_000_000, 3}, {"overlapping", 1_000_000, 1}, {"one-cloud", 1_000_000, 0}} {
		b.Run(fmt.Sprintf("%s/k=%d/n=%d", c.name, k, c.n), func(b *testing.B) {
			data, err := cluster.Prepare(blobs(c.n, c.apart), nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				m, err := cluster.FitKMeans(b.Context(), data, k, 1, nil)
				if err != nil {
					fmt.Println(err)
				}
				b.ReportMetric(float64(m.Report().Iterations), "steps")
			}
		})
	}
}
