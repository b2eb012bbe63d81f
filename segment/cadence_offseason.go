package segment

import (
	"cmp"
	"fmt"
	"math"
	"time"
)

// OffSeasonOptions are the options of [Cadence.OffSeason]; nil or the zero value means:
// months below the average are off season, a customer rests 90 days after a contact,
// and everybody who has rested is listed.
type OffSeasonOptions struct {
	Location *time.Location // whose calendar days and months are counted; nil: UTC
	Below    float64        // an index below this is off season; 0 means 1
	Rest     int            // days after a contact, 1 to [MaxCadenceDays]; 0 means 90
	Most     int            // customers that there is time for; 0: any number
}

// OffSeason returns whom to visit again while there is little else to do: if the month
// of the instant is off season by the index, the customers with whom there was a
// contact, but none within the rest, by value, the greatest first, then by id. A
// customer whose need falls into an earlier high season is not forgotten so. It is empty
// in the high season. Contacts that [Cadence.Due] lists come here too; the host
// leaves out whom it has planned.
//
// The index has twelve seasons, of which the first is January. The error is that of
// [Cadence.Due], or a [*SeasonError] for another cycle.
func (c *Cadence) OffSeason(index *Seasons, contacts []Contact, asOf time.Time, options *OffSeasonOptions) ([]Due, error) {
	o := OffSeasonOptions{}
	if options != nil {
		o = *options
	}
	if o.Below == 0 {
		o.Below = 1
	}
	if o.Rest == 0 {
		o.Rest = 90
	}
	fault := func(field string, value any) error {
		return &CadenceError{Index: -1, Field: field, Value: fmt.Sprint(value), Reason: "out of range"}
	}
	switch {
	case index == nil:
		return nil, &SeasonError{Index: -1, Field: "cycle", Reason: "out of range"}
	case index.Cycle() != yearMonths:
		return nil, &SeasonError{Index: -1, Field: "cycle", Value: float64(index.Cycle()), Reason: "out of range"}
	case !(o.Below > 0 && o.Below <= math.MaxFloat64): // so written to catch NaN
		return nil, fault("below", o.Below)
	case o.Rest < 1 || o.Rest > MaxCadenceDays:
		return nil, fault("rest", o.Rest)
	case o.Most < 0:
		return nil, fault("most", o.Most)
	}
	p, err := c.plan(contacts, asOf, &DueOptions{Location: o.Location})
	if err != nil {
		return nil, err
	}
	if index.At(int(asOf.In(p.location).Month())).Index >= o.Below {
		return nil, nil
	}
	var list []placed
	for i := range contacts {
		contact := &contacts[i]
		if contact.Last.IsZero() {
			continue
		}
		last := dayNumber(contact.Last, p.location)
		if p.today-last < o.Rest {
			continue
		}
		list = append(list, placed{value: contact.Value, due: Due{
			ID: contact.ID, Tier: contact.Tier, Reason: DueOffSeason, On: dayStart(last+o.Rest, p.location),
			Overdue: p.today - last - o.Rest, Contacted: true, DaysSince: p.today - last,
		}})
	}
	visits := inOrder(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.due.ID, b.due.ID))
	})
	if o.Most > 0 && len(visits) > o.Most {
		visits = visits[:o.Most]
	}
	return visits, nil
}
