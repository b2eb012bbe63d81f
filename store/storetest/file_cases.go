package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func fileCases() []Case {
	return []Case{
		{Name: "file/round trip", Needs: files(), Run: fileRoundTrip},
		{Name: "file/not found", Needs: files(), Run: fileNotFound},
		{Name: "file/lost update is refused", Needs: files(), Run: fileLost},
		{Name: "file/one winner among many", Needs: files(), Run: fileRace},
		{Name: "file/event comes again", Needs: files(), Run: fileAppend},
		{Name: "file/record time does not go back", Needs: files(), Run: fileTime},
		{Name: "file/removed and put again", Needs: files(), Run: fileRemove},
		{Name: "file/as of every instant", Needs: files(), Run: fileAsOf},
		{Name: "file/kinds and tenants keep apart", Needs: files(), Run: fileApart},
		{Name: "file/records that cannot be", Needs: files(), Run: fileInvalid},
		{Name: "file/failed update leaves nothing", Needs: files(), Run: fileRollback},
		{Name: "file/host transaction", Needs: store.Capabilities{Files: true, HostTransactions: true}, Run: fileHost},
		{Name: "file/opened again", Needs: store.Capabilities{Files: true, Durable: true}, Run: fileReopened},
		{Name: "file/read-only and closed", Needs: files(), Run: fileClosed},
	}
}

func fileRoundTrip(t *testing.T, b Backend) {
	want := about("c1", "m1", with("p1"), saying("Größe <x> & 泵 \ufffd \\ufffd 🙂 e\u0301"), happened(day(1).Add(1)), recorded(day(2).Add(7)))
	least := memo{fields{ID: "m2", At: time.Unix(0, -1).UTC(), RecordedAt: time.Unix(0, 0).UTC()}}
	updateMemos(t, b.DB, func(memos store.File[memo]) { write(t, memos, want, least) })
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		row, err := tx.Files().Get(t.Context(), "memo", "m1")
		require.NoError(t, err)
		doc, err := want.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, store.FileRow{Kind: "memo", ID: "m1", Version: 1, Customer: "c1", With: "p1", At: day(1).UnixNano() + 1,
			RecordedAt: day(2).UnixNano() + 7, Until: store.NoEnd, Doc: string(doc)}, row)
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		got, err := memos.Get(t.Context(), "m1")
		require.NoError(t, err)
		same(t, store.Stored[memo]{Record: want, Version: 1}, got)
		got, err = memos.Get(t.Context(), "m2")
		require.NoError(t, err)
		same(t, store.Stored[memo]{Record: least, Version: 1}, got)
		same(t, []rapport.ID{"m2", "m1"}, memoIDs(collect(t, memos.All(t.Context(), store.FileQuery{}))))
	})
}

func fileNotFound(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		_, err := memos.Get(t.Context(), "m1")
		wantNoFile(t, err, "memo/m1")
		_, err = memos.AsOf(t.Context(), "m1", day(1))
		wantNoFile(t, err, "memo/m1")
		wantNoFile(t, memos.Remove(t.Context(), "m1", 1, day(1)), "memo/m1")
		require.Empty(t, collect(t, memos.History(t.Context(), "m1")))
		_, err = memos.Put(t.Context(), about("c1", "m1"), 1)
		wantConflict(t, err, "memo", "m1", 0, 1)
	})
}

func fileLost(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m1", saying("a")))
		rewrite(t, memos, about("c1", "m1", saying("b")), 1)
		_, err := memos.Put(t.Context(), about("c1", "m1", saying("c")), 1)
		wantConflict(t, err, "memo", "m1", 2, 1)
		_, err = memos.Put(t.Context(), about("c1", "m1", saying("c")), 0)
		wantConflict(t, err, "memo", "m1", 2, 0)
		wantConflict(t, memos.Remove(t.Context(), "m1", 1, day(3)), "memo", "m1", 2, 1)
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		same(t, []string{"a", "b"}, texts(collect(t, memos.History(t.Context(), "m1"))))
		got, err := memos.Get(t.Context(), "m1")
		require.NoError(t, err)
		same(t, store.Stored[memo]{Record: about("c1", "m1", saying("b")), Version: 2}, got)
	})
}

// fileRace: all writers have read the version that each of them writes over.
func fileRace(t *testing.T, b Backend) {
	const writers, rounds = 16, 4
	updateMemos(t, b.DB, func(memos store.File[memo]) { write(t, memos, about("c1", "m1")) })
	for round := range rounds {
		var wins atomic.Int32
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				err := persist(t.Context(), b.DB.Tenant(acme), func(tx store.Tx) error {
					memos, err := store.FileOf[memo](tx)
					if err != nil {
						return err
					}
					_, err = memos.Put(t.Context(), about("c1", "m1", saying(fmt.Sprint(w))), int64(round+1))
					return err
				})
				if err == nil {
					wins.Add(1)
				} else if _, conflict := errors.AsType[*store.VersionConflictError](err); !conflict {
					errs[w] = err
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.EqualValues(t, 1, wins.Load())
	}
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		require.Len(t, collect(t, memos.History(t.Context(), "m1")), rounds+1)
	})
}

func fileAppend(t *testing.T, b Backend) {
	one := marked("c1", "e1", saying("a"))
	for _, want := range []store.Outcome{store.Inserted, store.Same, store.Same} {
		update(t, b.DB, acme, func(tx store.Tx) {
			got, err := fileOf[mark](t, tx).Append(t.Context(), one)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		marks := fileOf[mark](t, tx)
		for _, other := range []mark{marked("c1", "e1", saying("b")), marked("c2", "e1", saying("a")), marked("c1", "e1", saying("a"), recorded(day(3)))} {
			_, err := marks.Append(t.Context(), other)
			wantAs(t, err, store.ErrConflict, store.FileDifferenceError{Kind: "mark", ID: "e1", Version: 1},
				func(e *store.FileDifferenceError) store.FileDifferenceError { return *e })
		}
		got, err := marks.Get(t.Context(), "e1")
		require.NoError(t, err)
		same(t, store.Stored[mark]{Record: one, Version: 1}, got)
		require.Len(t, collect(t, marks.History(t.Context(), "e1")), 1)
		require.Len(t, collect(t, filesIn(t, tx).Feed().After(t.Context(), "")), 1)
	})
}

func fileTime(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m1", recorded(day(5))))
		_, err := memos.Put(t.Context(), about("c1", "m1", recorded(day(5).Add(-1))), 1)
		wantTime(t, err, "memo", "m1", day(5).Add(-1), day(5))
		wantTime(t, memos.Remove(t.Context(), "m1", 1, day(4)), "memo", "m1", day(4), day(5))
		rewrite(t, memos, about("c1", "m1", recorded(day(5)), saying("at once")), 1)
		require.NoError(t, memos.Remove(t.Context(), "m1", 2, day(7)))
		_, err = memos.Put(t.Context(), about("c1", "m1", recorded(day(6))), 0)
		wantTime(t, err, "memo", "m1", day(6), day(7))
		write(t, memos, about("c2", "m1", recorded(day(7))))
		// Event time may go where it likes.
		rewrite(t, memos, about("c2", "m1", recorded(day(7)), happened(day(1).AddDate(-9, 0, 0))), 3)
		require.ErrorIs(t, memos.Remove(t.Context(), "m1", 4, day(1).AddDate(300, 0, 0)), store.ErrInvalid)
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		got, err := memos.AsOf(t.Context(), "m1", day(5))
		require.NoError(t, err)
		require.Equal(t, "at once", got.Record.Text, "the last of those that were recorded at one instant")
	})
}

func fileRemove(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m1", saying("a")))
		require.NoError(t, memos.Remove(t.Context(), "m1", 1, day(4)))
		_, err := memos.Get(t.Context(), "m1")
		wantNoFile(t, err, "memo/m1")
		require.Empty(t, collect(t, memos.All(t.Context(), store.FileQuery{})))
		wantNoFile(t, memos.Remove(t.Context(), "m1", 1, day(4)), "memo/m1")
	})
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m1", saying("b"), recorded(day(6))))
		_, err := memos.Put(t.Context(), about("c1", "m1", recorded(day(7))), 1)
		wantConflict(t, err, "memo", "m1", 2, 1) // whoever has seen the first life
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		same(t, []store.Stored[memo]{
			{Record: about("c1", "m1", saying("a")), Version: 1, Until: day(4)},
			{Record: about("c1", "m1", saying("b"), recorded(day(6))), Version: 2},
		}, collect(t, memos.History(t.Context(), "m1")))
		_, err := memos.AsOf(t.Context(), "m1", day(5))
		wantNoFile(t, err, "memo/m1")
	})
}

