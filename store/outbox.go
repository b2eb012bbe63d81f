package store

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Outbox gives the entries of all histories of one tenant in the order in which they
// were committed, to whoever carries out effects, sends messages or keeps a view of its
// own. Each entry is in it by the very commit that stored it: none is ever missing, and
// none is there that was rolled back.
//
// Nothing is ever skipped. A reader that has seen an event has had the chance to see
// all that were committed before it, however many wrote at once: a back end whose
// transactions can commit in another order than they numbered their rows in has to
// hold back events until those before them are decided. (Where one writer writes at a
// time, as in memory and in SQLite, the numbers are in the order of the commits.) And
// no cursor is ever given twice, whatever was acknowledged.
//
// Delivery is at least once: a consumer that stops between its work and Acknowledge
// meets the event again.
type Outbox interface {
	// After streams the events after a cursor, "" being the beginning. A cursor that
	// this tenant's outbox has not given is [ErrPageToken].
	After(ctx context.Context, cursor Token) iter.Seq2[Event, error]
	// Pending streams the events that a consumer has not acknowledged. A consumer is
	// any id; one that has never acknowledged anything begins at the beginning.
	Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[Event, error]
	// Acknowledge notes that a consumer is done with the event of the cursor and all
	// before it. What it was done with already stays so. A cursor that this tenant's
	// outbox has not given is [ErrPageToken].
	Acknowledge(ctx context.Context, consumer rapport.ID, cursor Token) error
}

// Event is an entry on its way out.
type Event struct {
	Entry  pipeline.Entry
	Cursor Token // of this event, for After and Acknowledge
}

// EventCursor returns the cursor of an event that a back end has numbered, from 1 and one
// by one for each tenant in the order of commits, for back ends.
func EventCursor(tenant rapport.ID, number int64) Token {
	return numberCursor(tenant, "outbox", number)
}

// EventNumber returns the number that [EventCursor] was given, 0 for the empty cursor, for
// back ends. A cursor of another tenant or of an event after the last one is
// [ErrPageToken].
func EventNumber(tenant rapport.ID, cursor Token, last int64) (int64, error) {
	return cursorNumber(tenant, "outbox", cursor, last)
}

// ValidateConsumer returns nil or an [*ArgumentError], for back ends.
func ValidateConsumer(consumer rapport.ID) error { return validateID("consumer", consumer) }

// ValidatePartner returns nil or an [*ArgumentError], for back ends: no partner is not
// any partner.
func ValidatePartner(partner rapport.ID) error { return validateID("partner", partner) }

func validateID(name string, id rapport.ID) error {
	if err := id.Validate(); err != nil {
		return &ArgumentError{Name: name, Err: err}
	}
	return nil
}
