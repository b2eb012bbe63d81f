package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

func fileListCases() []Case {
	return []Case{
		{Name: "file list/by each condition", Needs: files(), Run: fileConditions},
		{Name: "file list/moves between listings", Needs: files(), Run: fileMoves},
		{Name: "file list/pages and their tokens", Needs: files(), Run: filePages},
		{Name: "file list/pages stay put while others write", Needs: files(), Run: filePagesStay},
		{Name: "file list/odd ids", Needs: files(), Run: fileOdd},
		{Name: "file list/conditions that cannot be", Needs: files(), Run: fileQueries},
		{Name: "file list/writing while reading", Needs: files(), Run: fileWhileReading},
		{Name: "file list/any sequence of updates", Needs: files(), Run: anyFiles},
	}
}

// pile keeps sixteen memos of four customers with two parties on four days, and a mark.
func pile(t tb, tx store.Tx) {
	t.Helper()
	memos := fileOf[memo](t, tx)
	for i := range 16 {
		write(t, memos, about(rapport.ID(fmt.Sprint("c", i%4)), rapport.ID(fmt.Sprintf("m%02d", i)),
			with(rapport.ID(fmt.Sprint("p", i/8))), happened(day(1+i%8/2))))
	}
	_, err := fileOf[mark](t, tx).Append(t.Context(), marked("c1", "e", with("p1")))
	require.NoError(t, err)
}

func fileConditions(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { pile(t, tx) })
	early, err := rapport.NewInterval(day(1), day(2))
	require.NoError(t, err)
	middle, err := rapport.NewInterval(day(2), day(4))
	require.NoError(t, err)
	c := func(numbers ...int) (ids []rapport.ID) {
		for _, n := range numbers {
			ids = append(ids, rapport.ID(fmt.Sprint("c", n)))
		}
		return ids
	}
	for i, one := range []struct {
		q    store.FileQuery
		want []rapport.ID
	}{
		{store.FileQuery{}, []rapport.ID{"m00", "m01", "m08", "m09", "m02", "m03", "m10", "m11", "m04", "m05", "m12", "m13", "m06", "m07", "m14", "m15"}},
		{store.FileQuery{Customers: c(1)}, []rapport.ID{"m01", "m09", "m05", "m13"}},
		{store.FileQuery{Customers: c(2, 1, 2)}, []rapport.ID{"m01", "m09", "m02", "m10", "m05", "m13", "m06", "m14"}},
		{store.FileQuery{Customers: c(9, 3, 8)}, []rapport.ID{"m03", "m11", "m07", "m15"}},
		{store.FileQuery{With: "p1"}, []rapport.ID{"m08", "m09", "m10", "m11", "m12", "m13", "m14", "m15"}},
		{store.FileQuery{Customers: c(1), With: "p1"}, []rapport.ID{"m09", "m13"}},
		{store.FileQuery{Customers: c(1, 2), With: "p0"}, []rapport.ID{"m01", "m02", "m05", "m06"}},
		{store.FileQuery{Period: early}, []rapport.ID{"m00", "m01", "m08", "m09"}},
		{store.FileQuery{Period: middle, Customers: c(3)}, []rapport.ID{"m03", "m11"}},
		{store.FileQuery{Period: middle, Customers: c(0, 3)}, []rapport.ID{"m03", "m11", "m04", "m12"}},
		{store.FileQuery{Period: middle, With: "p0"}, []rapport.ID{"m02", "m03", "m04", "m05"}},
		{store.FileQuery{Customers: c(9)}, nil},
		{store.FileQuery{With: "p"}, nil},
		{store.FileQuery{AsOf: day(1)}, nil},
	} {
		asOf := one.q
		if asOf.AsOf.IsZero() {
			asOf.AsOf = day(2)
		}
		for _, q := range []store.FileQuery{one.q, asOf} {
			viewMemos(t, b.DB, func(memos store.File[memo]) {
				same(t, one.want, memoIDs(collect(t, memos.All(t.Context(), q))))
				for limit := 1; limit <= 3; limit++ {
					same(t, one.want, memoIDs(allPages(t, limit, func(r store.PageRequest) (store.Page[store.Stored[memo]], error) {
						return memos.Page(t.Context(), q, r)
					})))
				}
			})
			viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
				// Of every kind, a mark stands before all memos.
				all := len(one.want)
				if q.With != "p0" && slices.Contains(append(q.Owners(), "c1")[:max(len(q.Owners()), 1)], "c1") && q.Period != middle && !one.q.AsOf.Equal(day(1)) && q.With != "p" {
					all++
				}
				rows := allPages(t, 2, func(r store.PageRequest) (store.Page[store.FileRow], error) {
					return tx.Files().Page(t.Context(), q, r)
				})
				require.Len(t, rows, all, "%d: %+v", i, q)
				same(t, rows, collect(t, tx.Files().All(t.Context(), q)))
				require.True(t, slices.IsSortedFunc(rows, func(a, b store.FileRow) int { return slices.Compare([]byte(a.Kind), []byte(b.Kind)) }))
			})
		}
	}
}

