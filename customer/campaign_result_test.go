package customer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

func sold(id, to, at, amount string) customer.TransactionDraft {
	return customer.TransactionDraft{
		Key: customer.ExternalKey{System: "erp", ID: id}, Kind: customer.Sale, Customer: rapport.ID(to),
		At: day(at), RecordedAt: day(at), Amount: yuan(amount),
	}
}

func of(sale customer.TransactionDraft, kind customer.TransactionKind, id, at, amount string) customer.TransactionDraft {
	line := sold(id, string(sale.Customer), at, amount)
	line.Kind, line.Of = kind, sale.Key
	return line
}

func transactions(t require.TestingT, drafts ...customer.TransactionDraft) []customer.Transaction {
	var all []customer.Transaction
	for _, d := range drafts {
		all = append(all, mustTransaction(t, d))
	}
	return all
}

func TestAttributionRules(t *testing.T) {
	spring, mail, call := springMail(), springMail(), springMail()
	spring.ID, mail.ID, call.ID = "spring", "mail", "call"
	mail.Window = 10 * 24 * time.Hour
	campaigns := []customer.Campaign{spring, mail, call}
	members := []customer.CampaignMember{
		member("spring", "c1", customer.ArmTreatment, "2024-03-02", "2024-03-12"),
		member("mail", "c1", customer.ArmTreatment, "2024-03-05"),
		member("call", "c1", customer.ArmTreatment, "2024-03-05"),
	}
	sale := sold("s1", "c1", "2024-03-13", "100.00")
	rows := transactions(t, of(sale, customer.Return, "r1", "2024-05-01", "-10.00"), sale, of(sale, customer.Cost, "k1", "2024-03-13", "60"),
		sold("s2", "c1", "2024-03-15", "30"), sold("s3", "c2", "2024-03-13", "1"), sold("s4", "c1", "2024-03-01", "1"), sold("s5", "c1", "2024-03-13", "0"))
	credited := func(rule customer.AttributionRule) []string {
		all, err := customer.AttributeSales(campaigns, members, rows, rule)
		require.NoError(t, err)
		var lines []string
		for _, a := range all {
			lines = append(lines, fmt.Sprintf("%s %s %s /%d", a.Transaction.ID, a.Campaign, a.Amount, a.Shared))
		}
		return lines
	}
	require.Equal(t, []string{"r1 spring -10.00 CNY /1", "s1 spring 100.00 CNY /1", "k1 spring 60.00 CNY /1", "s2 spring 30.00 CNY /1"}, credited(""))
	require.Equal(t, credited(""), credited(customer.LastTouch))
	require.Equal(t, credited(""), credited(customer.FirstTouch), "its contact of 2 March was the first")
	require.Equal(t, []string{
		"r1 call -3.34 CNY /3", "r1 mail -3.33 CNY /3", "r1 spring -3.33 CNY /3",
		"s1 call 33.34 CNY /3", "s1 mail 33.33 CNY /3", "s1 spring 33.33 CNY /3",
		"k1 call 20.00 CNY /3", "k1 mail 20.00 CNY /3", "k1 spring 20.00 CNY /3",
		"s2 call 15.00 CNY /2", "s2 spring 15.00 CNY /2", // ten days after its contact the mail is too late
	}, credited(customer.Linear))
	members[0].Contacts = members[0].Contacts[:1]
	require.Contains(t, credited(customer.LastTouch), "s1 call 100.00 CNY /1", "of two contacts of one instant the smaller id")

	_, err := customer.AttributeSales(campaigns, members, nil, "loudest")
	require.Equal(t, []string{"rule: unknown"}, problemsOf(t, err))
	_, err = customer.AttributeSales(campaigns[:1], members, nil, "")
	require.Equal(t, []string{"campaign: unknown"}, problemsOf(t, err))
}

