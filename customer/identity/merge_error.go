package identity

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

// RefusalReason is a stable code for why ids were not merged, kept apart or taken apart.
type RefusalReason string

// The reasons.
const (
	TooFew           RefusalReason = "too-few"           // fewer than two different ids
	Repeated         RefusalReason = "repeated"          // an id is named twice
	UnknownMember    RefusalReason = "unknown-member"    // nobody added a source of the id
	AlreadyMerged    RefusalReason = "already-merged"    // all of them are one customer already
	Constrained      RefusalReason = "constrained"       // a never-merge stands between two of them; or the same constraint holds already
	DifferentKinds   RefusalReason = "different-kinds"   // a person and an organisation are never one
	ClusterTooLarge  RefusalReason = "cluster-too-large" // more members than the guard allows
	TooManyKeys      RefusalReason = "too-many-keys"     // more different identifiers of a type than the guard allows
	NotGolden        RefusalReason = "not-golden"        // their sources make no valid customer, as Err says
	ForeignDependant RefusalReason = "foreign-dependant" // an assignment names an id outside the customer that is taken apart
)

// RefusedError reports a change that would break a rule. Nothing was changed.
type RefusedError struct {
	Event      rapport.ID // the event that was to be
	Reason     RefusalReason
	IDs        []rapport.ID // the ids that clash, by id
	Constraint rapport.ID   // the event of the constraint, for Constrained
	Have, Most int          // for the guards: what there would be and what is allowed
	Err        error        // for NotGolden: a [*SourceError]
}

// Error names the ids, the constraint and the numbers.
func (e *RefusedError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "identity: event %s: %s", quoteID(e.Event), e.Reason)
	const shown = 5
	for i, id := range e.IDs {
		if i == shown {
			fmt.Fprintf(&text, " and %d more", len(e.IDs)-shown)
			break
		}
		fmt.Fprintf(&text, " %s", quoteID(id))
	}
	if e.Constraint != "" {
		fmt.Fprintf(&text, ", constraint %s", quoteID(e.Constraint))
	}
	if e.Most > 0 {
		fmt.Fprintf(&text, ", %d where %d are allowed", e.Have, e.Most)
	}
	if e.Err != nil {
		fmt.Fprintf(&text, ": %v", e.Err)
	}
	return text.String()
}

// Unwrap returns Err.
func (e *RefusedError) Unwrap() error { return e.Err }

// EventReason is a stable code for why an event does not fit the log.
type EventReason string

// The reasons.
const (
	DuplicateEvent EventReason = "duplicate-event"  // the log has an event with this id
	MissingEvent   EventReason = "missing-event"    // its number is not the next one: events before it are missing
	TakenSequence  EventReason = "taken-sequence"   // the log is past its number: another event has it
	UnknownEvent   EventReason = "unknown-event"    // what is to be undone is not in the log
	NotAMerge      EventReason = "not-a-merge"      // only a merge can be unmerged: a constraint is withdrawn, an unmerge is merged again
	NotAConstraint EventReason = "not-a-constraint" // only a constraint can be withdrawn
	AlreadyUndone  EventReason = "already-undone"   // what is to be undone counts no longer
	Backwards      EventReason = "backwards"        // recorded before the event before it, or undoes something at a time before it was
	NotLast        EventReason = "not-last"         // a later event may have changed what follows from it
	Diverges       EventReason = "diverges"         // a stored event says other than what follows from the log: an event is missing or was changed
)

// EventError reports an event that does not fit the log. Nothing was changed.
type EventError struct {
	Event  rapport.ID // the event that was to be
	Other  rapport.ID // the event that it names or clashes with; may be ""
	Reason EventReason
	// For MissingEvent and TakenSequence: the number of the event, and the one that is next.
	Sequence, Next int64
}

// Error names both events and the numbers.
func (e *EventError) Error() string {
	text := fmt.Sprintf("identity: event %s: %s", quoteID(e.Event), e.Reason)
	if e.Other != "" {
		text += " " + quoteID(e.Other)
	}
	if e.Next != 0 {
		text += fmt.Sprintf(", sequence %d where %d is next", e.Sequence, e.Next)
	}
	return text
}
