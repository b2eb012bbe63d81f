package satisfaction_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

// Four firms with standard errors of 1: a difference of two has the error √2, and the
// smallest of six, 1.5, the z 1.06. 80 and 78.5 are one group, 72 and 70.8 another.
func ExampleBenchmark() {
	entry := func(name string, index float64) satisfaction.BenchmarkEntry {
		return satisfaction.BenchmarkEntry{Name: name, Index: rapport.Estimate{Value: index, SE: 1, N: 250}}
	}
	table, err := satisfaction.Benchmark([]satisfaction.BenchmarkEntry{
		entry("north", 72), entry("south", 80), entry("east", 70.8), entry("west", 78.5),
	}, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean %.3f, se %.2f\n", table.Mean.Value, table.Mean.SE)
	for _, row := range table.Rows {
		fmt.Printf("%d (%d to %d) %-5s %.1f, %+.3f to the mean, groups %v\n",
			row.Rank, row.RankLow, row.RankHigh, row.Name, row.Index.Value, row.Difference.Value, row.Groups)
	}
	// Output:
	// mean 75.325, se 0.50
	// 1 (1 to 2) south 80.0, +4.675 to the mean, groups [1]
	// 2 (1 to 2) west  78.5, +3.175 to the mean, groups [1]
	// 3 (3 to 4) north 72.0, -3.325 to the mean, groups [2]
	// 4 (3 to 4) east  70.8, -4.525 to the mean, groups [2]
}

func entries(se float64, values ...float64) []satisfaction.BenchmarkEntry {
	var out []satisfaction.BenchmarkEntry
	for i, value := range values {
		out = append(out, satisfaction.BenchmarkEntry{Name: fmt.Sprint("firm", i), Index: rapport.Estimate{Value: value, SE: se, N: 100}})
	}
	return out
}

func TestBenchmark(t *testing.T) {
	// 70 and 73, 73 and 76 cannot be told apart, 70 and 76 can: z 6/√2 = 4.24.
	table, err := satisfaction.Benchmark(entries(1, 70, 73, 76), 0)
	require.NoError(t, err)
	require.Equal(t, [][]int{{1}, {1, 2}, {2}}, [][]int{table.Rows[0].Groups, table.Rows[1].Groups, table.Rows[2].Groups})
	top := table.Rows[0]
	require.Equal(t, []int{1, 2}, []int{top.RankLow, top.RankHigh})
	require.Equal(t, []int{1, 3}, []int{table.Rows[1].RankLow, table.Rows[1].RankHigh})
	// Difference to the mean: variance (1 − 1/3)² + 2/9 = 2/3.
	require.InDelta(t, math.Sqrt(2.0/3), top.Difference.SE, 1e-12)
	require.InDelta(t, 3/math.Sqrt(2.0/3), top.Z, 1e-12)
	require.InDelta(t, 3*top.P, top.Adjusted, 1e-15)
	require.InDelta(t, 76+1.959964, top.Index.High, 1e-6, "the normal interval where there was none")
	require.Equal(t, 300, table.Mean.N)

	table, err = satisfaction.Benchmark(entries(1, 70, 70), 0.9)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{table.Rows[0].Rank, table.Rows[1].Rank})
	require.Equal(t, "firm0", table.Rows[0].Name)
	require.Equal(t, 1.0, table.Rows[0].P)

	table, err = satisfaction.Benchmark(entries(1, 70), 0)
	require.NoError(t, err)
	require.False(t, table.Rows[0].Tested)
	require.Equal(t, rapport.Estimate{N: 100}, table.Rows[0].Difference)
	require.Equal(t, []int{1}, table.Rows[0].Groups)

	own := entries(1, 70)
	own[0].Index.Low, own[0].Index.High, own[0].Index.Level = 69, 70.5, 0.8
	table, err = satisfaction.Benchmark(own, 0)
	require.NoError(t, err)
	require.Equal(t, own[0].Index, table.Rows[0].Index)
}

func TestBenchmarkErrors(t *testing.T) {
	var bad *satisfaction.BenchmarkError
	for _, list := range [][]satisfaction.BenchmarkEntry{
		nil,
		make([]satisfaction.BenchmarkEntry, satisfaction.MaxBenchmark+1),
		entries(0, 70),
		entries(math.NaN(), 70),
		entries(1e-200, 70),
		entries(1, math.Inf(1)),
		entries(1, 1e300),
		{{Name: "a"}},
		{{Index: rapport.Estimate{Value: 1, SE: 1, N: 1}}},
		append(entries(1, 70), entries(1, 71)...),
	} {
		_, err := satisfaction.Benchmark(list, 0)
		require.ErrorAs(t, err, &bad)
		require.NotEmpty(t, bad.Error())
	}
	var argument *satisfaction.ArgumentError
	_, err := satisfaction.Benchmark(entries(1, 70), -1)
	require.ErrorAs(t, err, &argument)
}

func TestBenchmarkOfSegments(t *testing.T) {
	result, err := smallModel().EstimateBy(t.Context(), waves(t, 60, false), byWave, nil)
	require.NoError(t, err)
	table, err := satisfaction.Benchmark(result.Entries(""), 0)
	require.NoError(t, err)
	require.Equal(t, "2026-Q2", table.Rows[0].Name)
	require.Equal(t, result.Segments[1].Result.Index, table.Rows[0].Index)
	require.Len(t, result.Entries("Quality"), 2)
	require.Empty(t, result.Entries("Joy"))
}

// The ranking is a ranking, ranges hold the ranks, everybody is in a group, and no group
// holds two whose ranges say that they are apart for certain.
func TestBenchmarkProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		var list []satisfaction.BenchmarkEntry
		for i := range n {
			list = append(list, satisfaction.BenchmarkEntry{Name: fmt.Sprint(i), Index: rapport.Estimate{
				Value: rapid.OneOf(rapid.Float64Range(0, 100), rapid.Float64Range(-1e12, 1e12)).Draw(t, "index"),
				SE:    rapid.OneOf(rapid.Float64Range(0.1, 10), rapid.Float64Range(1e-99, 1e12)).Draw(t, "se"), N: 1}})
		}
		table, err := satisfaction.Benchmark(list, rapid.Float64Range(0.5, 0.999).Draw(t, "level"))
		require.NoError(t, err)
		require.NoError(t, table.Mean.Validate())
		last := 0
		for i, row := range table.Rows {
			require.NoError(t, row.Index.Validate())
			require.NoError(t, row.Difference.Validate())
			require.False(t, math.IsNaN(row.Z) || math.IsInf(row.Z, 0))
			require.GreaterOrEqual(t, row.Adjusted, row.P)
			require.LessOrEqual(t, row.RankLow, row.RankHigh)
			require.LessOrEqual(t, row.Rank, row.RankHigh)
			require.NotEmpty(t, row.Groups)
			for k, group := range row.Groups {
				require.Equal(t, row.Groups[0]+k, group)
			}
			require.GreaterOrEqual(t, row.Groups[0], last)
			last = row.Groups[0]
			if i > 0 {
				require.GreaterOrEqual(t, table.Rows[i-1].Index.Value, row.Index.Value)
				require.GreaterOrEqual(t, row.Rank, table.Rows[i-1].Rank)
			}
		}
		require.Equal(t, 1, table.Rows[0].Groups[0])
	})
}
