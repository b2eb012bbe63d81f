package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

func purchaseCosts(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "cost 1", sold(t, "c1", day(20), "4"), spent("a")), // recorded before its sale, dated after
		line(t, "a", sold(t, "c1", day(1), "10")), line(t, "b", sold(t, "c1", day(2), "20")),
		line(t, "cost 2", sold(t, "c1", day(1), "0.50"), spent("a")), line(t, "cost 3", sold(t, "c1", day(3), "-1"), spent("a")),
		line(t, "r", sold(t, "c1", day(3), "-5"), returned),
		line(t, "cost 4", sold(t, "c1", day(3), "-2"), spent("r")),
		line(t, "c", sold(t, "c2", day(1), "1")), line(t, "cost 5", sold(t, "supplier", day(1), "9"), spent("c")),
	})
	same(t, []scoring.Purchase{
		{Customer: "c1", At: day(1), Amount: 1000, Cost: 350},
		{Customer: "c1", At: day(2), Amount: 2000},
		{Customer: "c1", At: day(3), Amount: -500, Cost: -200},
		{Customer: "c2", At: day(1), Amount: 100, Cost: 900},
	}, purchases(t, b.DB, inCNY()))
}

func purchaseOrphans(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "a", sold(t, "c1", day(1), "10")),
		line(t, "visit", func(d *customer.TransactionDraft) { d.Kind = customer.Cost }),
		line(t, "unknown", spent("z")), line(t, "prefix", spent("aa")),
		line(t, "other system", spent("a"), func(d *customer.TransactionDraft) { d.Of.System = "tills" }),
	})
	same(t, []scoring.Purchase{{Customer: "c1", At: day(1), Amount: 1000}}, purchases(t, b.DB, inCNY()))
}

func purchaseUnattached(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "a", sold(t, "c1", day(1), "10")), line(t, "r", sold(t, "c1", day(2), "-1"), returned),
		line(t, "1", spent("a")), line(t, "2", spent("r")),
		line(t, "3", sold(t, "c0", day(3), "1"), spent("unknown")), line(t, "4", spent("1")),
		line(t, "5", sold(t, "c2", day(4), "1"), func(d *customer.TransactionDraft) { d.Kind = customer.Cost }),
		line(t, "6", sold(t, "c2", day(9), "1"), spent("late")),
	})
	unattached := func(q store.TransactionQuery) (found []string) {
		view(t, b.DB, acme, func(tx store.Tx) {
			found = keys(collect(t, store.UnattachedCosts(t.Context(), tx, q)))
			for _, err := range store.UnattachedCosts(t.Context(), tx, q) {
				require.NoError(t, err)
				break
			}
		})
		return found
	}
	period, err := rapport.NewInterval(day(1), day(9))
	require.NoError(t, err)
	same(t, []string{"3", "4", "5", "6"}, unattached(store.TransactionQuery{}))
	same(t, []string{"3", "4", "5"}, unattached(store.TransactionQuery{Period: period}))
	same(t, []string{"5", "6"}, unattached(store.TransactionQuery{Customer: "c2"}))
	saved(t, b.DB, []customer.Transaction{line(t, "late", sold(t, "c9", day(1), "1"))})
	same(t, []string{"3", "4", "5"}, unattached(store.TransactionQuery{}))
	update(t, b.DB, acme, func(tx store.Tx) {
		require.Len(t, collect(t, store.UnattachedCosts(t.Context(), tx, store.TransactionQuery{})), 3)
		_, err := firstError(store.UnattachedCosts(t.Context(), tx, store.TransactionQuery{Customer: "\xff"}))
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}

func purchaseFirstOddCost(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{
		line(t, "a"), line(t, "z", spent("a")),
		line(t, "9", euros("1")(t), spent("a")), line(t, "10", euros("1")(t), spent("a")),
		line(t, "100", euros("1")(t), spent("a"), func(d *customer.TransactionDraft) { d.Key.System = "z" }),
	})
	_, err := purchaseError(t, b.DB, inCNY())
	other, ok := errors.AsType[*store.CurrencyError](err)
	require.True(t, ok, "want *CurrencyError, got %T", err)
	require.Equal(t, customer.ExternalKey{System: "till", ID: "10"}, other.Key)
}

func purchaseOverflow(t *testing.T, b Backend) {
	rows := []customer.Transaction{line(t, "sale")}
	for i := range 10 {
		rows = append(rows, line(t, fmt.Sprint("cost ", i), sold(t, "c1", day(1), "9999999999999999.99"), spent("sale")))
	}
	saved(t, b.DB, rows)
	_, err := purchaseError(t, b.DB, inCNY())
	large, ok := errors.AsType[*store.AmountError](err)
	require.True(t, ok, "want *AmountError, got %T", err)
	require.Equal(t, "sale", large.Key.ID)
}
