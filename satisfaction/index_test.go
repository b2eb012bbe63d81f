package satisfaction_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Three questions from 1 to 10 with means 8, 7 and 6: with equal weights
// (8 + 7 + 6 − 3)/27·100; with weights in the proportion 5 to 3 to 2 it is
// (.5·8 + .3·7 + .2·6 − 1)/9·100 = 6.3/9·100.
func ExampleIndexOf() {
	items := []satisfaction.Item{
		{Key: "overall", Low: 1, High: 10},
		{Key: "expectations", Low: 1, High: 10},
		{Key: "ideal", Low: 1, High: 10},
	}
	for _, weights := range [][]float64{{1, 1, 1}, {5, 3, 2}} {
		index, err := satisfaction.IndexOf(items, weights, []float64{8, 7, 6})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.4f\n", index)
	}
	// Output:
	// 66.6667
	// 70.0000
}

func scales(lowHigh ...[2]float64) []satisfaction.Item {
	var items []satisfaction.Item
	for i, ends := range lowHigh {
		items = append(items, satisfaction.Item{Key: fmt.Sprint("item", i), Low: ends[0], High: ends[1]})
	}
	return items
}

func TestIndexOfScalesOfTheirOwn(t *testing.T) {
	// (2·5 + 1·1 − 2·0 − 1·0) / (2·10 + 1·1) by the formula of 1996.
	got, err := satisfaction.IndexOf(scales([2]float64{0, 10}, [2]float64{0, 1}), []float64{2, 1}, []float64{5, 1})
	require.NoError(t, err)
	require.InDelta(t, 1100.0/21, got, 1e-12)
	// Weights of both signs leave the range.
	got, err = satisfaction.IndexOf(scales([2]float64{0, 1}, [2]float64{0, 1}), []float64{3, -1}, []float64{1, 0})
	require.NoError(t, err)
	require.InDelta(t, 150, got, 1e-12)
}

func TestIndexOfErrors(t *testing.T) {
	two := scales([2]float64{0, 1}, [2]float64{0, 1})
	var length *satisfaction.LengthError
	var argument *satisfaction.ArgumentError
	var answer *satisfaction.AnswerError
	var survey *satisfaction.SurveyError
	for _, c := range []struct {
		items          []satisfaction.Item
		weights, means []float64
		into           any
	}{
		{nil, nil, nil, &length},
		{two, []float64{1}, []float64{0, 0}, &length},
		{two, []float64{1, 1}, []float64{0}, &length},
		{two, []float64{1, -1}, []float64{0, 1}, &argument},
		{two, []float64{0, 0}, []float64{0, 1}, &argument},
		{two, []float64{1, math.Inf(1)}, []float64{0, 1}, &argument},
		{two, []float64{1, math.NaN()}, []float64{0, 1}, &argument},
		{two, []float64{1, 1}, []float64{0, 2}, &answer},
		{two, []float64{1, 1}, []float64{0, math.NaN()}, &answer},
		{scales([2]float64{1, 1}), []float64{1}, []float64{1}, &survey},
	} {
		_, err := satisfaction.IndexOf(c.items, c.weights, c.means)
		require.ErrorAs(t, err, c.into)
	}
}

// An index does not depend on the scale of the weights or the order of the items, is
// exactly 0 and 100 where all are at an end, and between the items' own indices where
// no weight is negative.
func TestIndexOfProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "items")
		items, weights := make([]satisfaction.Item, n), make([]float64, n)
		means, low, high := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			low[i] = rapid.Float64Range(-1e12, 1e12-1).Draw(t, "low")
			high[i] = rapid.Float64Range(math.Nextafter(low[i], 1e12), 1e12).Draw(t, "high")
			items[i] = satisfaction.Item{Key: fmt.Sprint("i", i), Low: low[i], High: high[i]}
			if low[i] == 0 && high[i] == 0 {
				t.Skip("no scale")
			}
			weights[i] = rapid.Float64Range(1e-6, 1e6).Draw(t, "weight")
			means[i] = rapid.Float64Range(low[i], high[i]).Draw(t, "mean")
		}
		index := func(items []satisfaction.Item, weights, means []float64) float64 {
			got, err := satisfaction.IndexOf(items, weights, means)
			require.NoError(t, err)
			return got
		}
		require.Zero(t, index(items, weights, low))
		require.Equal(t, 100.0, index(items, weights, high))
		got := index(items, weights, means)
		require.GreaterOrEqual(t, got, -1e-9)
		require.LessOrEqual(t, got, 100+1e-9)
		factor := rapid.Float64Range(1e-300, 1e300).Draw(t, "factor")
		scaled, reversed := make([]float64, n), make([]float64, n)
		turned, places := make([]satisfaction.Item, n), make([]float64, n)
		for i := range n {
			scaled[i] = weights[i] * factor
			turned[n-1-i], reversed[n-1-i], places[n-1-i] = items[i], weights[i], means[i]
		}
		require.InDelta(t, got, index(items, scaled, means), 1e-9)
		require.InDelta(t, got, index(turned, reversed, places), 1e-9)
	})
}

