package store

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// ChangeCustomers changes many customers in one Update, all or none: it reads each in the
// order given, lets fn decide what becomes of it, and puts that. So a clerk's whole book
// goes to another one at once. It returns the customers as they are stored then; one that
// fn returns unchanged is not written.
//
// The first error ends it: [ErrNotFound] for an id of nobody, an [*ArgumentError] for one
// that comes twice or is not that of the customer that fn returns, those of
// [Customers].Put, and that of fn, as it is.
func ChangeCustomers(ctx context.Context, tenant Tenant, ids []rapport.ID, fn func(customer.Customer) (customer.Customer, error)) ([]customer.Customer, error) {
	changed := make([]customer.Customer, 0, len(ids))
	err := tenant.Update(ctx, func(tx Tx) error {
		seen := make(map[rapport.ID]bool, len(ids))
		for i, id := range ids {
			if seen[id] {
				return &ArgumentError{Name: fmt.Sprintf("ids[%d]", i), Reason: fmt.Sprintf("is %q, which comes twice", id)}
			}
			seen[id] = true
			had, err := tx.Customers().Get(ctx, id)
			if err != nil {
				return err
			}
			next, err := fn(had)
			if err != nil {
				return err
			}
			if next.ID() != id {
				return &ArgumentError{Name: fmt.Sprintf("ids[%d]", i), Reason: fmt.Sprintf("is %q, and became %q", id, next.ID())}
			}
			if !next.Equal(had) {
				if next, err = tx.Customers().Put(ctx, next); err != nil {
					return err
				}
			}
			changed = append(changed, next)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}
