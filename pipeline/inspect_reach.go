package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// reach finds where records can and cannot come.
func (in *inspector) reach() {
	d := in.d
	in.next = in.edges()
	var begins []int
	for _, i := range in.indices(append([]StageID{d.Initial}, d.Entrances...)) {
		begins = append(begins, in.settle(i))
	}
	reached := reachable(in.next, begins)
	for i, s := range d.Stages {
		if in.stands(i) && !s.Archived && !reached[i] {
			in.fail(placeAt("stages", i), CodeUnreachable, "no way leads to stage %q", s.ID)
		}
	}
	in.addResumes()
	in.after = make([][]bool, len(d.Stages))
	live := make([]bool, len(d.Stages)) // where records are under way
	for i, s := range d.Stages {
		live[i] = reached[i] && !s.Archived && !s.Kind.Closed()
	}
	in.traps(live, reached)
	in.timers(live)
	in.mainPath(begins[0])
	in.gates(reached, begins)
}

// edges returns where each stage leads, in order and each once.
func (in *inspector) edges() [][]int {
	next := make([][]int, len(in.d.Stages))
	for i := range in.d.Stages {
		seen := map[int]bool{}
		for _, o := range in.offers[i].list {
			for _, w := range o.ways {
				if w.hidden {
					continue
				}
				for _, to := range w.to {
					if !seen[to] {
						seen[to] = true
						next[i] = append(next[i], to)
					}
				}
			}
		}
	}
	return next
}

// from returns the stages that can be reached from one, itself included.
func (in *inspector) from(i int) []bool {
	if in.after[i] == nil {
		in.after[i] = reachable(in.next, []int{i})
	}
	return in.after[i]
}

func reachable(next [][]int, some []int) []bool {
	reached := make([]bool, len(next))
	todo := slices.Clone(some)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !reached[i] {
			reached[i] = true
			todo = append(todo, next[i]...)
		}
	}
	return reached
}

func reversed(next [][]int) [][]int {
	before := make([][]int, len(next))
	for i, list := range next {
		for _, to := range list {
			before[to] = append(before[to], i)
		}
	}
	return before
}

// addResumes lets stages on hold lead back to the open ones from which records come to
// them.
func (in *inspector) addResumes() {
	before := reversed(in.next)
	for i, s := range in.d.Stages {
		if s.Kind != OnHold || !in.stands(i) || !in.resumes(i) {
			continue
		}
		seen := make([]bool, len(in.d.Stages))
		todo := []int{i}
		for len(todo) > 0 {
			at := todo[0]
			todo = todo[1:]
			for _, b := range before[at] {
				if seen[b] {
					continue
				}
				seen[b] = true
				if in.d.Stages[b].Kind == OnHold {
					todo = append(todo, b)
				} else if in.d.Stages[b].Kind == Open {
					in.next[i] = append(in.next[i], b)
				}
			}
		}
	}
}

func (in *inspector) resumes(i int) bool {
	for _, o := range in.offers[i].list {
		for _, w := range o.ways {
			if !w.hidden && in.d.Transitions[w.transition].Resume {
				return true
			}
		}
	}
	return false
}

// traps finds stages under way that lead to no closed one, or to no won one.
func (in *inspector) traps(live, reached []bool) {
	var closed, won []int
	for i, s := range in.d.Stages {
		if in.stands(i) && s.Kind.Closed() {
			closed = append(closed, i)
			if s.Kind == Won && reached[i] {
				won = append(won, i)
			}
		}
	}
	// What a record would reach only by being reopened is no way of this one.
	next := slices.Clone(in.next)
	for i, s := range in.d.Stages {
		if s.Kind.Closed() {
			next[i] = nil
		}
	}
	before := reversed(next)
	closes, wins := reachable(before, closed), reachable(before, won)
	told := make([]bool, len(live))
	for i := range in.d.Stages {
		at, id := placeAt("stages", i), in.d.Stages[i].ID
		switch {
		case !live[i] || told[i]:
		case !closes[i]:
			ring := in.ring(i)
			for _, other := range ring {
				told[other] = true
			}
			if len(ring) == 1 {
				in.fail(at, CodeDeadEnd, "no way leads on from stage %q", id)
			} else if len(ring) > 1 {
				in.fail(at, CodeLivelock, "stages %s lead to nothing but each other", in.list(ring))
			}
		case !wins[i] && len(won) > 0:
			in.warn(at, CodeNoWayToWin, "no won stage can be reached from stage %q", id)
		}
	}
}

// ring returns all stages that a stage leads to if each of them leads back, else none:
// then it leads into a ring that is told of by itself.
func (in *inspector) ring(i int) []int {
	var ring []int
	before := reachable(reversed(in.next), []int{i})
	for to, can := range in.from(i) {
		if can && !before[to] {
			return nil
		}
		if can {
			ring = append(ring, to)
		}
	}
	return ring
}

func (in *inspector) list(stages []int) string {
	const most = 10
	var names []string
	for _, i := range stages[:min(most, len(stages))] {
		names = append(names, string(in.d.Stages[i].ID))
	}
	if len(stages) > most {
		names = append(names, fmt.Sprintf("and %d more", len(stages)-most))
	}
	return strings.Join(names, ", ")
}

// timers finds rings of stages round which limits lead that all have passed: those by a
// date, and those of the process. Only ways that demand nothing are looked at, since
// another may stop the record.
func (in *inspector) timers(live []bool) {
	next := make([][]int, len(in.d.Stages))
	for i := range in.d.Stages {
		if !live[i] {
			continue
		}
		for _, l := range in.d.Stages[i].Limits {
			if l.Field != "" {
				next[i] = append(next[i], in.freely(i, l.Trigger)...)
			}
		}
		for _, l := range in.d.Limits {
			for _, to := range in.freely(i, l.Trigger) {
				if to != i {
					next[i] = append(next[i], to)
				}
			}
		}
	}
	told := make([]bool, len(next))
	for i := range next {
		if told[i] || !reachable(next, next[i])[i] {
			continue
		}
		var ring []int
		before := reachable(reversed(next), []int{i})
		for to, can := range reachable(next, []int{i}) {
			if can && before[to] {
				told[to] = true
				ring = append(ring, to)
			}
		}
		in.fail(placeAt("stages", i).of("limits"), CodeTimerCycle, "limits that have passed lead round for ever: %s", in.list(ring))
	}
}

// freely returns where a trigger leads from a stage without any demand.
func (in *inspector) freely(i int, trigger TriggerID) []int {
	if trigger == "" {
		return nil
	}
	for _, w := range in.ways(i, trigger) {
		t := &in.d.Transitions[w.transition]
		if len(t.When) == 0 {
			if t.Gate.empty() && t.To != "" && in.d.Stages[w.to[0]].Enter.empty() && in.d.Stages[i].Leave.empty() {
				return w.to
			}
			return nil
		}
	}
	return nil
}

func (g *Gate) empty() bool { return g.size() == 0 && g.Blocking == SeverityNone }
