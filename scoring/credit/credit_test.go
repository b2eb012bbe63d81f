package credit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func cny(text string) rapport.Money { return rapport.MustMoney(text + " CNY") }

func account(id, parent rapport.ID, limit, receivables string) credit.Account {
	a := credit.Account{Profile: credit.Profile{Customer: id, Parent: parent}}
	if limit != "" {
		a.Profile.Limit = cny(limit)
	}
	if receivables != "" {
		a.Exposure.Receivables = cny(receivables)
	}
	return a
}

func TestExposureIsTheSumOfItsParts(t *testing.T) {
	items := []credit.Item{
		{credit.Receivables, cny("70000.00")}, {credit.OpenOrders, cny("25000.00")}, {credit.Unbilled, cny("5000.00")},
		{credit.Deposits, cny("2000.00")}, {credit.Insured, cny("30000.00")},
	}
	e, err := credit.NewExposure(rapport.CNY, items, nil)
	require.NoError(t, err)
	total, err := e.Total()
	require.NoError(t, err)
	require.Equal(t, "68000.00 CNY", total.String())
	require.Empty(t, e.Converted)

	items = append(items, credit.Item{credit.Receivables, rapport.MustMoney("100.00 USD")})
	_, err = credit.NewExposure(rapport.CNY, items, nil)
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	rates, err := rapport.NewRates(rapport.Rate{From: rapport.USD, To: rapport.CNY, Value: cny("7.1").Amount(), At: day("2026-01-01")})
	require.NoError(t, err)
	e, err = credit.NewExposure(rapport.CNY, items, &credit.Conversion{Rates: rates, At: day("2026-03-01")})
	require.NoError(t, err)
	require.Equal(t, "70710.00 CNY", e.Receivables.String())
	require.Len(t, e.Converted, 1)
	require.Equal(t, "710.00 CNY", e.Converted[0].Into.String())
	require.Equal(t, "7.1", e.Converted[0].Rate.Value.String())
	_, err = credit.NewExposure(rapport.CNY, items, &credit.Conversion{Rates: rates, At: day("2025-03-01")})
	require.ErrorAs(t, err, new(*rapport.MissingRateError))

	for name, bad := range map[string][]credit.Item{
		"unknown part":     {{"stock", cny("1.00")}},
		"negative deposit": {{credit.Deposits, cny("-1.00")}},
	} {
		_, err = credit.NewExposure(rapport.CNY, bad, nil)
		require.ErrorAs(t, err, new(*credit.InputError), name)
	}
	_, err = credit.NewExposure(0, nil, nil)
	require.ErrorAs(t, err, new(*rapport.CurrencyError))
	_, err = credit.Exposure{Receivables: cny("1.00"), Unbilled: rapport.MustMoney("1.00 USD")}.Total()
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
}

// TestEveryReasonHasItsFigures: a customer with everything against it.
func TestEveryReasonHasItsFigures(t *testing.T) {
	ageing, err := credit.Age([]credit.Document{
		{ID: "i-1", Dated: day("2025-12-01"), Due: day("2025-12-31"), Amount: cny("900.00")},
		{ID: "i-2", Dated: day("2026-01-20"), Due: day("2026-02-20"), Amount: cny("500.00")},
	}, day("2026-03-02"), nil)
	require.NoError(t, err)
	flag := func(id rapport.ID, kind credit.FlagKind) credit.Flag {
		return credit.Flag{ID: id, Customer: "shop", Kind: kind, Evidence: "case 7", By: "li.wei", At: day("2026-01-01"), Expires: day("2026-06-01")}
	}
	policy := credit.DefaultPolicy()
	policy.OverdueAbove, policy.ReviewGrace = cny("800.00"), 5
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "group", GroupLimit: cny("1000.00"), Blocked: "insolvency", Review: day("2026-02-01")}},
		{
			Profile: credit.Profile{Customer: "shop", Parent: "group", Limit: cny("2000.00"), Blocked: "dispute", Review: day("2026-02-20"),
				Valid: rapport.MustInterval("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z")},
			Exposure: credit.Exposure{Receivables: cny("1400.00")}, Ageing: &ageing,
			Flags: []credit.Flag{flag("f-2", credit.CrossRegion), flag("f-1", credit.PriceViolation)},
		},
	}, &credit.BookOptions{Policy: &policy})
	require.NoError(t, err)
	d, err := book.Decide("shop", cny("700.00"), day("2026-03-02"))
	require.NoError(t, err)
	require.True(t, d.Held())
	var got []string
	for _, r := range d.Reasons {
		got = append(got, string(r.Code)+" "+string(r.Holder)+" "+r.Amount.String())
	}
	require.Equal(t, []string{"over_limit shop 100.00 CNY", "over_group_limit group 1100.00 CNY", "blocked shop 0", "blocked group 0",
		"not_valid shop 0", "review_expired shop 0", "review_expired group 0", "overdue shop 900.00 CNY", "risk_flags shop 0"}, got)
	require.Equal(t, 10, d.Reasons[5].Days)
	require.Equal(t, 61, d.Reasons[7].Days)
	require.Equal(t, []rapport.ID{"f-1", "f-2"}, d.Reasons[8].Flags)
	require.Equal(t, "-400.00 CNY", d.Available.String())
	require.Empty(t, d.Unchecked)
	require.Equal(t, day("2026-03-02"), d.AgedAt)
	require.ErrorContains(t, d.Err(), `blocked, blocked of "group", not_valid, review_expired by 10 days`)

	// The day that the review is due, within the grace, and flags that do not hold.
	policy.OverdueAbove, policy.Flags = cny("900.00"), 0
	free := credit.Account{Profile: credit.Profile{Customer: "shop", Limit: cny("2000.00"), Review: day("2026-02-25")},
		Exposure: credit.Exposure{Receivables: cny("1400.00")}, Ageing: &ageing, Flags: []credit.Flag{flag("f-2", credit.CrossRegion)}}
	book, err = credit.NewBook([]credit.Account{free}, &credit.BookOptions{Policy: &policy})
	require.NoError(t, err)
	require.NoError(t, book.Permit("shop", cny("600.00"), day("2026-03-02")))

	// Nobody gave a limit, and nothing is known of invoices.
	book, err = credit.NewBook([]credit.Account{account("new", "", "", "")}, nil)
	require.NoError(t, err)
	d, err = book.Decide("new", cny("1.00"), day("2026-03-02"))
	require.NoError(t, err)
	require.Equal(t, credit.NoLimit, d.Reasons[0].Code)
	require.Equal(t, []credit.Gap{{credit.Overdue, "new"}}, d.Unchecked)
	_, err = book.Decide("new", rapport.Money{}, day("2026-03-02"))
	require.NoError(t, err)
}

