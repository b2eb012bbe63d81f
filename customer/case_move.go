package customer

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// CaseMoment is what reaching a stage means for a case.
type CaseMoment string

// The moments. Most stages of a process have none.
const (
	CaseResponded CaseMoment = "responded" // somebody took care of it; only the first time counts
	CaseResolved  CaseMoment = "resolved"  // a solution was given
	CaseClosed    CaseMoment = "closed"    // nothing more is to be done
	CaseReopened  CaseMoment = "reopened"  // the solution did not hold
)

// CaseError reports a move that a case cannot make.
type CaseError struct {
	Case   rapport.ID
	Stage  string
	Moment CaseMoment
	At     time.Time
	Last   time.Time // the last instant of the case
	Reason Reason    // OutOfRange: At is before Last; NotAllowed: the moment does not fit; Unknown: no such moment
}

// Error names the case, the move, both instants and the reason.
func (e *CaseError) Error() string {
	return fmt.Sprintf("customer: case %q into stage %q (%s) at %s, last changed at %s: %s", e.Case, e.Stage, e.Moment,
		e.At.UTC().Format(time.RFC3339), e.Last.UTC().Format(time.RFC3339), e.Reason)
}

// Enter returns the case after its process brought it into a stage, with what that
// means for it; "" for a stage without a moment. What is resolved without an earlier
// response is responded to by that. The error is a [*CaseError]: a move before the
// last one, a resolution or a closing of what is closed, a second resolution of a
// round, or a reopening of what is open; or a [*ValidationError], for a record time
// before that of c too.
func (c Case) Enter(stage string, moment CaseMoment, at, recordedAt time.Time) (Case, error) {
	if err := c.Validate(); err != nil {
		return Case{}, err
	}
	at = at.UTC()
	refuse := func(reason Reason) (Case, error) {
		return Case{}, &CaseError{Case: c.ID, Stage: stage, Moment: moment, At: at, Last: c.last(), Reason: reason}
	}
	if at.Before(c.last()) {
		return refuse(OutOfRange)
	}
	if recordedAt.Before(c.RecordedAt) {
		var k checker
		k.report(path{field: "recorded_at"}, OutOfRange)
		return Case{}, k.err("case", string(c.ID))
	}
	next := c.normal()
	round := &next.Rounds[len(next.Rounds)-1]
	switch moment {
	case "":
	case CaseResponded:
		if next.FirstResponse.IsZero() {
			next.FirstResponse = at
		}
	case CaseResolved:
		if !round.settled().IsZero() {
			return refuse(NotAllowed)
		}
		round.Resolved = at
		if next.FirstResponse.IsZero() {
			next.FirstResponse = at
		}
	case CaseClosed:
		if !round.Closed.IsZero() {
			return refuse(NotAllowed)
		}
		round.Closed = at
	case CaseReopened:
		if round.settled().IsZero() {
			return refuse(NotAllowed)
		}
		next.Rounds = append(next.Rounds, CaseRound{Opened: at})
	default:
		return refuse(Unknown)
	}
	next.Stage, next.StageSince, next.RecordedAt = stage, at, recordedAt.UTC()
	if err := next.Validate(); err != nil {
		return Case{}, err
	}
	return next, nil
}

// last returns the last instant of the case.
func (c *Case) last() time.Time {
	round := c.Rounds[len(c.Rounds)-1]
	return slices.MaxFunc([]time.Time{round.Opened, round.Resolved, round.Closed, c.FirstResponse, c.StageSince}, time.Time.Compare)
}

// AsOf returns the case as its times stood at an instant: later moments are left out,
// and so is its stage if it was entered later. It is false before the case was
// opened.
func (c Case) AsOf(at time.Time) (Case, bool) {
	seen := func(t time.Time) time.Time {
		if t.After(at) {
			return time.Time{}
		}
		return t
	}
	var rounds []CaseRound
	for _, r := range c.Rounds {
		if !r.Opened.After(at) {
			rounds = append(rounds, CaseRound{r.Opened, seen(r.Resolved), seen(r.Closed)})
		}
	}
	if len(rounds) == 0 {
		return Case{}, false
	}
	if c.StageSince.After(at) {
		c.Stage, c.StageSince = "", time.Time{}
	}
	c.Rounds, c.FirstResponse = rounds, seen(c.FirstResponse)
	return c, true
}

// Recurrence returns the earlier case that came back as c: of the same customer and
// category, settled before c was opened and at most window before it; of several the
// one settled last, then the one with the greatest id. It is false if there is none.
func Recurrence(c Case, earlier []Case, window time.Duration) (rapport.ID, bool) {
	var found rapport.ID
	var settled time.Time
	for _, e := range earlier {
		seen, ok := e.AsOf(c.Opened())
		if !ok || e.ID == c.ID || e.Customer != c.Customer || e.Category != c.Category {
			continue
		}
		at, ok := seen.Settled()
		if !ok || c.Opened().Sub(at) > window {
			continue
		}
		if found == "" || at.After(settled) || at.Equal(settled) && e.ID > found {
			found, settled = e.ID, at
		}
	}
	return found, found != ""
}
