package credit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func overridable() credit.Policy {
	p := credit.DefaultPolicy()
	p.Roles = []string{"head_of_credit"}
	return p
}

func TestOverrideCoversWhatItAnswers(t *testing.T) {
	policy := overridable()
	decide := func(a credit.Account, order string, at time.Time) credit.Decision {
		book, err := credit.NewBook([]credit.Account{{Profile: credit.Profile{Customer: "group", GroupLimit: cny("120.00")}}, a}, &credit.BookOptions{Policy: &policy})
		require.NoError(t, err)
		d, err := book.Decide("shop", cny(order), at)
		require.NoError(t, err)
		return d
	}
	monday := day("2026-03-02")
	shop := account("shop", "group", "100.00", "95.00")
	d := decide(shop, "30.00", monday)
	require.Len(t, d.Reasons, 2)
	own := credit.Override{ID: "o-1", By: "chen.yu", Role: "head_of_credit", Reason: "guarantee", At: monday, Expires: day("2026-03-09"), Ceiling: cny("130.00")}
	first, err := policy.Approve(d, own)
	require.NoError(t, err)
	require.Equal(t, rapport.ID("shop"), first.Override.Holder)
	shop.Approvals = []credit.Approval{first}
	require.True(t, decide(shop, "30.00", monday).Held(), "the group still holds")
	forGroup := own
	forGroup.ID, forGroup.Holder = "o-2", "group"
	second, err := policy.Approve(d, forGroup)
	require.NoError(t, err)
	shop.Approvals = append(shop.Approvals, second)
	released := decide(shop, "30.00", monday)
	require.False(t, released.Held())
	require.NoError(t, released.Err())
	require.Equal(t, []rapport.ID{"o-1", "o-2"}, []rapport.ID{released.Reasons[0].Released, released.Reasons[1].Released})

	require.False(t, decide(shop, "35.00", monday).Held(), "up to the ceiling")
	require.True(t, decide(shop, "35.01", monday).Held(), "above the ceiling")
	require.True(t, decide(shop, "30.00", day("2026-03-09")).Held(), "expired")
	require.True(t, decide(shop, "30.00", day("2026-03-01")).Held(), "before it was given")
	blocked := shop
	blocked.Profile.Blocked = "dispute"
	require.True(t, decide(blocked, "30.00", monday).Held(), "a new reason")
	was := policy.Roles
	policy.Roles = []string{"director"}
	require.True(t, decide(shop, "30.00", monday).Held(), "a role that may no longer")
	policy.Roles = was

	for name, change := range map[string]func(*credit.Override){
		"no id":          func(o *credit.Override) { o.ID = "" },
		"bad holder":     func(o *credit.Override) { o.Holder = "\x00" },
		"nobody":         func(o *credit.Override) { o.By = " " },
		"no role":        func(o *credit.Override) { o.Role = "" },
		"no reason":      func(o *credit.Override) { o.Reason = "" },
		"no end":         func(o *credit.Override) { o.Expires = time.Time{} },
		"no ceiling":     func(o *credit.Override) { o.Ceiling = rapport.Money{} },
		"low ceiling":    func(o *credit.Override) { o.Ceiling = cny("124.99") },
		"other currency": func(o *credit.Override) { o.Ceiling = rapport.MustMoney("1.00 USD") },
		"too early":      func(o *credit.Override) { o.At = day("2026-03-01") },
		"other holder":   func(o *credit.Override) { o.Holder = "north" },
		"other role":     func(o *credit.Override) { o.Role = "seller" },
	} {
		o := own
		change(&o)
		_, err := policy.Approve(d, o)
		require.Error(t, err, name)
	}
	o := own
	o.Role = "seller"
	_, err = policy.Approve(d, o)
	require.ErrorAs(t, err, new(*credit.RoleError))
	_, err = credit.DefaultPolicy().Approve(d, own)
	require.ErrorContains(t, err, "the policy has no Roles, so nobody may")
	_, err = policy.Approve(d, credit.Override{})
	require.ErrorContains(t, err, "credit: id of the override: ")
	shop.Approvals = []credit.Approval{first}
	shop.Profile.Customer = "other"
	_, err = credit.NewBook([]credit.Account{account("group", "", "1.00", ""), shop}, nil)
	require.ErrorContains(t, err, "customer of an approval")
}

