package credit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func fen(t require.TestingT, minor int64) rapport.Money {
	m, err := rapport.MoneyFromMinor(minor, rapport.CNY)
	require.NoError(t, err)
	return m
}

// forest draws accounts, each a root or below an earlier one, with exposures of their
// parts, and the sums in plain integers.
func forest(t *rapid.T) (accounts []credit.Account, own []int64, parent []int) {
	n := rapid.IntRange(1, 20).Draw(t, "customers")
	amount := func(name string) int64 { return rapid.Int64Range(0, 1_000_000).Draw(t, name) }
	for i := range n {
		p := rapid.IntRange(-1, i-1).Draw(t, "parent")
		parts := []int64{amount("receivables"), amount("unbilled"), amount("orders"), amount("deposits"), amount("insured")}
		a := credit.Account{Profile: credit.Profile{Customer: rapport.ID(fmt.Sprintf("c%02d", i))}, Exposure: credit.Exposure{
			Receivables: fen(t, parts[0]), Unbilled: fen(t, parts[1]), OpenOrders: fen(t, parts[2]), Deposits: fen(t, parts[3]), Insured: fen(t, parts[4])}}
		if p >= 0 {
			a.Profile.Parent = rapport.ID(fmt.Sprintf("c%02d", p))
		}
		if rapid.Bool().Draw(t, "limited") {
			a.Profile.Limit = fen(t, amount("limit"))
		}
		if rapid.Bool().Draw(t, "group limited") {
			a.Profile.GroupLimit = fen(t, amount("group limit")*3)
		}
		accounts, parent = append(accounts, a), append(parent, p)
		own = append(own, parts[0]+parts[1]+parts[2]-parts[3]-parts[4])
	}
	return accounts, own, parent
}

// TestExposureOfAGroupIsTheSumOfItsParts, in whichever order the accounts are given.
func TestExposureOfAGroupIsTheSumOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, own, parent := forest(t)
		want := make([]int64, len(own))
		for i := range own {
			for at := i; at >= 0; at = parent[at] {
				want[at] += own[i]
			}
		}
		book, err := credit.NewBook(rapid.Permutation(accounts).Draw(t, "order"), nil)
		require.NoError(t, err)
		for i, a := range accounts {
			got, err := book.Exposure(a.Profile.Customer, rapport.CNY)
			require.NoError(t, err)
			minor, err := got.Minor()
			require.NoError(t, err)
			require.Equal(t, want[i], minor)
		}
	})
}

// TestWhatIsHeldIsHeldForMore: a larger order has every reason that a smaller one has.
func TestWhatIsHeldIsHeldForMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts, _, _ := forest(t)
		policy := overridable()
		at := day("2026-03-02")
		who := rapid.IntRange(0, len(accounts)-1).Draw(t, "customer")
		id := accounts[who].Profile.Customer
		options := &credit.BookOptions{Policy: &policy}
		book, err := credit.NewBook(accounts, options)
		require.NoError(t, err)
		first, err := book.Decide(id, fen(t, rapid.Int64Range(0, 1_000_000).Draw(t, "overridden order")), at)
		require.NoError(t, err)
		for i, r := range first.Reasons {
			if r.Exposure.Sign() > 0 && rapid.Bool().Draw(t, "override") {
				approval, err := policy.Approve(first, credit.Override{ID: rapport.ID(fmt.Sprintf("o%d", i)), Holder: r.Holder, By: "x", Role: "head_of_credit",
					Reason: "y", At: at, Expires: at.AddDate(0, 0, 1), Ceiling: fen(t, 10_000_000)})
				if err != nil { // another reason of the holder has a greater exposure
					continue
				}
				accounts[who].Approvals = append(accounts[who].Approvals, approval)
			}
		}
		book, err = credit.NewBook(accounts, options)
		require.NoError(t, err)
		small := rapid.Int64Range(0, 2_000_000).Draw(t, "order")
		less, err := book.Decide(id, fen(t, small), at)
		require.NoError(t, err)
		more, err := book.Decide(id, fen(t, small+rapid.Int64Range(0, 2_000_000).Draw(t, "more")), at)
		require.NoError(t, err)
		require.False(t, less.Held() && !more.Held())
		require.LessOrEqual(t, len(less.Reasons), len(more.Reasons))
		// What is available is exactly what passes.
		if minor, err := less.Available.Minor(); err == nil && minor >= 0 && less.Reasons == nil && accounts[who].Approvals == nil {
			require.NoError(t, book.Permit(id, less.Available, at))
			require.Error(t, book.Permit(id, fen(t, minor+1), at))
		}
	})
}

