package btyd

import (
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Visits adds up the covariates of a [Calendar] on the days on which each customer
// bought again: what the likelihood needs to know of a log beside its summaries. Its
// method Add is made for [scoring.Window], so that one pass over the log makes both. It
// is not safe for concurrent use.
type Visits struct {
	calendar *Calendar
	at       map[rapport.ID]int32
	last     int32 // the customer of the last call, −1 for none
	lastID   rapport.ID
	days     []visitDays
	sums     []float64 // customer by customer, as many as names
	err      error
}

// visitDays are the first and the last day of a customer, and how many there are.
type visitDays struct{ first, last, count int32 }

// NewVisits returns visits without any. The error is a [*CalendarError].
func NewVisits(calendar *Calendar) (*Visits, error) {
	if calendar.empty() {
		return nil, errNoCalendar()
	}
	return &Visits{calendar: calendar, at: map[rapport.ID]int32{}, last: -1}, nil
}

// Add counts a purchase date of a customer; those of one customer come in ascending
// order. What is wrong is kept for [Visits.Err]; nil and the zero value take nothing.
func (v *Visits) Add(customer rapport.ID, date time.Time) {
	if v == nil || v.err != nil {
		return
	}
	if v.calendar.empty() {
		v.err = errNoCalendar()
		return
	}
	day := dayOf(date)
	i := v.last
	if i < 0 || customer != v.lastID {
		var known bool
		if i, known = v.at[customer]; !known {
			i = int32(len(v.days))
			v.at[customer] = i
			v.days = append(v.days, visitDays{first: day, last: day - 1})
			v.sums = append(v.sums, make([]float64, len(v.calendar.names))...)
		}
		v.last, v.lastID = i, customer
	}
	d := &v.days[i]
	row, err := v.calendar.on(customer, day)
	switch {
	case err != nil:
		v.err = err
		return
	case day <= d.last:
		v.err = daysError(customer, day, day+1, "want each purchase date once, in ascending order")
		return
	}
	d.last = day
	d.count++
	if d.count > 1 {
		sums := v.sumsOf(i)
		for k, z := range v.calendar.rows[row] {
			sums[k] += z
		}
	}
}

// Err returns the first error of Add, a [*CalendarError].
func (v *Visits) Err() error {
	if v == nil {
		return nil
	}
	return v.err
}

func (v *Visits) sumsOf(i int32) []float64 {
	n := len(v.calendar.names)
	return v.sums[int(i)*n : (int(i)+1)*n]
}

// of returns the covariates summed over the repeat purchase dates of a customer with
// that summary, whose first purchase was on that day. It is an error if the visits were
// not those of the summary.
func (v *Visits) of(id rapport.ID, first int32, s scoring.Summary) ([]float64, error) {
	i, ok := v.at[id]
	if !ok {
		return nil, &CalendarError{Customer: id, Reason: "no visits: want Visits.Add called while the log was summarized"}
	}
	if d := v.days[i]; d.first != first || int(d.count)-1 != s.X {
		return nil, daysError(id, d.first, d.last+1, fmt.Sprintf("visits on %d days, the summary has 1 + %d from %s on", d.count, s.X, midnight(first).Format(time.DateOnly)))
	}
	return v.sumsOf(i), nil
}

// firstDay is the day of the first purchase of a customer of that age at the calibration
// end until.
func firstDay(until int32, age float64, unit rapport.Unit) int32 {
	return until - int32(math.Round(age*unit.Days()))
}

// untilOf is the calibration end of summaries.
func untilOf(summaries *scoring.Summaries) (int32, error) {
	if summaries.Until().IsZero() {
		return 0, &CalendarError{Reason: "the summaries have no dates: want those of a log, made by scoring.Summarize"}
	}
	return dayOf(summaries.Until()), nil
}
