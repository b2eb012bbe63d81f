package pipeline

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// Fired is what the rules have done for one record: a small value that the host keeps
// beside the record, written together with it. The zero Fired is for a record of which the
// rules have heard nothing. It is never changed: OnEntry and OnBreach return another.
type Fired struct {
	record rapport.ID
	seq    int64 // of the last entry
	cycle  int
	rules  []firedRule // by ascending id
}

// firedRule is what one rule has done.
type firedRule struct {
	Rule     string    `json:"rule"`
	Times    int       `json:"times"`
	Disarmed bool      `json:"disarmed,omitempty"` // of a level
	Cycle    int       `json:"cycle,omitempty"`    // in which it last acted
	Seen     time.Time `json:"seen,omitzero"`      // start of the last limit that was breached
}

// Record returns the record, empty for the zero Fired.
func (f *Fired) Record() rapport.ID { return f.record }

// Seq returns the seq of the last entry that the rules have heard of, 0 for none.
func (f *Fired) Seq() int64 { return f.seq }

// Times returns how often a rule has acted.
func (f *Fired) Times(rule string) int {
	if i, found := f.find(rule); found {
		return f.rules[i].Times
	}
	return 0
}

func (f *Fired) find(rule string) (int, bool) {
	return slices.BinarySearchFunc(f.rules, rule, func(r firedRule, id string) int { return strings.Compare(r.Rule, id) })
}

// state returns the place of a rule in a value that may be written to.
func (f *Fired) state(rule string) *firedRule {
	i, found := f.find(rule)
	if !found {
		f.rules = slices.Insert(f.rules, i, firedRule{Rule: rule})
	}
	return &f.rules[i]
}

// of returns a copy that may be written to.
func (f *Fired) of(record rapport.ID) (Fired, error) {
	if record.Validate() != nil || f.record != "" && f.record != record {
		return Fired{}, &InputError{Name: "record", Value: string(record), Want: "an id, that of the rules' record: " + string(f.record)}
	}
	return Fired{record, f.seq, f.cycle, slices.Clone(f.rules)}, nil
}

// OnEntry returns what is to be done on an entry of a history, in the order of the rules,
// and what the rules have done then. It is a pure function: the host carries the actions
// out after it has stored the value. An entry that comes a second time does nothing;
// entries come in their order, from any first one on. Guards see the record as it is after
// the entry; r may be nil if there are none.
//
// On a [*GapError], or an [*InputError] for an entry of another record, nothing has
// happened. Other errors come beside the result and are joined: a [*LoopError] for each
// trigger that is not to be fired, a [*GuardError] for a guard that panicked, and a
// [*RuleError] for a field that cannot be compared with the level. The rule has then not acted.
func (a *Automation) OnEntry(f Fired, e *Entry, r Record) (Fired, []Firing, error) {
	next, err := f.of(e.Record)
	if err != nil {
		return f, nil, err
	}
	switch {
	case e.Seq < 1:
		return f, nil, &InputError{Name: "seq", Value: strconv.FormatInt(e.Seq, 10), Want: "a number from 1"}
	case e.Seq <= f.seq:
		return f, nil, nil
	case f.seq > 0 && e.Seq != f.seq+1:
		return f, nil, &GapError{e.Record, e.Seq, f.seq + 1}
	}
	next.seq, next.cycle = e.Seq, e.Cycle
	run := running{
		automation: a, next: &next, depth: e.depth() + 1, at: e.At, occurrence: strconv.FormatInt(e.Seq, 10),
		check: Check{
			Trigger: e.Trigger, Stage: e.From, To: e.To, Since: e.Entered.Since.Time(), At: e.At,
			Input: Input{By: e.By, OnBehalfOf: e.OnBehalfOf, Reason: e.Reason, Note: e.Note, Request: e.Request, Record: r},
		},
	}
	for i := range a.rules {
		rule := &a.rules[i]
		switch o := &rule.On; {
		case o.levels():
			run.level(i, rule, e.Changes)
		case o.Kind == EventMove && e.Kind == o.Move,
			o.Kind == EventTrigger && e.Trigger == o.Trigger,
			o.Kind == EventEntered && e.To == o.Stage && (e.Kind == Began || e.Kind == Moved || e.Kind == Reopened):
			run.act(rule)
		}
	}
	return next, run.firings, errors.Join(run.wrong...)
}

// OnBreach returns what is to be done on the breach of a limit, as [Automation.OnEntry]
// does on an entry. A breach that comes a second time does nothing.
func (a *Automation) OnBreach(f Fired, record rapport.ID, b Breach, r Record) (Fired, []Firing, error) {
	next, err := f.of(record)
	if err != nil {
		return f, nil, err
	}
	since := b.Since.Round(0).UTC()
	run := running{
		automation: a, next: &next, depth: 1, at: b.At,
		occurrence: b.Limit + "@" + string(b.Stage) + "@" + since.Format(time.RFC3339Nano),
		check:      Check{Stage: b.Stage, Since: b.Since, At: b.At, Input: Input{By: b.Limit, Record: r}},
	}
	for i := range a.rules {
		rule := &a.rules[i]
		if rule.On.Kind != EventBreach || rule.On.Limit != b.Limit || rule.On.Stage != b.Stage {
			continue
		}
		if state := next.state(rule.ID); since.After(state.Seen) {
			state.Seen = since
			run.act(rule)
		}
	}
	return next, run.firings, errors.Join(run.wrong...)
}
