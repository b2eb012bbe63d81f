package lead

import (
	"fmt"
	"math"
	"strings"
)

// LeakKind says why a column may tell what nobody knew in time. It is a stable code.
type LeakKind string

// The kinds of leaks.
const (
	// LateValue: values were known at the time of the outcome or after it.
	LateValue LeakKind = "late-value"
	// UndatedValue: values have no time, while times are given for others.
	UndatedValue LeakKind = "undated-value"
	// SameAsOutcome: the column has one value with the event and another without.
	SameAsOutcome LeakKind = "same-as-outcome"
	// ConstantWithinOutcome: all rows of one outcome, ten at least, have one value (or
	// none), which most rows of the other do not have.
	ConstantWithinOutcome LeakKind = "constant-within-outcome"
	// SuspectOrder: the column alone puts the rows in nearly the right order.
	SuspectOrder LeakKind = "suspect-order"
	// SuspectInformation: the column's values go too well with the outcome.
	SuspectInformation LeakKind = "suspect-information"
)

// A Leak is a column that may tell what nobody knew in time, and why.
type Leak struct {
	Column string
	Kind   LeakKind
	Rows   int // late or undated values, or rows that were looked at
	// Value is the area under the curve or the information value; 0 for other kinds.
	Value float64
}

// String names the column and the reason.
func (l Leak) String() string {
	switch l.Kind {
	case LateValue, UndatedValue:
		return fmt.Sprintf("column %q: %s in %d rows", l.Column, l.Kind, l.Rows)
	case SuspectOrder, SuspectInformation:
		return fmt.Sprintf("column %q: %s %.4g", l.Column, l.Kind, l.Value)
	}
	return fmt.Sprintf("column %q: %s", l.Column, l.Kind)
}

// LeakageError lists the leaks of a history, in the order of its columns.
type LeakageError struct {
	Leaks []Leak
}

// Error names them all.
func (e *LeakageError) Error() string {
	texts := make([]string, len(e.Leaks))
	for i, l := range e.Leaks {
		texts[i] = l.String()
	}
	return "lead: leakage: " + strings.Join(texts, "; ")
}

// LeakageOptions says what [CheckLeakage] takes for too good; nil stands for the zero
// value.
type LeakageOptions struct {
	// AUC is from which area under the curve, or below one less it, a single column is
	// suspect; 0: 0.99.
	AUC float64
	// IV is from which information value it is; 0: 5. Strong honest columns have 0.5 to
	// 1; two normal bells that overlap so little have an area of 0.94.
	IV float64
}

// CheckLeakage looks for columns that know the outcome: values that were not known
// before it, by History.OutcomeAt and History.Observed if they are set, and columns
// that alone are too good to be true. It returns a [*LeakageError] that names them all,
// nil if there are none, or the error of a history that cannot be read; a host drops
// the columns, or keeps one with a reason.
//
// The order of labels is learned from one half of the rows and tried on the other, so
// that names and numbers of leads, which no two share, do not seem to tell anything.
// The information value is Σ(b−g)·ln(b/g) over labels, or about ten bins of equal
// size of the numbers, and one of missing values; each bin counts half a row more of
// both outcomes. Weights do not count. A column may hold leaks that no such test sees.
func CheckLeakage(h *History, o *LeakageOptions) error {
	var opts LeakageOptions
	if o != nil {
		opts = *o
	}
	if opts.AUC == 0 {
		opts.AUC = 0.99
	}
	if opts.IV == 0 {
		opts.IV = 5
	}
	if !(opts.AUC > 0.5 && opts.AUC <= 1) {
		return &OptionError{Option: "AUC", Value: opts.AUC, Want: "above 0.5 to 1"}
	}
	if !(opts.IV > 0) {
		return &OptionError{Option: "IV", Value: opts.IV, Want: "above 0"}
	}
	if err := h.check(); err != nil {
		return err
	}
	if h.Observed != nil && h.OutcomeAt == nil {
		return &LengthError{What: "times of outcomes", Want: len(h.Outcomes)}
	}
	events := 0
	for _, came := range h.Outcomes {
		events += side(came)
	}
	if events == 0 || events == len(h.Outcomes) {
		return fmt.Errorf("%w: %d of %d rows are events", ErrOneOutcome, events, len(h.Outcomes))
	}
	var leaks []Leak
	for i := range h.Columns {
		c := &h.Columns[i]
		found, err := h.late(c)
		if err != nil {
			return err
		}
		leaks = append(leaks, found...)
		leaks = append(leaks, opts.tooGood(c, h.Outcomes)...)
	}
	if len(leaks) > 0 {
		return &LeakageError{Leaks: leaks}
	}
	return nil
}

// missing tells whether a row of a column has no value.
func missing(c *Column, row int) bool {
	if c.Labels != nil {
		return c.Labels[row] == ""
	}
	return math.IsNaN(c.Numbers[row])
}

// late compares the times of a column's values with those of the outcomes.
func (h *History) late(c *Column) ([]Leak, error) {
	if h.Observed == nil {
		return nil, nil
	}
	times := h.Observed[c.Name]
	late, undated := 0, 0
	for row := range h.Outcomes {
		if h.OutcomeAt[row].IsZero() {
			return nil, &TimeError{At: h.OutcomeAt[row], Reason: fmt.Sprintf("row %d has no time of its outcome", row)}
		}
		switch {
		case missing(c, row):
		case times == nil || times[row].IsZero():
			undated++
		case !times[row].Before(h.OutcomeAt[row]):
			late++
		}
	}
	var leaks []Leak
	if late > 0 {
		leaks = append(leaks, Leak{Column: c.Name, Kind: LateValue, Rows: late})
	}
	if undated > 0 {
		leaks = append(leaks, Leak{Column: c.Name, Kind: UndatedValue, Rows: undated})
	}
	return leaks, nil
}
