package scoring

import "fmt"

// ReturnPolicy says what happens to returns: rows with a negative amount.
type ReturnPolicy uint8

const (
	// RefuseReturns ends the summary at the first return, with a [*RowError]
	// that wraps [ErrReturn]: a log that should hold sales only is checked.
	RefuseReturns ReturnPolicy = iota
	// IgnoreReturns leaves returns out and counts them.
	IgnoreReturns
	// NetReturns deducts a return from the amount of the purchase date it falls
	// on, else of the nearest earlier purchase date of that customer. A return
	// never makes a purchase date and never takes one away. A return with no
	// purchase date before it is left out and counted as unmatched.
	NetReturns
)

// String returns "refuse", "ignore" or "net".
func (p ReturnPolicy) String() string {
	switch p {
	case RefuseReturns:
		return "refuse"
	case IgnoreReturns:
		return "ignore"
	case NetReturns:
		return "net"
	}
	return fmt.Sprintf("ReturnPolicy(%d)", uint8(p))
}

// ZeroPolicy says what happens to rows with an amount of zero.
type ZeroPolicy uint8

const (
	// CountZeros makes a row of zero a purchase like any other: somebody came.
	CountZeros ZeroPolicy = iota
	// SkipZeros leaves rows of zero out, with their costs, and counts them.
	SkipZeros
)

// String returns "count" or "skip".
func (p ZeroPolicy) String() string {
	switch p {
	case CountZeros:
		return "count"
	case SkipZeros:
		return "skip"
	}
	return fmt.Sprintf("ZeroPolicy(%d)", uint8(p))
}
