package customer

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// Event is one line of a timeline: when something happened with a customer, over
// which channel, and the record that tells it.
type Event struct {
	At         time.Time // event time, by which a timeline is ordered
	Kind       FileKind
	Key        ExternalKey // within its kind; a filed record has its id and no system
	Customer   rapport.ID
	Channel    Channel // "": over none
	RecordedAt time.Time
	Imported   Import // the import it came with; zero: recorded in the course of business
	Record     any    // an [Interaction], a [Transaction] or a [Filed] record, as it was given
}

// Event returns the interaction as a line of a timeline.
func (i Interaction) Event() Event {
	d := &i.draft
	return Event{d.At, FileInteraction, d.Key, d.Customer, d.Channel, d.RecordedAt, d.Imported, i}
}

// Event returns the transaction as a line of a timeline.
func (t Transaction) Event() Event {
	d := &t.draft
	return Event{d.At, FileTransaction, d.Key, d.Customer, d.Channel, d.RecordedAt, d.Imported, t}
}

// EventOf returns a filed record as a line of a timeline: a case, a member of a
// campaign, a change of lifecycle stage, a commitment. A record with a method
// ContactChannel() [Channel] is listed under that channel.
func EventOf(record Filed) Event {
	f := record.Filing()
	e := Event{At: f.At.UTC(), Kind: f.Kind, Key: ExternalKey{ID: string(f.ID)}, Customer: f.Customer, RecordedAt: f.RecordedAt.UTC(), Record: record}
	if over, ok := record.(interface{ ContactChannel() Channel }); ok {
		e.Channel = over.ContactChannel()
	}
	return e
}

// Compare orders events by event time, then kind, then key, texts as bytes: the
// order of every timeline. Two events that compare equal are the same event.
func (e Event) Compare(other Event) int { return compareEvents(&e, &other) }

// compareEvents is [Event.Compare] without copies of large structs.
func compareEvents(a, b *Event) int {
	if order := a.At.Compare(b.At); order != 0 {
		return order
	}
	return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)),
		strings.Compare(a.Key.System, b.Key.System), strings.Compare(a.Key.ID, b.Key.ID))
}

// check says what makes an event unfit for a timeline.
func (e *Event) check() error {
	var c checker
	c.required(path{field: "kind"}, string(e.Kind), MaxCodeLength)
	c.optional(path{field: "key.system"}, e.Key.System, MaxCodeLength)
	c.id(path{field: "key.id"}, rapport.ID(e.Key.ID)) // also of filed records, whose id may be blank
	c.id(path{field: "customer"}, e.Customer)
	c.instant(path{field: "at"}, e.At, true)
	return c.err("event", string(e.Kind)+" "+e.Key.String())
}

// TimelineQuery chooses the events of one customer, over all channels or over some:
// every channel is read in the same way and in the same order.
type TimelineQuery struct {
	Customer   rapport.ID       // required
	Also       []rapport.ID     // ids that were merged into the customer; a cursor outlives a change of them
	Channels   []Channel        // none: over any channel and over none
	Kinds      []FileKind       // none: of every kind
	Period     rapport.Interval // of event times; zero: since ever
	Descending bool             // the latest first; events of one instant are turned round too
}

// Validate returns nil or a [*ValidationError].
func (q TimelineQuery) Validate() error {
	var c checker
	c.id(path{field: "customer"}, q.Customer)
	if entries(&c, "also", q.Also) {
		for i, id := range q.Also {
			c.id(path{"also", i, ""}, id)
		}
	}
	if entries(&c, "channels", q.Channels) {
		for i, channel := range q.Channels {
			c.required(path{"channels", i, ""}, string(channel), MaxCodeLength)
		}
	}
	if entries(&c, "kinds", q.Kinds) {
		for i, kind := range q.Kinds {
			c.required(path{"kinds", i, ""}, string(kind), MaxCodeLength)
		}
	}
	c.interval(path{field: "period"}, q.Period)
	return c.err("timeline", string(q.Customer))
}

// chooses reports whether an event belongs to the timeline.
func (q *TimelineQuery) chooses(e *Event) bool {
	return (e.Customer == q.Customer || slices.Contains(q.Also, e.Customer)) &&
		(len(q.Channels) == 0 || slices.Contains(q.Channels, e.Channel)) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) && q.Period.Contains(e.At)
}

// compare is [Event.Compare] in the direction of the query.
func (q *TimelineQuery) compare(a, b *Event) int {
	if q.Descending {
		a, b = b, a
	}
	return compareEvents(a, b)
}

// beyond reports whether the events that follow e can only lie outside the period.
func (q *TimelineQuery) beyond(e *Event) bool {
	if q.Descending {
		return !q.Period.Start().IsZero() && e.At.Before(q.Period.Start())
	}
	return !q.Period.End().IsZero() && !e.At.Before(q.Period.End())
}

// Source returns events, in any order, as a source for [TimelineQuery.Merge], which
// checks them. It leaves out what the query does not choose and keeps the list as it
// is.
func (q TimelineQuery) Source(events []Event) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		sorted := make([]*Event, 0, len(events))
		for i := range events {
			if e := &events[i]; q.chooses(e) || e.check() != nil {
				sorted = append(sorted, e)
			}
		}
		slices.SortFunc(sorted, q.compare)
		for _, e := range sorted {
			if !yield(*e, nil) {
				return
			}
		}
	}
}

// OrderError reports a source of a timeline that is not sorted in the direction of
// the query.
type OrderError struct {
	Source        int // which of the sources, from 0
	Before, After Event
}

// Error names the source and the two events.
func (e *OrderError) Error() string {
	return fmt.Sprintf("customer: source %d of a timeline is out of order: %s %q at %s comes after %s %q at %s", e.Source,
		e.After.Kind, e.After.Key.String(), e.After.At.Format(time.RFC3339Nano), e.Before.Kind, e.Before.Key.String(), e.Before.At.Format(time.RFC3339Nano))
}
