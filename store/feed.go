package store

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// Feed gives what was written about the customers of one tenant, each customer and each
// record, in the order of commits, to whoever keeps a view of its own: an index, a
// warehouse, another system. An event is in it by the very commit that wrote the record.
// It says what changed and not how: a reader gets the record as it is by then, or by its
// history as it was.
//
// It promises what the [Outbox] promises: none is missed or skipped, no cursor is given
// twice, and delivery is at least once. Transactions and interactions, which never change,
// are not in it.
type Feed interface {
	// After streams the events after a cursor, "" being the beginning. A cursor that
	// this tenant's feed has not given is [ErrPageToken].
	After(ctx context.Context, cursor Token) iter.Seq2[FeedEvent, error]
	// Pending streams the events that a consumer of the feed has not acknowledged, as
	// [Outbox].Pending does.
	Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[FeedEvent, error]
	// Acknowledge notes that a consumer of the feed is done with the event of the cursor
	// and all before it, as [Outbox].Acknowledge does. The consumers of the outbox are
	// others.
	Acknowledge(ctx context.Context, consumer rapport.ID, cursor Token) error
}

// FeedEvent says what was written.
type FeedEvent struct {
	Kind    RecordKind // [KindCustomer], or the kind of a file
	ID      rapport.ID
	Version int64 // that was written, removed or erased
	Change  FeedChange
	Cursor  Token // of this event, for After and Acknowledge
}

// FeedChange says what was done to a record.
type FeedChange uint8

// The changes.
const (
	Written FeedChange = iota + 1 // a version was stored
	Removed                       // the record ended; what it was may be kept
	Erased                        // states of the record up to this version are gone: forget it, unless it can still be read
)

// String returns "written", "removed" or "erased", "" for the zero value.
func (c FeedChange) String() string {
	switch c {
	case 0:
		return ""
	case Written:
		return "written"
	case Removed:
		return "removed"
	case Erased:
		return "erased"
	}
	return fmt.Sprintf("FeedChange(%d)", uint8(c))
}

// FeedCursor is [EventCursor] for the feed, for back ends.
func FeedCursor(tenant rapport.ID, number int64) Token {
	return numberCursor(tenant, "feed", number)
}

// FeedNumber is [EventNumber] for the feed, for back ends.
func FeedNumber(tenant rapport.ID, cursor Token, last int64) (int64, error) {
	return cursorNumber(tenant, "feed", cursor, last)
}

func numberCursor(tenant rapport.ID, listing string, number int64) Token {
	return NewToken(tenant, []string{listing}, strconv.FormatInt(number, 10))
}

func cursorNumber(tenant rapport.ID, listing string, cursor Token, last int64) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	parts, err := cursor.Key(tenant, []string{listing}, 1)
	if err != nil {
		return 0, err
	}
	number, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || number < 1 || number > last {
		return 0, ErrPageToken
	}
	return number, nil
}
