package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// InputError says which argument or field cannot be used.
type InputError struct {
	Name  string // of the argument
	Value string
	Want  string
}

func (e *InputError) Error() string {
	return fmt.Sprintf("pipeline: %s %q: want %s", e.Name, e.Value, e.Want)
}

// UnknownStageError says that a machine has no such stage, or that nothing can stand in it.
type UnknownStageError struct {
	Definition Ref
	Stage      StageID
}

func (e *UnknownStageError) Error() string {
	return fmt.Sprintf("pipeline: %s has no stage %q", name(e.Definition), e.Stage)
}

// UnknownTriggerError says that a machine has no such trigger in any stage.
type UnknownTriggerError struct {
	Definition Ref
	Trigger    TriggerID
}

func (e *UnknownTriggerError) Error() string {
	return fmt.Sprintf("pipeline: %s has no trigger %q", name(e.Definition), e.Trigger)
}

// StaleDefinitionError says that a position belongs to another process or to another
// version of it: it is to be migrated, or moved by the machine it belongs to.
type StaleDefinitionError struct {
	Have, Want Ref // of the position, of the machine
}

func (e *StaleDefinitionError) Error() string {
	if e.Have == (Ref{}) {
		return fmt.Sprintf("pipeline: the position is empty, as of a record that was never opened in %s", name(e.Want))
	}
	return fmt.Sprintf("pipeline: the position is of %s, the machine of %s", name(e.Have), name(e.Want))
}

// ConflictError says that the record has changed since the caller read it.
type ConflictError struct {
	Have, Want int64 // version of the record, version that the input named
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("pipeline: the record has version %d, not %d: it has changed since it was read", e.Have, e.Want)
}

// TimeError says that something would have happened before what happened already, at no
// time at all, or outside the range of a [Stamp].
type TimeError struct {
	At, Last time.Time
}

func (e *TimeError) Error() string {
	switch {
	case e.At.IsZero():
		return "pipeline: no time was given"
	case stampNow(e.At).IsZero():
		return (&StampError{e.At}).Error()
	}
	return fmt.Sprintf("pipeline: %s lies before the last change at %s", e.At.UTC().Format(time.RFC3339Nano), e.Last.UTC().Format(time.RFC3339Nano))
}

// NotPermittedError says that a trigger does nothing in a stage.
type NotPermittedError struct {
	Stage     StageID
	Trigger   TriggerID
	Permitted []TriggerID // what the stage has, in the order of the definition
}

func (e *NotPermittedError) Error() string {
	return fmt.Sprintf("pipeline: trigger %q is not for stage %q, which has %q", e.Trigger, e.Stage, e.Permitted)
}

// ClosedError says that a record is closed: the trigger does not open it again, or an edit
// is for open records only.
type ClosedError struct {
	Stage   StageID
	Outcome Kind
	Trigger TriggerID // empty for an edit
}

func (e *ClosedError) Error() string {
	if e.Trigger == "" {
		return fmt.Sprintf("pipeline: the record is closed in stage %q (%v), this edit is for open ones", e.Stage, e.Outcome)
	}
	return fmt.Sprintf("pipeline: trigger %q: the record is closed in stage %q (%v)", e.Trigger, e.Stage, e.Outcome)
}

// RefusedError says why a trigger that the stage has cannot be fired now. Its reasons
// are all there are, each an error of its own for [errors.As]: a [*RoleError], a
// [*ReasonError], a [*MissingDataError], a [*ChecklistError], a [*PartError], an
// [*ApprovalError], a [*ProblemError], a [*DeadlineError], a [*TargetError], a [*GuardError],
// a [*CalendarEndError] for a deadline whose offset the calendar cannot count. Where the
// target is not known, beside the TargetError only what the transition demands for any
// target is told, its guards left out; where When guards decide, the first refusal of each.
type RefusedError struct {
	Stage   StageID
	Trigger TriggerID // empty for a record that is opened or migrated
	Reasons []error
}

func (e *RefusedError) Error() string {
	texts := make([]string, len(e.Reasons))
	for i, reason := range e.Reasons {
		texts[i] = bare(reason)
	}
	what := ""
	if e.Trigger != "" {
		what = fmt.Sprintf("%q ", e.Trigger)
	}
	return fmt.Sprintf("pipeline: %sin stage %q: %s", what, e.Stage, strings.Join(texts, "; "))
}

// Unwrap returns the reasons.
func (e *RefusedError) Unwrap() []error { return slices.Clone(e.Reasons) }

// RoleError says that the one who acts has none of the roles that may.
type RoleError struct {
	By   string
	Have []string
	Want []string // one of these
}

func (e *RoleError) Error() string {
	return fmt.Sprintf("pipeline: %q has the roles %q, want one of %q", e.By, e.Have, e.Want)
}

