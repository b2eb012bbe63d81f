package assess

import (
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

	Quality    Finding[[]Measure]   `json:"quality"`
	Conditions Finding[[]Condition] `json:"conditions"`
	Questions  []Answer             `json:"questions"`
}

// status is what all findings have in common.
type status struct {
	part   Part
	origin Origin
	known  bool
}

func statusOf[T any](p Part, f *Finding[T]) status { return status{p, f.Origin, f.Data != nil} }

// statuses returns the parts of the customer in the order of [Parts].
func (r *Report) statuses() []status {
	return []status{
		statusOf(PartValue, &r.Value), statusOf(PartAlive, &r.Alive), statusOf(PartTier, &r.Tier), statusOf(PartCell, &r.Cell),
		statusOf(PartSegments, &r.Segments), statusOf(PartSatisfaction, &r.Satisfaction), statusOf(PartExpectations, &r.Expectations),
		statusOf(PartContacts, &r.Contacts), statusOf(PartCredit, &r.Credit), statusOf(PartRisks, &r.Risks), statusOf(PartActions, &r.Actions),
	}
}

// Known reports whether there are data for a part.
func (r *Report) Known(p Part) bool {
	for _, s := range append(r.statuses(), statusOf(PartQuality, &r.Quality), statusOf(PartConditions, &r.Conditions)) {
		if s.part == p {
			return s.known
		}
	}
	return false
}

// Gaps returns the questions that are not answered.
func (r *Report) Gaps() []Answer { return Gaps(r.Questions) }

// plainReport has the fields of a Report without its methods.
type plainReport Report

type reportFile struct {
	heading
	plainReport
}

// MarshalJSON writes the report with a kind and a format: the same bytes for the same
// facts. The error is that of a figure that contradicts itself.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(reportFile{headingOf("customer"), plainReport(r)})
}

// UnmarshalJSON reads what [Report.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat]; after it r is unchanged.
func (r *Report) UnmarshalJSON(text []byte) error {
	var f reportFile
	if err := read(text, "customer", &f); err != nil {
		return err
	}
	if err := f.Customer.Validate(); err != nil {
		return fmt.Errorf("assess: customer: %w: %w", ErrFormat, err)
	}
	*r = Report(f.plainReport)
	return nil
}