// TestHoldsAreThoseOfThePipeline: for one customer without a group, an order is over
// the limit exactly when the guard of package pipeline says so, by the same amount.
func TestHoldsAreThoseOfThePipeline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) rapport.Money { return fen(t, rapid.Int64Range(0, 1000).Draw(t, name)) }
		limit, owed, orders, order := draw("limit"), draw("owed"), draw("orders"), draw("order")
		want, err := pipeline.LimitCredit(limit, owed, orders, order)
		require.NoError(t, err)
		book, err := credit.NewBook([]credit.Account{{Profile: credit.Profile{Customer: "c", Limit: limit},
			Exposure: credit.Exposure{Receivables: owed, OpenOrders: orders}}}, nil)
		require.NoError(t, err)
		d, err := book.Decide("c", order, day("2026-03-02"))
		require.NoError(t, err)
		require.Equal(t, want != nil, d.Held())
		if want != nil {
			require.True(t, want.Over.Equal(d.Reasons[0].Amount))
			require.True(t, want.Exposure.Equal(d.Exposure))
		}
	})
}

// TestBucketsDivideTheReceivables: every open invoice is in one bucket, and buckets
// less unallocated credits are the receivables of the ledger.
func TestBucketsDivideTheReceivables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asOf := day("2026-03-02")
		var documents []credit.Document
		var ledger int64
		open := 0
		for i := range rapid.IntRange(0, 30).Draw(t, "documents") {
			dated := asOf.AddDate(0, 0, rapid.IntRange(-200, 5).Draw(t, "dated"))
			amount := rapid.Int64Range(-1000, 1000).Draw(t, "amount")
			d := credit.Document{ID: rapport.ID(fmt.Sprint(i)), Dated: dated, Due: dated.AddDate(0, 0, rapid.IntRange(0, 90).Draw(t, "terms")), Amount: fen(t, amount)}
			owed := amount
			for range rapid.IntRange(0, 3).Draw(t, "payments") {
				if amount < 0 {
					break
				}
				p := credit.Payment{At: asOf.AddDate(0, 0, rapid.IntRange(-100, 5).Draw(t, "paid")), Amount: fen(t, rapid.Int64Range(1, 500).Draw(t, "payment"))}
				d.Payments = append(d.Payments, p)
				if !p.At.After(asOf) {
					minor, _ := p.Amount.Minor()
					owed -= minor
				}
			}
			documents = append(documents, d)
			if !dated.After(asOf) {
				ledger += owed
				if owed > 0 {
					open++
				}
			}
		}
		a, err := credit.Age(documents, asOf, nil)
		require.NoError(t, err)
		sum, count := a.Unallocated.Neg(), 0
		for _, b := range a.Buckets {
			sum, err = sum.Add(b.Amount)
			require.NoError(t, err)
			count += b.Documents
		}
		minor := int64(0)
		if a.Receivables.Currency() != 0 {
			minor, err = a.Receivables.Minor()
			require.NoError(t, err)
		}
		require.Equal(t, ledger, minor)
		require.True(t, sum.Equal(a.Receivables), "%v %v", sum, a.Receivables)
		require.Equal(t, open, count)
		require.Len(t, a.Items, open)
	})
}
