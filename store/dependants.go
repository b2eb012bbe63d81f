package store

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// InteractionsOf streams the interactions of several customers, such as all the ids of a
// merged one ([Identities]), as one timeline: by event time, system and external id. An id
// that comes twice counts once. The period is that of [InteractionQuery].
func InteractionsOf(ctx context.Context, tx Tx, ids []rapport.ID, period rapport.Interval) iter.Seq2[customer.Interaction, error] {
	return together(ids, func(id rapport.ID) iter.Seq2[customer.Interaction, error] {
		return tx.Interactions().All(ctx, InteractionQuery{Customer: id, Period: period})
	})
}

// TransactionsOf is [InteractionsOf] for transactions.
func TransactionsOf(ctx context.Context, tx Tx, ids []rapport.ID, period rapport.Interval) iter.Seq2[customer.Transaction, error] {
	return together(ids, func(id rapport.ID) iter.Seq2[customer.Transaction, error] {
		return tx.Transactions().All(ctx, TransactionQuery{Customer: id, Period: period})
	})
}

// line is what transactions and interactions have in common.
type line interface {
	At() time.Time
	Key() customer.ExternalKey
}

// together merges the streams of several customers, each of them in order.
func together[T line](ids []rapport.ID, of func(rapport.ID) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type head struct {
			row  T
			next func() (T, error, bool)
		}
		var heads []head
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			if err := id.Validate(); err != nil {
				var none T
				yield(none, &ArgumentError{Name: "customer", Err: err})
				return
			}
			next, stop := iter.Pull2(of(id))
			defer stop()
			heads = append(heads, head{next: next})
		}
		// advance takes the next row of a stream; a stream that has ended leaves.
		advance := func(i int) bool {
			row, err, more := heads[i].next()
			switch {
			case err != nil:
				yield(row, err)
				return false
			case !more:
				heads = slices.Delete(heads, i, i+1)
			default:
				heads[i].row = row
			}
			return true
		}
		for i := len(heads) - 1; i >= 0; i-- {
			if !advance(i) {
				return
			}
		}
		for len(heads) > 0 {
			first := 0
			for i := range heads {
				if sooner(heads[i].row, heads[first].row) {
					first = i
				}
			}
			if !yield(heads[first].row, nil) || !advance(first) {
				return
			}
		}
	}
}

// sooner compares places in a timeline.
func sooner[T line](a, b T) bool {
	return cmp.Or(a.At().Compare(b.At()), cmp.Compare(a.Key().System, b.Key().System), cmp.Compare(a.Key().ID, b.Key().ID)) < 0
}