func fileAsOf(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m1", saying("a"), recorded(day(2))))
		rewrite(t, memos, about("c2", "m1", saying("b"), recorded(day(4)), with("p")), 1)
		require.NoError(t, memos.Remove(t.Context(), "m1", 2, day(6)))
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		for n, want := range map[int]string{1: "", 2: "a", 3: "a", 4: "b", 5: "b", 6: "", 9: ""} {
			at := day(n)
			got, err := memos.AsOf(t.Context(), "m1", at)
			if want == "" {
				wantNoFile(t, err, "memo/m1")
			} else {
				require.NoError(t, err)
				require.Equal(t, want, got.Record.Text)
			}
			require.Equal(t, want == "a", len(collect(t, memos.All(t.Context(), store.FileQuery{AsOf: at, Customers: []rapport.ID{"c1"}}))) == 1, n)
			require.Equal(t, want == "b", len(collect(t, memos.All(t.Context(), store.FileQuery{AsOf: at, With: "p"}))) == 1, n)
			require.Equal(t, want != "", len(collect(t, memos.All(t.Context(), store.FileQuery{AsOf: at}))) == 1, n)
		}
		_, err := memos.AsOf(t.Context(), "m1", day(4).Add(-1))
		require.NoError(t, err)
		for _, at := range []time.Time{day(1).AddDate(-900, 0, 0), day(1).AddDate(900, 0, 0)} {
			_, err := memos.AsOf(t.Context(), "m1", at)
			wantNoFile(t, err, "memo/m1")
		}
	})
	updateMemos(t, b.DB, func(memos store.File[memo]) {
		write(t, memos, about("c1", "m2"))
		_, err := memos.AsOf(t.Context(), "m2", day(1).AddDate(900, 0, 0))
		require.NoError(t, err, "what stands, stands for ever")
		require.Len(t, collect(t, memos.All(t.Context(), store.FileQuery{AsOf: day(1).AddDate(900, 0, 0)})), 1)
	})
}

func fileApart(t *testing.T, b Backend) {
	for _, tenant := range []rapport.ID{acme, globe} {
		update(t, b.DB, tenant, func(tx store.Tx) {
			write(t, fileOf[memo](t, tx), about("c1", "1", saying(string(tenant))))
			_, err := fileOf[mark](t, tx).Append(t.Context(), marked("c1", "1", saying("mark of "+string(tenant))))
			require.NoError(t, err)
			require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "old", Current: "of " + tenant}))
		})
	}
	update(t, b.DB, globe, func(tx store.Tx) {
		require.NoError(t, fileOf[memo](t, tx).Remove(t.Context(), "1", 1, day(9)))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := fileOf[memo](t, tx).Get(t.Context(), "1")
		require.NoError(t, err)
		require.Equal(t, string(acme), got.Record.Text)
		event, err := fileOf[mark](t, tx).Get(t.Context(), "1")
		require.NoError(t, err)
		require.Equal(t, "mark of acme", event.Record.Text)
		rows := collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{Customers: []rapport.ID{"c1"}}))
		require.Len(t, rows, 2)
		require.Equal(t, []customer.FileKind{"mark", "memo"}, []customer.FileKind{rows[0].Kind, rows[1].Kind})
		memos, err := store.FilesIn[memo](rows)
		require.NoError(t, err)
		require.Equal(t, []string{"acme"}, texts(memos))
		current, err := filesIn(t, tx).Aliases().Resolve(t.Context(), "old")
		require.NoError(t, err)
		require.Equal(t, rapport.ID("of acme"), current)
		require.Len(t, collect(t, filesIn(t, tx).Feed().After(t.Context(), "")), 2)
	})
}

// nameless is no sort of record: its kind is that of customers.
type nameless struct{ fields }

// Filing implements [customer.Filed].
func (n nameless) Filing() customer.Filing { return n.filing("customer") }

// formless is a record without JSON of its own.
type formless struct{ fields }

// Filing implements [customer.Filed].
func (f formless) Filing() customer.Filing { return f.filing("formless") }

