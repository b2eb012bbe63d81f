package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/store"
)

// undoing is what came of an unmerge, and whether all is as it was.
type undoing struct {
	Event      identity.MergeEvent
	Undecided  []identity.Assignment // children that came after the merge, and where they go
	Sources    int                   // source records that were compared
	SameBytes  int                   // of these, the same byte for byte
	SameGolden int                   // of the ids, whose golden record is the source's, byte for byte
	SameStored int                   // of the ids, whose stored customer is the source's but for version and record time
	Resolve    int                   // of the ids, that stand for themselves again
	Children   int                   // purchases, contacts and the like of the ids
	Own        int                   // of these, that are at their own id
	IDs        int
}

// whole reports whether everything is as if the merge had never been.
func (u *undoing) whole() bool {
	return u.SameBytes == u.Sources && u.SameGolden == u.IDs && u.SameStored == u.IDs && u.Resolve == u.IDs && u.Own == u.Children
}

// sourceBytes returns the source records of all customers as they are stored.
func (b *book) sourceBytes(ctx context.Context) (map[rapport.ID]string, error) {
	kept := make(map[rapport.ID]string)
	err := b.tenant.View(ctx, func(tx store.Tx) error {
		files, err := store.Files(tx)
		if err != nil {
			return err
		}
		for row, err := range files.Files().All(ctx, store.FileQuery{Kind: identity.FileSource}) {
			if err != nil {
				return err
			}
			kept[row.ID] = row.Doc
		}
		return nil
	})
	return kept, err
}

// unmerge takes a merge back and compares everything with what was before: the source
// records with their bytes, and each dependant with the id that its branch knows.
func (b *book) unmerge(ctx context.Context, merge identity.MergeEvent, before map[rapport.ID]string, list []activity, at time.Time) (*undoing, error) {
	u := &undoing{Sources: len(before)}
	var children []identity.Dependant
	var ids []rapport.ID
	for _, m := range merge.Members {
		ids = append(ids, m.ID)
	}
	for _, a := range list {
		if slices.Contains(ids, a.customer) {
			children = append(children, identity.Dependant{Child: a.child, Customer: a.customer, RecordedAt: recordedAt(a.at)})
		}
	}
	var err error
	u.Event, err = b.change(ctx, ids, "maud.finch", "the customer asked for it", at, func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
		// What came after the merge under the id that stood for all goes back to that id. A
		// clerk who knows better changes To; here all is where it belongs.
		undecided, err := r.Undecided(merge.ID, children)
		if err != nil {
			return identity.MergeEvent{}, err
		}
		u.Undecided = undecided
		return r.Unmerge(act, merge.ID, undecided...)
	})
	if err != nil {
		return nil, err
	}
	after, err := b.sourceBytes(ctx)
	if err != nil {
		return nil, err
	}
	for id, doc := range before {
		if after[id] == doc {
			u.SameBytes++
		}
	}
	return u, b.tenant.View(ctx, func(tx store.Tx) error { return u.compare(ctx, tx, ids, children) })
}

// compare looks at each id, and at each child.
func (u *undoing) compare(ctx context.Context, tx store.Tx, ids []rapport.ID, children []identity.Dependant) error {
	registry, err := readRegistry(ctx, tx, ids...)
	if err != nil {
		return err
	}
	u.IDs = len(ids)
	for _, id := range ids {
		identities, err := store.Identities(ctx, tx, id)
		if err != nil {
			return err
		}
		if slices.Equal(identities, []rapport.ID{id}) && registry.Resolve(id) == id {
			u.Resolve++
		}
		sources := registry.Sources(id)
		if len(sources) != 1 {
			return fmt.Errorf("%s has %d source records, want 1", id, len(sources))
		}
		golden, err := registry.Golden(id)
		if err != nil {
			return err
		}
		if same, err := equalBytes(golden.Customer, sources[0].Record); err != nil {
			return err
		} else if same {
			u.SameGolden++
		}
		stored, err := tx.Customers().Get(ctx, id)
		if err != nil {
			return err
		}
		draft := stored.Draft()
		draft.RecordedAt = sources[0].Record.RecordedAt()
		bare, err := customer.New(draft)
		if err != nil {
			return err
		}
		if same, err := equalBytes(bare, sources[0].Record); err != nil {
			return err
		} else if same {
			u.SameStored++
		}
	}
	return u.compareChildren(ctx, tx, registry, ids, children)
}

// compareChildren reads what the store has of each id by itself, and counts the children
// that are there, and that the registry gives to nobody else.
func (u *undoing) compareChildren(ctx context.Context, tx store.Tx, registry *identity.Registry, ids []rapport.ID, children []identity.Dependant) error {
	type place struct {
		of  rapport.ID
		key customer.ExternalKey
	}
	found := make(map[place]bool)
	for _, id := range ids {
		events, err := timeline(ctx, tx, []rapport.ID{id}, unmerged())
		if err != nil {
			return err
		}
		for _, e := range events {
			found[place{id, e.Key}] = true
		}
	}
	u.Children = len(children)
	for _, c := range children {
		key := customer.ExternalKey{System: c.System, ID: string(c.ID)}
		if found[place{c.Customer, key}] && registry.Owner(c.Child, c.Customer) == c.Customer {
			u.Own++
		}
	}
	return nil
}

func equalBytes(a, b customer.Customer) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