// Every credited transaction is credited once: its shares add up to it exactly.
func TestAttributionAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var campaigns []customer.Campaign
		var members []customer.CampaignMember
		for i := range rapid.IntRange(1, 4).Draw(r, "campaigns") {
			c := springMail()
			c.ID = rapport.ID(fmt.Sprint("campaign ", i))
			c.Window = time.Duration(rapid.IntRange(1, 20).Draw(r, "days")) * 24 * time.Hour
			campaigns = append(campaigns, c)
			m := member(string(c.ID), "c1", customer.ArmTreatment)
			at := m.Assigned
			for range rapid.IntRange(0, 3).Draw(r, "contacts") {
				at = at.AddDate(0, 0, rapid.IntRange(0, 5).Draw(r, "later"))
				m.Contacts = append(m.Contacts, at)
			}
			members = append(members, m)
		}
		var rows []customer.Transaction
		for i := range rapid.IntRange(0, 5).Draw(r, "sales") {
			d := sold(fmt.Sprint(i), "c1", "2024-03-01", "1")
			d.At = d.At.AddDate(0, 0, rapid.IntRange(-2, 30).Draw(r, "day"))
			d.Amount = drawMoney(r, "amount", 1, 999_999)
			rows = append(rows, mustTransaction(r, d))
		}
		credited := make(map[customer.AttributionRule]int)
		for _, rule := range []customer.AttributionRule{customer.LastTouch, customer.FirstTouch, customer.Linear} {
			all, err := customer.AttributeSales(campaigns, members, rows, rule)
			require.NoError(r, err)
			for _, row := range rows {
				var sum rapport.Money
				parts := 0
				for _, a := range all {
					if a.Transaction == row.Key() {
						parts++
						sum, err = sum.Add(a.Amount)
						require.NoError(r, err)
					}
				}
				if parts > 0 {
					require.True(r, sum.Equal(row.Amount()), "%s of %s", sum, row.Amount())
					credited[rule]++
				}
			}
		}
		require.Equal(r, credited[customer.LastTouch], credited[customer.Linear])
		require.Equal(r, credited[customer.FirstTouch], credited[customer.Linear])
	})
}

// 400 treated, of whom every fifth buys for 100 at a cost of 60; 400 in the control,
// of whom every tenth does.
func TestCampaignResult(t *testing.T) {
	c := springMail()
	var members []customer.CampaignMember
	var drafts []customer.TransactionDraft
	for i := range 400 {
		treated, control := fmt.Sprintf("t%03d", i), fmt.Sprintf("k%03d", i)
		m := member("spring", treated, customer.ArmTreatment, "2024-03-02")
		if i%4 == 0 {
			m.Responses = []customer.CampaignResponse{{At: day("2024-03-03"), Type: customer.ResponseOpened}, {At: day("2024-03-03"), Type: customer.ResponseInterested}}
		}
		members = append(members, m, member("spring", control, customer.ArmControl))
		if i%5 == 0 {
			sale := sold("st"+treated, treated, "2024-03-05", "100")
			drafts = append(drafts, sale, of(sale, customer.Cost, "ct"+treated, "2024-04-20", "60"))
		}
		if i%10 == 0 {
			sale := sold("sk"+control, control, "2024-03-05", "100")
			drafts = append(drafts, sale, of(sale, customer.Cost, "ck"+control, "2024-03-05", "60"))
		}
	}
	drafts = append(drafts, sold("late", "t001", "2024-03-31", "100"), sold("early", "t001", "2024-02-29", "100"), sold("other", "x", "2024-03-05", "100"))
	r, err := c.Result(members, transactions(t, drafts...), day("2024-06-01"), nil)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 100, Den: 400, N: 400}, r.Response)
	require.Equal(t, []customer.ResponseCount{{customer.ResponseOpened, 100}, {customer.ResponseInterested, 100}}, r.Responses)
	require.Equal(t, rapport.Ratio{Num: 80, Den: 400, N: 400}, r.Treatment.Conversion)
	require.Equal(t, rapport.Ratio{Num: 40, Den: 400, N: 400}, r.Control.Conversion)
	require.True(t, r.Treatment.Revenue.Equal(yuan("8000")))
	require.True(t, r.Treatment.Profit.Equal(yuan("3200")))
	// Newcombe: Wilson intervals .163737….241970 and .074299….133311, so the ends are
	// .1 − √(.036263² + .033311²) and .1 + √(.041970² + .025701²).
	require.InDelta(t, 0.1, r.Uplift.Value, 1e-12)
	require.InDelta(t, 0.050760, r.Uplift.Low, 1e-6)
	require.InDelta(t, 0.149214, r.Uplift.High, 1e-6)
	// Welch: means 20 and 10, unbiased variances 1600 · 400/399 and 900 · 400/399.
	require.InDelta(t, 10, r.IncrementalRevenue.Value, 1e-12)
	require.InDelta(t, 2.503131, r.IncrementalRevenue.SE, 1e-6) // √(2500/399)
	// Student's 97.5 % quantile with 739.985163 degrees of freedom is 1.963174982 (30 digits).
	require.InDelta(t, 5.085916097, r.IncrementalRevenue.Low, 1e-8)
	require.InDelta(t, 14.914083903, r.IncrementalRevenue.High, 1e-8)
	require.InDelta(t, 4, r.IncrementalProfit.Value, 1e-12)
	require.True(t, r.Spend.Equal(yuan("300")), "100 and 400 contacts at .50")
	require.InDelta(t, 13.0/3, r.ReturnOnSpend.Value, 1e-12) // (4 · 400 − 300)/300
	require.Equal(t, rapport.Ratio{Num: 300, Den: 400, N: 400}, r.CostPerContact)
	require.Equal(t, rapport.Ratio{Num: 300, Den: 100, N: 400}, r.CostPerResponse)
	require.Equal(t, rapport.Ratio{Num: 300, Den: 80, N: 400}, r.CostPerConversion)
	require.Len(t, r.Members, 800)
	require.Equal(t, rapport.ID("k000"), r.Members[0].Customer)

	t.Run("before the windows end", func(t *testing.T) {
		r, err := c.Result(members, transactions(t, drafts...), day("2024-03-03"), &customer.ResultOptions{Level: 0.9})
		require.NoError(t, err)
		require.Equal(t, 400, r.Treatment.Pending)
		require.False(t, r.Uplift.HasValue())
		require.False(t, r.ReturnOnSpend.HasValue())
		require.Equal(t, 400, r.Contacted)
		r, err = c.Result(members, nil, day("2024-02-01"), nil)
		require.NoError(t, err)
		require.Empty(t, r.Members)
		_, some := r.CostPerContact.Value()
		require.False(t, some)
	})
	t.Run("refusals", func(t *testing.T) {
		_, err := c.Result(append(members, members[0]), nil, day("2024-06-01"), nil)
		require.Equal(t, []string{"customer: duplicate"}, problemsOf(t, err))
		_, err = c.Result([]customer.CampaignMember{member("other", "c1", customer.ArmControl)}, nil, day("2024-06-01"), nil)
		require.Equal(t, []string{"campaign: not-allowed"}, problemsOf(t, err))
		_, err = c.Result(nil, nil, day("2024-06-01"), &customer.ResultOptions{Level: 1})
		require.Equal(t, []string{"level: out-of-range"}, problemsOf(t, err))
		foreign := sold("eur", "t001", "2024-03-05", "1")
		foreign.Amount = rapport.MustMoney("1 EUR")
		_, err = c.Result(members[:4], transactions(t, sold("cny", "t001", "2024-03-05", "1"), foreign), day("2024-06-01"), nil)
		require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))
	})
}

