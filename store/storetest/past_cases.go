package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func pastCases() []Case {
	return []Case{
		{Name: "past/every state of a customer", Needs: files(), Run: pastStates},
		{Name: "past/customers as of an instant", Needs: files(), Run: pastAll},
		{Name: "past/record time does not go back", Run: pastTime},
		{Name: "past/removed and put again", Needs: files(), Run: pastRemove},
		{Name: "past/deleted with the customer", Needs: files(), Run: pastDelete},
		{Name: "past/of the tenant", Needs: files(), Run: pastTenants},
		{Name: "book/handed over at once", Run: bookOver},
		{Name: "book/all or none", Run: bookNone},
		{Name: "book/by the plan of a handover", Needs: files(), Run: bookPlan},
	}
}

// named returns a customer recorded on the n-th day.
func named(t tb, id rapport.ID, name string, n int) customer.Customer {
	t.Helper()
	return party(t, id, func(d *customer.Draft) { d.Name, d.RecordedAt = name, day(n) })
}

// replaced puts a customer in the place of the version given.
func replaced(t tb, tx store.Tx, c customer.Customer, version int64) {
	t.Helper()
	c, err := customer.Restore(c.Draft(), version)
	require.NoError(t, err)
	put(t, tx, c)
}

func wantNobody(t tb, err error, id string) {
	t.Helper()
	wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "customer", Key: id},
		func(e *store.NotFoundError) store.NotFoundError { return *e })
}

func pastStates(t *testing.T, b Backend) {
	first := party(t, "c1", known(account("7")), func(d *customer.Draft) { d.Name, d.RecordedAt = "a", day(2).Add(1) })
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, first)
		replaced(t, tx, named(t, "c1", "b", 4), 1)
		replaced(t, tx, named(t, "c1", "c", 4), 2)
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		history := collect(t, tx.Past().History(t.Context(), "c1"))
		require.Len(t, history, 3)
		for i, want := range []customer.Customer{first, named(t, "c1", "b", 4), named(t, "c1", "c", 4)} {
			want, err := customer.Restore(want.Draft(), int64(i+1))
			require.NoError(t, err)
			until := []time.Time{day(4), day(4), {}}[i]
			same(t, store.Stored[customer.Customer]{Record: want, Version: int64(i + 1), Until: until}, history[i])
		}
		for at, want := range map[time.Time]string{day(2).Add(1): "a", day(3): "a", day(4).Add(-1): "a", day(4): "c", day(9): "c"} {
			got, err := tx.Past().AsOf(t.Context(), "c1", at)
			require.NoError(t, err)
			require.Equal(t, want, got.Name())
		}
		_, err := tx.Past().AsOf(t.Context(), "c1", day(2))
		wantNobody(t, err, "c1")
		_, err = tx.Past().AsOf(t.Context(), "c2", day(2))
		wantNobody(t, err, "c2")
		require.Empty(t, collect(t, tx.Past().History(t.Context(), "c")))
	})
}

func pastAll(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, named(t, "c2", "a", 2), named(t, "c1", "b", 3), named(t, "c3", "c", 6))
		replaced(t, tx, named(t, "c2", "d", 5), 1)
		require.NoError(t, filesIn(t, tx).Past().Remove(t.Context(), "c1", 1, day(7)))
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		for n, want := range map[int][]string{1: nil, 2: {"a"}, 3: {"b", "a"}, 4: {"b", "a"}, 5: {"b", "d"}, 6: {"b", "d", "c"}, 7: {"d", "c"}} {
			var names []string
			for _, c := range collect(t, tx.Past().All(t.Context(), day(n))) {
				names = append(names, c.Name())
			}
			require.Equal(t, want, names, n)
		}
		for range tx.Past().All(t.Context(), day(6)) {
			break
		}
	})
}

func pastTime(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, named(t, "c1", "a", 5))
		early, err := customer.Restore(named(t, "c1", "b", 4).Draft(), 1)
		require.NoError(t, err)
		_, err = tx.Customers().Put(t.Context(), early)
		wantTime(t, err, store.KindCustomer, "c1", day(4), day(5))
		replaced(t, tx, named(t, "c1", "b", 5), 1)
	})
}

func pastRemove(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(account("7")), func(d *customer.Draft) { d.RecordedAt = day(3) }))
		past := filesIn(t, tx).Past()
		wantTime(t, past.Remove(t.Context(), "c1", 1, day(2)), store.KindCustomer, "c1", day(2), day(3))
		wantVersions(t, past.Remove(t.Context(), "c1", 2, day(4)), 1, 2)
		wantNobody(t, past.Remove(t.Context(), "c2", 1, day(4)), "c2")
		require.ErrorIs(t, past.Remove(t.Context(), "c1", 1, day(1).AddDate(300, 0, 0)), store.ErrInvalid)
		require.NoError(t, past.Remove(t.Context(), "c1", 1, day(5)))
		_, err := tx.Customers().Get(t.Context(), "c1")
		wantNobody(t, err, "c1")
		wantOwner(t, tx, account("7"), "")
		wantNobody(t, past.Remove(t.Context(), "c1", 1, day(5)), "c1")
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Put(t.Context(), named(t, "c1", "again", 4))
		wantTime(t, err, store.KindCustomer, "c1", day(4), day(5))
		again, err := tx.Customers().Put(t.Context(), named(t, "c1", "again", 6))
		require.NoError(t, err)
		require.EqualValues(t, 2, again.Version(), "no version comes twice")
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		require.Len(t, collect(t, tx.Past().History(t.Context(), "c1")), 2)
		got, err := tx.Past().AsOf(t.Context(), "c1", day(4))
		require.NoError(t, err)
		require.True(t, got.HasIdentifier(account("7")))
		_, err = tx.Past().AsOf(t.Context(), "c1", day(5))
		wantNobody(t, err, "c1")
	})
}

