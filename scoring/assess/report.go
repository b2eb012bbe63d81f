package assess

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// Report is the assessment of one customer.
type Report struct {
	Customer rapport.ID `json:"customer"`
	AsOf     time.Time  `json:"as_of"`

	Value        Finding[Value]            `json:"value"`
	Alive        Finding[rapport.Estimate] `json:"alive"`
	Tier         Finding[string]           `json:"tier"`
	Cell         Finding[string]           `json:"cell"`
	Segments     Finding[[]string]         `json:"segments"`
	Satisfaction Finding[rapport.Estimate] `json:"satisfaction"`
	Expectations Finding[[]Expectation]    `json:"expectations"`
	Contacts     Finding[[]Contact]        `json:"contacts"` // preferred ones first, then in the order of the source
	Credit       Finding[Credit]           `json:"credit"`
	Risks        Finding[[]Risk]           `json:"risks"`
	Actions      Finding[[]Action]         `json:"actions"` // the first is the one to take

	Quality    Finding[[]Measure] `json:"quality"`
	Conditions Finding[Readiness] `json:"conditions"`
	Questions  []Answer           `json:"questions"`
}

// status is what all findings have in common.
type status struct {
	origin *Origin
	known  bool
}

func statusOf[T any](f *Finding[T]) status { return status{&f.Origin, f.Data != nil} }

// status returns that of a part; the zero status if there is no such part.
func (r *Report) status(p Part) status {
	switch p {
	case PartValue:
		return statusOf(&r.Value)
	case PartAlive:
		return statusOf(&r.Alive)
	case PartTier:
		return statusOf(&r.Tier)
	case PartCell:
		return statusOf(&r.Cell)
	case PartSegments:
		return statusOf(&r.Segments)
	case PartSatisfaction:
		return statusOf(&r.Satisfaction)
	case PartExpectations:
		return statusOf(&r.Expectations)
	case PartContacts:
		return statusOf(&r.Contacts)
	case PartCredit:
		return statusOf(&r.Credit)
	case PartRisks:
		return statusOf(&r.Risks)
	case PartActions:
		return statusOf(&r.Actions)
	case PartQuality:
		return statusOf(&r.Quality)
	case PartConditions:
		return statusOf(&r.Conditions)
	}
	return status{}
}

// Known reports whether there are data for a part.
func (r *Report) Known(p Part) bool { return r.status(p).known }

// Gaps returns the questions that are not answered.
func (r *Report) Gaps() []Answer { return Gaps(r.Questions) }

// plainReport has the fields of a Report without its methods.
type plainReport Report

type reportFile struct {
	heading
	plainReport
}

// MarshalJSON writes the report with a kind and a format: the same bytes for the same
// facts. It refuses what no assessor gives, such as a part without data that does not
// say why, and a figure that contradicts itself.
func (r Report) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return json.Marshal(reportFile{headingOf("customer"), plainReport(r)})
}

// UnmarshalJSON reads what [Report.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat]; after it r is unchanged.
func (r *Report) UnmarshalJSON(text []byte) error {
	var f reportFile
	if err := read(text, "customer", &f); err != nil {
		return err
	}
	got := Report(f.plainReport)
	if err := got.check(); err != nil {
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	*r = got
	return nil
}

// check refuses what no assessor gives: a report of nobody or of no date, and a part
// that neither has data, with their origin, nor says why it has none.
func (r *Report) check() error {
	if err := r.Customer.Validate(); err != nil {
		return fmt.Errorf("assess: customer: %w", err)
	}
	if r.AsOf.IsZero() {
		return &InputError{Name: "as-of date", Want: "a time"}
	}
	return cmp.Or(
		r.Value.check(PartValue, r.AsOf, func(v Value) error { return v.settle(r.Value.Origin, r.AsOf) }),
		r.Alive.check(PartAlive, r.AsOf, within("probability", 0, 1)),
		r.Tier.check(PartTier, r.AsOf, named),
		r.Cell.check(PartCell, r.AsOf, named),
		r.Segments.check(PartSegments, r.AsOf, allNamed),
		r.Satisfaction.check(PartSatisfaction, r.AsOf, within("index", 0, 100)),
		r.Expectations.check(PartExpectations, r.AsOf, checkExpectations),
		r.Contacts.check(PartContacts, r.AsOf, checkContacts),
		r.Credit.check(PartCredit, r.AsOf, nil),
		r.Risks.check(PartRisks, r.AsOf, checkRisks),
		r.Actions.check(PartActions, r.AsOf, checkActions),
		r.Quality.check(PartQuality, r.AsOf, checkMeasures),
		r.Conditions.check(PartConditions, r.AsOf, Readiness.check),
	)
}
