package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func tenantCases() []Case {
	return []Case{
		{Name: "tenant/two interleaved", Run: tenantsInterleaved},
		{Name: "tenant/names that nearly meet", Run: tenantsNearlyMeet},
		{Name: "tenant/writes do not touch the other", Run: tenantsWrites},
		{Name: "tenant/roles are those of the tenant", Run: tenantsRoles},
		{Name: "tenant/key does not run into the tenant", Run: tenantsKeys},
	}
}

// tenantsInterleaved gives two tenants the same ids with different content and
// checks every method.
func tenantsInterleaved(t *testing.T, b Backend) {
	sums := map[rapport.ID]string{acme: "1.00", globe: "2.00"}
	units := map[rapport.ID]int64{acme: 100, globe: 200}
	for i := range 6 {
		for _, tenant := range []rapport.ID{acme, globe} {
			update(t, b.DB, tenant, func(tx store.Tx) {
				id := string('a' + rune(i))
				put(t, tx, party(t, rapport.ID(id), known(account(id)), func(d *customer.Draft) { d.Name = string(tenant) }))
				require.Equal(t, 1, ingest(t, tx, line(t, id, sold(t, rapport.ID(id), day(i+1), sums[tenant]))).Inserted)
				require.Equal(t, 1, ingest(t, tx, line(t, id+"cost", spent(id), sold(t, rapport.ID(id), day(i+1), sums[tenant]))).Inserted)
				require.Equal(t, 1, ingestContacts(t, tx, contact(t, id, func(d *customer.InteractionDraft) { d.Topic = string(tenant) })).Inserted)
			})
		}
	}
	for _, tenant := range []rapport.ID{acme, globe} {
		view(t, b.DB, tenant, func(tx store.Tx) {
			all := collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))
			p, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{})
			require.NoError(t, err)
			same(t, all, p.Items)
			require.Len(t, all, 6)
			for _, c := range all {
				require.Equal(t, string(tenant), c.Name())
				found, err := tx.Customers().Find(t.Context(), account(string(c.ID())))
				require.NoError(t, err)
				require.Equal(t, string(tenant), found.Name())
				got, err := tx.Customers().Get(t.Context(), c.ID())
				require.NoError(t, err)
				require.Equal(t, string(tenant), got.Name())
			}
			rows := collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))
			require.Len(t, rows, 12)
			rowPage, err := tx.Transactions().Page(t.Context(), store.TransactionQuery{}, store.PageRequest{})
			require.NoError(t, err)
			same(t, rows, rowPage.Items)
			for _, row := range rows {
				require.Equal(t, sums[tenant], row.Amount().Amount().StringFixed(2))
			}
			row, err := tx.Transactions().Get(t.Context(), customer.ExternalKey{System: "till", ID: "a"})
			require.NoError(t, err)
			require.Equal(t, sums[tenant], row.Amount().Amount().StringFixed(2))
			purchases := collect(t, tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}))
			require.Len(t, purchases, 6)
			for _, p := range purchases {
				require.Equal(t, units[tenant], p.Amount)
				require.Equal(t, units[tenant], p.Cost)
			}
			contacts := collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{}))
			require.Len(t, contacts, 6)
			talkPage, err := tx.Interactions().Page(t.Context(), store.InteractionQuery{Customer: "c1"}, store.PageRequest{})
			require.NoError(t, err)
			same(t, contacts, talkPage.Items)
			for _, talk := range contacts {
				require.Equal(t, string(tenant), talk.Topic())
				got, err := tx.Interactions().Get(t.Context(), talk.Key())
				require.NoError(t, err)
				require.Equal(t, string(tenant), got.Topic())
			}
		})
	}
}

func tenantsNearlyMeet(t *testing.T, b Backend) {
	tenants := []rapport.ID{"a", "A", "a ", "ab", "ä", "a\u0308", "a/b", "%", "_"}
	for _, tenant := range tenants {
		update(t, b.DB, tenant, func(tx store.Tx) {
			put(t, tx, party(t, "c1", known(account("7")), func(d *customer.Draft) { d.Name = string(tenant) }))
			require.Equal(t, 1, ingest(t, tx, line(t, "1")).Inserted)
		})
	}
	for _, tenant := range tenants {
		view(t, b.DB, tenant, func(tx store.Tx) {
			c, err := tx.Customers().Find(t.Context(), account("7"))
			require.NoError(t, err)
			require.Equal(t, string(tenant), c.Name())
			require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), 1)
		})
	}
}

func tenantsWrites(t *testing.T, b Backend) {
	for _, tenant := range []rapport.ID{acme, globe} {
		update(t, b.DB, tenant, func(tx store.Tx) { writeAll(t, tx) })
	}
	read := func(tenant rapport.ID) (c customer.Customer) {
		view(t, b.DB, tenant, func(tx store.Tx) {
			var err error
			c, err = tx.Customers().Get(t.Context(), "c1")
			require.NoError(t, err)
			wantOwner(t, tx, account("7"), "c1")
		})
		return c
	}
	untouched := read(globe)
	changed, err := read(acme).WithName("changed")
	require.NoError(t, err)
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, changed) })
	same(t, untouched, read(globe))
	changed = read(acme).WithoutIdentifier(account("7"))
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, changed) })
	same(t, untouched, read(globe))
	update(t, b.DB, acme, func(tx store.Tx) { require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 3)) })
	same(t, untouched, read(globe))
}

// tenantsRoles: whom one tenant calls internal is a customer of the other.
func tenantsRoles(t *testing.T, b Backend) {
	for _, tenant := range []rapport.ID{acme, globe} {
		update(t, b.DB, tenant, func(tx store.Tx) {
			ingest(t, tx, line(t, "1", sold(t, "c1", day(1), "1")))
			put(t, tx, party(t, "c1", func(d *customer.Draft) {
				if tenant == globe {
					d.Roles = []customer.Role{{Type: customer.Internal}}
				}
			}))
		})
	}
	q := inCNY()
	q.SkipInternal = true
	view(t, b.DB, globe, func(tx store.Tx) { require.Empty(t, collect(t, tx.Transactions().Purchases(t.Context(), q))) })
	view(t, b.DB, acme, func(tx store.Tx) { require.Len(t, collect(t, tx.Transactions().Purchases(t.Context(), q)), 1) })
}

func tenantsKeys(t *testing.T, b Backend) {
	update(t, b.DB, "ab", func(tx store.Tx) { put(t, tx, party(t, "c")) })
	view(t, b.DB, "a", func(tx store.Tx) {
		_, err := tx.Customers().Get(t.Context(), "bc")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
