package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
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
	var sources iter.Seq2[identity.Source, error]
	if len(concerned) > 0 { // a query without customers is one of everybody
		sources = store.RecordsOf(files.All(ctx, store.FileQuery{Customers: concerned}))
	}
	events, err := store.FileOf[identity.MergeEvent](tx)
	if err != nil {
		return nil, err
	}
	return identity.Replay(registryOptions(), sources, store.RecordsOf(events.All(ctx, store.FileQuery{})))
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
		return settle(ctx, tx, registry, event)
	})
	return event, err
}

// settle brings aliases and customers to what the registry says after an event, in the order
// of its plan: an identifier has one owner at any moment.
func settle(ctx context.Context, tx store.Tx, registry *identity.Registry, event identity.MergeEvent) error {
	plan, err := registry.Plan(event.ID)
	if err != nil {
		return err
	}
	files, err := store.Files(tx)
	if err != nil {
		return err
	}
	for _, id := range plan.Remove {
		had, err := tx.Customers().Get(ctx, id)
		if err != nil {
			return err
		}
		if err := files.Past().Remove(ctx, id, had.Version(), event.RecordedAt); err != nil {
			return err
		}
	}
	for _, golden := range plan.Put {
		had, err := tx.Customers().Get(ctx, golden.Customer.ID()) // version 0 if there is none
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		next, err := golden.Stored(had.Version(), event.RecordedAt)
		if err != nil {
			return err
		}
		if _, err := tx.Customers().Put(ctx, next); err != nil {
			return err
		}
	}
	var aliases []store.Alias
	for _, a := range plan.Aliases {
		aliases = append(aliases, store.Alias(a))
	}
	return files.Aliases().Put(ctx, aliases...)
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
