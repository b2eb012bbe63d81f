package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// FileMergeEvent is the [customer.FileKind] of a [MergeEvent].
const FileMergeEvent customer.FileKind = "merge-event"

// EventType says what a [MergeEvent] is: a stable code.
type EventType string

// The types of event.
const (
	Merged      EventType = "merged"       // the members are one customer
	Unmerged    EventType = "unmerged"     // a merge counts no longer
	NeverMerge  EventType = "never-merge"  // two ids must not become one customer
	AlwaysMerge EventType = "always-merge" // two ids are one customer, whatever the guards say
	Withdrawn   EventType = "withdrawn"    // a never-merge or an always-merge counts no longer
)

// Act says who did something to the registry, why and when. The host gives it.
type Act struct {
	ID         rapport.ID `json:"id"`              // of the event that comes of it
	Actor      string     `json:"actor"`           // who: a person or a program, up to 128 bytes
	Reason     string     `json:"reason,omitzero"` // why, up to 1024 bytes
	At         time.Time  `json:"at"`              // event time: since when it holds
	RecordedAt time.Time  `json:"recorded_at"`     // record time: never before that of the event before
}

// Member is an id in a merge, with what decides who survives.
type Member struct {
	ID    rapport.ID `json:"id"`
	Since time.Time  `json:"since"` // event time of the earliest statement about it that was known
}

// older orders members: the survivor of a cluster is its first, the oldest one, then the
// lowest id. It is a function of the members alone, so the order of merges does not
// matter.
func older(a, b Member) bool { return compareMembers(a, b) < 0 }

func compareMembers(a, b Member) int {
	return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
}

// Move says that the current id of an id changed. A host that keeps a table of aliases
// writes To for ID, move by move; the table then says at once what [Registry.Resolve]
// does.
type Move struct {
	ID   rapport.ID `json:"id"`
	From rapport.ID `json:"from"` // its current id until then
	To   rapport.ID `json:"to"`   // its current id from then on
}

// MergeEvent is an entry of the log of a [Registry]: it is never changed and never taken
// away. It holds no more of a customer than ids and ages.
//
// The registry numbers the events: a store lists them by time and id, and neither tells
// two events of one instant apart as the log does. A host that reads the log and stores
// the next event in one transaction never gives a number twice.
type MergeEvent struct {
	Sequence int64 `json:"sequence"` // place in the log, from 1
	Act
	Type     EventType    `json:"type"`
	Members  []Member     `json:"members,omitempty"`  // by id; of a constraint two; none for Unmerged and Withdrawn
	Undoes   rapport.ID   `json:"undoes,omitzero"`    // the event that counts no longer; of Unmerged and Withdrawn
	Survivor rapport.ID   `json:"survivor,omitzero"`  // the current id of the members after a merge, of all concerned before an unmerge
	Moves    []Move       `json:"moves,omitempty"`    // which ids now resolve where, by id
	Assigned []Assignment `json:"assigned,omitempty"` // of Unmerged: which dependants go where
}

// Filing files the event under the customer that survives, a constraint under its first
// id, and with what it undoes or the other id.
func (e MergeEvent) Filing() customer.Filing {
	f := customer.Filing{Kind: FileMergeEvent, ID: e.ID, Customer: e.Survivor, With: e.Undoes, At: e.At, RecordedAt: e.RecordedAt}
	if f.Customer == "" && len(e.Members) > 0 {
		f.Customer = e.Members[0].ID
	}
	if f.With == "" && len(e.Members) == 2 {
		f.With = e.Members[0].ID
		if f.With == f.Customer {
			f.With = e.Members[1].ID
		}
	}
	return f
}

