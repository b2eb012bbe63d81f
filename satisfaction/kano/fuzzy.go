package kano

import (
	"fmt"
	"math"
)

// Membership says how far a customer gives each of the five answers, from [Like] to
// [Dislike]: numbers from 0 to 1 that add up to 1.
type Membership [answers]float64

// MembershipError reports a membership that cannot be.
type MembershipError struct {
	Field  string  // "functional" or "dysfunctional"
	Answer Answer  // which number; [Missing] for their sum
	Value  float64 // what it is
	Reason string  // "not from 0 to 1", "sum is not 1" or "not an answer of the table"
}

// Error names the question, the answer, the number and the reason.
func (e *MembershipError) Error() string {
	if e.Answer == Missing {
		return fmt.Sprintf("kano: %s membership: sum is %v, not 1", e.Field, e.Value)
	}
	return fmt.Sprintf("kano: %s membership: %v %v: %s", e.Field, e.Answer, e.Value, e.Reason)
}

// DefaultAlpha is the usual membership from which on a category is kept.
const DefaultAlpha = 0.4

// FuzzyAnswer is how far one customer's answers to one feature are in each category.
type FuzzyAnswer struct {
	Table   Table
	Degrees Counts // from 0 to 1, together 1
}

// Fuzzy returns how far two answers that are several at once are in each category: for
// each category the sum of functional · dysfunctional over its cells of the table. (Y.-C.
// Lee and S.-Y. Huang, A new fuzzy concept approach for Kano's model, Expert Systems
// with Applications 36, 2009.) The error is a [*MembershipError], or a [*WordError] for
// a table that does not exist.
func (t Table) Fuzzy(functional, dysfunctional Membership) (FuzzyAnswer, error) {
	if !t.valid() {
		return FuzzyAnswer{}, &WordError{Kind: "table", Text: t.String(), Want: wantTable}
	}
	if err := t.checkMembership("functional", functional); err != nil {
		return FuzzyAnswer{}, err
	}
	if err := t.checkMembership("dysfunctional", dysfunctional); err != nil {
		return FuzzyAnswer{}, err
	}
	result := FuzzyAnswer{Table: t}
	for f := Like; f <= Dislike; f++ {
		for d := Like; d <= Dislike; d++ {
			if t.allows(f) && t.allows(d) {
				*result.Degrees.at(t.category(f, d)) += functional[f-Like] * dysfunctional[d-Like]
			}
		}
	}
	return result, nil
}

func (t Table) checkMembership(field string, m Membership) error {
	sum := 0.0
	for i, v := range m {
		answer := Like + Answer(i)
		switch {
		case !(v >= 0 && v <= 1):
			return &MembershipError{Field: field, Answer: answer, Value: v, Reason: "not from 0 to 1"}
		case v != 0 && !t.allows(answer):
			return &MembershipError{Field: field, Answer: answer, Value: v, Reason: "not an answer of the table"}
		}
		sum += v
	}
	if math.Abs(sum-1) > 1e-9 {
		return &MembershipError{Field: field, Value: sum, Reason: "sum is not 1"}
	}
	return nil
}

// Kept lists the categories with a degree of alpha or more, in the order M, O, A, I, R,
// Q; there may be none, and several. A degree that is less than 1e-12 short of alpha,
// which is rounding, is kept. An alpha of 0 is [DefaultAlpha]; one that is not from 0 to 1
// is an [*OptionError].
func (f FuzzyAnswer) Kept(alpha float64) ([]Category, error) {
	if !(alpha >= 0 && alpha <= 1) {
		return nil, &OptionError{Field: "Alpha", Value: alpha, Want: "above 0 and at most 1"}
	}
	if alpha == 0 {
		alpha = DefaultAlpha
	}
	kept := []Category{}
	for _, category := range Categories() {
		if degree := f.Degrees.Of(category); degree > 0 && degree >= alpha-equalShares {
			kept = append(kept, category)
		}
	}
	return kept, nil
}
