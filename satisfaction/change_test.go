package satisfaction_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// waves makes two waves of the small model, with every answer of the second one higher
// where it can be; customers come back if again is set.
func waves(t require.TestingT, n int, again bool) *satisfaction.Responses {
	model := smallModel()
	survey, err := satisfaction.NewSurvey("small", 1, model.Items()...)
	require.NoError(t, err)
	var responses []satisfaction.Response
	for wave, name := range []string{"2026-Q1", "2026-Q2"} {
		for i := range n {
			customer := i
			if !again {
				customer += wave * n
			}
			answers := make(map[string]float64)
			for k, item := range model.Items() {
				mark := 1 + (i*7+i/5*3+k*(i%4))%4
				if wave == 1 && i%3 > 0 {
					mark++
				}
				answers[item.Key] = float64(mark)
			}
			responses = append(responses, satisfaction.Response{ID: rapport.ID(fmt.Sprint(name, i)), Wave: name,
				Customer: rapport.ID(fmt.Sprint("c", customer)), Answers: answers})
		}
	}
	out, err := satisfaction.NewResponses(survey, responses)
	require.NoError(t, err)
	return out
}

func byWave(r satisfaction.Response) string { return r.Wave }

func TestEstimateBySegments(t *testing.T) {
	responses := waves(t, 60, false)
	common, err := smallModel().EstimateBy(t.Context(), responses, byWave, nil)
	require.NoError(t, err)
	require.Len(t, common.Segments, 2)
	require.Equal(t, "2026-Q1", common.Segments[0].Name)
	own, err := smallModel().EstimateBy(t.Context(), responses, byWave, &satisfaction.Options{Segments: satisfaction.OwnWeights, Bootstrap: 50})
	require.NoError(t, err)
	mean := 0.0
	for i, segment := range common.Segments {
		require.Equal(t, 60, segment.Result.Respondents())
		require.True(t, segment.Result.Index.HasInterval())
		require.True(t, segment.Result.Applied)
		mean += segment.Result.Index.Value / 2
		alone, err := smallModel().Estimate(t.Context(), responses.Waves()[i].Responses, &satisfaction.Options{Segments: satisfaction.OwnWeights, Bootstrap: 50})
		require.NoError(t, err)
		require.Equal(t, alone.Constructs, own.Segments[i].Result.Constructs)
		require.Equal(t, common.Whole.Constructs[0].Items[0].Weight, segment.Result.Constructs[0].Items[0].Weight)
	}
	require.InDelta(t, common.Whole.Index.Value, mean, 1e-9, "with weights in common the whole is the mean of equal halves")
	_, known := common.Segment("2026-Q3")
	require.False(t, known)

	_, err = smallModel().EstimateBy(t.Context(), responses, nil, nil)
	var argument *satisfaction.ArgumentError
	require.ErrorAs(t, err, &argument)

	// A segment in which all answer alike has no weights of its own.
	rows := [][]float64{{1, 2, 2, 3}, {2, 3, 1, 2}, {4, 3, 5, 4}, {5, 4, 4, 2}, {3, 5, 3, 4}, {2, 2, 2, 2}, {2, 2, 2, 2}}
	odd := respond(t, smallModel(), rows, nil, func(i int) string { return fmt.Sprint(i / 5) })
	_, err = smallModel().EstimateBy(t.Context(), odd, byWave, &satisfaction.Options{Segments: satisfaction.OwnWeights})
	var segment *satisfaction.SegmentError
	require.ErrorAs(t, err, &segment)
	require.Equal(t, "1", segment.Segment)
	with, err := smallModel().EstimateBy(t.Context(), odd, byWave, nil)
	require.NoError(t, err)
	alike, known := with.Segment("1")
	require.True(t, known)
	require.Equal(t, rapport.Estimate{Value: 25, N: 2}, alike.Index)
	change, err := satisfaction.CompareIndex(with.Whole, alike, "", nil)
	require.NoError(t, err)
	require.False(t, change.Tested)
	require.InDelta(t, with.Whole.Index.Value-25, change.Delta.Value, 1e-12)
}

