package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// DefaultDepth is how many rules may act one upon another.
const DefaultDepth = 8

// AutomationOptions are what rules as data cannot hold. Nil options have nothing.
type AutomationOptions struct {
	Guards map[string]Guard
	// Machine, if there is one, must have the triggers, stages, limits and fields that the
	// rules name.
	Machine *Machine
	// Depth is how many rules may act one upon another by firing triggers; 0: [DefaultDepth].
	Depth int
}

// Automation is a set of rules that are ready to be asked. It is immutable.
type Automation struct {
	rules []compiledRule
	depth int
}

type compiledRule struct {
	*Rule
	guard namedGuard
}

// NewAutomation checks and copies rules. The error is an [*InputError] for a negative
// depth, or joins a [*RuleError] for each rule that is wrong.
func NewAutomation(rules Rules, options *AutomationOptions) (*Automation, error) {
	if options == nil {
		options = &AutomationOptions{}
	}
	if options.Depth < 0 {
		return nil, &InputError{Name: "depth", Value: strconv.Itoa(options.Depth), Want: "a number from 0"}
	}
	wrong := []error{rules.Check()}
	a := &Automation{depth: options.Depth}
	if a.depth == 0 {
		a.depth = DefaultDepth
	}
	for i := range rules {
		rule := rules[i]
		if reason := rule.unknown(options); reason != "" {
			wrong = append(wrong, &RuleError{i, rule.ID, reason})
		}
		rule.Actions = each(rule.Actions, func(act Action) Action {
			act.Parameters = maps.Clone(act.Parameters)
			return act
		})
		a.rules = append(a.rules, compiledRule{&rule, namedGuard{rule.Guard, options.Guards[rule.Guard]}})
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return a, nil
}

// unknown says which name of a rule is not known.
func (r *Rule) unknown(options *AutomationOptions) string {
	if r.Guard != "" && options.Guards[r.Guard] == nil {
		return fmt.Sprintf("there is no guard %.80q", r.Guard)
	}
	m := options.Machine
	if m == nil {
		return ""
	}
	triggers := []TriggerID{r.On.Trigger}
	for i := range r.Actions {
		triggers = append(triggers, r.Actions[i].Trigger)
	}
	for _, t := range triggers {
		if t != "" && m.triggerName.find(string(t)) < 0 {
			return fmt.Sprintf("there is no trigger %q", t)
		}
	}
	switch o := &r.On; {
	case o.Kind == EventEntered && m.standing(o.Stage) == nil:
		return fmt.Sprintf("there is no stage %q, or nothing stands in it", o.Stage)
	case o.Kind == EventBreach && !m.hasLimit(o.Stage, o.Limit):
		return fmt.Sprintf("stage %q has no limit %q", o.Stage, o.Limit)
	case o.levels():
		i := m.fieldNames.find(o.Field)
		if i < 0 || m.fields[i].Kind != o.Level.Kind() {
			return fmt.Sprintf("there is no field %q of kind %q", o.Field, o.Level.Kind())
		}
	}
	return ""
}

func (m *Machine) hasLimit(stage StageID, limit string) bool {
	limits := m.definition.Limits
	if stage != "" {
		i := m.stageNames.find(string(stage))
		if i < 0 {
			return false
		}
		limits = m.stages[i].Limits
	}
	return slices.ContainsFunc(limits, func(l Limit) bool { return l.ID == limit })
}

// Firing is an action that is due.
type Firing struct {
	Rule   string
	Record rapport.ID
	// Occurrence names the event among those of the record: the seq of the entry, or the
	// limit that was breached. Rule, Record, Occurrence and Index together are the same
	// whenever the same history is gone through.
	Occurrence string
	Index      int // of the action in its rule, from 0
	Action     Action
	At         time.Time // when the event was
	Depth      int       // how many rules have acted one upon another, from 1
}

// Key returns a text that is the same for the same action and event and for no others, by
// which a host does each action once.
func (f *Firing) Key() string {
	return fmt.Sprintf("%s%d:%s:%d:%s:%s", requestPrefix, f.Depth, f.Rule, f.Index, f.Occurrence, f.Record)
}

const requestPrefix = "rule:"

// Input returns the input with which the host fires the trigger of the action: the rule is
// the one who acts, and the request is Key, from which the next rules know their depth.
func (f *Firing) Input() Input { return Input{By: f.Rule, Request: f.Key()} }

// depth returns how many rules have led to an entry.
func (e *Entry) depth() int {
	rest, ok := strings.CutPrefix(e.Request, requestPrefix)
	if !ok {
		return 0
	}
	digits, _, _ := strings.Cut(rest, ":")
	depth, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return max(depth, 0)
}

// LoopError says that rules have acted one upon another too often: the trigger of the last
// one is not to be fired.
type LoopError struct {
	Rule    string
	Record  rapport.ID
	Trigger TriggerID
	Depth   int // that it would have
	Limit   int
}

func (e *LoopError) Error() string {
	return fmt.Sprintf("pipeline: rule %q would fire %q on %q: it is rule %d in a row, at most %d may act", e.Rule, e.Trigger, e.Record, e.Depth, e.Limit)
}

// GapError says that entries of a record are missing before the one that came.
type GapError struct {
	Record     rapport.ID
	Have, Want int64 // seq of the entry, seq that comes next
}

func (e *GapError) Error() string {
	return fmt.Sprintf("pipeline: entry %d of %q came before entry %d", e.Have, e.Record, e.Want)
}