func pastDelete(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, named(t, "c1", "a", 3))
		replaced(t, tx, named(t, "c1", "b", 4), 1)
		require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 2))
		require.Empty(t, collect(t, filesIn(t, tx).Past().History(t.Context(), "c1")))
		put(t, tx, named(t, "c1", "c", 1))
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		history := collect(t, tx.Past().History(t.Context(), "c1"))
		require.Len(t, history, 1)
		require.EqualValues(t, 1, history[0].Version)
	})
}

func pastTenants(t *testing.T, b Backend) {
	for _, tenant := range []rapport.ID{acme, globe} {
		update(t, b.DB, tenant, func(tx store.Tx) {
			put(t, tx, named(t, "c1", string(tenant), 2))
			replaced(t, tx, named(t, "c1", "now", 3), 1)
		})
	}
	update(t, b.DB, globe, func(tx store.Tx) { require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 2)) })
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		got, err := tx.Past().AsOf(t.Context(), "c1", day(2))
		require.NoError(t, err)
		require.Equal(t, "acme", got.Name())
		require.Len(t, collect(t, tx.Past().History(t.Context(), "c1")), 2)
	})
}

// book keeps three customers and returns their ids.
func book(t tb, db store.DB) []rapport.ID {
	t.Helper()
	update(t, db, acme, func(tx store.Tx) { put(t, tx, named(t, "c1", "1", 1), named(t, "c2", "2", 1), named(t, "c3", "3", 1)) })
	return []rapport.ID{"c3", "c1", "c2"}
}

func bookOver(t *testing.T, b Backend) {
	ids := book(t, b.DB)
	changed, err := store.ChangeCustomers(t.Context(), b.DB.Tenant(acme), ids, func(c customer.Customer) (customer.Customer, error) {
		if c.ID() == "c2" {
			return c, nil
		}
		return c.WithName("of li.wei")
	})
	require.NoError(t, err)
	require.Len(t, changed, 3)
	for i, want := range []struct {
		name    string
		version int64
	}{{"of li.wei", 2}, {"of li.wei", 2}, {"2", 1}} {
		require.Equal(t, want.name, changed[i].Name())
		require.Equal(t, want.version, changed[i].Version())
		view(t, b.DB, acme, func(tx store.Tx) {
			got, err := tx.Customers().Get(t.Context(), ids[i])
			require.NoError(t, err)
			same(t, changed[i], got)
		})
	}
}

func bookNone(t *testing.T, b Backend) {
	ids := book(t, b.DB)
	rename := func(c customer.Customer) (customer.Customer, error) { return c.WithName("of li.wei") }
	failure := errHost()
	for name, c := range map[string]struct {
		ids  []rapport.ID
		fn   func(customer.Customer) (customer.Customer, error)
		want error
	}{
		"nobody": {append(ids, "c9"), rename, store.ErrNotFound},
		"twice":  {append(ids, "c3"), rename, store.ErrInvalid},
		"another": {ids, func(c customer.Customer) (customer.Customer, error) {
			return named(t, c.ID()+"x", "of li.wei", 1), nil
		}, store.ErrInvalid},
		"the host's": {ids, func(c customer.Customer) (customer.Customer, error) {
			if c.ID() == "c2" {
				return c, failure
			}
			return rename(c)
		}, failure},
	} {
		_, err := store.ChangeCustomers(t.Context(), b.DB.Tenant(acme), c.ids, c.fn)
		require.ErrorIs(t, err, c.want, name)
	}
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, c := range collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})) {
			require.EqualValues(t, 1, c.Version())
		}
	})
}

// bookPlan plans the handover of a clerk's book and carries it out in one Update.
func bookPlan(t *testing.T, b Backend) {
	owned := func(by string) func(*customer.Draft) {
		return func(d *customer.Draft) {
			d.Owners = []customer.Ownership{{Owner: by, Role: customer.OwnerAccountManager}}
		}
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", owned("li.wei")), party(t, "c2", owned("chen.yu")), party(t, "c3", owned("li.wei")))
	})
	update(t, b.DB, acme, func(tx store.Tx) {
		plan, err := customer.PlanHandover(slices.Values(collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))),
			customer.Handover{From: "li.wei", To: "zhao.min", At: day(5), RecordedAt: day(5)})
		require.NoError(t, err)
		require.Equal(t, []rapport.ID{"c1", "c3"}, ids(plan.Changed))
		put(t, tx, plan.Changed...)
	})
	viewFiles(t, b.DB, acme, func(tx store.FilesTx) {
		owner := func(asOf time.Time, id rapport.ID, at time.Time) string {
			c, err := tx.Past().AsOf(t.Context(), id, asOf)
			require.NoError(t, err)
			owners := c.OwnersAt(at)
			require.Len(t, owners, 1)
			return owners[0].Owner
		}
		for id, want := range map[rapport.ID]string{"c1": "zhao.min", "c2": "chen.yu", "c3": "zhao.min"} {
			require.Equal(t, want, owner(day(6), id, day(6)))
		}
		require.Equal(t, "li.wei", owner(day(6), "c1", day(4)), "before the handover, as known now")
		require.Equal(t, "li.wei", owner(day(4), "c1", day(6)), "as known before")
	})
}
