package store

import (
	"context"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
)

// PurchaseReader gives the transactions of a tenant as the rows that
// [scoring.Summarize] reads.
type PurchaseReader interface {
	// Purchases streams one row for each sale and each return, ordered by
	// customer, event time, system and external id, as [scoring.SummarizeSorted]
	// wants it. A return has a negative amount. The Cost of a row is the sum of
	// the cost lines whose Of names it, whenever those are dated; a cost line that
	// names no row of the stream is in no purchase; [UnattachedCosts] finds those
	// that name no row at all. Costs are added up in order of system and external id.
	//
	// A row in another currency is a [*CurrencyError], an amount that the units of
	// the query cannot express exactly an [*AmountError]; either ends the stream.
	Purchases(ctx context.Context, q PurchaseQuery) iter.Seq2[scoring.Purchase, error]
}

// PurchaseQuery chooses purchases and says what their numbers count. Currency has
// to be set.
type PurchaseQuery struct {
	// Currency is the one currency of the stream; Amount and Cost count its minor
	// units. [PurchaseQuery.Window] tells the summary so.
	Currency rapport.Currency
	// ExtraDigits is how many decimal digits Amount and Cost carry beyond the
	// minor unit, 0 to [scoring.MaxExtraDigits]; see [scoring.Window.ExtraDigits].
	ExtraDigits int
	// Period is the half-open interval of event times of sales and returns; the
	// zero value is since ever.
	Period rapport.Interval
	// SkipOtherCurrencies leaves rows and cost lines in other currencies out
	// instead of reporting the first one.
	SkipOtherCurrencies bool
	// SkipInternal leaves out what parties bought while they held the role
	// [customer.Internal], so that the rest is revenue. A customer that is not
	// stored has no role.
	SkipInternal bool
}

// Validate returns nil or an [*ArgumentError].
func (q PurchaseQuery) Validate() error {
	switch {
	case q.Currency == 0:
		return &ArgumentError{Name: "query currency", Reason: "is not set: a stream of purchases has one currency"}
	case !q.Currency.IsValid():
		return &ArgumentError{Name: "query currency", Reason: q.Currency.String() + " is not an ISO 4217 currency"}
	case q.ExtraDigits < 0 || q.ExtraDigits > scoring.MaxExtraDigits:
		return &ArgumentError{Name: "query extra digits", Reason: fmt.Sprintf("%d is outside 0 to %d", q.ExtraDigits, scoring.MaxExtraDigits)}
	}
	return nil
}

// Window returns the window in which the stream of the query is summarized, with
// the query's currency and digits, so that they need not be stated twice. What
// else the window offers can be set on it.
func (q PurchaseQuery) Window(unit rapport.Unit, until time.Time) scoring.Window {
	return scoring.Window{Unit: unit, Until: until, Currency: q.Currency, ExtraDigits: q.ExtraDigits}
}

// UnitsPerMinor returns 10^ExtraDigits: how many of the query's units make one
// minor unit.
func (q PurchaseQuery) UnitsPerMinor() int64 {
	units := int64(1)
	for range q.ExtraDigits {
		units *= 10
	}
	return units
}

// Count returns the amount of a transaction in the query's units, for back ends:
// exact, or a [*CurrencyError] or [*AmountError] that names the transaction.
func (q PurchaseQuery) Count(key customer.ExternalKey, m rapport.Money) (int64, error) {
	if m.Currency() != q.Currency {
		return 0, &CurrencyError{Key: key, Have: m.Currency(), Want: q.Currency}
	}
	units := m.Amount().Shift(int32(q.Currency.Digits() + q.ExtraDigits))
	if !units.IsInteger() {
		return 0, &AmountError{Key: key, Amount: m, ExtraDigits: q.ExtraDigits}
	}
	whole := units.BigInt()
	if !whole.IsInt64() {
		return 0, &AmountError{Key: key, Amount: m, ExtraDigits: q.ExtraDigits}
	}
	return whole.Int64(), nil
}

// AddCost returns sum + cost, or an [*AmountError] that names the sale if that
// does not fit 64 bits, for back ends.
func (q PurchaseQuery) AddCost(sale customer.ExternalKey, sum, cost int64) (int64, error) {
	if cost > 0 && sum > math.MaxInt64-cost || cost < 0 && sum < math.MinInt64-cost {
		return 0, &AmountError{Key: sale, ExtraDigits: q.ExtraDigits}
	}
	return sum + cost, nil
}

// CurrencyError reports a transaction in another currency than that of the query.
type CurrencyError struct {
	Key  customer.ExternalKey // of the sale, return or cost
	Have rapport.Currency     // its currency
	Want rapport.Currency     // that of the query
}

func (e *CurrencyError) Error() string {
	return fmt.Sprintf("store: transaction %q of system %q is in %s, the purchases asked for are in %s",
		e.Key.ID, e.Key.System, e.Have, e.Want)
}

// Unwrap returns [ErrInvalid].
func (e *CurrencyError) Unwrap() error { return ErrInvalid }

// AmountError reports an amount that 64 bits of the query's units cannot express
// exactly: finer than the unit, too large, or with the zero Amount, costs of the
// sale whose sum is too large.
type AmountError struct {
	Key         customer.ExternalKey
	Amount      rapport.Money
	ExtraDigits int // of the query
}

func (e *AmountError) Error() string {
	if e.Amount.Currency() == 0 {
		return fmt.Sprintf("store: the costs of transaction %q of system %q do not fit 64 bits with %d extra digits",
			e.Key.ID, e.Key.System, e.ExtraDigits)
	}
	return fmt.Sprintf("store: amount %s %s of transaction %q of system %q is not a 64-bit count of its minor unit with %d extra digits",
		e.Amount.Amount(), e.Amount.Currency(), e.Key.ID, e.Key.System, e.ExtraDigits)
}

// Unwrap returns [ErrInvalid].
func (e *AmountError) Unwrap() error { return ErrInvalid }
