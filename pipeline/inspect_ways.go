package pipeline

import "slices"

// offers are the triggers of a stage in which records stand.
type offers struct {
	list []offer
	at   map[TriggerID]int // numbers in list
}

// offer is a trigger with the ways that it may take, in the order in which they are tried.
type offer struct {
	trigger TriggerID
	ways    []way
}

// way is a transition from one stage.
type way struct {
	transition int
	level      int // 0 for the stage's own, more for those of the stages around it
	to         []int
	hidden     bool // others are always taken before it
}

// cells lays the ways of each stage and trigger, as Compile does, and reports whether
// they are few enough.
func (in *inspector) cells() bool {
	if n := in.routes(); n > MaxRoutes {
		in.fail(placeOf("transitions"), CodeTooLarge, "%d ways between stages, with all they demand, at most %d are accepted", n, MaxRoutes)
		return false
	}
	in.offers = make([]offers, len(in.d.Stages))
	from := in.d.waysFrom()
	for i := range in.d.Stages {
		if !in.stands(i) {
			continue
		}
		in.offers[i].at = map[TriggerID]int{}
		level := 0
		for s := i; s >= 0; s = in.super[s] {
			in.lay(i, from[in.d.Stages[s].ID], level)
			level++
		}
		if !in.d.Stages[i].Kind.Closed() {
			in.lay(i, from[""], level)
		}
	}
	for i := range in.d.Stages {
		for _, o := range in.offers[i].list {
			if n := len(o.ways); n > MaxAlternatives {
				in.fail(placeAt("stages", i), CodeTooLarge, "%d transitions by one trigger, at most %d are accepted", n, MaxAlternatives)
				return false
			}
		}
	}
	return true
}

func (in *inspector) lay(from int, transitions []int, level int) {
	for _, i := range transitions {
		t := &in.d.Transitions[i]
		w := way{transition: i, level: level}
		if targets := append([]StageID{t.To}, t.Among...); !t.Internal && !t.Resume {
			w.to = in.indices(targets)
			for k := range w.to {
				w.to[k] = in.settle(w.to[k])
			}
		}
		stage := &in.offers[from]
		k, had := stage.at[t.Trigger]
		if !had {
			k = len(stage.list)
			stage.at[t.Trigger] = k
			stage.list = append(stage.list, offer{trigger: t.Trigger})
		}
		stage.list[k].ways = append(stage.list[k].ways, w)
	}
}

// ways returns the ways of a stage and trigger.
func (in *inspector) ways(i int, trigger TriggerID) []way {
	if k, has := in.offers[i].at[trigger]; has {
		return in.offers[i].list[k].ways
	}
	return nil
}

// indices returns the numbers of those stages that are known.
func (in *inspector) indices(ids []StageID) []int {
	var list []int
	for _, id := range ids {
		if i, known := in.stages[id]; known {
			list = append(list, i)
		}
	}
	return list
}

// routes counts the ways from stage to stage, each with the demands and effects on it.
func (in *inspector) routes() int {
	chain := make([]int, len(in.d.Stages)) // demands and effects of a stage and all around it
	open, busy := []int{}, []int{}
	for i := range in.d.Stages {
		for s := i; s >= 0; s = in.super[s] {
			around := &in.d.Stages[s]
			chain[i] += around.Enter.size() + around.Leave.size() + len(around.OnEnter) + len(around.OnExit)
		}
		if kind := in.d.Stages[i].Kind; in.stands(i) && !kind.Closed() {
			busy = append(busy, i)
			if kind == Open {
				open = append(open, i)
			}
		}
	}
	sum := func(stages []int) (n int) {
		for _, i := range stages {
			n += chain[i]
		}
		return n
	}
	total := 0
	for i := range in.d.Transitions {
		t := &in.d.Transitions[i]
		from, to := busy, in.indices(append([]StageID{t.To}, t.Among...))
		if len(t.From) > 0 {
			from = nil
			for _, s := range in.indices(t.From) {
				from = append(from, in.leaves[s]...)
			}
		}
		if t.Resume {
			to = open
		}
		n := max(len(to), 1)
		for k := range to {
			to[k] = in.settle(to[k])
		}
		total += len(from)*n*(1+t.Gate.size()+len(t.Effects)) + n*sum(from) + len(from)*sum(to)
	}
	return total
}

// alternatives looks at the transitions that share a stage and trigger.
func (in *inspector) alternatives() {
	ambiguous := make(map[int]bool)
	undecided := make(map[int]bool)
	chosen := make([]bool, len(in.d.Transitions))
	for i := range in.d.Stages {
		for _, o := range in.offers[i].list {
			trigger, ways := o.trigger, o.ways
			hide(in.d, ways, func(first, second way) {
				if first.level == second.level && first.transition != second.transition && !ambiguous[second.transition] {
					ambiguous[second.transition] = true
					in.fail(placeAt("transitions", second.transition), CodeAmbiguous,
						"%q in stage %q: transitions[%d] comes first and is taken whenever this one could be",
						trigger, in.d.Stages[i].ID, first.transition)
				}
			})
			can, last, always := 0, 0, false
			for _, w := range ways {
				if !w.hidden {
					chosen[w.transition] = true
					can, last = can+1, w.transition
					always = always || len(in.d.Transitions[w.transition].When) == 0
				}
			}
			if can > 1 && !always && !undecided[last] {
				undecided[last] = true
				in.warn(placeAt("transitions", last).of("when"), CodeNoDefault,
					"%q in stage %q: all %d transitions have guards, and all may refuse", trigger, in.d.Stages[i].ID, can)
			}
		}
	}
	for i := range in.d.Transitions {
		if in.linked && !chosen[i] && !ambiguous[i] {
			in.warn(placeAt("transitions", i), CodeNeverChosen, "%q is never taken by this transition: no stage has it, or others come first", in.d.Transitions[i].Trigger)
		}
	}
}

// hide marks the ways before which another is taken whenever they could be: one whose
// guards are all among theirs.
func hide(d *Definition, ways []way, tell func(first, second way)) {
	for j := range ways {
		for i := range j {
			all := true
			for _, guard := range d.Transitions[ways[i].transition].When {
				all = all && slices.Contains(d.Transitions[ways[j].transition].When, guard)
			}
			if all {
				ways[j].hidden = true
				tell(ways[i], ways[j])
				break
			}
		}
	}
}

// closedExits checks that closed stages are left for open ones. A way to another closed
// stage works, but changes an outcome that was reported; one on hold would resume to the
// closed stage, which it cannot.
func (in *inspector) closedExits() {
	type closes struct {
		transition int
		closed     bool
	}
	told := map[closes]bool{}
	for i := range in.d.Stages {
		s := &in.d.Stages[i]
		if !s.Kind.Closed() {
			continue
		}
		for _, o := range in.offers[i].list {
			for _, w := range o.ways {
				for _, to := range w.to {
					target, at := &in.d.Stages[to], placeAt("transitions", w.transition)
					key := closes{w.transition, target.Kind.Closed()}
					if target.Kind == Open || told[key] {
						continue
					}
					told[key] = true
					if target.Kind.Closed() {
						in.warn(at, CodeClosedExit, "%q leads from closed stage %q to %q without being open between", o.trigger, s.ID, target.ID)
					} else {
						in.fail(at, CodeClosedExit, "%q leads from closed stage %q to %q, from which it could not resume", o.trigger, s.ID, target.ID)
					}
				}
			}
		}
	}
}
