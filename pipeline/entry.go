package pipeline

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Entry is one line of a history: what changed, who did it, when and why, and where the
// record stood after it. Histories are only ever appended to; slices in an entry are
// never written to.
type Entry struct {
	Seq        int64      `json:"seq"` // the version of the record after the change, from 1
	Record     rapport.ID `json:"record"`
	Kind       MoveKind   `json:"kind"`
	Definition Ref        `json:"definition"` // after the change
	Trigger    TriggerID  `json:"trigger,omitempty"`
	From       StageID    `json:"from,omitempty"`
	To         StageID    `json:"to"`
	Outcome    Kind       `json:"outcome"` // what kind of stage To is
	Reason     string     `json:"reason,omitempty"`
	Note       string     `json:"note,omitempty"`
	By         string     `json:"by,omitempty"`
	OnBehalfOf string     `json:"on_behalf_of,omitempty"`
	At         time.Time  `json:"at"` // business time
	// RecordedAt is when the entry was stored; the host sets it before it appends.
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	Request    string    `json:"request,omitempty"`
	// Content is a digest of what a named request asked for, by which a request that
	// comes twice is told from another of the same name.
	Content Digest `json:"content,omitzero"`
	// What the forecast needs, after the change.
	Amount      rapport.Money   `json:"amount"`
	Rate        decimal.Decimal `json:"rate,omitzero"` // booked, 0 for none
	CloseDate   Date            `json:"close_date,omitzero"`
	Probability int             `json:"probability,omitempty"` // percent; 0 in an open stage: none typed, unless Judged
	Category    Category        `json:"category,omitempty"`
	Judged      bool            `json:"judged,omitempty"` // the two are a person's judgement, not the stage's
	Owner       string          `json:"owner,omitempty"`
	// Changes are all fields of the record that are not what they were.
	Changes []Change `json:"changes,omitempty"`
	Effects []Effect `json:"effects,omitempty"`
	// The rest of the position after the change, see [Position].
	Cycle    int     `json:"cycle"`
	Entered  Clock   `json:"entered"`
	Opened   Clock   `json:"opened"`
	PausedAt Stamp   `json:"paused_at,omitzero"`
	Held     StageID `json:"held,omitempty"`
	// Link ties the entry to the one before it; nil outside a chain, see [Entry.Linked].
	Link *Link `json:"link,omitempty"`
}

// Change is a field before and after. Field is the name of a field of the definition or
// of a [Deal], or, for the rest of a deal, the place in its JSON as a pointer (RFC 6901)
// such as "/lines/0/quantity" or "/override/reason".
type Change struct {
	Field  string `json:"field"`
	Before Value  `json:"before,omitzero"`
	After  Value  `json:"after,omitzero"`
}

// NewEntry returns the entry for a move of a host's own record, with the position and the
// input of the call that returned the move. Its changes are those of Input.Data against
// Input.Record: make the entry before the record takes the data. A [Deal] makes its entries
// itself. The error is an [*InputError], also for a move that does not lead to the position.
func NewEntry(record rapport.ID, after Position, move Move, in Input) (Entry, error) {
	if err := in.checkTexts(); err != nil {
		return Entry{}, err
	}
	if err := record.Validate(); err != nil {
		return Entry{}, &InputError{Name: "record", Value: string(record), Want: "an id"}
	}
	if move.route == nil {
		return Entry{}, &InputError{Name: "move", Want: "what a machine has returned"}
	}
	if move.To() != after.Stage {
		return Entry{}, &InputError{Name: "position", Value: string(after.Stage), Want: fmt.Sprintf("that of the move, in stage %q", move.To())}
	}
	var e Entry
	e.fill(record, &after, move.route, &in)
	for _, field := range sortedKeys(in.Data) {
		change := Change{Field: field, After: in.Data[field]}
		if in.Record != nil {
			change.Before = in.Record.Value(field)
		}
		if change.Before != change.After {
			e.Changes = append(e.Changes, change)
		}
	}
	if err := e.digestRequest(e.asked(), &in); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// Position returns where the record stood after the change.
func (e *Entry) Position() Position {
	return Position{
		Definition: e.Definition, Stage: e.To, Version: e.Seq, Cycle: e.Cycle,
		Entered: e.Entered, Opened: e.Opened, PausedAt: e.PausedAt, ChangedAt: stampOf(e.At), Held: e.Held,
	}
}

// fill writes what the input and the position say.
func (e *Entry) fill(record rapport.ID, after *Position, r *route, in *Input) {
	e.Seq, e.Record, e.Kind, e.Definition = after.Version, record, r.kind, after.Definition
	e.Trigger, e.To, e.Outcome = r.trigger, after.Stage, r.to.Kind
	if r.from != nil {
		e.From = r.from.ID
	}
	e.Reason, e.Note, e.By, e.OnBehalfOf, e.Request = in.Reason, in.Note, in.By, in.OnBehalfOf, in.Request
	e.At, e.Effects = after.ChangedAt.Time(), r.effects
	e.Cycle, e.Entered, e.Opened, e.PausedAt, e.Held = after.Cycle, after.Entered, after.Opened, after.PausedAt, after.Held
}

// Edit moves nothing: it says that a host's own record has changed, in the fields of
// Input.Data or otherwise, so that its version and history go on. The errors are those of
// [Machine.Fire] up to a [*TimeError], an [*UnknownFieldError], and a [*ClosedError] for
// data of a closed record.
func (m *Machine) Edit(p Position, in Input, at time.Time) (Position, Move, error) {
	i, now, err := m.ready(&p, in.Version, at)
	if err == nil {
		err = m.checkData(p.Stage, in.Data)
	}
	if err != nil {
		return p, Move{}, err
	}
	s := &m.stages[i]
	if s.Kind.Closed() && len(in.Data) > 0 {
		return p, Move{}, &ClosedError{Stage: s.ID, Outcome: s.Kind}
	}
	m.carry(&p, &s.edited, now)
	return p, Move{&s.edited}, nil
}
