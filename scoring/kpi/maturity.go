package kpi

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Answer is the level that a rater gave to one question.
type Answer struct {
	Rater    string // 1 to 128 bytes of UTF-8 without control characters, as a [rapport.ID]
	Question string
	Level    int // 1 to the number of levels
}

// DimensionScore is what raters made of a dimension.
type DimensionScore struct {
	Dimension string
	// Score is the mean of its questions under their weights, of each the mean over its
	// raters; N the answers. Without answers it has no value.
	Score rapport.Ratio
	// Lowest and Highest are the extreme answers, 0 without any: raters who are far apart
	// speak of different things.
	Lowest, Highest int
}

// Unanswered is a question that a rater left out; Rater is empty where nobody answered
// anything at all.
type Unanswered struct {
	Rater, Question string
}

// Maturity is an assessment.
type Maturity struct {
	Dimensions []DimensionScore // in the order of the model
	// Mean is the mean score of the dimensions that have one: their sum over their number,
	// N the answers.
	Mean rapport.Ratio
	// MeanLevel is the level that the mean reaches, without rounding up: 2.875 is level 2.
	// 0 if some dimension has no answer.
	MeanLevel int
	// FloorLevel is the level that every dimension reaches, that of the lowest: a chain is
	// as strong as its weakest link. 0 if some dimension has no answer; FloorAtMost is
	// then how high it can be at the most.
	FloorLevel, FloorAtMost int
	// Weakest are the dimensions with the lowest score, in the order of the model.
	Weakest []string
	// Unanswered lists what the raters left out, by rater in the order of their first
	// answer, then by question.
	Unanswered []Unanswered
}

// Assess reads the answers, in any order. The error is a [*CodeError] for a question that
// is not in the model or that a rater answers twice, an [*InputError] for a level that is
// none, or a [*rapport.IDError] of a rater.
func (m *MaturityModel) Assess(answers ...Answer) (Maturity, error) {
	type place struct{ dimension, question int }
	places := make(map[string]place)
	sums := make([][]struct{ sum, n int }, len(m.dimensions))
	var order []string // of the questions
	for d, dimension := range m.dimensions {
		sums[d] = make([]struct{ sum, n int }, len(dimension.Questions))
		for q, question := range dimension.Questions {
			places[question.Code] = place{d, q}
			order = append(order, question.Code)
		}
	}
	result := Maturity{Dimensions: make([]DimensionScore, len(m.dimensions))}
	type given struct{ rater, question string }
	seen := make(map[given]bool, len(answers))
	var raters []string
	known := make(map[string]bool)
	for _, a := range answers {
		p, ok := places[a.Question]
		if !ok {
			return Maturity{}, &CodeError{Subject: "question", Code: a.Question, Reason: "unknown"}
		}
		if a.Level < 1 || a.Level > len(m.levels) {
			return Maturity{}, &InputError{Subject: "question " + a.Question, Name: "level", Value: float64(a.Level), Reason: fmt.Sprintf("want 1 to %d", len(m.levels))}
		}
		if !known[a.Rater] {
			if err := rapport.ID(a.Rater).Validate(); err != nil {
				return Maturity{}, fmt.Errorf("kpi: rater: %w", err)
			}
			known[a.Rater] = true
			raters = append(raters, a.Rater)
		}
		if seen[given{a.Rater, a.Question}] {
			return Maturity{}, &CodeError{Subject: "answer of " + clip(a.Rater) + " to question", Code: a.Question, Reason: "twice"}
		}
		seen[given{a.Rater, a.Question}] = true
		s := &sums[p.dimension][p.question]
		s.sum += a.Level
		s.n++
		d := &result.Dimensions[p.dimension]
		if d.Lowest == 0 || a.Level < d.Lowest {
			d.Lowest = a.Level
		}
		d.Highest = max(d.Highest, a.Level)
	}
	for d := range m.dimensions {
		score := &result.Dimensions[d]
		score.Dimension = m.dimensions[d].Code
		for q, s := range sums[d] {
			if s.n > 0 {
				weight := m.dimensions[d].Questions[q].Weight
				score.Score.Num += weight * float64(s.sum) / float64(s.n)
				score.Score.Den += weight
				score.Score.N += s.n
			}
		}
	}
	if len(raters) == 0 {
		raters = []string{""}
	}
	for _, rater := range raters {
		for _, question := range order {
			if !seen[given{rater, question}] {
				result.Unanswered = append(result.Unanswered, Unanswered{Rater: rater, Question: question})
			}
		}
	}
	result.summarise()
	return result, nil
}

// summarise sets what follows from the scores of the dimensions.
func (r *Maturity) summarise() {
	lowest := math.Inf(1)
	for _, d := range r.Dimensions {
		score, ok := d.Score.Value()
		if !ok {
			continue
		}
		r.Mean.Num += score
		r.Mean.Den++
		r.Mean.N += d.Score.N
		if score < lowest*(1-rounding) {
			lowest, r.Weakest = score, nil
		}
		if score <= lowest*(1+rounding) {
			r.Weakest = append(r.Weakest, d.Dimension)
		}
	}
	mean, ok := r.Mean.Value()
	if !ok {
		return
	}
	r.FloorAtMost = reached(lowest)
	if !slices.ContainsFunc(r.Dimensions, func(d DimensionScore) bool { return d.Score.Den == 0 }) {
		r.FloorLevel, r.MeanLevel = r.FloorAtMost, reached(mean)
	}
}

// reached returns the level that a score reaches.
func reached(score float64) int { return int(math.Floor(score * (1 + rounding))) }
