package pipeline

import (
	"fmt"
	"slices"
)

func (c *comparison) stages(older, newer []Stage) {
	index := func(list []Stage, id StageID) int {
		return slices.IndexFunc(list, func(s Stage) bool { return s.ID == id })
	}
	for _, s := range newer {
		path := fmt.Sprintf("stage %q", s.ID)
		if i := index(older, s.ID); i >= 0 {
			c.stage(path, older[i], s)
		} else {
			c.add(path, "added", Harmless, "")
		}
	}
	for _, s := range older {
		if index(newer, s.ID) < 0 {
			c.add(fmt.Sprintf("stage %q", s.ID), "removed", Breaking, "")
		}
	}
	id := func(s Stage) StageID { return s.ID }
	order(c, "stages", each(older, id), each(newer, id))
}

func (c *comparison) stage(path string, was, is Stage) {
	change(c, path, "label", Harmless, was.Label, is.Label)
	outcome := Harmless
	if was.Kind.Closed() || is.Kind.Closed() {
		outcome = Breaking
	}
	change(c, path, "kind", outcome, was.Kind, is.Kind)
	change(c, path, "within", Tightened, was.Within, is.Within)
	change(c, path, "initial", Harmless, was.Initial, is.Initial)
	change(c, path, "probability", Harmless, was.Probability, is.Probability)
	change(c, path, "category", Harmless, was.Category, is.Category)
	change(c, path, "pauses", Harmless, was.Pauses, is.Pauses)
	sequence(c, path, "limits", limitTexts(was.Limits), limitTexts(is.Limits))
	c.gate(path, "enter", was.Enter, is.Enter)
	c.gate(path, "leave", was.Leave, is.Leave)
	sequence(c, path, "effects", was.effectTexts(), is.effectTexts())
	switch {
	case is.Archived && !was.Archived:
		c.add(path, "archived", Tightened, "")
	case was.Archived && !is.Archived:
		c.add(path, "restored", Loosened, "")
	}
}

// effectTexts says what is to be carried out on entering and leaving, each as one text.
func (s *Stage) effectTexts() []string {
	var list []string
	for _, name := range s.OnEnter {
		list = append(list, "enter "+name)
	}
	for _, name := range s.OnExit {
		list = append(list, "exit "+name)
	}
	return list
}

// limitTexts says what limits are, each as one text.
func limitTexts(limits []Limit) []string {
	list := make([]string, len(limits))
	for i, l := range limits {
		text := fmt.Sprintf("%s within %v", l.ID, l.Within)
		if l.Field != "" {
			text += " of " + l.Field
		}
		if l.Warn != 0 {
			text += fmt.Sprintf(", warning at %d %%", l.Warn)
		}
		if l.Total {
			text += ", total"
		}
		if l.Trigger != "" {
			text += ", then " + string(l.Trigger)
		}
		list[i] = text
	}
	return list
}

// gate reports what a gate demands more and less.
func (c *comparison) gate(path, code string, was, is Gate) {
	set(c, path, code, was.demands(), is.demands(), Loosened, Tightened)
}

// demands lists what a gate asks for, each as one text.
func (g *Gate) demands() []string {
	var list []string
	for _, f := range g.Fields {
		list = append(list, "field "+f)
	}
	for _, l := range g.Checklists {
		list = append(list, "checklist "+l)
	}
	for _, p := range g.Parts {
		list = append(list, "part "+p)
	}
	for _, a := range g.Approvals {
		list = append(list, fmt.Sprintf("approval %s by %d of %q (four eyes: %t)", a.Name, a.Quorum, a.Roles, a.FourEyes))
	}
	for _, d := range g.Deadlines {
		list = append(list, fmt.Sprintf("deadline %s %v", d.Field, d.Offset))
	}
	if g.Blocking != SeverityNone {
		list = append(list, "no problem from "+g.Blocking.String())
	}
	for _, guard := range g.Guards {
		list = append(list, "guard "+guard)
	}
	return list
}

// branch is a transition from one stage; nth of those with the same trigger and stage.
type branch struct {
	trigger TriggerID
	from    StageID // empty: everywhere
	nth     int
}

func (w branch) String() string {
	path := fmt.Sprintf("transition %q from %q", w.trigger, w.from)
	if w.from == "" {
		path = fmt.Sprintf("transition %q from everywhere", w.trigger)
	}
	if w.nth > 0 {
		path += fmt.Sprintf(", number %d", w.nth+1)
	}
	return path
}

func branches(list []Transition) (order []branch, by map[branch]Transition) {
	by = map[branch]Transition{}
	for _, t := range list {
		from := t.From
		if len(from) == 0 {
			from = []StageID{""}
		}
		for _, stage := range from {
			w := branch{t.Trigger, stage, 0}
			for _, taken := by[w]; taken; _, taken = by[w] {
				w.nth++
			}
			by[w] = t
			order = append(order, w)
		}
	}
	return order, by
}

