package assess

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Source answers for one part. A customer it knows nothing of is the zero [Finding]
// and no error; an error means that it could not answer, and stops the report. It is
// asked for one customer after another, never at once.
type Source[T any] interface {
	// Find returns what is known of the customer as of a date.
	Find(ctx context.Context, customer rapport.ID, asOf time.Time) (Finding[T], error)
}

// SourceFunc is a function as a [Source].
type SourceFunc[T any] func(ctx context.Context, customer rapport.ID, asOf time.Time) (Finding[T], error)

// Find calls the function.
func (f SourceFunc[T]) Find(ctx context.Context, customer rapport.ID, asOf time.Time) (Finding[T], error) {
	if f == nil {
		return Finding[T]{}, missing("function of the source")
	}
	return f(ctx, customer, asOf)
}

// Rows is a table as a [Source]: the facts of customers that have one origin.
type Rows[T any] struct {
	Origin Origin
	Of     map[rapport.ID]T
}

// Find looks the customer up.
func (r Rows[T]) Find(_ context.Context, customer rapport.ID, _ time.Time) (Finding[T], error) {
	data, ok := r.Of[customer]
	if !ok {
		return Finding[T]{}, nil
	}
	return Found(data, r.Origin), nil
}

// Playbook recommends actions for a customer by what the report has found so far, which
// it must not change: all parts but actions. No rule that fires is an empty list, and data; nothing it can say
// is the zero Finding.
type Playbook interface {
	// Recommend returns the actions for the customer of the report, the first being the
	// one to take.
	Recommend(ctx context.Context, r Report) (Finding[[]Action], error)
}

// PlaybookFunc is a function as a [Playbook].
type PlaybookFunc func(ctx context.Context, r Report) (Finding[[]Action], error)

// Recommend calls the function.
func (f PlaybookFunc) Recommend(ctx context.Context, r Report) (Finding[[]Action], error) {
	if f == nil {
		return Finding[[]Action]{}, missing("function of the playbook")
	}
	return f(ctx, r)
}

// Sources are the sources of a report; each is optional, and a part without one is
// reported as no data.
type Sources struct {
	// Customers lists the base, each customer once.
	Customers func(ctx context.Context, asOf time.Time) iter.Seq2[rapport.ID, error]

	Value        Source[Value]
	Alive        Source[rapport.Estimate] // a probability
	Tier         Source[string]
	Cell         Source[string] // of current × potential value
	Segments     Source[[]string]
	Satisfaction Source[rapport.Estimate] // an index from 0 to 100
	Expectations Source[[]Expectation]
	Contacts     Source[[]Contact]
	Credit       Source[Credit]
	Risks        Source[[]Risk]
	Playbook     Playbook

	// Before are the values of the base at an earlier date, which the origin names, for
	// the change of its equity.
	Before func(ctx context.Context, asOf time.Time) (Finding[[]scoring.CustomerValue], error)

	// Quality says how good the data are, Conditions how ready the organisation is. A
	// host that has gates of its own, as of package customer/quality, returns the error of
	// the gate: the assessment then stops with it.
	Quality    func(ctx context.Context, asOf time.Time) (Finding[[]Measure], error)
	Conditions func(ctx context.Context, asOf time.Time) (Finding[Readiness], error)
}

// absent is why a part of no customer is known.
func (s *Sources) absent(p Part) Absence {
	asked := map[Part]bool{
		PartValue: s.Value != nil, PartAlive: s.Alive != nil, PartTier: s.Tier != nil, PartCell: s.Cell != nil, PartSegments: s.Segments != nil,
		PartSatisfaction: s.Satisfaction != nil, PartExpectations: s.Expectations != nil, PartContacts: s.Contacts != nil,
		PartCredit: s.Credit != nil, PartRisks: s.Risks != nil, PartActions: s.Playbook != nil,
	}
	if asked[p] {
		return NothingKnown
	}
	return NoSource
}
