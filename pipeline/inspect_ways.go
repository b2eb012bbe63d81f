package pipeline

import "slices"

// cell is a stage in which records stand and a trigger.
type cell struct {
	stage   int
	trigger TriggerID
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
	in.ways, in.has = map[cell][]way{}, make([][]TriggerID, len(in.d.Stages))
	from := in.d.waysFrom()
	for i := range in.d.Stages {
		if !in.stands(i) {
			continue
		}
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
		for _, trigger := range in.has[i] {
			if n := len(in.ways[cell{i, trigger}]); n > MaxAlternatives {
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
		c := cell{from, t.Trigger}
		if len(in.ways[c]) == 0 {
			in.has[from] = append(in.has[from], t.Trigger)
		}
		in.ways[c] = append(in.ways[c], w)
	}
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
		for _, trigger := range in.has[i] {
			ways := in.ways[cell{i, trigger}]
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

// closedExits checks that closed stages are left for open ones.
func (in *inspector) closedExits() {
	told := map[int]bool{}
	for i := range in.d.Stages {
		s := &in.d.Stages[i]
		if !s.Kind.Closed() {
			continue
		}
		for _, trigger := range in.has[i] {
			for _, w := range in.ways[cell{i, trigger}] {
				bad := slices.IndexFunc(w.to, func(to int) bool { return in.d.Stages[to].Kind != Open })
				if bad >= 0 && !told[w.transition] {
					told[w.transition] = true
					in.fail(placeAt("transitions", w.transition), CodeClosedExit,
						"%q leads from closed stage %q to %q, which is not open", trigger, s.ID, in.d.Stages[w.to[bad]].ID)
				}
			}
		}
	}
}