// By hand from the respondents' own indices: two independent means, and the mean of the
// differences of those who answered twice.
func TestCompareIndexByHand(t *testing.T) {
	for _, again := range []bool{false, true} {
		result, err := smallModel().EstimateBy(t.Context(), waves(t, 40, again), byWave, nil)
		require.NoError(t, err)
		before, after := result.Segments[0].Result, result.Segments[1].Result
		for _, construct := range []string{"Quality", "Satisfaction"} {
			change, err := satisfaction.CompareIndex(after, before, construct, &satisfaction.ChangeOptions{Paired: again})
			require.NoError(t, err)
			first, second := after.Scores(construct), before.Scores(construct)
			mean, square := 0.0, 0.0
			for i := range first {
				mean += (first[i].Index - second[i].Index) / 40
			}
			for i := range first {
				d := first[i].Index - second[i].Index - mean
				square += d * d
			}
			se := math.Sqrt(square / 39 / 40)
			if !again {
				se = math.Hypot(change.First.SE, change.Second.SE)
				require.Zero(t, change.Pairs)
			} else {
				require.Equal(t, 40, change.Pairs)
				require.Positive(t, change.Correlation)
			}
			require.InDelta(t, mean, change.Delta.Value, 1e-9)
			require.InDelta(t, se, change.Delta.SE, 1e-9)
			require.True(t, change.Tested)
			require.InDelta(t, mean/se, change.Statistic, 1e-9)
			require.Greater(t, change.Delta.Value, 0.0)
			turned, err := satisfaction.CompareIndex(before, after, construct, &satisfaction.ChangeOptions{Paired: again})
			require.NoError(t, err)
			require.InDelta(t, -change.Delta.Value, turned.Delta.Value, 1e-12)
			require.InDelta(t, change.P, turned.P, 1e-12)
		}
	}
}

// A bootstrap of the whole makes the errors of segments larger by what is uncertain about
// the weights, and that of a difference by hardly anything: both have the same weights.
func TestCompareIndexWithWeightsInCommon(t *testing.T) {
	mobi := surveyTable(t, "mobi.csv")
	model := mobiIndex(t, satisfaction.ECSI(), mobi)
	whole, err := model.EstimateData(t.Context(), mobi, &satisfaction.Options{Bootstrap: 300, Seed: 2})
	require.NoError(t, err)
	known, err := model.EstimateData(t.Context(), mobi, nil)
	require.NoError(t, err)
	half := func(of *satisfaction.Result, from int) *satisfaction.Result {
		rows := make([]int, 125)
		for i := range rows {
			rows[i] = from + i
		}
		part, err := mobi.Subset(rows)
		require.NoError(t, err)
		result, err := of.ApplyData(part)
		require.NoError(t, err)
		return result
	}
	uncertain, err := satisfaction.CompareIndex(half(whole, 0), half(whole, 125), "Loyalty", nil)
	require.NoError(t, err)
	fixed, err := satisfaction.CompareIndex(half(known, 0), half(known, 125), "Loyalty", nil)
	require.NoError(t, err)
	require.Equal(t, fixed.Delta.Value, uncertain.Delta.Value)
	require.Greater(t, uncertain.First.SE, 1.1*fixed.First.SE)
	require.InEpsilon(t, fixed.Delta.SE, uncertain.Delta.SE, 0.1)
	require.GreaterOrEqual(t, uncertain.Delta.SE, fixed.Delta.SE)
	again, err := half(whole, 0).ApplyData(mobi)
	require.NoError(t, err)
	first, err := whole.ApplyData(mobi)
	require.NoError(t, err)
	require.Equal(t, first.Constructs, again.Constructs, "weights that were applied are those of the first sample")
	// The sample that the weights come from has them in common with those they are applied to.
	own, err := satisfaction.CompareIndex(whole, half(whole, 125), "Loyalty", nil)
	require.NoError(t, err)
	applied, err := satisfaction.CompareIndex(first, half(whole, 125), "Loyalty", nil)
	require.NoError(t, err)
	require.InDelta(t, applied.Delta.SE, own.Delta.SE, 1e-12)
	require.Less(t, own.Delta.SE, 0.99*math.Hypot(own.First.SE, own.Second.SE))
}

