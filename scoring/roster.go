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

// checkDistinct refuses what a roster of n rows would refuse, and says whether the
// ids ascend: then, as for those of [Summaries.IDs], it needs no table, and rows
// are in order of ids.
func checkDistinct(n int, customer func(i int) rapport.ID) (ascending bool, err error) {
	ascending = true
	for i := range n {
		if err := customer(i).Validate(); err != nil {
			return false, &RowError{Row: i + 1, Err: err}
		}
		ascending = ascending && (i == 0 || customer(i-1) < customer(i))
	}
	if ascending {
		return true, nil
	}
	rows := make(roster, n)
	for i := range n {
		if err := rows.enter(i, customer(i)); err != nil {
			return false, err
		}
	}
	return false, nil
}

// takeValues returns the values in minor units, of customers that are all
// different.
func takeValues(p *purse, values []CustomerValue) ([]int64, error) {
	if _, err := checkDistinct(len(values), func(i int) rapport.ID { return values[i].Customer }); err != nil {
		return nil, err
	}
	minor := make([]int64, len(values))
	for i, v := range values {
		var err error
		if minor[i], err = p.take(v.Value); err != nil {
			return nil, &RowError{Row: i + 1, Customer: v.Customer, Err: err}
		}
	}
	return minor, nil
}

// rosterOf returns the rows of customers that are known to be different.
func rosterOf(values []CustomerValue) roster {
	rows := make(roster, len(values))
	for i, v := range values {
		rows[v.Customer] = i
	}
	return rows
}
