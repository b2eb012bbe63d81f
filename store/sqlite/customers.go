package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type customers struct{ x *tx }

func (s customers) Get(ctx context.Context, id rapport.ID) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	c, err := s.stored(ctx, id)
	if err == nil && c.IsZero() {
		err = s.missing(id)
	}
	return c, err
}

// stored returns the customer, the zero value if there is none.
func (s customers) stored(ctx context.Context, id rapport.ID) (customer.Customer, error) {
	return s.find(ctx, customerGet, string(s.x.tenant), string(id))
}

func (s customers) find(ctx context.Context, query statement, args ...any) (customer.Customer, error) {
	var version int64
	var doc string
	found, err := s.x.one(ctx, query, args, &version, &doc)
	if err != nil || !found {
		return customer.Customer{}, err
	}
	return unmarshalCustomer(version, doc)
}

func (s customers) missing(id rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "customer", Key: string(id)}
}

func (s customers) Find(ctx context.Context, i customer.Identifier) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	key := i.Key()
	c, err := s.find(ctx, customerFind, string(s.x.tenant), key.System, key.Type, key.Value)
	if err == nil && c.IsZero() {
		err = &store.NotFoundError{Tenant: s.x.tenant, Kind: "identifier", Key: i.System + "/" + i.Type + "/" + i.Value}
	}
	return c, err
}

func (s customers) Put(ctx context.Context, c customer.Customer) (customer.Customer, error) {
	if err := s.x.write(ctx); err != nil {
		return customer.Customer{}, err
	}
	old, err := s.stored(ctx, c.ID())
	if err != nil {
		return customer.Customer{}, err
	}
	next, err := s.succeed(ctx, c, old)
	if err != nil {
		return customer.Customer{}, err
	}
	lost, gained, err := s.identifiers(ctx, old, next)
	if err != nil {
		return customer.Customer{}, err
	}
	doc, err := marshalCustomer(next)
	if err != nil {
		return customer.Customer{}, err
	}
	write := customerUpdate
	if old.IsZero() {
		write = customerInsert
	} else if err := s.former(ctx, old, next.RecordedAt().UnixNano()); err != nil {
		return customer.Customer{}, err
	}
	if _, err := s.x.exec(ctx, write, string(s.x.tenant), string(next.ID()), next.Version(), int64(next.Kind()),
		everInternal(next), doc); err != nil {
		return customer.Customer{}, err
	}
	if err := s.forget(ctx, lost); err != nil {
		return customer.Customer{}, err
	}
	for _, i := range gained {
		if _, err := s.x.exec(ctx, identifierInsert, string(s.x.tenant), i.System, i.Type, i.Value, string(next.ID())); err != nil {
			return customer.Customer{}, err
		}
	}
	return next, s.x.tell(ctx, store.KindCustomer, next.ID(), next.Version(), store.Written)
}

// succeed returns the customer as it is to be written.
func (s customers) succeed(ctx context.Context, c, old customer.Customer) (customer.Customer, error) {
	var last, ended int64
	if old.IsZero() {
		if _, err := s.x.one(ctx, pastLast, []any{string(s.x.tenant), string(c.ID())}, &last, &ended); err != nil {
			return customer.Customer{}, err
		}
	}
	return store.SucceedCustomer(c, old, last, ended)
}

// former keeps the stored state of a customer among those that were.
func (s customers) former(ctx context.Context, c customer.Customer, until int64) error {
	_, err := s.x.exec(ctx, pastInsert, string(s.x.tenant), string(c.ID()), c.RecordedAt().UnixNano(), until)
	return err
}

// identifiers returns the keys that the next state loses and gains, or who owns one that
// it wants.
func (s customers) identifiers(ctx context.Context, old, next customer.Customer) (lost, gained []customer.Identifier, err error) {
	before, after := keysOf(old), keysOf(next)
	for i, key := range after {
		if slices.Contains(before, key) {
			continue
		}
		var owner string
		taken, err := s.x.one(ctx, identifierOwner, []any{string(s.x.tenant), key.System, key.Type, key.Value}, &owner)
		if err != nil {
			return nil, nil, err
		}
		if taken {
			return nil, nil, &store.IdentifierTakenError{Identifier: next.Identifiers()[i], Owner: rapport.ID(owner), Claimant: next.ID()}
		}
		gained = append(gained, key)
	}
	for _, key := range before {
		if !slices.Contains(after, key) {
			lost = append(lost, key)
		}
	}
	return lost, gained, nil
}

