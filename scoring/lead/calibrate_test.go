package lead_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// Eight rows; the curve was found by Newton's method with 40 digits (Python mpmath) on
// targets 5/6 and 1/6.
func TestPlattAgainstNewton(t *testing.T) {
	s := lead.Sample{Scores: []float64{-2, -1, -1, 0, 1, 1, 2, 3},
		Outcomes: []bool{false, false, true, false, true, false, true, true}}
	p, err := lead.FitPlatt(s)
	require.NoError(t, err)
	intercept, slope := p.Coefficients()
	require.InEpsilon(t, -0.18857378863511286, intercept, 1e-12)
	require.InEpsilon(t, 0.51675307530293534, slope, 1e-12)
	got, err := p.Probabilities([]float64{0, 1e100})
	require.NoError(t, err)
	require.InEpsilon(t, 1/(1+math.Exp(0.18857378863511286)), got[0], 1e-12)
	require.Equal(t, 1.0, got[1])

	// Scores without an overlap, which a plain regression refuses.
	p, err = lead.FitPlatt(lead.Sample{Scores: []float64{1, 2, 3, 4}, Outcomes: []bool{false, false, true, true}})
	require.NoError(t, err)
	got, err = p.Probabilities([]float64{1, 4})
	require.NoError(t, err)
	require.True(t, got[0] > 0.05 && got[0] < 0.3 && got[1] > 0.7 && got[1] < 0.95)

	// Scores that say nothing: the curve is flat, and is a curve.
	p, err = lead.FitPlatt(lead.Sample{Scores: []float64{1, 2, 1, 2}, Outcomes: []bool{false, false, true, true}})
	require.NoError(t, err)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	var read lead.Platt
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, *p, read)
	for _, bad := range []string{`{}`, `{"format":1}`, `{"format":1,"intercept":1}`, `{"format":1,"intercept":1,"slope":1e200}`, `{"format":1,"intercept":1,"slope":1,"more":1}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &read), bad)
	}
	require.Equal(t, *p, read)
}

// By hand: 1 .5 pooled, 0 0 at the low end, 1 at the top.
func TestIsotonicByHand(t *testing.T) {
	c, err := lead.FitIsotonic(lead.Sample{Scores: []float64{1, 2, 3, 4, 5},
		Outcomes: []bool{false, true, false, true, true}})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]lead.Knot{{1, 0}, {2, .5}, {3, .5}, {4, 1}, {5, 1}}, c.Knots()))
	got, err := c.Probabilities([]float64{-9, 1.5, 2.7, 3.5, 9})
	require.NoError(t, err)
	require.Equal(t, []float64{0, .25, .5, .75, 1}, got)
}

// The curve is the best rising one: by the min-max formula of PAV, the value at a
// score is the greatest over lower starts of the least mean up to higher ends.
func TestIsotonicIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample, copies := drawSample(t)
		c, err := lead.FitIsotonic(sample)
		if err != nil {
			require.ErrorIs(t, err, lead.ErrOneOutcome)
			return
		}
		got, err := c.Probabilities(sample.Scores)
		require.NoError(t, err)
		for row, at := range sample.Scores {
			best := math.Inf(-1)
			for start := 0.0; start <= at; start += 1.0 / 8 {
				least := math.Inf(1)
				for end := at; end <= 1; end += 1.0 / 8 {
					events, n := 0.0, 0.0
					for i, s := range copies.Scores {
						if s >= start && s <= end {
							n++
							if copies.Outcomes[i] {
								events++
							}
						}
					}
					least = min(least, events/n)
				}
				best = max(best, least)
			}
			require.InDelta(t, best, got[row], 1e-12)
		}
		text, err := json.Marshal(c)
		require.NoError(t, err)
		var read lead.Isotonic
		require.NoError(t, json.Unmarshal(text, &read))
		require.Empty(t, cmp.Diff(c.Knots(), read.Knots()))
	})
}

func TestCalibrationRefuses(t *testing.T) {
	_, err := lead.FitPlatt(lead.Sample{Scores: []float64{1, 1}, Outcomes: []bool{true, false}})
	require.EqualError(t, err, `lead: column "score": the same value in all rows`)
	_, err = lead.FitPlatt(lead.Sample{Scores: []float64{1, 2}, Outcomes: []bool{true, true}})
	require.ErrorIs(t, err, lead.ErrOneOutcome)
	_, err = lead.FitIsotonic(lead.Sample{})
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = new(lead.Platt).Probabilities([]float64{1})
	require.ErrorIs(t, err, lead.ErrNotFitted)
	_, err = new(lead.Isotonic).Probabilities([]float64{1})
	require.ErrorIs(t, err, lead.ErrNotFitted)
	c, err := lead.FitIsotonic(lead.Sample{Scores: []float64{1, 2}, Outcomes: []bool{true, false}})
	require.NoError(t, err)
	var row *lead.RowError
	_, err = c.Probabilities([]float64{1, math.NaN()})
	require.ErrorAs(t, err, &row)
	for _, bad := range []string{`{"format":1,"knots":[]}`, `{"format":1,"knots":[{"score":2,"probability":0.5},{"score":1,"probability":0.5}]}`,
		`{"format":1,"knots":[{"score":1,"probability":0.5},{"score":2,"probability":0.4}]}`, `{"format":1,"knots":[{"score":1,"probability":1.5}]}`} {
		require.Error(t, json.Unmarshal([]byte(bad), c), bad)
	}
	require.Len(t, c.Knots(), 2)
}

// A naive Bayes that is told everything four times believes it too much. A curve
// learned from the folds mends its probabilities on later leads and keeps their order.
func TestCalibratedIsLessBold(t *testing.T) {
	h := history(3000, 4)
	for _, c := range h.Columns[:4:4] {
		for _, again := range []string{"2", "3", "4"} {
			h.Columns = append(h.Columns, lead.Column{Name: c.Name + again, Numbers: c.Numbers})
		}
	}
	before, after, err := h.SplitByTime(noon(2000))
	require.NoError(t, err)
	bayes := func(train *lead.History) (lead.Model, error) {
		return lead.FitBayes(train.Columns, train.Outcomes, nil)
	}
	bold, err := lead.Validate(before, after, bayes, 0.95)
	require.NoError(t, err)
	for _, fit := range []func(lead.Sample) (lead.Curve, error){
		func(s lead.Sample) (lead.Curve, error) { return lead.FitIsotonic(s) },
		func(s lead.Sample) (lead.Curve, error) { return lead.FitPlatt(s) },
	} {
		calm, err := lead.Validate(before, after, func(train *lead.History) (lead.Model, error) {
			folds, err := lead.CrossValidate(t.Context(), train, 1, bayes, nil)
			if err != nil {
				return nil, err
			}
			curve, err := fit(lead.Sample{Scores: folds.Probabilities, Outcomes: train.Outcomes})
			if err != nil {
				return nil, err
			}
			model, err := bayes(train)
			return lead.Calibrated{Model: model, Curve: curve}, err
		}, 0.95)
		require.NoError(t, err)
		require.Less(t, calm.Holdout.Reliability.ECE, bold.Holdout.Reliability.ECE/2)
		require.Less(t, calm.Holdout.Brier.Value, bold.Holdout.Brier.Value)
		// A curve keeps the order but for ties, which isotonic steps make.
		require.InDelta(t, bold.Holdout.AUC.Value, calm.Holdout.AUC.Value, 0.01)
	}
	_, err = lead.Calibrated{}.Probabilities(after.Columns)
	require.ErrorIs(t, err, lead.ErrNotFitted)
}
