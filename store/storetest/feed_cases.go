package storetest

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

func feedCases() []Case {
	return []Case{
		{Name: "feed/each write in the order of commits", Needs: files(), Run: feedOrder},
		{Name: "feed/acknowledged once and for all", Needs: files(), Run: feedAcknowledge},
		{Name: "feed/none is missed while many write", Needs: files(), Run: feedConcurrent},
		{Name: "feed/cursors of others are refused", Needs: files(), Run: feedForeign},
	}
}

// changes returns what the events say.
func changes(events []store.FeedEvent) (all []string) {
	for _, e := range events {
		all = append(all, fmt.Sprintf("%s %s/%s/%d", e.Change, e.Kind, e.ID, e.Version))
	}
	return all
}

func feedOrder(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		memos := fileOf[memo](t, tx)
		write(t, memos, about("c1", "m1"))
		put(t, tx, named(t, "c1", "a", 1))
		replaced(t, tx, named(t, "c1", "b", 2), 1)
		_, err := fileOf[mark](t, tx).Append(t.Context(), marked("c1", "m1"))
		require.NoError(t, err)
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		require.NoError(t, fileOf[memo](t, tx).Remove(t.Context(), "m1", 1, day(4)))
		put(t, tx, named(t, "c2", "a", 1))
		require.NoError(t, tx.Customers().Delete(t.Context(), "c2", 1))
		require.NoError(t, filesIn(t, tx).Past().Remove(t.Context(), "c1", 2, day(3)))
	})
	want := []string{
		"written memo/m1/1", "written customer/c1/1", "written customer/c1/2", "written mark/m1/1",
		"removed memo/m1/1", "written customer/c2/1", "removed customer/c2/1", "removed customer/c1/2",
	}
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		stream := tx.Feed().After(t.Context(), "")
		for range stream {
			break
		}
		all := collect(t, stream)
		require.Equal(t, want, changes(all), "a stream starts anew with each loop")
		for i, e := range all {
			require.Equal(t, want[i+1:], append([]string{}, changes(collect(t, tx.Feed().After(t.Context(), e.Cursor)))...))
		}
	})
}

func feedAcknowledge(t *testing.T, b Backend) {
	var all []store.FeedEvent
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.Empty(t, collect(t, tx.Feed().Pending(t.Context(), "index")))
	})
	updateMemos(t, b.DB, func(memos store.File[memo]) { write(t, memos, about("c1", "a"), about("c1", "b"), about("c1", "c")) })
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		all = collect(t, tx.Feed().Pending(t.Context(), "index"))
		require.Len(t, all, 3)
		require.NoError(t, tx.Feed().Acknowledge(t.Context(), "index", all[1].Cursor))
		require.NoError(t, tx.Feed().Acknowledge(t.Context(), "index", all[0].Cursor), "done before")
		require.NoError(t, tx.Feed().Acknowledge(t.Context(), "index", ""))
		require.ErrorIs(t, tx.Feed().Acknowledge(t.Context(), "a\x00", all[0].Cursor), store.ErrInvalid)
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.Equal(t, []string{"written memo/c/1"}, changes(collect(t, tx.Feed().Pending(t.Context(), "index"))))
		require.Len(t, collect(t, tx.Feed().Pending(t.Context(), "mail")), 3)
		_, err := firstError(tx.Feed().Pending(t.Context(), ""))
		require.ErrorIs(t, err, store.ErrInvalid)
		require.ErrorIs(t, tx.Feed().Acknowledge(t.Context(), "index", all[2].Cursor), store.ErrReadOnly)
	})
}

// feedConcurrent is outboxConcurrent for the feed.
func feedConcurrent(t *testing.T, b Backend) {
	eachCommitOnce(t, b, commits[store.FeedEvent]{
		writers: 4, rounds: 12, spoiled: 4,
		write: func(tx store.Tx, id rapport.ID) error {
			memos, err := store.FileOf[memo](tx)
			if err == nil {
				_, err = memos.Put(t.Context(), about("c1", id), 0)
			}
			return err
		},
		after: func(tx store.Tx, cursor store.Token) iter.Seq2[store.FeedEvent, error] {
			return filesIn(t, tx).Feed().After(t.Context(), cursor)
		},
		of: func(e store.FeedEvent) (rapport.ID, store.Token) { return e.ID, e.Cursor },
	})
}

func feedForeign(t *testing.T, b Backend) {
	var theirs store.Token
	for _, tenant := range []rapport.ID{globe, acme} {
		update(t, b.DB, tenant, func(tx store.Tx) {
			write(t, fileOf[memo](t, tx), about("c1", "a"), about("c1", "b"))
			if tenant == globe {
				for _, e := range collect(t, filesIn(t, tx).Feed().After(t.Context(), "")) {
					theirs = e.Cursor
				}
			}
		})
	}
	updateFiles(t, b.DB, acme, func(tx store.FilesTx) {
		for _, cursor := range []store.Token{theirs, "x", store.FeedCursor(acme, 3), store.FeedCursor(acme, 0), store.EventCursor(acme, 1)} {
			_, err := firstError(tx.Feed().After(t.Context(), cursor))
			require.ErrorIs(t, err, store.ErrPageToken, "%q", cursor)
			require.ErrorIs(t, tx.Feed().Acknowledge(t.Context(), "index", cursor), store.ErrPageToken, "%q", cursor)
		}
	})
}
