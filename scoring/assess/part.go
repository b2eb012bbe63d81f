package assess

import (
	"slices"
	"strings"
	"time"
)

// Part names a part of a report: a stable code.
type Part string

// The parts that can be known of one customer.
const (
	PartValue        Part = "value" // known if one of its amounts is
	PartAlive        Part = "alive"
	PartTier         Part = "tier"
	PartCell         Part = "cell"
	PartSegments     Part = "segments"
	PartSatisfaction Part = "satisfaction"
	PartExpectations Part = "expectations"
	PartContacts     Part = "contacts"
	PartCredit       Part = "credit"
	PartRisks        Part = "risks"
	PartActions      Part = "actions"
)

// The parts that are about the data and the organisation.
const (
	PartQuality    Part = "quality"
	PartConditions Part = "conditions"
)

// Parts returns the parts of one customer, in the order of a report.
func Parts() []Part {
	return []Part{PartValue, PartAlive, PartTier, PartCell, PartSegments, PartSatisfaction,
		PartExpectations, PartContacts, PartCredit, PartRisks, PartActions}
}

// Certainty says how sure a figure is: a stable code. A figure that has an interval
// says it in numbers beside.
type Certainty string

// The certainties, the surest first.
const (
	Exact     Certainty = "exact"     // added up from records
	Estimated Certainty = "estimated" // by a model or from a sample
	Stated    Certainty = "stated"    // somebody said so
	Assumed   Certainty = "assumed"   // a default or a guess
)

func (c Certainty) known() bool { return c.rank() >= 0 }

// rank is higher the less sure it is; below 0 for no certainty.
func (c Certainty) rank() int {
	return slices.Index([]Certainty{Exact, Estimated, Stated, Assumed}, c)
}

// least returns the less sure of two: that of a sum.
func (c Certainty) least(other Certainty) Certainty {
	if other.rank() > c.rank() {
		return other
	}
	return c
}

// Origin says where a figure comes from and how sure it is. All fields are needed.
type Origin struct {
	Source    string    `json:"source"` // the ledger, survey or model, with its version
	Method    string    `json:"method"` // how the figure was made of it
	AsOf      time.Time `json:"as_of"`  // the figure knows nothing later
	Certainty Certainty `json:"certainty"`
}

// check refuses an origin that says too little or knows more than asOf.
func (o Origin) check(asOf time.Time) error {
	switch {
	case strings.TrimSpace(o.Source) == "":
		return &OriginError{Field: "source", Want: "a text"}
	case strings.TrimSpace(o.Method) == "":
		return &OriginError{Field: "method", Want: "a text"}
	case o.AsOf.IsZero():
		return &OriginError{Field: "as-of date", Want: "a time"}
	case o.AsOf.After(asOf):
		return &OriginError{Field: "as-of date", Value: o.AsOf.Format(time.RFC3339), Want: "one not after that of the report, " + asOf.Format(time.RFC3339)}
	case !o.Certainty.known():
		return &OriginError{Field: "certainty", Value: string(o.Certainty), Want: "one of the constants"}
	}
	return nil
}

// Absence says why a part has no data: a stable code.
type Absence string

// The absences.
const (
	NoSource     Absence = "no_source"     // nobody was asked
	NothingKnown Absence = "nothing_known" // the source knows nothing of the customer
)

// Finding is what is known of one part. The zero value is nothing.
type Finding[T any] struct {
	Data   *T      `json:"data,omitempty"` // nil: no data. An empty list is data: there are none.
	Origin Origin  `json:"origin,omitzero"`
	Absent Absence `json:"absent,omitempty"` // why there are no data; a source leaves it empty
}

// Found returns data as a finding.
func Found[T any](data T, origin Origin) Finding[T] { return Finding[T]{Data: &data, Origin: origin} }

// Get returns the data; false if there are none.
func (f Finding[T]) Get() (data T, known bool) {
	if f.Data == nil {
		return data, false
	}
	return *f.Data, true
}
