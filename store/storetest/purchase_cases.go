package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

func purchaseCases() []Case {
	return []Case{
		{Name: "purchases/order and units", Run: purchaseOrder},
		{Name: "purchases/costs join their sale", Run: purchaseCosts},
		{Name: "purchases/costs of nothing are in no purchase", Run: purchaseOrphans},
		{Name: "purchases/costs of nothing can be found", Run: purchaseUnattached},
		{Name: "purchases/first odd cost by key is reported", Run: purchaseFirstOddCost},
		{Name: "purchases/currency must be named", Run: purchaseCurrencyNamed},
		{Name: "purchases/another currency is reported", Run: purchaseOtherCurrency},
		{Name: "purchases/another currency can be left out", Run: purchaseSkipCurrency},
		{Name: "purchases/fractions and extra digits", Run: purchaseDigits},
		{Name: "purchases/sum of costs too large", Run: purchaseOverflow},
		{Name: "purchases/period", Run: purchasePeriod},
		{Name: "purchases/internal parties can be left out", Run: purchaseInternal},
		{Name: "purchases/summaries are equal sorted or not", Run: purchaseSummaries},
	}
}

func purchases(t tb, db store.DB, q store.PurchaseQuery) []scoring.Purchase {
	t.Helper()
	var all []scoring.Purchase
	view(t, db, acme, func(tx store.Tx) { all = collect(t, tx.Transactions().Purchases(t.Context(), q)) })
	return all
}

func purchaseError(t tb, db store.DB, q store.PurchaseQuery) (n int, err error) {
	t.Helper()
	view(t, db, acme, func(tx store.Tx) { n, err = firstError(tx.Transactions().Purchases(t.Context(), q)) })
	return n, err
}

func inCNY() store.PurchaseQuery { return store.PurchaseQuery{Currency: rapport.CNY} }

func returned(d *customer.TransactionDraft) { d.Kind = customer.Return }

func purchaseOrder(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "c2", day(2), "12.34")), line(t, "2", sold(t, "c10", day(9), "1")),
		line(t, "3", sold(t, "c2", day(1), "0")), line(t, "4", sold(t, "C2", day(5), "5")),
		line(t, "5", sold(t, "c2", day(3), "-2.34"), returned), line(t, "6", sold(t, "c2", day(1), "7")),
	})
	same(t, []scoring.Purchase{
		{Customer: "C2", At: day(5), Amount: 500},
		{Customer: "c10", At: day(9), Amount: 100},
		{Customer: "c2", At: day(1), Amount: 0},
		{Customer: "c2", At: day(1), Amount: 700},
		{Customer: "c2", At: day(2), Amount: 1234},
		{Customer: "c2", At: day(3), Amount: -234},
	}, purchases(t, b.DB, inCNY()))
}

func purchaseCurrencyNamed(t *testing.T, b Backend) {
	for _, q := range []store.PurchaseQuery{{}, {Currency: 1}, {Currency: rapport.CNY, ExtraDigits: -1}, {Currency: rapport.CNY, ExtraDigits: scoring.MaxExtraDigits + 1}} {
		_, err := purchaseError(t, b.DB, q)
		require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
		_, ok := errors.AsType[*store.ArgumentError](err)
		require.True(t, ok, "want *ArgumentError, got %T", err)
	}
}

func euros(amount string) func(tb) func(*customer.TransactionDraft) {
	return func(t tb) func(*customer.TransactionDraft) {
		return func(d *customer.TransactionDraft) { d.Amount = money(t, amount, rapport.EUR) }
	}
}

func purchaseOtherCurrency(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "c1", day(1), "1")), line(t, "2", sold(t, "c1", day(2), "1"), euros("3")(t)), line(t, "3", sold(t, "c1", day(3), "1")),
	})
	n, err := purchaseError(t, b.DB, inCNY())
	require.Equal(t, 1, n)
	require.ErrorIs(t, err, store.ErrInvalid)
	other, ok := errors.AsType[*store.CurrencyError](err)
	require.True(t, ok, "want *CurrencyError, got %T", err)
	want := store.CurrencyError{Key: customer.ExternalKey{System: "till", ID: "2"}, Have: rapport.EUR, Want: rapport.CNY}
	require.Equal(t, want, *other)

	period, err := rapport.NewInterval(day(3), time.Time{})
	require.NoError(t, err)
	q := inCNY()
	q.Period = period
	require.Len(t, purchases(t, b.DB, q), 1, "a row outside the period does not matter")

	saved(t, b.DB, []customer.Transaction{line(t, "cost", euros("1")(t), spent("3"))})
	_, err = purchaseError(t, b.DB, q)
	other, ok = errors.AsType[*store.CurrencyError](err)
	require.True(t, ok, "want *CurrencyError, got %T", err)
	require.Equal(t, "cost", other.Key.ID)
}

func purchaseSkipCurrency(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "c1", day(1), "1")), line(t, "2", sold(t, "c1", day(2), "1"), euros("3")(t)),
		line(t, "cost 1", euros("1")(t), spent("1")), line(t, "cost 2", spent("1")), line(t, "cost 3", spent("2")), line(t, "cost 4", euros("1")(t), spent("2")),
	})
	q := inCNY()
	q.SkipOtherCurrencies = true
	same(t, []scoring.Purchase{{Customer: "c1", At: day(1), Amount: 100, Cost: 1000}}, purchases(t, b.DB, q))
	q.Currency = rapport.EUR
	same(t, []scoring.Purchase{{Customer: "c1", At: day(2), Amount: 300, Cost: 100}}, purchases(t, b.DB, q))
}

