package rapport_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

// Quantiles of the standard normal distribution, to 15 digits.
func TestNormalEstimate(t *testing.T) {
	for _, test := range []struct{ level, z float64 }{
		{0.50, 0.674489750196082}, {0.80, 1.28155156554460}, {0.90, 1.64485362695147},
		{0.95, 1.95996398454005}, {0.99, 2.57582930354890}, {0.999, 3.29052673149190},
	} {
		e, err := rapport.NormalEstimate(10, 2, test.level, 30)
		require.NoError(t, err)
		require.InEpsilon(t, 10+2*test.z, e.High, 1e-14, "level %v", test.level)
		require.InEpsilon(t, 10-2*test.z, e.Low, 1e-13, "level %v", test.level)
		require.Equal(t, rapport.Estimate{Value: 10, SE: 2, Low: e.Low, High: e.High, Level: test.level, N: 30}, e)
		require.True(t, e.HasValue() && e.HasSE() && e.HasInterval())
	}
	exact, err := rapport.NormalEstimate(10, 0, 0.95, 1)
	require.NoError(t, err)
	require.Equal(t, rapport.Estimate{Value: 10, N: 1}, exact, "no variation: nothing is said of the error")
	require.False(t, exact.HasSE() || exact.HasInterval())
}

func TestNormalEstimateRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		value, se, level float64
		n                int
		field            string
	}{
		{nan, 1, 0.95, 1, "Value"}, {inf, 1, 0.95, 1, "Value"}, {0, nan, 0.95, 1, "SE"}, {0, inf, 0.95, 1, "SE"},
		{0, -1, 0.95, 1, "SE"}, {0, 1, 0, 1, "Level"}, {0, 1, 1, 1, "Level"}, {0, 1, nan, 1, "Level"}, {0, 1, -0.5, 1, "Level"},
		{0, 1, 95, 1, "Level"}, {0, 1, 0.95, 0, "N"}, {0, 1, 0.95, -1, "N"}, {0, math.MaxFloat64, 0.95, 1, "Low"},
	} {
		e, err := rapport.NormalEstimate(test.value, test.se, test.level, test.n)
		var wrong *rapport.EstimateError
		require.ErrorAs(t, err, &wrong, "%+v", test)
		require.Equal(t, test.field, wrong.Field, "%+v", test)
		require.Zero(t, e)
	}
}

func TestEstimateValidate(t *testing.T) {
	for _, e := range []rapport.Estimate{
		{}, {Value: 1, N: 1}, {Value: 1, SE: 1, N: 1}, {Value: 1, Low: 0, High: 2, Level: 0.9, N: 1},
		{Value: 5, Low: 6, High: 7, Level: 0.9, N: 1}, // a bootstrap interval of a biased figure
		{Value: 0, Low: 0, High: 0, Level: 0.9, N: 1},
	} {
		require.NoError(t, e.Validate(), "%+v", e)
	}
	for _, test := range []struct {
		e     rapport.Estimate
		field string
	}{
		{rapport.Estimate{Value: 1}, "Value"}, {rapport.Estimate{SE: 1}, "SE"}, {rapport.Estimate{Level: 0.9}, "Level"},
		{rapport.Estimate{N: -1}, "N"}, {rapport.Estimate{N: 1, SE: -1}, "SE"}, {rapport.Estimate{N: 1, Level: 1}, "Level"},
		{rapport.Estimate{N: 1, Level: -1}, "Level"}, {rapport.Estimate{N: 1, Low: 1}, "Low"}, {rapport.Estimate{N: 1, High: 1}, "High"},
		{rapport.Estimate{N: 1, Low: 2, High: 1, Level: 0.9}, "Low"}, {rapport.Estimate{N: 1, High: math.Inf(1), Level: 0.9}, "High"},
		{rapport.Estimate{N: 1, Value: math.NaN()}, "Value"},
	} {
		var wrong *rapport.EstimateError
		require.ErrorAs(t, test.e.Validate(), &wrong, "%+v", test.e)
		require.Equal(t, test.field, wrong.Field, "%+v", test.e)
		_, err := json.Marshal(test.e)
		require.ErrorAs(t, err, &wrong, "%+v", test.e)
	}
}

