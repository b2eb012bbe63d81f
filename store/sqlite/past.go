package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type past struct{ x *tx }

func (s past) AsOf(ctx context.Context, id rapport.ID, at time.Time) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	instant := store.AsOfNanos(at)
	c, err := customers(s).stored(ctx, id)
	if err == nil && (c.IsZero() || c.RecordedAt().UnixNano() > instant) {
		c, err = customers(s).find(ctx, pastAsOf, string(s.x.tenant), string(id), instant)
	}
	if err == nil && c.IsZero() {
		err = customers(s).missing(id)
	}
	return c, err
}

func (s past) All(ctx context.Context, at time.Time) iter.Seq2[customer.Customer, error] {
	instant := store.AsOfNanos(at)
	return func(yield func(customer.Customer, error) bool) {
		for c, err := range rows(ctx, s.x, func() (*sql.Rows, error) {
			return s.x.executor.QueryContext(ctx, "SELECT version, doc, id FROM rapport_customers WHERE tenant = ?1"+
				" UNION ALL SELECT version, doc, id FROM rapport_customers_past"+
				" WHERE tenant = ?1 AND recorded_at <= ?2 AND until > ?2 ORDER BY id", string(s.x.tenant), instant)
		}, scanPast) {
			// The record time of the current one is in its document only.
			if err == nil && c.RecordedAt().UnixNano() > instant {
				continue
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func scanPast(row scanner) (customer.Customer, error) {
	var version int64
	var doc, id string
	if err := row.Scan(&version, &doc, &id); err != nil {
		return customer.Customer{}, corrupt("customer", err)
	}
	return unmarshalCustomer(version, doc)
}

func (s past) History(ctx context.Context, id rapport.ID) iter.Seq2[store.Stored[customer.Customer], error] {
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		const of = " WHERE tenant = ?1 AND id = ?2"
		return s.x.executor.QueryContext(ctx, "SELECT version, until, doc FROM rapport_customers_past"+of+
			" UNION ALL SELECT version, NULL, doc FROM rapport_customers"+of+" ORDER BY version", string(s.x.tenant), string(id))
	}, func(row scanner) (stored store.Stored[customer.Customer], err error) {
		var until *int64
		var doc string
		if err := row.Scan(&stored.Version, &until, &doc); err != nil {
			return stored, corrupt("customer", err)
		}
		if until != nil {
			stored.Until = instant(*until)
		}
		stored.Record, err = unmarshalCustomer(stored.Version, doc)
		return stored, err
	})
}

func (s past) Remove(ctx context.Context, id rapport.ID, version int64, at time.Time) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	end, err := store.RecordNanos(at)
	if err != nil {
		return err
	}
	return customers(s).end(ctx, id, version, end)
}
