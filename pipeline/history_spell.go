package pipeline

import "time"

// Spell is a stay of a record in a stage.
type Spell struct {
	Stage StageID
	Kind  Kind // of the stage
	Cycle int
	// Definition is the version in which the record was at the end of the stay.
	Definition Ref
	From       time.Time
	To         time.Time     // zero: it is still there
	Paused     time.Duration // how long the clocks stood still; up to the last entry if it is still there
	// Next is the stage that came after, by Trigger, and Outcome its kind. They mean
	// nothing while the record is still there.
	Next    StageID
	Trigger TriggerID
	Outcome Kind
}

// Ended reports whether the record has left.
func (s Spell) Ended() bool { return !s.To.IsZero() }

// Lasted returns how long the record was in the stage by the wall clock, pauses left out;
// 0 if it is still there. In a stage of kind OnHold, or one that Pauses, all of the time is
// in Paused.
func (s Spell) Lasted() time.Duration {
	if !s.Ended() {
		return 0
	}
	return s.To.Sub(s.From) - s.Paused
}

// Spells returns the stays of a record in stages, in their order: a stay begins with each
// entry into a stage, also into the one in which the record was, and going on after a hold
// begins another. Migrations are no moves:
// the stay goes on under the name that the stage has afterwards, from when it began. The
// entries are those of one [History], from the first.
func Spells(entries []Entry) []Spell {
	var spells []Spell
	var pausedAt time.Time
	for i := range entries {
		e := &entries[i]
		if len(spells) > 0 && !pausedAt.IsZero() {
			// A pause is counted piece by piece, up to each entry.
			s := &spells[len(spells)-1]
			s.Paused = together(s.Paused, e.At.Sub(pausedAt))
		}
		switch e.Kind {
		case Began, Moved, Reopened:
			if len(spells) > 0 {
				s := &spells[len(spells)-1]
				s.To, s.Next, s.Trigger, s.Outcome = e.At, e.To, e.Trigger, e.Outcome
			}
			spells = append(spells, Spell{From: e.At})
		}
		if len(spells) > 0 {
			s := &spells[len(spells)-1]
			s.Stage, s.Kind, s.Cycle, s.Definition = e.To, e.Outcome, e.Cycle, e.Definition
		}
		if pausedAt = e.PausedAt.Time(); !pausedAt.IsZero() {
			pausedAt = e.At
		}
	}
	return spells
}
