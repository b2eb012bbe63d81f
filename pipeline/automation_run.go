package pipeline

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// running is an event on its way through the rules.
type running struct {
	automation *Automation
	next       *Fired
	check      Check
	occurrence string
	at         time.Time
	depth      int
	firings    []Firing
	wrong      []error
}

// level lets a rule see what became of its field.
func (run *running) level(index int, rule *compiledRule, changes []Change) {
	i := slices.IndexFunc(changes, func(c Change) bool { return c.Field == rule.On.Field })
	if i < 0 || changes[i].After.Empty() {
		return
	}
	crossed, rearmed, err := rule.On.crossed(changes[i].Before, changes[i].After)
	if err != nil {
		run.wrong = append(run.wrong, &RuleError{index, rule.ID, err.Error()})
		return
	}
	if rearmed {
		if _, known := run.next.find(rule.ID); known {
			run.next.state(rule.ID).Disarmed = false
		}
	}
	if crossed {
		run.act(rule)
	}
}

// crossed tells whether a field that changed crossed the level, and whether it lies where
// the rule is re-armed.
func (o *Occasion) crossed(before, after Value) (crossed, rearmed bool, err error) {
	side := 1 // of the level to which the field has to come
	if o.Kind == EventFall {
		side = -1
	}
	now, err := after.compare(o.Level)
	if err != nil {
		return false, false, err
	}
	if (o.Rearm != Value{}) {
		order, err := after.compare(o.Rearm)
		if err != nil {
			return false, false, err
		}
		rearmed = order*side < 0
	}
	if before.Empty() {
		return o.Kind == EventRise && now >= 0, rearmed, nil
	}
	was, err := before.compare(o.Level)
	return was*side < 0 && now*side >= 0, rearmed, err
}

// act lets a rule act if it may and its guard passes.
func (run *running) act(rule *compiledRule) {
	state := firedRule{}
	if i, found := run.next.find(rule.ID); found {
		state = run.next.rules[i]
	}
	switch {
	case rule.On.levels():
		if state.Disarmed {
			return
		}
	case rule.Repeat == RepeatNever && state.Times > 0, rule.Repeat == RepeatCycle && state.Times > 0 && state.Cycle == run.next.cycle:
		return
	}
	if rule.guard.guard != nil {
		if err := rule.guard.ask(&run.check); err != nil {
			if _, panicked := errors.AsType[*PanicError](err); panicked {
				run.wrong = append(run.wrong, err)
			}
			return
		}
	}
	noted := run.next.state(rule.ID)
	noted.Times, noted.Cycle, noted.Disarmed = noted.Times+1, run.next.cycle, rule.On.levels()
	for i, action := range rule.Actions {
		if action.Do == ActionFire && run.depth > run.automation.depth {
			run.wrong = append(run.wrong, &LoopError{rule.ID, run.next.record, action.Trigger, run.depth, run.automation.depth})
			continue
		}
		action.Parameters = maps.Clone(action.Parameters)
		run.firings = append(run.firings, Firing{
			Rule: rule.ID, Record: run.next.record, Occurrence: run.occurrence, Index: i, Action: action, At: run.at, Depth: run.depth,
		})
	}
}
