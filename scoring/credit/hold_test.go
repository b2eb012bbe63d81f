package credit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

// TestReviewDayOfTheSeller: a review due on 2 March in Shanghai, written as midnight
// there, is not late on that day, though it is the day after in UTC.
func TestReviewDayOfTheSeller(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, shanghai) }
	a := account("shop", "", "100.00", "")
	a.Profile.Review = at(2, 0)
	book, err := credit.NewBook([]credit.Account{a}, &credit.BookOptions{Location: shanghai})
	require.NoError(t, err)
	require.NoError(t, book.Permit("shop", cny("1.00"), at(2, 23)))
	require.ErrorContains(t, book.Permit("shop", cny("1.00"), at(3, 0)), "review_expired by 1 days")
	book, err = credit.NewBook([]credit.Account{a}, nil)
	require.NoError(t, err)
	require.Error(t, book.Permit("shop", cny("1.00"), at(2, 23)), "the day ended in UTC")
}

// TestLapsedGroupWithoutLimit: a review of a group to which nothing was granted
// concerns nobody, so the currencies of its members need not be brought together.
func TestLapsedGroupWithoutLimit(t *testing.T) {
	abroad := credit.Account{Profile: credit.Profile{Customer: "b", Parent: "group", Limit: rapport.MustMoney("9.00 USD")},
		Exposure: credit.Exposure{Receivables: rapport.MustMoney("1.00 USD")}}
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "group", Review: day("2025-01-01")}}, account("a", "group", "100.00", "10.00"), abroad,
	}, nil)
	require.NoError(t, err)
	require.NoError(t, book.Permit("a", cny("5.00"), day("2026-03-02")))
}

// TestLimitsOfTwoCurrenciesAbove: a shop without a limit or anything owed still has one
// currency for what is available: that of the nearest limit.
func TestLimitsOfTwoCurrenciesAbove(t *testing.T) {
	rates, err := rapport.NewRates(rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: cny("7").Amount(), At: day("2026-01-01")},
		rapport.Rate{From: rapport.CNY, To: rapport.USD, Value: cny("0.14").Amount(), At: day("2026-01-01")})
	require.NoError(t, err)
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "head", GroupLimit: rapport.MustMoney("10.00 USD")}},
		{Profile: credit.Profile{Customer: "region", Parent: "head", GroupLimit: cny("100.00")}},
		account("shop", "region", "", ""),
	}, &credit.BookOptions{Conversion: &credit.Conversion{Rates: rates, At: day("2026-03-01")}})
	require.NoError(t, err)
	d, err := book.Decide("shop", rapport.Money{}, day("2026-03-02"))
	require.NoError(t, err)
	require.Equal(t, "70.00 CNY", d.Available.String())
	require.False(t, d.Held())
}

// TestNewsHoldsInSpiteOfAnOverride: who let a block or two flags pass has not seen a
// block for another cause or a third flag.
func TestNewsHoldsInSpiteOfAnOverride(t *testing.T) {
	policy := overridable()
	monday := day("2026-03-02")
	flag := func(id rapport.ID) credit.Flag {
		return credit.Flag{ID: id, Customer: "shop", Kind: credit.CrossRegion, Evidence: "case", By: "li.wei", At: day("2026-02-01"), Expires: day("2026-06-01")}
	}
	decide := func(a credit.Account) credit.Decision {
		book, err := credit.NewBook([]credit.Account{a}, &credit.BookOptions{Policy: &policy})
		require.NoError(t, err)
		d, err := book.Decide("shop", cny("1.00"), monday)
		require.NoError(t, err)
		return d
	}
	shop := account("shop", "", "100.00", "10.00")
	shop.Profile.Blocked, shop.Flags = "dispute", []credit.Flag{flag("f-1"), flag("f-2")}
	approval, err := policy.Approve(decide(shop), credit.Override{ID: "o-1", By: "chen.yu", Role: "head_of_credit", Reason: "settled by phone",
		At: monday, Expires: day("2026-03-09"), Ceiling: cny("50.00")})
	require.NoError(t, err)
	shop.Approvals = []credit.Approval{approval}
	require.False(t, decide(shop).Held())

	insolvent := shop
	insolvent.Profile.Blocked = "insolvency"
	require.EqualError(t, decide(insolvent).Err(), `credit: customer "shop" is on hold for 1.00 CNY: blocked`)
	flagged := shop
	flagged.Flags = append([]credit.Flag{flag("f-3")}, shop.Flags...)
	require.EqualError(t, decide(flagged).Err(), `credit: customer "shop" is on hold for 1.00 CNY: risk_flags`)
	require.False(t, func() bool { d := shop; d.Flags = shop.Flags[:1]; return decide(d).Held() }(), "fewer flags are no news")

	shop.Approvals = []credit.Approval{approval, approval}
	_, err = credit.NewBook([]credit.Account{shop}, nil)
	require.ErrorIs(t, err, credit.ErrTwice)

	text, err := json.Marshal(approval)
	require.NoError(t, err)
	for from, to := range map[string]string{
		`"code":"blocked"`: `"code":"blokced"`, `"customer":"shop"`: `"customer":""`, `"decision":{"customer":"shop","as_of":"2026-03-02T00:00:00Z"`: `"decision":{"customer":"shop","as_of":"0001-01-01T00:00:00Z"`,
	} {
		bad := strings.Replace(string(text), from, to, 1)
		require.NotEqual(t, string(text), bad)
		require.Error(t, json.Unmarshal([]byte(bad), new(credit.Approval)), to)
	}
}

