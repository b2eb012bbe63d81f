package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type transactions struct{ x *tx }

func (s transactions) ledger() ledger[customer.Transaction] {
	return ledger[customer.Transaction]{
		x: s.x, insert: transactionInsert, get: transactionGet, page: transactionPage, kind: "transaction",
		scan: scanTransaction,
		zero: func(row *customer.Transaction) bool { return row.IsZero() },
		bind: func(args []any, row *customer.Transaction) {
			d := row.Draft()
			currency := d.Amount.Currency()
			args[0], args[1], args[2] = d.Key.System, d.Key.ID, int64(d.Kind)
			args[3], args[4], args[5] = string(d.Customer), d.At.UnixNano(), d.RecordedAt.UnixNano()
			args[6] = int64(currency)
			args[7], args[8] = amountColumns(d.Amount.Amount(), currency.Digits())
			args[9], args[10], args[11] = d.Product, string(d.Channel), d.Branch
			args[12], args[13], args[14], args[15] = d.Order, d.Line, d.Of.System, d.Of.ID
			args[16], args[17] = d.Imported.Batch, string(d.Imported.Grade)
		},
	}
}

func (s transactions) Ingest(ctx context.Context, batch []customer.Transaction) (store.Ingestion[customer.Transaction], error) {
	return s.ledger().ingest(ctx, batch, 18)
}

func (s transactions) Get(ctx context.Context, key customer.ExternalKey) (customer.Transaction, error) {
	return s.ledger().one(ctx, key)
}

func (s transactions) Page(ctx context.Context, q store.TransactionQuery, r store.PageRequest) (store.Page[customer.Transaction], error) {
	return s.ledger().list(ctx, s.chosen(q), r)
}

func (s transactions) All(ctx context.Context, q store.TransactionQuery) iter.Seq2[customer.Transaction, error] {
	return s.ledger().all(ctx, s.chosen(q))
}

func (transactions) chosen(q store.TransactionQuery) chosen {
	return chosen{customer: q.Customer, period: q.Period, listing: q.Listing(), invalid: q.Validate()}
}

func scanTransaction(row scanner) (customer.Transaction, error) {
	var d customer.TransactionDraft
	var kind, at, recordedAt, currency int64
	var minor *int64
	var exact *string
	if err := row.Scan(&d.Key.System, &d.Key.ID, &kind, (*string)(&d.Customer), &at, &recordedAt, &currency, &minor, &exact,
		&d.Product, (*string)(&d.Channel), &d.Branch, &d.Order, &d.Line, &d.Of.System, &d.Of.ID,
		&d.Imported.Batch, (*string)(&d.Imported.Grade)); err != nil {
		return customer.Transaction{}, err
	}
	amount, err := moneyOf(currency, minor, exact)
	if err != nil {
		return customer.Transaction{}, err
	}
	d.Kind, d.At, d.RecordedAt, d.Amount = customer.TransactionKind(kind), instant(at), instant(recordedAt), amount
	t, err := customer.NewTransaction(d)
	return t, corrupt("transaction", err)
}

// instant is the way back from nanoseconds.
func instant(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }
