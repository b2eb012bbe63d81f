package pipeline

import (
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// EvaluationMode says by what a salesperson is measured.
type EvaluationMode uint8

const (
	// ByProcess measures how the work is done: where it takes long until a result shows.
	ByProcess EvaluationMode = iota + 1
	// ByOutcome measures what came of it: where that shows soon.
	ByOutcome
)

// String returns "process" or "outcome".
func (m EvaluationMode) String() string { return word(evaluationWords(), int(m), "EvaluationMode") }

// MarshalText writes the word of String; the error is an [*InputError].
func (m EvaluationMode) MarshalText() ([]byte, error) {
	return marshalWord(evaluationWords(), int(m), "evaluation mode")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (m *EvaluationMode) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(evaluationWords(), string(text), "evaluation mode")
	if err == nil {
		*m = EvaluationMode(i)
	}
	return err
}

func evaluationWords() []string { return []string{"none", "process", "outcome"} }

// Performance is what is known about the work of one person in a period. Both score cards
// are made of it: [Machine.ProcessCard] and [Performance.OutcomeCard].
type Performance struct {
	Owner  string
	Period rapport.Interval
	// Histories are the entries of deals, one slice a deal from its first entry. Deals of
	// others do no harm. What is counted belongs to who owned the deal when it happened.
	Histories [][]Entry
	// Activities are those of the person; those of others do no harm.
	Activities []Activity
	// Attempts is how many triggers the person fired and Refused how many of them were
	// refused, if the host has counted them: histories keep no refusals.
	Attempts, Refused int
	// Forecast is what the person forecast to win in the period; the zero Money: nothing.
	Forecast rapport.Money
}

// until returns the entries of a history up to the end of the period.
func (p *Performance) until(entries []Entry) []Entry {
	end := p.Period.End()
	if end.IsZero() {
		return entries
	}
	return entries[:sort.Search(len(entries), func(i int) bool { return !entries[i].At.Before(end) })]
}

// owned reports whether a deal was the person's after all that happened up to an instant.
func (p *Performance) owned(entries []Entry, at time.Time) bool {
	n := sort.Search(len(entries), func(i int) bool { return entries[i].At.After(at) })
	return n > 0 && entries[n-1].Owner == p.Owner
}

// share is a ratio of counts.
type share struct{ part, all int }

func (s *share) count(part bool) {
	s.all++
	if part {
		s.part++
	}
}

func (s share) ratio() rapport.Ratio {
	return rapport.Ratio{Num: float64(s.part), Den: float64(s.all), N: s.all}
}
