package memory

import (
	"context"
	"iter"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

type transactions struct{ x *tx }

func (s transactions) Ingest(ctx context.Context, rows []customer.Transaction) (store.Ingestion[customer.Transaction], error) {
	if err := s.x.write(ctx); err != nil {
		return store.Ingestion[customer.Transaction]{}, err
	}
	r := &s.x.records
	return r.transactions.ingest(s.x.seed, rows, func(t customer.Transaction) {
		if t.Kind() == customer.Cost && !t.Of().IsZero() {
			r.costs = r.costs.put(s.x.seed, ofKey(t), t)
		}
	})
}

func (s transactions) Get(ctx context.Context, key customer.ExternalKey) (customer.Transaction, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Transaction{}, err
	}
	t, ok := s.x.records.transactions.byKey.get(externalKey(key))
	if !ok {
		return t, &store.NotFoundError{Tenant: s.x.tenant, Kind: "transaction", Key: key.String()}
	}
	return t, nil
}

func (s transactions) Page(ctx context.Context, q store.TransactionQuery, r store.PageRequest) (store.Page[customer.Transaction], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[customer.Transaction]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[customer.Transaction]{}, err
	}
	return page(s.x, s.x.records.transactions, s.chosen(q), r)
}

func (s transactions) All(ctx context.Context, q store.TransactionQuery) iter.Seq2[customer.Transaction, error] {
	return stream(ctx, s.x, q.Validate(), func(visit func(customer.Transaction) bool) {
		s.x.records.transactions.after(s.chosen(q), nil, visit)
	})
}

func (transactions) chosen(q store.TransactionQuery) chosen {
	return chosen{customer: q.Customer, period: q.Period, listing: q.Listing()}
}

func (s transactions) Purchases(ctx context.Context, q store.PurchaseQuery) iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		snapshot := s.x.records
		chosen := store.TransactionQuery{Period: q.Period}
		for t, err := range stream(ctx, s.x, q.Validate(), func(visit func(customer.Transaction) bool) {
			snapshot.transactions.after(s.chosen(chosen), nil, visit)
		}) {
			if err != nil {
				yield(scoring.Purchase{}, err)
				return
			}
			if t.Kind() == customer.Cost ||
				q.SkipInternal && snapshot.internal(t) ||
				q.SkipOtherCurrencies && t.Amount().Currency() != q.Currency {
				continue
			}
			p, err := snapshot.purchase(q, t)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func (r *records) internal(t customer.Transaction) bool {
	c, ok := r.customers.get(string(t.Customer()))
	return ok && c.HasRole(customer.Internal, t.At())
}

// purchase returns the row of a sale or a return with its costs.
func (r *records) purchase(q store.PurchaseQuery, t customer.Transaction) (scoring.Purchase, error) {
	amount, err := q.Count(t.Key(), t.Amount())
	if err != nil {
		return scoring.Purchase{}, err
	}
	cost, err := r.costOf(q, t.Key())
	if err != nil {
		return scoring.Purchase{}, err
	}
	return scoring.Purchase{Customer: t.Customer(), At: t.At(), Amount: amount, Cost: cost}, nil
}

func (r *records) costOf(q store.PurchaseQuery, sale customer.ExternalKey) (sum int64, err error) {
	prefix := externalKey(sale)
	r.costs.from(prefix, func(key string, t customer.Transaction) bool {
		if !strings.HasPrefix(key, prefix) {
			return false
		}
		if q.SkipOtherCurrencies && t.Amount().Currency() != q.Currency {
			return true
		}
		var cost int64
		if cost, err = q.Count(t.Key(), t.Amount()); err == nil {
			sum, err = q.AddCost(sale, sum, cost)
		}
		return err == nil
	})
	return sum, err
}
