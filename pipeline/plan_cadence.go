package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// Cadence says how often customers are to be contacted. Its spans are days or working days.
type Cadence struct {
	// Tiers is the longest time between two contacts, by tier: at least a day.
	Tiers map[string]Span
	// BeforeNeed is how long before an expected need a customer is to be contacted; the
	// zero Span: on its day.
	BeforeNeed Span
}

// Contact is a customer as the cadence looks at it.
type Contact struct {
	Customer rapport.ID
	Owner    string
	Tier     string
	// Last is the day of the last contact; of a customer who never had one, the day on
	// which it became a customer.
	Last Date
	// Need is when the customer is expected to need something; the zero Date: not known.
	// A contact on the day on which one is due for the need, or later, has met it.
	Need Date
	// Season is how busy the season of this customer is, 1 for an ordinary one: at 2 the
	// tier's time is halved, at 0.5 doubled, and rounded to whole days. 0 is taken as 1.
	Season float64
}

// ContactReason says why a customer is to be contacted.
type ContactReason uint8

const (
	// ByCadence: the tier's time since the last contact is over.
	ByCadence ContactReason = iota + 1
	// ByNeed: the customer is expected to need something.
	ByNeed
)

// String returns "cadence" or "need".
func (r ContactReason) String() string {
	return word([]string{"none", "cadence", "need"}, int(r), "ContactReason")
}

// ContactDue is a customer who is to be contacted.
type ContactDue struct {
	Contact
	Due     Date // the earliest day for any reason
	Because ContactReason
	// Overdue and OverdueWorking are the days since Due, all and working ones.
	Overdue, OverdueWorking int
}

// DueContacts returns the customers who are to be contacted on a day or should have been,
// the longest overdue first, equals by customer. The errors are an [*InputError] for a tier
// without a span, for a span that is not of days, for a date or season that is none, and a
// [*CalendarEndError].
func DueContacts(contacts []Contact, cadence Cadence, on Date, c *Calendar) ([]ContactDue, error) {
	if err := checkDay("day", on); err != nil {
		return nil, err
	}
	if err := cadence.check(); err != nil {
		return nil, err
	}
	var list []ContactDue
	for _, contact := range contacts {
		due, because, err := cadence.due(&contact, c)
		if err != nil {
			return nil, err
		}
		days := on.number() - due.number()
		if days < 0 {
			continue
		}
		list = append(list, ContactDue{
			Contact: contact, Due: due, Because: because,
			Overdue: int(days), OverdueWorking: int(c.workingDaysAfter(due.number(), on.number())),
		})
	}
	slices.SortStableFunc(list, func(a, b ContactDue) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(a.Customer, b.Customer))
	})
	return list, nil
}

func (r *Cadence) check() error {
	for _, tier := range sortedKeys(r.Tiers) {
		if span := r.Tiers[tier]; !span.unit.daily() || span.count < 1 {
			return &InputError{Name: "cadence of tier " + tier, Value: span.String(), Want: `days or working days, such as "30d"`}
		}
	}
	if span := r.BeforeNeed; span.IsValid() && (!span.unit.daily() || span.count < 0) {
		return &InputError{Name: "time before a need", Value: span.String(), Want: `days or working days, such as "14d"`}
	}
	return nil
}

// due returns the first day on which a customer is to be contacted.
func (r *Cadence) due(contact *Contact, c *Calendar) (Date, ContactReason, error) {
	wrong := func(what, value, want string) (Date, ContactReason, error) {
		return Date{}, 0, &InputError{Name: what + " of customer " + string(contact.Customer), Value: value, Want: want}
	}
	every, ok := r.Tiers[contact.Tier]
	season := cmp.Or(contact.Season, 1)
	switch {
	case !ok:
		return wrong("tier", contact.Tier, "one with a cadence")
	case !contact.Last.IsValid():
		return wrong("last contact", contact.Last.String(), "a date")
	case contact.Need != Date{} && !contact.Need.IsValid():
		return wrong("need", contact.Need.String(), "a date")
	case !(season > 0) || math.IsInf(season, 1):
		return wrong("season", strconv.FormatFloat(season, 'g', -1, 64), "a number above 0")
	}
	days := min(max(math.Round(float64(every.count)/season), 1), maxSpanDays)
	due, err := c.moved(contact.Last, Span{int64(days), every.unit})
	if err != nil || contact.Need == (Date{}) {
		return due, ByCadence, err
	}
	need := contact.Need
	if r.BeforeNeed.IsValid() {
		if need, err = c.moved(need, r.BeforeNeed.Neg()); err != nil {
			return Date{}, 0, err
		}
	}
	if compareDates(need, contact.Last) > 0 && compareDates(need, due) < 0 {
		return need, ByNeed, nil
	}
	return due, ByCadence, nil
}

// moved returns the date that is a span of days or working days from another.
func (c *Calendar) moved(d Date, span Span) (Date, error) {
	if span.unit == spanWorkingDay {
		return c.workingDate(d.number(), span.count)
	}
	day, ok := shiftDay(d.number(), span.count)
	if !ok {
		return Date{}, c.ended(d.utc(), span.String())
	}
	return numbered(day), nil
}
