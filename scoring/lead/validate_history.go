package lead

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// A History is leads whose outcome is known: what models are learned from and judged
// by. All slices that are set run in parallel. It is only read.
type History struct {
	Columns  []Column
	Outcomes []bool       // true: the event
	Weights  []float64    // how much a lead counts; nil: 1 each
	IDs      []rapport.ID // of the leads; nil: none
	// OutcomeAt says when the outcome was known, and by Column.Name Observed says when
	// each value was; both may be nil, but [CheckLeakage] can then not tell whether the
	// values were there before the outcome.
	OutcomeAt []time.Time
	Observed  map[string][]time.Time
}

// check refuses slices of unequal length and columns without a name of their own.
func (h *History) check() error {
	if h == nil {
		return ErrNoRows
	}
	if err := checkOutcomes(h.Outcomes, h.Weights); err != nil {
		return err
	}
	rows := len(h.Outcomes)
	if err := checkColumns(h.Columns, rows); err != nil {
		return err
	}
	if h.IDs != nil && len(h.IDs) != rows {
		return &LengthError{What: "ids", Got: len(h.IDs), Want: rows}
	}
	if h.OutcomeAt != nil && len(h.OutcomeAt) != rows {
		return &LengthError{What: "times of outcomes", Got: len(h.OutcomeAt), Want: rows}
	}
	known := 0
	for i := range h.Columns {
		times, dated := h.Observed[h.Columns[i].Name]
		if !dated {
			continue
		}
		known++
		if len(times) != rows {
			return &LengthError{What: fmt.Sprintf("times of column %q", h.Columns[i].Name), Got: len(times), Want: rows}
		}
	}
	if known != len(h.Observed) {
		return &ColumnError{Column: h.strangeColumn(), Reason: "has times but is not among the columns"}
	}
	return nil
}

// strangeColumn names the first column, by name, that has times and no values.
func (h *History) strangeColumn() string {
	strange := ""
	for name := range h.Observed {
		unknown := !slices.ContainsFunc(h.Columns, func(c Column) bool { return c.Name == name })
		if unknown && (strange == "" || name < strange) {
			strange = name
		}
	}
	return strange
}

// Pick returns the history of some rows, counted from 0, in the order given. A row
// that is not there is an [*OptionError].
func (h *History) Pick(rows []int) (*History, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row < 0 || row >= len(h.Outcomes) {
			return nil, &OptionError{Option: "row", Value: float64(row), Want: fmt.Sprintf("0 to %d", len(h.Outcomes)-1)}
		}
	}
	picked := &History{Outcomes: pickRows(h.Outcomes, rows), Weights: pickRows(h.Weights, rows),
		IDs: pickRows(h.IDs, rows), OutcomeAt: pickRows(h.OutcomeAt, rows)}
	for _, c := range h.Columns {
		picked.Columns = append(picked.Columns, Column{Name: c.Name, Numbers: pickRows(c.Numbers, rows), Labels: pickRows(c.Labels, rows)})
	}
	if h.Observed != nil {
		picked.Observed = make(map[string][]time.Time, len(h.Observed))
		for name, times := range h.Observed {
			picked.Observed[name] = pickRows(times, rows)
		}
	}
	return picked, nil
}

func pickRows[T any](from []T, rows []int) []T {
	if from == nil {
		return nil
	}
	picked := make([]T, len(rows))
	for i, row := range rows {
		picked[i] = from[row]
	}
	return picked
}

// SplitByTime returns the leads whose outcome was known before a time, to learn from,
// and those from then on, to judge by: as a model is used, which knows the past only.
// A side without leads is [ErrNoRows], a missing OutcomeAt a [*LengthError], and an
// outcome without a time a [*TimeError].
func (h *History) SplitByTime(at time.Time) (before, after *History, err error) {
	if err := h.check(); err != nil {
		return nil, nil, err
	}
	if h.OutcomeAt == nil {
		return nil, nil, &LengthError{What: "times of outcomes", Want: len(h.Outcomes)}
	}
	var early, late []int
	for row, known := range h.OutcomeAt {
		switch {
		case known.IsZero():
			return nil, nil, &TimeError{At: known, Reason: fmt.Sprintf("row %d has no time of its outcome", row)}
		case known.Before(at):
			early = append(early, row)
		default:
			late = append(late, row)
		}
	}
	if len(early) == 0 || len(late) == 0 {
		return nil, nil, fmt.Errorf("%w: %d before %s, %d from then on", ErrNoRows, len(early), at.UTC().Format(time.RFC3339), len(late))
	}
	if before, err = h.Pick(early); err != nil {
		return nil, nil, err
	}
	after, err = h.Pick(late)
	return before, after, err
}

// Folds deals rows into k parts of nearly equal size and share of events, drawn by the
// seed; the rows of each part ascend. k is from 2 to the number of rows of the rarer
// outcome ([*OptionError]).
func Folds(outcomes []bool, k int, seed uint64) ([][]int, error) {
	var rows [2][]int
	for row, came := range outcomes {
		rows[side(came)] = append(rows[side(came)], row)
	}
	if len(outcomes) == 0 {
		return nil, ErrNoRows
	}
	rarer := min(len(rows[0]), len(rows[1]))
	if rarer == 0 {
		return nil, fmt.Errorf("%w: %d of %d rows are events", ErrOneOutcome, len(rows[1]), len(outcomes))
	}
	if k < 2 || k > rarer {
		return nil, &OptionError{Option: "Folds", Value: float64(k), Want: fmt.Sprintf("2 to %d, the rows of the rarer outcome", rarer)}
	}
	folds := make([][]int, k)
	dealt := 0 // goes on from one outcome to the other, so that sizes differ by one at most
	for at, some := range rows {
		random := numeric.Stream(seed, uint64(at))
		random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		for _, row := range some {
			folds[dealt%k] = append(folds[dealt%k], row)
			dealt++
		}
	}
	for _, fold := range folds {
		slices.Sort(fold)
	}
	return folds, nil
}

// SharedIDs returns the ids that are in both histories, in ascending order, each once.
func SharedIDs(a, b *History) []rapport.ID {
	in := make(map[rapport.ID]bool, len(a.IDs))
	for _, id := range a.IDs {
		in[id] = true
	}
	var shared []rapport.ID
	for _, id := range b.IDs {
		if in[id] {
			shared = append(shared, id)
		}
	}
	slices.Sort(shared)
	return slices.Compact(shared)
}

// twins returns the rows of b whose values are those of some row of a. The columns of
// the two are the same ones in the same order.
func twins(a, b *History) []int {
	seen := make(map[string]bool, len(a.Outcomes))
	for row := range a.Outcomes {
		seen[string(a.key(row))] = true
	}
	var same []int
	for row := range b.Outcomes {
		if seen[string(b.key(row))] {
			same = append(same, row)
		}
	}
	return same
}

// key returns the values of a row as bytes that no other values have.
func (h *History) key(row int) []byte {
	key := make([]byte, 0, 9*len(h.Columns))
	for _, c := range h.Columns {
		if c.Labels != nil {
			key = binary.AppendUvarint(key, uint64(len(c.Labels[row])))
			key = append(key, c.Labels[row]...)
			continue
		}
		x := c.Numbers[row]
		switch { // of equal values that have several bit patterns, one
		case x == 0:
			x = 0
		case math.IsNaN(x):
			x = math.NaN()
		}
		key = binary.BigEndian.AppendUint64(key, math.Float64bits(x))
	}
	return key
}
