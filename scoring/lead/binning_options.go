package lead

import (
	"fmt"
)

// Unseen says what becomes of a value that the bins do not cover: a label of no group,
// or a missing value where none was missing when the bins were made.
type Unseen int

// What becomes of a value that no bin covers.
const (
	UnseenRefused   Unseen = iota // an [*UnseenError]: the default
	UnseenNeutral                 // no bin: WOE 0, no points
	UnseenAsMissing               // the bin of missing values; an [*UnseenError] if there is none
)

// unseenNames lists the names in JSON.
func unseenNames() []string { return []string{"refused", "neutral", "as-missing"} }

// String returns the name in JSON: "refused", "neutral" or "as-missing".
func (u Unseen) String() string {
	if u < 0 || int(u) >= len(unseenNames()) {
		return fmt.Sprintf("Unseen(%d)", int(u))
	}
	return unseenNames()[u]
}

// UnseenError reports a value that no bin covers.
type UnseenError struct {
	Column string
	Row    int    // from 0
	Label  string // "": a missing value
}

// Error names the column, the row and the label.
func (e *UnseenError) Error() string {
	if e.Label == "" {
		return fmt.Sprintf("lead: column %q: row %d is missing, and the bins were made without missing values", e.Column, e.Row)
	}
	return fmt.Sprintf("lead: column %q: row %d: label %q is in no group", e.Column, e.Row, e.Label)
}

// BinningOptions are options of [NewBinning]; nil or zero fields are the defaults.
type BinningOptions struct {
	// ZeroCount stands for the count of events, or of other outcomes, of a bin that
	// has none: without it WOE would be infinite. Above 0, at most 1; 0: 0.5.
	ZeroCount float64
	Unseen    Unseen
}

// normal returns the options with the defaults in place.
func (o *BinningOptions) normal() (BinningOptions, error) {
	if o == nil {
		return BinningOptions{ZeroCount: 0.5}, nil
	}
	n := *o
	if n.ZeroCount == 0 {
		n.ZeroCount = 0.5
	}
	if !(n.ZeroCount > 0 && n.ZeroCount <= 1) {
		return n, &OptionError{Option: "ZeroCount", Value: n.ZeroCount, Want: "above 0 and at most 1"}
	}
	if n.Unseen < UnseenRefused || n.Unseen > UnseenAsMissing {
		return n, &OptionError{Option: "Unseen", Value: float64(n.Unseen), Want: "one of the constants"}
	}
	return n, nil
}
