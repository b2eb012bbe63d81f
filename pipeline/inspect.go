package pipeline

import (
	"cmp"
	"fmt"
	"slices"
)

// Inspect returns everything that is wrong or odd about a definition, in the order of
// its parts; [Compile] accepts one in which all findings are warnings. The codes are the
// constants that begin with Code. Guards and choices that the options do not have are
// unknown. Where stages can lead is only looked at if all names of stages are known and
// all transitions have one form. Inspect is safe on any definition whatsoever.
func Inspect(d Definition, options *Options) []Finding {
	if options == nil {
		options = &Options{}
	}
	in := newInspector(&d, options)
	if in.sizes() {
		in.declarations()
		in.stageList()
		in.transitionList()
		in.rest()
		if in.tree && in.cells() {
			in.alternatives()
			in.closedExits()
			in.limitTriggers()
			if in.linked {
				in.reach()
			}
		}
		in.unused()
	}
	slices.SortStableFunc(in.found, func(a, b placed) int {
		return cmp.Or(a.place.section-b.place.section, a.place.index-b.place.index)
	})
	var list []Finding
	for _, f := range in.found {
		list = append(list, f.Finding)
	}
	return list
}

// inspector looks through a definition.
type inspector struct {
	d       *Definition
	options *Options
	found   []placed

	stages     map[StageID]int
	triggers   map[TriggerID]bool
	fields     map[string]*Field
	roles      map[string]bool
	reasons    map[string]bool
	checklists map[string]bool
	parts      map[string]bool
	used       map[use]bool
	asks       bool // there are guards or choices, who may read any field

	super  []int   // the stage around each, −1 for none
	inside [][]int // the stages directly within each
	leaves [][]int // those within each in which records stand; of such a one itself
	tree   bool    // names of stages are unique, and super-stages sound
	linked bool    // all targets are known, all transitions of one form

	offers []offers // of each stage
	next   [][]int  // where each stage can lead
	after  [][]bool // what can be reached from each stage, once that was asked
}

type use struct{ kind, name string }

// place is where in a definition something is.
type place struct {
	section, index int
	path           string
}

type placed struct {
	place place
	Finding
}

func sections() []string {
	return []string{
		"id", "version", "label", "initial", "entrances", "stages", "transitions", "fields", "reasons", "roles",
		"checklists", "parts", "limits",
	}
}

func placeOf(section string) place {
	return place{section: slices.Index(sections(), section), index: -1, path: section}
}

func placeAt(section string, i int) place {
	return place{slices.Index(sections(), section), i, fmt.Sprintf("%s[%d]", section, i)}
}

// of is a field of what is there.
func (p place) of(field string) place {
	p.path += "." + field
	return p
}

// at is an entry of a list there.
func (p place) at(i int) place {
	p.path = fmt.Sprintf("%s[%d]", p.path, i)
	return p
}

func (in *inspector) fail(at place, code, format string, args ...any) {
	in.found = append(in.found, placed{at, Finding{code, at.path, fmt.Sprintf(format, args...), false}})
}

func (in *inspector) warn(at place, code, format string, args ...any) {
	in.found = append(in.found, placed{at, Finding{code, at.path, fmt.Sprintf(format, args...), true}})
}

func newInspector(d *Definition, options *Options) *inspector {
	return &inspector{
		d: d, options: options, tree: true, linked: true,
		stages: map[StageID]int{}, triggers: map[TriggerID]bool{}, fields: map[string]*Field{},
		roles: map[string]bool{}, reasons: map[string]bool{}, checklists: map[string]bool{}, parts: map[string]bool{},
		used: map[use]bool{},
	}
}

// sizes reports whether the definition is small enough to look at.
func (in *inspector) sizes() bool {
	d := in.d
	n := len(d.Entrances) + len(d.Fields) + len(d.Reasons) + len(d.Roles) + len(d.Checklists) + len(d.Parts) + len(d.Limits)
	for i := range d.Stages {
		s := &d.Stages[i]
		n += s.Enter.size() + s.Leave.size() + len(s.OnEnter) + len(s.OnExit) + len(s.Limits)
	}
	for i := range d.Transitions {
		t := &d.Transitions[i]
		n += len(t.From) + len(t.Among) + len(t.When) + t.Gate.size() + len(t.Roles) + len(t.Effects)
	}
	for i := range d.Fields {
		n += len(d.Fields[i].OneOf) + len(d.Fields[i].SetIn)
	}
	for i := range d.Reasons {
		n += len(d.Reasons[i].Reasons)
	}
	for i := range d.Checklists {
		n += len(d.Checklists[i].Items)
	}
	most := func(section, what string, have, most int) {
		if have > most {
			in.fail(placeOf(section), CodeTooLarge, "%d %s, at most %d are accepted", have, what, most)
		}
	}
	most("stages", "stages", len(d.Stages), MaxStages)
	most("transitions", "transitions", len(d.Transitions), MaxTransitions)
	most("id", "entries of lists", n, MaxNames)
	return len(in.found) == 0
}

// size is how many names a gate has.
func (g *Gate) size() int {
	n := len(g.Fields) + len(g.Checklists) + len(g.Parts) + len(g.Approvals) + len(g.Deadlines) + len(g.Guards)
	for i := range g.Approvals {
		n += len(g.Approvals[i].Roles)
	}
	return n
}
