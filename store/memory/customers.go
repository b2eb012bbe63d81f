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
	if c.IsZero() {
		return customer.Customer{}, &store.ArgumentError{Name: "customer", Reason: "is the zero value"}
	}
	r := &s.x.records
	old, _ := r.customers.get(string(c.ID()))
	if old.Version() != c.Version() {
		return customer.Customer{}, &store.VersionConflictError{Kind: store.KindCustomer, ID: c.ID(), Have: old.Version(), Want: c.Version()}
	}
	for _, identifier := range c.Identifiers() {
		if owner, taken := r.identifiers.get(identifierKey(identifier)); taken && owner != c.ID() {
			return customer.Customer{}, &store.IdentifierTakenError{Identifier: identifier, Owner: owner, Claimant: c.ID()}
		}
	}
	next, err := customer.Restore(c.Draft(), c.Version()+1)
	if err != nil {
		return customer.Customer{}, &store.ArgumentError{Name: "customer", Err: err}
	}
	for _, identifier := range old.Identifiers() {
		r.identifiers = r.identifiers.remove(identifierKey(identifier))
	}
	for _, identifier := range next.Identifiers() {
		r.identifiers = r.identifiers.put(s.x.seed, identifierKey(identifier), next.ID())
	}
	r.customers = r.customers.put(s.x.seed, string(next.ID()), next)
	return next, nil
}

func (s customers) Delete(ctx context.Context, id rapport.ID, version int64) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	r := &s.x.records
	old, ok := r.customers.get(string(id))
	if !ok {
		return s.missing(id)
	}
	if old.Version() != version {
		return &store.VersionConflictError{Kind: store.KindCustomer, ID: id, Have: old.Version(), Want: version}
	}
	for _, identifier := range old.Identifiers() {
		r.identifiers = r.identifiers.remove(identifierKey(identifier))
	}
	r.customers = r.customers.remove(string(id))
	return nil
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
