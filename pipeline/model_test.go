package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// naive is a machine as the documentation tells it: it looks everything up in the
// definition, each time, and knows nothing of compiled arcs. Guards and choices are given
// by what they answer.
type naive struct {
	d       pipeline.Definition
	guards  map[string]string           // "yes", "panic", or the reason why not
	choices map[string]pipeline.StageID // "panic" panics, "no" is refused
}

// outcome is what a model expects: the position after, what happened, or why not.
type outcome struct {
	position pipeline.Position
	kind     pipeline.MoveKind
	from, to pipeline.StageID
	effects  []pipeline.Effect
	refusal  []string // empty if it happened
}

func (m *naive) stage(id pipeline.StageID) *pipeline.Stage {
	for i := range m.d.Stages {
		if m.d.Stages[i].ID == id {
			return &m.d.Stages[i]
		}
	}
	return nil
}

func (m *naive) super(id pipeline.StageID) bool {
	return slices.ContainsFunc(m.d.Stages, func(s pipeline.Stage) bool { return s.Within == id })
}

// chain returns a stage and those around it, from the inside out.
func (m *naive) chain(id pipeline.StageID) (chain []pipeline.StageID) {
	for id != "" {
		chain = append(chain, id)
		id = m.stage(id).Within
	}
	return chain
}

func (m *naive) settle(id pipeline.StageID) pipeline.StageID {
	for m.super(id) {
		id = m.stage(id).Initial
	}
	return id
}

func (m *naive) pauses(id pipeline.StageID) bool {
	return m.stage(id).Pauses || m.stage(id).Kind == pipeline.OnHold
}

// candidates returns the transitions of a stage and trigger in the order in which they
// are tried.
func (m *naive) candidates(id pipeline.StageID, trigger pipeline.TriggerID) (list []pipeline.Transition) {
	for _, around := range m.chain(id) {
		for _, t := range m.d.Transitions {
			if t.Trigger == trigger && slices.Contains(t.From, around) {
				list = append(list, t)
			}
		}
	}
	for _, t := range m.d.Transitions {
		if t.Trigger == trigger && len(t.From) == 0 && !m.stage(id).Kind.Closed() {
			list = append(list, t)
		}
	}
	return list
}

// guard returns why a guard refuses, nothing if it passes.
func (m *naive) guard(name string) string {
	if answer := m.guards[name]; answer != "yes" {
		return fmt.Sprintf("guard %s: %s", name, answer)
	}
	return ""
}

func (m *naive) fire(p pipeline.Position, trigger pipeline.TriggerID, in pipeline.Input, at time.Time) outcome {
	no := func(why ...string) outcome { return outcome{position: p, refusal: why} }
	if why := m.ready(p, in, at); why != "" {
		return no(why)
	}
	if !slices.ContainsFunc(m.d.Transitions, func(t pipeline.Transition) bool { return t.Trigger == trigger }) {
		return no("unknown trigger")
	}
	candidates := m.candidates(p.Stage, trigger)
	if len(candidates) == 0 {
		if m.stage(p.Stage).Kind.Closed() {
			return no("closed")
		}
		return no("not permitted")
	}
	if why := m.badData(p.Stage, in.Data); why != "" {
		return no(why)
	}
	var reasons []string
	for _, t := range candidates {
		why := ""
		for _, name := range t.When {
			if why == "" {
				why = m.guard(name)
			}
		}
		if why == "" {
			return m.take(p, t, in, at)
		}
		reasons = append(reasons, why)
	}
	return no(reasons...)
}

// ready says why nothing at all can happen.
func (m *naive) ready(p pipeline.Position, in pipeline.Input, at time.Time) string {
	switch {
	case p.Definition != m.d.Ref():
		return "stale"
	case m.stage(p.Stage) == nil || m.super(p.Stage):
		return "unknown stage"
	case in.Version != 0 && in.Version != p.Version:
		return "conflict"
	case at.IsZero() || at.Before(p.ChangedAt.Time()):
		return "time"
	}
	return ""
}

// badData names the first field, in order, that cannot be set.
func (m *naive) badData(stage pipeline.StageID, data pipeline.Values) string {
	var bad []string
	for id, v := range data {
		i := slices.IndexFunc(m.d.Fields, func(f pipeline.Field) bool { return f.ID == id })
		if i < 0 {
			bad = append(bad, "field "+id)
			continue
		}
		f := m.d.Fields[i]
		if len(f.SetIn) > 0 && !slices.Contains(f.SetIn, stage) ||
			!v.Empty() && (v.Kind() != f.Kind || len(f.OneOf) > 0 && !slices.Contains(f.OneOf, v.String())) {
			bad = append(bad, "field "+id)
		}
	}
	if len(bad) == 0 {
		return ""
	}
	return slices.Min(bad)
}

// take carries out a transition whose guards have selected it.
func (m *naive) take(p pipeline.Position, t pipeline.Transition, in pipeline.Input, at time.Time) outcome {
	var reasons []string
	if len(t.Roles) > 0 && !slices.ContainsFunc(t.Roles, func(r string) bool { return slices.Contains(in.Roles, r) }) {
		reasons = append(reasons, "role")
	}
	if !m.reasonGood(t, in) {
		reasons = append(reasons, "reason")
	}
	named, why := m.target(p, t, in)
	if why != "" {
		common := t.Gate // asked whatever the target, but for guards
		common.Guards = nil
		reasons = append(append(reasons, why), m.gate([]pipeline.Gate{common}, m.since(p), in, at)...)
		return outcome{position: p, refusal: reasons}
	}
	o := m.cross(p, t, named, at)
	reasons = append(reasons, m.gate(m.demands(p.Stage, t, named), m.since(p), in, at)...)
	if len(reasons) > 0 {
		return outcome{position: p, refusal: reasons}
	}
	return o
}