func TestLimitBelowExposureNeedsForce(t *testing.T) {
	book, err := credit.NewBook([]credit.Account{account("group", "", "", ""), account("shop", "group", "100.00", "80.00")}, nil)
	require.NoError(t, err)
	c := credit.LimitChange{Customer: "shop", Limit: cny("79.99"), By: "chen.yu", At: day("2026-03-02")}
	_, _, err = book.ChangeLimit(c)
	require.EqualError(t, err, `credit: customer "shop": new limit 79.99 CNY is below the exposure of 80.00 CNY: lower the exposure or force it with a reason`)
	require.ErrorAs(t, err, new(*credit.BelowExposureError))
	c.Force = true
	_, _, err = book.ChangeLimit(c)
	require.ErrorAs(t, err, new(*credit.InputError), "a force has a reason")
	c.Reason = "insolvency filed"
	p, record, err := book.ChangeLimit(c)
	require.NoError(t, err)
	require.Equal(t, "79.99 CNY", p.Limit.String())
	require.Equal(t, "100.00 CNY", record.Before.String())
	require.Equal(t, "80.00 CNY", record.Exposure.String())

	group := credit.LimitChange{Customer: "group", Group: true, Limit: cny("79.00"), By: "chen.yu", At: day("2026-03-02")}
	_, _, err = book.ChangeLimit(group)
	require.ErrorAs(t, err, new(*credit.BelowExposureError), "consolidated")
	group.Limit = cny("80.00")
	p, _, err = book.ChangeLimit(group)
	require.NoError(t, err)
	require.Equal(t, "80.00 CNY", p.GroupLimit.String())
	group.Limit = rapport.Money{}
	_, _, err = book.ChangeLimit(group)
	require.NoError(t, err, "a limit can be taken away")

	for name, change := range map[string]func(*credit.LimitChange){
		"negative":       func(c *credit.LimitChange) { c.Limit = cny("-1.00") },
		"nobody":         func(c *credit.LimitChange) { c.By = "" },
		"no date":        func(c *credit.LimitChange) { c.At = time.Time{} },
		"other currency": func(c *credit.LimitChange) { c.Limit = rapport.MustMoney("1.00 USD") },
		"unknown":        func(c *credit.LimitChange) { c.Customer = "z" },
	} {
		bad := c
		change(&bad)
		_, _, err := book.ChangeLimit(bad)
		require.Error(t, err, name)
	}
}

// TestCurrenciesOfAGroup: exposures in two currencies against limits in a third.
func TestCurrenciesOfAGroup(t *testing.T) {
	rates, err := rapport.NewRates(
		rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: cny("7").Amount(), At: day("2026-01-01")},
		rapport.Rate{From: rapport.EUR, To: rapport.CNY, Value: cny("8").Amount(), At: day("2026-01-01")})
	require.NoError(t, err)
	accounts := []credit.Account{
		{Profile: credit.Profile{Customer: "group", GroupLimit: cny("2000.00")}, Exposure: credit.Exposure{Receivables: cny("10.00")}},
		{Profile: credit.Profile{Customer: "a", Parent: "group"}, Exposure: credit.Exposure{Receivables: rapport.MustMoney("100.00 USD")}},
		{Profile: credit.Profile{Customer: "b", Parent: "group", Limit: rapport.MustMoney("200.00 EUR")}, Exposure: credit.Exposure{Receivables: rapport.MustMoney("100.00 EUR")}},
	}
	book, err := credit.NewBook(accounts, &credit.BookOptions{Conversion: &credit.Conversion{Rates: rates, At: day("2026-03-01")}})
	require.NoError(t, err)
	all, err := book.Exposure("group", rapport.CNY)
	require.NoError(t, err)
	require.Equal(t, "1510.00 CNY", all.String())
	d, err := book.Decide("b", cny("560.00"), day("2026-03-02")) // 70 EUR
	require.NoError(t, err)
	require.Equal(t, "170.00 EUR", d.Exposure.String())
	require.Equal(t, day("2026-03-01"), d.RatesAt)
	require.Equal(t, "61.25 EUR", d.Available.String(), "the group leaves 490 CNY, the customer's own limit 100 EUR")
	require.Equal(t, credit.OverGroupLimit, d.Reasons[0].Code)
	require.Equal(t, "70.00 CNY", d.Reasons[0].Amount.String())
	d, err = book.Decide("a", rapport.Money{}, day("2026-03-02"))
	require.NoError(t, err)
	require.Equal(t, "100.00 USD", d.Exposure.String())

	book, err = credit.NewBook(accounts, nil)
	require.NoError(t, err)
	_, err = book.Decide("b", rapport.Money{}, day("2026-03-02"))
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
}