func TestIndexRuleText(t *testing.T) {
	for _, rule := range []satisfaction.IndexRule{satisfaction.NormalisedWeights, satisfaction.UnstandardisedWeights, satisfaction.EqualWeights} {
		text, err := rule.MarshalText()
		require.NoError(t, err)
		var read satisfaction.IndexRule
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, rule, read)
	}
	var argument *satisfaction.ArgumentError
	unknown := satisfaction.IndexRule(9)
	_, err := unknown.MarshalText()
	require.ErrorAs(t, err, &argument)
	require.ErrorAs(t, unknown.UnmarshalText([]byte("best")), &argument)
	require.Equal(t, "IndexRule(9)", unknown.String())
}

func presets() []satisfaction.Model {
	return []satisfaction.Model{satisfaction.ACSI(), satisfaction.ACSIExtended(), satisfaction.ECSI(), satisfaction.SCSB(), satisfaction.NCSB()}
}

func TestModelJSON(t *testing.T) {
	for _, model := range presets() {
		text, err := json.Marshal(model)
		require.NoError(t, err)
		var read satisfaction.Model
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, model.Items(), read.Items())
	}
	text, err := json.Marshal(satisfaction.SCSB())
	require.NoError(t, err)
	require.Contains(t, string(text), `{"kind":"rapport/satisfaction-model","format":1,"name":"scsb","constructs":[{"name":"Expectation","mode":"A","items":[{"key":"expectation_overall","kind":"scale","low":1,"high":10},`)
	for _, bad := range []string{
		`{}`, `[]`, `{"kind":"rapport/satisfaction-model","format":2}`,
		`{"kind":"rapport/satisfaction-model","format":1,"constructs":[],"paths":[],"target":"","more":1}`,
		strings.Replace(string(text), `,"mode":"A"`, ``, 1), strings.Replace(string(text), `"mode":"A"`, `"mode":null`, 1),
		strings.Replace(string(text), `"kind":"scale",`, ``, 1), strings.Replace(string(text), `"low":1,`, ``, 1),
	} {
		var read satisfaction.Model
		require.ErrorIs(t, read.UnmarshalJSON([]byte(bad)), satisfaction.ErrSurveyFormat, bad)
	}
	var read satisfaction.Model
	var model *satisfaction.ModelError
	require.ErrorAs(t, read.UnmarshalJSON([]byte(`{"kind":"rapport/satisfaction-model","format":1,"constructs":[],"paths":[],"target":""}`)), &model)
	_, err = json.Marshal(satisfaction.Model{})
	require.ErrorAs(t, err, &model)
}

func TestModelErrors(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*satisfaction.Model)
		fault satisfaction.ModelFault
		into  any
	}{
		"no constructs":  {func(m *satisfaction.Model) { m.Constructs = nil }, satisfaction.BadPathModel, new(*pls.ModelError)},
		"no items":       {func(m *satisfaction.Model) { m.Constructs[0].Items = nil }, satisfaction.BadPathModel, new(*pls.ModelError)},
		"unknown end":    {func(m *satisfaction.Model) { m.Paths[0].To = "Price" }, satisfaction.BadPathModel, new(*pls.ModelError)},
		"cycle":          {func(m *satisfaction.Model) { m.Paths[0].From, m.Paths[0].To = "Loyalty", "Expectation" }, satisfaction.BadPathModel, new(*pls.ModelError)},
		"no scale":       {func(m *satisfaction.Model) { m.Constructs[0].Items[1].High = 1 }, satisfaction.BadItem, new(*satisfaction.SurveyError)},
		"unknown target": {func(m *satisfaction.Model) { m.Target = "Joy" }, satisfaction.UnknownTarget, nil},
		"sign":           {func(m *satisfaction.Model) { m.Paths[2].Sign = 2 }, satisfaction.UnknownPathSign, nil},
		"name":           {func(m *satisfaction.Model) { m.Name = "a\x00" }, satisfaction.BadModelName, nil},
		"construct name": {func(m *satisfaction.Model) {
			m.Constructs[5].Name = "Loyal\n"
			for i, p := range m.Paths {
				if p.To == "Loyalty" {
					m.Paths[i].To = "Loyal\n"
				}
			}
		}, satisfaction.BadModelName, nil},
	} {
		t.Run(name, func(t *testing.T) {
			model := satisfaction.ACSI()
			c.spoil(&model)
			var got *satisfaction.ModelError
			require.ErrorAs(t, model.Validate(), &got)
			require.Equal(t, c.fault, got.Fault)
			require.NotEmpty(t, got.Error())
			if c.into != nil {
				require.ErrorAs(t, got, c.into)
			}
		})
	}
}
