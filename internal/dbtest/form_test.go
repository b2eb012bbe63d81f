package dbtest_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// TestStoredForm holds what version 3 of the schema has on disk, column by column:
// files that hosts have written must stay readable, and hosts read the tables with
// SQL of their own.
func TestStoredForm(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	valid, err := rapport.NewInterval(at, time.Time{})
	require.NoError(t, err)
	party, err := customer.New(customer.Draft{
		ID: "C1", Kind: customer.Organisation, Name: "Exemplar <Trading>",
		OtherNames:  []customer.Name{{Usage: customer.UsageLegal, Text: "示例贸易"}},
		Identifiers: []customer.Identifier{{System: "erp", Type: "account", Value: "A-9", Normal: "A9"}},
		Contacts:    []customer.ContactPoint{{Channel: customer.ChannelPhone, Value: "+86 20 5550 0123", Verified: true}},
		Roles:       []customer.Role{{Type: customer.Internal, Valid: valid}},
		EndUser:     true, RecordedAt: at,
	})
	require.NoError(t, err)
	amount := func(text string, c rapport.Currency) rapport.Money {
		m, err := rapport.NewMoney(decimal.RequireFromString(text), c)
		require.NoError(t, err)
		return m
	}
	var lines []customer.Transaction
	for i, m := range []rapport.Money{
		amount("12.34", rapport.CNY), amount("1.5000", rapport.CNY), amount("1e3", rapport.JPY),
		amount("-0.005", rapport.CNY), amount("0", rapport.KWD), amount("0.120", rapport.JPY),
	} {
		line, err := customer.NewTransaction(customer.TransactionDraft{
			Key: customer.ExternalKey{System: "till", ID: string('1' + rune(i))}, Kind: customer.Cost, Customer: "C1", At: at, RecordedAt: at.Add(1), Amount: m,
		})
		require.NoError(t, err)
		lines = append(lines, line)
	}
	contact, err := customer.NewInteraction(customer.InteractionDraft{
		Key: customer.ExternalKey{System: "desk", ID: "1"}, Customer: "C1", Channel: customer.ChannelPhone,
		Direction: customer.Outbound, At: at, RecordedAt: at, Duration: time.Minute, Imported: customer.Import{Batch: "go-live", Grade: customer.GradeDoubtful},
	})
	require.NoError(t, err)
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Put(t.Context(), party)
		require.NoError(t, err)
		_, err = tx.Transactions().Ingest(t.Context(), lines)
		require.NoError(t, err)
		_, err = tx.Interactions().Ingest(t.Context(), []customer.Interaction{contact})
		return err
	}))
	for query, want := range map[string][][]any{
		"SELECT * FROM rapport_schema": {{int64(sqlite.SchemaVersion)}},
		"SELECT * FROM rapport_customers": {{"acme", "C1", int64(1), int64(2), int64(1),
			`{"format":2,"id":"C1","version":1,"kind":"organisation","name":"Exemplar \u003cTrading\u003e",` +
				`"other_names":[{"usage":"legal","text":"示例贸易"}],` +
				`"identifiers":[{"system":"erp","type":"account","value":"A-9","normal":"A9"}],` +
				`"contacts":[{"channel":"phone","value":"+86 20 5550 0123","verified":true}],` +
				`"roles":[{"type":"internal","valid":"2026-01-02T03:04:05.000000678Z/.."}],` +
				`"end_user":true,"recorded_at":"2026-01-02T03:04:05.000000678Z"}`}},
		"SELECT * FROM rapport_identifiers": {{"acme", "erp", "account", "A9", "C1"}},
		"SELECT id, kind, at, recorded_at, currency, amount_minor, amount_exact FROM rapport_transactions": {
			{"1", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(156), int64(1234), nil},
			{"2", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(156), int64(150), nil},
			{"3", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(392), int64(1000), nil},
			{"4", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(156), nil, "-0.005"},
			{"5", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(414), int64(0), nil},
			{"6", int64(3), int64(1767323045000000678), int64(1767323045000000679), int64(392), nil, "0.120"},
		},
		"SELECT * FROM rapport_interactions": {{"acme", "desk", "1", "C1", "phone", int64(2), int64(1767323045000000678), int64(1767323045000000678),
			int64(60_000_000_000), "", "", int64(0), nil, nil, "", "go-live", "doubtful"}},
	} {
		wantRows(t, writer, query, want)
	}
}

// wantRows checks what a query finds, column by column.
func wantRows(t *testing.T, db *sql.DB, query string, want [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	columns, err := rows.Columns()
	require.NoError(t, err)
	var got [][]any
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		require.NoError(t, rows.Scan(dest...))
		got = append(got, values)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", query, diff)
	}
}