// Validate returns nil or a [*customer.ValidationError]. Whether the event fits a log is
// seen by [Registry.Apply].
func (e MergeEvent) Validate() error {
	var f faults
	if e.Sequence == 0 {
		f.add("sequence", customer.Missing)
	} else if e.Sequence < 0 {
		f.add("sequence", customer.OutOfRange)
	}
	e.check(&f)
	switch e.Type {
	case Merged, AlwaysMerge:
		e.checkMembers(&f)
		f.id("survivor", e.Survivor)
	case NeverMerge:
		e.checkMembers(&f)
		if e.Survivor != "" {
			f.add("survivor", customer.NotAllowed)
		}
		if len(e.Moves) > 0 {
			f.add("moves", customer.NotAllowed)
		}
	case Unmerged, Withdrawn:
		f.id("undoes", e.Undoes)
		if len(e.Members) > 0 {
			f.add("members", customer.NotAllowed)
		}
		if e.Type == Unmerged || e.Survivor != "" { // a never-merge that is withdrawn concerns nobody else
			f.id("survivor", e.Survivor)
		}
	case "":
		f.add("type", customer.Missing)
	default:
		f.add("type", customer.Unknown)
	}
	if e.Undoes != "" && e.Type != Unmerged && e.Type != Withdrawn {
		f.add("undoes", customer.NotAllowed)
	}
	e.checkMoves(&f)
	e.checkAssigned(&f)
	return f.err("merge event", e.ID)
}

func (a *Act) check(f *faults) {
	f.id("id", a.ID)
	f.text("actor", a.Actor, customer.MaxCodeLength, true)
	f.text("reason", a.Reason, customer.MaxTextLength, false)
	f.instant("at", a.At)
	f.instant("recorded_at", a.RecordedAt)
}

func (e *MergeEvent) checkMembers(f *faults) {
	if len(e.Members) < 2 {
		f.add("members", customer.Missing)
	}
	if limit := e.Type.mostMembers(); len(e.Members) > limit {
		f.add("members", customer.TooMany)
		return
	}
	for i, m := range e.Members {
		f.id(at("members", i, "id"), m.ID)
		f.instant(at("members", i, "since"), m.Since)
		if i > 0 && e.Members[i-1].ID == m.ID {
			f.add(at("members", i, "id"), customer.Duplicate)
		} else if i > 0 && e.Members[i-1].ID > m.ID {
			f.add(at("members", i, "id"), customer.OutOfRange)
		}
	}
}

// mostMembers is how many ids an event can name.
func (t EventType) mostMembers() int {
	if t == Merged {
		return customer.MaxEntries
	}
	return 2
}

func (e *MergeEvent) checkMoves(f *faults) {
	for i, m := range e.Moves {
		f.id(at("moves", i, "id"), m.ID)
		f.id(at("moves", i, "from"), m.From)
		f.id(at("moves", i, "to"), m.To)
		if i > 0 && e.Moves[i-1].ID >= m.ID {
			f.add(at("moves", i, "id"), customer.OutOfRange)
		}
	}
}

func (e *MergeEvent) checkAssigned(f *faults) {
	if e.Type != Unmerged && len(e.Assigned) > 0 {
		f.add("assigned", customer.NotAllowed)
	}
	for i, a := range e.Assigned {
		f.text(at("assigned", i, "kind"), string(a.Kind), customer.MaxCodeLength, true)
		f.text(at("assigned", i, "system"), a.System, customer.MaxCodeLength, false)
		f.id(at("assigned", i, "id"), a.ID)
		f.id(at("assigned", i, "from"), a.From)
		f.id(at("assigned", i, "to"), a.To)
		if i == 0 {
			continue
		}
		switch c := a.Child.compare(e.Assigned[i-1].Child); {
		case c == 0:
			f.add(at("assigned", i, "id"), customer.Duplicate)
		case c < 0:
			f.add(at("assigned", i, "id"), customer.OutOfRange)
		}
	}
}

// normal returns the event with its times as the library keeps them, and with lists of
// its own.
func (e MergeEvent) normal() MergeEvent {
	e.At, e.RecordedAt = e.At.UTC(), e.RecordedAt.UTC()
	e.Members, e.Moves, e.Assigned = copied(e.Members), copied(e.Moves), copied(e.Assigned)
	for i := range e.Members {
		e.Members[i].Since = e.Members[i].Since.UTC()
	}
	return e
}

// copied returns a list of its own; an empty one becomes nil, so that equal events have
// equal fields.
func copied[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}
