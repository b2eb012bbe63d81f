package pls_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// With ranges that differ by item, percent is what comes out when answers are first
// taken to 0 to 100: the raw figures of that data.
func TestImportanceMapInPercent(t *testing.T) {
	mobi, model := survey(t, "mobi.csv"), mobiModel(t, "mobi-ecsi", pls.ModeA)
	ranges := make(map[string]pls.Range)
	var values, percents []float64
	for row := range mobi.Rows() {
		answers, _ := mobi.Row(row)
		for k, a := range answers {
			// Item k on a scale of its own.
			unit, low := float64(1+k%3), float64(k-5)
			ranges[mobi.Items()[k]] = pls.Range{Low: low, High: low + 9*unit}
			values = append(values, low+(a-1)*unit)
			percents = append(percents, (a-1)/9*100)
		}
	}
	fit := func(values []float64) *pls.Result {
		data, err := pls.NewData(mobi.Items(), values, nil)
		require.NoError(t, err)
		result, err := pls.Fit(model, data, nil)
		require.NoError(t, err)
		return result
	}
	got, err := fit(values).ImportanceMap("Loyalty", ranges)
	require.NoError(t, err)
	want, err := fit(percents).ImportanceMap("Loyalty", nil)
	require.NoError(t, err)
	require.False(t, want.Percent.Exists)
	requireFigure(t, want.Performance.Value, got.Percent, 1e-9)
	require.Len(t, got.Constructs, len(want.Constructs))
	for i, c := range want.Constructs {
		requireFigure(t, c.Effect, got.Constructs[i].PercentEffect, 1e-9)
		requireFigure(t, c.Performance.Value, got.Constructs[i].Percent, 1e-9)
		require.Zero(t, c.PercentEffect)
	}
	for i, item := range want.Items {
		requireFigure(t, item.Effect, got.Items[i].PercentEffect, 1e-9)
		requireFigure(t, item.Performance.Value, got.Items[i].Percent, 1e-9)
	}
}

func TestImportanceMapRefuses(t *testing.T) {
	data, err := pls.NewData([]string{"x", "y"}, []float64{1, 2, 2, 1, 3, 5, 4, 4}, nil)
	require.NoError(t, err)
	result, err := pls.Fit(pairOf("x", "y"), data, nil)
	require.NoError(t, err)
	_, err = result.ImportanceMap("Z", nil)
	require.EqualError(t, err, `pls: model: unknown_construct, construct "Z"`)
	for reason, span := range map[string]pls.Range{
		"high must be above low, both finite": {Low: 5, High: 5},
		"does not hold the mean 2.5":          {Low: 3, High: 5},
	} {
		_, err = result.ImportanceMap("Y", map[string]pls.Range{"x": span, "y": {Low: 1, High: 5}})
		fault, typed := errors.AsType[*pls.RangeError](err)
		require.True(t, typed, reason)
		require.Equal(t, pls.RangeError{Item: "x", Range: span, Reason: reason}, *fault)
	}
	for _, span := range []pls.Range{{Low: math.NaN(), High: 5}, {Low: 1, High: math.Inf(1)}, {Low: 5, High: 1}} {
		_, err = result.ImportanceMap("Y", map[string]pls.Range{"x": span, "y": {Low: 1, High: 5}})
		require.ErrorContains(t, err, "high must be above low", span)
	}
	_, err = result.ImportanceMap("Y", map[string]pls.Range{"x": {Low: 1, High: 5}})
	require.EqualError(t, err, `pls: item "y", range 0 to 0: is not given`)

	// Two items that run in opposite directions, the negative one with a small spread
	// and so a large weight, have no mean.
	opposed, err := pls.NewData([]string{"x", "y", "z"}, []float64{1, 0.5, 1, 2, 0.4, 2, 4, 0.3, 5, 5, 0.2, 4, 3, 0.35, 3}, nil)
	require.NoError(t, err)
	model := pairOf("x", "z")
	model.Constructs[0].Items = []string{"x", "y"}
	result, err = pls.Fit(model, opposed, nil)
	require.NoError(t, err)
	_, err = result.ImportanceMap("Y", nil)
	fault, typed := errors.AsType[*pls.WeightSumError](err)
	require.True(t, typed)
	require.Equal(t, "X", fault.Construct)

	// Without means there are effects and no performance.
	pair, matrix := symmetric()
	covariance, err := pls.NewCovariance([]string{"q1", "q2", "s1", "s2"}, matrix, 200)
	require.NoError(t, err)
	result, err = pls.FitCovariance(pair, covariance, nil)
	require.NoError(t, err)
	importance, err := result.ImportanceMap("Satisfaction", nil)
	require.NoError(t, err)
	require.Zero(t, importance.Performance)
	require.InDelta(t, 0.4, importance.Constructs[0].Effect, 1e-12)
}
