package satisfaction_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// smallModel has two constructs of two items each.
func smallModel() satisfaction.Model {
	item := func(key string) satisfaction.Item { return satisfaction.Item{Key: key, Low: 1, High: 5} }
	return satisfaction.Model{
		Constructs: []satisfaction.Construct{
			{Name: "Quality", Items: []satisfaction.Item{item("q1"), item("q2")}},
			{Name: "Satisfaction", Items: []satisfaction.Item{item("s1"), item("s2")}},
		},
		Paths:  []satisfaction.Path{{From: "Quality", To: "Satisfaction", Sign: satisfaction.PositivePath}},
		Target: "Satisfaction",
	}
}

// respond makes responses to the small model; wave and customer are by the row.
func respond(t require.TestingT, model satisfaction.Model, rows [][]float64, weights []float64, wave func(int) string) *satisfaction.Responses {
	survey, err := satisfaction.NewSurvey("small", 1, model.Items()...)
	require.NoError(t, err)
	var responses []satisfaction.Response
	for i, row := range rows {
		r := satisfaction.Response{ID: rapport.ID(fmt.Sprint("r", i)), Wave: wave(i), Customer: rapport.ID(fmt.Sprint("c", i%1000)), Answers: map[string]float64{}}
		if weights != nil {
			r.Weight = weights[i]
		}
		for k, item := range model.Items() {
			if !math.IsNaN(row[k]) {
				r.Answers[item.Key] = row[k]
			}
		}
		responses = append(responses, r)
	}
	out, err := satisfaction.NewResponses(survey, responses)
	require.NoError(t, err)
	return out
}

func oneWave(int) string { return "" }

// Two items with the same answers weigh alike. Their mean is 6 on a scale from 0 to 10,
// and so the index 60; five marks of variance 2.5 have a mean with the standard error
// √(2.5/5) = .7071 marks, or 7.071 points.
func ExampleModel_Estimate() {
	item := func(key string) satisfaction.Item { return satisfaction.Item{Key: key, Low: 0, High: 10} }
	model := satisfaction.Model{
		Constructs: []satisfaction.Construct{
			{Name: "Quality", Items: []satisfaction.Item{item("quality")}},
			{Name: "Satisfaction", Items: []satisfaction.Item{item("overall"), item("ideal")}},
		},
		Paths:  []satisfaction.Path{{From: "Quality", To: "Satisfaction", Sign: satisfaction.PositivePath}},
		Target: "Satisfaction",
	}
	survey, err := satisfaction.NewSurvey("spring", 1, model.Items()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	var responses []satisfaction.Response
	for i, mark := range []float64{4, 5, 6, 7, 8} {
		responses = append(responses, satisfaction.Response{ID: rapport.ID(fmt.Sprint("r", i)),
			Answers: map[string]float64{"quality": mark - 4, "overall": mark, "ideal": mark}})
	}
	answered, err := satisfaction.NewResponses(survey, responses)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Estimate(context.Background(), answered, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f, se %.4f\n", result.Index.Value, result.Index.SE)
	for _, c := range result.Constructs {
		fmt.Printf("%s %.0f, weight of %s %.2f\n", c.Name, c.Index.Value, c.Items[0].Key, c.Items[0].Weight)
	}
	// Output:
	// 60.00, se 7.0711
	// Quality 20, weight of quality 1.00
	// Satisfaction 60, weight of overall 0.50
}

func drawRows(t *rapid.T, n, p int) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, p)
		for k := range rows[i] {
			rows[i][k] = float64(rapid.IntRange(1, 5).Draw(t, "answer"))
		}
	}
	return rows
}

