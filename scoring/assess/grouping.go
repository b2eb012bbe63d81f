package assess

import (
	"fmt"

	"github.com/rapport-crm/rapport/segment"
)

// Group is a customer in its cell.
type Group struct {
	Valued
	Cell string // "" if it is not known
}

// Grouping returns the cell of each customer, "" where the value does not say enough.
type Grouping func(values []Valued) ([]string, error)

// ByMatrix groups by current × potential value; cells are called as a
// [segment.Quadrant], such as "low/high". Amounts are in major units of their currency,
// which is one for all: another is a [*rapport.CurrencyMismatchError]. A customer whose
// current or potential value is not known is in no cell, and does not count in a cut.
func ByMatrix(m *segment.Matrix) Grouping {
	return func(values []Valued) ([]string, error) {
		if m == nil {
			return nil, missing("matrix")
		}
		var rows []segment.MatrixRow
		var at []int // of the rows among the values
		for i, v := range values {
			current, potential := v.Value.Current, v.Value.Potential
			if !current.Known() || !potential.Known() {
				continue
			}
			at = append(at, i)
			first := &values[at[0]]
			if _, err := current.Money.Cmp(first.Value.Current.Money); err != nil {
				return nil, fmt.Errorf("customer %q against customer %q: %w", v.Customer, first.Customer, err)
			}
			rows = append(rows, segment.MatrixRow{ID: v.Customer, Current: current.Money.Amount().InexactFloat64(), Potential: potential.Money.Amount().InexactFloat64()})
		}
		placed, err := m.Assign(rows)
		if err != nil {
			return nil, err
		}
		cells := make([]string, len(values))
		for i, value := range at {
			cells[value] = placed.Quadrant(i).String()
		}
		return cells, nil
	}
}

// GroupValues puts each customer into one cell, or none where the grouping says "": step
// four. A nil grouping is [ByMatrix] with both cuts at the mean. The error is that of the
// grouping, or an [*InputError] if it does not answer for each.
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
	if len(cells) != len(values) {
		return nil, &InputError{Name: "cells", Value: fmt.Sprintf("%q", cells), Want: fmt.Sprintf("a name or \"\" for each of %d customers", len(values))}
	}
	groups := make([]Group, len(values))
	for i, v := range values {
		groups[i] = Group{v, cells[i]}
	}
	return groups, nil
}
