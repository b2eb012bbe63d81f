package lead_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// history is seeded rows with ids, one outcome a day.
func history(rows, columns int) *lead.History {
	h := &lead.History{}
	h.Columns, h.Outcomes = drawn(rows, columns)
	for i := range rows {
		h.IDs = append(h.IDs, rapport.ID(fmt.Sprintf("lead-%05d", i)))
		h.OutcomeAt = append(h.OutcomeAt, noon(float64(i)))
	}
	return h
}

func regression(train *lead.History) (lead.Model, error) {
	return lead.FitLogistic(train.Columns, train.Outcomes, &lead.LogisticOptions{Weights: train.Weights})
}

func TestValidateInTime(t *testing.T) {
	h := history(1200, 4)
	before, after, err := h.SplitByTime(noon(800))
	require.NoError(t, err)
	require.Len(t, before.Outcomes, 800)
	require.Len(t, after.Outcomes, 400)
	require.Equal(t, rapport.ID("lead-00800"), after.IDs[0])
	require.Equal(t, h.Columns[1].Numbers[800], after.Columns[1].Numbers[0])
	v, err := lead.Validate(before, after, regression, 0.95)
	require.NoError(t, err)
	require.Equal(t, 800, v.Train.Rows)
	require.Equal(t, 400, v.Holdout.Rows)
	require.InDelta(t, v.Train.AUC.Value-v.Holdout.AUC.Value, v.Optimism.Value, 1e-15)
	require.Greater(t, v.Holdout.AUC.Low, 0.5)
	require.Len(t, v.Holdout.Lift, 10)
	require.Less(t, v.Holdout.Reliability.ECE, 0.1)
	require.Empty(t, v.Twins)
	model, ok := v.Model.(*lead.Logistic)
	require.True(t, ok)
	p, err := model.Probabilities(after.Columns)
	require.NoError(t, err)
	quality, err := lead.Sample{Scores: p, Outcomes: after.Outcomes}.Quality(0.95)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(*quality, v.Holdout))

	// The columns held out may come in another order.
	turned := *after
	turned.Columns = []lead.Column{after.Columns[3], after.Columns[1], after.Columns[0], after.Columns[2]}
	again, err := lead.Validate(before, &turned, regression, 0.95)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(v.Holdout, again.Holdout))

	// The same leads on both sides are named, copies of them counted.
	_, err = lead.Validate(h, after, regression, 0.95)
	var shared *lead.SharedError
	require.ErrorAs(t, err, &shared)
	require.Equal(t, after.IDs, shared.IDs)
	mixed := *after
	mixed.IDs = nil
	mixed.Columns = append([]lead.Column{{Name: "a", Labels: make([]string, 400)}}, after.Columns[1:]...)
	_, err = lead.Validate(before, &mixed, regression, 0.95)
	var column *lead.ColumnError
	require.ErrorAs(t, err, &column)
	nameless := *after
	nameless.IDs = nil
	v, err = lead.Validate(h, &nameless, regression, 0.95)
	require.NoError(t, err)
	require.Len(t, v.Twins, 400)
	_, err = lead.Validate(before, after, func(*lead.History) (lead.Model, error) { return nil, nil }, 0.95)
	require.ErrorIs(t, err, lead.ErrNotFitted)
}

// Labels and missing values are values, too; the naive Bayes takes both.
func TestValidateLabels(t *testing.T) {
	h := &lead.History{Columns: []lead.Column{{Name: "trade", Labels: []string{"a", "", "b", "a", "b", "a", "b", ""}},
		{Name: "size", Numbers: []float64{1, math.NaN(), 3, 4, 0, 2, 3, math.Copysign(0, -1)}}},
		Outcomes: []bool{true, false, false, true, true, false, false, true}}
	train, err := h.Pick([]int{0, 1, 2, 3, 4, 5, 6})
	require.NoError(t, err)
	holdout, err := h.Pick([]int{7, 1, 2, 4})
	require.NoError(t, err)
	v, err := lead.Validate(train, holdout, func(train *lead.History) (lead.Model, error) {
		return lead.FitBayes(train.Columns, train.Outcomes, nil)
	}, 0.95)
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3}, v.Twins)
	require.Len(t, v.Holdout.Lift, 4)
	_, err = lead.Validate(train, holdout, func(*lead.History) (lead.Model, error) { return short{}, nil }, 0.95)
	var length *lead.LengthError
	require.ErrorAs(t, err, &length)
}

// short is a model that forgets rows.
type short struct{}

func (short) Probabilities([]lead.Column) ([]float64, error) { return nil, nil }