// Rows and items in another order, the weights of the survey times a number, and a row
// twice in place of weight 2 change no index.
func TestEstimateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := smallModel()
		model.Constructs[0].Mode = pls.Mode(rapid.IntRange(0, 2).Draw(t, "mode"))
		rows := drawRows(t, rapid.IntRange(4, 12).Draw(t, "rows"), 4)
		weights := make([]float64, len(rows))
		factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
		scaled := make([]float64, len(rows))
		var repeated [][]float64
		for i := range rows {
			times := rapid.IntRange(1, 3).Draw(t, "times")
			weights[i], scaled[i] = float64(times), float64(times)*factor
			for range times {
				repeated = append(repeated, rows[i])
			}
		}
		estimate := func(model satisfaction.Model, rows [][]float64, weights []float64) *satisfaction.Result {
			result, err := model.Estimate(t.Context(), respond(t, model, rows, weights, oneWave), nil)
			require.NoError(t, err)
			return result
		}
		want, err := model.Estimate(t.Context(), respond(t, model, rows, weights, oneWave), nil)
		if err != nil {
			t.Skip(err) // such as a constant item
		}
		same := func(name string, got *satisfaction.Result) {
			for _, c := range want.Constructs {
				other, known := got.Construct(c.Name)
				require.True(t, known)
				require.Equal(t, c.Index.HasValue(), other.Index.HasValue(), name)
				require.InDelta(t, c.Index.Value, other.Index.Value, 1e-5*(1+math.Abs(c.Index.Value)), name)
				require.NoError(t, c.Index.Validate())
				require.NoError(t, other.Index.Validate())
			}
		}
		if nearSingular(want) {
			t.Skip("the fit is not unique")
		}
		same("weights", estimate(model, rows, scaled))
		same("rows twice", estimate(model, repeated, nil))
		turned, last := make([][]float64, len(rows)), make([]float64, len(rows))
		for i := range rows {
			turned[len(rows)-1-i], last[len(rows)-1-i] = rows[i], weights[i]
		}
		same("rows in another order", estimate(model, turned, last))
		other := smallModel()
		other.Constructs[0].Mode = model.Constructs[0].Mode
		for _, c := range other.Constructs {
			c.Items[0], c.Items[1] = c.Items[1], c.Items[0]
		}
		swapped := make([][]float64, len(rows))
		for i, row := range rows {
			swapped[i] = []float64{row[1], row[0], row[3], row[2]}
		}
		same("items in another order", estimate(other, swapped, weights))
	})
}

// nearSingular tells fits that rounding may turn: items without a correlation to the
// rest, or loadings that cancel.
func nearSingular(r *satisfaction.Result) bool {
	if steps, _, _ := r.Fit().Convergence(); steps > 100 {
		return true
	}
	for _, c := range r.Constructs {
		size := 0.0
		for _, item := range c.Items {
			size += math.Abs(item.Share)
		}
		if size > 100 || len(c.Items) > 0 && size == 0 {
			return true
		}
	}
	for _, c := range r.Fit().Constructs() {
		sum := 0.0
		for _, item := range c.Items {
			sum += item.Loading
		}
		if math.Abs(sum) < 1e-6 {
			return true
		}
	}
	path := r.Fit().Paths()[0].Coefficient
	return math.Abs(path) < 1e-6
}

// Whoever answers at the end of every scale is at 0 or 100 exactly, by any weights, and
// turned items count from the other end.
func TestApplyAtTheEnds(t *testing.T) {
	model := smallModel()
	model.Constructs[1].Items[1] = satisfaction.Item{Key: "s2", Low: -3, High: 11, Reversed: true}
	rows := [][]float64{{1, 2, 2, 9}, {2, 3, 1, 8}, {4, 3, 5, 1}, {5, 4, 4, -2}, {3, 5, 3, 2}}
	result, err := model.Estimate(t.Context(), respond(t, model, rows, nil, oneWave), nil)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)
	for _, c := range []struct {
		row  []float64
		want float64
	}{{[]float64{1, 1, 1, 11}, 0}, {[]float64{5, 5, 5, -3}, 100}} {
		got, err := result.Apply(respond(t, model, [][]float64{c.row, c.row, c.row}, []float64{0.3, 0.1, 0.7}, oneWave))
		require.NoError(t, err)
		for _, construct := range got.Constructs {
			require.Equal(t, rapport.Estimate{Value: c.want, N: 3}, construct.Index)
			require.Zero(t, construct.SD)
		}
		require.True(t, got.Applied)
		require.Equal(t, c.want, got.Scores("Satisfaction")[1].Index)
	}
}

// The weights of a sample applied to the sample itself change nothing but that there is
// an interval.
func TestApplyToTheSameSample(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	model := mobiIndex(t, satisfaction.ACSI(), mobi)
	for _, rule := range []satisfaction.IndexRule{satisfaction.NormalisedWeights, satisfaction.EqualWeights} {
		result, err := model.EstimateData(t.Context(), mobi, &satisfaction.Options{Rule: rule, Level: 0.9})
		require.NoError(t, err)
		applied, err := result.ApplyData(mobi)
		require.NoError(t, err)
		for j, c := range result.Constructs {
			got := applied.Constructs[j].Index
			require.Equal(t, []float64{c.Index.Value, c.Index.SE}, []float64{got.Value, got.SE})
			require.InDelta(t, 1.6448536*got.SE, got.High-got.Value, 1e-6)
			require.Equal(t, 0.9, got.Level)
		}
	}
}

