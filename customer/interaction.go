package customer

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// Direction says who began an interaction.
type Direction uint8

// The directions.
const (
	Inbound  Direction = iota + 1 // the customer came to us
	Outbound                      // we went to the customer
)

// ParseDirection accepts "inbound" and "outbound"; the error is a [*CodeError].
func ParseDirection(text string) (Direction, error) {
	for d := Inbound; d <= Outbound; d++ {
		if d.String() == text {
			return d, nil
		}
	}
	return 0, &CodeError{Type: "direction", Code: text}
}

// IsValid reports whether d is one of the directions; the zero value is not.
func (d Direction) IsValid() bool { return d == Inbound || d == Outbound }

// String returns the code of the direction, "" for the zero value.
func (d Direction) String() string {
	switch d {
	case 0:
		return ""
	case Inbound:
		return "inbound"
	case Outbound:
		return "outbound"
	}
	return fmt.Sprintf("Direction(%d)", uint8(d))
}

// MarshalText returns the code of the direction, nothing for the zero value.
func (d Direction) MarshalText() ([]byte, error) {
	return marshalCode("direction", d, d == 0 || d.IsValid())
}

// UnmarshalText accepts what [Direction.MarshalText] writes.
func (d *Direction) UnmarshalText(text []byte) error { return unmarshalCode(d, text, ParseDirection) }

// InteractionDraft is what a host states about one contact: plain fields, checked
// by [NewInteraction]. Key, Customer, Channel, Direction, At and RecordedAt are
// required.
type InteractionDraft struct {
	Key        ExternalKey
	Customer   rapport.ID
	Channel    Channel
	Direction  Direction
	At         time.Time     // event time: when it began
	RecordedAt time.Time     // record time: when the host wrote it down
	Duration   time.Duration // ≥ 0 and at most a year of 366 days; 0: not measured
	Topic      string        // free text or the host's code, up to 1024 bytes
	Outcome    string        // free text or the host's code, up to 1024 bytes
	Cost       rapport.Money // what it cost us, ≥ 0; the zero Money: not known
	Agent      string        // who on our side, up to 128 bytes
	Imported   Import        // the import it came with; zero: not imported
}

// MaxDuration is the longest an interaction can last: 366 days.
const MaxDuration = 366 * 24 * time.Hour

// Interaction is a contact with a customer over any channel: an immutable value
// made by [NewInteraction]. The zero value is "no interaction".
type Interaction struct {
	draft InteractionDraft // valid, with times normalised
}

// NewInteraction returns the interaction that the draft describes, or a
// [*ValidationError] that lists every problem. It is also the way back from
// storage. The size of Cost is limited as the amount in [NewTransaction].
func NewInteraction(draft InteractionDraft) (Interaction, error) {
	var c checker
	c.externalKey(draft.Key, "key.system", "key.id")
	c.id(path{field: "customer"}, draft.Customer)
	c.required(path{field: "channel"}, string(draft.Channel), MaxCodeLength)
	if !draft.Direction.IsValid() {
		c.report(path{field: "direction"}, enumReason(draft.Direction == 0))
	}
	draft.At = c.instant(path{field: "at"}, draft.At, true)
	draft.RecordedAt = c.instant(path{field: "recorded_at"}, draft.RecordedAt, true)
	if draft.Duration < 0 || draft.Duration > MaxDuration {
		c.report(path{field: "duration"}, OutOfRange)
	}
	c.optional(path{field: "topic"}, draft.Topic, MaxTextLength)
	c.optional(path{field: "outcome"}, draft.Outcome, MaxTextLength)
	unknownCost := draft.Cost.Currency() == 0 && draft.Cost.Amount().IsZero()
	if !unknownCost && c.money("cost", draft.Cost) && draft.Cost.Amount().IsNegative() {
		c.report(path{field: "cost"}, WrongSign)
	}
	c.optional(path{field: "agent"}, draft.Agent, MaxCodeLength)
	c.imported(draft.Imported)
	if len(c.problems) > 0 {
		return Interaction{}, c.err("interaction", draft.Key.String())
	}
	return Interaction{draft: draft}, nil
}

// Draft returns the fields as a draft; NewInteraction(i.Draft()) equals i.
func (i Interaction) Draft() InteractionDraft { return i.draft }

// IsZero reports whether i is the zero value, "no interaction".
func (i Interaction) IsZero() bool { return i.draft.Direction == 0 }

// Key returns the key that names the interaction within a tenant.
func (i Interaction) Key() ExternalKey { return i.draft.Key }

// Customer returns with whom it was.
func (i Interaction) Customer() rapport.ID { return i.draft.Customer }

// Channel returns over which channel it was.
func (i Interaction) Channel() Channel { return i.draft.Channel }

// Direction returns who began it.
func (i Interaction) Direction() Direction { return i.draft.Direction }

// At returns the event time: when it began.
func (i Interaction) At() time.Time { return i.draft.At }

// RecordedAt returns the record time.
func (i Interaction) RecordedAt() time.Time { return i.draft.RecordedAt }

// Duration returns how long it lasted, 0 if that was not measured.
func (i Interaction) Duration() time.Duration { return i.draft.Duration }

// Topic returns what it was about, "" if not known.
func (i Interaction) Topic() string { return i.draft.Topic }

// Outcome returns what came of it, "" if not known.
func (i Interaction) Outcome() string { return i.draft.Outcome }

// Cost returns what it cost us, the zero Money if that is not known.
func (i Interaction) Cost() rapport.Money { return i.draft.Cost }

// Agent returns who on our side took part, "" if not known.
func (i Interaction) Agent() string { return i.draft.Agent }

// Imported returns the import it came with, the zero Import if it was recorded in the
// course of business.
func (i Interaction) Imported() Import { return i.draft.Imported }

// Equal reports whether both are the same in every field; costs are compared by
// value.
func (i Interaction) Equal(other Interaction) bool {
	a, b := i.draft, other.draft
	if !a.Cost.Equal(b.Cost) || !a.At.Equal(b.At) || !a.RecordedAt.Equal(b.RecordedAt) {
		return false
	}
	return a.Key == b.Key && a.Customer == b.Customer && a.Channel == b.Channel && a.Direction == b.Direction &&
		a.Duration == b.Duration && a.Topic == b.Topic && a.Outcome == b.Outcome && a.Agent == b.Agent &&
		a.Imported == b.Imported
}
