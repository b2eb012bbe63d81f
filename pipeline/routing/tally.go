package routing

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Resolution says whether a contact was settled the first time.
type Resolution uint8

// The resolutions. Contacts of which nothing is known do not count in
// [Figures].FirstContact.
const (
	ResolutionUnknown Resolution = iota
	ResolvedFirst                // settled at the first contact
	ResolvedNotFirst             // came again, or is to come again
)

// Call is the record of one call, chat or case that was offered to a queue. It is
// answered, abandoned, or neither: still waiting, sent elsewhere, lost to a fault.
type Call struct {
	ID          rapport.ID    // for errors; may be empty
	OfferedAt   time.Time     // when it came to the queue
	AnsweredAt  time.Time     // the zero time: not answered
	AbandonedAt time.Time     // the zero time: not abandoned
	Handled     time.Duration // talk, hold and wrap-up; of answered calls only
	Transferred bool          // passed on to another agent; of answered calls only
	Resolution  Resolution    // of answered calls only
}

func (c *Call) check() error {
	wrong := func(field, value, reason string) error {
		return &InputError{What: "call", ID: c.ID, Field: field, Value: value, Reason: reason}
	}
	answered, abandoned := !c.AnsweredAt.IsZero(), !c.AbandonedAt.IsZero()
	switch {
	case c.OfferedAt.IsZero():
		return wrong("offered at", "unset", "want an instant")
	case answered && abandoned:
		return wrong("abandoned at", c.AbandonedAt.Format(time.RFC3339Nano), "want nothing for an answered call")
	case answered && c.AnsweredAt.Before(c.OfferedAt):
		return &TimeError{What: "answered", At: c.AnsweredAt, Before: c.OfferedAt}
	case abandoned && c.AbandonedAt.Before(c.OfferedAt):
		return &TimeError{What: "abandoned", At: c.AbandonedAt, Before: c.OfferedAt}
	case c.Handled < 0:
		return wrong("handled", c.Handled.String(), "want a time from 0")
	case c.Resolution > ResolvedNotFirst:
		return wrong("resolution", "beyond the list", "want unknown, first or not first")
	case !answered && (c.Handled != 0 || c.Transferred || c.Resolution != ResolutionUnknown):
		return wrong("answered at", "unset", "want an instant for a call that was handled, transferred or resolved")
	}
	return nil
}

// Denominator names what a service level is a share of.
type Denominator string

// The denominators.
const (
	OfOffered          Denominator = "offered"            // all calls
	OfAnswered         Denominator = "answered"           // flatters a queue that many leave
	OfOfferedLessShort Denominator = "offered_less_short" // all but those abandoned in a short time
)

// ServiceGoal says what a service level means.
type ServiceGoal struct {
	Within       time.Duration // answered after a wait of at most this, 0 or more
	Of           Denominator
	ShortAbandon time.Duration // abandoned after less than this is short: a wrong number, a second thought; 0: none is
}

// Tally counts calls for their figures. Make it with [NewTally]; it is not safe for use by
// several goroutines at once.
type Tally struct {
	goal                                        ServiceGoal
	offered, answered, abandoned, short, within int
	transferred, first, known                   int
	waitAnswered, waitAbandoned, handled        timeSum
}

// timeSum adds durations without the bound of 292 years.
type timeSum struct{ seconds, nanos int64 }

func (s *timeSum) add(d time.Duration) {
	s.seconds += int64(d / time.Second)
	s.nanos += int64(d % time.Second)
	s.seconds, s.nanos = s.seconds+s.nanos/1e9, s.nanos%1e9
}

func (s *timeSum) value() float64 { return float64(s.seconds) + float64(s.nanos)/1e9 }

