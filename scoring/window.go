package scoring

import (
	"math"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// MaxExtraDigits is the greatest [Window.ExtraDigits].
const MaxExtraDigits = 9

// Window says which rows of a log count and how they are measured. Only Unit
// has to be set.
type Window struct {
	// Unit is the unit of recency, age and hold-out.
	Unit rapport.Unit
	// Until is the end of the calibration period: the calendar date that this
	// instant has in Location, inclusive. A host that holds a plain date should
	// pass its noon in Location: where clocks are changed at midnight, time.Date
	// may give an hour of the day before. The zero time stands for the last date
	// in the log, and then there is no hold-out.
	Until time.Time
	// Currency says what Amount and Cost count: its minor units. The zero value
	// stands for plain numbers without digits after the point: a log in cents
	// then gives spend and values in cents.
	Currency rapport.Currency
	// ExtraDigits is how many decimal digits Amount and Cost carry beyond the
	// minor unit, 0 to [MaxExtraDigits]: 2 with CNY counts in 0.0001 yuan.
	ExtraDigits int
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
	// Returns says what happens to negative amounts.
	Returns ReturnPolicy
	// Zeros says what happens to amounts of zero.
	Zeros ZeroPolicy
	// Holdout is how many units after Until are counted for evaluation; 0 is
	// none. It has no effect if Until is the zero time. See [Summaries.Holdout].
	Holdout float64
	// Visit, if set, is called once for each purchase date that counts in the
	// calibration period: customers one after the other, the dates of each in
	// ascending order, a date being the first instant that the day has in Location.
	// [Extend] shows the later dates only; then, a customer has been shown on
	// Summary.X + 1 dates. What it was told means nothing if the summary ends with an
	// error.
	Visit func(customer rapport.ID, date time.Time)
}

// unitError says that a unit cannot be used.
func unitError(unit rapport.Unit) *WindowError {
	if unit == 0 {
		return &WindowError{Field: "Unit", Reason: "is not set: want day, week or month"}
	}
	return &WindowError{Field: "Unit", Reason: "is " + unit.String() + ": want day, week or month"}
}

// Validate returns nil if the window can be used, else a [*WindowError].
func (w Window) Validate() error {
	switch {
	case !w.Unit.IsValid():
		return unitError(w.Unit)
	case w.Currency != 0 && !w.Currency.IsValid():
		return &WindowError{Field: "Currency", Reason: strconv.Itoa(int(w.Currency)) + " is not an ISO 4217 currency"}
	case w.ExtraDigits < 0 || w.ExtraDigits > MaxExtraDigits:
		return &WindowError{Field: "ExtraDigits", Reason: strconv.Itoa(w.ExtraDigits) + " is outside 0 to " + strconv.Itoa(MaxExtraDigits)}
	case w.Returns > NetReturns:
		return &WindowError{Field: "Returns", Reason: w.Returns.String() + " is no policy"}
	case w.Zeros > SkipZeros:
		return &WindowError{Field: "Zeros", Reason: w.Zeros.String() + " is no policy"}
	case !(w.Holdout >= 0) || math.IsInf(w.Holdout, 1):
		return &WindowError{Field: "Holdout", Reason: strconv.FormatFloat(w.Holdout, 'g', -1, 64) + " is not a finite number of units from 0"}
	}
	return nil
}
