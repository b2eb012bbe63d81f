package pls

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawnTable draws answers to two constructs of two items and one of one. Whole
// answers are packed; others are summed as they are.
func drawnTable(t *rapid.T, missing bool) (Model, *Data) {
	model := Model{
		Constructs: []Construct{
			{Name: "A", Items: []string{"a1", "a2"}},
			{Name: "B", Items: []string{"b1", "b2"}, Mode: Mode(rapid.IntRange(0, 2).Draw(t, "mode"))},
			{Name: "C", Items: []string{"c"}},
		},
		Paths: []Path{{"A", "B"}, {"A", "C"}, {"B", "C"}},
	}
	rows := rapid.IntRange(8, 25).Draw(t, "rows")
	scale := rapid.SampledFrom([]float64{1, 0.37, 1e5}).Draw(t, "scale")
	values := make([]float64, 0, rows*6)
	for range rows {
		base := rapid.IntRange(0, 6).Draw(t, "base")
		for range 6 {
			v := scale * float64(base+rapid.IntRange(0, 3).Draw(t, "answer"))
			if missing && rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				v = math.NaN()
			}
			values = append(values, v)
		}
	}
	var weights []float64
	if rapid.Bool().Draw(t, "weighted") {
		for range rows {
			weights = append(weights, float64(rapid.IntRange(1, 8).Draw(t, "weight"))/3)
		}
	}
	data, err := NewData([]string{"x", "c", "b1", "b2", "a2", "a1"}, values, weights)
	require.NoError(t, err)
	return model, data
}

func requireSame(t *rapid.T, want *Result, got *Sample) {
	one := want.Sample()
	for k, spread := range one.spread {
		require.InEpsilon(t, spread, got.spread[k], 1e-9)
		require.InDelta(t, one.means[k], got.means[k], 1e-9*spread)
	}
	for _, part := range [][2][]float64{
		{one.loadings, got.loadings}, {one.between, got.between},
		{one.paths, got.paths}, {one.r2, got.r2}, {one.effects, got.effects},
	} {
		require.InDeltaSlice(t, part[0], part[1], 1e-7)
	}
	for c := range one.r2 {
		for i := range one.Size(c) {
			require.InDelta(t, one.AnswerWeight(c, i)*one.SD(c, i), got.AnswerWeight(c, i)*got.SD(c, i), 1e-7)
			require.InDelta(t, one.Weight(c, i), got.Weight(c, i), 1e-7/one.SD(c, i)+1e-7)
			require.InDelta(t, one.ItemCorrelation(c, i, 2, 0), got.ItemCorrelation(c, i, 2, 0), 1e-9)
		}
	}
}

// A resample is the estimate from its rows, each as often as it was drawn, under every
// treatment of missing answers, and leaving out a row is the estimate from the others.
// Which drawn tables can be estimated, and slowly converging ones, are not the matter.
func TestResampleIsTheEstimateFromItsRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		treatment := Missing(rapid.SampledFrom([]Missing{MeanReplacement, Casewise, PairwiseCorrelation, Pairwise}).Draw(t, "treatment"))
		model, data := drawnTable(t, rapid.Bool().Draw(t, "incomplete"))
		options := Options{Missing: treatment, Tolerance: 1e-12, MaxIterations: 300}
		switch rapid.IntRange(0, 2).Draw(t, "metric") {
		case 1:
			options.Metric = Raw
		case 2:
			options.Consistent = treatment != Pairwise
		}
		pl, settled, err := prepare(model, &options)
		require.NoError(t, err)
		u, err := newUrn(pl, settled, data)
		require.NoError(t, err)
		if u.data.rows < 6 {
			return
		}
		e, counts, rows := u.estimator(), make([]int32, u.data.rows), []int(nil)
		check := func(rows []int, estimate func() (*Sample, error)) {
			drawn, err := u.data.Subset(rows)
			require.NoError(t, err)
			want, wrong := Fit(model, drawn, &options)
			got, err := estimate()
			if wrong == nil && err == nil && steady(want) {
				requireSame(t, want, got)
			}
		}
		for row := range counts {
			counts[row] = int32(rapid.SampledFrom([]int{0, 1, 1, 2, 3}).Draw(t, "count"))
			for range counts[row] {
				rows = append(rows, row)
			}
		}
		check(rows, func() (*Sample, error) { return e.estimate(counts) })

		out := rapid.IntRange(0, u.data.rows-1).Draw(t, "left out")
		rows = rows[:0]
		for row := range u.data.rows {
			if row != out {
				rows = append(rows, row)
			}
		}
		var all *totals
		if u.crossed != nil {
			all = u.crossed.totals()
		}
		check(rows, func() (*Sample, error) { return e.without(out, all) })
	})
}

// steady reports that rounding does not turn an estimate or blow it up: that it is fast
// and has clear signs and no huge coefficients.
func steady(r *Result) bool {
	if iterations, _, _ := r.Convergence(); iterations > 60 {
		return false
	}
	for _, path := range r.Paths() {
		if math.Abs(path.Coefficient) > 20 {
			return false
		}
	}
	for _, c := range r.Constructs() {
		sum, clear := 0.0, true
		for _, item := range c.Items {
			sum += item.Loading
			clear = clear && math.Abs(item.Loading) > 1e-3 && math.Abs(item.Loading) < 20
		}
		if !clear || math.Abs(sum) < 1e-3 {
			return false
		}
	}
	return true
}
