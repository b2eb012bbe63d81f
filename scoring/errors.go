package scoring

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

var (
	// ErrNoPurchases says that no customer can be scored: the log is empty, or
	// none of its rows in the window is a purchase.
	ErrNoPurchases = errors.New("no purchase to summarize")
	// ErrReturn says that a row has a negative amount and the window refuses
	// returns.
	ErrReturn = errors.New("negative amount: Window.Returns refuses returns (IgnoreReturns and NetReturns accept them)")
	// ErrDate says that a row has no time, or one outside the years 1 to 9999.
	ErrDate = errors.New("time is unset or outside the years 1 to 9999")
	// ErrOrder says that the rows given to [SummarizeSorted] are not in byte
	// order of the customer, or a customer's rows not in order of date.
	ErrOrder = errors.New("row out of order: want ascending bytes of the customer, then dates (Summarize takes any order)")
	// ErrTwice says that a customer, or a pair of customers, is given twice.
	ErrTwice = errors.New("given twice")
	// ErrUnknownCustomer says that rows speak of a customer that was not given.
	ErrUnknownCustomer = errors.New("unknown customer")
	// ErrUnknownStage says that a row names a stage that is not among those given.
	ErrUnknownStage = errors.New("unknown stage")
	// ErrDiverges says that a value without end is infinite: the discount is not
	// above retention − 1.
	ErrDiverges = errors.New("the value is infinite")
	// ErrLate says that a row given to [Extend] is dated on or before the calibration
	// end of the summaries to extend.
	ErrLate = errors.New("late row: its date has been summarized already (a late arrival needs a summary of the whole log)")
	// ErrNoDates says that summaries cannot be extended, because they know no dates.
	ErrNoDates = errors.New("summaries made by NewSummaries know no dates: only those of Summarize, SummarizeSorted and Extend can be extended")
	// ErrFormat says that bytes are no summaries of the kind and version that is read.
	ErrFormat = errors.New("not summaries of this kind and version")
)

// RowError reports a row that cannot be used. Err says why: [ErrReturn],
// [ErrDate], [ErrOrder], [ErrLate], [ErrTwice], [ErrUnknownCustomer], a [*rapport.IDError], an
// [*OverflowError], an [*InputError], the error of an amount
// ([*rapport.CurrencyMismatchError], [*rapport.AmountError]), or the error of the
// stream that brought the rows.
type RowError struct {
	Row      int        // position in the stream or the slice, from 1
	Customer rapport.ID // empty if it is no valid id, or the row has none
	At       time.Time  // in Window.Location; the zero time if the row has none
	Err      error
}

func (e *RowError) Error() string {
	reason := strings.TrimPrefix(e.Err.Error(), "scoring: ") // an OverflowError would say it again
	switch {
	case e.Customer == "":
		return fmt.Sprintf("scoring: row %d: %s", e.Row, reason)
	case e.At.IsZero():
		return fmt.Sprintf("scoring: row %d: customer %q: %s", e.Row, e.Customer, reason)
	}
	return fmt.Sprintf("scoring: row %d: customer %q on %s: %s", e.Row, e.Customer, e.At.Format(time.DateOnly), reason)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// WindowError reports a [Window] that cannot be used.
type WindowError struct {
	Field  string // name of the field
	Reason string
}

func (e *WindowError) Error() string {
	return fmt.Sprintf("scoring: window: %s %s", e.Field, e.Reason)
}

// UntilError reports a calibration end before the first row of the log.
type UntilError struct {
	Until, First time.Time // calendar dates, as their first instant in Window.Location
}

func (e *UntilError) Error() string {
	return fmt.Sprintf("scoring: calibration end %s is before the first row, %s",
		e.Until.Format(time.DateOnly), e.First.Format(time.DateOnly))
}

// OverflowError reports a sum that does not fit in 64 bits.
type OverflowError struct {
	Customer rapport.ID // whose amounts; empty for a total over all customers
	Sum      string     // what was added up, such as "amount", "revenue" or "present value"
}

func (e *OverflowError) Error() string {
	if e.Customer == "" {
		return fmt.Sprintf("scoring: total %s does not fit in 64 bits", e.Sum)
	}
	return fmt.Sprintf("scoring: %s of customer %q does not fit in 64 bits", e.Sum, e.Customer)
}

// SummaryError reports a [Summary] that no log of purchases can have.
type SummaryError struct {
	Customer rapport.ID
	Reason   string
}

func (e *SummaryError) Error() string {
	return fmt.Sprintf("scoring: summary of customer %q: %s", e.Customer, e.Reason)
}

// InputError reports a number outside the range that its use allows.
type InputError struct {
	Name   string // of the argument or the field
	Value  float64
	Reason string // what is wanted
}

func (e *InputError) Error() string {
	return fmt.Sprintf("scoring: %s is %v: %s", e.Name, e.Value, e.Reason)
}

// checkShare returns an [*InputError] unless v is from 0 to 1.
func checkShare(name string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return &InputError{Name: name, Value: v, Reason: "want 0 to 1"}
	}
	return nil
}

// checkRate returns an [*InputError] unless v is a finite rate above −1.
func checkRate(name string, v float64) error {
	if !(v > -1 && v <= math.MaxFloat64) {
		return &InputError{Name: name, Value: v, Reason: "want a finite rate above -1"}
	}
	return nil
}

// checkCount returns an [*InputError] unless v is finite and not negative.
func checkCount(name string, v float64) error {
	if !(v >= 0 && v <= math.MaxFloat64) {
		return &InputError{Name: name, Value: v, Reason: "want a finite number from 0"}
	}
	return nil
}
