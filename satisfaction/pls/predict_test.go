package pls_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// pairOf is a model of two constructs with one item each.
func pairOf(x, y string) pls.Model {
	return pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{x}}, {Name: "Y", Items: []string{y}}},
		Paths:      []pls.Path{{From: "X", To: "Y"}},
	}
}

// Of one item by another, the model is the regression. With y = 0, 3, 1 for x = −1, 0, 1
// the line through the two rows that are left gives 5, .5 and 6, and their mean 2, .5
// and 1.5: the errors are −5, 2.5, −5 and −2, 2.5, −.5.
func TestPredictLeavesOneOut(t *testing.T) {
	data, err := pls.NewData([]string{"x", "y"}, []float64{-1, 0, 0, 3, 1, 1}, nil)
	require.NoError(t, err)
	got, err := pls.Predict(t.Context(), pairOf("x", "y"), data, nil, pls.PredictOptions{LeaveOneOut: true})
	require.NoError(t, err)
	item := got.Items[0]
	requireErrors(t, pls.Errors{RMSE: math.Sqrt(18.75), MAE: 12.5 / 3}, item.Model, 1e-12)
	requireErrors(t, pls.Errors{RMSE: math.Sqrt(3.5), MAE: 5.0 / 3}, item.Mean, 1e-12)
	requireFigure(t, 1-56.25/10.5, item.Q2, 1e-12)
	require.Equal(t, pls.Poor, item.Q2.Verdict)
	require.False(t, item.HasLinear) // two rows have no residual degree of freedom
	require.Equal(t, []pls.ConstructPrediction{{Construct: "Y", Items: 1, Power: pls.NoPower}}, got.Constructs)
	require.Equal(t, 3, item.N)
}

// What follows exactly is predicted exactly.
func TestPredictWhatFollows(t *testing.T) {
	var values []float64
	for i := range 12 {
		x := float64(i * i % 7)
		values = append(values, x, 2*x-5)
	}
	data, err := pls.NewData([]string{"x", "y"}, values, nil)
	require.NoError(t, err)
	got, err := pls.Predict(t.Context(), pairOf("x", "y"), data, nil, pls.PredictOptions{Folds: 4, Seed: 3, Repetitions: 2})
	require.NoError(t, err)
	requireErrors(t, pls.Errors{}, got.Items[0].Model, 1e-12)
	requireErrors(t, pls.Errors{}, got.Items[0].Linear, 1e-12)
	requireErrors(t, pls.Errors{}, got.Items[0].ModelInSample, 1e-12)
	requireFigure(t, 1, got.Items[0].Q2, 1e-12)
}

// The order of rows does not matter if each is left out in turn, the scale of weights
// never does, and the seed decides the folds.
func TestPredictProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := drawnModel(t)
		items := itemsOf(model)
		rows := rapid.IntRange(len(items)+1, 16).Draw(t, "rows")
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 10), func(v int) float64 { return float64(v) }), rows*len(items), rows*len(items)).Draw(t, "answers")
		weights := rapid.SliceOfN(rapid.Float64Range(0.5, 2), rows, rows).Draw(t, "weights")
		data, err := pls.NewData(items, values, weights)
		require.NoError(t, err)
		options := pls.PredictOptions{
			LeaveOneOut: true, Antecedents: pls.Antecedents(rapid.IntRange(0, 1).Draw(t, "antecedents")),
			Benchmark: pls.Benchmark(rapid.IntRange(0, 1).Draw(t, "benchmark")),
		}
		first, err := pls.Predict(t.Context(), model, data, nil, options)
		if err != nil {
			return
		}
		require.Empty(t, unsound(*first))
		for i := range weights {
			weights[i] *= 3
		}
		order := rapid.Permutation(slices.Collect(rangeOf(rows))).Draw(t, "order")
		tripled, err := pls.NewData(items, values, weights)
		require.NoError(t, err)
		shuffled, err := tripled.Subset(order)
		require.NoError(t, err)
		options.Seed = 9
		second, err := pls.Predict(t.Context(), model, shuffled, nil, options)
		if err != nil || first.NotConverged > 0 || second.NotConverged > 0 {
			return // at the edge of a singular block rounding decides
		}
		for i, a := range first.Items {
			b := second.Items[i]
			require.Equal(t, a.Item, b.Item)
			require.Empty(t, cmp.Diff(a.Mean, b.Mean, cmpopts.EquateApprox(1e-9, 1e-9)))
		}
	})
}

