package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func glanceCases() []Case {
	return []Case{
		{Name: "glance/the newest about a customer", Needs: files(), Run: glanceAll},
		{Name: "glance/of a merged customer", Needs: files(), Run: glanceMerged},
		{Name: "glance/least there can be", Needs: files(), Run: glanceLeast},
		{Name: "dependants/of several customers in one order", Run: dependants},
	}
}

func glanceAll(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, full(t, "c1"), full(t, "c11"))
		for i := range 4 {
			write(t, fileOf[memo](t, tx), about("c1", rapport.ID(fmt.Sprint("m", i)), happened(day(1+i/2))))
			_, err := fileOf[mark](t, tx).Append(t.Context(), marked("c1", rapport.ID(fmt.Sprint("e", i)), happened(day(9-i))))
			require.NoError(t, err)
			ingestContacts(t, tx, contact(t, fmt.Sprint(i), func(d *customer.InteractionDraft) { d.At = day(1 + i/2) }))
		}
		write(t, fileOf[memo](t, tx), about("c11", "other"), about("", "nobody's", with("c1")))
		ingest(t, tx, line(t, "1", sold(t, "c1", day(3), "10.005")), line(t, "2", sold(t, "c1", day(2), "5")), line(t, "r", sold(t, "c1", day(4), "-2"), returned),
			line(t, "k", sold(t, "c1", day(9), "3"), spent("1")), line(t, "e", sold(t, "c1", day(1), "7"), euros("7")(t)), line(t, "o", sold(t, "c11", day(1), "1")))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		glance, err := store.ReadGlance(t.Context(), tx, "c1", &store.GlanceLimits{Files: 3, Interactions: 3})
		require.NoError(t, err)
		require.Equal(t, rapport.ID("c1"), glance.Customer.ID())
		require.Equal(t, []rapport.ID{"c1"}, glance.IDs)
		var found []string
		for _, row := range glance.Files {
			found = append(found, row.Key())
		}
		require.Equal(t, []string{"mark/e0", "mark/e1", "mark/e2", "memo/m3", "memo/m2", "memo/m1"}, found)
		memos, err := store.FilesIn[memo](glance.Files)
		require.NoError(t, err)
		same(t, store.Stored[memo]{Record: about("c1", "m3", happened(day(2))), Version: 1}, memos[0])
		require.Equal(t, []string{"3", "2", "1"}, []string{glance.Interactions[0].Key().ID, glance.Interactions[1].Key().ID, glance.Interactions[2].Key().ID})
		same(t, store.Totals{
			{Currency: rapport.CNY, Sales: money(t, "15.005", rapport.CNY), Returns: money(t, "-2", rapport.CNY), Costs: money(t, "3", rapport.CNY),
				SaleLines: 2, ReturnLines: 1, CostLines: 1, First: day(2), Last: day(4)},
			{Currency: rapport.EUR, Sales: money(t, "7", rapport.EUR), Returns: money(t, "0", rapport.EUR), Costs: money(t, "0", rapport.EUR),
				SaleLines: 1, First: day(1), Last: day(1)},
		}, glance.Totals)
	})
}