// A model of noise: what it seems to know of its own rows is optimism.
func TestValidateShowsOptimism(t *testing.T) {
	h := history(120, 25)
	random := numeric.Stream(5, 0)
	for i := range h.Outcomes {
		h.Outcomes[i] = random.Float64() < 0.5
	}
	before, after, err := h.SplitByTime(noon(60))
	require.NoError(t, err)
	v, err := lead.Validate(before, after, func(train *lead.History) (lead.Model, error) {
		return lead.FitLogistic(train.Columns, train.Outcomes, &lead.LogisticOptions{L2: 0.1})
	}, 0.95)
	require.NoError(t, err)
	require.Greater(t, v.Optimism.Low, 0.0)
	require.Greater(t, v.Train.AUC.Value, 0.85)
	require.Less(t, v.Holdout.AUC.Value, 0.7)
}

func TestCrossValidate(t *testing.T) {
	h := history(300, 3)
	one, err := lead.CrossValidate(t.Context(), h, 7, regression, &lead.CrossOptions{Workers: 1})
	require.NoError(t, err)
	four, err := lead.CrossValidate(t.Context(), h, 7, regression, &lead.CrossOptions{Workers: 4})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(one, four))
	require.Len(t, one.Folds, 5)
	rows := 0
	for _, fold := range one.Folds {
		rows += fold.Rows
	}
	require.Equal(t, 300, rows)
	require.Greater(t, one.Pooled.AUC.Low, 0.5)

	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = lead.CrossValidate(done, h, 7, regression, nil)
	require.ErrorIs(t, err, context.Canceled)
	broken := errors.New("no model today")
	_, err = lead.CrossValidate(t.Context(), h, 7, func(*lead.History) (lead.Model, error) { return nil, broken }, nil)
	require.ErrorIs(t, err, broken)
	var option *lead.OptionError
	for _, o := range []lead.CrossOptions{{Folds: 1}, {Folds: 301}, {Workers: -1}, {Level: 2}} {
		_, err = lead.CrossValidate(t.Context(), h, 7, regression, &o)
		require.ErrorAs(t, err, &option)
	}
}

func TestFoldsArePartsAndStratified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outcomes := rapid.SliceOfN(rapid.Bool(), 4, 60).Draw(t, "outcomes")
		outcomes = append(outcomes, true, true, false, false)
		k := rapid.IntRange(2, 4).Draw(t, "k")
		folds, err := lead.Folds(outcomes, k, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			var option *lead.OptionError
			require.ErrorAs(t, err, &option)
			return
		}
		seen := make([]bool, len(outcomes))
		var least, most [2]int
		for f, fold := range folds {
			var n [2]int
			for i, row := range fold {
				require.False(t, seen[row])
				require.True(t, i == 0 || fold[i-1] < row)
				seen[row] = true
				n[map[bool]int{true: 1}[outcomes[row]]]++
			}
			n[0] += n[1] // rows, and events among them
			for i := range n {
				if f == 0 {
					least[i], most[i] = n[i], n[i]
				}
				least[i], most[i] = min(least[i], n[i]), max(most[i], n[i])
			}
		}
		require.NotContains(t, seen, false)
		require.LessOrEqual(t, most[0]-least[0], 1)
		require.LessOrEqual(t, most[1]-least[1], 1)
	})
	_, err := lead.Folds(nil, 2, 1)
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = lead.Folds([]bool{true, true}, 2, 1)
	require.ErrorIs(t, err, lead.ErrOneOutcome)
}

func TestHistoryRefuses(t *testing.T) {
	var length *lead.LengthError
	var column *lead.ColumnError
	var option *lead.OptionError
	var at *lead.TimeError
	h := history(20, 2)
	_, _, err := h.SplitByTime(noon(100))
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = h.Pick([]int{20})
	require.ErrorAs(t, err, &option)
	h.OutcomeAt[3] = time.Time{}
	_, _, err = h.SplitByTime(noon(10))
	require.ErrorAs(t, err, &at)
	h.OutcomeAt = nil
	_, _, err = h.SplitByTime(noon(10))
	require.ErrorAs(t, err, &length)
	h.Observed = map[string][]time.Time{"zebra": nil, "yak": nil}
	require.ErrorAs(t, lead.CheckLeakage(h, nil), &column)
	require.Equal(t, "yak", column.Column)
	h.Observed = map[string][]time.Time{"a": nil}
	require.ErrorAs(t, lead.CheckLeakage(h, nil), &length)
	h.Observed, h.IDs = nil, h.IDs[:3]
	require.ErrorAs(t, lead.CheckLeakage(h, nil), &length)
	_, err = lead.Validate(nil, h, regression, 0.95)
	require.ErrorIs(t, err, lead.ErrNoRows)
	good, other := history(40, 2), history(40, 3)
	other.IDs = nil
	_, err = lead.Validate(other, good, regression, 0.95)
	require.ErrorAs(t, err, &column)
	require.Equal(t, "c", column.Column)
	_, err = lead.Validate(good, other, regression, 1)
	require.ErrorAs(t, err, &option)
}
