package customer

import (
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// The names of attributes that rapport itself reads; hosts add names of their own.
const (
	AttributeBirthDate      = "birth-date"      // a date: of a person
	AttributeFoundationDate = "foundation-date" // a date: of an organisation
)

// Attribute is one thing that is known or supposed of a customer: economic strength,
// level of consumption, mobility, size of the household. The same attribute may come
// from several sources, and may change over time.
type Attribute struct {
	Name       string           `json:"name"`                 // required, a code: what is said
	Value      Value            `json:"value"`                // required
	Source     string           `json:"source,omitzero"`      // optional, a code: who says so
	Valid      rapport.Interval `json:"valid,omitzero"`       // event time: when it holds; an open side: since ever, until further notice
	RecordedAt time.Time        `json:"recorded_at,omitzero"` // record time; zero: that of the customer
	Confidence float64          `json:"confidence,omitzero"`  // 0 < c ≤ 1: how sure the source is; 0: not stated
	Basis      Basis            `json:"basis,omitzero"`       // by what right it is held; "": not stated, which NewStrict refuses
	Sensitive  bool             `json:"sensitive,omitzero"`   // of a special category, such as health: used only with consent
}

// AttributeAt returns the value of an attribute at an instant: of those that hold
// then, the one with the highest confidence, then the latest record time, then the
// first. A confidence that is not stated counts as 1. It is false if there is none.
func (c Customer) AttributeAt(name string, at time.Time) (Attribute, bool) {
	var best Attribute
	found := false
	for _, a := range c.draft.Attributes {
		if a.Name != name || !a.Valid.Contains(at) {
			continue
		}
		if !found || surer(a.Confidence, best.Confidence, a.RecordedAt, best.RecordedAt) {
			best, found = a, true
		}
	}
	return best, found
}

// surer reports whether one statement beats another: by its confidence, where one that
// is not stated counts as 1, then by its record time.
func surer(one, other float64, recorded, otherRecorded time.Time) bool {
	if one == 0 {
		one = 1
	}
	if other == 0 {
		other = 1
	}
	return one > other || one == other && recorded.After(otherRecorded)
}

// BirthDate returns when a person was born or an organisation was founded, as
// [Customer.AttributeAt] finds it; false if that is not known.
func (c Customer) BirthDate(at time.Time) (Date, bool) {
	name := AttributeBirthDate
	if c.draft.Kind == Organisation {
		name = AttributeFoundationDate
	}
	a, _ := c.AttributeAt(name, at)
	return a.Value.Date()
}

func (d *Draft) checkAttributes(c *checker) {
	const list = "attributes"
	type claim struct {
		name, source string
		value        Value
	}
	seen := make(map[claim][]rapport.Interval, len(d.Attributes))
	for i := range d.Attributes {
		a := &d.Attributes[i]
		c.required(path{list, i, "name"}, a.Name, MaxCodeLength)
		c.value(path{list, i, "value"}, a.Value)
		if t := a.Value.kind; (a.Name == AttributeBirthDate || a.Name == AttributeFoundationDate) && t != "" && t != DateValue {
			c.report(path{list, i, "value"}, NotAllowed)
		}
		c.optional(path{list, i, "source"}, a.Source, MaxCodeLength)
		c.interval(path{list, i, "valid"}, a.Valid)
		a.RecordedAt = c.instant(path{list, i, "recorded_at"}, a.RecordedAt, false)
		a.Confidence = c.share(path{list, i, "confidence"}, a.Confidence)
		c.optional(path{list, i, "basis"}, string(a.Basis), MaxCodeLength)
		key := claim{a.Name, a.Source, a.Value}
		c.apart(path{list, i, ""}, Duplicate, seen[key], a.Valid)
		seen[key] = append(seen[key], a.Valid)
	}
}

// share reports a number outside 0 to 1, NaN among them, and returns it as the package
// keeps it: without a minus before zero, and 0 for one that was reported.
func (c *checker) share(p path, share float64) float64 {
	if share >= 0 && share <= 1 {
		return math.Abs(share)
	}
	c.report(p, OutOfRange)
	return 0
}

// apart reports an interval that overlaps an earlier one.
func (c *checker) apart(p path, reason Reason, earlier []rapport.Interval, valid rapport.Interval) {
	for _, e := range earlier {
		if e.Overlaps(valid) {
			c.report(p, reason)
			return
		}
	}
}