func TestSpendingAddsUp(t *testing.T) {
	c := springMail()
	members := []customer.CampaignMember{
		member("spring", "b", customer.ArmTreatment, "2024-03-02", "2024-03-03"), member("spring", "a", customer.ArmTreatment, "2024-03-02"),
		member("spring", "c", customer.ArmControl), member("spring", "d", customer.ArmTreatment, "2024-04-02"),
	}
	stage := func(id rapport.ID, at time.Time) string {
		require.Equal(t, day("2024-03-02"), at)
		return map[rapport.ID]string{"a": "prospect", "b": "repeat"}[id]
	}
	rows, err := c.Spending(members, stage, day("2024-03-31"))
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "prospect", rows[0].Stage)
	require.Equal(t, "33.83 CNY", rows[0].Retention.String()) // 33.33 of the fixed 100, and .50
	require.Equal(t, "67.67 CNY", rows[1].Retention.String())
	require.True(t, rows[0].Acquisition.IsZero())
	c.Aim = customer.AimAcquisition
	rows, err = c.Spending(nil, nil, day("2024-03-31"))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, "100.00 CNY", rows[0].Acquisition.String())
}

// Requirement A13: 1 000 new customers become 1 300 (+30 %), a contribution of 2.00 M
// becomes 3.30 M (+65 %).
func TestGrowth(t *testing.T) {
	var drafts []customer.TransactionDraft
	for i := range 100 {
		id := fmt.Sprint("old", i)
		past := sold("p"+id, id, "2022-05-01", "1")
		drafts = append(drafts, past, sold("b"+id, id, "2023-05-01", "30000"), sold("a"+id, id, "2024-05-01", fmt.Sprint(38000+40*i-1980)))
		cost := of(past, customer.Cost, "c"+id, "2023-06-01", "10000")
		drafts = append(drafts, cost, of(past, customer.Cost, "d"+id, "2024-06-01", "3000"))
	}
	// Rows before sums: 100 · (30 000 − 10 000) = 2.00 M, and 100 · (38 000 − 3 000) less
	// 100 · 1 980 and with Σ 40 i = 198 000 is 3.50 M; a return of 200 000 leaves 3.30 M.
	back := of(drafts[0], customer.Return, "back", "2024-07-01", "-200000")
	drafts = append(drafts, back)
	for i := range 1300 {
		if i < 1000 {
			drafts = append(drafts, sold(fmt.Sprint("nb", i), fmt.Sprint("nb", i), "2023-02-01", "10"))
		}
		drafts = append(drafts, sold(fmt.Sprint("na", i), fmt.Sprint("na", i), "2024-02-01", "10"))
	}
	before, after := rapport.MustInterval("2023-01-01T00:00:00Z/2024-01-01T00:00:00Z"), rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z")
	g, err := customer.GrowthOf(transactions(t, drafts...), before, after, 0)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 300, Den: 1000, N: 1300}, g.New)
	require.Equal(t, 100, g.Existing)
	require.True(t, g.ContributionBefore.Equal(yuan("2000000")))
	require.True(t, g.ContributionAfter.Equal(yuan("3300000")))
	require.InDelta(t, 0.65, g.Contribution.Value, 1e-12)
	require.InDelta(t, 13000, g.Change.Value, 1e-9)
	// All contributed 20 000 before, so the ratio's interval is that of the change over it.
	require.InDelta(t, g.Change.Low/20000, g.Contribution.Low, 1e-9)
	require.InDelta(t, g.Change.High/20000, g.Contribution.High, 1e-9)
	require.Equal(t, 0.95, g.Contribution.Level)

	_, err = customer.GrowthOf(nil, after, before, 2)
	require.Equal(t, []string{"after: overlap", "level: out-of-range"}, problemsOf(t, err))
	_, err = customer.GrowthOf(nil, since("2024-01-01"), rapport.Interval{}, 0)
	require.Equal(t, []string{"before: missing", "after: missing"}, problemsOf(t, err))
	g, err = customer.GrowthOf(nil, before, after, 0)
	require.NoError(t, err)
	require.False(t, g.Contribution.HasValue())
}

