package pipeline

import "slices"

// number gives stages and triggers their numbers.
func (m *Machine) number() {
	d := &m.definition
	keys := make([]string, len(d.Stages))
	m.stages = make([]stage, len(d.Stages))
	for i := range d.Stages {
		s := &d.Stages[i]
		keys[i] = string(s.ID)
		m.stages[i] = stage{Stage: s, pauses: s.Pauses || s.Kind == OnHold}
		for kind, r := range m.stages[i].stays() {
			*r = route{named: s.ID, from: &m.stages[i], to: &m.stages[i], kind: kind}
		}
	}
	m.stageNames = newNames(keys)
	for i := range m.stages {
		if within := m.stages[i].Within; within != "" {
			m.stages[i].super = &m.stages[m.stage(within)]
			m.stages[i].super.nothing = true
		}
	}
	var triggers []string
	for _, t := range d.Transitions {
		if !slices.Contains(triggers, string(t.Trigger)) {
			triggers = append(triggers, string(t.Trigger))
			m.triggers = append(m.triggers, t.Trigger)
		}
	}
	m.triggerName = newNames(triggers)
	m.fields = append(dealFields(), d.Fields...)
	var fields []string
	for _, f := range m.fields {
		fields = append(fields, f.ID)
	}
	m.fieldNames = newNames(fields)
}

// stays returns the moves that change no stage and need no trigger.
func (s *stage) stays() map[MoveKind]*route {
	return map[MoveKind]*route{Paused: &s.paused, Resumed: &s.resumed, Edited: &s.edited}
}

func (m *Machine) stage(id StageID) int { return m.stageNames.find(string(id)) }

// connect lays the arcs of all stages and triggers. Of a stage and trigger come first the
// transitions from the stage itself, then those from the super-stages around it, then
// those from everywhere, each in the order of the definition.
func (m *Machine) connect(options *Options) {
	for i := range m.stages {
		m.stages[i].inside.add(&m.stages[i].Enter, &m.definition, options)
	}
	m.first = make([]int32, 0, len(m.stages)*len(m.triggers)+1)
	ways := m.definition.waysFrom()
	for from := range m.stages {
		by := make([][]int, len(m.triggers))
		sort := func(transitions []int) {
			for _, i := range transitions {
				t := m.triggerName.find(string(m.definition.Transitions[i].Trigger))
				by[t] = append(by[t], i)
			}
		}
		for s := &m.stages[from]; s != nil && !m.stages[from].nothing; s = s.super {
			sort(ways[s.ID])
		}
		if !m.stages[from].nothing && !m.stages[from].Kind.Closed() {
			sort(ways[""])
		}
		for t, transitions := range by {
			if len(transitions) > 0 {
				m.stages[from].triggers = append(m.stages[from].triggers, t)
			}
			m.first = append(m.first, int32(len(m.arcs)))
			for _, i := range transitions {
				m.lay(from, &m.definition.Transitions[i], options)
			}
		}
	}
	m.first = append(m.first, int32(len(m.arcs)))
	m.plain = make([]*route, len(m.first)-1)
	for cell := range m.plain {
		if arcs := m.arcs[m.first[cell]:m.first[cell+1]]; len(arcs) == 1 && len(arcs[0].when) == 0 {
			m.plain[cell] = arcs[0].only
		}
	}
	for _, id := range append([]StageID{m.definition.Initial}, m.definition.Entrances...) {
		r := route{named: id, to: m.settle(id), kind: Began}
		m.equip(&r, nil, options)
		m.entrances = append(m.entrances, r)
	}
}

// arcsOf returns the arcs of a stage and trigger, in the order in which they are tried.
func (m *Machine) arcsOf(stage, trigger int) []arc {
	cell := stage*len(m.triggers) + trigger
	return m.arcs[m.first[cell]:m.first[cell+1]]
}

// waysFrom lists the transitions, by number, that name each stage in From; those from
// everywhere are under the empty name.
func (d *Definition) waysFrom() map[StageID][]int {
	from := make(map[StageID][]int, len(d.Stages)+1)
	for i, t := range d.Transitions {
		if len(t.From) == 0 {
			from[""] = append(from[""], i)
		}
		for _, id := range t.From {
			if list := from[id]; len(list) == 0 || list[len(list)-1] != i {
				from[id] = append(from[id], i)
			}
		}
	}
	return from
}