// TestFlagsCountByHours: ninety days are ninety times 24 hours, also across the change
// to summer time.
func TestFlagsCountByHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	asOf := time.Date(2026, 4, 1, 12, 0, 0, 0, berlin)
	flag := credit.Flag{ID: "f", Customer: "a", Kind: credit.CrossRegion, Evidence: "case", By: "li.wei", At: asOf.Add(-10*24*time.Hour + time.Minute), Expires: asOf.AddDate(1, 0, 0)}
	for count, c := range map[int]time.Time{1: flag.At, 0: asOf.Add(-10 * 24 * time.Hour)} {
		flag.At = c
		down, err := credit.FlagRule{Count: 1, Days: 10}.Judge("a", []credit.Flag{flag}, asOf)
		require.NoError(t, err)
		require.Len(t, down.Flags, count)
	}
	_, err = credit.FlagRule{}.Judge("a", nil, time.Time{})
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = credit.FlagRule{}.Judge("", nil, asOf)
	require.ErrorAs(t, err, new(*rapport.IDError))
}

// TestAgeingOfAHost: items that a host put together itself are counted in any order,
// an ageing without a date is refused, and a second currency is named with its row.
func TestAgeingOfAHost(t *testing.T) {
	own := credit.Ageing{AsOf: day("2026-03-01"), Items: []credit.OpenItem{{"new", cny("1.00"), 3}, {"old", cny("2.00"), 50}}}
	amount, longest, err := own.Overdue(30)
	require.NoError(t, err)
	require.Equal(t, "2.00 CNY", amount.String())
	require.Equal(t, 50, longest)

	a := account("shop", "", "10.00", "")
	a.Ageing = &credit.Ageing{}
	_, err = credit.NewBook([]credit.Account{a}, nil)
	require.ErrorAs(t, err, new(*credit.InputError))

	document := func(id rapport.ID, due, amount string) credit.Document {
		return credit.Document{ID: id, Dated: day("2025-01-01"), Due: day(due), Amount: rapport.MustMoney(amount)}
	}
	_, err = credit.Age([]credit.Document{document("a", "2026-02-25", "1.00 CNY"), document("b", "2025-02-01", "1.00 USD")}, day("2026-03-01"), nil)
	require.ErrorContains(t, err, `credit: row 1 ("b")`)
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
}

// TestTotalLossIsAsSureAsItsGrades: an error of one grade alone is not that of the sum,
// nor do intervals of two levels make one.
func TestTotalLossIsAsSureAsItsGrades(t *testing.T) {
	normal := func(value, se, level float64) rapport.Estimate {
		e, err := rapport.NormalEstimate(value, se, level, 100)
		require.NoError(t, err)
		return e
	}
	bootstrap := rapport.Estimate{Value: 0.05, Low: 0.03, High: 0.08, Level: 0.95, N: 100}
	total := func(a, b rapport.Estimate) rapport.Estimate {
		table, err := credit.NewGradeTable(credit.Grade{Name: "A", From: 1, PD: a, LGD: 0.5}, credit.Grade{Name: "B", PD: b, LGD: 1})
		require.NoError(t, err)
		loss, err := table.ExpectedLoss([]credit.Position{{"a", "A", cny("1000.00")}, {"b", "B", cny("200.00")}})
		require.NoError(t, err)
		require.NoError(t, loss.Total.Validate())
		return loss.Total
	}
	both := total(normal(0.02, 0.006, 0.95), normal(0.05, 0.02, 0.95))
	require.InDelta(t, 5, both.SE, 1e-12, "√(3² + 4²)")
	require.InDelta(t, 20-1.959963984540054*5, both.Low, 1e-9)
	mixed := total(normal(0.02, 0.006, 0.95), bootstrap)
	require.True(t, mixed.HasInterval())
	require.False(t, mixed.HasSE())
	levels := total(normal(0.02, 0.006, 0.95), normal(0.05, 0.02, 0.9))
	require.False(t, levels.HasInterval())
	require.InDelta(t, 5, levels.SE, 1e-12)
}

