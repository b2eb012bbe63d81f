package cluster_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment/cluster"
)

func TestPrepareByHand(t *testing.T) {
	data, err := cluster.Prepare([]cluster.Column{
		{Name: "plain", Values: []float64{1, 2, 3}}, // mean 2, sd 1
		{Name: "log", Values: []float64{1, math.E, math.E * math.E}, Transform: cluster.Log},
		{Name: "log1p", Values: []float64{0, math.E - 1, math.E*math.E - 1}, Transform: cluster.Log1p},
	}, nil)
	require.NoError(t, err)
	for i, want := range []float64{-1, 0, 1} {
		require.InDeltaSlice(t, []float64{want, want, want}, data.Row(i), 1e-15)
	}
	require.Equal(t, cluster.Feature{Name: "plain", Center: 2, Scale: 1}, data.Scaler().Features()[0])
	require.Equal(t, 3, data.Len())
	scaled, err := data.Scaler().Scale([]float64{5, 1, 0})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{3, -1, -1}, scaled, 1e-15)

	kept, err := cluster.Prepare([]cluster.Column{{Name: "log", Values: []float64{1, math.E}, Transform: cluster.Log}}, &cluster.PrepareOptions{KeepUnits: true})
	require.NoError(t, err)
	require.Equal(t, []float64{1}, kept.Row(1))
}

// Standardised figures have mean 0 and sample standard deviation 1, whatever the unit.
func TestPrepareStandardises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		unit := math.Pow(10, float64(rapid.IntRange(-90, 90).Draw(r, "unit")))
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(-50, 50), func(v int) float64 { return unit * float64(v) }), 2, 30).Draw(r, "values")
		data, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: values}}, nil)
		if equal, ok := errors.AsType[*cluster.ColumnError](err); ok {
			require.Equal(r, "all values equal", equal.Reason)
			for _, v := range values {
				require.Equal(r, values[0], v)
			}
			return
		}
		require.NoError(r, err)
		mean, squares := 0.0, 0.0
		for i := range values {
			mean += data.Row(i)[0] / float64(len(values))
		}
		for i := range values {
			squares += (data.Row(i)[0] - mean) * (data.Row(i)[0] - mean)
		}
		require.InDelta(r, 0, mean, 1e-13)
		require.InDelta(r, 1, squares/float64(len(values)-1), 1e-13)
	})
}

func TestPrepareRefusals(t *testing.T) {
	for reason, columns := range map[string][]cluster.Column{
		"not finite":                         {{Name: "a", Values: []float64{1, math.NaN()}}},
		"too large":                          {{Name: "a", Values: []float64{1, 1e101}}},
		"has no log":                         {{Name: "a", Values: []float64{1, 0}, Transform: cluster.Log}},
		"has no log1p":                       {{Name: "a", Values: []float64{1, -1}, Transform: cluster.Log1p}},
		"all values equal":                   {{Name: "a", Values: []float64{0.1, 0.1, 0.1}}},
		"name empty":                         {{Values: []float64{1, 2}}},
		"name not UTF-8":                     {{Name: "\xff", Values: []float64{1, 2}}},
		"name twice":                         {{Name: "a", Values: []float64{1, 2}}, {Name: "a", Values: []float64{1, 2}}},
		"unknown transform":                  {{Name: "a", Values: []float64{1, 2}, Transform: 3}},
		"other length than the first column": {{Name: "a", Values: []float64{1, 2}}, {Name: "b", Values: []float64{1}}},
	} {
		_, err := cluster.Prepare(columns, nil)
		refused, ok := errors.AsType[*cluster.ColumnError](err)
		require.Truef(t, ok, "%s: %v", reason, err)
		require.Equal(t, reason, refused.Reason)
		require.ErrorContains(t, err, reason)
		if refused.Row >= 0 {
			require.Equal(t, 1, refused.Row)
		}
	}
	small := []cluster.Column{{Name: "a", Values: []float64{1e-160, 2e-160}}} // as they are, no two would differ by a square
	_, err := cluster.Prepare(small, &cluster.PrepareOptions{KeepUnits: true})
	require.ErrorContains(t, err, "spread too small")
	_, err = cluster.Prepare(small, nil)
	require.NoError(t, err)
	_, err = cluster.Prepare([]cluster.Column{{Name: "a"}}, nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
	for _, columns := range [][]cluster.Column{nil, make([]cluster.Column, cluster.MaxColumns+1)} {
		_, err = cluster.Prepare(columns, nil)
		width, ok := errors.AsType[*cluster.WidthError](err)
		require.True(t, ok)
		require.Equal(t, len(columns), width.Got)
		require.ErrorContains(t, err, "want 1 to 256")
	}
	data, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: []float64{1, 2}}}, nil)
	require.NoError(t, err)
	_, err = data.Scaler().Apply([]cluster.Column{{Name: "b", Values: []float64{1, 2}}})
	missing, ok := errors.AsType[*cluster.ColumnError](err)
	require.True(t, ok)
	require.Equal(t, cluster.ColumnError{Column: "a", Row: -1, Reason: "missing"}, *missing)
	_, err = (&cluster.Scaler{}).Apply(nil)
	require.ErrorIs(t, err, cluster.ErrNotFitted)
	_, err = (&cluster.Scaler{}).Scale(nil)
	require.ErrorIs(t, err, cluster.ErrNotFitted)
}

func TestScalerJSON(t *testing.T) {
	data, err := cluster.Prepare([]cluster.Column{{Name: "spend", Values: []float64{1, 2, 3}}, {Name: "visits", Values: []float64{1, 3, 9}, Transform: cluster.Log}}, nil)
	require.NoError(t, err)
	text, err := json.Marshal(data.Scaler())
	require.NoError(t, err)
	require.Contains(t, string(text), `{"format":1,"features":[{"name":"spend","transform":"plain","center":2,"scale":1},{"name":"visits","transform":"log",`)
	var read cluster.Scaler
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, data.Scaler(), &read)
	for text, want := range map[string]string{
		`{"format":0}`:               "has no format, this version reads 1",
		`{"format":1,"features":[]}`: "0 columns",
		`{"format":1,"features":[{"name":"a","transform":"log","center":0,"scale":0}]}`:   "scale 0",
		`{"format":1,"features":[{"name":"a","transform":"sqrt","center":0,"scale":1}]}`:  "unknown transform",
		`{"format":1,"features":[{"name":"","transform":"log","center":0,"scale":1}]}`:    "name empty",
		`{"format":1,"features":[],"more":1}`:                                             "more",
		`{"format":1,"features":[{"name":"a","transform":"log","center":0,"scale":-1}]}}`: "invalid character",
	} {
		require.ErrorContains(t, read.UnmarshalJSON([]byte(text)), want)
	}
	require.Equal(t, data.Scaler(), &read)
	_, err = json.Marshal(&cluster.Scaler{})
	require.ErrorIs(t, err, cluster.ErrNotFitted)
	require.Equal(t, "Transform(9)", cluster.Transform(9).String())
}
