package customer

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// TransactionKind says what a transaction line is.
type TransactionKind uint8

// The kinds of transaction, and the signs of their amounts: an amount is what it
// adds, to revenue for a sale or a return, to cost for a cost line. So the sum of
// the sales and returns is the net revenue and the sum of the costs is the cost,
// with no sign to turn.
const (
	// Sale is something sold; amount ≥ 0 (0 for a gift or a free order).
	Sale TransactionKind = iota + 1
	// Return is something taken back or a price reduced afterwards; amount ≤ 0.
	Return
	// Cost is what a sale cost us; amount > 0 adds cost, < 0 takes it back, as when
	// returned goods go back on the shelf.
	Cost
)

// ParseTransactionKind accepts "sale", "return" and "cost"; the error is a [*CodeError].
func ParseTransactionKind(text string) (TransactionKind, error) {
	for k := Sale; k <= Cost; k++ {
		if k.String() == text {
			return k, nil
		}
	}
	return 0, &CodeError{Type: "transaction kind", Code: text}
}

// IsValid reports whether k is one of the kinds; the zero value is not.
func (k TransactionKind) IsValid() bool { return k >= Sale && k <= Cost }

// String returns the code of the kind, "" for the zero value.
func (k TransactionKind) String() string {
	switch k {
	case 0:
		return ""
	case Sale:
		return "sale"
	case Return:
		return "return"
	case Cost:
		return "cost"
	}
	return fmt.Sprintf("TransactionKind(%d)", uint8(k))
}

// MarshalText returns the code of the kind, nothing for the zero value.
func (k TransactionKind) MarshalText() ([]byte, error) {
	return marshalCode("transaction kind", k, k == 0 || k.IsValid())
}

// UnmarshalText accepts what [TransactionKind.MarshalText] writes.
func (k *TransactionKind) UnmarshalText(text []byte) error {
	return unmarshalCode(k, text, ParseTransactionKind)
}

// TransactionDraft is what a host states about one line of a transaction: plain
// fields, checked by [NewTransaction]. Key, Kind, Customer, At, RecordedAt and
// Amount are required; every text has at most 128 bytes.
type TransactionDraft struct {
	Key        ExternalKey
	Kind       TransactionKind
	Customer   rapport.ID
	At         time.Time     // event time: when it was sold, returned or spent
	RecordedAt time.Time     // record time: when the host wrote it down
	Amount     rapport.Money // sign by kind, see [Sale], [Return] and [Cost]
	Product    string        // product code
	Channel    Channel
	Branch     string // which shop, office or company of the group
	Order      string // the order or receipt the line belongs to
	Line       string // which line of it
	// Of is the sale that a return or a cost belongs to. A return or a cost
	// without it belongs to the customer, but to no sale in particular.
	Of ExternalKey
	// Imported is the import it came with; zero: not imported.
	Imported Import
}

// Transaction is one line of what was sold, returned or spent: an immutable value
// made by [NewTransaction]. It is never changed: a mistake is corrected by a
// further line. The zero value is "no transaction".
type Transaction struct {
	draft TransactionDraft // valid, with times normalised
}

// NewTransaction returns the transaction that the draft describes, or a
// [*ValidationError] that lists every problem. It is also the way back from
// storage.
//
// The sign of the amount must fit the kind. So that sums can be done in 64 bits,
// it must be below 10^[MaxMinorDigits] minor units and be written with at most
// [MaxExtraDigits] decimal digits beyond the minor unit (trailing zeros count:
// round first). A sale has no Of, and nothing is Of itself.
func NewTransaction(draft TransactionDraft) (Transaction, error) {
	var c checker
	c.externalKey(draft.Key, "key.system", "key.id")
	if !draft.Kind.IsValid() {
		c.report(path{field: "kind"}, enumReason(draft.Kind == 0))
	}
	c.id(path{field: "customer"}, draft.Customer)
	draft.At = c.instant(path{field: "at"}, draft.At, true)
	draft.RecordedAt = c.instant(path{field: "recorded_at"}, draft.RecordedAt, true)
	if c.money("amount", draft.Amount) {
		sign := draft.Amount.Amount().Sign()
		if draft.Kind == Sale && sign < 0 || draft.Kind == Return && sign > 0 {
			c.report(path{field: "amount"}, WrongSign)
		}
	}
	c.optional(path{field: "product"}, draft.Product, MaxCodeLength)
	c.optional(path{field: "channel"}, string(draft.Channel), MaxCodeLength)
	c.optional(path{field: "branch"}, draft.Branch, MaxCodeLength)
	c.optional(path{field: "order"}, draft.Order, MaxCodeLength)
	c.optional(path{field: "line"}, draft.Line, MaxCodeLength)
	if !draft.Of.IsZero() {
		c.externalKey(draft.Of, "of.system", "of.id")
		if draft.Kind == Sale || draft.Of == draft.Key {
			c.report(path{field: "of"}, NotAllowed)
		}
	}
	c.imported(draft.Imported)
	if len(c.problems) > 0 {
		return Transaction{}, c.err("transaction", draft.Key.String())
	}
	return Transaction{draft: draft}, nil
}

// Draft returns the fields as a draft; NewTransaction(t.Draft()) equals t.
func (t Transaction) Draft() TransactionDraft { return t.draft }

// IsZero reports whether t is the zero value, "no transaction".
func (t Transaction) IsZero() bool { return t.draft.Kind == 0 }

// Key returns the key that names the transaction within a tenant.
func (t Transaction) Key() ExternalKey { return t.draft.Key }

// Kind returns whether it is a sale, a return or a cost.
func (t Transaction) Kind() TransactionKind { return t.draft.Kind }

// Customer returns whose transaction it is.
func (t Transaction) Customer() rapport.ID { return t.draft.Customer }

// At returns the event time.
func (t Transaction) At() time.Time { return t.draft.At }

// RecordedAt returns the record time.
func (t Transaction) RecordedAt() time.Time { return t.draft.RecordedAt }

// Amount returns the exact amount; see [Sale], [Return] and [Cost] for its sign.
func (t Transaction) Amount() rapport.Money { return t.draft.Amount }

// Product returns the product code, "" if none.
func (t Transaction) Product() string { return t.draft.Product }

// Channel returns the channel, "" if not known.
func (t Transaction) Channel() Channel { return t.draft.Channel }

// Branch returns the branch, "" if not known.
func (t Transaction) Branch() string { return t.draft.Branch }

// Order returns the order or receipt the line belongs to, "" if none.
func (t Transaction) Order() string { return t.draft.Order }

// Line returns which line of the order it is, "" if none.
func (t Transaction) Line() string { return t.draft.Line }

// Of returns the key of the sale that a return or a cost belongs to, the zero key
// if none.
func (t Transaction) Of() ExternalKey { return t.draft.Of }

// Imported returns the import it came with, the zero Import if it was recorded in the
// course of business.
func (t Transaction) Imported() Import { return t.draft.Imported }

// Equal reports whether both are the same in every field; amounts are compared by
// value (1.5 equals 1.50).
func (t Transaction) Equal(other Transaction) bool {
	a, b := t.draft, other.draft
	if !a.Amount.Equal(b.Amount) || !a.At.Equal(b.At) || !a.RecordedAt.Equal(b.RecordedAt) {
		return false
	}
	return a.Key == b.Key && a.Kind == b.Kind && a.Customer == b.Customer && a.Product == b.Product &&
		a.Channel == b.Channel && a.Branch == b.Branch && a.Order == b.Order && a.Line == b.Line && a.Of == b.Of &&
		a.Imported == b.Imported
}
