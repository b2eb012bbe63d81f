package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type glances struct{ x *tx }

func (s glances) Kinds(ctx context.Context, of rapport.ID) ([]customer.FileKind, error) {
	return gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, fileKinds, string(s.x.tenant), string(of))
	}, scanText[customer.FileKind]))
}

func (s glances) Files(ctx context.Context, of rapport.ID, kind customer.FileKind, limit int) ([]store.FileRow, error) {
	return gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, fileNewest, string(s.x.tenant), string(of), string(kind), limit)
	}, scanFile))
}

func (s glances) Interactions(ctx context.Context, of rapport.ID, limit int) ([]customer.Interaction, error) {
	return gather(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, interactionNewest, string(s.x.tenant), string(of), limit)
	}, scanInteraction))
}

func (s glances) Totals(ctx context.Context, of rapport.ID) (totals store.Totals, err error) {
	for _, err := range rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, transactionTotals, string(s.x.tenant), string(of))
	}, func(row scanner) (struct{}, error) {
		var kind, currency, at int64
		var minor *int64
		var exact *string
		if err := row.Scan(&kind, &currency, &minor, &exact, &at); err != nil {
			return struct{}{}, corrupt("transaction", err)
		}
		amount, err := moneyOf(currency, minor, exact)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, totals.Add(customer.TransactionKind(kind), amount, instant(at))
	}) {
		if err != nil {
			return nil, err
		}
	}
	return totals, nil
}

// gather reads a stream to its end.
func gather[T any](found iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for row, err := range found {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}