// fileMoves: a record leaves a listing with what made it part of it.
func fileMoves(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) { write(t, memos, about("c1", "m1", with("p1"))) })
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		rewrite(t, memos, about("c2", "m1", with("p2"), happened(day(5)), recorded(day(5))), 1)
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		for _, q := range []store.FileQuery{{Customers: []rapport.ID{"c1"}}, {With: "p1"}} {
			require.Empty(t, collect(t, memos.All(t.Context(), q)))
			q.AsOf = day(4)
			require.Len(t, collect(t, memos.All(t.Context(), q)), 1)
		}
		for _, q := range []store.FileQuery{{Customers: []rapport.ID{"c2"}}, {With: "p2"}, {}, {Customers: []rapport.ID{"c1", "c2"}}} {
			require.Len(t, collect(t, memos.All(t.Context(), q)), 1)
		}
		require.Len(t, collect(t, memos.All(t.Context(), store.FileQuery{Customers: []rapport.ID{"c1", "c2"}, AsOf: day(9)})), 1)
	})
}

func filePages(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { pile(t, tx) })
	q := store.FileQuery{Customers: []rapport.ID{"c1", "c2"}}
	var r store.PageRequest
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		p, err := memos.Page(t.Context(), q, store.PageRequest{Limit: 2})
		require.NoError(t, err)
		require.NotEmpty(t, p.Next)
		r.After = p.Next
		p, err = memos.Page(t.Context(), store.FileQuery{Customers: []rapport.ID{"c2", "c1", "c1"}}, r)
		require.NoError(t, err, "the set, not the list")
		require.Len(t, p.Items, 6)
		for _, other := range []store.FileQuery{
			{}, {Customers: []rapport.ID{"c1"}}, {Customers: []rapport.ID{"c1", "c3"}}, {Customers: q.Customers, With: "p1"},
			{Customers: q.Customers, AsOf: day(9)}, {With: "p1"},
		} {
			_, err := memos.Page(t.Context(), other, r)
			require.ErrorIs(t, err, store.ErrPageToken, "%+v", other)
		}
		_, err = memos.Page(t.Context(), q, store.PageRequest{Limit: store.MaxPageLimit + 1})
		require.ErrorIs(t, err, store.ErrInvalid)
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := fileOf[mark](t, tx).Page(t.Context(), q, r)
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = filesIn(t, tx).Files().Page(t.Context(), q, r)
		require.ErrorIs(t, err, store.ErrPageToken)
		q.Kind = "memo"
		forged := store.NewToken(acme, q.Listing(), "mark", "0", "a")
		_, err = filesIn(t, tx).Files().Page(t.Context(), q, store.PageRequest{After: forged})
		require.ErrorIs(t, err, store.ErrPageToken)
		forged = store.NewToken(acme, q.Listing(), "memo", "x", "a")
		_, err = filesIn(t, tx).Files().Page(t.Context(), q, store.PageRequest{After: forged})
		require.ErrorIs(t, err, store.ErrPageToken)
	})
	viewFiles(t, b.DB, globe, func(tx store.FilesTx) {
		_, err := tx.Files().Page(t.Context(), q, r)
		require.ErrorIs(t, err, store.ErrPageToken)
	})
}