// NewTally returns an empty tally for a goal. The error is an [*InputError].
func NewTally(goal ServiceGoal) (*Tally, error) {
	wrong := func(field, value, reason string) error {
		return &InputError{What: "service goal", Field: field, Value: value, Reason: reason}
	}
	switch {
	case goal.Within < 0:
		return nil, wrong("within", goal.Within.String(), "want a time from 0")
	case goal.ShortAbandon < 0:
		return nil, wrong("short abandon", goal.ShortAbandon.String(), "want a time from 0")
	case goal.Of != OfOffered && goal.Of != OfAnswered && goal.Of != OfOfferedLessShort:
		return nil, wrong("of", string(goal.Of), "want offered, answered or offered_less_short")
	}
	return &Tally{goal: goal}, nil
}

// Add counts a call. A record that makes no sense is an [*InputError] or a [*TimeError]
// and is not counted.
func (t *Tally) Add(call Call) error {
	if err := call.check(); err != nil {
		return err
	}
	t.offered++
	switch {
	case !call.AnsweredAt.IsZero():
		t.answer(&call)
	case !call.AbandonedAt.IsZero():
		wait := call.AbandonedAt.Sub(call.OfferedAt)
		t.abandoned++
		t.waitAbandoned.add(wait)
		if wait < t.goal.ShortAbandon {
			t.short++
		}
	}
	return nil
}

func (t *Tally) answer(call *Call) {
	wait := call.AnsweredAt.Sub(call.OfferedAt)
	t.answered++
	t.waitAnswered.add(wait)
	t.handled.add(call.Handled)
	if wait <= t.goal.Within {
		t.within++
	}
	if call.Transferred {
		t.transferred++
	}
	if call.Resolution != ResolutionUnknown {
		t.known++
	}
	if call.Resolution == ResolvedFirst {
		t.first++
	}
}

// Figures are the key figures of a queue. Ratios have no value where their denominator
// is 0; N is the number of calls behind each.
type Figures struct {
	Goal           ServiceGoal
	Offered        int
	Answered       int
	Abandoned      int
	ShortAbandoned int // of the abandoned
	Open           int // neither answered nor abandoned

	ServiceLevel rapport.Ratio // answered within the goal, of its denominator
	Lost         rapport.Ratio // abandoned of offered: the lost-call rate
	AbandonWait  rapport.Ratio // seconds that abandoned calls waited, of abandoned: their mean wait
	ASA          rapport.Ratio // seconds that answered calls waited, of answered: average speed of answer
	AHT          rapport.Ratio // seconds handled, of answered: average handling time
	Occupancy    rapport.Ratio // seconds handled, of seconds staffed
	Transferred  rapport.Ratio // of answered
	FirstContact rapport.Ratio // settled at the first contact, of answered whose resolution is known
}

// Figures returns the figures so far. Staffed is the time that agents were at hand for
// calls in all (ten agents for an hour are ten hours), 0 if it is not known.
func (t *Tally) Figures(staffed time.Duration) Figures {
	share := func(part, whole int) rapport.Ratio {
		return rapport.Ratio{Num: float64(part), Den: float64(whole), N: whole}
	}
	mean := func(sum timeSum, n int) rapport.Ratio {
		return rapport.Ratio{Num: sum.value(), Den: float64(n), N: n}
	}
	base := t.offered
	switch t.goal.Of {
	case OfAnswered:
		base = t.answered
	case OfOfferedLessShort:
		base -= t.short
	}
	return Figures{
		Goal: t.goal, Offered: t.offered, Answered: t.answered, Abandoned: t.abandoned, ShortAbandoned: t.short,
		Open:         t.offered - t.answered - t.abandoned,
		ServiceLevel: share(t.within, base),
		Lost:         share(t.abandoned, t.offered),
		AbandonWait:  mean(t.waitAbandoned, t.abandoned),
		ASA:          mean(t.waitAnswered, t.answered),
		AHT:          mean(t.handled, t.answered),
		Occupancy:    rapport.Ratio{Num: t.handled.value(), Den: max(0, staffed.Seconds()), N: t.answered},
		Transferred:  share(t.transferred, t.answered),
		FirstContact: share(t.first, t.known),
	}
}