func purchaseDigits(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "c1", day(1), "1.5")), line(t, "2", sold(t, "c1", day(2), "0.0125")), line(t, "cost", sold(t, "c1", day(2), "0.0001"), spent("2")),
	})
	n, err := purchaseError(t, b.DB, inCNY())
	require.Equal(t, 1, n)
	require.ErrorIs(t, err, store.ErrInvalid)
	fraction, ok := errors.AsType[*store.AmountError](err)
	require.True(t, ok, "want *AmountError, got %T", err)
	require.Equal(t, "2", fraction.Key.ID)
	q := inCNY()
	q.ExtraDigits = 2
	same(t, []scoring.Purchase{{Customer: "c1", At: day(1), Amount: 15000}, {Customer: "c1", At: day(2), Amount: 125, Cost: 1}}, purchases(t, b.DB, q))

	saved(t, b.DB, []customer.Transaction{line(t, "3", sold(t, "c2", day(1), "9999999999999999.99"))})
	_, err = purchaseError(t, b.DB, q)
	large, ok := errors.AsType[*store.AmountError](err)
	require.True(t, ok, "want *AmountError, got %T", err)
	require.Equal(t, "3", large.Key.ID)
}

func purchasePeriod(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "c1", day(1), "1")), line(t, "2", sold(t, "c1", day(2), "2")), line(t, "3", sold(t, "c2", day(3), "3")),
		line(t, "cost", sold(t, "c1", day(9), "1"), spent("2")),
	})
	period, err := rapport.NewInterval(day(2), day(3))
	require.NoError(t, err)
	q := inCNY()
	q.Period = period
	same(t, []scoring.Purchase{{Customer: "c1", At: day(2), Amount: 200, Cost: 100}}, purchases(t, b.DB, q))
}

func purchaseInternal(t *testing.T, b Backend) {
	during, err := rapport.NewInterval(day(3), day(5))
	require.NoError(t, err)
	staff := party(t, "staff", func(d *customer.Draft) { d.Roles = []customer.Role{{Type: customer.Internal, Valid: during}} })
	shop := party(t, "shop", func(d *customer.Draft) {
		d.Roles = []customer.Role{{Type: customer.Internal}, {Type: customer.Partner}}
	})
	saved(t, b.DB, []customer.Transaction{
		line(t, "1", sold(t, "staff", day(2), "1")), line(t, "2", sold(t, "staff", day(3), "2")), line(t, "3", sold(t, "staff", day(5), "3")),
		line(t, "4", sold(t, "shop", day(4), "4")), line(t, "5", sold(t, "public", day(4), "5")), line(t, "6", sold(t, "unknown", day(4), "6")),
	}, staff, shop, party(t, "public"))
	require.Len(t, purchases(t, b.DB, inCNY()), 6)
	q := inCNY()
	q.SkipInternal = true
	same(t, []scoring.Purchase{
		{Customer: "public", At: day(4), Amount: 500}, {Customer: "staff", At: day(2), Amount: 100},
		{Customer: "staff", At: day(5), Amount: 300}, {Customer: "unknown", At: day(4), Amount: 600},
	}, purchases(t, b.DB, q))

	var stored customer.Customer
	view(t, b.DB, acme, func(tx store.Tx) { stored, err = tx.Customers().Get(t.Context(), "shop") })
	require.NoError(t, err)
	outside, err := stored.EndRole(customer.Internal, day(1))
	require.NoError(t, err)
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, outside) })
	require.Len(t, purchases(t, b.DB, q), 5)
}

// purchaseSummaries stores a log in no order and compares the summaries of the
// stored stream with those of the rows as they were.
func purchaseSummaries(t *testing.T, b Backend) {
	var rows []customer.Transaction
	var log []scoring.Purchase
	state := uint32(7)
	next := func(n uint32) int { // a small generator: the same log on every run
		state = state*1664525 + 1013904223
		return int((state >> 8) % n)
	}
	for i := range 400 {
		who, at, minor := rapport.ID(fmt.Sprint("c", next(40))), day(1).Add(time.Duration(next(300*24))*time.Hour), int64(next(100000))
		rows = append(rows, line(t, fmt.Sprint(i), sold(t, who, at, fmt.Sprintf("%d.%02d", minor/100, minor%100))))
		log = append(log, scoring.Purchase{Customer: who, At: at, Amount: minor})
	}
	saved(t, b.DB, rows)
	w := scoring.Window{Unit: rapport.Week, Until: day(200), Currency: rapport.CNY, Holdout: 8}
	want, err := scoring.Summarize(t.Context(), func(yield func(scoring.Purchase, error) bool) {
		for _, p := range log {
			if !yield(p, nil) {
				return
			}
		}
	}, w)
	require.NoError(t, err)
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := scoring.SummarizeSorted(t.Context(), tx.Transactions().Purchases(t.Context(), inCNY()), w)
		require.NoError(t, err)
		require.Equal(t, want.Len(), got.Len())
		for i := range want.Len() {
			wantID, wantSummary := want.At(i)
			gotID, gotSummary := got.At(i)
			require.Equal(t, wantID, gotID)
			require.Equal(t, wantSummary, gotSummary)
		}
		require.Equal(t, want.CustomersAfter(), got.CustomersAfter())
	})
}
