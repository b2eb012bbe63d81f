package customer

import (
	"encoding/json"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// FilePoints is the kind of record of a [PointsEntry].
const FilePoints FileKind = "points"

// PointsKind says what an entry of a points ledger does.
type PointsKind string

// The kinds of entry.
const (
	PointsEarn     PointsKind = "earn"     // above 0: begins a lot
	PointsRedeem   PointsKind = "redeem"   // below 0: from the oldest lots that have not lapsed
	PointsExpire   PointsKind = "expire"   // below 0: from the lot Of, else from the oldest, lapsed ones first
	PointsAdjust   PointsKind = "adjust"   // above 0: begins a lot; below 0: from the oldest lots
	PointsTransfer PointsKind = "transfer" // to (below 0) or from (above 0) the membership Other
	PointsReverse  PointsKind = "reverse"  // undoes the entry Of: exactly the opposite of its points
)

// PointsEntry is an entry of the points ledger of a membership, in whole points. It
// is appended by [PointsLedger.Append] and never changed: an error is undone by a
// reversal, and points of two memberships are never added up but moved by transfers.
type PointsEntry struct {
	ID          rapport.ID `json:"id"`
	Customer    rapport.ID `json:"customer"`
	Membership  rapport.ID `json:"membership"`
	Sequence    int        `json:"sequence"` // its place in the ledger, from 1
	Kind        PointsKind `json:"kind"`
	Points      int64      `json:"points"`               // what it adds to the balance; never 0
	Expires     time.Time  `json:"expires,omitzero"`     // of the lot that it begins: the first instant without it; zero: never
	Of          rapport.ID `json:"of,omitzero"`          // reverse: the entry undone, required; expire: the entry that began the lot
	Other       rapport.ID `json:"other,omitzero"`       // transfer: the other membership, required
	Branch      string     `json:"branch,omitzero"`      // where, up to 128 bytes
	System      string     `json:"system,omitzero"`      // of Transaction
	Transaction string     `json:"transaction,omitzero"` // that it was earned or redeemed with: its key in System
	Cause       string     `json:"cause,omitzero"`       // the host's code
	Actor       string     `json:"actor,omitzero"`       // who wrote it, up to 128 bytes
	At          time.Time  `json:"at"`                   // event time
	RecordedAt  time.Time  `json:"recorded_at"`          // record time
}

// Filing files the entry under its customer, with its membership.
func (e PointsEntry) Filing() Filing {
	e.settle()
	return Filing{Kind: FilePoints, ID: e.ID, Customer: e.Customer, With: e.Membership, At: e.At, RecordedAt: e.RecordedAt}
}

// Validate returns nil or a [*ValidationError]. Whether it fits its ledger is for
// [PointsLedger.Append] to say.
func (e PointsEntry) Validate() error {
	var c checker
	c.id(path{field: "id"}, e.ID)
	c.id(path{field: "customer"}, e.Customer)
	c.id(path{field: "membership"}, e.Membership)
	if e.Sequence < 1 {
		c.report(path{field: "sequence"}, OutOfRange)
	}
	e.checkPoints(&c)
	c.instant(path{field: "expires"}, e.Expires, false)
	if !e.Expires.IsZero() && !e.Expires.After(e.At) {
		c.report(path{field: "expires"}, OutOfRange)
	}
	c.optional(path{field: "branch"}, e.Branch, MaxCodeLength)
	if e.System != "" || e.Transaction != "" {
		c.required(path{field: "system"}, e.System, MaxCodeLength)
		c.required(path{field: "transaction"}, e.Transaction, MaxCodeLength)
	}
	c.optional(path{field: "cause"}, e.Cause, MaxCodeLength)
	c.optional(path{field: "actor"}, e.Actor, MaxCodeLength)
	c.instant(path{field: "at"}, e.At, true)
	c.instant(path{field: "recorded_at"}, e.RecordedAt, true)
	return c.err("points entry", string(e.ID))
}

// checkPoints checks what depends on the kind of entry.
func (e *PointsEntry) checkPoints(c *checker) {
	switch e.Kind {
	case PointsEarn, PointsRedeem, PointsExpire, PointsAdjust, PointsTransfer, PointsReverse:
	default:
		c.report(path{field: "kind"}, enumReason(e.Kind == ""))
	}
	switch {
	case e.Points == 0:
		c.report(path{field: "points"}, Missing)
	case e.Points == math.MinInt64: // has no opposite
		c.report(path{field: "points"}, OutOfRange)
	case e.Kind == PointsEarn && e.Points < 0, (e.Kind == PointsRedeem || e.Kind == PointsExpire) && e.Points > 0:
		c.report(path{field: "points"}, WrongSign)
	}
	if !e.Expires.IsZero() && !e.beginsLot() {
		c.report(path{field: "expires"}, NotAllowed)
	}
	switch {
	case e.Kind == PointsReverse, e.Kind == PointsExpire && e.Of != "":
		c.id(path{field: "of"}, e.Of)
	case e.Of != "":
		c.report(path{field: "of"}, NotAllowed)
	}
	switch {
	case e.Kind == PointsTransfer:
		c.id(path{field: "other"}, e.Other)
		if e.Other != "" && e.Other == e.Membership {
			c.report(path{field: "other"}, Duplicate)
		}
	case e.Other != "":
		c.report(path{field: "other"}, NotAllowed)
	}
}

// beginsLot reports whether the entry's points are a lot of their own.
func (e *PointsEntry) beginsLot() bool { return e.Points > 0 && e.Kind != PointsReverse }

func (e *PointsEntry) settle() { settleTimes(&e.Expires, &e.At, &e.RecordedAt) }

type plainPoints PointsEntry

type pointsForm struct {
	Format int `json:"format"`
	*plainPoints
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [PointsEntry.Validate] does.
func (e PointsEntry) MarshalJSON() ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	e.settle()
	return json.Marshal(pointsForm{jsonFormat, (*plainPoints)(&e)})
}

// UnmarshalJSON reads what [PointsEntry.MarshalJSON] writes and validates it. Null
// leaves e as it is; so does an error.
func (e *PointsEntry) UnmarshalJSON(text []byte) error {
	var read PointsEntry
	return readFiled("points entry", text, e, &read, &pointsForm{plainPoints: (*plainPoints)(&read)})
}
