package pipeline

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Books say in which currency closed deals are booked, and at which rates. For a rate that
// was agreed for one deal, Rates is a table of that rate alone.
type Books struct {
	Currency rapport.Currency
	Rates    rapport.Rates
	Rounding rapport.Rounding // to the minor unit of Currency
}

// Booking is an amount in the currency of the books at the rate of a day.
type Booking struct {
	// Rate is how much of the books' currency one unit of the deal's is worth. One that
	// comes from a division has [rapport.RateDigits] digits after the point; Amount is
	// converted without that rounding.
	Rate   decimal.Decimal `json:"rate"`
	Amount rapport.Money   `json:"amount"`
	On     Date            `json:"on"`
}

// IsZero reports whether nothing is booked.
func (b Booking) IsZero() bool { return b.On == Date{} }

// BookingError says that a deal cannot be booked, and why: a [*rapport.MissingRateError]
// or a [*rapport.CurrencyError].
type BookingError struct {
	Amount rapport.Money
	Books  rapport.Currency
	On     Date
	Err    error
}

func (e *BookingError) Error() string {
	return fmt.Sprintf("pipeline: %v cannot be booked in %v on %v: %v", e.Amount, e.Books, e.On, e.Err)
}

// Unwrap returns why.
func (e *BookingError) Unwrap() error { return e.Err }

// book converts an amount at the rate of an instant.
func (b *Books) book(amount rapport.Money, at time.Time, on Date) (Booking, error) {
	rate, err := b.Rates.Lookup(amount.Currency(), b.Currency, at)
	if err != nil {
		return Booking{}, &BookingError{amount, b.Currency, on, err}
	}
	booked, err := b.Rates.Convert(amount, b.Currency, at, b.Rounding)
	if err != nil {
		return Booking{}, &BookingError{amount, b.Currency, on, err}
	}
	return Booking{Rate: rate.Value, Amount: booked, On: on}, nil
}

// close dates and books a deal that has entered a closed stage.
func (d *Deal) close(m *Machine, in *Input, at time.Time) error {
	zone := m.calendar.Location()
	day := dateOf(at.In(zone))
	if !day.IsValid() {
		return &TimeError{At: at}
	}
	if in.Data[FieldCloseDate].Empty() {
		d.CloseDate = day
	}
	d.Booked = Booking{}
	if in.Books == nil || d.Amount.Currency() == 0 {
		return nil
	}
	if d.CloseDate != day {
		// Written down later, or earlier, than it is dated: the last rate of its day.
		at = m.calendar.begin(d.CloseDate.number() + 1).Add(-1)
	}
	var err error
	d.Booked, err = in.Books.book(d.Amount, at, d.CloseDate)
	return err
}

// reopen takes back what close has done.
func (d *Deal) reopen(in *Input) {
	d.Booked = Booking{}
	if in.Data[FieldCloseDate].Empty() {
		d.CloseDate = Date{}
	}
}
