package kpi

import (
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// Purchase is a row of an order log.
type Purchase struct {
	Customer rapport.ID
	At       time.Time // not the zero time
	// Amount is in minor units; 0 where no revenue is asked for. A row below 0 is a
	// return: it takes from the revenue and is no order.
	Amount   int64
	Internal bool // the customer belongs to the house itself: left out
}

// PurchaseError reports a row that cannot be used.
type PurchaseError struct {
	Row      int // from 0
	Customer rapport.ID
	Reason   string
	Err      error // the [*rapport.IDError] of an id that is not valid, else nil
}

// Error gives the row, its customer and the reason.
func (e *PurchaseError) Error() string {
	return fmt.Sprintf("kpi: purchase in row %d of %q: %s", e.Row, clip(string(e.Customer)), e.Reason)
}

// Unwrap returns the error about the id, nil for another one.
func (e *PurchaseError) Unwrap() error { return e.Err }

// eachCustomer calls visit with all rows of a customer at a time. The rows come by
// customer in ascending byte order, as a database gives them with ORDER BY, those of one
// customer in any order; so only the rows of one customer are in memory. The slice is
// used again.
func eachCustomer(log iter.Seq2[Purchase, error], visit func(rows []Purchase) error) error {
	var rows []Purchase
	n := 0
	for p, err := range log {
		if err != nil {
			return fmt.Errorf("kpi: purchase in row %d: %w", n, err)
		}
		if len(rows) == 0 || rows[0].Customer != p.Customer {
			if err := p.Customer.Validate(); err != nil {
				return &PurchaseError{Row: n, Customer: p.Customer, Reason: err.Error(), Err: err}
			}
			if len(rows) > 0 {
				if p.Customer < rows[0].Customer {
					return &PurchaseError{Row: n, Customer: p.Customer, Reason: fmt.Sprintf("comes after %q: want rows by customer, ascending", clip(string(rows[0].Customer)))}
				}
				if err := visit(rows); err != nil {
					return err
				}
				rows = rows[:0]
			}
		}
		if p.At.IsZero() {
			return &PurchaseError{Row: n, Customer: p.Customer, Reason: "no date"}
		}
		rows = append(rows, p)
		n++
	}
	if len(rows) > 0 {
		return visit(rows)
	}
	return nil
}
