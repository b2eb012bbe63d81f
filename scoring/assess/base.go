package assess

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// BaseReport is the assessment of all customers.
type BaseReport struct {
	AsOf      time.Time `json:"as_of"`
	Customers int       `json:"customers"`

	// Equity is the sum of the customers' values; Absent if none is known. It counts the
	// customers of whom the figure of [Options.Equity] is known, as [Equity.Covered] says,
	// and is as sure as the least sure of the values. Its method is [SumOfPotential] or
	// [SumOfTotal]. It has no interval: errors of one model are not independent between
	// customers (btyd.ForecastValues has them).
	Equity Finding[Equity] `json:"equity"`
	// Change is how equity came from that of an earlier date ([Sources.Before]). It compares
	// the customers counted then and now: one whose value is not known any more is lost.
	Change Finding[EquityChange] `json:"change"`
	// Active is how many customers are expected to be alive: Σ P(alive) over those for
	// whom it is known, with the standard error √Σ p(1−p) of independent customers and its
	// normal 95 % interval, within what is possible. It does not hold how well the probabilities are known.
	Active  Finding[rapport.Estimate] `json:"active"`
	Tiers   []Count                   `json:"tiers"` // in byte order of the name, as are the following
	Cells   []Count                   `json:"cells"`
	Risks   []Count                   `json:"risks"`   // customers with a risk of the code
	Actions []Count                   `json:"actions"` // customers by the first action recommended
	Held    rapport.Ratio             `json:"held"`    // customers on credit hold over those whose credit is known

	Coverage  []Coverage      `json:"coverage"` // in the order of [Parts]
	Questions []QuestionCount `json:"questions"`

	Quality    Finding[[]Measure] `json:"quality"`
	Conditions Finding[Readiness] `json:"conditions"`
}

// Count is how many customers something holds for, over those for whom it is known.
type Count struct {
	Name  string        `json:"name"`
	Share rapport.Ratio `json:"share"`
}

// Coverage is for how many customers there are data of a part, and where from.
type Coverage struct {
	Part    Part          `json:"part"`
	Share   rapport.Ratio `json:"share"`
	Absent  Absence       `json:"absent,omitempty"` // why it is known of nobody
	Origins []OriginCount `json:"origins,omitempty"`
}

// OriginCount is an origin with the customers whose part has it.
type OriginCount struct {
	Source    string    `json:"source"`
	Method    string    `json:"method"`
	Certainty Certainty `json:"certainty"`
	Oldest    time.Time `json:"oldest"` // as-of dates
	Newest    time.Time `json:"newest"`
	Customers int       `json:"customers"`
}

// QuestionCount is for how many customers a question is answered.
type QuestionCount struct {
	Code     string        `json:"code"`
	Text     string        `json:"text,omitempty"`
	Answered rapport.Ratio `json:"answered"`
}

// Base returns the assessment of all customers of [Sources.Customers] as of a date. It
// asks the sources for one customer after another and keeps what it counts and the
// values. No customers are no error: there are then no data.
//
// The errors are those of [Assessor.Customer], [ErrNoRoster], the error of the roster,
// [ErrTwice] for a customer that comes twice, or that of the equity: values of several
// currencies or with fractions of a minor unit.
func (a *Assessor) Base(ctx context.Context, asOf time.Time) (*BaseReport, error) {
	switch {
	case asOf.IsZero():
		return nil, &InputError{Name: "as-of date", Want: "a time"}
	case a.sources.Customers == nil:
		return nil, ErrNoRoster
	}
	quality, conditions, err := a.readiness(ctx, asOf)
	if err != nil {
		return nil, err
	}
	t := tally{options: &a.options, parts: Parts(), seen: make(map[rapport.ID]bool), known: make(map[Part]int), origins: make(map[Part]map[OriginCount]*OriginCount),
		tiers: counts{}, cells: counts{}, risks: counts{}, actions: counts{}, answered: make([]int, len(a.options.Questions))}
	r := new(Report) // one for all: the tally keeps nothing of it
	customers := a.sources.Customers(ctx, asOf)
	if customers == nil {
		return nil, ErrNoRoster
	}
	for customer, err := range customers {
		if err != nil {
			return nil, fmt.Errorf("assess: list of customers: %w", err)
		}
		if t.seen[customer] {
			return nil, fmt.Errorf("assess: customer %q: %w", customer, ErrTwice)
		}
		t.seen[customer] = true
		*r = Report{Customer: customer, AsOf: asOf, Quality: quality, Conditions: conditions}
		if err := a.fill(ctx, r); err != nil {
			return nil, err
		}
		if err := t.add(r); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil { // a list that stopped early is not the base
		return nil, fmt.Errorf("assess: list of customers: %w", err)
	}
	b := &BaseReport{AsOf: asOf, Customers: len(t.seen), Quality: quality, Conditions: conditions}
	if err := t.report(b, &a.sources); err != nil {
		return nil, err
	}
	before, err := ask(PartValue, "", asOf, a.sources.Before != nil, nil,
		func() (Finding[[]scoring.CustomerValue], error) { return a.sources.Before(ctx, asOf) })
	if err != nil {
		return nil, err
	}
	b.Change, err = t.change(before)
	return b, err
}

type plainBase BaseReport

type baseFile struct {
	heading
	plainBase
}

// MarshalJSON writes the report with a kind and a format: the same bytes for the same
// facts. It refuses what no assessor gives, such as a part without data that does not
// say why, and a figure that contradicts itself.
func (b BaseReport) MarshalJSON() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	return json.Marshal(baseFile{headingOf("base"), plainBase(b)})
}

// UnmarshalJSON reads what [BaseReport.MarshalJSON] wrote; it marshals to the same
// bytes. The error wraps [ErrFormat]; after it b is unchanged.
func (b *BaseReport) UnmarshalJSON(text []byte) error {
	var f baseFile
	if err := read(text, "base", &f); err != nil {
		return err
	}
	got := BaseReport(f.plainBase)
	if err := got.check(); err != nil {
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	*b = got
	return nil
}

// check refuses what no assessor gives.
func (b *BaseReport) check() error {
	if b.AsOf.IsZero() {
		return &InputError{Name: "as-of date", Want: "a time"}
	}
	if b.Customers < 0 {
		return &InputError{Name: "customers", Value: fmt.Sprint(b.Customers), Want: "a number from 0"}
	}
	return cmp.Or(
		b.Equity.check(PartValue, b.AsOf, nil),
		b.Change.check(PartValue, b.AsOf, nil),
		b.Active.check(PartAlive, b.AsOf, within("active customers", 0, float64(b.Customers))),
		b.Quality.check(PartQuality, b.AsOf, checkMeasures),
		b.Conditions.check(PartConditions, b.AsOf, Readiness.check),
	)
}
