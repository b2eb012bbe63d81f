package satisfaction_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// An item the wrong way round is found by its weight, complaints that rise with
// satisfaction by the sign of the path.
func TestWarnings(t *testing.T) {
	model := smallModel()
	model.Constructs[0].Items = append(model.Constructs[0].Items, satisfaction.Item{Key: "q3", Low: 1, High: 5})
	model.Paths[0].Sign = satisfaction.NegativePath
	rows := [][]float64{{1, 2, 5, 2, 2}, {2, 3, 4, 1, 1}, {4, 3, 1, 5, 3}, {5, 4, 2, 4, 5}, {3, 5, 3, 3, 4}, {3, 4, 2, 3, 4}}
	result, err := model.Estimate(t.Context(), respond(t, model, rows, nil, oneWave), nil)
	require.NoError(t, err)
	require.Len(t, result.Warnings, 2)
	require.Equal(t, satisfaction.NegativeWeight, result.Warnings[0].Kind)
	require.Equal(t, "q3", result.Warnings[0].Item)
	require.Equal(t, satisfaction.WrongSign, result.Warnings[1].Kind)
	require.Positive(t, result.Warnings[1].Value)
	// With the weight of an item negative, its worst answers beside the best of the others.
	applied, err := result.Apply(respond(t, model, [][]float64{{5, 5, 1, 5, 5}, {5, 5, 1, 5, 5}}, nil, oneWave))
	require.NoError(t, err)
	require.Greater(t, applied.Constructs[0].Index.Value, 100.0)
	require.Contains(t, applied.Warnings, satisfaction.IndexWarning{Kind: satisfaction.IndexOutOfRange, Construct: "Quality", Value: applied.Constructs[0].Index.Value})
}

// Standardised, two items have the correlations 1/√2 and −2/√5 with satisfaction and the
// standard deviations √2 and √3.2: the weights of the answers, ½ and −½, cancel out, and
// there is no index but that of equal weights.
func TestCancelledWeights(t *testing.T) {
	item := func(key string) satisfaction.Item { return satisfaction.Item{Key: key, Low: -3, High: 3} }
	model := satisfaction.Model{
		Constructs: []satisfaction.Construct{
			{Name: "Quality", Items: []satisfaction.Item{item("q1"), item("q2")}},
			{Name: "Satisfaction", Items: []satisfaction.Item{item("s1")}},
		},
		Paths:  []satisfaction.Path{{From: "Quality", To: "Satisfaction"}},
		Target: "Satisfaction",
	}
	rows := [][]float64{{0, 2.4, -1}, {-2, 0.8, -1}, {2, -0.8, 1}, {0, -2.4, 1}}
	responses := respond(t, model, rows, nil, oneWave)
	result, err := model.Estimate(t.Context(), responses, nil)
	require.NoError(t, err)
	require.Equal(t, []satisfaction.IndexWarning{{Kind: satisfaction.CancelledWeights, Construct: "Quality"}}, result.Warnings)
	require.Equal(t, rapport.Estimate{}, result.Constructs[0].Index)
	require.Nil(t, result.Scores("Quality"))
	require.True(t, result.Index.HasValue())
	change, err := satisfaction.CompareIndex(result, result, "Quality", nil)
	require.NoError(t, err)
	require.False(t, change.Delta.HasValue() || change.Tested)
	applied, err := result.Apply(responses)
	require.NoError(t, err)
	require.False(t, applied.Constructs[0].Index.HasValue())
	equal, err := model.Estimate(t.Context(), responses, &satisfaction.Options{Rule: satisfaction.EqualWeights})
	require.NoError(t, err)
	require.InDelta(t, 50, equal.Constructs[0].Index.Value, 1e-12)
	require.Empty(t, equal.Warnings)
}