func TestEstimateJSON(t *testing.T) {
	for text, e := range map[string]rapport.Estimate{
		`{"value":null,"se":null,"low":null,"high":null,"level":null,"n":0}`: {},
		`{"value":0,"se":null,"low":null,"high":null,"level":null,"n":3}`:    {N: 3},
		`{"value":1.5,"se":0.25,"low":null,"high":null,"level":null,"n":3}`:  {Value: 1.5, SE: 0.25, N: 3},
		`{"value":0.1,"se":null,"low":0,"high":0.3,"level":0.95,"n":10}`:     {Value: 0.1, High: 0.3, Level: 0.95, N: 10},
		`{"value":-1e-7,"se":1e+21,"low":-3,"high":-2,"level":0.5,"n":10}`:   {Value: -1e-7, SE: 1e21, Low: -3, High: -2, Level: 0.5, N: 10},
	} {
		written, err := json.Marshal(e)
		require.NoError(t, err)
		require.JSONEq(t, text, string(written))
		var back rapport.Estimate
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		require.Empty(t, cmp.Diff(e, back))
	}
	for _, text := range []string{
		`{}`, `[]`, `1`,
		`{"value":1,"se":null,"low":null,"high":null,"level":null,"n":0}`,       // a value of nothing
		`{"value":null,"se":null,"low":null,"high":null,"level":null,"n":1}`,    // no value of something
		`{"value":1,"se":0,"low":null,"high":null,"level":null,"n":1}`,          // absent is null
		`{"value":1,"se":null,"low":0,"high":null,"level":0.9,"n":1}`,           // half an interval
		`{"value":1,"se":null,"low":0,"high":0,"level":null,"n":1}`,             // no level
		`{"value":1,"se":null,"low":0,"high":0,"level":0.9,"n":null}`,           //
		`{"value":1,"se":null,"low":0,"high":0,"level":0.9,"n":1.5}`,            //
		`{"value":"1","se":null,"low":null,"high":null,"level":null,"n":1}`,     //
		`{"value":1,"se":null,"low":null,"high":null,"level":null,"n":1,"x":0}`, //
		`{"value":1e999,"se":null,"low":null,"high":null,"level":null,"n":1}`,   //
		`{"value":1,"value":1,"se":null,"low":null,"high":null,"level":null,"n":1}`,
	} {
		kept := rapport.Estimate{Value: 7, N: 1}
		require.Error(t, json.Unmarshal([]byte(text), &kept), "input %s", text)
		require.Equal(t, rapport.Estimate{Value: 7, N: 1}, kept, "an error changes nothing")
	}
}

func TestEstimateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := rapport.NormalEstimate(rapid.Float64Range(-1e100, 1e100).Draw(t, "value"), rapid.Float64Range(0, 1e100).Draw(t, "se"),
			rapid.Float64Range(1e-6, 1-1e-12).Draw(t, "level"), rapid.IntRange(1, math.MaxInt).Draw(t, "n"))
		require.NoError(t, err)
		written, err := json.Marshal(e)
		require.NoError(t, err)
		var back rapport.Estimate
		require.NoError(t, json.Unmarshal(written, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
		require.Equal(t, e, back)
		require.True(t, !e.HasInterval() || e.Low <= e.Value && e.Value <= e.High)
	})
}

func TestRatio(t *testing.T) {
	for _, test := range []struct {
		ratio rapport.Ratio
		value float64
		ok    bool
		text  string
	}{
		{rapport.Ratio{Num: 3, Den: 4, N: 4}, 0.75, true, `{"num":3,"den":4,"n":4,"value":0.75}`},
		{rapport.Ratio{Num: 0, Den: -4, N: 4}, 0, true, `{"num":0,"den":-4,"n":4,"value":-0}`},
		{rapport.Ratio{Num: 3, Den: 0, N: 4}, 0, false, `{"num":3,"den":0,"n":4,"value":null}`},
		{rapport.Ratio{}, 0, false, `{"num":0,"den":0,"n":0,"value":null}`},
		{rapport.Ratio{Num: 1e300, Den: 1e-300, N: 1}, 0, false, `{"num":1e+300,"den":1e-300,"n":1,"value":null}`},
	} {
		value, ok := test.ratio.Value()
		require.Equal(t, test.ok, ok, "%+v", test.ratio)
		require.Equal(t, test.value, value+0, "%+v", test.ratio)
		written, err := json.Marshal(test.ratio)
		require.NoError(t, err)
		require.Equal(t, test.text, string(written))
		var back rapport.Ratio
		require.NoError(t, json.Unmarshal(written, &back))
		require.Equal(t, test.ratio, back)
	}
}

func TestRatioRefuses(t *testing.T) {
	for field, r := range map[string]rapport.Ratio{
		"Num": {Num: math.NaN(), Den: 1}, "Den": {Num: 1, Den: math.Inf(-1)}, "N": {Num: 1, Den: 1, N: -1},
	} {
		var wrong *rapport.EstimateError
		require.ErrorAs(t, r.Validate(), &wrong)
		require.Equal(t, field, wrong.Field)
		_, err := json.Marshal(r)
		require.ErrorAs(t, err, &wrong)
		if field != "N" {
			_, ok := r.Value()
			require.False(t, ok, "%+v", r)
		}
	}
	for _, text := range []string{
		`{}`, `0.75`, `{"num":3,"den":4,"n":4}`, `{"num":3,"den":4,"n":4,"value":0.7}`, `{"num":3,"den":4,"n":4,"value":null}`,
		`{"num":3,"den":0,"n":4,"value":0}`, `{"num":null,"den":4,"n":4,"value":null}`, `{"num":3,"den":4,"n":-4,"value":0.75}`,
		`{"num":3,"den":4,"n":4,"value":0.75,"x":1}`,
	} {
		kept := rapport.Ratio{Num: 1, Den: 2, N: 3}
		require.Error(t, json.Unmarshal([]byte(text), &kept), "input %s", text)
		require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 3}, kept, "an error changes nothing")
	}
}
