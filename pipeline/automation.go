package pipeline

// Rule says what is to be done when something happens to a record: once, not twice,
// however often the host hears of it.
type Rule struct {
	ID string   `json:"id"` // in the form of a [StageID]
	On Occasion `json:"on"`
	// Guard names a guard that must pass besides; empty: none.
	Guard   string   `json:"guard,omitempty"`
	Repeat  Repeat   `json:"repeat"`
	Actions []Action `json:"actions"`
}

// Occasion is the event on which a rule acts. Only the fields of its Kind are set.
type Occasion struct {
	Kind    EventKind `json:"kind"`
	Move    MoveKind  `json:"move,omitempty"`    // of EventMove
	Trigger TriggerID `json:"trigger,omitempty"` // of EventTrigger
	// Stage is that of EventEntered, no super-stage, or of the limit of EventBreach (empty:
	// a limit of the process).
	Stage StageID `json:"stage,omitempty"`
	Limit string  `json:"limit,omitempty"` // of EventBreach
	Field string  `json:"field,omitempty"` // of EventRise and EventFall
	// Level is a number or an amount of money.
	Level Value `json:"level,omitzero"`
	// Rearm lets the rule act again on a record once the field was below it (EventRise: at
	// most Level) or above it (EventFall: at least Level). None: never again.
	Rearm Value `json:"rearm,omitzero"`
}

// EventKind is a sort of event.
type EventKind uint8

const (
	// EventMove: the record moved in a way.
	EventMove EventKind = iota + 1
	// EventTrigger: a trigger was fired.
	EventTrigger
	// EventEntered: the record was opened in a stage, moved into it, or opened again in it.
	EventEntered
	// EventRise: a field was below a level, or empty, and is now at it or above.
	EventRise
	// EventFall: a field was above a level and is now at it or below.
	EventFall
	// EventBreach: a limit ran out.
	EventBreach
)

func eventWords() []string {
	return []string{"none", "move", "trigger", "entered", "rise", "fall", "breach"}
}

// String returns "move", "trigger", "entered", "rise", "fall" or "breach".
func (k EventKind) String() string { return word(eventWords(), int(k), "EventKind") }

// MarshalText writes the word of String; the error is an [*InputError].
func (k EventKind) MarshalText() ([]byte, error) {
	return marshalWord(eventWords(), int(k), "kind of event")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (k *EventKind) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(eventWords(), string(text), "kind of event")
	if err == nil {
		*k = EventKind(i)
	}
	return err
}

// Repeat says whether a rule acts again on a record when the event comes again. Rules on
// levels are RepeatNever; their Rearm says more.
type Repeat uint8

const (
	// RepeatNever: once in the life of a record.
	RepeatNever Repeat = iota
	// RepeatCycle: once each time the record is open.
	RepeatCycle
	// RepeatAlways: each time.
	RepeatAlways
)

func repeatWords() []string { return []string{"never", "cycle", "always"} }

// String returns "never", "cycle" or "always".
func (r Repeat) String() string { return word(repeatWords(), int(r), "Repeat") }

// MarshalText writes the word of String; the error is an [*InputError].
func (r Repeat) MarshalText() ([]byte, error) { return marshalWord(repeatWords(), int(r), "repeat") }

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (r *Repeat) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(repeatWords(), string(text), "repeat")
	if err == nil {
		*r = Repeat(i)
	}
	return err
}

// Action is something for the host to do.
type Action struct {
	Do      ActionKind `json:"do"`
	Trigger TriggerID  `json:"trigger,omitempty"` // of ActionFire, needed
	To      string     `json:"to,omitempty"`      // a person, role or team: needed by ActionAssign and ActionNotify
	Text    string     `json:"text,omitempty"`    // needed by ActionTask
	Within  Span       `json:"within,omitzero"`   // when a task is due, from the event on
	// Parameters are what else the host needs to know.
	Parameters map[string]string `json:"parameters,omitempty"`
}

// ActionKind is a sort of action.
type ActionKind uint8

const (
	// ActionTask: somebody is to do something.
	ActionTask ActionKind = iota + 1
	// ActionAssign: the record gets an owner.
	ActionAssign
	// ActionNotify: somebody is to be told.
	ActionNotify
	// ActionFire: a trigger is to be fired on the record.
	ActionFire
)

func actionWords() []string { return []string{"none", "create_task", "assign", "notify", "fire"} }

// String returns "create_task", "assign", "notify" or "fire".
func (k ActionKind) String() string { return word(actionWords(), int(k), "ActionKind") }

// MarshalText writes the word of String; the error is an [*InputError].
func (k ActionKind) MarshalText() ([]byte, error) {
	return marshalWord(actionWords(), int(k), "kind of action")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (k *ActionKind) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(actionWords(), string(text), "kind of action")
	if err == nil {
		*k = ActionKind(i)
	}
	return err
}
