package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// EquityOf says which figure of a [Value] is added up to customer equity.
type EquityOf uint8

const (
	// EquityOfPotential adds lifetime values: what is expected from the as-of date on. It
	// counts the customers whose potential value is known.
	EquityOfPotential EquityOf = iota
	// EquityOfTotal adds historic, current and potential value. It counts the customers of
	// whom all three are known.
	EquityOfTotal
)

// Split says by what the equity of the base is divided.
type Split uint8

// The ways to divide. A customer in several segments counts in the first.
const (
	SplitBySegment Split = iota
	SplitByCell
	SplitByTier
)

// Options are the options of [New]; nil or zero means the defaults.
type Options struct {
	// Floors are how good the data must be. Nil is [DefaultFloors], which are asked for
	// where [Sources.Quality] is given; floors of the host's own are always asked for, and
	// an empty list asks for nothing.
	Floors []Floor
	// Questions is what the report should answer; nil is [DefaultQuestions].
	Questions Questions
	Equity    EquityOf
	Split     Split
}

// Assessor makes reports. It is immutable; whether it can be used by several goroutines
// at once depends on its sources.
type Assessor struct {
	sources   Sources
	options   Options
	floorsSet bool
}

// New returns an assessor of the sources. The error is an [*InputError] for a floor, a
// question or an option that cannot be.
func New(sources Sources, o *Options) (*Assessor, error) {
	a := Assessor{sources: sources}
	if o != nil {
		a.options = *o
	}
	a.floorsSet = a.options.Floors != nil
	if !a.floorsSet {
		a.options.Floors = DefaultFloors()
	}
	if a.options.Questions == nil {
		a.options.Questions = DefaultQuestions()
	}
	a.options.Floors, a.options.Questions = slices.Clone(a.options.Floors), slices.Clone(a.options.Questions)
	if err := checkFloors(a.options.Floors); err != nil {
		return nil, err
	}
	if err := a.options.Questions.Validate(); err != nil {
		return nil, err
	}
	if a.options.Equity > EquityOfTotal || a.options.Split > SplitByTier {
		return nil, &InputError{Name: "option", Value: fmt.Sprintf("equity %d, split %d", a.options.Equity, a.options.Split), Want: "one of the constants"}
	}
	return &a, nil
}

// Customer returns the assessment of one customer as of a date.
//
// The error is a [*NotReadyError] where the data are not good enough, a [*SourceError]
// of a source that failed or gave what cannot be, an [*InputError], a
// [*rapport.IDError], or that of the context.
func (a *Assessor) Customer(ctx context.Context, customer rapport.ID, asOf time.Time) (*Report, error) {
	if asOf.IsZero() {
		return nil, &InputError{Name: "as-of date", Want: "a time"}
	}
	quality, conditions, err := a.readiness(ctx, asOf)
	if err != nil {
		return nil, err
	}
	r := &Report{Customer: customer, AsOf: asOf, Quality: quality, Conditions: conditions}
	if err := a.fill(ctx, r); err != nil {
		return nil, err
	}
	r.Questions = a.options.Questions.answer(r.Known)
	return r, nil
}

// fill finds all parts of the customer.
func (a *Assessor) fill(ctx context.Context, r *Report) error {
	if err := r.Customer.Validate(); err != nil {
		return fmt.Errorf("assess: customer: %w", err)
	}
	s, f := &a.sources, &filling{ctx: ctx, report: r}
	fill(f, PartValue, s.Value, &r.Value, nil)
	fill(f, PartAlive, s.Alive, &r.Alive, within("probability", 0, 1))
	fill(f, PartTier, s.Tier, &r.Tier, named)
	fill(f, PartCell, s.Cell, &r.Cell, named)
	fill(f, PartSegments, s.Segments, &r.Segments, allNamed)
	fill(f, PartSatisfaction, s.Satisfaction, &r.Satisfaction, within("index", 0, 100))
	fill(f, PartExpectations, s.Expectations, &r.Expectations, checkExpectations)
	fill(f, PartContacts, s.Contacts, &r.Contacts, checkContacts)
	fill(f, PartCredit, s.Credit, &r.Credit, nil)
	fill(f, PartRisks, s.Risks, &r.Risks, checkRisks)
	if f.err != nil {
		return f.err
	}
	if v := r.Value.Data; v != nil {
		own := *v // the source's own value stays as it is
		if err := own.settle(r.Value.Origin, r.AsOf); err != nil {
			return &SourceError{PartValue, r.Customer, err}
		}
		r.Value.Data = &own
	}
	if c, ok := r.Contacts.Get(); ok {
		c = slices.Clone(c)
		slices.SortStableFunc(c, func(x, y Contact) int { return cmp.Compare(uint(x.Preferred-1), uint(y.Preferred-1)) }) // 0 comes last
		r.Contacts.Data = &c
	}
	var err error
	r.Actions, err = ask(PartActions, r.Customer, r.AsOf, s.Playbook != nil, checkActions,
		func() (Finding[[]Action], error) { return s.Playbook.Recommend(ctx, *r) })
	return err
}

// filling is a report that is being filled, up to the first error.
type filling struct {
	ctx    context.Context
	report *Report
	err    error
}

// fill asks the source of one part.
func fill[T any](f *filling, p Part, s Source[T], into *Finding[T], check func(T) error) {
	if f.err == nil {
		f.err = f.ctx.Err()
	}
	if f.err == nil {
		customer, asOf := f.report.Customer, f.report.AsOf
		*into, f.err = ask(p, customer, asOf, s != nil, check, func() (Finding[T], error) { return s.Find(f.ctx, customer, asOf) })
	}
}

// ask returns what a source found, or why there is nothing; it refuses findings
// without origin and facts that check refuses.
func ask[T any](p Part, customer rapport.ID, asOf time.Time, there bool, check func(T) error, find func() (Finding[T], error)) (Finding[T], error) {
	if !there {
		return Finding[T]{Absent: NoSource}, nil
	}
	f, err := find()
	if err != nil {
		return Finding[T]{}, &SourceError{p, customer, err}
	}
	if e, ok := any(f.Data).(*rapport.Estimate); ok && e != nil && e.Validate() == nil && !e.HasValue() {
		f.Data = nil // an estimate from no observations
	}
	if f.Data == nil {
		return Finding[T]{Absent: NothingKnown}, nil
	}
	if err := f.Origin.check(asOf); err != nil {
		return Finding[T]{}, &SourceError{p, customer, err}
	}
	if check != nil {
		if err := check(*f.Data); err != nil {
			return Finding[T]{}, &SourceError{p, customer, err}
		}
	}
	f.Data, f.Absent = listed(f.Data), ""
	return f, nil
}

// listed makes a nil list an empty one, which stays data when it is written and read.
func listed[T any](data *T) *T {
	switch list := any(data).(type) {
	case *[]string:
		data, _ = any(notNil(list)).(*T)
	case *[]Expectation:
		data, _ = any(notNil(list)).(*T)
	case *[]Contact:
		data, _ = any(notNil(list)).(*T)
	case *[]Risk:
		data, _ = any(notNil(list)).(*T)
	case *[]Action:
		data, _ = any(notNil(list)).(*T)
	case *[]Measure:
		data, _ = any(notNil(list)).(*T)
	}
	return data
}

func notNil[E any](list *[]E) *[]E {
	if *list == nil {
		return &[]E{}
	}
	return list
}
