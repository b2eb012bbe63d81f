package kpi_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// answers gives one rater's levels to the dimensions of a model in turn.
func answers(m *kpi.MaturityModel, levels ...int) []kpi.Answer {
	var list []kpi.Answer
	for i, d := range m.Dimensions() {
		if i < len(levels) && levels[i] > 0 {
			list = append(list, kpi.Answer{Rater: "r1", Question: d.Questions[0].Code, Level: levels[i]})
		}
	}
	return list
}

// H9: 3, 3, 2, 4, 3, 3, 2, 3 have the mean 2.875 and the floor level 2, development.
func TestEightSecrets(t *testing.T) {
	m := kpi.EightSecrets()
	require.Len(t, m.Dimensions(), 8)
	require.Equal(t, []string{"awareness", "development", "practice", "optimise"}, m.Levels())
	r, err := m.Assess(answers(m, 3, 3, 2, 4, 3, 3, 2, 3)...)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 23, Den: 8, N: 8}, r.Mean)
	mean, _ := r.Mean.Value()
	require.Equal(t, 2.875, mean)
	require.Equal(t, 2, r.FloorLevel)
	require.Equal(t, 2, r.MeanLevel)
	require.Equal(t, "development", m.Level(r.FloorLevel))
	require.Equal(t, []string{"consistent_experience", "technology"}, r.Weakest)
	require.Empty(t, r.Unanswered)
	require.Empty(t, m.Level(0))
	require.Empty(t, m.Level(5))
}

// A1: 4, 3, 2, 3, 3 have the mean 3.0, and process is the weakest.
func TestFiveConditions(t *testing.T) {
	m := kpi.FiveConditions()
	r, err := m.Assess(answers(m, 4, 3, 2, 3, 3)...)
	require.NoError(t, err)
	mean, _ := r.Mean.Value()
	require.Equal(t, 3.0, mean)
	require.Equal(t, 3, r.MeanLevel)
	require.Equal(t, []string{"process"}, r.Weakest)
	require.Equal(t, "partial", m.Level(r.MeanLevel))
	require.Len(t, kpi.ValueChainLinks().Dimensions(), 5)
	require.Equal(t, "value_chain_links", kpi.ValueChainLinks().Code())
}

func TestUnansweredAndSeveralRaters(t *testing.T) {
	m, err := kpi.NewMaturityModel("own", []string{"low", "middle", "high"},
		kpi.Dimension{Code: "people", Questions: []kpi.Question{{Code: "skill", Weight: 3}, {Code: "will"}}},
		kpi.Dimension{Code: "tools"})
	require.NoError(t, err)
	r, err := m.Assess(
		kpi.Answer{"ann", "skill", 3}, kpi.Answer{"bob", "skill", 2}, kpi.Answer{"ann", "will", 1})
	require.NoError(t, err)
	people := r.Dimensions[0]
	require.Equal(t, rapport.Ratio{Num: 3*2.5 + 1, Den: 4, N: 3}, people.Score)
	require.Equal(t, 1, people.Lowest)
	require.Equal(t, 3, people.Highest)
	_, ok := r.Dimensions[1].Score.Value()
	require.False(t, ok)
	require.Zero(t, r.FloorLevel, "nobody spoke of the tools")
	require.Zero(t, r.MeanLevel)
	require.Equal(t, 2, r.FloorAtMost) // 8.5 / 4 = 2.125
	require.Equal(t, []kpi.Unanswered{{"ann", "tools"}, {"bob", "will"}, {"bob", "tools"}}, r.Unanswered)

	r, err = m.Assess()
	require.NoError(t, err)
	_, ok = r.Mean.Value()
	require.False(t, ok)
	require.Empty(t, r.Weakest)
	require.Equal(t, []kpi.Unanswered{{"", "skill"}, {"", "will"}, {"", "tools"}}, r.Unanswered)

	for name, wrong := range map[string][]kpi.Answer{
		"unknown": {{"ann", "weather", 1}},
		"low":     {{"ann", "skill", 0}},
		"high":    {{"ann", "skill", 4}},
		"twice":   {{"ann", "skill", 1}, {"ann", "skill", 2}},
		"rater":   {{"", "skill", 1}},
	} {
		_, err := m.Assess(wrong...)
		require.Error(t, err, name)
	}
}

// Weights of 0.1 do not sum exactly, and a score of 3 by them is level 3 all the same.
func TestLevelsByWeightsThatRound(t *testing.T) {
	var questions []kpi.Question
	var given []kpi.Answer
	for _, code := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		questions = append(questions, kpi.Question{Code: code, Weight: 0.1})
		given = append(given, kpi.Answer{"ann", code, 3})
	}
	m, err := kpi.NewMaturityModel("own", []string{"low", "middle", "high"}, kpi.Dimension{Code: "all", Questions: questions})
	require.NoError(t, err)
	r, err := m.Assess(given...)
	require.NoError(t, err)
	require.Equal(t, 3, r.FloorLevel)
	require.Equal(t, 3, r.MeanLevel)
}

func TestModelsThatMakeNoSense(t *testing.T) {
	levels := []string{"low", "high"}
	for name, run := range map[string]func() (*kpi.MaturityModel, error){
		"code": func() (*kpi.MaturityModel, error) { return kpi.NewMaturityModel("", levels, kpi.Dimension{Code: "a"}) },
		"one level": func() (*kpi.MaturityModel, error) {
			return kpi.NewMaturityModel("m", levels[:1], kpi.Dimension{Code: "a"})
		},
		"none": func() (*kpi.MaturityModel, error) { return kpi.NewMaturityModel("m", levels) },
		"level": func() (*kpi.MaturityModel, error) {
			return kpi.NewMaturityModel("m", []string{"a", "a"}, kpi.Dimension{Code: "a"})
		},
		"twice": func() (*kpi.MaturityModel, error) {
			return kpi.NewMaturityModel("m", levels, kpi.Dimension{Code: "a"}, kpi.Dimension{Code: "a"})
		},
		"question": func() (*kpi.MaturityModel, error) {
			return kpi.NewMaturityModel("m", levels, kpi.Dimension{Code: "a", Questions: []kpi.Question{{Code: "b"}}}, kpi.Dimension{Code: "b"})
		},
		"weight": func() (*kpi.MaturityModel, error) {
			return kpi.NewMaturityModel("m", levels, kpi.Dimension{Code: "a", Questions: []kpi.Question{{Code: "b", Weight: math.NaN()}}})
		},
	} {
		_, err := run()
		require.Error(t, err, name)
	}
}

func TestMaturityJSON(t *testing.T) {
	for _, m := range []*kpi.MaturityModel{kpi.EightSecrets(), kpi.FiveConditions(), kpi.ValueChainLinks()} {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var read kpi.MaturityModel
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Error(t, read.UnmarshalJSON([]byte(`{"format":1,"code":"m","levels":[],"dimensions":[]}`)))
		require.Error(t, read.UnmarshalJSON([]byte(`{"format":7}`)))
		require.NoError(t, read.UnmarshalJSON([]byte("null")))
		require.Equal(t, m.Dimensions(), read.Dimensions())
	}
	_, err := json.Marshal(&kpi.MaturityModel{})
	require.Error(t, err)
}
