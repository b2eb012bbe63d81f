package satisfaction

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// The least and the greatest weight of a response. Weights have no unit: only their
// proportions count.
const (
	MinWeight = 1e-9
	MaxWeight = 1e9
)

// Response is one filled-in questionnaire.
type Response struct {
	ID       rapport.ID // of the response
	Customer rapport.ID // who answered; empty: not known
	Wave     string     // round of the survey, such as "2026-Q1"; may be empty
	Channel  string     // how the answers came, such as "phone"; may be empty
	At       time.Time  // when; the zero time: not known
	// Weight is the survey weight, from [MinWeight] to [MaxWeight]. Either all
	// responses of a collection have one or none has: 0 means none.
	Weight float64
	// Answers holds the answers by the key of the item. A question that was not
	// answered is not in it.
	Answers map[string]float64
}

// ResponseError reports a response whose heading cannot be used.
type ResponseError struct {
	Row      int // from 0
	Response rapport.ID
	Field    string // "id", "customer", "wave", "channel", "at" or "weight"
	Value    string // as it was given
	Reason   string
	Err      error // the error about the value itself, such as a [*rapport.IDError], or nil
}

func (e *ResponseError) Error() string {
	return fmt.Sprintf("satisfaction: response %q (row %d): %s %.80q: %s", e.Response, e.Row, e.Field, e.Value, e.Reason)
}

// Unwrap returns Err.
func (e *ResponseError) Unwrap() error { return e.Err }

// AnswerError reports an answer that the item's scale does not hold.
type AnswerError struct {
	Row       int        // from 0
	Response  rapport.ID // empty where a column has no responses behind it
	Item      string
	Value     float64
	Low, High float64 // the scale of the item
	Reason    string  // "out of range" or "not whole"
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("satisfaction: response %q (row %d): answer %v to item %q is %s: %v to %v", e.Response, e.Row, e.Value, e.Item, e.Reason, e.Low, e.High)
}

// UnknownItemError reports a key that no item of the survey has.
type UnknownItemError struct {
	Survey   rapport.ID
	Row      int        // of the response, from 0; -1 if the key is an argument
	Response rapport.ID // whose answer it is; empty if the key is an argument
	Item     string
}

func (e *UnknownItemError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("satisfaction: survey %q has no item %.80q", e.Survey, e.Item)
	}
	return fmt.Sprintf("satisfaction: response %q (row %d): survey %q has no item %.80q", e.Response, e.Row, e.Survey, e.Item)
}

// checkHeading checks all of a response but its answers.
func (r *Response) checkHeading(row int) error {
	wrong := func(field, value, reason string, err error) error {
		return &ResponseError{Row: row, Response: r.ID, Field: field, Value: value, Reason: reason, Err: err}
	}
	if err := r.ID.Validate(); err != nil {
		return wrong("id", string(r.ID), "must be a valid id", err)
	}
	for _, label := range [...]struct{ field, text string }{
		{"customer", string(r.Customer)}, {"wave", r.Wave}, {"channel", r.Channel},
	} {
		if err := checkLabel(label.text); err != nil {
			return wrong(label.field, label.text, "must be empty or at most 128 bytes of UTF-8 without control characters", err)
		}
	}
	if year := r.At.UTC().Year(); year < 1 || year > 9999 {
		return wrong("at", r.At.Format(time.RFC3339), "must be in the years 1 to 9999", nil)
	}
	if r.Weight != 0 && !(r.Weight >= MinWeight && r.Weight <= MaxWeight) {
		return wrong("weight", fmt.Sprint(r.Weight), fmt.Sprintf("must be from %g to %g, or 0 for none", MinWeight, MaxWeight), nil)
	}
	return nil
}

// answers puts the answers of a response into a row of the survey's items.
func (s *Survey) answers(r *Response, row int, into []float64) error {
	known := 0
	for i, item := range s.items {
		value, ok := r.Answers[item.Key]
		if !ok {
			continue
		}
		known++
		if reason := item.takes(value); reason != "" {
			return &AnswerError{Row: row, Response: r.ID, Item: item.Key, Value: value, Low: item.Low, High: item.High, Reason: reason}
		}
		into[i] = value
	}
	if known == len(r.Answers) {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(r.Answers)) {
		if _, ok := s.at[key]; !ok {
			return &UnknownItemError{Survey: s.id, Row: row, Response: r.ID, Item: key}
		}
	}
	return nil
}