// Results of models that differ in a scale alone are not compared, and the respondents
// that are left casewise keep their ids.
func TestOddResults(t *testing.T) {
	model := smallModel()
	model.Constructs[0].Mode = pls.UnitWeights
	model.Constructs[0].Items[1].Reversed = true
	rows := [][]float64{{1, 2, 2, 2}, {2, 3, 1, 1}, {4, 3, 5, 3}, {5, 4, 4, 5}, {3, 5, 3, 4}, {3, 4, 3, 4}}
	result, err := model.Estimate(t.Context(), respond(t, model, rows, nil, oneWave), nil)
	require.NoError(t, err)
	require.Equal(t, model, result.Model())
	other, err := smallModel().Estimate(t.Context(), respond(t, smallModel(), rows, nil, oneWave), nil)
	require.NoError(t, err)
	var different *satisfaction.ModelError
	_, err = satisfaction.CompareIndex(result, other, "Quality", nil)
	require.ErrorAs(t, err, &different)
	require.Equal(t, satisfaction.DifferentModel, different.Fault)
	_, err = result.Apply(respond(t, smallModel(), rows, nil, oneWave))
	require.ErrorAs(t, err, &different)
	require.Equal(t, satisfaction.DifferentScale, different.Fault)
	rows[0][1], rows[3][2] = math.NaN(), math.NaN()
	weighted, err := smallModel().Estimate(t.Context(), respond(t, smallModel(), rows, []float64{1, 2, 1, 2, 1, 2}, oneWave), &satisfaction.Options{Missing: pls.Casewise})
	require.NoError(t, err)
	require.Equal(t, 4, weighted.Respondents())
	scores := weighted.Scores("Quality")
	require.Equal(t, []rapport.ID{"r1", "r2", "r4", "r5"}, []rapport.ID{scores[0].Response, scores[1].Response, scores[2].Response, scores[3].Response})
	require.Equal(t, 4, scores[2].Row)
	require.Equal(t, rapport.ID("c4"), scores[2].Customer)
	mean := (2*scores[0].Index + scores[1].Index + scores[2].Index + 2*scores[3].Index) / 6
	require.InDelta(t, mean, weighted.Constructs[0].Index.Value, 1e-9)
}

// Image and Satisfaction are one thing in these answers, so that most resamples correct
// their correlation to above 1. The indices have their intervals all the same.
func TestIndicesWithoutAdmissibleResamples(t *testing.T) {
	model := smallModel()
	random := numeric.Stream(5, 0)
	var rows [][]float64
	for range 60 {
		level := 1 + 4*random.Float64()
		row := make([]float64, 4)
		for k := range row {
			row[k] = max(1, min(5, level+random.NormFloat64()))
		}
		// The constructs have more in common than the items of one.
		row[2] = (row[0] + row[2]) / 2
		row[3] = (row[1] + row[3]) / 2
		rows = append(rows, row)
	}
	options := satisfaction.Options{Consistent: true, Bootstrap: 100, Segments: satisfaction.OwnWeights}
	responses := respond(t, model, rows, nil, oneWave)
	result, err := model.Estimate(t.Context(), responses, &options)
	var few *pls.ResampleError
	require.ErrorAs(t, err, &few)
	require.True(t, result.Index.HasInterval())
	require.Nil(t, result.Bootstrap())
	segments, err := model.EstimateBy(t.Context(), responses, byWave, &options)
	require.ErrorAs(t, err, &few)
	require.Equal(t, result.Constructs, segments.Segments[0].Result.Constructs)
	options.KeepInadmissible = true
	result, err = model.Estimate(t.Context(), responses, &options)
	require.NoError(t, err)
	require.NotNil(t, result.Bootstrap())
}

