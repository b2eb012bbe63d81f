package storetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func textCases() []Case {
	return []Case{
		{Name: "text/letter case in ids", Run: distinctIDs("abc", "ABC", "Abc")},
		{Name: "text/accents in ids", Run: distinctIDs("Müller", "Muller", "Mu\u0308ller", "MÜLLER")},
		{Name: "text/white space in ids", Run: distinctIDs("a", "a ", " a", "a\u00a0", "a\u3000")},
		{Name: "text/numbers in ids", Run: distinctIDs("4", "04", "00004", "4.0", "4e0", "0x4")},
		{Name: "text/widths and scripts in ids", Run: distinctIDs("A1", "Ａ１", "万", "萬", "ß", "ss", "İ", "i", "ı")},
		{Name: "text/marks in ids", Run: distinctIDs("%", "_", "'", `"`, `\`, ";--", "$1", "?", "*", "NULL", "a\u2028", "a", "🙂", "\u202e")},
		{Name: "text/empty and absent", Run: textEmpty},
		{Name: "text/kept byte for byte", Run: textKept},
		{Name: "text/longest", Run: textLongest},
		{Name: "text/order is by bytes", Run: textOrder},
	}
}

// distinctIDs checks that the texts are different keys everywhere a key is used.
func distinctIDs(texts ...string) func(t *testing.T, b Backend) {
	return func(t *testing.T, b Backend) {
		update(t, b.DB, acme, func(tx store.Tx) {
			for _, text := range texts {
				put(t, tx, party(t, rapport.ID(text), known(account(text))))
				row := line(t, text, func(d *customer.TransactionDraft) { d.Customer = rapport.ID(text) })
				require.Equal(t, 1, ingest(t, tx, row).Inserted, "id %q", text)
				other := contact(t, "1", func(d *customer.InteractionDraft) { d.Key.System, d.Customer = text, rapport.ID(text) })
				require.Equal(t, 1, ingestContacts(t, tx, other).Inserted, "system %q", text)
			}
		})
		view(t, b.DB, acme, func(tx store.Tx) {
			for _, text := range texts {
				got, err := tx.Customers().Get(t.Context(), rapport.ID(text))
				require.NoError(t, err, "id %q", text)
				require.Equal(t, rapport.ID(text), got.ID())
				wantOwner(t, tx, account(text), rapport.ID(text))
				rows := collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: rapport.ID(text)}))
				same(t, []string{text}, keys(rows))
				contacts := collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{Customer: rapport.ID(text)}))
				require.Len(t, contacts, 1, "customer %q", text)
			}
			require.Len(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})), len(texts))
		})
	}
}

func textEmpty(t *testing.T, b Backend) {
	with := fullLine(t, "1")
	without := line(t, "2")
	saved(t, b.DB, []customer.Transaction{with, without})
	update(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Transactions().Get(t.Context(), without.Key())
		require.NoError(t, err)
		same(t, without, got)
		require.True(t, got.Of().IsZero())
		row := contact(t, "1")
		ingestContacts(t, tx, row)
		read, err := tx.Interactions().Get(t.Context(), row.Key())
		require.NoError(t, err)
		require.Equal(t, rapport.Currency(0), read.Cost().Currency())
		free := contact(t, "2", func(d *customer.InteractionDraft) { d.Cost = money(t, "0", rapport.CNY) })
		ingestContacts(t, tx, free)
		read, err = tx.Interactions().Get(t.Context(), free.Key())
		require.NoError(t, err)
		require.Equal(t, rapport.CNY, read.Cost().Currency())
	})
}

func textKept(t *testing.T, b Backend) {
	for i, text := range []string{" a ", "a\u0308", "ä", "<&>'\"\\", "日本\u3000語", "a\u2028", "\ufeff", "\ufffd", "a%00b", "🙂👍🏽"} {
		id := rapport.ID(strings.Repeat("x", i+1))
		want := party(t, id, func(d *customer.Draft) {
			d.Name = text
			d.OtherNames = []customer.Name{{Text: text}}
			d.Contacts = []customer.ContactPoint{{Channel: customer.Channel(text), Value: text}}
		})
		row := line(t, string(id), func(d *customer.TransactionDraft) { d.Product, d.Branch, d.Order = text, text, text })
		update(t, b.DB, acme, func(tx store.Tx) {
			put(t, tx, want)
			ingest(t, tx, row)
		})
		view(t, b.DB, acme, func(tx store.Tx) {
			got, err := tx.Customers().Get(t.Context(), id)
			require.NoError(t, err)
			same(t, want.Draft(), got.Draft())
			read, err := tx.Transactions().Get(t.Context(), row.Key())
			require.NoError(t, err)
			same(t, row, read)
		})
	}
}

func textLongest(t *testing.T, b Backend) {
	code, text := strings.Repeat("码", 42)+"xx", strings.Repeat("文", 341)+"x" // 128 and 1024 bytes
	tenant := rapport.ID(code)
	row := line(t, code, func(d *customer.TransactionDraft) {
		d.Key.System, d.Customer, d.Product, d.Channel, d.Branch = code, tenant, code, customer.Channel(code), code
		d.Order, d.Line, d.Kind = code, code, customer.Cost
		d.Of = customer.ExternalKey{System: code, ID: "sale"}
	})
	c := party(t, tenant, func(d *customer.Draft) {
		d.Name = text
		d.Identifiers = []customer.Identifier{{System: code, Type: code, Value: code}}
	})
	update(t, b.DB, tenant, func(tx store.Tx) {
		ingest(t, tx, row)
		put(t, tx, c)
		ingestContacts(t, tx, contact(t, code, func(d *customer.InteractionDraft) { d.Topic, d.Outcome, d.Agent = text, text, code }))
	})
	view(t, b.DB, tenant, func(tx store.Tx) {
		got, err := tx.Transactions().Get(t.Context(), row.Key())
		require.NoError(t, err)
		same(t, row, got)
		owner, err := tx.Customers().Find(t.Context(), c.Identifiers()[0])
		require.NoError(t, err)
		same(t, c.Draft(), owner.Draft())
	})
}

func textOrder(t *testing.T, b Backend) {
	want := []rapport.ID{"10", "9", "A", "Z", "a", "a ", "a\u0308", "b", "z", "\u00e4", "中", "\uffe5", "🙂"}
	update(t, b.DB, acme, func(tx store.Tx) {
		for i := range want {
			id := want[(i*5+3)%len(want)]
			put(t, tx, party(t, id))
			ingest(t, tx, line(t, string(id), func(d *customer.TransactionDraft) { d.Customer = id }))
		}
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, want, ids(collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))))
		var got []rapport.ID
		for _, row := range collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})) {
			got = append(got, row.Customer())
		}
		same(t, want, got)
	})
}
