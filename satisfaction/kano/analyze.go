package kano

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Analyze counts the responses and says what each feature comes to. Responses without
// both answers are skipped and counted. The answer does not depend on the order of the
// stream, to the last bit.
//
// It holds some kilobytes a feature and, to refuse a customer who answers twice about
// one, each customer's id and a number a response. Errors: an [*OptionError];
// [ErrNoResponses]; a [*RowError] with the position in the stream for a response that
// cannot be used, for a customer who comes twice, and for an error of the stream itself;
// the context's error, looked at every thousand responses or so.
func Analyze(ctx context.Context, responses iter.Seq2[Response, error], options *Options) (*Analysis, error) {
	o, err := options.settle()
	if err != nil {
		return nil, err
	}
	s := newSurvey(o)
	err = each(ctx, responses, s.add)
	switch {
	case err != nil:
		return nil, err
	case len(s.topics) == 0:
		return nil, ErrNoResponses
	}
	return s.analysis(), nil
}

// each calls add with each response and its position, up to the first error.
func each(ctx context.Context, responses iter.Seq2[Response, error], add func(row int, r *Response) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if responses == nil {
		return nil
	}
	row := 0
	for r, err := range responses {
		if row%1024 == 1023 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return &RowError{Row: row, Respondent: r.Respondent, Feature: r.Feature, Field: "stream", First: -1, Reason: "read failed", Err: err}
		}
		if err := add(row, &r); err != nil {
			return err
		}
		row++
	}
	return nil
}

// survey is the state of one pass over responses.
type survey struct {
	options Options
	numbers map[rapport.ID]int // of customers
	topics  map[string]*topic
}

// topic is what is known of a feature.
type topic struct {
	cells *cells
	rows  map[int]int // the row of each customer, by number
	total int
}

func newSurvey(o Options) *survey {
	return &survey{options: o, numbers: make(map[rapport.ID]int), topics: make(map[string]*topic)}
}

func (s *survey) add(row int, r *Response) error {
	if err := s.options.check(row, r); err != nil {
		return err
	}
	number, known := s.numbers[r.Respondent]
	if !known {
		number = len(s.numbers)
		s.numbers[r.Respondent] = number
	}
	t := s.topics[r.Feature]
	if t == nil {
		t = &topic{cells: newCells(s.options.Weighted), rows: make(map[int]int)}
		s.topics[r.Feature] = t
	}
	if first, twice := t.rows[number]; twice {
		return &RowError{Row: row, Respondent: r.Respondent, Feature: r.Feature, Field: "respondent", First: first, Reason: "twice"}
	}
	t.rows[number] = row
	t.total++
	if r.Functional != Missing && r.Dysfunctional != Missing {
		t.cells.add(r)
	}
	return nil
}

func (s *survey) analysis() *Analysis {
	o := s.options
	a := &Analysis{Table: o.Table, Rule: o.Rule, Coding: o.Coding, Level: o.Level, Weighted: o.Weighted, Features: []Feature{}}
	for name, t := range s.topics {
		a.Features = append(a.Features, t.feature(name, &o))
	}
	slices.SortFunc(a.Features, func(x, y Feature) int { return cmp.Compare(x.Name, y.Name) })
	return a
}

func (t *topic) feature(name string, o *Options) Feature {
	f := Feature{Name: name, Rows: t.total, sample: t.cells.sample(o.Table)}
	f.N = int(f.sample.rows.Sum())
	f.Skipped = f.Rows - f.N
	f.Counts, f.Weighted, f.EffectiveN = f.sample.rows, f.sample.weights, f.sample.size
	f.Profile = f.sample.profile(o.Level)
	f.Category = f.Verdicts.By(o.Rule)
	f.Continuous = t.cells.continuous(o.Coding, o.Level)
	f.Importance = t.cells.importance(o.Level)
	return f
}