func rangeOf(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// The same with the survey: the order of rows and the scale of weights change nothing,
// in either metric.
func TestPredictDoesNotDependOnOrder(t *testing.T) {
	mobi, model := survey(t, "mobi.csv"), mobiModel(t, "mobi-acsi", pls.ModeA)
	var values, weights []float64
	var order []int
	const rows = 60
	for row := range rows {
		answers, _ := mobi.Row(row)
		values, weights = append(values, answers...), append(weights, float64(1+row%3))
		order = append(order, row*7%rows)
	}
	for _, metric := range []pls.Metric{pls.Standardised, pls.Raw} {
		predict := func(factor float64, order []int) *pls.Prediction {
			scaled := slices.Clone(weights)
			for i := range scaled {
				scaled[i] *= factor
			}
			data, err := pls.NewData(mobi.Items(), values, scaled)
			require.NoError(t, err)
			if order != nil {
				data, err = data.Subset(order)
				require.NoError(t, err)
			}
			got, err := pls.Predict(t.Context(), model, data, &pls.Options{Metric: metric, Tolerance: 1e-13}, pls.PredictOptions{LeaveOneOut: true})
			require.NoError(t, err)
			return got
		}
		require.Empty(t, cmp.Diff(predict(1, nil), predict(3, order), cmpopts.EquateApprox(0, 1e-9)))
	}
}

func TestPredictIsSeeded(t *testing.T) {
	mobi, model := survey(t, "mobi.csv"), mobiModel(t, "mobi-acsi", pls.ModeA)
	run := func(seed uint64, change func(*pls.PredictOptions)) *pls.Prediction {
		options := pls.PredictOptions{Seed: seed, Repetitions: 2}
		if change != nil {
			change(&options)
		}
		got, err := pls.Predict(t.Context(), model, mobi, nil, options)
		require.NoError(t, err)
		return got
	}
	one := run(1, nil)
	require.Equal(t, one, run(1, nil))
	require.NotEqual(t, one.Items, run(2, nil).Items)
	require.Equal(t, 10, one.Options.Folds)
	// Ten folds see a little less than all rows but one: the errors are near those of
	// leaving one out.
	for _, item := range one.Items {
		require.Greater(t, item.Model.RMSE, item.ModelInSample.RMSE)
		require.Positive(t, item.Q2.Value)
	}
	// Expectation, which nothing acts on, predicts less than the direct antecedents do.
	earliest := run(1, func(o *pls.PredictOptions) { o.Antecedents = pls.EarliestAntecedents })
	for i, item := range earliest.Items {
		require.Equal(t, one.Items[i].Item, item.Item)
		if item.Construct == "Satisfaction" {
			require.Greater(t, item.Model.RMSE, one.Items[i].Model.RMSE)
		}
		if item.Construct == "Quality" { // has only Expectation before it
			require.InDelta(t, one.Items[i].Model.RMSE, item.Model.RMSE, 1e-12)
		}
	}
}

// Missing answers: rows are left out, or means stand for what is predicted from.
func TestPredictMissing(t *testing.T) {
	missing, model := survey(t, "mobi_missing.csv"), mobiModel(t, "mobi-acsi", pls.ModeA)
	for treatment, rows := range map[pls.Missing]int{pls.MeanReplacement: 250, pls.Casewise: 0} {
		got, err := pls.Predict(t.Context(), model, missing, &pls.Options{Missing: treatment}, pls.PredictOptions{Folds: 5})
		require.NoError(t, err)
		if rows > 0 {
			require.Equal(t, rows, got.Rows)
			require.Less(t, got.Items[0].N, rows)
		} else {
			require.Less(t, got.Rows, 250)
			require.Equal(t, got.Rows, got.Items[0].N)
		}
		require.Empty(t, unsound(*got))
	}
}

func TestPredictOptionsInText(t *testing.T) {
	want := pls.PredictOptions{Folds: 5, Seed: 2, Antecedents: pls.EarliestAntecedents, Benchmark: pls.OtherItems}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	require.Contains(t, string(text), `"Antecedents":"earliest","Benchmark":"other_items"`)
	var got pls.PredictOptions
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, want, got)
	for _, text := range []string{`{"Antecedents":"all"}`, `{"Benchmark":"all"}`} {
		_, typed := errors.AsType[*pls.OptionError](json.Unmarshal([]byte(text), &got))
		require.True(t, typed)
	}
}

func TestPredictRefuses(t *testing.T) {
	data, err := pls.NewData([]string{"x", "y"}, []float64{1, 2, 2, 1, 3, 5, 4, 4}, nil)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		options *pls.Options
		predict pls.PredictOptions
		want    string
	}{
		"folds":       {nil, pls.PredictOptions{Folds: 5}, "pls: option folds 5: want 2 to the number of rows, 4"},
		"ten folds":   {nil, pls.PredictOptions{}, "pls: option folds 10: want 2 to the number of rows, 4"},
		"repetitions": {nil, pls.PredictOptions{Folds: 2, Repetitions: -1}, "pls: option repetitions -1: want 1 or more, or 0 for 1"},
		"antecedents": {nil, pls.PredictOptions{Folds: 2, Antecedents: 7}, "pls: option antecedents unknown(7): is unknown"},
		"benchmark":   {nil, pls.PredictOptions{Folds: 2, Benchmark: 7}, "pls: option benchmark unknown(7): is unknown"},
		"consistent":  {&pls.Options{Consistent: true}, pls.PredictOptions{Folds: 2}, "pls: option consistent true: does not predict: corrected paths are not those of scores"},
		"pairwise":    {&pls.Options{Missing: pls.Pairwise}, pls.PredictOptions{Folds: 2}, "pls: option missing pairwise: does not predict: want mean or casewise"},
	} {
		_, err := pls.Predict(t.Context(), pairOf("x", "y"), data, c.options, c.predict)
		require.EqualError(t, err, c.want, name)
		_, typed := errors.AsType[*pls.OptionError](err)
		require.True(t, typed)
	}
	_, err = pls.Predict(t.Context(), pairOf("x", "y"), nil, nil, pls.PredictOptions{})
	require.EqualError(t, err, (&pls.DataError{Row: -1, Reason: "there are no data"}).Error())
	_, err = pls.Predict(t.Context(), pairOf("x", "z"), data, nil, pls.PredictOptions{})
	require.EqualError(t, err, fmt.Sprintf("pls: item %q: absent", "z"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = pls.Predict(ctx, pairOf("x", "y"), data, nil, pls.PredictOptions{Folds: 2})
	require.ErrorIs(t, err, context.Canceled)
}
