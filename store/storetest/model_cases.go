package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

func modelCases() []Case {
	return []Case{{Name: "model/any sequence of updates", Run: anySequence}}
}

// model is a store as simple as can be: what a tenant should have.
type model struct {
	customers    map[rapport.ID]customer.Customer
	transactions map[string]customer.Transaction // all keys are of one system
}

func (m model) clone() model {
	return model{customers: maps.Clone(m.customers), transactions: maps.Clone(m.transactions)}
}

func (m model) owner(i customer.Identifier) rapport.ID {
	for id, c := range m.customers {
		if c.HasIdentifier(i) {
			return id
		}
	}
	return ""
}

// lines returns the transactions in the order of listings.
func (m model) lines() []customer.Transaction {
	return slices.SortedFunc(maps.Values(m.transactions), func(a, b customer.Transaction) int {
		return cmp.Or(cmp.Compare(a.Customer(), b.Customer()), a.At().Compare(b.At()), cmp.Compare(a.Key().ID, b.Key().ID))
	})
}

func (m model) purchases(t tb) []scoring.Purchase {
	var all []scoring.Purchase
	for _, line := range m.lines() {
		if line.Kind() == customer.Cost {
			continue
		}
		minor, err := line.Amount().Minor()
		require.NoError(t, err)
		p := scoring.Purchase{Customer: line.Customer(), At: line.At(), Amount: minor}
		for _, cost := range m.transactions {
			if cost.Kind() == customer.Cost && cost.Of() == line.Key() {
				minor, err := cost.Amount().Minor()
				require.NoError(t, err)
				p.Cost += minor
			}
		}
		all = append(all, p)
	}
	return all
}

// anySequence runs random updates, some of which fail, on the store and on the
// model, and compares all they hold after each.
func anySequence(t *testing.T, b Backend) {
	empty := func() model {
		return model{customers: map[rapport.ID]customer.Customer{}, transactions: map[string]customer.Transaction{}}
	}
	anyUpdates(t, b, "tenant", empty, model.clone, compare, map[string]func(*rapid.T, store.Tx, model){
		"put": stepPut, "delete": stepDelete, "ingest": stepIngest,
	})
}

// anyUpdates runs random updates of random steps on the store and on a model M.
func anyUpdates[M any](t *testing.T, b Backend, name string, empty func() M, clone func(M) M,
	compare func(*rapid.T, store.Tx, M), steps map[string]func(*rapid.T, store.Tx, M)) {
	tenants, names := 0, slices.Sorted(maps.Keys(steps))
	rapid.Check(t, func(r *rapid.T) {
		tenants++ // a tenant of its own for every sequence
		tenant := b.DB.Tenant(rapport.ID(fmt.Sprint(name, " ", tenants)))
		kept := empty()
		for range rapid.IntRange(1, 8).Draw(r, "updates") {
			next := clone(kept)
			fails := rapid.Bool().Draw(r, "fails")
			err := tenant.Update(r.Context(), func(tx store.Tx) error {
				for range rapid.IntRange(1, 5).Draw(r, "steps") {
					steps[rapid.SampledFrom(names).Draw(r, "step")](r, tx, next)
				}
				compare(r, tx, next)
				if fails {
					return errHost()
				}
				return nil
			})
			require.Equal(r, fails, err != nil, "error: %v", err)
			if !fails {
				kept = next
			}
			require.NoError(r, tenant.View(r.Context(), func(tx store.Tx) error {
				compare(r, tx, kept)
				return nil
			}))
		}
	})
}

func drawID(r *rapid.T) rapport.ID {
	return rapid.SampledFrom([]rapport.ID{"a", "A", "b", "b "}).Draw(r, "id")
}

func drawVersion(r *rapid.T, m model, id rapport.ID) int64 {
	if rapid.IntRange(0, 3).Draw(r, "stale") == 0 {
		return rapid.Int64Range(0, 3).Draw(r, "version")
	}
	return m.customers[id].Version()
}

