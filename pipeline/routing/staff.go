package routing

import (
	"fmt"
	"math"
	"sort"
	"time"
)

// Target is what a queue has to reach; what is 0 is not asked for, but something must be.
type Target struct {
	ServiceLevel float64       // least share of all callers served within Within; below 1
	Within       time.Duration // of the service level
	ASA          time.Duration // greatest average speed of answer
	Occupancy    float64       // greatest share of busy time, at most 1
	Abandoned    float64       // greatest share of callers who hang up, at most 1; Erlang A only
	// Shrinkage is the share of paid time in which agents are not at hand: leave, illness,
	// training, breaks. At least 0, below 1.
	Shrinkage float64
}

// Staffing is the smallest number of agents that reaches a [Target].
type Staffing[M ErlangC | ErlangA] struct {
	Agents   int // at work
	Rostered int // with shrinkage: ⌈Agents / (1 − Shrinkage)⌉
	Expected M   // what to expect of them
}

// UnreachableError reports a target that [MaxAgents] do not reach.
type UnreachableError struct {
	Target Target
	Load   float64 // erlangs
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("routing: %d agents for %v erlangs do not reach the target %+v", MaxAgents, e.Load, e.Target)
}

func (t *Target) check() error {
	wrong := func(field string, value any, reason string) error {
		return &InputError{What: "target", Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case !(t.ServiceLevel >= 0 && t.ServiceLevel < 1):
		return wrong("service level", t.ServiceLevel, "want 0 up to but not 1")
	case t.Within < 0:
		return wrong("within", t.Within, "want a time from 0")
	case t.ASA < 0:
		return wrong("ASA", t.ASA, "want a time from 0")
	case !(t.Occupancy >= 0 && t.Occupancy <= 1):
		return wrong("occupancy", t.Occupancy, "want 0 to 1")
	case !(t.Abandoned >= 0 && t.Abandoned <= 1):
		return wrong("abandoned", t.Abandoned, "want 0 to 1")
	case !(t.Shrinkage >= 0 && t.Shrinkage < 1):
		return wrong("shrinkage", t.Shrinkage, "want 0 up to but not 1")
	case t.ServiceLevel == 0 && t.ASA == 0 && t.Occupancy == 0 && t.Abandoned == 0:
		return wrong("all", 0, "want a service level, ASA, occupancy or share abandoned")
	}
	return nil
}

// expected is what both models say of a queue.
type expected interface {
	ServiceLevel(t time.Duration) float64
	ASA() float64
	Occupancy() float64
}

// meets is generic and not a method, so that no model is put on the heap.
func meets[M expected](t *Target, m M) bool {
	return (t.Occupancy == 0 || m.Occupancy() <= t.Occupancy) &&
		(t.ASA == 0 || m.ASA() <= t.ASA.Seconds()) &&
		(t.ServiceLevel == 0 || m.ServiceLevel(t.Within) >= t.ServiceLevel)
}

// rostered returns ⌈agents / (1 − shrinkage)⌉; a quotient that is whole but for rounding
// counts as whole.
func (t *Target) rostered(agents int) int {
	return int(math.Ceil(float64(agents) / (1 - t.Shrinkage) * (1 - 1e-14)))
}

// StaffErlangC returns the smallest staff that reaches the target by Erlang C. The errors
// are [*InputError], also for a target of Abandoned, which Erlang C does not know, and
// [*UnreachableError]. One pass of the recursion serves all numbers of agents.
func StaffErlangC(demand Demand, target Target) (Staffing[ErlangC], error) {
	if err := checkStaffing(&demand, &target); err != nil {
		return Staffing[ErlangC]{}, err
	}
	if target.Abandoned != 0 {
		return Staffing[ErlangC]{}, &InputError{What: "target", Field: "abandoned", Value: fmt.Sprint(target.Abandoned), Reason: "want 0: callers of Erlang C do not hang up"}
	}
	load, inverse := demand.Load(), 1.0
	for agents := 1; agents <= MaxAgents; agents++ {
		if inverse = 1 + inverse*float64(agents)/load; float64(agents) < load || demand.spare(agents) <= 0 {
			continue
		}
		if m := erlangC(&demand, agents, inverse); meets(&target, m) {
			return Staffing[ErlangC]{Agents: agents, Rostered: target.rostered(agents), Expected: m}, nil
		}
	}
	return Staffing[ErlangC]{}, &UnreachableError{Target: target, Load: load}
}

func checkStaffing(demand *Demand, target *Target) error {
	if err := demand.check(); err != nil {
		return err
	}
	return target.check()
}

// StaffErlangA returns the smallest staff that reaches the target by Erlang A. The errors
// are [*InputError] and [*UnreachableError]. All figures of a target get better with each
// agent, so the number is found by halving.
func StaffErlangA(demand Demand, patience time.Duration, target Target) (Staffing[ErlangA], error) {
	if err := checkStaffing(&demand, &target); err != nil {
		return Staffing[ErlangA]{}, err
	}
	if _, err := NewErlangA(demand, patience, 1); err != nil {
		return Staffing[ErlangA]{}, err
	}
	model := func(agents int) ErlangA {
		m, _ := NewErlangA(demand, patience, agents) // all that it refuses has been checked
		return m
	}
	enough := func(agents int) bool {
		m := model(agents)
		return (target.Abandoned == 0 || m.PAbandon() <= target.Abandoned) && meets(&target, m)
	}
	high := 1
	for ; !enough(high); high = min(2*high, MaxAgents) {
		if high == MaxAgents {
			return Staffing[ErlangA]{}, &UnreachableError{Target: target, Load: demand.Load()}
		}
	}
	low := high/2 + 1 // half as many do not reach it
	if high == MaxAgents {
		low = 1
	}
	agents := low + sort.Search(high-low, func(i int) bool { return enough(low + i) })
	return Staffing[ErlangA]{Agents: agents, Rostered: target.rostered(agents), Expected: model(agents)}, nil
}