// lay adds the arc of a stage by a transition.
func (m *Machine) lay(from int, t *Transition, options *Options) {
	a := arc{Transition: t, when: guardsOf(t.When, options), choice: options.Choices[t.Choose]}
	for j := range m.definition.Reasons {
		if m.definition.Reasons[j].Name == t.Reasons {
			a.reasons = &m.definition.Reasons[j]
		}
	}
	for _, target := range m.targetsOf(t, from) {
		r := route{named: target, trigger: t.Trigger, from: &m.stages[from], to: &m.stages[from], kind: Stayed, resumes: t.Resume}
		if !t.Internal {
			r.to = m.settle(target)
			r.kind = Moved
			if m.stages[from].Kind.Closed() && !r.to.Kind.Closed() {
				r.kind = Reopened
			}
		}
		m.equip(&r, t, options)
		a.routes = append(a.routes, r)
	}
	if len(t.Roles) == 0 && a.reasons == nil && !t.Resume && len(t.Among) == 0 && a.routes[0].gate.empty() {
		a.only = &a.routes[0]
	}
	m.arcs = append(m.arcs, a)
}

// targetsOf returns the stages to which a transition may lead.
func (m *Machine) targetsOf(t *Transition, from int) []StageID {
	switch {
	case t.Internal:
		return []StageID{m.stages[from].ID}
	case len(t.Among) > 0:
		return t.Among
	case !t.Resume:
		return []StageID{t.To}
	}
	var open []StageID
	for i := range m.stages {
		if s := &m.stages[i]; s.Kind == Open && !s.nothing {
			open = append(open, s.ID)
		}
	}
	return open
}

// settle returns the stage in which a record comes to rest that enters a stage.
func (m *Machine) settle(id StageID) *stage {
	at := &m.stages[m.stage(id)]
	for at.nothing {
		at = &m.stages[m.stage(at.Initial)]
	}
	return at
}

// equip gives a route its gate and effects.
func (m *Machine) equip(r *route, t *Transition, options *Options) {
	if t != nil {
		r.gate.add(&t.Gate, &m.definition, options)
	}
	if r.kind == Stayed {
		r.effects = effects(t.Effects, OnTransition, "")
		return
	}
	left, entered := m.crossed(r.from, r.to, r.named)
	to := r.to.Kind
	onward := t != nil && !t.Back && (to == Open || to == Won)
	for _, s := range left {
		if onward {
			r.gate.add(&s.Leave, &m.definition, options)
		}
		r.effects = append(r.effects, effects(s.OnExit, OnExit, s.ID)...)
	}
	if t != nil {
		r.effects = append(r.effects, effects(t.Effects, OnTransition, "")...)
	}
	for _, s := range entered {
		r.gate.add(&s.Enter, &m.definition, options)
		r.effects = append(r.effects, effects(s.OnEnter, OnEnter, s.ID)...)
	}
}

// crossed returns the stages that a record leaves, from the inside out, and those that
// it enters, from the outside in. Super-stages around both ends stay as they are, but for
// the one that the transition names as its target: that one is entered anew.
func (m *Machine) crossed(from, to *stage, named StageID) (left, entered []*stage) {
	around := func(s *stage) (chain []*stage) {
		for s != nil {
			chain = append(chain, s)
			s = s.super
		}
		return chain
	}
	left, entered = around(from), around(to)
	for len(left) > 1 && len(entered) > 1 && left[len(left)-1] == entered[len(entered)-1] && entered[len(entered)-1].ID != named {
		left, entered = left[:len(left)-1], entered[:len(entered)-1]
	}
	slices.Reverse(entered)
	return left, entered
}

func effects(names []string, when EffectTime, stage StageID) []Effect {
	var list []Effect
	for _, name := range names {
		list = append(list, Effect{name, when, stage})
	}
	return list
}

func guardsOf(names []string, options *Options) []namedGuard {
	var list []namedGuard
	for _, name := range names {
		list = append(list, namedGuard{name, options.Guards[name]})
	}
	return list
}

// add puts a further gate into one, each demand once.
func (g *gate) add(from *Gate, d *Definition, options *Options) {
	for _, f := range from.Fields {
		if !slices.Contains(g.fields, f) {
			g.fields = append(g.fields, f)
		}
	}
	for _, id := range from.Checklists {
		for i := range d.Checklists {
			if list := &d.Checklists[i]; list.ID == id && !slices.Contains(g.checklists, list) {
				g.checklists = append(g.checklists, list)
			}
		}
	}
	for _, p := range from.Parts {
		if !slices.Contains(g.parts, p) {
			g.parts = append(g.parts, p)
		}
	}
	g.approvals = append(g.approvals, from.Approvals...)
	for _, deadline := range from.Deadlines {
		if !slices.Contains(g.deadlines, deadline) {
			g.deadlines = append(g.deadlines, deadline)
		}
	}
	if from.Blocking != SeverityNone && (g.blocking == SeverityNone || from.Blocking < g.blocking) {
		g.blocking = from.Blocking
	}
	for _, guard := range guardsOf(from.Guards, options) {
		if !slices.ContainsFunc(g.guards, func(have namedGuard) bool { return have.name == guard.name }) {
			g.guards = append(g.guards, guard)
		}
	}
}
