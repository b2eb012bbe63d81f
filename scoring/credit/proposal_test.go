package credit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/credit"
)

func TestProposalSaysWhatBinds(t *testing.T) {
	rule := credit.LimitRule{NetWorthShare: 0.10, PurchaseMonths: 2, Grades: grades(t), Step: cny("1000.00")}
	for name, c := range map[string]struct {
		means   credit.Means
		limit   string
		binding credit.Bound
	}{
		"net worth":    {credit.Means{cny("750000.00"), cny("60000.00"), "B"}, "75000.00 CNY", credit.ByNetWorth},
		"purchases":    {credit.Means{cny("2000000.00"), cny("44250.00"), "B"}, "88000.00 CNY", credit.ByPurchases},
		"grade":        {credit.Means{cny("2000000.00"), cny("60000.00"), "B"}, "100000.00 CNY", credit.ByGrade},
		"worst grade":  {credit.Means{cny("2000000.00"), cny("60000.00"), "C"}, "0.00 CNY", credit.ByGrade},
		"over-debted":  {credit.Means{cny("-5.00"), cny("60000.00"), "A"}, "0.00 CNY", credit.ByNetWorth},
		"below a step": {credit.Means{cny("9999.00"), cny("60000.00"), "A"}, "0.00 CNY", credit.ByNetWorth},
	} {
		p, err := rule.Propose(c.means)
		require.NoError(t, err, name)
		require.Equal(t, c.limit, p.Limit.String(), name)
		require.Equal(t, c.binding, p.Binding, name)
		require.Len(t, p.Bounds, 3)
	}
	good := credit.Means{cny("1.00"), cny("1.00"), "A"}
	for name, c := range map[string]struct {
		rule  func(*credit.LimitRule)
		means func(*credit.Means)
	}{
		"worth not known":     {means: func(m *credit.Means) { m.NetWorth = rapport.Money{} }},
		"purchases not known": {means: func(m *credit.Means) { m.MonthlyPurchases = rapport.Money{} }},
		"negative purchases":  {means: func(m *credit.Means) { m.MonthlyPurchases = cny("-1.00") }},
		"unknown grade":       {means: func(m *credit.Means) { m.Grade = "Z" }},
		"two currencies":      {means: func(m *credit.Means) { m.NetWorth = rapport.MustMoney("1.00 USD") }},
		"negative share":      {rule: func(r *credit.LimitRule) { r.NetWorthShare = -1 }},
		"infinite months":     {rule: func(r *credit.LimitRule) { r.PurchaseMonths = math.Inf(1) }},
		"no bounds":           {rule: func(r *credit.LimitRule) { *r = credit.LimitRule{} }},
		"negative step":       {rule: func(r *credit.LimitRule) { r.Step = cny("-1.00") }},
		"dollar step":         {rule: func(r *credit.LimitRule) { r.Step = rapport.MustMoney("1.00 USD") }},
	} {
		r, m := rule, good
		if c.rule != nil {
			c.rule(&r)
		}
		if c.means != nil {
			c.means(&m)
		}
		_, err := r.Propose(m)
		require.Error(t, err, name)
	}
}

// TestTwoFlagsInNinetyDays propose to move a dealer down.
func TestTwoFlagsInNinetyDays(t *testing.T) {
	flag := func(id rapport.ID, kind credit.FlagKind, at string) credit.Flag {
		return credit.Flag{ID: id, Customer: "dealer", Kind: kind, Evidence: "report of the region", By: "li.wei", At: day(at), Expires: day(at).AddDate(0, 6, 0)}
	}
	flags := []credit.Flag{flag("f-2", credit.CrossRegion, "2026-03-31"), flag("f-1", credit.PriceViolation, "2026-01-02")}
	var rule credit.FlagRule
	judge := func(at string) credit.TierDown {
		down, err := rule.Judge("dealer", flags, day(at))
		require.NoError(t, err)
		return down
	}
	require.True(t, judge("2026-04-01").Proposed(), "89 days")
	require.Equal(t, rapport.ID("f-1"), judge("2026-04-01").Flags[0].ID)
	require.False(t, judge("2026-04-02").Proposed(), "90 days")
	require.False(t, judge("2026-03-30").Proposed(), "one is not raised yet")
	flags[0].Expires = day("2026-04-01")
	require.False(t, judge("2026-04-01").Proposed(), "one has expired")
	rule = credit.FlagRule{Count: 1, Days: 365}
	require.True(t, judge("2026-04-01").Proposed())
	down, err := rule.Judge("another", flags, day("2026-04-01"))
	require.NoError(t, err)
	require.False(t, down.Proposed())

	_, err = credit.FlagRule{Count: -1}.Judge("dealer", flags, day("2026-04-01"))
	require.ErrorAs(t, err, new(*credit.InputError))
	_, err = rule.Judge("dealer", append(flags, flags[0]), day("2026-04-01"))
	require.ErrorIs(t, err, credit.ErrTwice)
	for name, change := range map[string]func(*credit.Flag){
		"no evidence": func(f *credit.Flag) { f.Evidence = "" },
		"no kind":     func(f *credit.Flag) { f.Kind = "" },
		"nobody":      func(f *credit.Flag) { f.By = "" },
		"no end":      func(f *credit.Flag) { f.Expires = f.At },
		"no customer": func(f *credit.Flag) { f.Customer = "" },
		"no id":       func(f *credit.Flag) { f.ID = "" },
	} {
		f := flags[1]
		change(&f)
		_, err := rule.Judge("dealer", []credit.Flag{f}, day("2026-04-01"))
		require.ErrorAs(t, err, new(*credit.RowError), name)
	}
}