// keysOf returns what of the identifiers is unique.
func keysOf(c customer.Customer) []customer.Identifier {
	all := c.Identifiers()
	for i := range all {
		all[i] = all[i].Key()
	}
	return all
}

// forget frees keys of identifiers.
func (s customers) forget(ctx context.Context, keys []customer.Identifier) error {
	for _, key := range keys {
		if _, err := s.x.exec(ctx, identifierDelete, string(s.x.tenant), key.System, key.Type, key.Value); err != nil {
			return err
		}
	}
	return nil
}

// everInternal is the column by which the internal parties are found.
func everInternal(c customer.Customer) int64 {
	if slices.ContainsFunc(c.Roles(), func(r customer.Role) bool { return r.Type == customer.Internal }) {
		return 1
	}
	return 0
}

func (s customers) Delete(ctx context.Context, id rapport.ID, version int64) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	if err := s.end(ctx, id, version, store.NoEnd); err != nil {
		return err
	}
	_, err := s.x.exec(ctx, pastDelete, string(s.x.tenant), string(id))
	return err
}

// end removes the customer if version is the stored one, at an instant of record time at
// which it becomes one that was, or at NoEnd without that.
func (s customers) end(ctx context.Context, id rapport.ID, version, at int64) error {
	old, err := s.stored(ctx, id)
	if err == nil && old.IsZero() {
		err = s.missing(id)
	}
	if err == nil {
		err = store.EndCustomer(old, version, at)
	}
	if err == nil && at != store.NoEnd {
		err = s.former(ctx, old, at)
	}
	if err == nil {
		err = s.drop(ctx, old)
	}
	if err == nil {
		err = s.x.tell(ctx, store.KindCustomer, id, version, store.Removed)
	}
	return err
}

// drop removes the row of a customer and frees its identifiers.
func (s customers) drop(ctx context.Context, old customer.Customer) error {
	if _, err := s.x.exec(ctx, customerDelete, string(s.x.tenant), string(old.ID())); err != nil {
		return err
	}
	return s.forget(ctx, keysOf(old))
}

func (s customers) Page(ctx context.Context, q store.CustomerQuery, r store.PageRequest) (store.Page[customer.Customer], error) {
	var page store.Page[customer.Customer]
	if err := s.x.read(ctx); err != nil {
		return page, err
	}
	if err := q.Validate(); err != nil {
		return page, err
	}
	limit, err := r.Rows()
	if err != nil {
		return page, err
	}
	after := ""
	if r.After != "" {
		key, err := r.After.Key(s.x.tenant, q.Listing(), 1)
		if err != nil {
			return page, err
		}
		after = key[0]
	}
	return collect(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, customerPage, string(s.x.tenant), after, int64(q.Kind), limit+1)
	}, scanCustomer), limit, func(c customer.Customer) store.Token {
		return store.NewToken(s.x.tenant, q.Listing(), string(c.ID()))
	})
}

func (s customers) All(ctx context.Context, q store.CustomerQuery) iter.Seq2[customer.Customer, error] {
	if err := q.Validate(); err != nil {
		return refuse[customer.Customer](err)
	}
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, customerPage.text(), string(s.x.tenant), "", int64(q.Kind), noLimit)
	}, scanCustomer)
}

func scanCustomer(row scanner) (customer.Customer, error) {
	var version int64
	var doc string
	if err := row.Scan(&version, &doc); err != nil {
		return customer.Customer{}, corrupt("customer", err)
	}
	return unmarshalCustomer(version, doc)
}

// collect makes a page of a query that asked for one row more than the limit.
func collect[T any](found iter.Seq2[T, error], limit int, token func(last T) store.Token) (store.Page[T], error) {
	var page store.Page[T]
	for row, err := range found {
		if err != nil {
			return store.Page[T]{}, err
		}
		if len(page.Items) == limit {
			page.Next = token(page.Items[limit-1])
			break
		}
		page.Items = append(page.Items, row)
	}
	return page, nil
}

// refuse is the stream of a query that cannot be asked.
func refuse[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}
