package pipeline

import (
	"fmt"
	"slices"
)

// Impact says what a change of a definition means for records in flight.
type Impact uint8

const (
	// Harmless changes hold nothing up: labels, probabilities, limits.
	Harmless Impact = iota
	// Loosened: more is possible than before.
	Loosened
	// Tightened: a record may be refused what it was permitted before.
	Tightened
	// Breaking: records may stand where the new version has no place for them. They
	// need a [Migration] that says where they go.
	Breaking
)

// String returns "harmless", "loosened", "tightened" or "breaking".
func (i Impact) String() string {
	return word([]string{"harmless", "loosened", "tightened", "breaking"}, int(i), "Impact")
}

// Difference is one change between two versions of a definition.
type Difference struct {
	// Code says what sort of change it is: added, removed, id, label, order, kind, within,
	// initial, entrances, archived, restored, probability, category, pauses, effects,
	// limits, enter, leave, target, form, guards, gate, reasons, roles, back, values,
	// set_in, personal, note, items, optional, process.
	Code string
	// Path says of what: `stage "design"`, `transition "bid" from "design"`,
	// `field "budget"`, `reason "price" of "loss"`.
	Path   string
	Text   string // what it was and is
	Impact Impact
}

// String returns the path, the code, the text and the impact.
func (d Difference) String() string {
	if d.Text == "" {
		return fmt.Sprintf("%s %s (%v)", d.Path, d.Code, d.Impact)
	}
	return fmt.Sprintf("%s %s: %s (%v)", d.Path, d.Code, d.Text, d.Impact)
}

// Diff returns what has changed from one version of a definition to another, in the order
// of the newer one; in each part, what was removed comes last. Renaming the id of a stage
// is a removal and an addition: a [Migration] says that they are one. The number of the
// version is no difference, nor is the order of names that only have to be among others:
// entrances, roles, guards, what a gate demands, sources, targets and choices.
func Diff(older, newer Definition) []Difference {
	c := &comparison{}
	const whole = "definition"
	change(c, whole, "id", Breaking, older.ID, newer.ID)
	change(c, whole, "label", Harmless, older.Label, newer.Label)
	change(c, whole, "initial", Harmless, older.Initial, newer.Initial)
	set(c, whole, "entrances", older.Entrances, newer.Entrances, Tightened, Loosened)
	set(c, whole, "roles", older.Roles, newer.Roles, Harmless, Harmless)
	sequence(c, whole, "limits", limitTexts(older.Limits), limitTexts(newer.Limits))
	c.stages(older.Stages, newer.Stages)
	c.transitions(older.Transitions, newer.Transitions)
	pairs(c, "fields", "field", Tightened, older.Fields, newer.Fields, func(f Field) string { return f.ID }, c.field)
	pairs(c, "reason lists", "reason list", Harmless, older.Reasons, newer.Reasons, func(l ReasonList) string { return l.Name }, c.reasons)
	pairs(c, "checklists", "checklist", Harmless, older.Checklists, newer.Checklists, func(l Checklist) string { return l.ID }, c.checklist)
	pairs(c, "parts", "part", Harmless, older.Parts, newer.Parts, func(p Part) string { return p.Name }, func(path string, was, is Part) {
		change(c, path, "process", Tightened, was.Process, is.Process)
	})
	return c.list
}

// comparison collects differences.
type comparison struct{ list []Difference }

func (c *comparison) add(path, code string, impact Impact, text string) {
	c.list = append(c.list, Difference{code, path, text, impact})
}

// change reports a value that is another one now.
func change[T comparable](c *comparison, path, code string, impact Impact, was, is T) {
	if was != is {
		c.add(path, code, impact, fmt.Sprintf("%v, was %v", quoted(is), quoted(was)))
	}
}

func quoted(v any) any {
	switch v := v.(type) {
	case string, StageID, TriggerID:
		return fmt.Sprintf("%q", v)
	}
	return v
}

// set reports what a list of names has lost and gained, whatever their order.
func set[T ~string](c *comparison, path, code string, was, is []T, lost, gained Impact) {
	var gone, come []T
	for _, item := range was {
		if !slices.Contains(is, item) {
			gone = append(gone, item)
		}
	}
	for _, item := range is {
		if !slices.Contains(was, item) {
			come = append(come, item)
		}
	}
	switch {
	case gone != nil && come != nil:
		c.add(path, code, max(lost, gained), fmt.Sprintf("without %q, with %q", gone, come))
	case gone != nil:
		c.add(path, code, lost, fmt.Sprintf("without %q", gone))
	case come != nil:
		c.add(path, code, gained, fmt.Sprintf("with %q", come))
	}
}

// sequence reports a list whose order counts and that is another one now.
func sequence(c *comparison, path, code string, was, is []string) {
	if !slices.Equal(was, is) {
		c.add(path, code, Harmless, fmt.Sprintf("%q, was %q", is, was))
	}
}

// pairs compares two lists, at a path, by the keys of their entries; lost is what it means
// that one is gone.
func pairs[T any](c *comparison, path, what string, lost Impact, older, newer []T, key func(T) string, both func(path string, was, is T)) {
	find := func(list []T, k string) (T, bool) {
		i := slices.IndexFunc(list, func(entry T) bool { return key(entry) == k })
		if i < 0 {
			var none T
			return none, false
		}
		return list[i], true
	}
	for _, is := range newer {
		path := fmt.Sprintf("%s %q", what, key(is))
		if was, ok := find(older, key(is)); ok {
			both(path, was, is)
		} else {
			c.add(path, "added", Harmless, "")
		}
	}
	for _, was := range older {
		if _, ok := find(newer, key(was)); !ok {
			c.add(fmt.Sprintf("%s %q", what, key(was)), "removed", lost, "")
		}
	}
	order(c, path, each(older, key), each(newer, key))
}

// order reports that what two lists have in common comes in another order.
func order[T ~string](c *comparison, path string, older, newer []T) {
	common := func(list, other []T) []T {
		return slices.DeleteFunc(slices.Clone(list), func(k T) bool { return !slices.Contains(other, k) })
	}
	if was, is := common(older, newer), common(newer, older); !slices.Equal(was, is) {
		c.add(path, "order", Harmless, fmt.Sprintf("%q, was %q", is, was))
	}
}
