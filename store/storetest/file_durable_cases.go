package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
)

// fileHost: two updates in one transaction of the host number the feed on.
func fileHost(t *testing.T, b Backend) {
	for _, end := range []bool{false, true} {
		host := b.Begin(t)
		updateMemos(t, host.DB, func(memos store.File[memo]) { write(t, memos, about("c1", "m1")) })
		update(t, host.DB, acme, func(tx store.Tx) {
			memos := fileOf[memo](t, tx)
			updateMemos(t, host.DB, func(inner store.File[memo]) { write(t, inner, about("c1", "m2")) })
			rewrite(t, memos, about("c1", "m1", saying("again")), 1)
		})
		if !end {
			require.NoError(t, host.Rollback())
			viewMemos(t, b.DB, func(memos store.File[memo]) { require.Empty(t, collect(t, memos.All(t.Context(), store.FileQuery{}))) })
			continue
		}
		require.NoError(t, host.Commit())
	}
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.Equal(t, []string{"written memo/m1/1", "written memo/m2/1", "written memo/m1/2"}, changes(collect(t, tx.Feed().After(t.Context(), ""))))
	})
}

func fileReopened(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		pile(t, tx)
		require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "a", Current: "b"}))
		rewrite(t, fileOf[memo](t, tx), about("c1", "m01", recorded(day(3))), 1)
	})
	var r store.PageRequest
	var cursor store.Token
	q := store.FileQuery{With: "p0"}
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		p, err := memos.Page(t.Context(), q, store.PageRequest{Limit: 3})
		require.NoError(t, err)
		r.After = p.Next
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) { cursor = collect(t, tx.Feed().After(t.Context(), ""))[15].Cursor })
	again := b.Reopen(t)
	view(t, again, acme, func(tx store.Tx) {
		p, err := fileOf[memo](t, tx).Page(t.Context(), q, r)
		require.NoError(t, err)
		require.Len(t, p.Items, 4)
		require.Len(t, collect(t, fileOf[memo](t, tx).History(t.Context(), "m01")), 2)
		require.Len(t, collect(t, filesIn(t, tx).Feed().After(t.Context(), cursor)), 2)
		wantAliases(t, filesIn(t, tx).Aliases(), store.Alias{Old: "a", Current: "b"})
	})
}