func glanceMerged(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, full(t, "c1"))
		for i, id := range []rapport.ID{"c1", "old", "older"} {
			for n := range 3 {
				write(t, fileOf[memo](t, tx), about(id, rapport.ID(fmt.Sprint(id, n)), happened(day(1+n))))
			}
			_, err := fileOf[mark](t, tx).Append(t.Context(), marked(id, id))
			require.NoError(t, err)
			ingestContacts(t, tx, contact(t, string(id), func(d *customer.InteractionDraft) { d.Customer, d.At = id, day(5-i) }))
			ingest(t, tx, line(t, string(id), sold(t, id, day(1+i), "1")))
		}
		require.NoError(t, filesIn(t, tx).Aliases().Put(t.Context(), store.Alias{Old: "older", Current: "c1"}, store.Alias{Old: "old", Current: "c1"}))
	})
	for _, id := range []rapport.ID{"c1", "old", "older"} {
		view(t, b.DB, acme, func(tx store.Tx) {
			glance, err := store.ReadGlance(t.Context(), tx, id, &store.GlanceLimits{Files: 4, Interactions: 2})
			require.NoError(t, err)
			require.Equal(t, rapport.ID("c1"), glance.Customer.ID())
			require.Equal(t, []rapport.ID{"c1", "old", "older"}, glance.IDs)
			var found []string
			for _, row := range glance.Files {
				found = append(found, row.Key())
			}
			require.Equal(t, []string{"mark/older", "mark/old", "mark/c1", "memo/older2", "memo/old2", "memo/c12", "memo/older1"}, found)
			require.Equal(t, []string{"c1", "old"}, []string{glance.Interactions[0].Key().ID, glance.Interactions[1].Key().ID})
			require.Len(t, glance.Totals, 1)
			require.Equal(t, 3, glance.Totals[0].SaleLines)
			require.Equal(t, []time.Time{day(1), day(3)}, []time.Time{glance.Totals[0].First, glance.Totals[0].Last})
		})
	}
}

func glanceLeast(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
	view(t, b.DB, acme, func(tx store.Tx) {
		glance, err := store.ReadGlance(t.Context(), tx, "c1", nil)
		require.NoError(t, err)
		got, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		same(t, store.Glance{Customer: got, IDs: []rapport.ID{"c1"}}, glance)
		_, err = store.ReadGlance(t.Context(), tx, "c2", nil)
		wantNobody(t, err, "c2")
		for _, o := range []store.GlanceLimits{{Files: -1}, {Interactions: store.MaxPageLimit + 1}} {
			_, err := store.ReadGlance(t.Context(), tx, "c1", &o)
			require.ErrorIs(t, err, store.ErrInvalid)
		}
	})
}

func dependants(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		for i := range 12 {
			who := rapport.ID(fmt.Sprint("c", i%4))
			ingest(t, tx, line(t, fmt.Sprintf("%02d", 12-i), sold(t, who, day(1+i/3), "1")))
			ingestContacts(t, tx, contact(t, fmt.Sprintf("%02d", 12-i), func(d *customer.InteractionDraft) { d.Customer, d.At = who, day(1+i/3) }))
		}
	})
	period, err := rapport.NewInterval(day(2), day(4))
	require.NoError(t, err)
	view(t, b.DB, acme, func(tx store.Tx) {
		some := []rapport.ID{"c3", "c1", "c9", "c1"}
		same(t, []string{"11", "07", "09", "05", "01", "03"}, keys(collect(t, store.TransactionsOf(t.Context(), tx, some, rapport.Interval{}))))
		same(t, []string{"07", "09", "05"}, keys(collect(t, store.TransactionsOf(t.Context(), tx, some, period))))
		require.Empty(t, collect(t, store.TransactionsOf(t.Context(), tx, nil, period)))
		talks := collect(t, store.InteractionsOf(t.Context(), tx, []rapport.ID{"c0", "c1", "c2", "c3"}, rapport.Interval{}))
		require.Len(t, talks, 12)
		for i, talk := range talks[1:] {
			require.False(t, talk.At().Before(talks[i].At()))
		}
		for range store.InteractionsOf(t.Context(), tx, some, period) {
			break
		}
		_, err := firstError(store.InteractionsOf(t.Context(), tx, []rapport.ID{"c1", ""}, period))
		require.ErrorIs(t, err, store.ErrInvalid)
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		for _, err := range store.TransactionsOf(ctx, tx, []rapport.ID{"c1", "c3"}, rapport.Interval{}) {
			if err != nil {
				require.ErrorIs(t, err, context.Canceled)
				break
			}
			n++
			cancel()
		}
		require.Less(t, n, 6)
	})
}
