package pipeline

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// The units in which quantities mostly are. Other units are any text.
const (
	UnitPiece       = "piece" // whole numbers only
	UnitSet         = "set"   // whole numbers only
	UnitTonne       = "t"
	UnitSquareMetre = "m2"
)

// Line is one product of a deal.
type Line struct {
	Product  string          `json:"product"`
	Quantity decimal.Decimal `json:"quantity"` // in Unit, not negative
	Unit     string          `json:"unit"`     // [UnitPiece] and others
	Price    rapport.Money   `json:"price"`    // for one unit; negative for a discount
}

// LineError says which line of a deal cannot be, counted from 0.
type LineError struct {
	Index   int
	Product string
	Err     error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("pipeline: line %d (%q): %s", e.Index, e.Product, bare(e.Err))
}

// Unwrap returns what is wrong with it.
func (e *LineError) Unwrap() error { return e.Err }

// CurrencyError says that a deal would have amounts in two currencies.
type CurrencyError struct {
	Amount, Lines rapport.Currency
}

func (e *CurrencyError) Error() string {
	return fmt.Sprintf("pipeline: the amount of the deal would be in %v, its lines are in %v", e.Amount, e.Lines)
}

// Total returns the sum of quantity × price of lines, exactly, with all digits; no money
// for no lines. The error is a [*LineError] around an [*InputError], or around a
// [*rapport.CurrencyMismatchError] or [*rapport.AmountError].
func Total(lines []Line) (rapport.Money, error) {
	var total rapport.Money
	for i := range lines {
		value, err := lines[i].value()
		if err == nil {
			total, err = total.Add(value)
		}
		if err != nil {
			return rapport.Money{}, &LineError{i, lines[i].Product, err}
		}
	}
	return total, nil
}

// value returns quantity × price of a line that is as it should be.
func (l *Line) value() (rapport.Money, error) {
	if l.Product == "" || l.Unit == "" {
		return rapport.Money{}, &InputError{Name: "product and unit", Value: l.Product + " " + l.Unit, Want: "a name each"}
	}
	if err := checkText("product", l.Product); err != nil {
		return rapport.Money{}, err
	}
	if err := checkText("unit", l.Unit); err != nil {
		return rapport.Money{}, err
	}
	if l.Price.Currency() == 0 {
		return rapport.Money{}, &InputError{Name: "price", Want: "an amount with its currency"}
	}
	// The product is checked first: it refuses quantities whose digits would fill a disk.
	value, err := l.Price.Mul(l.Quantity)
	if err != nil {
		return rapport.Money{}, err
	}
	if l.Quantity.Sign() < 0 || (l.Unit == UnitPiece || l.Unit == UnitSet) && !l.Quantity.IsInteger() {
		return rapport.Money{}, &InputError{Name: "quantity", Value: l.Quantity.String(), Want: "a number from 0, whole for pieces and sets"}
	}
	return value, nil
}
