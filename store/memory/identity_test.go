package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

// TestMergesAreKept keeps the sources of three customers, merges a into b and both into c
// and takes that back, each event with its aliases in one Update; and replays the
// registry from what is stored.
func TestMergesAreKept(t *testing.T) {
	ctx, tenant := t.Context(), memory.New(nil).Tenant("acme")
	at := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	registry, err := identity.NewRegistry(nil)
	require.NoError(t, err)
	for n, id := range []rapport.ID{"a", "b", "c"} {
		record, err := customer.New(customer.Draft{ID: id, Kind: customer.Person, Name: "Mei Lin", RecordedAt: at(n + 1)})
		require.NoError(t, err)
		source := identity.Source{ID: "of " + id, System: "erp", Record: record, At: at(n + 1), RecordedAt: at(n + 1)}
		require.NoError(t, registry.Add(source))
		require.NoError(t, tenant.Update(ctx, func(tx store.Tx) error {
			if _, err := tx.Customers().Put(ctx, record); err != nil {
				return err
			}
			sources, err := store.FileOf[identity.Source](tx)
			if err != nil {
				return err
			}
			_, err = sources.Append(ctx, source)
			return err
		}))
	}
	keep := func(event identity.MergeEvent, err error) rapport.ID {
		t.Helper()
		require.NoError(t, err)
		require.NoError(t, tenant.Update(ctx, func(tx store.Tx) error {
			events, err := store.FileOf[identity.MergeEvent](tx)
			if err != nil {
				return err
			}
			if _, err := events.Append(ctx, event); err != nil {
				return err
			}
			f, err := store.Files(tx)
			if err != nil {
				return err
			}
			var aliases []store.Alias
			for _, m := range event.Moves {
				aliases = append(aliases, store.Alias{Old: m.ID, Current: m.To})
			}
			return f.Aliases().Put(ctx, aliases...)
		}))
		return event.ID
	}
	want := func(resolved map[rapport.ID]rapport.ID) {
		t.Helper()
		require.NoError(t, tenant.View(ctx, func(tx store.Tx) error {
			f, err := store.Files(tx)
			require.NoError(t, err)
			for id, current := range resolved {
				got, err := f.Aliases().Resolve(ctx, id)
				require.NoError(t, err)
				require.Equal(t, current, got, "%q", id)
			}
			return nil
		}))
	}
	act := func(id rapport.ID, n int) identity.Act {
		return identity.Act{ID: id, Actor: "li.wei", At: at(n), RecordedAt: at(n)}
	}
	keep(registry.Merge(act("m1", 5), "a", "b"))
	want(map[rapport.ID]rapport.ID{"a": "a", "b": "a", "c": "c"})
	second := keep(registry.Merge(act("m2", 6), "a", "c"))
	want(map[rapport.ID]rapport.ID{"a": "a", "b": "a", "c": "a"})
	keep(registry.Unmerge(act("m3", 7), second))
	want(map[rapport.ID]rapport.ID{"a": "a", "b": "a", "c": "c"})

	require.NoError(t, tenant.View(ctx, func(tx store.Tx) error {
		sources, err := store.FileOf[identity.Source](tx)
		require.NoError(t, err)
		events, err := store.FileOf[identity.MergeEvent](tx)
		require.NoError(t, err)
		again, err := identity.Replay(nil, store.RecordsOf(sources.All(ctx, store.FileQuery{})), store.RecordsOf(events.All(ctx, store.FileQuery{})))
		require.NoError(t, err)
		require.Equal(t, registry.Events(), again.Events())
		for _, id := range []rapport.ID{"a", "b", "c"} {
			golden, err := registry.Golden(id)
			require.NoError(t, err)
			replayed, err := again.Golden(id)
			require.NoError(t, err)
			require.Equal(t, golden, replayed)
		}
		return nil
	}))
}
