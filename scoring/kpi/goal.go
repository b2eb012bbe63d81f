package kpi

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Target says what a figure should come to. From Green on it is good, from Amber on
// passable; in between, in the direction, lies what needs watching.
type Target struct {
	Direction    Direction
	Green, Amber float64 // in the unit of the figure; Amber is the worse one or the same
}

// Status returns how a value stands: green, amber or red.
func (t Target) Status(value float64) Status {
	sign := 1.0
	if t.Direction == LowerIsBetter {
		sign = -1
	}
	switch {
	case sign*value >= sign*t.Green:
		return StatusGreen
	case sign*value >= sign*t.Amber:
		return StatusAmber
	}
	return StatusRed
}

// Validate returns nil or an [*InputError] for limits that are no numbers or in the wrong
// order, and a [*DirectionError].
func (t Target) Validate() error {
	if _, err := t.Direction.MarshalText(); err != nil {
		return err
	}
	for _, v := range [...]named{{"green", t.Green}, {"amber", t.Amber}} {
		if !finite(v.value) {
			return &InputError{Subject: "target", Name: v.name, Value: v.value, Reason: "want a finite number"}
		}
	}
	if t.Green != t.Amber && (t.Green > t.Amber) != (t.Direction == HigherIsBetter) {
		return &InputError{Subject: "target", Name: "amber", Value: t.Amber, Reason: fmt.Sprintf("want no better than green, %v", t.Green)}
	}
	return nil
}

// Goal is a goal of the house: a leaf is measured by a KPI, another one by the goals
// below it.
type Goal struct {
	Code   string
	Parent string // code of the goal above; empty for one at the top
	Tier   string // code of the level that answers for it: "top", "middle", "base"; may be empty
	// KPI is the code of the figure of a leaf, and Scope of which part of the house.
	KPI   string
	Scope Scope
	// Target is what the figure of a leaf should come to; nil while none is agreed.
	Target *Target
	// Weight is how much the goal counts in the one above; 0 stands for 1.
	Weight float64
	// Rollup says how a goal follows from those below it; of a leaf it is the zero value.
	Rollup Rollup
}

// GoalError reports a goal that makes no sense.
type GoalError struct {
	Code   string // of the goal
	Field  string
	Reason string
	Err    error // more about it, or nil
}

// Error names the goal, its field and the reason.
func (e *GoalError) Error() string {
	return fmt.Sprintf("kpi: goal %q: %s: %s", clip(e.Code), e.Field, e.Reason)
}

// Unwrap returns what more is known about it, or nil.
func (e *GoalError) Unwrap() error { return e.Err }

// OrphanError reports a goal whose parent is not there.
type OrphanError struct {
	Code, Parent string
}

// Error names both.
func (e *OrphanError) Error() string {
	return fmt.Sprintf("kpi: goal %q: its parent %q is no goal", clip(e.Code), clip(e.Parent))
}

// CycleError reports goals that are above themselves.
type CycleError struct {
	Codes []string // from parent to parent, back to the first
}

// Error lists the goals of the cycle.
func (e *CycleError) Error() string {
	return "kpi: goals above themselves: " + strings.Join(e.Codes, ", ")
}

// GoalTree is goals with those above them, up to 64: an immutable value, made by
// [NewGoalTree] and safe to share. It may have several tops.
type GoalTree struct {
	goals    []Goal  // parents before children, siblings in the order given
	children [][]int // by goal
	parent   []int   // -1 at the top
}

// NewGoalTree returns a tree of the goals, in any order. The error is a [*CodeError] for a
// code that is none or stands twice, an [*OrphanError], a [*CycleError], or a [*GoalError]
// for anything else about a goal.
func NewGoalTree(goals ...Goal) (*GoalTree, error) {
	at := make(map[string]int, len(goals))
	for i, g := range goals {
		if err := checkCode("goal", g.Code); err != nil {
			return nil, err
		}
		if _, twice := at[g.Code]; twice {
			return nil, &CodeError{Subject: "goal", Code: g.Code, Reason: "twice"}
		}
		at[g.Code] = i
	}
	below := make([][]int, len(goals))
	var tops []int
	for i, g := range goals {
		if g.Parent == "" {
			tops = append(tops, i)
			continue
		}
		p, ok := at[g.Parent]
		if !ok {
			return nil, &OrphanError{Code: g.Code, Parent: g.Parent}
		}
		below[p] = append(below[p], i)
	}
	for i, g := range goals {
		if err := g.validate(len(below[i]) == 0); err != nil {
			return nil, err
		}
	}
	t := &GoalTree{}
	t.place(goals, below, tops)
	if len(t.goals) < len(goals) {
		return nil, cycleOf(goals, at, t.goals)
	}
	depth := make([]int, len(t.goals))
	for i, p := range t.parent {
		if p < 0 {
			continue
		}
		if depth[i] = depth[p] + 1; depth[i] > maxDepth {
			return nil, &GoalError{Code: t.goals[i].Code, Field: "parent", Reason: fmt.Sprintf("want up to %d goals above it", maxDepth)}
		}
	}
	return t, nil
}

