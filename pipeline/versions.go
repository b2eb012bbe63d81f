package pipeline

import (
	"fmt"
	"slices"
	"time"
)

// Policy says when records of an older version come to a newer one.
type Policy uint8

const (
	// Pin leaves records where they are: they end under the version they began with.
	Pin Policy = iota
	// OnTouch carries a record over when something next happens to it.
	OnTouch
	// All carries every record over at once: the host runs [Versions.Upgrade] over them.
	// What it has not come to yet is carried over when something happens to it.
	All
)

// String returns "pin", "on_touch" or "all".
func (p Policy) String() string { return word([]string{"pin", "on_touch", "all"}, int(p), "Policy") }

// Versions are the versions of one process that have records, or had: none is ever taken
// away, so that every history can be read. It is immutable: Add returns a longer one. The
// zero Versions has none, and Add cannot begin it.
type Versions struct {
	machines []*Machine
	steps    []*Migration // from machines[i] to machines[i+1]; nil for Pin
}

// NewVersions returns the versions of a process with its first one; nil gives none.
func NewVersions(first *Machine) *Versions {
	if first == nil {
		return &Versions{}
	}
	return &Versions{machines: []*Machine{first}}
}

// Add returns the versions with a newer one, and what happens to the records of the
// version before it: with [Pin] the migration is nil, else it leads from that version to
// the new one. The error is a [*MigrationError].
func (v *Versions) Add(m *Machine, policy Policy, migration *Migration) (*Versions, error) {
	last := v.Latest()
	if m == nil || last == nil {
		return nil, &MigrationError{Reason: "want machines, not nil"}
	}
	fail := func(format string, args ...any) (*Versions, error) {
		return nil, &MigrationError{From: last.ref, To: m.ref, Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case m.ref.ID != last.ref.ID || m.ref.Version <= last.ref.Version:
		return fail("want a newer version of the same process")
	case policy > All:
		return fail("there is no policy %v", policy)
	case policy == Pin && migration != nil:
		return fail("records that stay where they are need no migration")
	case policy != Pin && (migration == nil || migration.From() != last.ref || migration.To() != m.ref):
		return fail("want the migration between the two")
	}
	return &Versions{append(slices.Clip(v.machines), m), append(slices.Clip(v.steps), migration)}, nil
}

// Latest returns the machine under which new records are opened, nil if there is none.
func (v *Versions) Latest() *Machine {
	if len(v.machines) == 0 {
		return nil
	}
	return v.machines[len(v.machines)-1]
}

// Machine returns the machine of a version, nil if there is none.
func (v *Versions) Machine(ref Ref) *Machine {
	if i := v.index(ref); i >= 0 {
		return v.machines[i]
	}
	return nil
}

func (v *Versions) index(ref Ref) int {
	return slices.IndexFunc(v.machines, func(m *Machine) bool { return m.ref == ref })
}

// Migration returns how records come from a version to the newest that they may come to,
// nil if they stay. The error is a [*StaleDefinitionError] for a version that is not there.
func (v *Versions) Migration(from Ref) (*Migration, error) {
	i := v.index(from)
	if i < 0 {
		stale := &StaleDefinitionError{Have: from}
		if last := v.Latest(); last != nil {
			stale.Want = last.ref
		}
		return nil, stale
	}
	var way *Migration
	for _, step := range v.steps[i:] {
		if step == nil {
			break
		}
		if way == nil {
			way = step
			continue
		}
		var err error
		if way, err = way.Then(step); err != nil {
			return nil, err
		}
	}
	return way, nil
}

// Upgrade carries a record to the newest version that it may come to. If it stays where
// it is, the Move is the zero Move. The errors are those of [Versions.Migration] and
// [Migration.Apply].
func (v *Versions) Upgrade(s Subject, in Input, at time.Time) (Position, Move, error) {
	way, err := v.Migration(s.Position.Definition)
	if err != nil || way == nil {
		return s.Position, Move{}, err
	}
	return way.Apply(s, in, at)
}

// Passage is one change of a position: how it stood after, by which move.
type Passage struct {
	After Position
	Move  Move
}

// Fire carries a record over if it is to be, and fires a trigger there: both or neither.
// It returns each change, one or two of them, the last being where the record stands. The
// errors are those of [Versions.Upgrade] and [Machine.Fire]; Input.Version is the version
// before both.
func (v *Versions) Fire(s Subject, trigger TriggerID, in Input, at time.Time) ([]Passage, error) {
	p, migrated, err := v.Upgrade(s, in, at)
	if err != nil {
		return nil, err
	}
	var changes []Passage
	if migrated.route != nil {
		in.Version = 0 // it was checked, and is one more now
		changes = append(changes, Passage{p, migrated})
	}
	if in.Record == nil {
		in.Record = s.Record
	}
	after, fired, err := v.Machine(p.Definition).Fire(p, trigger, in, at)
	if err != nil {
		return nil, err
	}
	return append(changes, Passage{after, fired}), nil
}

// FireDeal carries a deal over if it is to be, and fires a trigger there: both or neither.
// It returns the deal and the entries for its history, one or two. The request that Input
// names is that of the trigger. The errors are those of [Versions.Migration],
// [Deal.Migrate] and [Deal.Fire].
func (v *Versions) FireDeal(d *Deal, trigger TriggerID, in Input, at time.Time) (Deal, []Entry, error) {
	way, err := v.Migration(d.Definition)
	if err != nil {
		return *d, nil, err
	}
	next := *d
	var entries []Entry
	if way != nil {
		over := Input{By: in.By, OnBehalfOf: in.OnBehalfOf, Version: in.Version}
		var e Entry
		if next, e, err = d.Migrate(way, over, at); err != nil {
			return *d, nil, err
		}
		entries, in.Version = append(entries, e), 0
	}
	next, e, err := next.Fire(v.Machine(next.Definition), trigger, in, at)
	if err != nil {
		return *d, nil, err
	}
	return next, append(entries, e), nil
}
