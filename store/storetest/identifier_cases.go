package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func identifierCases() []Case {
	return []Case{
		{Name: "identifier/find", Run: identifierFind},
		{Name: "identifier/taken names the owner", Run: identifierTaken},
		{Name: "identifier/freed by put", Run: identifierFreedByPut},
		{Name: "identifier/freed by delete", Run: identifierFreedByDelete},
		{Name: "identifier/moves within one update", Run: identifierMoves},
		{Name: "identifier/unique by the normal form", Run: identifierNormal},
		{Name: "identifier/parts do not run together", Run: identifierParts},
		{Name: "identifier/refused put changes nothing", Run: identifierRefused},
	}
}

func account(value string) customer.Identifier {
	return customer.Identifier{System: "erp", Type: "account", Value: value}
}

func wantOwner(t tb, tx store.Tx, identifier customer.Identifier, owner rapport.ID) {
	t.Helper()
	got, err := tx.Customers().Find(t.Context(), identifier)
	if owner == "" {
		require.ErrorIs(t, err, store.ErrNotFound)
		return
	}
	require.NoError(t, err)
	require.Equal(t, owner, got.ID())
}

func identifierFind(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, full(t, "c1"), full(t, "c2")) })
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Customers().Find(t.Context(), account("c2"))
		require.NoError(t, err)
		want, err := customer.Restore(full(t, "c2").Draft(), 1)
		require.NoError(t, err)
		same(t, want, got)
		wantOwner(t, tx, account("c3"), "")
		wantOwner(t, tx, customer.Identifier{}, "")
	})
}

func identifierTaken(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(account("7"))))
		_, err := tx.Customers().Put(t.Context(), party(t, "c2", known(account("8"), account("7"))))
		require.ErrorIs(t, err, store.ErrConflict)
		taken, ok := errors.AsType[*store.IdentifierTakenError](err)
		require.True(t, ok, "want *IdentifierTakenError, got %T", err)
		require.Equal(t, store.IdentifierTakenError{Identifier: account("7"), Owner: "c1", Claimant: "c2"}, *taken)
	})
}

func identifierFreedByPut(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		first, err := tx.Customers().Put(t.Context(), party(t, "c1", known(account("7"), account("8"))))
		require.NoError(t, err)
		put(t, tx, first.WithoutIdentifier(account("7")))
		wantOwner(t, tx, account("7"), "")
		wantOwner(t, tx, account("8"), "c1")
		put(t, tx, party(t, "c2", known(account("7"))))
		wantOwner(t, tx, account("7"), "c2")
	})
}

func identifierFreedByDelete(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(account("7"))))
		require.NoError(t, tx.Customers().Delete(t.Context(), "c1", 1))
		put(t, tx, party(t, "c2", known(account("7"))))
		wantOwner(t, tx, account("7"), "c2")
	})
}

func identifierMoves(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1", known(account("7")))) })
	update(t, b.DB, acme, func(tx store.Tx) {
		c, err := tx.Customers().Find(t.Context(), account("7"))
		require.NoError(t, err)
		put(t, tx, c.WithoutIdentifier(account("7")), party(t, "c2", known(account("7"))))
	})
	view(t, b.DB, acme, func(tx store.Tx) { wantOwner(t, tx, account("7"), "c2") })
}

// identifierNormal: what is written in two ways and has one normal form is one identifier.
func identifierNormal(t *testing.T, b Backend) {
	spaced := customer.Identifier{System: "erp", Type: "account", Value: "CN 12-34", Normal: "CN1234"}
	dashed := customer.Identifier{System: "erp", Type: "account", Value: "cn-1234", Normal: "CN1234"}
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(spaced)))
		for _, twin := range []customer.Identifier{dashed, account("CN1234")} {
			wantOwner(t, tx, twin, "c1")
			_, err := tx.Customers().Put(t.Context(), party(t, "c2", known(twin)))
			taken, ok := errors.AsType[*store.IdentifierTakenError](err)
			require.True(t, ok, "want *IdentifierTakenError, got %T", err)
			require.Equal(t, store.IdentifierTakenError{Identifier: twin, Owner: "c1", Claimant: "c2"}, *taken)
		}
		wantOwner(t, tx, account("CN 12-34"), "")
		got, err := tx.Customers().Find(t.Context(), dashed)
		require.NoError(t, err)
		require.Equal(t, []customer.Identifier{spaced}, got.Identifiers())
		// Written otherwise, it stays the customer's own; without it, it is free.
		next, err := got.WithoutIdentifier(spaced).WithIdentifier(dashed)
		require.NoError(t, err)
		put(t, tx, next)
		wantOwner(t, tx, spaced, "c1")
		next, err = tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		put(t, tx, next.WithoutIdentifier(dashed), party(t, "c2", known(account("CN1234"))))
		wantOwner(t, tx, spaced, "c2")
	})
}

func identifierParts(t *testing.T, b Backend) {
	a := customer.Identifier{System: "a", Type: "bc", Value: "d/e"}
	c := customer.Identifier{System: "ab", Type: "c", Value: "d/e"}
	e := customer.Identifier{System: "a", Type: "bc/d", Value: "e"}
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(a)), party(t, "c2", known(c)), party(t, "c3", known(e)))
		wantOwner(t, tx, a, "c1")
		wantOwner(t, tx, c, "c2")
		wantOwner(t, tx, e, "c3")
		wantOwner(t, tx, customer.Identifier{System: "a\x00bc", Type: "d/e"}, "")
	})
}

func identifierRefused(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1", known(account("7"))))
		mine, err := tx.Customers().Put(t.Context(), party(t, "c2", known(account("8"))))
		require.NoError(t, err)
		d := mine.Draft()
		d.Identifiers = []customer.Identifier{account("9"), account("7")}
		greedy, err := customer.Restore(d, mine.Version())
		require.NoError(t, err)
		_, err = tx.Customers().Put(t.Context(), greedy)
		require.ErrorIs(t, err, store.ErrConflict)
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		wantOwner(t, tx, account("7"), "c1")
		wantOwner(t, tx, account("8"), "c2")
		wantOwner(t, tx, account("9"), "")
		got, err := tx.Customers().Get(t.Context(), "c2")
		require.NoError(t, err)
		require.Equal(t, int64(1), got.Version())
	})
}
