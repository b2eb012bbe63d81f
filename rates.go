package rapport

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/shopspring/decimal"
)

// Rate says that from a date on one unit of From is worth Value units of To,
// until a later rate of the same two currencies.
type Rate struct {
	From, To Currency
	Value    decimal.Decimal // above zero, at most 10^64, with at most 64 digits after the point
	At       time.Time       // the first instant at which the rate holds
}

// RateError reports a [Rate] that cannot stand in a table.
type RateError struct {
	From, To Currency
	At       time.Time
	Reason   string // for the reader of a log
}

// Error says which rate was refused and why.
func (e *RateError) Error() string {
	return fmt.Sprintf("rapport: rate from %s to %s at %s: %s", e.From, e.To, e.At.Format(time.RFC3339), e.Reason)
}

// MissingRateError reports that no rate leads from one currency to the other at
// a date.
type MissingRateError struct {
	From, To Currency
	At       time.Time
}

// Error names the currencies and the date.
func (e *MissingRateError) Error() string {
	return fmt.Sprintf("rapport: no rate from %s to %s at or before %s", e.From, e.To, e.At.Format(time.RFC3339))
}

// RateDigits is how many digits after the point [Rates.Lookup] gives a rate that
// comes from a division.
const RateDigits = 24

// Rates is a table of dated rates of exchange. It is immutable and safe to copy
// and to share; the zero value is a table without rates.
//
// A conversion at a date takes, in this order: the latest direct rate at or
// before the date; else the latest rate of the opposite direction, inverted; and
// else, if a pivot currency was named with [Rates.Through], a rate to the pivot
// and a rate from there, each found in the same two ways. A direct rate wins over
// an inverted one even if it is older. No other chain is tried.
type Rates struct {
	rates []Rate // by From, To, At
	pivot Currency
}

// NewRates returns a table of the given rates, in any order. The error is a
// [*RateError] for a rate without a date, with a value that is not above zero or
// is out of bounds, between a currency and itself or none, or for two rates of
// the same currencies and date.
func NewRates(rates ...Rate) (Rates, error) {
	table := make([]Rate, len(rates))
	for i, rate := range rates {
		checked, err := rate.checked()
		if err != nil {
			return Rates{}, err
		}
		table[i] = checked
	}
	slices.SortFunc(table, compareRates)
	for i := 1; i < len(table); i++ {
		if compareRates(table[i-1], table[i]) == 0 {
			return Rates{}, table[i].refuse("there are two of them")
		}
	}
	return Rates{rates: table}, nil
}

// checked returns the rate as a table keeps it.
func (r Rate) checked() (Rate, error) {
	r.At = instant(r.At)
	value, err := boundAmount(r.Value)
	switch {
	case !r.From.IsValid() || !r.To.IsValid():
		return Rate{}, r.refuse("two currencies are needed")
	case r.From == r.To:
		return Rate{}, r.refuse("it leads nowhere")
	case r.At.IsZero() || !inYears(r.At):
		return Rate{}, r.refuse("a date in the years 1 to 9999 is needed")
	case err != nil:
		return Rate{}, r.refuse("value out of range")
	case value.Sign() <= 0:
		return Rate{}, r.refuse("the value is not above zero")
	}
	r.Value = value
	return r, nil
}

func (r Rate) refuse(reason string) error {
	return &RateError{From: r.From, To: r.To, At: r.At, Reason: reason}
}

func compareRates(a, b Rate) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), a.At.Compare(b.At))
}

// Through returns the same table with a pivot currency, through which amounts
// are converted where neither a direct nor an inverted rate is known; 0 takes
// the pivot away. The error is a [*CurrencyError].
func (r Rates) Through(pivot Currency) (Rates, error) {
	if pivot != 0 && !pivot.IsValid() {
		return Rates{}, &CurrencyError{Code: pivot.String()}
	}
	r.pivot = pivot
	return r, nil
}

// Pivot returns the currency named with [Rates.Through]; 0 for none.
func (r Rates) Pivot() Currency { return r.pivot }

