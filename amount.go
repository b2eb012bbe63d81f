package rapport

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxAmountDigits is how many digits an amount may have after the point, and the
// power of ten that its size may reach: an amount of [Money] or the value of a
// [Rate] is at most 10^64 in size. Inside these bounds every operation takes
// little memory, whatever the input.
const MaxAmountDigits = 64

// What an [*AmountError] can wrap.
var (
	// ErrAmountSyntax: the text is no plain decimal number such as -12.30.
	ErrAmountSyntax = errors.New("not a plain decimal number such as -12.30")
	// ErrAmountRange: too many digits, or more minor units than 64 bits hold.
	ErrAmountRange = errors.New("out of range")
	// ErrAmountFraction: digits below the minor unit where none may be.
	ErrAmountFraction = errors.New("has a fraction of a minor unit")
)

// AmountError reports an amount that cannot be read or used. It wraps
// [ErrAmountSyntax], [ErrAmountRange] or [ErrAmountFraction].
type AmountError struct {
	Text string // the amount, as it was given or printed
	Err  error
}

// Error says which amount was refused and why; a long text is cut.
func (e *AmountError) Error() string {
	return fmt.Sprintf("rapport: amount %s: %v", quote(e.Text), e.Err)
}

// Unwrap returns the reason.
func (e *AmountError) Unwrap() error { return e.Err }

// parseAmount reads an optional minus, digits, and optionally a point and more
// digits. An exponent is refused: nobody writes money with one, and a short one
// can ask for gigabytes of zeros.
func parseAmount(text string) (decimal.Decimal, error) {
	const longest = len("-") + (MaxAmountDigits + 1) + len(".") + MaxAmountDigits
	if len(text) > longest {
		return decimal.Decimal{}, &AmountError{Text: text, Err: ErrAmountRange}
	}
	unsigned := strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(unsigned, ".")
	if whole == "" || point && fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return decimal.Decimal{}, &AmountError{Text: text, Err: ErrAmountSyntax}
	}
	coefficient := text[:len(text)-len(unsigned)] + whole + fraction
	exponent := -int32(len(fraction))
	if small, err := strconv.ParseInt(coefficient, 10, 64); err == nil {
		return boundAmount(decimal.New(small, exponent))
	}
	large, ok := new(big.Int).SetString(coefficient, 10)
	if !ok {
		return decimal.Decimal{}, &AmountError{Text: text, Err: ErrAmountSyntax}
	}
	return boundAmount(decimal.NewFromBigInt(large, exponent))
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// boundAmount returns d inside the bounds of MaxAmountDigits, with an exponent
// from -64 to 0, or an *AmountError. It looks before it computes: a decimal with
// an exponent of a billion is refused without writing its zeros.
func boundAmount(d decimal.Decimal) (decimal.Decimal, error) {
	if exponent := d.Exponent(); exponent < -MaxAmountDigits || exponent > 0 {
		d = d.Normalize()
	}
	digitsBefore := int64(d.NumDigits()) + int64(d.Exponent())
	switch {
	case d.Exponent() < -MaxAmountDigits, digitsBefore > MaxAmountDigits+1,
		digitsBefore == MaxAmountDigits+1 && d.Abs().Cmp(decimal.New(1, MaxAmountDigits)) > 0:
		return decimal.Decimal{}, &AmountError{Text: scientific(d), Err: ErrAmountRange}
	case d.Exponent() > 0:
		d = d.RoundDown(0) // writes the zeros out
	}
	return d, nil
}

// scientific writes a decimal that may be absurdly large or small; its length is
// that of the coefficient.
func scientific(d decimal.Decimal) string {
	return fmt.Sprintf("%se%d", d.Coefficient(), d.Exponent())
}

// formatAmount writes d with at least the given digits after the point and no
// zeros after the last digit beyond them: one text for one value. It does not
// depend on the package settings of decimal.
func formatAmount(d decimal.Decimal, digits int32) string {
	if -d.Exponent() > digits {
		digits = max(digits, -d.Normalize().Exponent())
	}
	return d.StringFixed(digits)
}
