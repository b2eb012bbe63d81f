package segment

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// MaxCadenceDays is the greatest number of days between two contacts.
const MaxCadenceDays = 3660

// TierCadence says how often customers of a tier are contacted.
type TierCadence struct {
	Tier string
	Days int // calendar days from one contact to the next; 0: on demand only
}

// Cadence says how often customers of each tier are contacted: an immutable value made
// by [NewCadence] or [ServicePolicy.Cadence], safe to share between goroutines.
type Cadence struct {
	tiers []TierCadence // the most important first
}

// Contact is what the planner knows of a customer.
type Contact struct {
	ID   rapport.ID
	Tier string
	// Since is since when he is a customer, Last the last contact; zero: there was
	// none. Without either he counts as due since the day of planning.
	Since, Last time.Time
	// Need is when he is expected to need something next; zero: not known.
	Need time.Time
	// Value orders the customers whom [Cadence.OffSeason] picks, in any unit.
	Value float64
}

// DueReason is why a contact is due.
type DueReason string

// The reasons.
const (
	DueByCadence DueReason = "cadence"    // the last contact is as long ago as the tier allows
	DueByNeed    DueReason = "need"       // a need is expected
	DueByNone    DueReason = "never"      // there was no contact yet
	DueOffSeason DueReason = "off_season" // there is time for a return visit
)

// Due is a contact that is to be made.
type Due struct {
	ID     rapport.ID
	Tier   string
	Reason DueReason
	On     time.Time // the start of the calendar day on which it is due
	// Overdue is how many calendar days that was before the day of planning; negative
	// if the day is still to come.
	Overdue int
	// Contacted says whether there was a contact, DaysSince how many days ago.
	Contacted bool
	DaysSince int
}

// DueOptions are the options of [Cadence.Due]; nil or the zero value means: what is due
// by the day of planning, in UTC.
type DueOptions struct {
	Location *time.Location // whose calendar days are counted; nil: UTC
	Within   int            // days ahead that are listed too, 0 to [MaxCadenceDays]
	Lead     int            // days before a need at which the contact is due, 0 to [MaxCadenceDays]
}

// CadenceError reports a cadence, or a row of a plan, that makes no sense.
type CadenceError struct {
	Index  int        // of the tier or the contact, from 0; -1: an option
	ID     rapport.ID // of the customer, if one is to blame
	Field  string     // "tier", "days", "last", "since", "need", "value", "as of", "within", "lead", …
	Value  string
	Reason string // for the reader of a log
}

// Error names the row, the field and the reason.
func (e *CadenceError) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("segment: cadence: %s %q: %s", e.Field, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: cadence: row %d %q: %s %q: %s", e.Index, e.ID, e.Field, e.Value, e.Reason)
}

// NewCadence returns the cadence of tiers, the most important first: that is the order
// in which contacts are listed. The error is a [*CadenceError].
func NewCadence(tiers ...TierCadence) (*Cadence, error) {
	fault := func(i int, field, value, reason string) (*Cadence, error) {
		return nil, &CadenceError{Index: i, Field: field, Value: value, Reason: reason}
	}
	if len(tiers) == 0 || len(tiers) > MaxTiers {
		return fault(-1, "tiers", fmt.Sprint(len(tiers)), "want 1 to 255")
	}
	for i, tier := range tiers {
		if reason := nameReason(tier.Tier); reason != "" {
			return fault(i, "tier", tier.Tier, reason)
		}
		if slices.ContainsFunc(tiers[:i], func(had TierCadence) bool { return had.Tier == tier.Tier }) {
			return fault(i, "tier", tier.Tier, "name twice")
		}
		if tier.Days < 0 || tier.Days > MaxCadenceDays {
			return fault(i, "days", fmt.Sprint(tier.Days), "out of range")
		}
	}
	return &Cadence{tiers: slices.Clone(tiers)}, nil
}

// Tiers returns the cadence of each tier, the most important first.
func (c *Cadence) Tiers() []TierCadence { return slices.Clone(c.tiers) }

