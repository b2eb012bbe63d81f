package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func pageCases() []Case {
	return []Case{
		{Name: "page/whole listing in order", Run: pageWhole},
		{Name: "page/exact multiple ends", Run: pageExact},
		{Name: "page/limits", Run: pageLimits},
		{Name: "page/stable under inserts and deletes", Run: pageStable},
		{Name: "page/tokens hold odd characters", Run: pageOdd},
		{Name: "page/forged tokens", Run: pageForged},
		{Name: "page/forged place stays in the listing", Run: pageForgedPlace},
		{Name: "page/another tenant's token", Run: pageOtherTenant},
		{Name: "page/another listing's token", Run: pageOtherListing},
		{Name: "page/equal times", Run: pageEqualTimes},
		{Name: "page/period is half-open", Run: pagePeriod},
		{Name: "page/period and customer", Run: pagePeriodCustomer},
		{Name: "page/invalid customer", Run: pageInvalid},
	}
}

// pages walks through a listing and returns the keys of its pages.
func pages(t tb, db store.DB, q store.TransactionQuery, limit int, between func()) [][]string {
	t.Helper()
	var all [][]string
	for r := (store.PageRequest{Limit: limit}); ; {
		view(t, db, acme, func(tx store.Tx) {
			p, err := tx.Transactions().Page(t.Context(), q, r)
			require.NoError(t, err)
			all = append(all, keys(p.Items))
			r.After = p.Next
		})
		if r.After == "" {
			return all
		}
		if between != nil {
			between()
		}
	}
}

func lines(t tb, n int) []customer.Transaction {
	var rows []customer.Transaction
	for i := range n {
		rows = append(rows, line(t, fmt.Sprintf("%02d", i), sold(t, rapport.ID(fmt.Sprint("c", i%3)), day(1+i), "1")))
	}
	return rows
}

func pageWhole(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 10))
	want := []string{"00", "03", "06", "09", "01", "04", "07", "02", "05", "08"}
	for _, limit := range []int{1, 2, 3, 4, 9, 10, 11, 0} {
		same(t, want, slices.Concat(pages(t, b.DB, store.TransactionQuery{}, limit, nil)...))
	}
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, want, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}

func pageExact(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 6))
	require.Len(t, pages(t, b.DB, store.TransactionQuery{}, 3, nil), 2)
	require.Len(t, pages(t, b.DB, store.TransactionQuery{}, 6, nil), 1)
}

func pageLimits(t *testing.T, b Backend) {
	saved(t, b.DB, nil, party(t, "c1"))
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, limit := range []int{-1, store.MaxPageLimit + 1} {
			r := store.PageRequest{Limit: limit}
			_, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, r)
			require.ErrorIs(t, err, store.ErrInvalid)
			_, err = tx.Transactions().Page(t.Context(), store.TransactionQuery{}, r)
			require.ErrorIs(t, err, store.ErrInvalid)
			_, err = tx.Interactions().Page(t.Context(), store.InteractionQuery{}, r)
			require.ErrorIs(t, err, store.ErrInvalid)
		}
		_, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{Limit: store.MaxPageLimit})
		require.NoError(t, err)
	})
}

func pageStable(t *testing.T, b Backend) {
	var customers []customer.Customer
	for i := range 8 {
		customers = append(customers, party(t, rapport.ID(fmt.Sprint("m", i))))
	}
	saved(t, b.DB, lines(t, 9), customers...)
	n := 0
	got := pages(t, b.DB, store.TransactionQuery{}, 2, func() {
		n++ // rows before and after the place of the reader
		saved(t, b.DB, []customer.Transaction{line(t, fmt.Sprint("before ", n), sold(t, "b", day(n), "1"))})
	})
	same(t, []string{"00", "03", "06", "01", "04", "07", "02", "05", "08"}, slices.Concat(got...))

	var seen []rapport.ID
	for r := (store.PageRequest{Limit: 3}); ; {
		update(t, b.DB, acme, func(tx store.Tx) {
			p, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, r)
			require.NoError(t, err)
			seen = append(seen, ids(p.Items)...)
			r.After = p.Next
			// The row that the token names goes, a row before it comes.
			last := p.Items[len(p.Items)-1]
			require.NoError(t, tx.Customers().Delete(t.Context(), last.ID(), last.Version()))
			put(t, tx, party(t, "a"+last.ID()))
		})
		if r.After == "" {
			break
		}
	}
	same(t, ids(customers), seen)
}