func filePagesStay(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { pile(t, tx) })
	for round, q := range []store.FileQuery{{}, {Customers: []rapport.ID{"c1", "c3"}}, {With: "p0"}} {
		var want, got []rapport.ID
		var r store.PageRequest
		viewMemos(t, b.DB, func(memos store.File[memo]) { want = memoIDs(collect(t, memos.All(t.Context(), q))) })
		for n := 0; ; n++ {
			viewMemos(t, b.DB, func(memos store.File[memo]) {
				r.Limit = 2
				p, err := memos.Page(t.Context(), q, r)
				require.NoError(t, err)
				got = append(got, memoIDs(p.Items)...)
				r.After = p.Next
			})
			if r.After == "" {
				break
			}
			updateMemos(t, b.DB, func(memos store.File[memo]) {
				// One that comes before all, and one that was read and goes.
				write(t, memos, about("c1", rapport.ID(fmt.Sprint("a", round, n)), with("p0"), happened(day(1).Add(time.Duration(-1-round)))))
				last := got[len(got)-1]
				stored, err := memos.Get(t.Context(), last)
				require.NoError(t, err)
				require.NoError(t, memos.Remove(t.Context(), last, stored.Version, day(3)))
			})
		}
		same(t, want, got)
	}
}

func fileOdd(t *testing.T, b Backend) {
	odd := []rapport.ID{" ", "%", "'", "/", "A", "\\", "a", "a ", "a/1", "a1", "e\u0301", "\u00e9", "中文", "🙂"}
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		for _, id := range odd {
			write(t, memos, about("x"+id+"x", id, with("y"+id+"y")))
		}
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		same(t, odd, memoIDs(allPages(t, 1, func(r store.PageRequest) (store.Page[store.Stored[memo]], error) {
			return memos.Page(t.Context(), store.FileQuery{}, r)
		})))
		var all []rapport.ID
		for _, id := range odd {
			all = append(all, "x"+id+"x")
			same(t, []rapport.ID{id}, memoIDs(collect(t, memos.All(t.Context(), store.FileQuery{Customers: []rapport.ID{"x" + id + "x"}}))))
			same(t, []rapport.ID{id}, memoIDs(collect(t, memos.All(t.Context(), store.FileQuery{With: "y" + id + "y"}))))
		}
		same(t, odd, memoIDs(allPages(t, 3, func(r store.PageRequest) (store.Page[store.Stored[memo]], error) {
			return memos.Page(t.Context(), store.FileQuery{Customers: all}, r)
		})))
	})
}

func fileQueries(t *testing.T, b Backend) {
	many := make([]rapport.ID, store.MaxQueryCustomers+1)
	for i := range many {
		many[i] = rapport.ID(fmt.Sprint(i))
	}
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		for _, q := range []store.FileQuery{
			{Kind: "mark"}, {Kind: "a\x00"}, {Customers: []rapport.ID{}}, {Customers: []rapport.ID{""}}, {Customers: []rapport.ID{"a", "\xff"}},
			{Customers: many}, {With: "a\nb"},
		} {
			_, err := firstError(memos.All(t.Context(), q))
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
			_, err = memos.Page(t.Context(), q, store.PageRequest{})
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
		}
		require.Empty(t, collect(t, memos.All(t.Context(), store.FileQuery{Customers: many[1:]})))
	})
}

// fileWhileReading: a loop may change the record that it has come to.
func fileWhileReading(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { pile(t, tx) })
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		n := 0
		for m, err := range memos.All(t.Context(), store.FileQuery{Customers: []rapport.ID{"c2"}}) {
			require.NoError(t, err)
			next := m.Record
			next.Text = "read"
			rewrite(t, memos, next, m.Version)
			n++
		}
		require.Equal(t, 4, n)
		for _, m := range collect(t, memos.All(t.Context(), store.FileQuery{Customers: []rapport.ID{"c2"}})) {
			require.Equal(t, "read", m.Record.Text)
		}
	})
}