// Requirement H4: field 150 000 over 1 000 contacts is 150, phone 5, web .20 (the last
// two with fewer contacts than there).
func TestChannels(t *testing.T) {
	var interactions []customer.Interaction
	add := func(channel customer.Channel, n int, cost rapport.Money) {
		draft := callDraft()
		draft.Channel, draft.Cost = channel, cost
		call := mustInteraction(t, draft)
		for range n {
			interactions = append(interactions, call)
		}
	}
	add(customer.ChannelVisit, 1000, yuan("100"))
	add(customer.ChannelPhone, 200, yuan("5"))
	add(customer.ChannelWeb, 2000, rapport.Money{})
	further := []customer.ChannelCost{{customer.ChannelVisit, yuan("50000")}, {customer.ChannelWeb, yuan("400")}}
	sale := sold("s", "c", "2024-02-04", "1")
	sale.Channel = customer.ChannelVisit
	solved := enter(t, serviceCase("c1", day("2024-02-01")), "answered", customer.CaseResolved, day("2024-02-05"))
	period := rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z")
	figures, err := customer.FiguresOfChannels(interactions, further, transactions(t, sale), []customer.Case{solved}, period)
	require.NoError(t, err)
	require.Len(t, figures, 3)
	cost := func(i int, channel customer.Channel) float64 {
		require.Equal(t, channel, figures[i].Channel)
		value, ok := figures[i].CostPerContact.Value()
		require.True(t, ok)
		return value
	}
	require.InDelta(t, 5, cost(0, customer.ChannelPhone), 1e-12)
	require.InDelta(t, 150, cost(1, customer.ChannelVisit), 1e-12)
	require.InDelta(t, 0.20, cost(2, customer.ChannelWeb), 1e-12)
	require.Equal(t, 2000, figures[2].Unpriced)
	require.Equal(t, rapport.Ratio{Num: 150000, Den: 1, N: 1}, figures[1].CostPerConversion)
	require.Equal(t, rapport.Ratio{Num: 1000, Den: 1, N: 1}, figures[0].CostPerResolved)
	_, some := figures[2].CostPerConversion.Value()
	require.False(t, some)
}

// Figures of two currencies are never compared as if they were of one.
func TestResultOfOneCurrency(t *testing.T) {
	c := springMail()
	members := []customer.CampaignMember{member("spring", "a", customer.ArmTreatment, "2024-03-02"), member("spring", "b", customer.ArmControl)}
	sale := func(id, to string, amount rapport.Money) customer.TransactionDraft {
		d := sold(id, to, "2024-03-05", "1")
		d.Amount = amount
		return d
	}
	euro := rapport.MustMoney("100 EUR")
	for name, drafts := range map[string][]customer.TransactionDraft{
		"between the arms":    {sale("1", "a", euro), sale("2", "b", yuan("100"))},
		"sales and the spend": {sale("1", "a", euro), sale("2", "b", euro)},
	} {
		_, err := c.Result(members, transactions(t, drafts...), day("2024-06-01"), nil)
		_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
		require.Truef(t, ok, "%s: %v", name, err)
	}
	before, after := rapport.MustInterval("2023-01-01T00:00:00Z/2024-01-01T00:00:00Z"), rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z")
	first, second, third := sold("1", "a", "2022-05-01", "5"), sold("2", "a", "2023-05-01", "5"), sold("3", "a", "2024-05-01", "5")
	third.Amount = euro
	g, err := customer.GrowthOf(transactions(t, first, second, third), before, after, 0)
	_, ok := errors.AsType[*rapport.CurrencyMismatchError](err)
	require.Truef(t, ok, "%v", err)
	require.Zero(t, g)
}
