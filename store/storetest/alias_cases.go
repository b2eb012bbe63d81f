package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

func aliasCases() []Case {
	return []Case{
		{Name: "alias/resolves in one step", Needs: files(), Run: aliasResolve},
		{Name: "alias/merge and back", Needs: files(), Run: aliasMerge},
		{Name: "alias/chains and cycles are refused", Needs: files(), Run: aliasRefused},
		{Name: "alias/odd ids", Needs: files(), Run: aliasOdd},
	}
}

func wantAliases(t tb, a store.Aliases, want ...store.Alias) {
	t.Helper()
	same(t, want, collect(t, a.All(t.Context())))
	for _, one := range want {
		current, err := a.Resolve(t.Context(), one.Old)
		require.NoError(t, err)
		require.Equal(t, one.Current, current)
	}
}

func aliasResolve(t *testing.T, b Backend) {
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		all := tx.Aliases().All(t.Context())
		require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "c2", Current: "c1"}, store.Alias{Old: "b", Current: "c1"}))
		require.Len(t, collect(t, all), 2, "a stream reads when it is ranged over")
		require.NoError(t, tx.Aliases().Put(t.Context()))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		a := filesIn(t, tx).Aliases()
		wantAliases(t, a, store.Alias{Old: "b", Current: "c1"}, store.Alias{Old: "c2", Current: "c1"})
		for _, id := range []rapport.ID{"c1", "c3", ""} {
			current, err := a.Resolve(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, id, current)
		}
		for _, id := range []rapport.ID{"b", "c1", "c2"} {
			all, err := store.Identities(t.Context(), tx, id)
			require.NoError(t, err)
			require.Equal(t, []rapport.ID{"c1", "b", "c2"}, all)
		}
		all, err := store.Identities(t.Context(), tx, "c9")
		require.NoError(t, err)
		require.Equal(t, []rapport.ID{"c9"}, all)
	})
}

// aliasMerge merges b into a, then a into c, and takes the second back.
func aliasMerge(t *testing.T, b Backend) {
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "b", Current: "a"}))
	})
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "a", Current: "c"}, store.Alias{Old: "b", Current: "c"}))
		wantAliases(t, tx.Aliases(), store.Alias{Old: "a", Current: "c"}, store.Alias{Old: "b", Current: "c"})
	})
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "a", Current: "a"}, store.Alias{Old: "b", Current: "a"}))
		wantAliases(t, tx.Aliases(), store.Alias{Old: "b", Current: "a"})
		none, err := tx.Aliases().Of(t.Context(), "c")
		require.NoError(t, err)
		require.Empty(t, none)
		require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "nothing", Current: "nothing"}))
	})
}

func aliasRefused(t *testing.T, b Backend) {
	read := func(e *store.AliasError) store.AliasError { return *e }
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		a := tx.Aliases()
		require.NoError(t, a.Put(t.Context(), store.Alias{Old: "b", Current: "a"}))
		err := a.Put(t.Context(), store.Alias{Old: "x", Current: "y"}, store.Alias{Old: "c", Current: "b"})
		wantAs(t, err, store.ErrConflict, store.AliasError{Old: "c", Current: "b", Next: "a"}, read)
		err = a.Put(t.Context(), store.Alias{Old: "a", Current: "c"})
		wantAs(t, err, store.ErrConflict, store.AliasError{Old: "b", Current: "a", Next: "c"}, read)
		err = a.Put(t.Context(), store.Alias{Old: "a", Current: "b"}) // a cycle
		wantAs(t, err, store.ErrConflict, store.AliasError{Old: "a", Current: "b", Next: "a"}, read)
		err = a.Put(t.Context(), store.Alias{Old: "d", Current: "e"}, store.Alias{Old: "e", Current: "d"})
		wantAs(t, err, store.ErrConflict, store.AliasError{Old: "d", Current: "e", Next: "d"}, read)
		for _, bad := range [][]store.Alias{
			{{Old: "", Current: "a"}}, {{Old: "a", Current: ""}}, {{Old: "a\x00", Current: "a"}}, {{Old: "z", Current: "a"}, {Old: "z", Current: "b"}},
		} {
			require.ErrorIs(t, a.Put(t.Context(), bad...), store.ErrInvalid)
		}
		wantAliases(t, a, store.Alias{Old: "b", Current: "a"})
	})
}

func aliasOdd(t *testing.T, b Backend) {
	odd := []rapport.ID{" ", "%", "'", "A", "a", "a ", "ab", "e\u0301", "\u00e9", "中文", "🙂"}
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		for _, id := range odd {
			require.NoError(t, tx.Aliases().Put(t.Context(), store.Alias{Old: id, Current: "x" + id}))
		}
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		var want []store.Alias
		for _, id := range odd {
			want = append(want, store.Alias{Old: id, Current: "x" + id})
			old, err := tx.Aliases().Of(t.Context(), "x"+id)
			require.NoError(t, err)
			require.Equal(t, []rapport.ID{id}, old)
		}
		wantAliases(t, tx.Aliases(), want...)
	})
}