// maxDepth is how many goals may stand above one. Each of them lists the leaves below that
// are red or have no data, which goals in one long chain would make endless.
const maxDepth = 64

// place fills the tree from the tops down, each goal followed by all below it.
func (t *GoalTree) place(goals []Goal, below [][]int, tops []int) {
	type step struct{ goal, parent int }
	var open []step
	push := func(list []int, parent int) {
		for _, i := range slices.Backward(list) {
			open = append(open, step{i, parent})
		}
	}
	push(tops, -1)
	for len(open) > 0 {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		here := len(t.goals)
		g := goals[s.goal]
		if g.Target != nil {
			target := *g.Target
			g.Target = &target
		}
		t.goals = append(t.goals, g)
		t.children = append(t.children, nil)
		t.parent = append(t.parent, s.parent)
		if s.parent >= 0 {
			t.children[s.parent] = append(t.children[s.parent], here)
		}
		push(below[s.goal], here)
	}
}

// cycleOf finds a cycle among the goals that no top leads to.
func cycleOf(goals []Goal, at map[string]int, placed []Goal) error {
	reached := make(map[string]bool, len(placed))
	for _, g := range placed {
		reached[g.Code] = true
	}
	i := slices.IndexFunc(goals, func(g Goal) bool { return !reached[g.Code] })
	var path []string
	first := make(map[string]int)
	for code := goals[i].Code; ; code = goals[at[code]].Parent {
		if start, seen := first[code]; seen {
			return &CycleError{Codes: append(path[start:], code)}
		}
		first[code] = len(path)
		path = append(path, code)
	}
}

func (g Goal) validate(leaf bool) error {
	fail := func(field, reason string, err error) error {
		return &GoalError{Code: g.Code, Field: field, Reason: reason, Err: err}
	}
	if !validWeight(g.Weight) {
		return fail("weight", fmt.Sprintf("%v, want 0 to 1e9", g.Weight), nil)
	}
	if g.Tier != "" && checkCode("tier", g.Tier) != nil {
		return fail("tier", wantCode, nil)
	}
	if !leaf {
		if g.KPI != "" || g.Target != nil || g.Scope != (Scope{}) {
			return fail("kpi", "a goal with goals below it has no KPI of its own: make that one of them", nil)
		}
		if err := g.Rollup.Validate(); err != nil {
			return fail("rollup", err.Error(), err)
		}
		return nil
	}
	if err := checkCode("definition", g.KPI); err != nil {
		return fail("kpi", "a goal without goals below it wants a KPI", err)
	}
	if err := g.Scope.validate(); err != nil {
		return fail("scope", err.Error(), err)
	}
	if g.Rollup != (Rollup{}) {
		return fail("rollup", "there are no goals below it", nil)
	}
	if g.Target != nil {
		if err := g.Target.Validate(); err != nil {
			return fail("target", err.Error(), err)
		}
	}
	return nil
}

// All yields the goals, each followed by all below it, in the order they were given.
func (t *GoalTree) All() iter.Seq[Goal] {
	return func(yield func(Goal) bool) {
		for _, g := range t.goals {
			if g.Target != nil {
				target := *g.Target
				g.Target = &target
			}
			if !yield(g) {
				return
			}
		}
	}
}

// Check returns nil if the registry knows every KPI of the tree, and the targets go the
// way that it says is better; where it says that no way is, as with the composition of a
// base, a target may go either. The error is a [*GoalError].
func (t *GoalTree) Check(r *Registry) error {
	for _, g := range t.goals {
		if g.KPI == "" {
			continue
		}
		d, err := r.Definition(g.KPI)
		if err != nil {
			return &GoalError{Code: g.Code, Field: "kpi", Reason: err.Error(), Err: err}
		}
		if g.Target != nil && d.Direction != 0 && g.Target.Direction != d.Direction {
			return &GoalError{Code: g.Code, Field: "target", Reason: fmt.Sprintf("direction %v, that of %s is %v", g.Target.Direction, g.KPI, d.Direction)}
		}
	}
	return nil
}
