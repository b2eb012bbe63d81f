package customer

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// FileNeed is the kind of record of a [Need].
const FileNeed FileKind = "need"

// NeedStatus says what became of a need.
type NeedStatus string

// The statuses.
const (
	NeedOpen    NeedStatus = "open"    // to be followed up
	NeedMet     NeedStatus = "met"     // by us
	NeedDropped NeedStatus = "dropped" // it is gone, or somebody else met it
)

// MaxQuantityDigits is how many digits the quantity of a [Need] may have, before
// and after the point together.
const MaxQuantityDigits = 18

// Need is a demand that a customer spoke of: which product, how much and when. As
// long as it is open it has a date of follow-up, so that none is forgotten.
type Need struct {
	ID         rapport.ID      `json:"id"`
	Customer   rapport.ID      `json:"customer"`
	Product    string          `json:"product"`            // the host's code, up to 128 bytes
	Quantity   decimal.Decimal `json:"quantity,omitzero"`  // above 0; 0: not known
	Unit       string          `json:"unit,omitzero"`      // of the quantity: the host's code
	WantedAt   time.Time       `json:"wanted_at,omitzero"` // when it is needed; zero: not known
	Status     NeedStatus      `json:"status"`
	FollowUp   time.Time       `json:"follow_up,omitzero"` // required while open: when to ask again
	ClosedAt   time.Time       `json:"closed_at,omitzero"` // required once met or dropped
	Deal       rapport.ID      `json:"deal,omitzero"`      // that is to meet it
	Owner      string          `json:"owner,omitzero"`     // who follows it up, up to 128 bytes
	At         time.Time       `json:"at"`                 // event time: when it was spoken of
	RecordedAt time.Time       `json:"recorded_at"`        // record time
}

// Filing files the need under its customer, with its deal.
func (n Need) Filing() Filing {
	n.settle()
	return Filing{Kind: FileNeed, ID: n.ID, Customer: n.Customer, With: n.Deal, At: n.At, RecordedAt: n.RecordedAt}
}

// Validate returns nil or a [*ValidationError].
func (n Need) Validate() error {
	var c checker
	c.id(path{field: "id"}, n.ID)
	c.id(path{field: "customer"}, n.Customer)
	c.required(path{field: "product"}, n.Product, MaxCodeLength)
	if reason := quantityReason(n.Quantity); reason != "" {
		c.report(path{field: "quantity"}, reason)
	}
	c.optional(path{field: "unit"}, n.Unit, MaxCodeLength)
	c.instant(path{field: "wanted_at"}, n.WantedAt, false)
	closed := n.Status == NeedMet || n.Status == NeedDropped
	if !closed && n.Status != NeedOpen {
		c.report(path{field: "status"}, enumReason(n.Status == ""))
	}
	c.instant(path{field: "follow_up"}, n.FollowUp, n.Status == NeedOpen)
	c.instant(path{field: "closed_at"}, n.ClosedAt, closed)
	if n.Status == NeedOpen && !n.ClosedAt.IsZero() {
		c.report(path{field: "closed_at"}, NotAllowed)
	} else if closed && !n.ClosedAt.IsZero() && n.ClosedAt.Before(n.At) {
		c.report(path{field: "closed_at"}, OutOfRange)
	}
	if n.Deal != "" {
		c.id(path{field: "deal"}, n.Deal)
	}
	c.optional(path{field: "owner"}, n.Owner, MaxCodeLength)
	c.instant(path{field: "at"}, n.At, true)
	c.instant(path{field: "recorded_at"}, n.RecordedAt, true)
	return c.err("need", string(n.ID))
}

// quantityReason returns what is wrong with a quantity, "" if nothing.
func quantityReason(q decimal.Decimal) Reason {
	switch exponent := int(q.Exponent()); {
	case q.IsNegative():
		return WrongSign
	case exponent < -MaxQuantityDigits:
		return TooPrecise
	case exponent > MaxQuantityDigits || q.NumDigits()+max(exponent, 0) > MaxQuantityDigits:
		return OutOfRange
	}
	return ""
}

// Close returns the need as met or dropped at an instant; recordedAt is when that
// was written down. The error is a [*ValidationError]: NotAllowed for a need that is
// closed already or a status that does not close.
func (n Need) Close(status NeedStatus, at, recordedAt time.Time) (Need, error) {
	var c checker
	if n.Status != NeedOpen || status == NeedOpen {
		c.report(path{field: "status"}, NotAllowed)
		return Need{}, c.err("need", string(n.ID))
	}
	n.Status, n.ClosedAt, n.RecordedAt = status, at, recordedAt
	n.settle()
	if err := n.Validate(); err != nil {
		return Need{}, err
	}
	return n, nil
}

// NeedsToFollowUp returns the needs that were spoken of by asOf, are open then and
// have a follow-up due by then: the longest due first, then by id.
func NeedsToFollowUp(needs []Need, asOf time.Time) []Need {
	var due []Need
	for _, n := range needs {
		open := n.Status == NeedOpen || n.ClosedAt.After(asOf)
		if open && !n.At.After(asOf) && !n.FollowUp.IsZero() && !n.FollowUp.After(asOf) {
			due = append(due, n)
		}
	}
	slices.SortStableFunc(due, func(a, b Need) int {
		return cmp.Or(a.FollowUp.Compare(b.FollowUp), cmp.Compare(a.ID, b.ID))
	})
	return due
}

func (n *Need) settle() {
	settleTimes(&n.WantedAt, &n.FollowUp, &n.ClosedAt, &n.At, &n.RecordedAt)
}

type plainNeed Need

type needForm struct {
	Format int `json:"format"`
	*plainNeed
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [Need.Validate] does.
func (n Need) MarshalJSON() ([]byte, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	n.settle()
	return json.Marshal(needForm{jsonFormat, (*plainNeed)(&n)})
}

// UnmarshalJSON reads what [Need.MarshalJSON] writes and validates it. Null leaves n
// as it is; so does an error.
func (n *Need) UnmarshalJSON(text []byte) error {
	var read Need
	return readFiled("need", text, n, &read, &needForm{plainNeed: (*plainNeed)(&read)})
}