// Due returns the contacts that are due as of an instant: the most important tier
// first, then the longest overdue, then by id. A contact is due on the earlier of two
// days: that of the last contact and the days of the tier, or the day of the expected
// need less the lead, unless the last contact was on that day or later. Who was never
// contacted is due since he is a customer, in a tier on demand only by a need.
//
// The contacts are only read, and their order does not matter. The error is an
// [*IDError], or a [*CadenceError]: an unknown tier, a last contact or a first day after
// the instant, an option out of range.
func (c *Cadence) Due(contacts []Contact, asOf time.Time, options *DueOptions) ([]Due, error) {
	plan, err := c.plan(contacts, asOf, options)
	if err != nil {
		return nil, err
	}
	var list []placed
	for i := range contacts {
		contact := &contacts[i]
		tier := plan.tier[contact.Tier]
		due, ok := plan.due(contact, c.tiers[tier].Days)
		if ok && due.Overdue >= -plan.options.Within {
			list = append(list, placed{due: due, tier: tier})
		}
	}
	return inOrder(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(b.due.Overdue, a.due.Overdue), cmp.Compare(a.due.ID, b.due.ID))
	}), nil
}

// placed is a due contact with what orders it.
type placed struct {
	due   Due
	tier  int
	value float64
}

func inOrder(list []placed, compare func(a, b placed) int) []Due {
	slices.SortFunc(list, compare)
	dues := make([]Due, len(list))
	for i := range list {
		dues[i] = list[i].due
	}
	return dues
}

// plan is a day of planning.
type plan struct {
	today    int // number of the day
	location *time.Location
	tier     map[string]int
	options  DueOptions
}

// plan checks everything that a plan is made from.
func (c *Cadence) plan(contacts []Contact, asOf time.Time, options *DueOptions) (*plan, error) {
	p := &plan{tier: make(map[string]int, len(c.tiers))}
	if options != nil {
		p.options = *options
	}
	for _, o := range []struct {
		field string
		days  int
	}{{"within", p.options.Within}, {"lead", p.options.Lead}} {
		if o.days < 0 || o.days > MaxCadenceDays {
			return nil, &CadenceError{Index: -1, Field: o.field, Value: fmt.Sprint(o.days), Reason: "out of range"}
		}
	}
	if dateFault("as of", asOf) != nil {
		return nil, &CadenceError{Index: -1, Field: "as of", Value: asOf.Format(time.RFC3339), Reason: "outside the years 2 to 9998"}
	}
	p.location = zone(p.options.Location)
	p.today = dayNumber(asOf, p.location)
	for i, tier := range c.tiers {
		p.tier[tier.Tier] = i
	}
	_, err := checkRows(len(contacts), func(i int) (rapport.ID, error) {
		return contacts[i].ID, p.fault(i, &contacts[i], asOf)
	})
	return p, err
}

func (p *plan) fault(i int, c *Contact, asOf time.Time) error {
	fault := func(field, value, reason string) error {
		return &CadenceError{Index: i, ID: c.ID, Field: field, Value: value, Reason: reason}
	}
	if _, known := p.tier[c.Tier]; !known {
		return fault("tier", c.Tier, "the cadence has no such tier")
	}
	if !(math.Abs(c.Value) <= MaxValue) { // so written to catch NaN
		return fault("value", fmt.Sprint(c.Value), "not a number of size up to MaxValue")
	}
	for _, date := range []struct {
		field string
		at    time.Time
		past  bool
	}{{"since", c.Since, true}, {"last", c.Last, true}, {"need", c.Need, false}} {
		switch {
		case date.at.IsZero():
		case dateFault(date.field, date.at) != nil:
			return fault(date.field, date.at.Format(time.RFC3339), "outside the years 2 to 9998")
		case date.past && date.at.After(asOf):
			return fault(date.field, date.at.Format(time.RFC3339), "after the day of planning")
		}
	}
	return nil
}

// due returns when the next contact of a customer is due; false if nothing calls for
// one.
func (p *plan) due(c *Contact, cadence int) (Due, bool) {
	due := Due{ID: c.ID, Tier: c.Tier, Contacted: !c.Last.IsZero()}
	on, last := 0, 0
	if due.Contacted {
		last = dayNumber(c.Last, p.location)
		due.DaysSince = p.today - last
	}
	switch {
	case cadence == 0: // on demand
	case due.Contacted:
		on, due.Reason = last+cadence, DueByCadence
	case !c.Since.IsZero():
		on, due.Reason = dayNumber(c.Since, p.location), DueByNone
	default:
		on, due.Reason = p.today, DueByNone
	}
	if !c.Need.IsZero() {
		need := dayNumber(c.Need, p.location) - p.options.Lead
		if (!due.Contacted || last < need) && (due.Reason == "" || need < on) {
			on, due.Reason = need, DueByNeed
		}
	}
	due.On, due.Overdue = dayStart(on, p.location), p.today-on
	return due, due.Reason != ""
}
