package store

import (
	"context"
	"errors"
	"iter"

	"github.com/rapport-crm/rapport/customer"
)

// UnattachedCosts streams the chosen cost lines that no stream of purchases can
// count, in the order of [Transactions.Page]: those without Of, and those whose Of
// names no stored sale or return, be it that it has not arrived yet, that the key is
// misspelt or that it names another cost line. Their sum is what
// [PurchaseReader.Purchases] leaves out of the margin, so a host looks at them after
// an import.
//
// It reads every chosen line and looks up the row that each cost line names, and
// works on any back end. The chosen lines are the cost lines: their sales may lie
// outside of the query's period. What a [PurchaseQuery] leaves out by its own period,
// currency or roles is not reported here.
func UnattachedCosts(ctx context.Context, tx Tx, q TransactionQuery) iter.Seq2[customer.Transaction, error] {
	return func(yield func(customer.Transaction, error) bool) {
		rows := tx.Transactions()
		for line, err := range rows.All(ctx, q) {
			if err != nil {
				yield(customer.Transaction{}, err)
				return
			}
			if line.Kind() != customer.Cost {
				continue
			}
			if !line.Of().IsZero() {
				of, err := rows.Get(ctx, line.Of())
				switch {
				case err == nil && of.Kind() != customer.Cost:
					continue
				case err != nil && !errors.Is(err, ErrNotFound):
					yield(customer.Transaction{}, err)
					return
				}
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}
