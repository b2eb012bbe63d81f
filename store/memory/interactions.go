package memory

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type interactions struct{ x *tx }

func (s interactions) Ingest(ctx context.Context, rows []customer.Interaction) (store.Ingestion[customer.Interaction], error) {
	if err := s.x.write(ctx); err != nil {
		return store.Ingestion[customer.Interaction]{}, err
	}
	return s.x.records.interactions.ingest(s.x.seed, rows, func(customer.Interaction) {})
}

func (s interactions) Get(ctx context.Context, key customer.ExternalKey) (customer.Interaction, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Interaction{}, err
	}
	i, ok := s.x.records.interactions.byKey.get(externalKey(key))
	if !ok {
		return i, &store.NotFoundError{Tenant: s.x.tenant, Kind: "interaction", Key: key.String()}
	}
	return i, nil
}

func (s interactions) Page(ctx context.Context, q store.InteractionQuery, r store.PageRequest) (store.Page[customer.Interaction], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[customer.Interaction]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[customer.Interaction]{}, err
	}
	return page(s.x, s.x.records.interactions, s.chosen(q), r)
}

func (s interactions) All(ctx context.Context, q store.InteractionQuery) iter.Seq2[customer.Interaction, error] {
	return stream(ctx, s.x, q.Validate(), func(visit func(customer.Interaction) bool) {
		s.x.records.interactions.after(s.chosen(q), nil, visit)
	})
}

func (interactions) chosen(q store.InteractionQuery) chosen {
	return chosen{customer: q.Customer, period: q.Period, listing: q.Listing()}
}
