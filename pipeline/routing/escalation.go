package routing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Level is a step of escalation.
type Level struct {
	After time.Duration // since the request was opened, on the clock of [EscalationTable.Due]; 0 or more
	To    rapport.ID    // who hears of it
	// Owned: it is due even if somebody owns the request, as it is still open. Without,
	// it is due only while nobody does.
	Owned bool
}

// Route says whose a type of request is, and who hears of it when it lies about.
type Route struct {
	Request rapport.ID // type of request; empty: all types that have no route of their own
	Team    rapport.ID // to whom such requests belong from the start: level 0
	Levels  []Level    // level 1 first; ascending times, no two equal
}

// EscalationTable is a set of routes: an immutable value made by [NewEscalationTable],
// safe to share between goroutines.
type EscalationTable struct {
	routes map[rapport.ID]Route
}

// NewEscalationTable checks and copies the routes. The errors are [*InputError], and
// [*DuplicateError] for two routes of a request.
func NewEscalationTable(routes []Route) (*EscalationTable, error) {
	t := &EscalationTable{routes: make(map[rapport.ID]Route, len(routes))}
	for _, route := range routes {
		if err := route.check(); err != nil {
			return nil, err
		}
		if _, twice := t.routes[route.Request]; twice {
			return nil, &DuplicateError{What: "request", ID: route.Request}
		}
		route.Levels = slices.Clone(route.Levels)
		t.routes[route.Request] = route
	}
	return t, nil
}

func (r *Route) check() error {
	if r.Request != "" {
		if err := checkID("route", "", "request", r.Request); err != nil {
			return err
		}
	}
	if err := checkID("route", r.Request, "team", r.Team); err != nil {
		return err
	}
	earlier := time.Duration(-1)
	for i, level := range r.Levels {
		if err := checkID("route", r.Request, fmt.Sprintf("level %d to", i+1), level.To); err != nil {
			return err
		}
		if level.After <= earlier {
			return &InputError{What: "route", ID: r.Request, Field: fmt.Sprintf("level %d after", i+1), Value: level.After.String(), Reason: "want ascending times from 0"}
		}
		earlier = level.After
	}
	return nil
}

// Routes returns the routes by ascending request.
func (t *EscalationTable) Routes() []Route {
	routes := make([]Route, 0, len(t.routes))
	for _, route := range t.routes {
		route.Levels = slices.Clone(route.Levels)
		routes = append(routes, route)
	}
	slices.SortFunc(routes, func(a, b Route) int { return cmp.Compare(a.Request, b.Request) })
	return routes
}

// Elapsed tells how much time that counts lies between two instants: the hours of
// business, say, as the method Between of a pipeline.Calendar does. It must be 0 or more
// and not fall as the second instant moves on.
type Elapsed func(from, to time.Time) time.Duration

// Escalation is the level that is due.
type Escalation struct {
	Team    rapport.ID    // of the route
	Level   int           // 0: none
	To      rapport.ID    // of the level; the team at level 0
	Elapsed time.Duration // since the request was opened
	// Next is when a higher level comes due if the owner stays as it is, and NextLevel
	// which; the zero time and 0: never, or not within 100 years.
	Next      time.Time
	NextLevel int
}

// horizon is how far into the future the next level is looked for.
const horizon = 100 * 365 * 24 * time.Hour

// Due returns the level of escalation that is due now for an open request of a type,
// opened at an instant; owner is who has taken it, empty for nobody. A nil elapsed counts
// by the wall clock.
//
// The errors: [*UnknownError] for a request without a route, [*TimeError] if now is before
// opened, [*InputError] for a function elapsed that is negative or falls.
func (t *EscalationTable) Due(request rapport.ID, opened time.Time, owner rapport.ID, now time.Time, elapsed Elapsed) (Escalation, error) {
	route, ok := t.routes[request]
	if !ok {
		if route, ok = t.routes[""]; !ok {
			return Escalation{}, &UnknownError{What: "request", ID: request}
		}
	}
	if now.Before(opened) {
		return Escalation{}, &TimeError{What: "now", At: now, Before: opened}
	}
	if elapsed == nil {
		elapsed = func(from, to time.Time) time.Duration { return to.Sub(from) }
	}
	passed := elapsed(opened, now)
	if passed < 0 {
		return Escalation{}, elapsedError(passed)
	}
	e := Escalation{Team: route.Team, To: route.Team, Elapsed: passed}
	for i, level := range route.Levels {
		switch {
		case owner != "" && !level.Owned:
		case passed >= level.After:
			e.Level, e.To = i+1, level.To
		default:
			next, err := reached(level.After, opened, now, passed, elapsed)
			if err != nil {
				return Escalation{}, err
			}
			if e.Next = next; !next.IsZero() {
				e.NextLevel = i + 1
			}
			return e, nil
		}
	}
	return e, nil
}

func elapsedError(value time.Duration) error {
	return &InputError{What: "escalation", Field: "elapsed", Value: value.String(), Reason: "want a time from 0 that does not fall"}
}

// reached returns the first instant after now at which the time elapsed since opened is
// at least after: by steps that double, then by halving down to the nanosecond. The zero
// time: not before the horizon.
func reached(after time.Duration, opened, now time.Time, passed time.Duration, elapsed Elapsed) (time.Time, error) {
	var low time.Duration // from now; too early
	lowPassed := passed
	high := after - passed
	for {
		high = min(high, horizon)
		due := elapsed(opened, now.Add(high))
		if due < lowPassed {
			return time.Time{}, elapsedError(due)
		}
		if due >= after {
			break
		}
		if high == horizon {
			return time.Time{}, nil
		}
		low, lowPassed = high, due
		high *= 2
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		due := elapsed(opened, now.Add(middle))
		switch {
		case due < lowPassed:
			return time.Time{}, elapsedError(due)
		case due >= after:
			high = middle
		default:
			low, lowPassed = middle, due
		}
	}
	return now.Add(high), nil
}
