package segment

import (
	"fmt"
	"slices"
)

// Quadrant is a cell of a [Matrix]: the current value first, then the potential.
type Quadrant uint8

// The cells.
const (
	HighHigh Quadrant = iota // high current value, high potential
	HighLow
	LowHigh
	LowLow
)

const quadrants = 4

func quadrantOf(current, potential bool) Quadrant {
	q := HighHigh
	if !current {
		q += LowHigh
	}
	if !potential {
		q++
	}
	return q
}

// CurrentHigh tells whether the current value is high in this cell.
func (q Quadrant) CurrentHigh() bool { return q < LowHigh }

// PotentialHigh tells whether the potential is high in this cell.
func (q Quadrant) PotentialHigh() bool { return q == HighHigh || q == LowHigh }

// String returns "high/high", "high/low", "low/high" or "low/low".
func (q Quadrant) String() string {
	if q >= quadrants {
		return fmt.Sprintf("Quadrant(%d)", uint8(q))
	}
	return side(q.CurrentHigh()) + "/" + side(q.PotentialHigh())
}

func side(high bool) string {
	if high {
		return "high"
	}
	return "low"
}

// Cell is what a business calls a cell of the matrix and what it does there: two
// codes, each valid UTF-8 without control characters, 1 to 128 bytes.
type Cell struct {
	Name   string
	Action string
}

// Cells are the cells of a matrix, current value before potential. A field that is
// the zero Cell means that of [DefaultCells].
type Cells struct {
	HighHigh, HighLow, LowHigh, LowLow Cell
}

// DefaultCells returns worldly_wise with invest, demanding with keep, hesitant with
// develop, and thrifty with low_cost_service.
func DefaultCells() Cells {
	return Cells{
		HighHigh: Cell{"worldly_wise", "invest"},
		HighLow:  Cell{"demanding", "keep"},
		LowHigh:  Cell{"hesitant", "develop"},
		LowLow:   Cell{"thrifty", "low_cost_service"},
	}
}

func (c Cells) list() [quadrants]Cell {
	return [quadrants]Cell{c.HighHigh, c.HighLow, c.LowHigh, c.LowLow}
}

// MatrixOptions are the options of [NewMatrix]; nil or the zero value means the
// defaults.
type MatrixOptions struct {
	Cells Cells
}

// Matrix groups customers by what they are worth now and what they could be worth: an
// immutable value made by [NewMatrix], safe to share between goroutines.
type Matrix struct {
	current, potential Cut
	cells              [quadrants]Cell
	known              bool
}

// MatrixError reports a matrix that makes no sense.
type MatrixError struct {
	Field  string  // "matrix", "current", "potential", or the cell, such as "high/low"
	Value  float64 // the number to blame, if there is one
	Reason string  // what is wrong with it
}

// Error names the field and the reason.
func (e *MatrixError) Error() string {
	switch {
	case e.Field == "matrix":
		return "segment: matrix: " + e.Reason
	case e.Value != 0:
		return fmt.Sprintf("segment: matrix: %s %v: %s", e.Field, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: matrix: %s: %s", e.Field, e.Reason)
}

// NewMatrix returns a matrix with those cuts. Each cell's name must be another one;
// two cells may share an action. The error is a [*MatrixError].
func NewMatrix(current, potential Cut, options *MatrixOptions) (*Matrix, error) {
	if options == nil {
		options = &MatrixOptions{}
	}
	for axis, cut := range []Cut{current, potential} {
		if reason := cut.reason(); reason != "" {
			return nil, &MatrixError{Field: []string{"current", "potential"}[axis], Value: cut.At, Reason: reason}
		}
	}
	current.At, potential.At = current.At+0, potential.At+0 // never minus zero
	m := &Matrix{current: current, potential: potential, cells: options.Cells.list(), known: true}
	for q, standard := range DefaultCells().list() {
		cell := &m.cells[q]
		if *cell == (Cell{}) {
			*cell = standard
		}
		for part, code := range []string{cell.Name, cell.Action} {
			if reason := nameReason(code); reason != "" {
				return nil, &MatrixError{Field: Quadrant(q).String(), Reason: []string{"", "action: "}[part] + reason}
			}
		}
	}
	for q, cell := range m.cells {
		if slices.ContainsFunc(m.cells[:q], func(other Cell) bool { return other.Name == cell.Name }) {
			return nil, &MatrixError{Field: Quadrant(q).String(), Reason: "name twice"}
		}
	}
	return m, nil
}

// Cuts returns the cut of the current value and that of the potential.
func (m *Matrix) Cuts() (current, potential Cut) { return m.current, m.potential }

// Cells returns the cells, the defaults written out.
func (m *Matrix) Cells() Cells {
	return Cells{m.cells[HighHigh], m.cells[HighLow], m.cells[LowHigh], m.cells[LowLow]}
}