func stepPut(r *rapid.T, tx store.Tx, m model) {
	id := drawID(r)
	version := drawVersion(r, m, id)
	var identifiers []customer.Identifier
	for _, value := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3"}), 0, 2, rapid.ID).Draw(r, "identifiers") {
		identifiers = append(identifiers, account(value))
	}
	c := party(r, id, known(identifiers...))
	if version > 0 {
		var err error
		c, err = customer.Restore(c.Draft(), version)
		require.NoError(r, err)
	}
	got, err := tx.Customers().Put(r.Context(), c)
	if have := m.customers[id].Version(); have != version {
		conflict, ok := errors.AsType[*store.VersionConflictError](err)
		require.True(r, ok, "want *VersionConflictError, got %v", err)
		require.Equal(r, store.VersionConflictError{Kind: store.KindCustomer, ID: id, Have: have, Want: version}, *conflict)
		return
	}
	for _, i := range identifiers {
		if owner := m.owner(i); owner != "" && owner != id {
			taken, ok := errors.AsType[*store.IdentifierTakenError](err)
			require.True(r, ok, "want *IdentifierTakenError, got %v", err)
			require.Equal(r, store.IdentifierTakenError{Identifier: i, Owner: owner, Claimant: id}, *taken)
			return
		}
	}
	require.NoError(r, err)
	require.Equal(r, version+1, got.Version())
	m.customers[id] = got
}

func stepDelete(r *rapid.T, tx store.Tx, m model) {
	id := drawID(r)
	version := drawVersion(r, m, id)
	err := tx.Customers().Delete(r.Context(), id, version)
	stored, exists := m.customers[id]
	switch {
	case !exists:
		require.ErrorIs(r, err, store.ErrNotFound)
	case stored.Version() != version:
		require.ErrorIs(r, err, store.ErrConflict)
	default:
		require.NoError(r, err)
		delete(m.customers, id)
	}
}

func stepIngest(r *rapid.T, tx store.Tx, m model) {
	drawKey := rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "01"})
	var rows []customer.Transaction
	for range rapid.IntRange(0, 4).Draw(r, "rows") {
		who, at := drawID(r), day(rapid.IntRange(1, 3).Draw(r, "day"))
		amount := rapid.SampledFrom([]string{"1", "2.50", "0"}).Draw(r, "amount")
		change := func(*customer.TransactionDraft) {}
		id := drawKey.Draw(r, "key")
		if of := drawKey.Draw(r, "of"); of != id && rapid.Bool().Draw(r, "cost") {
			change = spent(of)
		}
		rows = append(rows, line(r, id, sold(r, who, at, amount), change))
	}
	var want []store.Outcome
	for _, row := range rows {
		stored, exists := m.transactions[row.Key().ID]
		switch {
		case !exists:
			m.transactions[row.Key().ID] = row
			want = append(want, store.Inserted)
		case stored.Equal(row):
			want = append(want, store.Same)
		default:
			want = append(want, store.Differs)
		}
	}
	got := ingest(r, tx, rows...)
	require.Equal(r, len(want), len(got.Outcomes))
	for i := range want {
		require.Equal(r, want[i], got.Outcomes[i], "row %d", i)
	}
	for _, d := range got.Differences {
		same(r, m.transactions[d.Key.ID], d.Stored)
	}
}

// compare checks that every read of the transaction agrees with the model.
func compare(r *rapid.T, tx store.Tx, m model) {
	r.Helper()
	wantIDs := slices.Sorted(maps.Keys(m.customers))
	var wantCustomers []customer.Customer
	for _, id := range wantIDs {
		wantCustomers = append(wantCustomers, m.customers[id])
	}
	same(r, wantCustomers, collect(r, tx.Customers().All(r.Context(), store.CustomerQuery{})))
	for _, value := range []string{"1", "2", "3"} {
		wantOwner(r, tx, account(value), m.owner(account(value)))
	}
	lines := m.lines()
	same(r, lines, collect(r, tx.Transactions().All(r.Context(), store.TransactionQuery{})))
	var paged []customer.Transaction
	for page := (store.PageRequest{Limit: rapid.IntRange(1, 4).Draw(r, "limit")}); ; {
		p, err := tx.Transactions().Page(r.Context(), store.TransactionQuery{}, page)
		require.NoError(r, err)
		paged = append(paged, p.Items...)
		if page.After = p.Next; page.After == "" {
			break
		}
	}
	same(r, lines, paged)
	who := drawID(r)
	of := slices.DeleteFunc(slices.Clone(lines), func(l customer.Transaction) bool { return l.Customer() != who })
	same(r, len(of), len(collect(r, tx.Transactions().All(r.Context(), store.TransactionQuery{Customer: who}))))
	same(r, m.purchases(r), collect(r, tx.Transactions().Purchases(r.Context(), inCNY())))
}
