package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// RuleError says what is wrong with a rule.
type RuleError struct {
	Index  int // from 0
	Rule   string
	Reason string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("pipeline: rule %d (%.80q): %s", e.Index, e.Rule, e.Reason)
}

// problem says what is wrong with a rule by itself, nothing if it will do.
func (r *Rule) problem() string {
	switch {
	case !wellFormed(r.ID):
		return `want an id of 1 to 64 of a-z, 0-9, "_", "-" and "."`
	case r.Guard != "" && !wellFormed(r.Guard):
		return "the guard has no name"
	case r.Repeat > RepeatAlways:
		return "there is no repeat " + r.Repeat.String()
	case len(r.Actions) == 0:
		return "it has no actions"
	}
	if reason := r.On.problem(); reason != "" {
		return reason
	}
	if r.On.levels() && r.Repeat != RepeatNever {
		return "a rule on a level is re-armed, not repeated"
	}
	for i := range r.Actions {
		if reason := r.Actions[i].problem(); reason != "" {
			return fmt.Sprintf("action %d: %s", i, reason)
		}
	}
	return ""
}

func (o *Occasion) levels() bool { return o.Kind == EventRise || o.Kind == EventFall }

func (o *Occasion) problem() string {
	if o.Kind < EventMove || o.Kind > EventBreach {
		return "there is no event " + o.Kind.String()
	}
	for _, field := range []struct {
		name       string
		set, right bool
		needed     []EventKind
		allowed    EventKind
	}{
		{"move", o.Move != 0, o.Move <= Migrated, []EventKind{EventMove}, 0},
		{"trigger", o.Trigger != "", wellFormed(string(o.Trigger)), []EventKind{EventTrigger}, 0},
		{"stage", o.Stage != "", wellFormed(string(o.Stage)), []EventKind{EventEntered}, EventBreach},
		{"limit", o.Limit != "", wellFormed(o.Limit), []EventKind{EventBreach}, 0},
		{"field", o.Field != "", wellFormed(o.Field), []EventKind{EventRise, EventFall}, 0},
		{"level", o.Level != Value{}, o.Level.measures(), []EventKind{EventRise, EventFall}, 0},
	} {
		switch needed := slices.Contains(field.needed, o.Kind); {
		case needed && !(field.set && field.right):
			return fmt.Sprintf("event %q needs a %s", o.Kind, field.name)
		case field.set && !needed && (o.Kind != field.allowed || !field.right):
			return fmt.Sprintf("event %q has no such %s", o.Kind, field.name)
		}
	}
	return o.rearmProblem()
}

func (o *Occasion) rearmProblem() string {
	if (o.Rearm == Value{}) {
		return ""
	}
	order, err := o.Rearm.compare(o.Level)
	switch {
	case !o.levels():
		return fmt.Sprintf("event %q has no level to re-arm at", o.Kind)
	case err != nil:
		return "the level to re-arm at is not of the kind of the level"
	case o.Kind == EventRise && order > 0, o.Kind == EventFall && order < 0:
		return "it would re-arm beyond its level"
	}
	return ""
}

func (a *Action) problem() string {
	switch {
	case a.Do < ActionTask || a.Do > ActionFire:
		return "there is no action " + a.Do.String()
	case a.Do == ActionFire && !wellFormed(string(a.Trigger)):
		return "it needs a trigger"
	case a.Do != ActionFire && a.Trigger != "":
		return "only \"fire\" has a trigger"
	case (a.Do == ActionAssign || a.Do == ActionNotify) && a.To == "":
		return "it needs somebody in \"to\""
	case a.Do == ActionTask && a.Text == "":
		return "a task needs a text"
	case a.Within != Span{} && (a.Do != ActionTask || a.Within.Sign() < 0):
		return "only a task has a time, not a negative one"
	}
	texts := []string{a.To, a.Text}
	for _, key := range sortedKeys(a.Parameters) {
		texts = append(texts, key, a.Parameters[key])
	}
	for _, text := range texts {
		if len(text) > MaxText || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fmt.Sprintf("text %.80q: want UTF-8 of at most %d bytes", text, MaxText)
		}
	}
	return ""
}

// measures reports whether a value is a number or an amount.
func (v Value) measures() bool { return v.kind == NumberField || v.kind == MoneyField }

// compare orders two numbers or two amounts in one currency; the error is an [*InputError]
// or a [*rapport.CurrencyMismatchError].
func (v Value) compare(other Value) (int, error) {
	if !v.measures() || v.kind != other.kind {
		return 0, &InputError{Name: "value", Value: v.text, Want: "a value of kind " + other.kind.String() + " to compare with " + other.text}
	}
	if v.kind == MoneyField {
		a, _ := v.Money()
		b, _ := other.Money()
		return a.Cmp(b)
	}
	a, _ := v.Number()
	b, _ := other.Number()
	return a.Cmp(b), nil
}
