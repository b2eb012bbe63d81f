package pipeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// RenewalOutcome says what became of a contract that ran out.
type RenewalOutcome uint8

const (
	// RenewalPending: nothing is decided.
	RenewalPending RenewalOutcome = iota
	// Renewed: it goes on, perhaps at another premium.
	Renewed
	// Lapsed: the customer has let it end.
	Lapsed
	// CancelledByUs: we did not offer to go on.
	CancelledByUs
)

func renewalWords() []string { return []string{"pending", "renewed", "lapsed", "cancelled_by_us"} }

// String returns "pending", "renewed", "lapsed" or "cancelled_by_us".
func (o RenewalOutcome) String() string { return word(renewalWords(), int(o), "RenewalOutcome") }

// MarshalText writes the word of String; the error is an [*InputError].
func (o RenewalOutcome) MarshalText() ([]byte, error) {
	return marshalWord(renewalWords(), int(o), "outcome of a renewal")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (o *RenewalOutcome) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(renewalWords(), string(text), "outcome of a renewal")
	if err == nil {
		*o = RenewalOutcome(i)
	}
	return err
}

// Renewal is what was decided about a contract that ran out on a day. Several of one
// contract and day are one after the other: a lapse, and then the reinstatement.
type Renewal struct {
	Contract rapport.ID     `json:"contract"`
	Segment  string         `json:"segment,omitempty"`
	Due      Date           `json:"due"`     // the day on which it runs out
	Premium  rapport.Money  `json:"premium"` // until then, for a period; not negative
	Outcome  RenewalOutcome `json:"outcome"`
	// NewPremium is that of the next period, of a contract that was renewed.
	NewPremium rapport.Money `json:"new_premium,omitzero"`
	Decided    Date          `json:"decided,omitzero"` // not of a pending one
}

// RenewalOptions say which contracts are counted, and how.
type RenewalOptions struct {
	// From and Until are the first day of the period and the first one after it. Counted
	// are the contracts that are due in it.
	From, Until Date
	// AsOf is the day up to which decisions are known.
	AsOf Date
	// Grace is how many days after Due a contract may still be renewed or reinstated, from
	// 0. Later ones are new business.
	Grace int
	// WithCancelledByUs counts the contracts that we cancelled among those that could have
	// been renewed. Without, they are left out.
	WithCancelledByUs bool
}

// RenewalRates are the rates of some contracts. Due = Counted + Pending + those of
// CancelledByUs that are left out.
type RenewalRates struct {
	Segment       string
	Due           int // contracts due in the period
	Counted       int // the denominator of ByCount
	Pending       int // not decided, grace not over: left out
	CancelledByUs int
	Renewed       int // Reinstated among them
	Reinstated    int // renewed within grace after a lapse, counted once
	Lapsed        int // Late among them
	Late          int // renewed after grace, or not decided within it
	// Premium is what the counted contracts brought, NewPremium what the renewed ones
	// bring, Kept the same with none above its old premium.
	Premium, NewPremium, Kept rapport.Money
	ByCount                   rapport.Ratio // Renewed / Counted
	Net                       rapport.Ratio // NewPremium / Premium, higher premiums included
	Gross                     rapport.Ratio // Kept / Premium, at most 1
}

// RenewalReport is the rates of a period.
type RenewalReport struct {
	All      RenewalRates
	Segments []RenewalRates // by ascending name
}

// RenewalError says which renewal cannot be counted, and why: an [*InputError], or a
// [*rapport.CurrencyMismatchError] or [*rapport.AmountError] for premiums that do not add up.
type RenewalError struct {
	Contract rapport.ID
	Due      Date
	Err      error
}

func (e *RenewalError) Error() string {
	return fmt.Sprintf("pipeline: renewal of %q due %v: %s", e.Contract, e.Due, inner(e.Err))
}

// Unwrap returns why.
func (e *RenewalError) Unwrap() error { return e.Err }

// RenewalOf returns what the history of a renewal says: a record that is opened with the
// old premium as its amount and the day on which the contract runs out as its close date,
// won when it is renewed, at the amount that it has then, and lost when it lapses. Of one
// that was opened again the last outcome counts, and it is decided on the day of that;
// byUs are the reasons for losing it that are ours. Days are those of the location (nil:
// UTC). The error is an [*InputError].
func RenewalOf(entries []Entry, contract rapport.ID, segment string, byUs []string, in *time.Location) (Renewal, error) {
	if len(entries) == 0 || entries[0].Kind != Began {
		return Renewal{}, &InputError{Name: "history", Value: string(contract), Want: "one that begins with the opening"}
	}
	if in == nil {
		in = time.UTC
	}
	first, last := &entries[0], &entries[len(entries)-1]
	r := Renewal{Contract: contract, Segment: segment, Due: first.CloseDate, Premium: first.Amount}
	if !last.Outcome.Closed() {
		return r, r.check()
	}
	closing := last
	for i := len(entries) - 1; i >= 0 && entries[i].Outcome.Closed(); i-- {
		if k := entries[i].Kind; k == Moved || k == Began {
			closing = &entries[i]
			break
		}
	}
	r.Decided = dateOf(closing.At.In(in))
	switch {
	case last.Outcome == Won:
		r.Outcome, r.NewPremium = Renewed, last.Amount
	case slices.Contains(byUs, closing.Reason):
		r.Outcome = CancelledByUs
	default:
		r.Outcome = Lapsed
	}
	return r, r.check()
}

// check says what is wrong with a renewal by itself.
func (r *Renewal) check() error {
	switch {
	case r.Contract.Validate() != nil:
		return &InputError{Name: "contract", Value: string(r.Contract), Want: "an id"}
	case !r.Due.IsValid():
		return &InputError{Name: "due", Value: r.Due.String(), Want: "a date"}
	case r.Premium.Currency() == 0 || r.Premium.Sign() < 0:
		return &InputError{Name: "premium", Value: r.Premium.String(), Want: "an amount that is not negative"}
	case r.Outcome > CancelledByUs:
		return &InputError{Name: "outcome", Value: r.Outcome.String(), Want: "one of the constants"}
	case r.Outcome == Renewed && (r.NewPremium.Currency() == 0 || r.NewPremium.Sign() < 0):
		return &InputError{Name: "new premium", Value: r.NewPremium.String(), Want: "an amount that is not negative"}
	case r.Outcome != RenewalPending && !r.Decided.IsValid():
		return &InputError{Name: "decided", Value: r.Decided.String(), Want: "a date"}
	}
	return checkText("segment", r.Segment)
}
