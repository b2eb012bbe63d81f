package routing

import (
	"fmt"
	"math"
	"time"
)

// Bounds of the staffing formulas.
const (
	MaxAgents  = 10_000_000 // of a model
	MaxErlangs = 1e9        // of work offered
)

// Demand is the work that is expected: so many contacts in a period, at random (a Poisson
// process), each handled for a random time with an exponential distribution.
type Demand struct {
	Contacts float64       // expected in the period; above 0
	Per      time.Duration // the period; above 0
	Handle   time.Duration // mean handling time, wrap-up included; above 0
}

// Load returns the work offered in erlangs, Contacts·Handle/Per: how many agents it would
// keep busy all the time.
func (d Demand) Load() float64 { return d.Contacts * float64(d.Handle) / float64(d.Per) }

func (d *Demand) check() error {
	wrong := func(field, value, reason string) error {
		return &InputError{What: "demand", Field: field, Value: value, Reason: reason}
	}
	switch {
	case !(d.Contacts > 0) || math.IsInf(d.Contacts, 1):
		return wrong("contacts", fmt.Sprint(d.Contacts), "want a finite number above 0")
	case d.Per <= 0:
		return wrong("per", d.Per.String(), "want a time above 0")
	case d.Handle <= 0:
		return wrong("handle", d.Handle.String(), "want a time above 0")
	case !(d.Load() <= MaxErlangs):
		return wrong("load", fmt.Sprint(d.Load()), fmt.Sprintf("want at most %g erlangs", MaxErlangs))
	}
	return nil
}

// spare returns agents − load. The two may be nearly equal: the products are kept in
// twice the digits, so that only the difference is rounded.
func (d *Demand) spare(agents int) float64 {
	n, per, handle := float64(agents), float64(d.Per), float64(d.Handle)
	room, work := n*per, d.Contacts*handle
	roomRest, workRest := math.FMA(n, per, -room), math.FMA(d.Contacts, handle, -work)
	return ((room - work) + (roomRest - workRest)) / per
}

func checkAgents(agents int) error {
	return checkRange("queue", "", "agents", agents, 1, MaxAgents)
}

// inverseB returns 1/B, B the Erlang B probability that all agents are busy where nobody
// waits, by the recursion 1/B(k) = 1 + k/(a·B(k−1)), of positive terms only. It is +Inf
// where B is below the range of float64.
func inverseB(agents int, load float64) float64 {
	x := 1.0
	for k := 1; k <= agents && x <= math.MaxFloat64; k++ {
		x = 1 + x*float64(k)/load
	}
	return x
}

// ErlangB returns the probability that a contact finds all agents busy where none waits:
// of lines, the share of calls that is turned away. For up to 5,000 agents the relative
// error is below 1e-12 where the result is above 1e-300. The errors are [*InputError].
func ErlangB(demand Demand, agents int) (float64, error) {
	if err := demand.check(); err != nil {
		return 0, err
	}
	if err := checkAgents(agents); err != nil {
		return 0, err
	}
	return 1 / inverseB(agents, demand.Load()), nil
}
