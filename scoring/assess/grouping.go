package assess

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/segment"
)

// Group is a customer in its cell.
type Group struct {
	Valued
	Cell string
}

// Grouping returns the cell of each customer.
type Grouping func(values []Valued) ([]string, error)

// ByMatrix groups by current × potential value; cells are called as a
// [segment.Quadrant], such as "low/high". Amounts are in major units of their currency,
// which is one for all: another is a [*rapport.CurrencyMismatchError].
func ByMatrix(m *segment.Matrix) Grouping {
	return func(values []Valued) ([]string, error) {
		if m == nil {
			return nil, missing("matrix")
		}
		rows := make([]segment.MatrixRow, len(values))
		for i, v := range values {
			plain := v.Value.Plain()
			if _, err := plain.Current.Cmp(values[0].Value.Current.Money); err != nil {
				return nil, fmt.Errorf("customer %q against customer %q: %w", v.Customer, values[0].Customer, err)
			}
			rows[i] = segment.MatrixRow{ID: v.Customer, Current: plain.Current.Amount().InexactFloat64(), Potential: plain.Potential.Amount().InexactFloat64()}
		}
		placed, err := m.Assign(rows)
		if err != nil {
			return nil, err
		}
		cells := make([]string, len(values))
		for i := range cells {
			cells[i] = placed.Quadrant(i).String()
		}
		return cells, nil
	}
}

// GroupValues puts each customer into one cell: step four. A nil grouping is
// [ByMatrix] with both cuts at the mean. The error is that of the grouping, or an
// [*InputError] if it gives not one cell for each.
func GroupValues(values []Valued, grouping Grouping) ([]Group, error) {
	if grouping == nil {
		means, err := segment.NewMatrix(segment.Cut{}, segment.Cut{}, nil)
		if err != nil {
			return nil, err
		}
		grouping = ByMatrix(means)
	}
	cells, err := grouping(values)
	if err != nil {
		return nil, fmt.Errorf("assess: grouping: %w", err)
	}
	if len(cells) != len(values) || slices.Contains(cells, "") {
		return nil, &InputError{Name: "cells", Value: fmt.Sprintf("%q", cells), Want: fmt.Sprintf("a name for each of %d customers", len(values))}
	}
	groups := make([]Group, len(values))
	for i, v := range values {
		groups[i] = Group{v, cells[i]}
	}
	return groups, nil
}
