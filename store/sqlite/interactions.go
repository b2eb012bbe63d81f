package sqlite

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type interactions struct{ x *tx }

func (s interactions) ledger() ledger[customer.Interaction] {
	return ledger[customer.Interaction]{
		x: s.x, insert: interactionInsert, get: interactionGet, page: interactionPage, kind: "interaction",
		scan: scanInteraction,
		zero: func(row *customer.Interaction) bool { return row.IsZero() },
		bind: func(args []any, row *customer.Interaction) {
			d := row.Draft()
			currency := d.Cost.Currency()
			args[0], args[1], args[2], args[3] = d.Key.System, d.Key.ID, string(d.Customer), string(d.Channel)
			args[4], args[5], args[6], args[7] = int64(d.Direction), d.At.UnixNano(), d.RecordedAt.UnixNano(), int64(d.Duration)
			args[8], args[9], args[10] = d.Topic, d.Outcome, int64(currency)
			args[11], args[12] = nil, nil
			if currency != 0 {
				args[11], args[12] = amountColumns(d.Cost.Amount(), currency.Digits())
			}
			args[13], args[14], args[15] = d.Agent, d.Imported.Batch, string(d.Imported.Grade)
		},
	}
}

func (s interactions) Ingest(ctx context.Context, batch []customer.Interaction) (store.Ingestion[customer.Interaction], error) {
	return s.ledger().ingest(ctx, batch, 16)
}

func (s interactions) Get(ctx context.Context, key customer.ExternalKey) (customer.Interaction, error) {
	return s.ledger().one(ctx, key)
}

func (s interactions) Page(ctx context.Context, q store.InteractionQuery, r store.PageRequest) (store.Page[customer.Interaction], error) {
	return s.ledger().list(ctx, s.chosen(q), r)
}

func (s interactions) All(ctx context.Context, q store.InteractionQuery) iter.Seq2[customer.Interaction, error] {
	return s.ledger().all(ctx, s.chosen(q))
}

func (interactions) chosen(q store.InteractionQuery) chosen {
	return chosen{customer: q.Customer, period: q.Period, listing: q.Listing(), invalid: q.Validate()}
}

func scanInteraction(row scanner) (customer.Interaction, error) {
	var d customer.InteractionDraft
	var direction, at, recordedAt, duration, currency int64
	var minor *int64
	var exact *string
	if err := row.Scan(&d.Key.System, &d.Key.ID, (*string)(&d.Customer), (*string)(&d.Channel), &direction, &at, &recordedAt, &duration,
		&d.Topic, &d.Outcome, &currency, &minor, &exact, &d.Agent,
		&d.Imported.Batch, (*string)(&d.Imported.Grade)); err != nil {
		return customer.Interaction{}, err
	}
	cost, err := moneyOf(currency, minor, exact)
	if err != nil {
		return customer.Interaction{}, err
	}
	d.Direction, d.At, d.RecordedAt = customer.Direction(direction), instant(at), instant(recordedAt)
	d.Duration, d.Cost = time.Duration(duration), cost
	i, err := customer.NewInteraction(d)
	return i, corrupt("interaction", err)
}