// TestBlockedGroup: a group without a limit holds all in it while it is blocked, but
// its review and validity concern nobody, as nothing was granted to it.
func TestBlockedGroup(t *testing.T) {
	group := credit.Profile{Customer: "group", Blocked: "insolvency", Review: day("2025-01-01"), Valid: rapport.MustInterval("2025-01-01T00:00:00Z/2025-02-01T00:00:00Z")}
	book, err := credit.NewBook([]credit.Account{{Profile: group}, account("a", "group", "100.00", "10.00"), account("b", "group", "100.00", "20.00")}, nil)
	require.NoError(t, err)
	d, err := book.Decide("a", cny("5.00"), day("2026-03-02"))
	require.NoError(t, err)
	require.Equal(t, []credit.Reason{{Code: credit.Blocked, Holder: "group", Exposure: d.Reasons[0].Exposure, Text: "insolvency"}}, d.Reasons)
	require.Equal(t, "35.00 CNY", d.Reasons[0].Exposure.String())
	require.Equal(t, "90.00 CNY", d.Available.String())
}

// TestDealIsNotWonWhileOnHold: the book as a guard of package pipeline, which knows
// nothing of it.
func TestDealIsNotWonWhileOnHold(t *testing.T) {
	book, err := credit.NewBook([]credit.Account{account("dealer", "", "100000.00", "95000.00")}, nil)
	require.NoError(t, err)
	guard := func(c pipeline.Check) error {
		amount, _ := c.Value(pipeline.FieldAmount).Money()
		return book.Permit(rapport.ID(c.Value(pipeline.FieldCustomer).String()), amount, c.At)
	}
	overridable := pipeline.CreditGuard(func(customer rapport.ID, amount rapport.Money) (*pipeline.CreditHold, error) {
		d, err := book.Decide(customer, amount, day("2026-03-02"))
		if err != nil || !d.Held() {
			return nil, err
		}
		r := d.Reasons[0]
		return &pipeline.CreditHold{Reason: string(r.Code), Limit: r.Limit, Exposure: r.Exposure, Over: r.Amount}, nil
	}, "head_of_credit")
	for name, g := range map[string]pipeline.Guard{"permit": guard, "credit guard": overridable} {
		machine, err := pipeline.Compile(pipeline.Definition{
			ID: "sales", Version: 1, Initial: "bidding",
			Stages: []pipeline.Stage{
				{ID: "bidding"}, {ID: "won", Kind: pipeline.Won, Probability: 100, Enter: pipeline.Gate{Guards: []string{"credit"}}}, {ID: "lost", Kind: pipeline.Lost},
			},
			Transitions: []pipeline.Transition{{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"}, {Trigger: "lose", To: "lost", Reasons: "loss"}},
			Fields:      []pipeline.Field{{ID: pipeline.FieldCreditOverride}},
			Reasons:     []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
		}, &pipeline.Options{Guards: map[string]pipeline.Guard{"credit": g}})
		require.NoError(t, err)
		at := day("2026-03-02")
		for amount, passes := range map[string]bool{"10000.00": false, "5000.00": true} {
			deal, _, err := machine.OpenDeal(pipeline.Deal{ID: "d1", Customer: "dealer", Amount: cny(amount)}, pipeline.Input{By: "li.wei"}, at)
			require.NoError(t, err)
			won, _, err := deal.Fire(machine, "win", pipeline.Input{By: "li.wei"}, at)
			require.Equal(t, passes, err == nil, "%s %s: %v", name, amount, err)
			require.Equal(t, passes, won.Stage == "won")
			if hold, ok := errors.AsType[*credit.HoldError](err); ok {
				require.Equal(t, "5000.00 CNY", hold.Decision.Reasons[0].Amount.String())
			}
		}
	}
}

func TestBookRefuses(t *testing.T) {
	bad := func(change func(a *credit.Account)) []credit.Account {
		a := account("a", "", "10.00", "")
		change(&a)
		return []credit.Account{a}
	}
	flag := credit.Flag{ID: "f", Customer: "b", Kind: credit.OverStocking, Evidence: "count", By: "x", At: day("2026-01-01"), Expires: day("2026-02-01")}
	for name, c := range map[string]struct {
		accounts []credit.Account
		want     any
	}{
		"negative limit":       {bad(func(a *credit.Account) { a.Profile.Limit = cny("-1.00") }), new(*credit.InputError)},
		"negative group limit": {bad(func(a *credit.Account) { a.Profile.GroupLimit = cny("-1.00") }), new(*credit.InputError)},
		"negative terms":       {bad(func(a *credit.Account) { a.Profile.TermsDays = -1 }), new(*credit.InputError)},
		"no id":                {bad(func(a *credit.Account) { a.Profile.Customer = "" }), new(*rapport.IDError)},
		"bad exposure":         {bad(func(a *credit.Account) { a.Exposure.Insured = cny("-1.00") }), new(*credit.InputError)},
		"flag of another":      {bad(func(a *credit.Account) { a.Flags = []credit.Flag{flag} }), new(*credit.InputError)},
		"bad approval":         {bad(func(a *credit.Account) { a.Approvals = make([]credit.Approval, 1) }), new(*rapport.IDError)},
		"twice":                {[]credit.Account{account("a", "", "1.00", ""), account("a", "", "1.00", "")}, new(*credit.RowError)},
		"missing parent":       {[]credit.Account{account("a", "z", "1.00", "")}, new(*credit.ParentError)},
		"cycle": {[]credit.Account{account("d", "c", "1.00", ""), account("c", "b", "1.00", ""), account("b", "a", "1.00", ""),
			account("a", "c", "1.00", "")}, new(*credit.CycleError)},
		"own parent": {[]credit.Account{account("a", "a", "1.00", "")}, new(*credit.CycleError)},
	} {
		_, err := credit.NewBook(c.accounts, nil)
		require.ErrorAs(t, err, c.want, name)
		require.NotContains(t, err.Error()[len("credit:"):], "credit:", name)
	}
	_, err := credit.NewBook([]credit.Account{account("d", "c", "1.00", ""), account("c", "b", "1.00", ""), account("b", "a", "1.00", ""),
		account("a", "c", "1.00", "")}, nil)
	require.EqualError(t, err, `credit: groups go in a circle: "a" in "c" in "b" in "a"`)

	policy := credit.Policy{OverdueDays: -1}
	_, err = credit.NewBook(nil, &credit.BookOptions{Policy: &policy})
	require.ErrorAs(t, err, new(*credit.InputError))

	ageing := credit.Ageing{AsOf: day("2026-04-01")}
	a := account("a", "", "10.00", "1.00")
	a.Ageing = &ageing
	book, err := credit.NewBook([]credit.Account{a}, nil)
	require.NoError(t, err)
	_, err = book.Decide("z", cny("1.00"), day("2026-03-01"))
	require.ErrorIs(t, err, credit.ErrUnknownCustomer)
	_, err = book.Exposure("z", rapport.CNY)
	require.ErrorIs(t, err, credit.ErrUnknownCustomer)
	for name, c := range map[string]struct {
		order rapport.Money
		at    time.Time
		want  any
	}{
		"negative order":   {cny("-1.00"), day("2026-04-01"), new(*credit.InputError)},
		"no date":          {cny("1.00"), time.Time{}, new(*credit.InputError)},
		"ageing from then": {cny("1.00"), day("2026-03-31"), new(*credit.InputError)},
		"another currency": {rapport.MustMoney("1.00 USD"), day("2026-04-01"), new(*rapport.CurrencyMismatchError)},
	} {
		_, err = book.Decide("a", c.order, c.at)
		require.ErrorAs(t, err, c.want, name)
	}
}
