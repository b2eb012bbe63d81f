package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
	rows, err := refdata.Rows(path)
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
		for seed := range uint64(2) {
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
	data, err := cluster.Prepare(blobs(4000, 1), nil)
	require.NoError(t, err)
	var want *cluster.KMeans
	for _, workers := range []int{1, 2, 7} {
		m, err := cluster.FitKMeans(t.Context(), data, 8, 1, &cluster.KMeansOptions{Workers: workers, SampleRows: 1500, Starts: 2})
		require.NoError(t, err)
		if want == nil {
			want = m
		}
		require.Equal(t, want, m)
	}
	require.Equal(t, 1500, want.Report().SampleRows)
}

// Every partition of few customers, tried: the best of the starts is the best there is,
// and the sums within are those of its labels.
func TestKMeansAgainstAllPartitions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(r, "n")
		k := rapid.IntRange(1, 3).Draw(r, "k")
		columns := []cluster.Column{{Name: "a"}, {Name: "b"}}
		for c := range columns {
			columns[c].Values = rapid.SliceOfN(rapid.Map(rapid.IntRange(-5, 5), func(v int) float64 { return float64(v) }), n, n).Draw(r, "values")
		}
		data, err := cluster.Prepare(columns, &cluster.PrepareOptions{KeepUnits: true})
		if err != nil { // all values equal
			return
		}
		m, err := cluster.FitKMeans(r.Context(), data, k, 1, nil)
		distinct := map[[2]float64]bool{}
		for i := range n {
			distinct[[2]float64{columns[0].Values[i], columns[1].Values[i]}] = true
		}
		if k > len(distinct) {
			few, ok := errors.AsType[*cluster.CountError](err)
			require.True(r, ok)
			require.Equal(r, len(distinct), few.Distinct)
			return
		}
		require.NoError(r, err)
		best := math.Inf(1)
		labels := make([]int, n)
		for {
			best = min(best, withinOf(columns, labels, k))
			at := 0
			for at < n && labels[at] == k-1 {
				labels[at] = 0
				at++
			}
			if at == n {
				break
			}
			labels[at]++
		}
		require.InDelta(r, best, m.Report().Within, 1e-9)
		got, err := m.Labels(data)
		require.NoError(r, err)
		require.InDelta(r, withinOf(columns, got, k), m.Report().Within, 1e-9)
		sizes := make([]int, k)
		for _, label := range got {
			sizes[label]++
		}
		require.Equal(r, sizes, m.Sizes())
		require.True(r, slices.IsSortedFunc(sizes, func(a, b int) int { return b - a }))
		require.NotContains(r, sizes, 0)
	})
}

// withinOf returns the sum of squared distances from the means of a partition.
func withinOf(columns []cluster.Column, labels []int, k int) float64 {
	total := 0.0
	for c := range k {
		for _, column := range columns {
			sum, n := 0.0, 0.0
			for i, v := range column.Values {
				if labels[i] == c {
					sum += v
					n++
				}
			}
			for i, v := range column.Values {
				if labels[i] == c {
					total += (v - sum/n) * (v - sum/n)
				}
			}
		}
	}
	return total
}

// Rare customers that the sample of the starts lacks are found all the same.
func TestKMeansWhereTheSampleIsTooAlike(t *testing.T) {
	values := make([]float64, 3000)
	values[2321], values[17] = 1, 2
	data, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: values}}, nil)
	require.NoError(t, err)
	m, err := cluster.FitKMeans(t.Context(), data, 3, 1, &cluster.KMeansOptions{SampleRows: 10, Starts: 3})
	require.NoError(t, err)
	require.Equal(t, []int{2998, 1, 1}, m.Sizes())
	require.InDelta(t, 0, m.Report().Within, 1e-25)
	require.Equal(t, 3000, m.Report().SampleRows)
	mix, err := cluster.FitMixture(t.Context(), data, 3, 1, &cluster.MixtureOptions{SampleRows: 10, MaxIterations: 5, Starts: 2})
	if _, short := errors.AsType[*cluster.ConvergenceError](err); !short {
		require.NoError(t, err)
	}
	require.Equal(t, 3000, mix.Report().SampleRows)
}