func fileInvalid(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := store.FileOf[nameless](tx)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = store.FileOf[formless](tx)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = store.FileOf[*memo](tx)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = store.FileOf[customer.Filed](tx)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = store.FilesIn[*memo](nil)
		require.ErrorIs(t, err, store.ErrInvalid)
		memos := fileOf[memo](t, tx)
		for name, m := range map[string]memo{
			"not valid":     about("c1", "m1", saying("refused")),
			"no id":         about("c1", ""),
			"id":            about("c1", "a\x00b"),
			"customer":      about("a\nb", "m1"),
			"with":          about("c1", "m1", with("\xff")),
			"text":          about("c1", "m1", saying("\xff")),
			"early":         about("c1", "m1", happened(day(1).AddDate(-900, 0, 0))),
			"recorded late": about("c1", "m1", recorded(day(1).AddDate(900, 0, 0))),
			"no time":       about("c1", "m1", happened(time.Time{})),
		} {
			_, err := memos.Put(t.Context(), m, 0)
			require.ErrorIs(t, err, store.ErrInvalid, name)
		}
		_, err = memos.Put(t.Context(), about("c1", "m1", saying("refused")), 0)
		_, because := errors.AsType[*customer.ValidationError](err)
		require.True(t, because, "want *customer.ValidationError inside, got %v", err)
		_, err = memos.Put(t.Context(), about("c1", "m1"), -1)
		require.ErrorIs(t, err, store.ErrInvalid)
		for _, row := range []store.FileRow{{}, {Kind: "memo", ID: "a"}, {Kind: "customer", ID: "a", Doc: "{}", Until: store.NoEnd}, {Kind: "memo", ID: "a", Doc: "{}"},
			{Kind: "memo", ID: "a", Doc: "{}", Until: store.NoEnd, Customer: "\xff"}, {Kind: "memo", ID: "a", Doc: "{}", Until: store.NoEnd, With: "a\x00"},
			{Kind: "memo", ID: "a", Doc: "{}", Until: store.NoEnd, At: store.NoEnd}, {Kind: "memo", ID: "a", Doc: "{}", Until: store.NoEnd, RecordedAt: store.NoEnd},
		} {
			_, err := filesIn(t, tx).Files().Put(t.Context(), row)
			require.ErrorIs(t, err, store.ErrInvalid)
			_, err = filesIn(t, tx).Files().Append(t.Context(), row)
			require.ErrorIs(t, err, store.ErrInvalid)
		}
		require.Empty(t, collect(t, filesIn(t, tx).Files().All(t.Context(), store.FileQuery{})))
		require.Empty(t, collect(t, filesIn(t, tx).Feed().After(t.Context(), "")))
		write(t, memos, about("c1", "m1"))
		require.ErrorIs(t, filesIn(t, tx).Files().Remove(t.Context(), "memo", "m1", 1, store.NoEnd), store.ErrInvalid, "that is no end")
		require.Len(t, collect(t, memos.History(t.Context(), "m1")), 1)
	})
}

func fileRollback(t *testing.T, b Backend) {
	updateMemos(t, b.DB, func(memos store.File[memo]) { write(t, memos, about("c1", "m1", saying("a"))) })
	require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		memos := fileOf[memo](t, tx)
		rewrite(t, memos, about("c2", "m1", saying("b")), 1)
		write(t, memos, about("c1", "m2"))
		require.NoError(t, memos.Remove(t.Context(), "m2", 1, day(3)))
		require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "a", Current: "b"}))
		return errHost()
	}))
	view(t, b.DB, acme, func(tx store.Tx) {
		memos := fileOf[memo](t, tx)
		same(t, []string{"a"}, texts(collect(t, memos.History(t.Context(), "m1"))))
		require.Empty(t, collect(t, memos.History(t.Context(), "m2")))
		require.Empty(t, collect(t, memos.All(t.Context(), store.FileQuery{Customers: []rapport.ID{"c2"}})))
		require.Empty(t, collect(t, filesIn(t, tx).Aliases().All(t.Context())))
		require.Len(t, collect(t, filesIn(t, tx).Feed().After(t.Context(), "")), 1)
	})
}

func fileClosed(t *testing.T, b Backend) {
	var kept store.File[memo]
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.ErrorIs(t, tx.Aliases().Put(t.Context(), store.Alias{Old: "a", Current: "b"}), store.ErrReadOnly)
		_, err := tx.Erasures().Erase(t.Context(), store.ErasureRules{IDs: []rapport.ID{"c1"}})
		require.ErrorIs(t, err, store.ErrReadOnly)
		require.ErrorIs(t, tx.Past().Remove(t.Context(), "c1", 1, day(1)), store.ErrReadOnly)
	})
	viewMemos(t, b.DB, func(memos store.File[memo]) {
		kept = memos
		_, err := memos.Put(t.Context(), about("c1", "m1"), 0)
		require.ErrorIs(t, err, store.ErrReadOnly)
		_, err = memos.Append(t.Context(), about("c1", "m1"))
		require.ErrorIs(t, err, store.ErrReadOnly)
		require.ErrorIs(t, memos.Remove(t.Context(), "m1", 1, day(1)), store.ErrReadOnly)
	})
	_, err := kept.Get(t.Context(), "m1")
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = firstError(kept.All(t.Context(), store.FileQuery{}))
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = firstError(kept.History(t.Context(), "m1"))
	require.ErrorIs(t, err, store.ErrClosed)
}
