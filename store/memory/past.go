package memory

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// formerly is a state of a customer that has ended.
type formerly struct {
	customer customer.Customer
	until    int64
}

func (f formerly) stoodAt(at int64) bool {
	return f.customer.RecordedAt().UnixNano() <= at && at < f.until
}

type past struct{ x *tx }

func (s past) AsOf(ctx context.Context, id rapport.ID, at time.Time) (customer.Customer, error) {
	if err := s.x.read(ctx); err != nil {
		return customer.Customer{}, err
	}
	instant := store.AsOfNanos(at)
	for _, state := range s.states(id) {
		if state.stoodAt(instant) {
			return state.customer, nil
		}
	}
	return customer.Customer{}, customers(s).missing(id)
}

func (s past) All(ctx context.Context, at time.Time) iter.Seq2[customer.Customer, error] {
	instant := store.AsOfNanos(at)
	return stream(ctx, s.x, nil, func(visit func(customer.Customer) bool) {
		r := s.x.records
		var all []customer.Customer
		r.customers.from("", func(_ string, c customer.Customer) bool {
			if (formerly{c, store.NoEnd}).stoodAt(instant) {
				all = append(all, c)
			}
			return true
		})
		r.past.from("", func(_ string, state formerly) bool {
			if state.stoodAt(instant) {
				all = append(all, state.customer)
			}
			return true
		})
		slices.SortFunc(all, func(a, b customer.Customer) int { return cmp.Compare(a.ID(), b.ID()) })
		for _, c := range all {
			if !visit(c) {
				return
			}
		}
	})
}

func (s past) History(ctx context.Context, id rapport.ID) iter.Seq2[store.Stored[customer.Customer], error] {
	return stream(ctx, s.x, nil, func(visit func(store.Stored[customer.Customer]) bool) {
		for _, state := range s.states(id) {
			stored := store.Stored[customer.Customer]{Record: state.customer, Version: state.customer.Version()}
			if state.until != store.NoEnd {
				stored.Until = time.Unix(0, state.until).UTC()
			}
			if !visit(stored) {
				return
			}
		}
	})
}

// states returns what the customer was and is, in the order of versions.
func (s past) states(id rapport.ID) []formerly {
	all := s.x.records.formerly(id)
	if c, ok := s.x.records.customers.get(string(id)); ok {
		all = append(all, formerly{c, store.NoEnd})
	}
	return all
}

// formerly returns what the customer was, in the order of versions.
func (r *records) formerly(id rapport.ID) (all []formerly) {
	r.past.from(entryKey(id, math.MinInt64), func(_ string, state formerly) bool {
		if state.customer.ID() != id {
			return false
		}
		all = append(all, state)
		return true
	})
	return all
}

// removed returns the version and the end of the last state of a customer that has ended,
// 0 if there is none.
func (r *records) removed(id rapport.ID) (version, until int64) {
	state, ok := r.past.last(entryKey(id, math.MaxInt64))
	if !ok || state.customer.ID() != id {
		return 0, 0
	}
	return state.customer.Version(), state.until
}

func (s past) Remove(ctx context.Context, id rapport.ID, version int64, at time.Time) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	end, err := store.RecordNanos(at)
	if err != nil {
		return err
	}
	old, err := customers(s).take(id, version, end)
	if err != nil {
		return err
	}
	s.x.former(old, end)
	return nil
}

// former keeps a state of a customer that has ended.
func (x *tx) former(c customer.Customer, until int64) {
	x.records.past = x.records.past.put(x.seed, entryKey(c.ID(), c.Version()), formerly{c, until})
}

// forget drops what a customer was.
func (x *tx) forget(id rapport.ID) (states int) {
	for _, state := range x.records.formerly(id) {
		x.records.past = x.records.past.remove(entryKey(id, state.customer.Version()))
		states++
	}
	return states
}
