package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/store"
)

// registryOptions are the guards against merging too much, and who is believed first.
func registryOptions() *identity.RegistryOptions {
	options := &identity.RegistryOptions{MaxMembers: 10, Rules: &identity.Survivorship{}}
	for _, b := range branches() {
		options.Rules.Trust = append(options.Rules.Trust, b.name)
	}
	return options
}

// readRegistry rebuilds the registry from what is stored: all events, which are short, and
// the source records of the customers that these ids belong to, up to
// [store.MaxQueryCustomers]. To do so inside the transaction that will change it is the
// simplest way to never be ahead of the store: if the transaction fails, the registry goes
// with it.
func readRegistry(ctx context.Context, tx store.Tx, ids ...rapport.ID) (*identity.Registry, error) {
	var concerned []rapport.ID
	for _, id := range ids {
		all, err := store.Identities(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		concerned = append(concerned, all...)
	}
	files, err := store.FileOf[identity.Source](tx)
	if err != nil {
		return nil, err
	}
	var sources []identity.Source
	if len(concerned) > 0 { // a query without customers is one of everybody
		if sources, err = records(files.All(ctx, store.FileQuery{Customers: concerned})); err != nil {
			return nil, err
		}
	}
	events, err := store.FileOf[identity.MergeEvent](tx)
	if err != nil {
		return nil, err
	}
	log, err := records(events.All(ctx, store.FileQuery{}))
	if err != nil {
		return nil, err
	}
	// Listed by event time; the log is in the order of writing.
	slices.SortFunc(log, func(a, b identity.MergeEvent) int {
		return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.ID, b.ID))
	})
	return identity.Replay(registryOptions(), stream(sources), stream(log))
}

// change lets do decide on the registry and stores what follows, in one transaction: the
// event, the aliases, and the golden record of everybody concerned. All of it is kept or
// nothing. The ids are those that it is about.
func (b *book) change(ctx context.Context, ids []rapport.ID, actor, reason string, at time.Time, do func(*identity.Registry, identity.Act) (identity.MergeEvent, error)) (identity.MergeEvent, error) {
	var event identity.MergeEvent
	err := b.tenant.Update(ctx, func(tx store.Tx) error {
		registry, err := readRegistry(ctx, tx, ids...)
		if err != nil {
			return err
		}
		id := rapport.ID(fmt.Sprintf("event-%03d", len(registry.Events())+1))
		if event, err = do(registry, identity.Act{ID: id, Actor: actor, Reason: reason, At: at, RecordedAt: at}); err != nil {
			return err
		}
		log, err := store.FileOf[identity.MergeEvent](tx)
		if err != nil {
			return err
		}
		if _, err := log.Append(ctx, event); err != nil {
			return err
		}
		return settle(ctx, tx, registry, event, at)
	})
	return event, err
}

// settle brings aliases and customers to what the registry says after an event.
func settle(ctx context.Context, tx store.Tx, registry *identity.Registry, event identity.MergeEvent, at time.Time) error {
	if len(event.Moves) == 0 {
		return nil // two ids that are to stay apart: nobody changes
	}
	files, err := store.Files(tx)
	if err != nil {
		return err
	}
	concerned := []rapport.ID{event.Survivor}
	var aliases []store.Alias
	for _, m := range event.Moves {
		concerned = append(concerned, m.ID, m.From, m.To)
		aliases = append(aliases, store.Alias{Old: m.ID, Current: m.To})
	}
	if err := files.Aliases().Put(ctx, aliases...); err != nil {
		return err
	}
	slices.Sort(concerned)
	concerned = slices.Compact(concerned)
	// An identifier has one owner at any moment. So those who are no customer any more go
	// first, then those who are there already give up what is not theirs, then come those
	// who were not there.
	stored := make(map[rapport.ID]int64)
	for _, id := range concerned {
		had, err := tx.Customers().Get(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		stored[id] = had.Version()
		if registry.Resolve(id) != id {
			if err := files.Past().Remove(ctx, id, had.Version(), at); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(concerned, func(a, b rapport.ID) int { return -cmp.Compare(min(stored[a], 1), min(stored[b], 1)) })
	for _, id := range concerned {
		if registry.Resolve(id) == id {
			if err := putGolden(ctx, tx, registry, id, stored[id], at); err != nil {
				return err
			}
		}
	}
	return nil
}

// putGolden stores the golden record of a customer over the version that is stored.
func putGolden(ctx context.Context, tx store.Tx, registry *identity.Registry, id rapport.ID, version int64, at time.Time) error {
	golden, err := registry.Golden(id)
	if err != nil {
		return err
	}
	draft := golden.Customer.Draft()
	draft.RecordedAt = at
	next, err := customer.New(draft)
	if version > 0 {
		next, err = customer.Restore(draft, version)
	}
	if err != nil {
		return err
	}
	_, err = tx.Customers().Put(ctx, next)
	return err
}

// mergeAll records what was decided and merges the clusters. Each is a transaction of its
// own, so one that a guard refuses leaves the others alone and is reported.
func (b *book) mergeAll(ctx context.Context, m *matching) (events []identity.MergeEvent, refused []*identity.RefusedError, err error) {
	note := func(event identity.MergeEvent, err error) error {
		if no, ok := errors.AsType[*identity.RefusedError](err); ok {
			refused = append(refused, no)
			return nil
		}
		if err == nil {
			events = append(events, event)
		}
		return err
	}
	for _, d := range m.decided {
		if d.verdict != different {
			continue // merged with its cluster
		}
		if err := note(b.change(ctx, []rapport.ID{d.left, d.right}, d.by, d.reason, merged(), func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
			return r.Never(act, d.left, d.right)
		})); err != nil {
			return nil, nil, err
		}
	}
	for _, ids := range m.Clusters {
		if err := note(b.change(ctx, ids, "customer360", "matched", merged(), func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
			return r.Merge(act, ids...)
		})); err != nil {
			return nil, nil, err
		}
	}
	return events, refused, nil
}

// stream yields a list, which has no errors.
func stream[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, record := range list {
			if !yield(record, nil) {
				return
			}
		}
	}
}

// records collects the records of a stream.
func records[T customer.Filed](rows iter.Seq2[store.Stored[T], error]) ([]T, error) {
	var all []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, row.Record)
	}
	return all, nil
}
