package assess

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Question is something that an assessment should be able to answer.
type Question struct {
	Code string `json:"code"`
	// Text is how the host asks it; "" leaves it to [Words].
	Text string `json:"text,omitempty"`
	// Parts are what the answer is made of; all must have data.
	Parts []Part `json:"parts"`
}

// Questions is a set of questions, in their order.
type Questions []Question

// DefaultQuestions asks who the customers are, what they experience and expect, and
// what must change.
func DefaultQuestions() Questions {
	return Questions{
		{Code: "who_are_they", Parts: []Part{PartSegments}},
		{Code: "what_are_they_worth", Parts: []Part{PartValue}},
		{Code: "will_they_stay", Parts: []Part{PartAlive}},
		{Code: "which_matter_most", Parts: []Part{PartTier, PartCell}},
		{Code: "what_do_they_experience", Parts: []Part{PartSatisfaction}},
		{Code: "what_do_they_expect", Parts: []Part{PartExpectations}},
		{Code: "how_do_we_reach_them", Parts: []Part{PartContacts}},
		{Code: "what_can_go_wrong", Parts: []Part{PartCredit, PartRisks}},
		{Code: "what_must_change", Parts: []Part{PartActions}},
	}
}

// Validate returns nil, or an [*InputError] for a code that is empty or comes twice, or
// a question without parts or with one that there is not.
func (q Questions) Validate() error {
	seen := make(map[string]bool, len(q))
	known := append(Parts(), PartQuality, PartConditions)
	for _, one := range q {
		if one.Code == "" || seen[one.Code] {
			return &InputError{Name: "question", Value: fmt.Sprintf("%q", one.Code), Want: "a code that comes once"}
		}
		seen[one.Code] = true
		if len(one.Parts) == 0 || slices.ContainsFunc(one.Parts, func(p Part) bool { return !slices.Contains(known, p) }) {
			return &InputError{Name: "parts of question " + one.Code, Value: fmt.Sprint(one.Parts), Want: "parts of a report"}
		}
	}
	return nil
}

// Answer is what became of a question.
type Answer struct {
	Code    string `json:"code"`
	Text    string `json:"text,omitempty"`
	Missing []Part `json:"missing,omitempty"` // parts without data; none: it is answered
}

// Answered reports whether nothing is missing.
func (a Answer) Answered() bool { return len(a.Missing) == 0 }

// answered tells whether a report has data for all that the question needs.
func (q *Question) answered(r *Report) bool {
	return !slices.ContainsFunc(q.Parts, func(p Part) bool { return !r.Known(p) })
}

// answer checks the questions against what is known.
func (q Questions) answer(known func(Part) bool) []Answer {
	answers := make([]Answer, len(q))
	for i, one := range q {
		answers[i] = Answer{Code: one.Code, Text: one.Text}
		for _, p := range one.Parts {
			if !known(p) {
				answers[i].Missing = append(answers[i].Missing, p)
			}
		}
	}
	return answers
}

// Gaps returns the answers in which something is missing.
func Gaps(answers []Answer) []Answer {
	return slices.DeleteFunc(slices.Clone(answers), Answer.Answered)
}

type questionsFile struct {
	heading
	Questions []Question `json:"questions"`
}

// MarshalJSON writes the questions with a kind and a format. It refuses what
// [Questions.Validate] refuses.
func (q Questions) MarshalJSON() ([]byte, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(questionsFile{headingOf("questions"), q})
}

// UnmarshalJSON reads what [Questions.MarshalJSON] wrote; it marshals to the same
// bytes. The error wraps [ErrFormat], or is that of [Questions.Validate]; after it q is
// unchanged.
func (q *Questions) UnmarshalJSON(text []byte) error {
	var f questionsFile
	if err := read(text, "questions", &f); err != nil {
		return err
	}
	if err := Questions(f.Questions).Validate(); err != nil {
		return err
	}
	*q = f.Questions
	return nil
}
