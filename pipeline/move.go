package pipeline

import (
	"iter"
	"slices"
)

// Move is what a change did. It is one word that points into the machine and cannot be
// stored: what is to be kept goes into an [Entry], see [NewEntry]. The zero Move did nothing.
type Move struct{ route *route }

// Kind says what sort of change it was, 0 for the zero Move.
func (m Move) Kind() MoveKind {
	if m.route == nil {
		return 0
	}
	return m.route.kind
}

// Trigger returns the trigger, empty if there was none.
func (m Move) Trigger() TriggerID {
	if m.route == nil {
		return ""
	}
	return m.route.trigger
}

// From returns the stage before, empty for a record that began.
func (m Move) From() StageID {
	if m.route == nil || m.route.from == nil {
		return ""
	}
	return m.route.from.ID
}

// To returns the stage after.
func (m Move) To() StageID {
	if m.route == nil {
		return ""
	}
	return m.route.to.ID
}

// Outcome returns the kind of the stage after.
func (m Move) Outcome() Kind {
	if m.route == nil {
		return Open
	}
	return m.route.to.Kind
}

// Effects returns what the host is to carry out once the change is stored, in order:
// leaving the stages from the inside out, the transition, entering from the outside in.
func (m Move) Effects() []Effect {
	if m.route == nil {
		return nil
	}
	return slices.Clone(m.route.effects)
}

// EachEffect yields what [Move.Effects] returns, without a copy of the list.
func (m Move) EachEffect() iter.Seq[Effect] {
	return func(yield func(Effect) bool) {
		if m.route == nil {
			return
		}
		for _, e := range m.route.effects {
			if !yield(e) {
				return
			}
		}
	}
}

// MoveKind says what sort of change a move is.
type MoveKind uint8

const (
	// Began: the record was opened.
	Began MoveKind = iota + 1
	// Moved: the record entered a stage, perhaps the one in which it was.
	Moved
	// Stayed: something happened inside a stage.
	Stayed
	// Reopened: the record came back from a closed stage.
	Reopened
	// Paused: the clocks were stopped.
	Paused
	// Resumed: the clocks run again.
	Resumed
	// Edited: fields of the record changed, by no trigger.
	Edited
	// Migrated: the record came to another version of its definition.
	Migrated
)

func moveWords() []string {
	return []string{"none", "began", "moved", "stayed", "reopened", "paused", "resumed", "edited", "migrated"}
}

// String returns the word for the kind, in small letters.
func (k MoveKind) String() string { return word(moveWords(), int(k), "MoveKind") }

// MarshalText writes the word of String; the error is an [*InputError].
func (k MoveKind) MarshalText() ([]byte, error) {
	return marshalWord(moveWords(), int(k), "kind of move")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (k *MoveKind) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(moveWords(), string(text), "kind of move")
	if err == nil {
		*k = MoveKind(i)
	}
	return err
}

// Effect is something for the host to carry out, by name, after the change is stored.
type Effect struct {
	Name  string     `json:"name"`
	When  EffectTime `json:"when"`
	Stage StageID    `json:"stage,omitempty"` // that is left or entered
}

// EffectTime says where an effect belongs.
type EffectTime uint8

const (
	// OnExit: to the stage that was left.
	OnExit EffectTime = iota
	// OnTransition: to the transition.
	OnTransition
	// OnEnter: to the stage that was entered.
	OnEnter
)

func effectWords() []string { return []string{"exit", "transition", "enter"} }

// String returns "exit", "transition" or "enter".
func (w EffectTime) String() string { return word(effectWords(), int(w), "EffectTime") }

// MarshalText writes the word of String; the error is an [*InputError].
func (w EffectTime) MarshalText() ([]byte, error) {
	return marshalWord(effectWords(), int(w), "time of an effect")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (w *EffectTime) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(effectWords(), string(text), "time of an effect")
	if err == nil {
		*w = EffectTime(i)
	}
	return err
}
