package segment

import (
	"errors"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// ErrNoCustomers reports a base without customers where one is needed.
var ErrNoCustomers = errors.New("segment: no customers")

// MatrixRow is a customer in a [Matrix]. The two values may be in different units;
// each is at most [MaxValue] in size.
type MatrixRow struct {
	ID        rapport.ID
	Current   float64
	Potential float64
}

// MatrixGroup is what one cell came to.
type MatrixGroup struct {
	Quadrant Quadrant
	Cell
	// Customers is their number over that of the base; the other two are the sums
	// of their values over those of the base. A sum of zero has no shares; with
	// negative values a share may lie outside 0 to 1.
	Customers, Current, Potential rapport.Ratio
}

// Side is where a customer stands on one axis, and why.
type Side struct {
	Value     float64
	Threshold float64
	High      bool
}

// Placement says in which cell a customer is, and which bounds put it there.
type Placement struct {
	Quadrant Quadrant
	Cell
	Current, Potential Side
}

// MatrixAssignment is the answer of [Matrix.Assign]: an immutable value, safe to
// share between goroutines.
type MatrixAssignment struct {
	matrix             *Matrix
	current, potential Axis
	values             [][2]float64 // of each customer, in the order of the input
	of                 []Quadrant
	groups             [quadrants]MatrixGroup
}

// Assign places the cuts on the base and each customer in its cell. The rows are only
// read; what each customer gets and what the cells come to does not depend on their
// order. No customers is no error. Where all values of an axis are equal
// [Axis.Flat] says so; they are on the threshold unless that is a stated value.
//
// Errors: a [*MatrixError] of the zero Matrix, a [*ValueError], an [*IDError].
func (m *Matrix) Assign(rows []MatrixRow) (*MatrixAssignment, error) {
	if m == nil || !m.known {
		return nil, &MatrixError{Field: "matrix", Reason: "not made by NewMatrix"}
	}
	_, err := checkRows(len(rows), func(i int) (rapport.ID, error) {
		row := &rows[i]
		if err := checkValue(i, row.ID, "current", row.Current); err != nil {
			return row.ID, err
		}
		return row.ID, checkValue(i, row.ID, "potential", row.Potential)
	})
	if err != nil {
		return nil, err
	}
	a := &MatrixAssignment{matrix: m, of: make([]Quadrant, len(rows)), values: make([][2]float64, len(rows))}
	column := make([]float64, len(rows))
	for i, row := range rows {
		column[i] = row.Current
		a.values[i] = [2]float64{row.Current, row.Potential}
	}
	a.current = m.current.axis(column)
	for i, row := range rows {
		column[i] = row.Potential
	}
	a.potential = m.potential.axis(column)
	a.count()
	return a, nil
}

// count places the customers and sums up the cells.
func (a *MatrixAssignment) count() {
	var sums [quadrants + 1][2]numeric.ExactSum // the last of all
	for i, v := range a.values {
		q := quadrantOf(a.current.high(v[0]), a.potential.high(v[1]))
		a.of[i] = q
		a.groups[q].Customers.N++
		for axis := range v {
			sums[q][axis].Add(v[axis])
			sums[quadrants][axis].Add(v[axis])
		}
	}
	for q := range a.groups {
		g := &a.groups[q]
		n := g.Customers.N
		g.Quadrant, g.Cell = Quadrant(q), a.matrix.cells[q]
		g.Customers = rapport.Ratio{Num: float64(n), Den: float64(len(a.of)), N: n}
		g.Current = rapport.Ratio{Num: sums[q][0].Total(), Den: sums[quadrants][0].Total(), N: n}
		g.Potential = rapport.Ratio{Num: sums[q][1].Total(), Den: sums[quadrants][1].Total(), N: n}
	}
}

// Len returns how many customers there are.
func (a *MatrixAssignment) Len() int { return len(a.of) }

// Quadrant returns the cell of the customer in row i of the input. Like a slice it
// panics if i is not in 0 … Len()-1.
func (a *MatrixAssignment) Quadrant(i int) Quadrant { return a.of[i] }

// Placement returns the cell of the customer in row i of the input with its reasons;
// i as in [MatrixAssignment.Quadrant].
func (a *MatrixAssignment) Placement(i int) Placement {
	v, q := a.values[i], a.of[i]
	return Placement{
		Quadrant: q, Cell: a.matrix.cells[q],
		Current:   Side{Value: v[0], Threshold: a.current.Threshold, High: q.CurrentHigh()},
		Potential: Side{Value: v[1], Threshold: a.potential.Threshold, High: q.PotentialHigh()},
	}
}

// Groups returns what the cells came to, in the order of the constants of [Quadrant].
func (a *MatrixAssignment) Groups() []MatrixGroup { return slices.Clone(a.groups[:]) }

// Axes returns the two axes as this base made them.
func (a *MatrixAssignment) Axes() (current, potential Axis) { return a.current, a.potential }

// Fixed returns the matrix with the thresholds of this base as stated values: for
// customers who come later, and to compare one month with the next on equal terms. The
// error is [ErrNoCustomers] if the base was empty and a cut needs one, as that of the
// zero MatrixAssignment is.
func (a *MatrixAssignment) Fixed() (*Matrix, error) {
	if a.matrix == nil {
		return nil, ErrNoCustomers
	}
	fixed := *a.matrix
	for axis, cut := range []*Cut{&fixed.current, &fixed.potential} {
		if len(a.of) == 0 && cut.By != ByValue {
			return nil, ErrNoCustomers
		}
		cut.By, cut.At = ByValue, []Axis{a.current, a.potential}[axis].Threshold
	}
	return &fixed, nil
}