func (c *comparison) transitions(older, newer []Transition) {
	gone, was := branches(older)
	offered, is := branches(newer)
	for _, w := range offered {
		if before, ok := was[w]; ok {
			c.transition(w.String(), before, is[w])
		} else {
			c.add(w.String(), "added", Loosened, "")
		}
	}
	for _, w := range gone {
		if _, ok := is[w]; !ok {
			c.add(w.String(), "removed", Tightened, "")
		}
	}
	// In this order they are offered.
	triggers := func(list []branch) (triggers []TriggerID) {
		for _, w := range list {
			if !slices.Contains(triggers, w.trigger) {
				triggers = append(triggers, w.trigger)
			}
		}
		return triggers
	}
	order(c, "triggers", triggers(gone), triggers(offered))
}

func (c *comparison) transition(path string, was, is Transition) {
	change(c, path, "label", Harmless, was.Label, is.Label)
	change(c, path, "target", Tightened, was.To, is.To)
	set(c, path, "target", was.Among, is.Among, Tightened, Loosened)
	change(c, path, "form", Tightened, form(was), form(is))
	set(c, path, "guards", was.When, is.When, Loosened, Tightened)
	c.gate(path, "gate", was.Gate, is.Gate)
	reasons := Tightened
	if is.Reasons == "" {
		reasons = Loosened
	}
	change(c, path, "reasons", reasons, was.Reasons, is.Reasons)
	c.choices(path, "roles", was.Roles, is.Roles)
	sequence(c, path, "effects", was.Effects, is.Effects)
	change(c, path, "back", Harmless, was.Back, is.Back)
}

// form says which of the forms of a transition it is.
func form(t Transition) string {
	switch {
	case t.Internal:
		return "internal"
	case t.Resume:
		return "resume"
	case len(t.Among) > 0:
		return "among, by " + t.Choose
	}
	return "to"
}

func (c *comparison) field(path string, was, is Field) {
	change(c, path, "label", Harmless, was.Label, is.Label)
	change(c, path, "kind", Breaking, was.Kind, is.Kind)
	c.choices(path, "values", was.OneOf, is.OneOf)
	c.choices(path, "set_in", texts(was.SetIn), texts(is.SetIn))
	change(c, path, "personal", Harmless, was.Personal, is.Personal)
}

// choices compares two lists of which an empty one permits everything.
func (c *comparison) choices(path, code string, was, is []string) {
	switch {
	case len(was) == 0 && len(is) > 0:
		c.add(path, code, Tightened, fmt.Sprintf("only %q, was any", is))
	case len(was) > 0 && len(is) == 0:
		c.add(path, code, Loosened, fmt.Sprintf("any, was %q", was))
	default:
		set(c, path, code, was, is, Tightened, Loosened)
	}
}

func texts(ids []StageID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

func (c *comparison) reasons(path string, was, is ReasonList) {
	pairs(c, path, "reason of "+is.Name, Tightened, was.Reasons, is.Reasons, func(r Reason) string { return r.ID }, func(path string, was, is Reason) {
		change(c, path, "label", Harmless, was.Label, is.Label)
		change(c, path, "note", stricter(is.NeedsNote), was.NeedsNote, is.NeedsNote)
		change(c, path, "archived", stricter(is.Archived), was.Archived, is.Archived)
	})
}

func stricter(now bool) Impact {
	if now {
		return Tightened
	}
	return Loosened
}

func (c *comparison) checklist(path string, was, is Checklist) {
	change(c, path, "label", Harmless, was.Label, is.Label)
	needed := func(l Checklist) (list []string) {
		for _, item := range l.Items {
			if !item.Optional {
				list = append(list, item.ID)
			}
		}
		return list
	}
	optional := func(l, other Checklist) (list []string) { // and no needed one of the other
		for _, item := range l.Items {
			if item.Optional && !slices.Contains(needed(other), item.ID) {
				list = append(list, item.ID)
			}
		}
		return list
	}
	set(c, path, "items", needed(was), needed(is), Loosened, Tightened)
	set(c, path, "optional", optional(was, is), optional(is, was), Harmless, Harmless)
	for _, item := range is.Items {
		if i := slices.IndexFunc(was.Items, func(before Item) bool { return before.ID == item.ID }); i >= 0 {
			change(c, fmt.Sprintf("item of %s %q", is.ID, item.ID), "label", Harmless, was.Items[i].Label, item.Label)
		}
	}
	id := func(item Item) string { return item.ID }
	order(c, path, each(was.Items, id), each(is.Items, id))
}