// Whatever the scales, answers, weights and options are: there is a typed error, or all
// figures are finite or absent.
func TestEstimateIsFiniteOrAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := smallModel()
		for j := range model.Constructs {
			model.Constructs[j].Mode = pls.Mode(rapid.IntRange(0, 2).Draw(t, "mode"))
			for i := range model.Constructs[j].Items {
				item := &model.Constructs[j].Items[i]
				item.Low, item.High = 1, 5
				if rapid.Bool().Draw(t, "odd") {
					item.Low = rapid.Float64Range(-1e12, 1e12-1).Draw(t, "low")
					item.High = rapid.OneOf(rapid.Just(math.Nextafter(item.Low, 2e12)), rapid.Float64Range(item.Low, 1e12)).Draw(t, "high")
				}
				item.Reversed = rapid.Bool().Draw(t, "reversed")
			}
		}
		if model.Validate() != nil {
			t.Skip("a scale without length")
		}
		n, items := rapid.SampledFrom([]int{0, 3, 6, 12}).Draw(t, "rows"), model.Items()
		weighted := rapid.Bool().Draw(t, "weighted")
		var values, weights []float64
		for range n {
			for _, item := range items {
				// Between the ends in eighths, so that some answers are equal.
				at := rapid.IntRange(0, 9).Draw(t, "answer")
				answer := item.Low + min(1, float64(at)/8)*(item.High-item.Low)
				if at == 9 {
					answer = math.NaN()
				}
				values = append(values, min(answer, item.High))
			}
			if weighted {
				weights = append(weights, rapid.OneOf(rapid.Float64Range(0.5, 2), rapid.Float64Range(1e-60, 1e60)).Draw(t, "weight"))
			}
		}
		keys := []string{"q1", "q2", "s1", "s2"}
		data, err := pls.NewData(keys, values, weights)
		require.NoError(t, err)
		options := satisfaction.Options{
			Scheme: pls.Scheme(rapid.IntRange(0, 2).Draw(t, "scheme")), Metric: pls.Metric(rapid.IntRange(0, 1).Draw(t, "metric")),
			Missing: pls.Missing(rapid.IntRange(0, 3).Draw(t, "missing")), Rule: satisfaction.IndexRule(rapid.IntRange(0, 2).Draw(t, "rule")),
			Bootstrap: rapid.SampledFrom([]int{0, 0, 5}).Draw(t, "bootstrap"), MaxIterations: 50,
		}
		result, err := model.EstimateData(t.Context(), data, &options)
		if result == nil {
			require.Error(t, err)
			return
		}
		applied, err := result.ApplyData(data)
		require.NoError(t, err)
		for _, r := range []*satisfaction.Result{result, applied} {
			for _, c := range r.Constructs {
				require.NoError(t, c.Index.Validate())
				require.False(t, math.IsNaN(c.SD) || math.IsInf(c.SD, 0))
				for _, item := range c.Items {
					require.NoError(t, item.Index.Validate())
					require.False(t, math.IsNaN(item.Weight+item.Share) || math.IsInf(item.Weight+item.Share, 0))
				}
				for _, score := range r.Scores(c.Name) {
					require.False(t, math.IsNaN(score.Index) || math.IsInf(score.Index, 0))
				}
			}
		}
		change, err := satisfaction.CompareIndex(result, applied, "", nil)
		require.NoError(t, err)
		require.NoError(t, change.Delta.Validate())
	})
}

// Rows without any answer to the model change nothing: neither how many respondents there
// are nor the spread and the errors of their indices.
func TestEmptyRowsAreNoRespondents(t *testing.T) {
	gap := math.NaN()
	rows := [][]float64{{1, 2, 2, 2}, {2, 3, 1, 1}, {4, gap, 5, 3}, {5, 4, 4, 5}, {3, 5, 3, 4}, {3, 4, 3, gap}}
	weights := []float64{1, 2, 1, 2, 1, 2}
	empty := []float64{gap, gap, gap, gap}
	for _, missing := range []pls.Missing{pls.MeanReplacement, pls.Casewise, pls.Pairwise, pls.PairwiseCorrelation} {
		options := &satisfaction.Options{Missing: missing}
		model := smallModel()
		want, err := model.Estimate(t.Context(), respond(t, model, rows, weights, oneWave), options)
		require.NoError(t, err)
		more := respond(t, model, append([][]float64{empty}, append(rows[:6:6], empty)...), append([]float64{3}, append(weights[:6:6], 5)...), oneWave)
		got, err := model.Estimate(t.Context(), more, options)
		require.NoError(t, err)
		require.Equal(t, want.Fit().Rows(), got.Respondents(), missing)
		for j, c := range want.Constructs {
			require.Equal(t, c.Index.N, got.Constructs[j].Index.N, missing)
			require.InDelta(t, c.Index.Value, got.Constructs[j].Index.Value, 1e-9, missing)
			require.InDelta(t, c.Index.SE, got.Constructs[j].Index.SE, 1e-9, missing)
			require.InDelta(t, c.SD, got.Constructs[j].SD, 1e-9, missing)
		}
		require.Len(t, got.Scores("Quality"), len(want.Scores("Quality")))
		require.Equal(t, 1, got.Scores("Quality")[0].Row)
		applied, err := want.Apply(more)
		require.NoError(t, err)
		require.Equal(t, want.Respondents(), applied.Respondents())
		require.InDelta(t, want.Index.SE, applied.Index.SE, 1e-9)
	}
	// A wave in which nobody answered has no index.
	base, err := smallModel().Estimate(t.Context(), respond(t, smallModel(), rows, nil, oneWave), nil)
	require.NoError(t, err)
	nobody, err := base.Apply(respond(t, smallModel(), [][]float64{empty, empty}, nil, oneWave))
	require.NoError(t, err)
	require.Zero(t, nobody.Respondents())
	require.False(t, nobody.Index.HasValue())
}