// With equal weights the linearised error is that of the bootstrap, also with missing
// answers and weights; Monte Carlo error of 1000 resamples is 2.2 %.
func TestStandardErrorOfMissingAndWeighted(t *testing.T) {
	data := surveyTable(t, "mobi_missing.csv")
	items := data.Items()
	var values, weights []float64
	for row := range data.Rows() {
		answers, _ := data.Row(row)
		values, weights = append(values, answers...), append(weights, 1+float64(row*row%5))
	}
	weighted, err := pls.NewData(items, values, weights)
	require.NoError(t, err)
	model := mobiIndex(t, satisfaction.SCSB(), data)
	fixed, err := model.EstimateData(t.Context(), weighted, &satisfaction.Options{Rule: satisfaction.EqualWeights})
	require.NoError(t, err)
	resampled, err := model.EstimateData(t.Context(), weighted, &satisfaction.Options{Rule: satisfaction.EqualWeights, Bootstrap: 1000, Seed: 3})
	require.NoError(t, err)
	for j, c := range fixed.Constructs {
		require.InEpsilon(t, c.Index.SE, resampled.Constructs[j].Index.SE, 0.09, c.Name)
	}
}

func TestCompareIndexErrors(t *testing.T) {
	result, err := smallModel().EstimateBy(t.Context(), waves(t, 30, true), byWave, nil)
	require.NoError(t, err)
	first, second := result.Segments[1].Result, result.Segments[0].Result
	var argument *satisfaction.ArgumentError
	var model *satisfaction.ModelError
	var repeated *satisfaction.RepeatedCustomerError
	_, err = satisfaction.CompareIndex(first, nil, "", nil)
	require.ErrorAs(t, err, &argument)
	_, err = satisfaction.CompareIndex(first, second, "", &satisfaction.ChangeOptions{Level: 2})
	require.ErrorAs(t, err, &argument)
	_, err = satisfaction.CompareIndex(first, second, "Joy", nil)
	require.ErrorAs(t, err, &model)
	require.Equal(t, satisfaction.UnknownConstruct, model.Fault)
	require.EqualError(t, err, `satisfaction: model: unknown_construct, construct "Joy": want one of Quality, Satisfaction`)
	equal, err := smallModel().Estimate(t.Context(), waves(t, 30, true), &satisfaction.Options{Rule: satisfaction.EqualWeights})
	require.NoError(t, err)
	_, err = satisfaction.CompareIndex(first, equal, "", nil)
	require.ErrorAs(t, err, &model)
	// The whole has everybody twice.
	_, err = satisfaction.CompareIndex(first, result.Whole, "", &satisfaction.ChangeOptions{Paired: true})
	require.ErrorAs(t, err, &repeated)
	require.Equal(t, rapport.ID("c0"), repeated.Customer)
	require.Equal(t, [2]int{0, 30}, repeated.Rows)
	data, err := pls.NewData([]string{"q1", "q2", "s1", "s2"}, []float64{1, 2, 2, 3, 2, 3, 1, 2, 4, 3, 5, 4, 5, 4, 4, 2}, nil)
	require.NoError(t, err)
	table, err := first.ApplyData(data)
	require.NoError(t, err)
	_, err = satisfaction.CompareIndex(first, table, "", &satisfaction.ChangeOptions{Paired: true})
	require.ErrorAs(t, err, &argument)
}

// Whatever the answers are, a change is finite or absent.
func TestCompareIndexProperties(t *testing.T) {
	base, err := smallModel().Estimate(t.Context(), waves(t, 30, false), nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		apply := func() *satisfaction.Result {
			rows := drawRows(t, rapid.IntRange(0, 6).Draw(t, "rows"), 4)
			for _, row := range rows {
				if rapid.Bool().Draw(t, "missing") {
					row[rapid.IntRange(0, 3).Draw(t, "item")] = math.NaN()
				}
			}
			result, err := base.Apply(respond(t, smallModel(), rows, nil, oneWave))
			require.NoError(t, err)
			for _, c := range result.Constructs {
				require.NoError(t, c.Index.Validate())
				if c.Index.HasValue() {
					require.GreaterOrEqual(t, c.Index.Value, 0.0)
					require.LessOrEqual(t, c.Index.Value, 100.0)
				}
			}
			return result
		}
		first, second := apply(), apply()
		change, err := satisfaction.CompareIndex(first, second, "", &satisfaction.ChangeOptions{Paired: rapid.Bool().Draw(t, "paired")})
		require.NoError(t, err)
		require.NoError(t, change.Delta.Validate())
		require.Equal(t, first.Index.HasValue() && second.Index.HasValue(), change.Delta.HasValue())
		require.False(t, math.IsNaN(change.P) || change.P < 0 || change.P > 1)
	})
}
