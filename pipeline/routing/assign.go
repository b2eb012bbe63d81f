package routing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Decision says who has an item, and why.
type Decision struct {
	Item  rapport.ID
	Agent rapport.ID // empty: nobody is eligible
	At    time.Time
	By    Criterion // what set the agent apart from the second candidate; empty if there is none
	// Candidates are the eligible agents, the best first; none if the policy is brief.
	Candidates []Candidate
	// Refusals are the other agents, by ascending id; none if the policy is brief.
	Refusals []Refusal
	// Counts says how many agents each reason keeps from the item, in the order in which
	// the codes are declared, those that keep nobody left out.
	Counts []Count
	// Widened are the widenings that had come to act, in the order of the policy.
	Widened []Widening
	// Next is when the next widening comes to act or a hold ends, so that nobody need ask
	// again before, unless an agent has changed; the zero time: never.
	Next time.Time
	// Hopeless says that waiting will not help: every agent is kept from the item by a
	// reason that does not pass by itself, and no widening is to come.
	Hopeless bool
}

// Assigned reports whether somebody has the item.
func (d *Decision) Assigned() bool { return d.Agent != "" }

// Assign decides who of the desk should have the item at an instant. That nobody may is
// no error: the decision then says why. The desk stays as it is; [Desk.WithLoad] tells
// it what became of it. An item that makes no sense is an [*InputError].
func (d *Desk) Assign(item Item, at time.Time) (Decision, error) {
	if err := item.check(); err != nil {
		return Decision{}, err
	}
	return d.decide(&item, at), nil
}

func (d *Desk) decide(item *Item, at time.Time) Decision {
	n, widened, next := d.needOf(item, at)
	decision := Decision{Item: item.ID, At: at, Widened: widened, Next: next, Hopeless: next.IsZero()}
	prefer := d.preferred(&n)
	var best, second Candidate
	var reasons []Reason
	var counts [16]int // by place in codes
	order := codes()
	for row := range d.agents {
		start := len(reasons)
		reasons = d.judge(reasons, row, &n, at)
		against := reasons[start:]
		if len(against) == 0 {
			candidate := Candidate{Agent: d.agents[row].ID, Score: d.scoreOf(row, &n)}
			best, second = podium(best, second, candidate, prefer)
			if !d.policy.Brief {
				decision.Candidates = append(decision.Candidates, candidate)
			}
			continue
		}
		passes, seen := true, uint16(0)
		for _, reason := range against {
			passes = passes && reason.Code.Passes()
			if code := slices.Index(order, reason.Code); seen&(1<<code) == 0 { // two missing skills are one agent
				seen |= 1 << code
				counts[code]++
			}
		}
		decision.Hopeless = decision.Hopeless && !passes
		if d.policy.Brief {
			reasons = reasons[:start]
			continue
		}
		decision.Refusals = append(decision.Refusals, Refusal{Agent: d.agents[row].ID, Reasons: slices.Clip(against)})
	}
	for i, code := range order {
		if counts[i] > 0 {
			decision.Counts = append(decision.Counts, Count{Code: code, Agents: counts[i]})
		}
	}
	if best.Agent == "" {
		return decision
	}
	decision.Agent, decision.By, decision.Hopeless = best.Agent, OnlyCandidate, false
	if second.Agent != "" {
		_, decision.By = compare(&best, &second, prefer)
	}
	slices.SortFunc(decision.Candidates, func(a, b Candidate) int {
		c, _ := compare(&a, &b, prefer)
		return c
	})
	return decision
}

// podium returns the best two of three; an empty id stands for nobody.
func podium(best, second, next Candidate, prefer []Preference) (Candidate, Candidate) {
	better := func(a, b *Candidate) bool {
		if b.Agent == "" {
			return true
		}
		c, _ := compare(a, b, prefer)
		return c < 0
	}
	switch {
	case better(&next, &best):
		return next, best
	case better(&next, &second):
		return best, next
	}
	return best, second
}

// Batch is the answer of [Desk.AssignAll].
type Batch struct {
	Decisions []Decision // in the order in which they were made: the most urgent item first
	Desk      *Desk      // with the loads after them
}

// AssignAll assigns items one after the other at an instant, the greater priority
// first, then the longer wait, then the smaller id. Each item that is assigned adds 1 to
// the load of its agent, who is no longer idle, before the next is looked at. The order
// in which the items are given has no influence; d stays as it is.
//
// The errors are [*InputError] and [*DuplicateError], before anything is decided, and
// that of the context, which is asked before each item.
func (d *Desk) AssignAll(ctx context.Context, items []Item, at time.Time) (Batch, error) {
	order := make([]*Item, len(items))
	for i := range items {
		if err := items[i].check(); err != nil {
			return Batch{}, err
		}
		order[i] = &items[i]
	}
	slices.SortFunc(order, func(a, b *Item) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(order); i++ {
		if order[i].ID == order[i-1].ID {
			return Batch{}, &DuplicateError{What: "item", ID: order[i].ID}
		}
	}
	slices.SortFunc(order, func(a, b *Item) int { return urgency(a, b, at) })
	batch := Batch{Decisions: make([]Decision, 0, len(items)), Desk: d.copy()}
	for i, item := range order {
		if err := ctx.Err(); err != nil {
			return Batch{}, fmt.Errorf("routing: stopped after %d of %d items: %w", i, len(order), err)
		}
		decision := batch.Desk.decide(item, at)
		if decision.Assigned() {
			seat := &batch.Desk.seats[batch.Desk.row(decision.Agent)]
			seat.load++
			seat.idle = at
		}
		batch.Decisions = append(batch.Decisions, decision)
	}
	return batch, nil
}