func TestKMeansAssigns(t *testing.T) {
	columns := blobs(500, 2)
	columns[2].Transform = cluster.Plain
	data, err := cluster.Prepare(columns, nil)
	require.NoError(t, err)
	m, err := cluster.FitKMeans(t.Context(), data, 5, 3, nil)
	require.NoError(t, err)
	labels, err := m.Labels(data)
	require.NoError(t, err)
	for i := range labels {
		figures := make([]float64, 5)
		for f := range figures {
			figures[f] = columns[f].Values[i]
		}
		got, err := m.Assign(figures)
		require.NoError(t, err)
		require.Equal(t, labels[i], got)
	}
	require.Len(t, m.Centers(), 5)
	require.Equal(t, 5, m.K())
	total := 0.0
	for _, v := range m.Within() {
		total += v
	}
	require.InDelta(t, m.Report().Within, total, 1e-9)

	// The same customers in columns of another order, with one more.
	again, err := m.Scaler().Apply([]cluster.Column{columns[4], {Name: "more", Values: make([]float64, 500)}, columns[1], columns[0], columns[2], columns[3]})
	require.NoError(t, err)
	same, err := m.Labels(again)
	require.NoError(t, err)
	require.Equal(t, labels, same)

	other, err := cluster.Prepare(blobs(400, 2), nil)
	require.NoError(t, err)
	_, err = m.Labels(other)
	require.ErrorIs(t, err, cluster.ErrOtherScale)
	_, err = m.Labels(nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
	_, err = (&cluster.KMeans{}).Assign(nil)
	require.ErrorIs(t, err, cluster.ErrNotFitted)
	_, err = m.Assign([]float64{1, 2, 3, 4, math.NaN()})
	column, ok := errors.AsType[*cluster.ColumnError](err)
	require.True(t, ok)
	require.Equal(t, "f4", column.Column)
}

func TestKMeansRefusals(t *testing.T) {
	data, err := cluster.Prepare(blobs(20, 1), nil)
	require.NoError(t, err)
	for _, k := range []int{0, -3, cluster.MaxClusters + 1, 21} {
		_, err := cluster.FitKMeans(t.Context(), data, k, 1, nil)
		refused, ok := errors.AsType[*cluster.CountError](err)
		require.Truef(t, ok, "%v", err)
		require.Equal(t, k, refused.Clusters)
		require.ErrorContains(t, err, fmt.Sprint(k))
	}
	_, err = cluster.FitKMeans(t.Context(), nil, 2, 1, nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
	for option, o := range map[string]cluster.KMeansOptions{
		"Starts": {Starts: -1}, "SampleRows": {SampleRows: -1}, "MaxIterations": {MaxIterations: -1}, "Tolerance": {Tolerance: math.NaN()}, "Workers": {Workers: -1},
	} {
		_, err := cluster.FitKMeans(t.Context(), data, 2, 1, &o)
		refused, ok := errors.AsType[*cluster.OptionError](err)
		require.True(t, ok)
		require.Equal(t, option, refused.Option)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = cluster.FitKMeans(ctx, data, 2, 1, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = cluster.FitMixture(ctx, data, 2, 1, nil)
	require.ErrorIs(t, err, context.Canceled)
	m, err := cluster.FitKMeans(t.Context(), data, 4, 1, &cluster.KMeansOptions{MaxIterations: 1})
	_, ok := errors.AsType[*cluster.ConvergenceError](err)
	require.True(t, ok)
	require.Equal(t, 4, m.K())
}

func TestKMeansJSON(t *testing.T) {
	data, err := cluster.Prepare(blobs(200, 3), nil)
	require.NoError(t, err)
	m, err := cluster.FitKMeans(t.Context(), data, 3, 1, nil)
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var read cluster.KMeans
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, m, &read)
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))

	const one = `{"format":1,"scaler":{"format":1,"features":[{"name":"a","transform":"log1p","center":0,"scale":%s}]},` +
		`"centers":%s,"sizes":%s,"within":%s,"starts":1,"sample_rows":5,"iterations":1,"converged":true}`
	require.NoError(t, read.UnmarshalJSON(fmt.Appendf(nil, one, "1", "[[0]]", "[5]", "[3]")))
	require.Equal(t, 5, read.Report().Customers)
	kept := read
	for _, tc := range [][]string{{"0", "[[0]]", "[5]", "[3]"}, {"1", "[[0,1]]", "[5]", "[3]"}, {"1", "[[0]]", "[-5]", "[3]"}, {"1", "[[0]]", "[5,5]", "[3]"}, {"1", "[]", "[]", "[]"}, {"1", "[[0]]", "[5]", "[-3]"}, {"1", "[[1e300]]", "[5]", "[3]"}, {"1", "[[0]]", "[0]", "[0]"}, {"1", "[[0],[1]]", "[5,5]", "[1e308,1e308]"}} {
		require.Error(t, read.UnmarshalJSON(fmt.Appendf(nil, one, tc[0], tc[1], tc[2], tc[3])), "%v", tc)
	}
	require.ErrorContains(t, read.UnmarshalJSON([]byte(`{"format":2}`)), "format 2")
	require.ErrorIs(t, read.UnmarshalJSON([]byte(`{"format":1}`)), cluster.ErrContent)
	require.Equal(t, kept, read)
	_, err = json.Marshal(&cluster.KMeans{})
	require.ErrorIs(t, err, cluster.ErrNotFitted)
}

// One call with default options: fifty starts on a sample of 20,000, then all customers.
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
					b.Fatal(err)
				}
				b.ReportMetric(float64(m.Report().Iterations), "steps")
			}
		})
	}
}
