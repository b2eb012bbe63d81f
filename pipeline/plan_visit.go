package pipeline

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// Visit is a visit to a customer, planned for a day.
type Visit struct {
	Customer rapport.ID
	Owner    string
	Day      Date // zero while it is not planned
}

// SpreadVisits plans visits over days, such as return visits to old customers over the weeks
// of an off-season: for each owner as evenly as can be, the first visits first, and on no
// day more than the owner's capacity. It returns the visits that have their day now, and
// those for which there is no room, both in their order. The error is an [*InputError] for
// days that are none or come twice, for a visit that is planned already, and for an owner
// whose capacity is missing or negative.
func SpreadVisits(visits []Visit, days []Date, capacity map[string]int) (planned, left []Visit, err error) {
	days = slices.Clone(days)
	slices.SortFunc(days, compareDates)
	for i, d := range days {
		if !d.IsValid() || i > 0 && d == days[i-1] {
			return nil, nil, &InputError{Name: "day", Value: d.String(), Want: "dates, each once"}
		}
	}
	total := map[string]int{}
	for _, v := range visits {
		if v.Day != (Date{}) {
			return nil, nil, &InputError{Name: "visit to " + string(v.Customer), Value: v.Day.String(), Want: "one without a day"}
		}
		if room, ok := capacity[v.Owner]; !ok || room < 0 {
			return nil, nil, &InputError{Name: fmt.Sprintf("capacity of %q", v.Owner), Value: strconv.Itoa(room), Want: "visits a day, 0 or more"}
		}
		total[v.Owner]++
	}
	placed := map[string]int{}
	for _, v := range visits {
		room := total[v.Owner]
		switch {
		case len(days) == 0:
			room = 0
		case capacity[v.Owner] <= room/len(days):
			room = capacity[v.Owner] * len(days)
		}
		i := placed[v.Owner]
		if i >= room {
			left = append(left, v)
			continue
		}
		placed[v.Owner]++
		v.Day = days[i*len(days)/room]
		planned = append(planned, v)
	}
	return planned, left, nil
}

func compareDates(a, b Date) int { return int(a.number() - b.number()) }

// WorkingDates returns the working days of the calendar from a first date to a last, both
// included. The error is an [*InputError] for what is no date or out of order.
func (c *Calendar) WorkingDates(first, last Date) ([]Date, error) {
	if !first.IsValid() || !last.IsValid() || compareDates(first, last) > 0 {
		return nil, &InputError{Name: "dates", Value: fmt.Sprintf("%v to %v", first, last), Want: "two dates in their order"}
	}
	var list []Date
	for day := first.number(); day <= last.number(); day++ {
		if c.workingDaysAfter(day-1, day) == 1 {
			list = append(list, numbered(day))
		}
	}
	return list, nil
}
