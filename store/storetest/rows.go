package storetest

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

const acme, globe rapport.ID = "acme", "globe"

// tb is what the cases need of a test: *testing.T, *testing.B and *rapid.T have it.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	FailNow()
	Context() context.Context
}

// errHost stands for an error of the host's own.
func errHost() error { return errors.New("the host says no") }

// day returns noon of the n-th day of 2026, UTC.
func day(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }

func money(t tb, amount string, c rapport.Currency) rapport.Money {
	t.Helper()
	d, err := decimal.NewFromString(amount)
	require.NoError(t, err)
	m, err := rapport.NewMoney(d, c)
	require.NoError(t, err)
	return m
}

// party returns a customer with the changes on top of the least there can be.
func party(t tb, id rapport.ID, changes ...func(*customer.Draft)) customer.Customer {
	t.Helper()
	d := customer.Draft{ID: id, Kind: customer.Person, RecordedAt: day(1)}
	for _, change := range changes {
		change(&d)
	}
	c, err := customer.New(d)
	require.NoError(t, err)
	return c
}

func known(identifiers ...customer.Identifier) func(*customer.Draft) {
	return func(d *customer.Draft) { d.Identifiers = identifiers }
}

// line returns a sale of 10.00 CNY with the changes on top.
func line(t tb, id string, changes ...func(*customer.TransactionDraft)) customer.Transaction {
	t.Helper()
	d := customer.TransactionDraft{
		Key: customer.ExternalKey{System: "till", ID: id}, Kind: customer.Sale, Customer: "c1",
		At: day(1), RecordedAt: day(2), Amount: money(t, "10.00", rapport.CNY),
	}
	for _, change := range changes {
		change(&d)
	}
	row, err := customer.NewTransaction(d)
	require.NoError(t, err)
	return row
}

// sold sets who bought, on which day and for how much.
func sold(t tb, who rapport.ID, at time.Time, amount string) func(*customer.TransactionDraft) {
	return func(d *customer.TransactionDraft) {
		d.Customer, d.At, d.Amount = who, at, money(t, amount, rapport.CNY)
	}
}

// spent makes the line a cost of the sale with the given id.
func spent(sale string) func(*customer.TransactionDraft) {
	return func(d *customer.TransactionDraft) {
		d.Kind, d.Of = customer.Cost, customer.ExternalKey{System: "till", ID: sale}
	}
}

// contact returns an interaction with the changes on top.
func contact(t tb, id string, changes ...func(*customer.InteractionDraft)) customer.Interaction {
	t.Helper()
	d := customer.InteractionDraft{
		Key: customer.ExternalKey{System: "desk", ID: id}, Customer: "c1", Channel: customer.ChannelPhone,
		Direction: customer.Inbound, At: day(1), RecordedAt: day(2),
	}
	for _, change := range changes {
		change(&d)
	}
	row, err := customer.NewInteraction(d)
	require.NoError(t, err)
	return row
}

func update(t tb, db store.DB, tenant rapport.ID, fn func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, db.Tenant(tenant).Update(t.Context(), func(tx store.Tx) error {
		fn(tx)
		return nil
	}))
}

func view(t tb, db store.DB, tenant rapport.ID, fn func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, db.Tenant(tenant).View(t.Context(), func(tx store.Tx) error {
		fn(tx)
		return nil
	}))
}

func put(t tb, tx store.Tx, customers ...customer.Customer) {
	t.Helper()
	for _, c := range customers {
		_, err := tx.Customers().Put(t.Context(), c)
		require.NoError(t, err)
	}
}

func ingest(t tb, tx store.Tx, rows ...customer.Transaction) store.Ingestion[customer.Transaction] {
	t.Helper()
	in, err := tx.Transactions().Ingest(t.Context(), rows)
	require.NoError(t, err)
	return in
}

func ingestContacts(t tb, tx store.Tx, rows ...customer.Interaction) store.Ingestion[customer.Interaction] {
	t.Helper()
	in, err := tx.Interactions().Ingest(t.Context(), rows)
	require.NoError(t, err)
	return in
}

// saved stores rows and customers for acme.
func saved(t tb, db store.DB, rows []customer.Transaction, customers ...customer.Customer) {
	t.Helper()
	update(t, db, acme, func(tx store.Tx) {
		ingest(t, tx, rows...)
		put(t, tx, customers...)
	})
}

func collect[T any](t tb, rows iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for row, err := range rows {
		require.NoError(t, err)
		all = append(all, row)
	}
	return all
}

// firstError returns how many rows came and the error that ended the stream.
func firstError[T any](rows iter.Seq2[T, error]) (n int, err error) {
	for _, err := range rows {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// answer is what [require.Equal] is asked without a test to fail.
type answer bool

// Errorf implements [require.TestingT].
func (a *answer) Errorf(string, ...any) { *a = true }

// FailNow implements [require.TestingT].
func (a *answer) FailNow() { *a = true }

func same[T any](t tb, want, got T) {
	t.Helper()
	// What is equal to the last bit is equal by every rule below, and found so in a
	// fraction of the time.
	var differs answer
	if require.Equal(&differs, want, got); !differs {
		return
	}
	intervals := cmp.Comparer(func(a, b rapport.Interval) bool {
		return a.Start().Equal(b.Start()) && a.End().Equal(b.End())
	})
	values := cmp.Comparer(func(a, b pipeline.Value) bool { return a == b })
	stamps := cmp.Comparer(func(a, b pipeline.Stamp) bool { return a == b })
	spans := cmp.Comparer(func(a, b pipeline.Span) bool { return a == b })
	inside := cmp.AllowUnexported(memo{}, mark{})
	if diff := cmp.Diff(want, got, intervals, values, stamps, spans, inside); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

func ids(customers []customer.Customer) []rapport.ID {
	var all []rapport.ID
	for _, c := range customers {
		all = append(all, c.ID())
	}
	return all
}

func keys(rows []customer.Transaction) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Key().ID)
	}
	return all
}