// TestAFlagCountsFromItsInstant until that of its end.
func TestAFlagCountsFromItsInstant(t *testing.T) {
	f := credit.Flag{At: day("2026-01-01"), Expires: day("2026-02-01")}
	require.False(t, f.Active(f.At.Add(-1)))
	require.True(t, f.Active(f.At))
	require.True(t, f.Active(f.Expires.Add(-1)))
	require.False(t, f.Active(f.Expires))
}

// TestFiguresThatCannotBe: more current than there is, and sales of another currency in
// a period that is not needed.
func TestFiguresThatCannotBe(t *testing.T) {
	_, err := credit.CollectionEffectiveness(cny("0.00"), cny("100.00"), cny("50.00"), cny("80.00"))
	require.ErrorAs(t, err, new(*credit.InputError), "an effectiveness above 1")
	_, err = credit.CountBackDSO(cny("1.00"), []credit.PeriodSales{{rapport.MustMoney("1.00 USD"), 30}, {cny("5.00"), 30}})
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))

	loss, err := grades(t).ExpectedLoss([]credit.Position{{"a", "A", cny("1.00")}, {"a", "A", cny("2.00")}, {"b", "A", cny("3.00")}})
	require.NoError(t, err)
	require.Equal(t, 2, loss.Grades[0].Customers)
	require.Equal(t, 2, loss.Total.N)
}

// TestLimitOfTheHeadAlone: a head with a Limit of 100 and no GroupLimit does not hold
// its members, who owe 150 together; the decision on a member says which head that is,
// the one on the head has nothing to say, and a GroupLimit closes the gap.
func TestLimitOfTheHeadAlone(t *testing.T) {
	accounts := []credit.Account{
		account("head", "", "100.00", ""), account("region", "head", "", ""),
		account("a", "region", "90.00", "80.00"), account("b", "region", "90.00", "70.00"),
	}
	decide := func(customer rapport.ID) credit.Decision {
		book, err := credit.NewBook(accounts, nil)
		require.NoError(t, err)
		d, err := book.Decide(customer, cny("5.00"), day("2026-03-02"))
		require.NoError(t, err)
		return d
	}
	d := decide("a")
	require.False(t, d.Held())
	require.Equal(t, "10.00 CNY", d.Available.String(), "90 − 80, without the order")
	require.Equal(t, []credit.Gap{{credit.NoGroupLimit, "head"}, {credit.Overdue, "a"}}, d.Unchecked)
	require.Equal(t, []credit.Gap{{credit.Overdue, "head"}}, decide("head").Unchecked)

	accounts[0].Profile.GroupLimit = cny("100.00")
	d = decide("a")
	require.Equal(t, credit.OverGroupLimit, d.Reasons[0].Code)
	require.Equal(t, []credit.Gap{{credit.Overdue, "a"}}, d.Unchecked)

	accounts[0].Profile.GroupLimit, accounts[2].Profile.Blocked = rapport.Money{}, "dispute"
	policy := overridable()
	d = decide("a")
	approval, err := policy.Approve(d, credit.Override{ID: "o-1", By: "chen.yu", Role: "head_of_credit", Reason: "settled by phone",
		At: day("2026-03-02"), Expires: day("2026-03-09"), Ceiling: cny("90.00")})
	require.NoError(t, err)
	text, err := json.Marshal(approval)
	require.NoError(t, err)
	require.Contains(t, string(text), `"unchecked":[{"code":"no_group_limit","holder":"head"},{"code":"overdue","holder":"a"}]`)
	var back credit.Approval
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, d.Unchecked, back.Decision.Unchecked)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}
