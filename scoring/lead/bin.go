package lead

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
)

// A Bin is a class of values of one column, with what the outcomes say of it.
type Bin struct {
	// Label is "[8,16)", the labels of a group joined by "%,%", or "missing".
	Label string
	// Lower and Upper are the ends of a bin of numbers: from Lower, infinite in the
	// first bin, up to but without Upper, infinite in the last. Otherwise both are 0.
	Lower, Upper float64
	Labels       []string // of a group; nil for numbers
	Missing      bool     // the bin of values that are missing

	N, Events int
	// WOE is the weight of evidence ln(share of all events / share of all other
	// outcomes): above 0 where events are more frequent than on the whole. An empty
	// bin has 0, no evidence.
	WOE float64
	// SE is the standard error of WOE for bins fixed beforehand; 0: no value.
	SE float64
	// IV is the information value of the bin, the difference of the shares times WOE.
	IV float64
	// Adjusted says that there are no events here, or nothing else, and that
	// [BinningOptions.ZeroCount] stands for that zero in WOE and IV.
	Adjusted bool
}

// EventRate is the share of events in the bin.
func (b *Bin) EventRate() rapport.Ratio {
	return rapport.Ratio{Num: float64(b.Events), Den: float64(b.N), N: b.N}
}

// Evidence returns WOE with its interval of a level such as 0.95; no value if the bin
// is empty. The error is a [*rapport.EstimateError] for the level.
func (b *Bin) Evidence(level float64) (rapport.Estimate, error) {
	e, err := rapport.NormalEstimate(b.WOE, b.SE, level, max(1, b.N))
	if err != nil || b.N == 0 {
		return rapport.Estimate{}, err
	}
	return e, nil
}

// Cuts say how a column is divided: numbers by Breaks, which ascend, a value on a break
// being of the bin above; labels by Groups. Without breaks, numbers are one bin;
// without groups each label is a group of its own, in the order of the alphabet.
type Cuts struct {
	Breaks []float64
	Groups [][]string
}

// check refuses cuts that do not fit a column of numbers, or of labels.
func (c *Cuts) check(column string, numbers bool) error {
	bad := func(format string, values ...any) error {
		return &ColumnError{Column: column, Reason: fmt.Sprintf(format, values...)}
	}
	switch {
	case !utf8.ValidString(column):
		return bad("the name is no UTF-8")
	case numbers && c.Groups != nil:
		return bad("groups of labels for a column of numbers")
	case !numbers && c.Breaks != nil:
		return bad("breaks for a column of labels")
	}
	for i, x := range c.Breaks {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return bad("break %d is %v: the ends are infinite anyway", i, x)
		}
		if i > 0 && x <= c.Breaks[i-1] {
			return bad("break %d, %v, is not above the one before, %v", i, x, c.Breaks[i-1])
		}
	}
	of := map[string]int{}
	for i, group := range c.Groups {
		if len(group) == 0 {
			return bad("group %d is empty", i)
		}
		for _, label := range group {
			switch {
			case label == "":
				return bad("group %d has the empty label: what is missing has a bin of its own", i)
			case !utf8.ValidString(label):
				return bad("label %q is no UTF-8", label)
			}
			if other, twice := of[label]; twice {
				return bad("label %q is in group %d and in group %d", label, other, i)
			}
			of[label] = i
		}
	}
	return nil
}

// bins lists the bins of checked cuts, still empty.
func (c *Cuts) bins(numbers bool) []Bin {
	if !numbers {
		bins := make([]Bin, len(c.Groups))
		for i, group := range c.Groups {
			bins[i] = Bin{Label: strings.Join(group, "%,%"), Labels: group}
		}
		return bins
	}
	bins := make([]Bin, len(c.Breaks)+1)
	lower := math.Inf(-1)
	for i := range bins {
		upper := math.Inf(1)
		if i < len(c.Breaks) {
			upper = c.Breaks[i]
		}
		bins[i] = Bin{Label: "[" + breakText(lower) + "," + breakText(upper) + ")", Lower: lower, Upper: upper}
		lower = upper
	}
	return bins
}

// breakText writes an end of an interval without an exponent, unless it is far off.
func breakText(x float64) string {
	switch size := math.Abs(x); {
	case math.IsInf(x, 0):
		return strings.TrimPrefix(strconv.FormatFloat(x, 'f', -1, 64), "+")
	case size < 1e15 && (size >= 1e-6 || size == 0):
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
