package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Subject is a record that may be migrated: where it stands, and what guards and the
// forecast need of it. [Deal.Subject] makes one of a deal.
type Subject struct {
	ID       rapport.ID
	Position Position
	Record   Record        // nil for none
	Amount   rapport.Money // zero for none
	Override Override
}

// Destination chooses the stage of the new version for one record, where a map of
// stages is not enough: a stage that was split. What it panics with becomes a
// [*PanicError].
type Destination func(s Subject) (StageID, error)

// MigrationOptions say where records go that do not simply keep their stage.
type MigrationOptions struct {
	// Stages maps stages of the old version to stages of the new one. A stage that is
	// not named keeps its id, if the new version has it.
	Stages map[StageID]StageID
	// Choose decides for the stages that it is given for, before Stages.
	Choose map[StageID]Destination
}

// Migration carries records from one version of a definition to another. It is
// immutable. The zero Migration leads from nowhere: no record fits it.
type Migration struct {
	steps []step
}

type step struct {
	from, to *Machine
	stages   map[StageID]StageID
	choose   map[StageID]Destination
}

// NewMigration returns the migration between two versions of one process. The stages that
// the options name must be there, stages of the new version neither archived nor super-stages;
// the outcome of a closed stage stays what it is, and an open one stays open or on hold:
// records are closed by triggers. The error is a [*MigrationError].
func NewMigration(from, to *Machine, options *MigrationOptions) (*Migration, error) {
	if options == nil {
		options = &MigrationOptions{}
	}
	if from == nil || to == nil {
		return nil, &MigrationError{Reason: "want two machines, not nil"}
	}
	s := step{from, to, maps.Clone(options.Stages), maps.Clone(options.Choose)}
	fail := func(stage StageID, format string, args ...any) (*Migration, error) {
		return nil, &MigrationError{From: from.ref, To: to.ref, Stage: stage, Reason: fmt.Sprintf(format, args...)}
	}
	if from.ref.ID != to.ref.ID || from.ref.Version >= to.ref.Version {
		return fail("", "want an older and a newer version of one process")
	}
	for _, stage := range slices.Sorted(maps.Keys(options.Choose)) {
		if from.standing(stage) == nil {
			return fail(stage, "the old version has no such stage")
		}
		if options.Choose[stage] == nil {
			return fail(stage, "its destination is nil")
		}
	}
	for _, stage := range slices.Sorted(maps.Keys(options.Stages)) {
		if from.standing(stage) == nil {
			return fail(stage, "the old version has no such stage")
		}
		if why := s.unfit(stage, options.Stages[stage]); why != "" {
			return fail(stage, "%s", why)
		}
	}
	return &Migration{[]step{s}}, nil
}

// standing returns the stage of an id in which records can stand.
func (m *Machine) standing(id StageID) *stage {
	i := m.stage(id)
	if i < 0 || m.stages[i].nothing {
		return nil
	}
	return &m.stages[i]
}

// unfit says why a record cannot go from a stage of the old version to one of the new.
func (s *step) unfit(from, to StageID) string {
	old, fresh := s.from.standing(from), s.to.standing(to)
	switch {
	case fresh == nil:
		return fmt.Sprintf("the new version has no stage %q for records to stand in", to)
	case fresh.Archived && !old.Archived:
		return fmt.Sprintf("stage %q of the new version is archived", to)
	case old.Kind != fresh.Kind && (old.Kind.Closed() || fresh.Kind.Closed()):
		return fmt.Sprintf("it is %v, stage %q of the new version is %v", old.Kind, to, fresh.Kind)
	}
	return ""
}

// From returns the version that records come from, To the one they come to.
func (g *Migration) From() Ref {
	if len(g.steps) == 0 {
		return Ref{}
	}
	return g.steps[0].from.ref
}

// To returns the version that records come to.
func (g *Migration) To() Ref {
	if len(g.steps) == 0 {
		return Ref{}
	}
	return g.steps[len(g.steps)-1].to.ref
}

// Then returns the migration that goes on with another: carrying a record by it is
// carrying it by both, in one change. The error is a [*MigrationError] if the second does
// not begin where the first ends.
func (g *Migration) Then(next *Migration) (*Migration, error) {
	if g.To() != next.From() {
		return nil, &MigrationError{From: g.To(), To: next.From(), Reason: "the second migration begins at another version"}
	}
	return &Migration{slices.Concat(g.steps, next.steps)}, nil
}

