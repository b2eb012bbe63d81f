package storetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// tokens returns a token of each listing.
func tokens(t tb, db store.DB) (customers, transactions, interactions store.Token) {
	t.Helper()
	update(t, db, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"), party(t, "c2"))
		ingest(t, tx, lines(t, 5)...)
		ingestContacts(t, tx, contact(t, "1"), contact(t, "2"))
	})
	view(t, db, acme, func(tx store.Tx) {
		r := store.PageRequest{Limit: 1}
		c, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, r)
		require.NoError(t, err)
		x, err := tx.Transactions().Page(t.Context(), store.TransactionQuery{}, r)
		require.NoError(t, err)
		i, err := tx.Interactions().Page(t.Context(), store.InteractionQuery{}, r)
		require.NoError(t, err)
		customers, transactions, interactions = c.Next, x.Next, i.Next
	})
	return customers, transactions, interactions
}

// wantRefused checks that no listing takes the token.
func wantRefused(t tb, tx store.Tx, token store.Token) {
	t.Helper()
	r := store.PageRequest{After: token}
	_, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, r)
	require.ErrorIs(t, err, store.ErrPageToken, "token %q", token)
	_, err = tx.Transactions().Page(t.Context(), store.TransactionQuery{}, r)
	require.ErrorIs(t, err, store.ErrPageToken, "token %q", token)
	_, err = tx.Interactions().Page(t.Context(), store.InteractionQuery{}, r)
	require.ErrorIs(t, err, store.ErrPageToken, "token %q", token)
}

func pageForged(t *testing.T, b Backend) {
	c, x, _ := tokens(t, b.DB)
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, token := range []store.Token{
			"x", "AQ", "AAAAAAAA", "!!!!", "' OR 1=1 --", c + "A", c[:len(c)-1], c[1:], "B" + c[1:], x[:len(x)/2], c + x, " " + c, c + "\n",
		} {
			wantRefused(t, tx, token)
		}
		for i := range c {
			swapped := []byte(c)
			swapped[i] ^= 1
			wantRefused(t, tx, store.Token(swapped))
		}
	})
}

// pageForgedPlace: the checksum of a token is no signature, so anybody can name any
// place. None shows a row that the listing does not have: the history of one
// customer must not lead to those of others.
func pageForgedPlace(t *testing.T, b Backend) {
	var contacts []customer.Interaction
	for i := range 12 {
		contacts = append(contacts, contact(t, fmt.Sprint(i), func(d *customer.InteractionDraft) {
			d.Customer, d.At = rapport.ID(fmt.Sprint("c", i%3)), day(1+i)
		}))
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		ingest(t, tx, lines(t, 12)...)
		ingestContacts(t, tx, contacts...)
	})
	period, err := rapport.NewInterval(day(3), day(9))
	require.NoError(t, err)
	of, talks := store.TransactionQuery{Customer: "c1", Period: period}, store.InteractionQuery{Customer: "c1", Period: period}
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, place := range []store.Position{
			{}, {Customer: "c0"}, {Customer: "c0\xff", At: math.MaxInt64}, {Customer: "c1", At: math.MinInt64}, {Customer: "c1", At: math.MaxInt64},
			{Customer: "c1\x00"}, {Customer: "c2", At: math.MinInt64}, {Customer: "\xff\xff"},
		} {
			rows, err := tx.Transactions().Page(t.Context(), of, store.PageRequest{After: place.Token(acme, of.Listing())})
			if err != nil {
				require.ErrorIs(t, err, store.ErrPageToken)
			}
			for _, row := range rows.Items {
				require.Equal(t, rapport.ID("c1"), row.Customer(), "place %+v", place)
				require.True(t, period.Contains(row.At()), "place %+v: %v", place, row.At())
			}
			said, err := tx.Interactions().Page(t.Context(), talks, store.PageRequest{After: place.Token(acme, talks.Listing())})
			if err != nil {
				require.ErrorIs(t, err, store.ErrPageToken)
			}
			for _, row := range said.Items {
				require.Equal(t, rapport.ID("c1"), row.Customer(), "place %+v", place)
				require.True(t, period.Contains(row.At()), "place %+v: %v", place, row.At())
			}
		}
	})
}

func pageOtherTenant(t *testing.T, b Backend) {
	c, x, i := tokens(t, b.DB)
	view(t, b.DB, globe, func(tx store.Tx) {
		for _, token := range []store.Token{c, x, i} {
			wantRefused(t, tx, token)
		}
	})
}

func pageOtherListing(t *testing.T, b Backend) {
	c, x, i := tokens(t, b.DB)
	period, err := rapport.NewInterval(day(1), day(30))
	require.NoError(t, err)
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{After: x})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Transactions().Page(t.Context(), store.TransactionQuery{}, store.PageRequest{After: i})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Interactions().Page(t.Context(), store.InteractionQuery{}, store.PageRequest{After: c})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Customers().Page(t.Context(), store.CustomerQuery{Kind: customer.Person}, store.PageRequest{After: c})
		require.ErrorIs(t, err, store.ErrPageToken)
		for _, q := range []store.TransactionQuery{{Customer: "c0"}, {Period: period}} {
			_, err = tx.Transactions().Page(t.Context(), q, store.PageRequest{After: x})
			require.ErrorIs(t, err, store.ErrPageToken)
		}
	})
}
