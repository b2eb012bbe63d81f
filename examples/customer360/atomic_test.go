package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// books runs a test with each store.
func books(t *testing.T, test func(*testing.T, *book)) {
	for _, name := range []string{"memory", "sqlite"} {
		t.Run(name, func(t *testing.T) {
			path := ""
			if name == "sqlite" {
				path = filepath.Join(t.TempDir(), "tea.db")
			}
			b, err := openBook(t.Context(), path)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, b.close()) })
			test(t, b)
		})
	}
}

// imports reads the files of the story and stores them and what happened.
func imports(t *testing.T, b *book) (*matching, []activity) {
	t.Helper()
	standard, err := identity.NewStandardiser(&identity.StandardOptions{CallingCode: "44", DayFirst: true})
	require.NoError(t, err)
	inside, err := fs.Sub(invented, "testdata")
	require.NoError(t, err)
	files, err := readBranches(inside, standard)
	require.NoError(t, err)
	known := map[rapport.ID]bool{}
	for _, f := range files {
		for _, s := range f.Sources {
			known[s.ID] = true
		}
	}
	list, err := optional(inside, "activity.csv", known, readActivity)
	require.NoError(t, err)
	decisions, err := optional(inside, "decisions.csv", known, readDecisions)
	require.NoError(t, err)
	m, err := match(t.Context(), files, decisions, standard)
	require.NoError(t, err)
	require.NoError(t, b.keepSources(t.Context(), files))
	require.NoError(t, b.keepActivity(t.Context(), list))
	return m, list
}

// snapshot is all that is stored. Of customers the version and the record time are left
// out if bare is set: they say when something was written, and not what.
func snapshot(t *testing.T, b *book, bare bool) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, b.tenant.View(t.Context(), func(tx store.Tx) error {
		files, err := store.Files(tx)
		require.NoError(t, err)
		for c, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			require.NoError(t, err)
			if bare {
				draft := c.Draft()
				draft.RecordedAt = imported()
				c, err = customer.New(draft)
				require.NoError(t, err)
			}
			text, err := c.MarshalJSON()
			require.NoError(t, err)
			all["customer "+string(c.ID())] = string(text)
		}
		for row, err := range files.Files().All(t.Context(), store.FileQuery{}) {
			require.NoError(t, err)
			if !bare || row.Kind != identity.FileMergeEvent {
				all[string(row.Kind)+" "+string(row.ID)] = row.Doc
			}
		}
		for alias, err := range files.Aliases().All(t.Context()) {
			require.NoError(t, err)
			all["alias "+string(alias.Old)] = string(alias.Current)
		}
		for row, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.NoError(t, err)
			all["transaction "+row.Key().String()] = string(row.Customer())
		}
		pipelines, err := store.Pipelines(tx)
		require.NoError(t, err)
		for c, err := range pipelines.Cases().All(t.Context(), store.RecordQuery{}) {
			require.NoError(t, err)
			text, err := c.MarshalJSON()
			require.NoError(t, err)
			all["process "+string(c.ID)] = string(text)
		}
		return nil
	}))
	return all
}

// failing is a tenant whose customers fail at the nth write or removal of an Update.
type failing struct {
	store.Tenant
	at int
}

var errNth = errors.New("the disk went away")

func (f *failing) Update(ctx context.Context, fn func(store.Tx) error) error {
	return f.Tenant.Update(ctx, func(tx store.Tx) error {
		left := f.at
		return fn(failingTx{tx, &left})
	})
}

type failingTx struct {
	store.Tx
	left *int
}

func (tx failingTx) Unwrap() store.Tx           { return tx.Tx }
func (tx failingTx) Customers() store.Customers { return failingCustomers{tx.Tx.Customers(), tx.left} }

type failingCustomers struct {
	store.Customers
	left *int
}

func (c failingCustomers) Put(ctx context.Context, record customer.Customer) (customer.Customer, error) {
	if *c.left--; *c.left == 0 {
		return customer.Customer{}, errNth
	}
	return c.Customers.Put(ctx, record)
}

// whitfield are the ids of the customer of the story.
func whitfield() []rapport.ID { return []rapport.ID{"callcentre:C304", "shop:S104", "website:W204"} }

// A merge or an unmerge of which any step fails leaves nothing behind: no event, no alias,
// no customer half changed, and the next try succeeds.
func TestAllOrNothing(t *testing.T) {
	books(t, func(t *testing.T, b *book) {
		imports(t, b)
		merge := func(b *book) (identity.MergeEvent, error) {
			return b.change(t.Context(), whitfield(), "test", "", merged(), func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
				return r.Merge(act, whitfield()...)
			})
		}
		before := snapshot(t, b, false)
		_, err := merge(&book{tenant: &failing{b.tenant, 1}})
		require.ErrorIs(t, err, errNth)
		require.Empty(t, cmp.Diff(before, snapshot(t, b, false)))
		event, err := merge(b)
		require.NoError(t, err)

		before = snapshot(t, b, false)
		_, err = merge(b) // again: refused by the registry
		refused, ok := errors.AsType[*identity.RefusedError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, identity.AlreadyMerged, refused.Reason)
		require.Empty(t, cmp.Diff(before, snapshot(t, b, false)))

		for at := 1; at <= 3; at++ { // the survivor, and the two that come back
			broken := &book{tenant: &failing{b.tenant, at}}
			_, err := broken.unmerge(t.Context(), event, nil, nil, unmerged())
			require.ErrorIs(t, err, errNth)
			require.Empty(t, cmp.Diff(before, snapshot(t, b, false)), "write %d", at)
		}
		_, err = b.unmerge(t.Context(), event, nil, nil, unmerged())
		require.NoError(t, err)
	})
}

