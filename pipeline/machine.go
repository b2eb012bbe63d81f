package pipeline

import "slices"

// Guard decides whether a transition may be taken: nil lets it pass, an error is the
// reason why not. It must not change anything and should depend on nothing but the
// check, so that what was permitted a moment ago still is. What it panics with becomes
// a [*PanicError].
type Guard func(Check) error

// Choice returns the target of a transition that has several, one of its Among.
type Choice func(Check) (StageID, error)

// Options are what a definition as data cannot hold. Nil options have nothing.
type Options struct {
	Guards  map[string]Guard
	Choices map[string]Choice
	// Calendar says what working time is: for spans in it, and for the part of a pause
	// that counts. Nil is round the clock, every day.
	Calendar *Calendar
}

// Machine is a compiled definition. It is immutable: any number of records and
// goroutines share it.
type Machine struct {
	definition Definition
	ref        Ref
	calendar   *Calendar
	warnings   []Finding

	stages      []stage // in the order of the definition, super-stages too
	stageNames  names
	triggers    []TriggerID // in the order of their first transition
	triggerName names
	fields      []Field // of a deal and of the definition
	fieldNames  names
	// arcs of a stage and trigger are those from first[stage*len(triggers)+trigger] to
	// before the next.
	first []int32
	arcs  []arc
	// plain is the route of a stage and trigger that have one arc, of which nothing has to
	// be checked.
	plain []*route

	entrances []route // first the initial stage
}

// stage is a stage of a machine.
type stage struct {
	*Stage
	super   *stage // nil for none
	inside  gate   // its Enter gate
	pauses  bool   // its clocks stand still
	nothing bool   // a super-stage: nothing stands in it
	paused  route  // the moves that change no stage
	resumed route
	edited  route
	limits  []runningLimit
	// triggers are the numbers of those that do something here.
	triggers []int
}

// arc is a transition from one stage.
type arc struct {
	*Transition
	when    []namedGuard
	reasons *ReasonList
	choice  Choice
	routes  []route // one for each possible target
	// only is the route if there is one and nothing but When has to be checked.
	only *route
}

// route is an arc with its target.
type route struct {
	named   StageID // as the definition names it: a super-stage stands for its initial stage
	trigger TriggerID
	from    *stage // nil from outside
	to      *stage
	kind    MoveKind
	resumes bool // back to the stage from which the record was put on hold
	gate    gate
	effects []Effect
}

type namedGuard struct {
	name  string
	guard Guard
}

// Compile checks a definition and makes a machine of it. The definition is copied. The
// error is a [*DefinitionError] with everything that is wrong; see [Machine.Warnings]
// for what is merely odd.
func Compile(d Definition, options *Options) (*Machine, error) {
	if options == nil {
		options = &Options{}
	}
	findings := Inspect(d, options)
	if slices.ContainsFunc(findings, func(f Finding) bool { return !f.Warning }) {
		return nil, &DefinitionError{Definition: d.Ref(), Findings: findings}
	}
	m := &Machine{definition: d.clone(), ref: d.Ref(), calendar: options.Calendar, warnings: findings}
	m.number()
	m.connect(options)
	m.limit()
	return m, nil
}

// Ref returns the name and version of the definition.
func (m *Machine) Ref() Ref { return m.ref }

// Definition returns a copy of the definition.
func (m *Machine) Definition() Definition { return m.definition.clone() }

// Warnings returns what is odd about the definition, though it works.
func (m *Machine) Warnings() []Finding { return slices.Clone(m.warnings) }