// ReasonError says that a reason is missing, is none of the list, or needs a note.
type ReasonError struct {
	Reason   string // as given
	List     string
	Want     []string // what may be given
	NeedNote bool     // the reason is right and its note is missing
}

func (e *ReasonError) Error() string {
	if e.NeedNote {
		return fmt.Sprintf("pipeline: reason %q needs a note", e.Reason)
	}
	if e.Reason == "" {
		return fmt.Sprintf("pipeline: no reason was given: want one of %q (%s)", e.Want, e.List)
	}
	return fmt.Sprintf("pipeline: reason %q: want one of %q (%s)", e.Reason, e.Want, e.List)
}

// MissingDataError names the fields that have to be filled in.
type MissingDataError struct {
	Fields []string // in the order of the definition's gates
}

func (e *MissingDataError) Error() string {
	return fmt.Sprintf("pipeline: these fields are not filled in: %s", strings.Join(e.Fields, ", "))
}

// ChecklistError names the items of a checklist that have to be done.
type ChecklistError struct {
	Checklist string
	Items     []string
}

func (e *ChecklistError) Error() string {
	return fmt.Sprintf("pipeline: checklist %q is not done: %s", e.Checklist, strings.Join(e.Items, ", "))
}

// PartError says that a sub-process is missing or not won.
type PartError struct {
	Part    string
	Stage   StageID // in which it is; empty if there is none
	Outcome Kind
}

func (e *PartError) Error() string {
	if e.Stage == "" {
		return fmt.Sprintf("pipeline: part %q is not there", e.Part)
	}
	return fmt.Sprintf("pipeline: part %q is in stage %q (%v), not won", e.Part, e.Stage, e.Outcome)
}

// ApprovalError says how many approvals there are.
type ApprovalError struct {
	Approval   string
	Have, Want int
	Roles      []string
}

func (e *ApprovalError) Error() string {
	return fmt.Sprintf("pipeline: approval %q has %d of %d votes, which %q may give", e.Approval, e.Have, e.Want, e.Roles)
}

// ProblemError names the open problems that block.
type ProblemError struct {
	Blocking Severity // from this on
	Problems []Problem
}

func (e *ProblemError) Error() string {
	ids := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		ids[i] = fmt.Sprintf("%s (%v)", p.ID, p.Severity)
	}
	return fmt.Sprintf("pipeline: open problems block: %s", strings.Join(ids, ", "))
}

// DeadlineError says that a deadline has passed.
type DeadlineError struct {
	Field    string
	Deadline time.Time // the offset added
	At       time.Time
}

func (e *DeadlineError) Error() string {
	return fmt.Sprintf("pipeline: the deadline of %q was %s, now it is %s", e.Field, e.Deadline.Format(time.RFC3339), e.At.Format(time.RFC3339))
}

// TargetError says that the stage that was chosen is none of those that may be.
type TargetError struct {
	Stage StageID
	Want  []StageID
}

func (e *TargetError) Error() string {
	return fmt.Sprintf("pipeline: target stage %q: want one of %q", e.Stage, e.Want)
}

// GuardError says that a guard refused, with its reason; a panic of the guard is one.
type GuardError struct {
	Guard string
	Err   error
}

func (e *GuardError) Error() string { return fmt.Sprintf("pipeline: guard %q: %v", e.Guard, e.Err) }

// Unwrap returns the guard's reason.
func (e *GuardError) Unwrap() error { return e.Err }

// PanicError is the reason of a guard or choice that panicked.
type PanicError struct {
	Value any // what it panicked with
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// bare is the text of an error inside that of another one, which names the package.
func bare(err error) string { return strings.TrimPrefix(err.Error(), "pipeline: ") }

func name(r Ref) string { return fmt.Sprintf("%q version %d", r.ID, r.Version) }

// PausedError says that the clocks stand still already, run already, or stand still as
// long as the record is in its stage.
type PausedError struct {
	Stage    StageID
	PausedAt time.Time // zero if they run
}

func (e *PausedError) Error() string {
	if e.PausedAt.IsZero() {
		return fmt.Sprintf("pipeline: the clocks run in stage %q", e.Stage)
	}
	return fmt.Sprintf("pipeline: the clocks stand still in stage %q since %s", e.Stage, e.PausedAt.Format(time.RFC3339))
}

// UnknownFieldError says that a field is not in the definition, cannot be set in the
// stage, or cannot hold the value.
type UnknownFieldError struct {
	Field string
	Value Value
	Want  string
}

func (e *UnknownFieldError) Error() string {
	return fmt.Sprintf("pipeline: field %q cannot be %q: %s", e.Field, e.Value, e.Want)
}
