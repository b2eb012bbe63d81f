package lead

import (
	"fmt"
	"math"
	"slices"
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
// both outcomes. A column may hold leaks that no such test sees.
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

// tooGood returns the strongest reason to doubt a column, if there is one.
func (o *LeakageOptions) tooGood(c *Column, outcomes []bool) []Leak {
	values := ranksOf(c)
	leak := Leak{Column: c.Name, Rows: len(outcomes)}
	switch constant := constantWithin(values, outcomes); {
	case constant[0] && constant[1]:
		leak.Kind = SameAsOutcome
		return []Leak{leak}
	case constant[0] || constant[1]:
		leak.Kind = ConstantWithinOutcome
		return []Leak{leak}
	}
	if area := singleArea(c, values, outcomes); max(area, 1-area) >= o.AUC {
		leak.Kind, leak.Value = SuspectOrder, area
		return []Leak{leak}
	}
	if iv := information(c, values, outcomes); iv >= o.IV {
		leak.Kind, leak.Value = SuspectInformation, iv
		return []Leak{leak}
	}
	return nil
}

// ranksOf numbers the different values of a column, in ascending order from 1; 0 is a
// missing one.
func ranksOf(c *Column) []int {
	if c.Labels != nil {
		return ranked(c.Labels, "")
	}
	values := slices.Clone(c.Numbers)
	for i, x := range values {
		if math.IsNaN(x) {
			values[i] = math.Inf(-1) // columns hold no infinite numbers
		}
	}
	return ranked(values, math.Inf(-1))
}

func ranked[T float64 | string](values []T, missing T) []int {
	different := slices.Clone(values)
	slices.Sort(different)
	different = slices.Compact(different)
	first := 1 // the number of the first
	if len(different) > 0 && different[0] == missing {
		first = 0
	}
	ranks := make([]int, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearch(different, v)
		ranks[i] = first + at
	}
	return ranks
}

// constantWithin tells of either outcome whether all its rows have one value that most
// rows of the other do not have; it takes ten rows, or a column that is so for both.
func constantWithin(values []int, outcomes []bool) (constant [2]bool) {
	var first, rows [2]int
	same := [2]bool{true, true}
	for row, v := range values {
		at := side(outcomes[row])
		if rows[at] == 0 {
			first[at] = v
		}
		same[at] = same[at] && v == first[at]
		rows[at]++
	}
	if same[0] && same[1] {
		return [2]bool{first[0] != first[1], first[0] != first[1]}
	}
	for at := range constant {
		other := 0
		for row, v := range values {
			if side(outcomes[row]) != at && v == first[at] {
				other++
			}
		}
		constant[at] = same[at] && rows[at] >= 10 && 2*other < rows[1-at]
	}
	return constant
}

// singleArea returns the area under the curve of one column: of its numbers where they
// are known, or of the rates of its labels in the other half of the rows.
func singleArea(c *Column, values []int, outcomes []bool) float64 {
	var s Sample
	if c.Labels == nil {
		for row, x := range c.Numbers {
			if !math.IsNaN(x) {
				s.Scores, s.Outcomes = append(s.Scores, float64(values[row])), append(s.Outcomes, outcomes[row])
			}
		}
	} else {
		s.Outcomes = outcomes
		s.Scores = otherHalfRates(values, outcomes)
	}
	if l, err := s.twoSided(); err == nil {
		return l.area().value
	}
	return 0.5 // values with one outcome only: their absence is what tells, if anything
}

// otherHalfRates gives each row the event rate, smoothed, of its value in the other
// half of the rows; halves alternate within each outcome.
func otherHalfRates(values []int, outcomes []bool) []float64 {
	most := slices.Max(values)
	counts := [2][2][]float64{} // by half and outcome
	for half := range counts {
		counts[half] = [2][]float64{make([]float64, most+1), make([]float64, most+1)}
	}
	var dealt, total [2]int
	half := make([]int, len(values))
	for row, v := range values {
		at := side(outcomes[row])
		half[row] = dealt[at] % 2
		dealt[at]++
		total[at]++
		counts[half[row]][at][v]++
	}
	base := float64(total[1]) / float64(len(values))
	rates := make([]float64, len(values))
	for row, v := range values {
		other := counts[1-half[row]]
		rates[row] = (other[1][v] + base) / (other[0][v] + other[1][v] + 1)
	}
	return rates
}

// information returns the information value of one column.
func information(c *Column, values []int, outcomes []bool) float64 {
	counts := make([][2]float64, slices.Max(values)+1)
	for row, v := range values {
		counts[v][side(outcomes[row])]++
	}
	bins := counts
	if c.Labels == nil {
		bins = [][2]float64{counts[0]}
		full := float64(len(values)) / 10
		var open [2]float64
		for i, count := range counts[1:] {
			open[0], open[1] = open[0]+count[0], open[1]+count[1]
			if open[0]+open[1] >= full || i == len(counts)-2 {
				bins = append(bins, open)
				open = [2]float64{}
			}
		}
	}
	var total [2]float64
	for _, b := range bins {
		if b[0]+b[1] > 0 {
			total[0], total[1] = total[0]+b[0]+0.5, total[1]+b[1]+0.5
		}
	}
	iv := 0.0
	for _, b := range bins {
		if b[0]+b[1] > 0 {
			g, e := (b[0]+0.5)/total[0], (b[1]+0.5)/total[1]
			iv += (e - g) * math.Log(e/g)
		}
	}
	return iv
}
