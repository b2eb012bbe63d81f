package satisfaction

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Responses are checked responses to one survey; the zero value holds none to a survey
// without items. They are immutable and safe to share
// between goroutines; filters give views that share the answers, so that they are cheap.
type Responses struct {
	all  *responseTable
	rows []int // of the table that are in the view
}

type responseTable struct {
	survey   *Survey
	headings []Response // without their answers
	answers  []float64  // row major, as given, NaN where there is none
	weighted bool
}

// NewResponses checks responses against the survey and keeps a copy of them, in their
// order. The error is a [*SurveyError] for a survey without items, a [*ResponseError],
// an [*AnswerError] or an [*UnknownItemError].
func NewResponses(s *Survey, responses []Response) (*Responses, error) {
	if s == nil || len(s.items) == 0 {
		return nil, &SurveyError{Reason: "no items"}
	}
	t := &responseTable{survey: s, headings: make([]Response, len(responses)), answers: make([]float64, len(responses)*len(s.items))}
	for i := range t.answers {
		t.answers[i] = math.NaN()
	}
	view := &Responses{all: t, rows: make([]int, len(responses))}
	seen := make(map[rapport.ID]int, len(responses))
	for row := range responses {
		r := &responses[row]
		if err := r.checkHeading(row); err != nil {
			return nil, err
		}
		if first, twice := seen[r.ID]; twice {
			return nil, &ResponseError{Row: row, Response: r.ID, Field: "id", Value: string(r.ID), Reason: fmt.Sprintf("is in row %d already", first)}
		}
		seen[r.ID] = row
		if row == 0 {
			t.weighted = r.Weight != 0
		} else if t.weighted != (r.Weight != 0) {
			return nil, &ResponseError{Row: row, Response: r.ID, Field: "weight", Value: fmt.Sprint(r.Weight),
				Reason: "all responses have a weight or none has, and that of row 0 is " + fmt.Sprint(responses[0].Weight)}
		}
		if err := s.answers(r, row, t.answers[row*len(s.items):][:len(s.items)]); err != nil {
			return nil, err
		}
		t.headings[row] = *r
		t.headings[row].Answers = nil
		view.rows[row] = row
	}
	return view, nil
}

// wantResponses returns an [*ArgumentError] for nil.
func wantResponses(r *Responses) error {
	if r == nil {
		return &ArgumentError{Name: "responses", Reason: "must not be nil"}
	}
	return nil
}

// Survey returns the survey that the responses answer.
func (r *Responses) Survey() *Survey { return r.table().survey }

// table returns what the view is of; the zero value is of an empty survey.
func (r *Responses) table() *responseTable {
	if r.all == nil {
		return &responseTable{survey: &Survey{}}
	}
	return r.all
}

// Len returns the number of responses.
func (r *Responses) Len() int { return len(r.rows) }

// Weighted reports whether the responses have survey weights.
func (r *Responses) Weighted() bool { return r.table().weighted }

// Response returns a copy of response i, from 0 to Len less 1, as it was given.
func (r *Responses) Response(i int) Response {
	row := r.rows[i]
	response := r.all.headings[row]
	response.Answers = make(map[string]float64)
	for j, item := range r.all.survey.items {
		if answer := r.all.answers[row*len(r.all.survey.items)+j]; !math.IsNaN(answer) {
			response.Answers[item.Key] = answer
		}
	}
	return response
}

// Matrix returns the answers to the items, row major: one row for each response, one
// column for each key in the order given. Without keys it takes all items of the
// survey. What was not answered is NaN; reversed items are turned, so that high is
// good. The weights run parallel to the rows; nil: the responses have none. Both are
// fresh copies, made in one pass. The error is an [*UnknownItemError].
func (r *Responses) Matrix(keys ...string) (values, weights []float64, err error) {
	t := r.table()
	items := t.survey.items
	columns := make([]int, 0, max(len(keys), len(items)))
	for _, key := range keys {
		at, ok := t.survey.at[key]
		if !ok {
			return nil, nil, &UnknownItemError{Survey: t.survey.id, Row: -1, Item: key}
		}
		columns = append(columns, at)
	}
	if len(keys) == 0 {
		for at := range items {
			columns = append(columns, at)
		}
	}
	values = make([]float64, 0, len(r.rows)*len(columns))
	for _, row := range r.rows {
		answers := t.answers[row*len(items):][:len(items)]
		for _, at := range columns {
			values = append(values, items[at].upright(answers[at]))
		}
	}
	return values, r.weights(), nil
}

// weights returns the weights of the rows, nil where there are none.
func (r *Responses) weights() []float64 {
	if !r.Weighted() {
		return nil
	}
	weights := make([]float64, len(r.rows))
	for i, row := range r.rows {
		weights[i] = r.all.headings[row].Weight
	}
	return weights
}

// Column returns the answers to one item, turned if it is reversed. The error is an
// [*UnknownItemError].
func (r *Responses) Column(key string) (Column, error) {
	values, weights, err := r.Matrix(key)
	if err != nil {
		return Column{}, err
	}
	item, _ := r.Survey().Item(key)
	return columnOf(item, values, weights), nil
}

// Customers returns the ids of the customers who answered, sorted, each once.
func (r *Responses) Customers() []rapport.ID {
	var ids []rapport.ID
	for _, row := range r.rows {
		if id := r.all.headings[row].Customer; id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