func (m *naive) reasonGood(t pipeline.Transition, in pipeline.Input) bool {
	if t.Reasons == "" {
		return in.Reason == ""
	}
	for _, l := range m.d.Reasons {
		for _, r := range l.Reasons {
			if l.Name == t.Reasons && r.ID == in.Reason && !r.Archived {
				return !r.NeedsNote || in.Note != ""
			}
		}
	}
	return false
}

// target returns the stage that is entered, as the definition names it.
func (m *naive) target(p pipeline.Position, t pipeline.Transition, in pipeline.Input) (pipeline.StageID, string) {
	switch {
	case t.Internal:
		return p.Stage, ""
	case t.Resume:
		if s := m.stage(p.Held); s == nil || s.Kind != pipeline.Open || m.super(p.Held) {
			return "", "target"
		}
		return p.Held, ""
	case len(t.Among) == 0:
		return t.To, ""
	}
	want := in.To
	if t.Choose != "" {
		switch want = m.choices[t.Choose]; want {
		case "panic", "no":
			return "", fmt.Sprintf("guard %s: %s", t.Choose, want)
		}
	}
	if !slices.Contains(t.Among, want) {
		return "", "target"
	}
	return want, ""
}

// split returns the stages that are left, from the inside out, and those that are entered,
// from the outside in, by a way from a stage to a named one.
func (m *naive) split(from, named pipeline.StageID) (left, entered []pipeline.StageID) {
	left, entered = m.chain(from), m.chain(m.settle(named))
	slices.Reverse(entered)
	// A stage around both stays, unless it is the one in question: the end of the way
	// itself, or the target by name.
	for len(left) > 1 && len(entered) > 1 && left[len(left)-1] == entered[0] && entered[0] != named {
		left, entered = left[:len(left)-1], entered[1:]
	}
	return left, entered
}

// demands returns all gates on a way.
func (m *naive) demands(from pipeline.StageID, t pipeline.Transition, named pipeline.StageID) []pipeline.Gate {
	gates := []pipeline.Gate{t.Gate}
	if t.Internal {
		return gates
	}
	left, entered := m.split(from, named)
	if kind := m.stage(m.settle(named)).Kind; !t.Back && (kind == pipeline.Open || kind == pipeline.Won) {
		for _, id := range left {
			gates = append(gates, m.stage(id).Leave)
		}
	}
	for _, id := range entered {
		gates = append(gates, m.stage(id).Enter)
	}
	return gates
}

// cross moves a position.
func (m *naive) cross(p pipeline.Position, t pipeline.Transition, named pipeline.StageID, at time.Time) outcome {
	o := outcome{kind: pipeline.Stayed, from: p.Stage, to: p.Stage}
	own := func() {
		for _, name := range t.Effects {
			o.effects = append(o.effects, pipeline.Effect{Name: name, When: pipeline.OnTransition})
		}
	}
	p.Version++
	p.ChangedAt = pipeline.MustStamp(at)
	if t.Internal {
		own()
		o.position = p
		return o
	}
	to := m.settle(named)
	left, entered := m.split(p.Stage, named)
	for _, id := range left {
		for _, name := range m.stage(id).OnExit {
			o.effects = append(o.effects, pipeline.Effect{Name: name, When: pipeline.OnExit, Stage: id})
		}
	}
	own()
	for _, id := range entered {
		for _, name := range m.stage(id).OnEnter {
			o.effects = append(o.effects, pipeline.Effect{Name: name, When: pipeline.OnEnter, Stage: id})
		}
	}
	o.kind, o.to = pipeline.Moved, to
	if m.stage(p.Stage).Kind.Closed() && !m.stage(to).Kind.Closed() {
		o.kind = pipeline.Reopened
	}
	o.position = m.entered(p, to, o.kind, t.Resume, at)
	return o
}

// since is when a record came into its stage; the clock of one on hold is that of the
// stage that it left.
func (m *naive) since(p pipeline.Position) time.Time {
	if m.stage(p.Stage).Kind == pipeline.OnHold {
		return p.PausedAt.Time()
	}
	return p.Entered.Since.Time()
}

// entered puts a position into a stage, with its clocks.
func (m *naive) entered(p pipeline.Position, to pipeline.StageID, kind pipeline.MoveKind, resumes bool, at time.Time) pipeline.Position {
	if !p.PausedAt.IsZero() {
		p.Entered.Paused += at.Sub(p.PausedAt.Time())
		p.Entered.Worktime += at.Sub(p.PausedAt.Time())
		p.Opened.Paused += at.Sub(p.PausedAt.Time())
		p.Opened.Worktime += at.Sub(p.PausedAt.Time())
		p.PausedAt = pipeline.Stamp{}
	}
	switch {
	case m.stage(to).Kind != pipeline.OnHold:
		p.Held = ""
	case p.Held == "":
		p.Held = p.Stage
	}
	p.Stage = to
	if m.stage(to).Kind != pipeline.OnHold && !resumes {
		p.Entered = pipeline.Clock{Since: pipeline.MustStamp(at)}
	}
	if kind == pipeline.Reopened {
		p.Opened = pipeline.Clock{Since: pipeline.MustStamp(at)}
		p.Cycle++
	}
	if m.pauses(to) {
		p.PausedAt = pipeline.MustStamp(at)
	}
	return p
}

// permitted returns the triggers of a stage in the order of the definition.
func (m *naive) permitted(id pipeline.StageID) (list []pipeline.TriggerID) {
	for _, t := range m.d.Transitions {
		if !slices.Contains(list, t.Trigger) && len(m.candidates(id, t.Trigger)) > 0 {
			list = append(list, t.Trigger)
		}
	}
	return list
}

func joined(list []string) string { return strings.Join(list, ",") }