// Len returns how many rates the table holds.
func (r Rates) Len() int { return len(r.rates) }

// All yields the rates by numeric code of From, then of To, then by date.
func (r Rates) All() iter.Seq[Rate] { return slices.Values(r.rates) }

// Lookup returns the rate that a conversion at the date would use, with the date
// from which it holds; through the pivot that is the older of the two dates. A
// currency to itself is 1 at the date asked for. A value that comes from an
// inverted rate is rounded half up to [RateDigits] digits, for showing, and may
// then be 0; the product of two direct rates keeps all its digits, which may be
// more than a table takes. Convert does not use either. The error is a
// [*CurrencyError] or a [*MissingRateError].
func (r Rates) Lookup(from, to Currency, at time.Time) (Rate, error) {
	found, err := r.lookup(from, to, at)
	if err != nil {
		return Rate{}, err
	}
	value := found.num
	if found.inverted {
		value = found.num.DivRound(found.den, RateDigits)
	}
	return Rate{From: from, To: to, Value: value, At: found.at}, nil
}

// Convert returns m in another currency at the rates of the date, rounded to the
// minor unit of that currency. It rounds once: amount and rates stay an exact
// fraction until then. Money of the currency itself is rounded, nothing in no
// currency becomes 0 of the currency. The error is a [*CurrencyError], a
// [*MissingRateError], or an [*AmountError] if the result is beyond the bounds of
// Money.
func (r Rates) Convert(m Money, to Currency, at time.Time, rounding Rounding) (Money, error) {
	if !to.IsValid() {
		return Money{}, &CurrencyError{Code: to.String()}
	}
	if m.currency == 0 {
		return moneyFromMinor(0, to), nil
	}
	found, err := r.lookup(m.currency, to, at)
	if err != nil {
		return Money{}, err
	}
	amount := rounding.divide(m.amount.Mul(found.num), found.den, int32(to.Digits()))
	return NewMoney(amount, to)
}

// quotation is an exact rate: num / den.
type quotation struct {
	num, den decimal.Decimal
	inverted bool // den is not 1
	at       time.Time
}

func (r Rates) lookup(from, to Currency, at time.Time) (quotation, error) {
	at = instant(at)
	for _, c := range [...]Currency{from, to} {
		if !c.IsValid() {
			return quotation{}, &CurrencyError{Code: c.String()}
		}
	}
	if from == to {
		one := decimal.New(1, 0)
		return quotation{num: one, den: one, at: at}, nil
	}
	if found, ok := r.either(from, to, at); ok {
		return found, nil
	}
	if first, ok := r.either(from, r.pivot, at); ok {
		if second, ok := r.either(r.pivot, to, at); ok {
			return first.then(second), nil
		}
	}
	return quotation{}, &MissingRateError{From: from, To: to, At: at}
}

// either finds a direct rate, else an inverted one.
func (r Rates) either(from, to Currency, at time.Time) (quotation, bool) {
	if rate, ok := r.latest(from, to, at); ok {
		return quotation{num: rate.Value, den: decimal.New(1, 0), at: rate.At}, true
	}
	if rate, ok := r.latest(to, from, at); ok {
		return quotation{num: decimal.New(1, 0), den: rate.Value, inverted: true, at: rate.At}, true
	}
	return quotation{}, false
}

// latest finds the last rate of the pair that is not after the date.
func (r Rates) latest(from, to Currency, at time.Time) (Rate, bool) {
	wanted := Rate{From: from, To: to, At: at}
	after := sort.Search(len(r.rates), func(i int) bool { return compareRates(r.rates[i], wanted) > 0 })
	if after == 0 {
		return Rate{}, false
	}
	rate := r.rates[after-1]
	return rate, rate.From == from && rate.To == to
}

func (q quotation) then(next quotation) quotation {
	at := q.at
	if next.at.Before(at) {
		at = next.at
	}
	return quotation{
		num:      q.num.Mul(next.num),
		den:      q.den.Mul(next.den),
		inverted: q.inverted || next.inverted,
		at:       at,
	}
}