func TestGroupsOfItems(t *testing.T) {
	model := smallModel()
	model.Constructs[0].Items = []satisfaction.Item{
		{Key: "q1", Group: "product", Low: 1, High: 5}, {Key: "q2", Group: "service", Low: 1, High: 5}, {Key: "q3", Group: "product", Low: 1, High: 5}}
	rows := [][]float64{{1, 2, 1, 2, 2}, {2, 3, 3, 1, 1}, {4, 3, 5, 5, 3}, {5, 4, 3, 4, 5}, {3, 5, 3, 3, 4}, {3, 4, 4, 3, 4}}
	result, err := model.Estimate(t.Context(), respond(t, model, rows, nil, oneWave), &satisfaction.Options{Rule: satisfaction.EqualWeights})
	require.NoError(t, err)
	quality := result.Constructs[0]
	require.Len(t, quality.Groups, 2)
	require.Equal(t, "product", quality.Groups[0].Name)
	// Sums of 18 and 19 in 6 answers from 1 to 5.
	require.InDelta(t, ((18.0/6-1)/4*100+(19.0/6-1)/4*100)/2, quality.Groups[0].Index.Value, 1e-12)
	require.Equal(t, quality.Items[1].Index.Value, quality.Groups[1].Index.Value)
	require.InDelta(t, quality.Items[1].Index.SE, quality.Groups[1].Index.SE, 1e-12)
	require.Nil(t, result.Constructs[1].Groups)
}

func TestEstimateErrors(t *testing.T) {
	model := smallModel()
	good := [][]float64{{1, 2, 2, 3}, {2, 3, 1, 2}, {4, 3, 5, 4}, {5, 4, 4, 2}, {3, 5, 3, 4}}
	responses := respond(t, model, good, nil, oneWave)
	var (
		argument *satisfaction.ArgumentError
		fault    *satisfaction.ModelError
		unknown  *satisfaction.UnknownItemError
		answer   *satisfaction.AnswerError
		item     *pls.ItemError
		few      *pls.TooFewRowsError
		option   *pls.OptionError
	)
	for _, options := range []*satisfaction.Options{{Rule: 3}, {Segments: 2}, {Bootstrap: -1}, {Workers: -1}, {Level: 1}} {
		_, err := model.Estimate(t.Context(), responses, options)
		require.ErrorAs(t, err, &argument)
	}
	_, err := model.Estimate(t.Context(), responses, &satisfaction.Options{Metric: 7})
	require.ErrorAs(t, err, &option)
	_, err = model.Estimate(t.Context(), nil, nil)
	require.ErrorAs(t, err, &argument)
	_, err = model.EstimateData(t.Context(), nil, nil)
	require.ErrorAs(t, err, &argument)
	_, err = satisfaction.Model{}.Estimate(t.Context(), responses, nil)
	require.ErrorAs(t, err, &fault)

	other := smallModel()
	other.Constructs[0].Items[1].High = 7
	_, err = other.Estimate(t.Context(), responses, nil)
	require.ErrorAs(t, err, &fault)
	require.Equal(t, satisfaction.DifferentScale, fault.Fault)
	require.Equal(t, "q2", fault.Item)
	other.Constructs[0].Items[1] = satisfaction.Item{Key: "price", Low: 1, High: 5}
	_, err = other.Estimate(t.Context(), responses, nil)
	require.ErrorAs(t, err, &unknown)

	data, err := pls.NewData([]string{"s2", "q1", "q2", "s1"}, []float64{1, 2, 3, 4, 1, 2, 5.5, 4}, nil)
	require.NoError(t, err)
	_, err = model.EstimateData(t.Context(), data, nil)
	require.ErrorAs(t, err, &answer)
	require.Equal(t, satisfaction.AnswerError{Row: 1, Item: "q2", Value: 5.5, Low: 1, High: 5, Reason: "out of range"}, *answer)
	_, err = other.EstimateData(t.Context(), data, nil)
	require.ErrorAs(t, err, &item)
	require.Equal(t, pls.ItemError{Item: "price", Fault: pls.AbsentItem}, *item)

	_, err = model.Estimate(t.Context(), respond(t, model, good[:3], nil, oneWave), nil)
	require.ErrorAs(t, err, &few)
	same := [][]float64{{1, 2, 2, 3}, {2, 2, 1, 2}, {4, 2, 5, 4}, {5, 2, 4, 2}, {3, 2, 3, 4}}
	_, err = model.Estimate(t.Context(), respond(t, model, same, nil, oneWave), nil)
	require.ErrorAs(t, err, &item)
	require.Equal(t, pls.ItemError{Item: "q2", Fault: pls.ConstantItem}, *item)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = model.Estimate(cancelled, responses, nil)
	require.ErrorIs(t, err, context.Canceled)
	var slow *pls.NotConvergedError
	result, err := model.Estimate(t.Context(), responses, &satisfaction.Options{MaxIterations: 1, Bootstrap: 10})
	require.ErrorAs(t, err, &slow)
	require.True(t, result.Index.HasValue())
	require.Nil(t, result.Bootstrap())
	_, known := result.Construct("Joy")
	require.False(t, known)
	require.Nil(t, result.Scores("Joy"))
}