// Apply carries a record over. Its clocks go on as if nothing had happened, for the work
// is the same under another name; only a stage that pauses stops them, and one that does
// not lets them run, unless [Machine.Pause] stopped them. What is on hold and stays so has
// been since it was put there; the calendar of the new version counts its whole wait. No
// gate is asked: [Migration.Plan] says beforehand what would violate the new ones. The
// errors are a [*StaleDefinitionError], [*UnknownStageError], [*ConflictError],
// [*TimeError], an [*UnmappedError] if nothing says where to go, and what a Destination
// returned, wrapped.
func (g *Migration) Apply(s Subject, in Input, at time.Time) (Position, Move, error) {
	before := s.Position
	if len(g.steps) == 0 {
		return before, Move{}, &StaleDefinitionError{Have: before.Definition}
	}
	_, now, err := g.steps[0].from.ready(&before, in.Version, at)
	if err != nil {
		return before, Move{}, err
	}
	for i := range g.steps {
		if err := g.steps[i].carry(&s, now); err != nil {
			return before, Move{}, err
		}
	}
	last := g.steps[len(g.steps)-1].to
	s.Position.Version, s.Position.ChangedAt = before.Version+1, now
	from := g.steps[0].from.standing(before.Stage)
	to := last.standing(s.Position.Stage)
	return s.Position, Move{&route{named: to.ID, from: from, to: to, kind: Migrated}}, nil
}

func (s *step) carry(subject *Subject, now Stamp) error {
	p := &subject.Position
	stage, err := s.destination(*subject)
	if err != nil {
		return err
	}
	old, fresh := s.from.standing(p.Stage), s.to.standing(stage)
	stopped := !p.PausedAt.IsZero() && !old.pauses // by Machine.Pause
	if p.Held == "" || fresh.Kind != OnHold {      // else PausedAt, at which the hold began, stays
		if !p.PausedAt.IsZero() {
			s.from.run(p, now)
		}
		if stopped || fresh.pauses {
			p.PausedAt = now
		}
	}
	if err := s.hold(subject, old, fresh); err != nil {
		return err
	}
	p.Definition, p.Stage = s.to.ref, stage
	return nil
}

// hold remembers where a record on hold will come back to in the new version.
func (s *step) hold(subject *Subject, old, fresh *stage) error {
	p := &subject.Position
	switch {
	case fresh.Kind != OnHold:
		p.Held = ""
	case old.Kind == OnHold && p.Held != "":
		held := *subject
		held.Position.Stage = p.Held
		to, err := s.destination(held)
		if err != nil {
			return err
		}
		if s.to.standing(to).Kind != Open {
			return &UnmappedError{subject.ID, p.Held, s.from.ref, s.to.ref, fmt.Sprintf("a record on hold cannot come back to stage %q", to)}
		}
		p.Held = to
	case old.Kind == Open:
		p.Held = ""
		if back := s.to.standing(old.ID); back != nil && back.Kind == Open {
			p.Held = old.ID
		}
	}
	return nil
}

// destination returns the stage of the new version for a record.
func (s *step) destination(subject Subject) (StageID, error) {
	from := subject.Position.Stage
	to := from
	if choose := s.choose[from]; choose != nil {
		var err error
		if to, err = ask(choose, subject); err != nil {
			return "", fmt.Errorf("pipeline: destination of record %q in stage %q: %w", subject.ID, from, err)
		}
	} else if mapped, ok := s.stages[from]; ok {
		to = mapped
	}
	if why := s.unfit(from, to); why != "" {
		return "", &UnmappedError{ID: subject.ID, Stage: from, From: s.from.ref, To: s.to.ref, Reason: why}
	}
	return to, nil
}

func ask(choose Destination, subject Subject) (to StageID, err error) {
	defer func() {
		if r := recover(); r != nil {
			to, err = "", &PanicError{r}
		}
	}()
	return choose(subject)
}

// MigrationError says why a migration cannot be made.
type MigrationError struct {
	From, To Ref
	Stage    StageID // of the old version; empty if it is about the whole
	Reason   string
}

func (e *MigrationError) Error() string {
	stage := ""
	if e.Stage != "" {
		stage = fmt.Sprintf(", stage %q", e.Stage)
	}
	if e.From == (Ref{}) && e.To == (Ref{}) {
		return "pipeline: migration: " + e.Reason
	}
	return fmt.Sprintf("pipeline: migration from %s to %s%s: %s", name(e.From), name(e.To), stage, e.Reason)
}

// UnmappedError says that nothing tells where a record belongs in the new version.
type UnmappedError struct {
	ID       rapport.ID
	Stage    StageID // of the old version
	From, To Ref
	Reason   string
}

func (e *UnmappedError) Error() string {
	return fmt.Sprintf("pipeline: record %q in stage %q of %s has no place in %s: %s", e.ID, e.Stage, name(e.From), name(e.To), e.Reason)
}