func pageOdd(t *testing.T, b Backend) {
	var rows []customer.Transaction
	var customers []customer.Customer
	for _, text := range []string{"/", ":", ",", "|", "a|b", "\\", "'", `"`, "%2F", "=", "+", "&", "?", "#", " ", "中文", "🙂", "a\u2028b", "1:a"} {
		if text == " " {
			text = "a b "
		}
		rows = append(rows, line(t, text, func(d *customer.TransactionDraft) { d.Key.System, d.Customer = text, rapport.ID(text) }))
		customers = append(customers, party(t, rapport.ID(text)))
	}
	saved(t, b.DB, rows, customers...)
	require.Len(t, slices.Concat(pages(t, b.DB, store.TransactionQuery{}, 1, nil)...), len(rows))
	view(t, b.DB, acme, func(tx store.Tx) {
		n := 0
		for r := (store.PageRequest{Limit: 1}); ; n++ {
			p, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, r)
			require.NoError(t, err)
			for _, c := range string(p.Next) {
				require.Contains(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", string(c), "safe in a URL")
			}
			if r.After = p.Next; r.After == "" {
				break
			}
		}
		require.Equal(t, len(customers)-1, n)
	})
}

func pageEqualTimes(t *testing.T, b Backend) {
	var rows []customer.Transaction
	for _, key := range []customer.ExternalKey{{System: "b", ID: "1"}, {System: "a", ID: "2"}, {System: "a", ID: "10"}, {System: "B", ID: "3"}} {
		rows = append(rows, line(t, "", func(d *customer.TransactionDraft) { d.Key = key }))
	}
	saved(t, b.DB, rows)
	for limit := 1; limit <= 4; limit++ {
		same(t, []string{"3", "10", "2", "1"}, slices.Concat(pages(t, b.DB, store.TransactionQuery{Customer: "c1"}, limit, nil)...))
	}
}

func pagePeriod(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "before", sold(t, "c1", day(3).Add(-1), "1")), line(t, "first", sold(t, "c1", day(3), "1")),
		line(t, "last", sold(t, "c2", day(5).Add(-1), "1")), line(t, "end", sold(t, "c2", day(5), "1")),
	})
	period, err := rapport.NewInterval(day(3), day(5))
	require.NoError(t, err)
	since, err := rapport.NewInterval(day(3), day(5).AddDate(7000, 0, 0))
	require.NoError(t, err)
	until, err := rapport.NewInterval(day(3).AddDate(-2000, 0, 0), day(5))
	require.NoError(t, err)
	for _, limit := range []int{1, 2, 10} {
		same(t, []string{"first", "last"}, slices.Concat(pages(t, b.DB, store.TransactionQuery{Period: period}, limit, nil)...))
		same(t, []string{"first", "last", "end"}, slices.Concat(pages(t, b.DB, store.TransactionQuery{Period: since}, limit, nil)...))
		same(t, []string{"before", "first", "last"}, slices.Concat(pages(t, b.DB, store.TransactionQuery{Period: until}, limit, nil)...))
	}
}

func pagePeriodCustomer(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 12))
	period, err := rapport.NewInterval(day(4), day(11))
	require.NoError(t, err)
	q := store.TransactionQuery{Customer: "c1", Period: period}
	for limit := 1; limit <= 3; limit++ {
		same(t, []string{"04", "07"}, slices.Concat(pages(t, b.DB, q, limit, nil)...))
	}
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"04", "07"}, keys(collect(t, tx.Transactions().All(t.Context(), q))))
		require.Empty(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "c", Period: period})))
	})
}

func pageInvalid(t *testing.T, b Backend) {
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Transactions().Page(t.Context(), store.TransactionQuery{Customer: "a\x00b"}, store.PageRequest{})
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = firstError(tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: "\xff"}))
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}
