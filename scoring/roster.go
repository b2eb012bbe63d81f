package scoring

import "github.com/rapport-crm/rapport"

// CustomerValue is what one customer is worth, in which segment.
type CustomerValue struct {
	Customer rapport.ID
	Segment  string        // any text; "" where there are no segments
	Value    rapport.Money // whole minor units, may be negative
}

// roster finds the row of a customer and refuses ids that are not valid or that
// come twice.
type roster map[rapport.ID]int

// enter notes that row i (from 0) is the customer's. The error is a [*RowError].
func (r roster) enter(i int, customer rapport.ID) error {
	if err := customer.Validate(); err != nil {
		return &RowError{Row: i + 1, Err: err}
	}
	known := len(r)
	if r[customer] = i; len(r) == known {
		return &RowError{Row: i + 1, Customer: customer, Err: ErrTwice}
	}
	return nil
}

// takeValues returns the values in minor units and the roster of their rows.
func takeValues(p *purse, values []CustomerValue) (roster, []int64, error) {
	rows := make(roster, len(values))
	minor := make([]int64, len(values))
	for i, v := range values {
		if err := rows.enter(i, v.Customer); err != nil {
			return nil, nil, err
		}
		var err error
		if minor[i], err = p.take(v.Value); err != nil {
			return nil, nil, &RowError{Row: i + 1, Customer: v.Customer, Err: err}
		}
	}
	return rows, minor, nil
}
