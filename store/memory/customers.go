package memory

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type customers struct{ x *tx }

func (s customers) Get(ctx context.Context, id rapport.ID) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	c, ok := s.x.records.customers.get(string(id))
	if !ok {
		return customer.Customer{}, s.missing(id)
	}
	return c, nil
}

func (s customers) missing(id rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "customer", Key: string(id)}
}

func (s customers) Find(ctx context.Context, identifier customer.Identifier) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	owner, ok := s.x.records.identifiers.get(identifierKey(identifier))
	if !ok {
		return customer.Customer{}, &store.NotFoundError{Tenant: s.x.tenant, Kind: "identifier",
			Key: identifier.System + "/" + identifier.Type + "/" + identifier.Value}
	}
	return s.Get(ctx, owner)
}

func (s customers) Put(ctx context.Context, c customer.Customer) (customer.Customer, error) {
	if err := s.x.write(ctx); err != nil {
		return customer.Customer{}, err
	}
	r := &s.x.records
	old, _ := r.customers.get(string(c.ID()))
	last, ended := r.removed(c.ID())
	next, err := store.SucceedCustomer(c, old, last, ended)
	if err != nil {
		return customer.Customer{}, err
	}
	for _, identifier := range next.Identifiers() {
		if owner, taken := r.identifiers.get(identifierKey(identifier)); taken && owner != c.ID() {
			return customer.Customer{}, &store.IdentifierTakenError{Identifier: identifier, Owner: owner, Claimant: c.ID()}
		}
	}
	if !old.IsZero() {
		r.disown(old)
		s.x.former(old, next.RecordedAt().UnixNano())
	}
	for _, identifier := range next.Identifiers() {
		r.identifiers = r.identifiers.put(s.x.seed, identifierKey(identifier), next.ID())
	}
	r.customers = r.customers.put(s.x.seed, string(next.ID()), next)
	s.x.tell(store.KindCustomer, next.ID(), next.Version(), store.Written)
	return next, nil
}

func (s customers) Delete(ctx context.Context, id rapport.ID, version int64) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	if _, err := s.take(id, version, store.NoEnd); err != nil {
		return err
	}
	s.x.forget(id)
	return nil
}

// take removes the customer at an instant of record time, if version is the stored one,
// and returns it.
func (s customers) take(id rapport.ID, version, at int64) (customer.Customer, error) {
	r := &s.x.records
	old, ok := r.customers.get(string(id))
	if !ok {
		return old, s.missing(id)
	}
	if err := store.EndCustomer(old, version, at); err != nil {
		return old, err
	}
	r.disown(old)
	r.customers = r.customers.remove(string(id))
	s.x.tell(store.KindCustomer, id, version, store.Removed)
	return old, nil
}

// disown frees the identifiers of a customer.
func (r *records) disown(c customer.Customer) {
	for _, identifier := range c.Identifiers() {
		r.identifiers = r.identifiers.remove(identifierKey(identifier))
	}
}

func (s customers) Page(ctx context.Context, q store.CustomerQuery, r store.PageRequest) (store.Page[customer.Customer], error) {
	var out store.Page[customer.Customer]
	if err := s.x.read(ctx); err != nil {
		return out, err
	}
	if err := q.Validate(); err != nil {
		return out, err
	}
	limit, err := r.Rows()
	if err != nil {
		return out, err
	}
	after := ""
	if r.After != "" {
		key, err := r.After.Key(s.x.tenant, q.Listing(), 1)
		if err != nil {
			return out, err
		}
		after = key[0]
	}
	s.after(q, after, func(c customer.Customer) bool {
		if len(out.Items) == limit {
			out.Next = store.NewToken(s.x.tenant, q.Listing(), string(out.Items[limit-1].ID()))
			return false
		}
		out.Items = append(out.Items, c)
		return true
	})
	return out, nil
}

func (s customers) All(ctx context.Context, q store.CustomerQuery) iter.Seq2[customer.Customer, error] {
	return stream(ctx, s.x, q.Validate(), func(visit func(customer.Customer) bool) {
		s.after(q, "", visit)
	})
}

// after visits the chosen customers with an id above the given one.
func (s customers) after(q store.CustomerQuery, id string, visit func(customer.Customer) bool) {
	s.x.records.customers.from(id, func(key string, c customer.Customer) bool {
		if key == id || q.Kind != 0 && c.Kind() != q.Kind {
			return true
		}
		return visit(c)
	})
}