// Unmerging everything is the identity: all records are what they were, byte for byte, but
// for the log of what was done; and a second merge gives the same customers again.
func TestUnmergeIsTheIdentity(t *testing.T) {
	books(t, func(t *testing.T, b *book) {
		m, list := imports(t, b)
		m.Clusters = m.Clusters[:6] // a third of them, with the richest customer: the others are alike
		require.Contains(t, m.Clusters, whitfield())
		before, bytes := snapshot(t, b, true), sources(t, b)
		events, refused, err := b.mergeAll(t.Context(), m)
		require.NoError(t, err)
		require.Empty(t, refused)
		together := snapshot(t, b, true)
		require.NotEqual(t, before, together)
		for i, event := range events {
			if event.Type != identity.Merged {
				continue
			}
			u, err := b.unmerge(t.Context(), event, bytes, list, unmerged().Add(time.Duration(i)*time.Minute))
			require.NoError(t, err)
			require.True(t, u.whole(), "%+v", u)
		}
		require.Empty(t, cmp.Diff(before, snapshot(t, b, true)))

		for _, ids := range m.Clusters {
			_, err := b.change(t.Context(), ids, "test", "", unmerged().Add(time.Hour), func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
				return r.Merge(act, ids...)
			})
			require.NoError(t, err)
		}
		require.Empty(t, cmp.Diff(together, snapshot(t, b, true)))
	})
}

func sources(t *testing.T, b *book) map[rapport.ID]string {
	t.Helper()
	kept, err := b.sourceBytes(t.Context())
	require.NoError(t, err)
	return kept
}

// Father and son share name, address and telephone: the decision keeps them apart, also
// when somebody tries to merge them by hand, and over a third record.
func TestFatherAndSonStayApart(t *testing.T) {
	books(t, func(t *testing.T, b *book) {
		m, _ := imports(t, b)
		for _, ids := range m.Clusters {
			require.NotContains(t, ids, rapport.ID("website:W209"))
		}
		m.Clusters = slices.DeleteFunc(m.Clusters, func(ids []rapport.ID) bool { return !slices.Contains(ids, "callcentre:C309") })
		require.Equal(t, [][]rapport.ID{{"callcentre:C309", "shop:S109"}}, m.Clusters)
		_, _, err := b.mergeAll(t.Context(), m)
		require.NoError(t, err)
		_, err = b.change(t.Context(), []rapport.ID{"shop:S109", "website:W209"}, "test", "", unmerged(), func(r *identity.Registry, act identity.Act) (identity.MergeEvent, error) {
			return r.Merge(act, "shop:S109", "website:W209")
		})
		refused, ok := errors.AsType[*identity.RefusedError](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, identity.Constrained, refused.Reason)
	})
}

// A move of a case is in both records or in none.
func TestCaseMovesInBoth(t *testing.T) {
	books(t, func(t *testing.T, b *book) {
		imports(t, b)
		const id = rapport.ID("callcentre:C304-complaint-1")
		machine, err := complaintProcess()
		require.NoError(t, err)
		before := snapshot(t, b, false)

		_, err = b.moveCase(t.Context(), machine, id, caseMove{trigger: "settle", by: "bram.oakes", after: time.Hour})
		_, refused := errors.AsType[*pipeline.NotPermittedError](err)
		require.True(t, refused, "settle does not follow received: %v", err)
		require.Empty(t, cmp.Diff(before, snapshot(t, b, false)))

		// The last write fails: the case of the customer was changed by somebody else.
		err = b.tenant.Update(t.Context(), func(tx store.Tx) error {
			pipelines, err := store.Pipelines(tx)
			require.NoError(t, err)
			record, err := pipelines.Cases().Get(t.Context(), id)
			require.NoError(t, err)
			cases, err := store.FileOf[customer.Case](tx)
			require.NoError(t, err)
			had, err := cases.Get(t.Context(), id)
			require.NoError(t, err)
			in, at := pipeline.Input{By: "bram.oakes", Record: &record}, had.Record.Opened().Add(time.Hour)
			position, move, err := machine.Fire(record.Position, "acknowledge", in, at)
			require.NoError(t, err)
			return keepMove(t.Context(), tx, machine, &record, had.Record, had.Version-1, position, move, in, at)
		})
		require.ErrorIs(t, err, store.ErrConflict)
		require.Empty(t, cmp.Diff(before, snapshot(t, b, false)))

		moved, err := b.moveCase(t.Context(), machine, id, caseMove{trigger: "acknowledge", by: "bram.oakes", after: time.Hour})
		require.NoError(t, err)
		require.Equal(t, "investigation", moved.Stage)
		require.Equal(t, moved.Opened().Add(time.Hour), moved.FirstResponse)
	})
}
