package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// A gold member of one branch is upgraded at another: two upgrades a year, wherever.
func ExampleBenefits() {
	benefits, err := segment.NewBenefits([]string{"silver", "gold"}, []segment.Grant{
		{Level: "gold", Benefit: segment.Upgrade, Quota: 2, PeriodMonths: 12},
		{Level: "gold", Benefit: segment.Discount, Terms: segment.Terms{Discount: 1500, Ceiling: rapport.MustMoney("100.00 EUR")}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	spring := time.Date(2024, time.March, 1, 0, 0, 0, 0, time.UTC)
	levels, err := segment.NewTierHistory(segment.TierSince{Tier: "gold", From: spring})
	if err != nil {
		fmt.Println(err)
		return
	}
	var wallet segment.Wallet
	for i, r := range []segment.Redemption{
		{Benefit: segment.Upgrade, Branch: "harbour"},
		{Benefit: segment.Upgrade, Branch: "hills"},
		{Benefit: segment.Discount, Branch: "hills", Price: rapport.MustMoney("149.90 EUR")},
		{Benefit: segment.Upgrade, Branch: "city"},
	} {
		r.ID, r.At = rapport.ID(fmt.Sprint("r", i)), spring.AddDate(0, i, 0)
		var by segment.Entitlement
		wallet, by, err = benefits.Redeem(levels, wallet, r)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Benefit, "at", r.Branch, "by", by.Level, by.Remaining, wallet.Redemptions[i].Off)
	}
	// Output:
	// upgrade at harbour by gold 1 0
	// upgrade at hills by gold 0 0
	// discount at hills by gold 0 22.48 EUR
	// segment: redemption "r3": upgrade on level "gold" at branch "city": quota used up
}

func catalogue(t require.TestingT, o *segment.BenefitOptions) *segment.Benefits {
	b, err := segment.NewBenefits([]string{"silver", "gold", "platinum"}, []segment.Grant{
		{Level: "silver", Benefit: segment.Discount, Terms: segment.Terms{Discount: 500}},
		{Level: "gold", Benefit: segment.Discount, Terms: segment.Terms{Discount: 1500, Ceiling: rapport.MustMoney("300.00 CNY")}},
		{Level: "gold", Benefit: segment.Upgrade, Quota: 2, PeriodMonths: 12},
		{Level: "platinum", Benefit: segment.Upgrade, Quota: 4, PeriodMonths: 12},
		{Level: "platinum", Benefit: "lounge", Terms: segment.Terms{Branches: []rapport.ID{"north"}}},
	}, o)
	require.NoError(t, err)
	return b
}

func history(t require.TestingT, entries ...string) segment.TierHistory {
	var list []segment.TierSince
	for i := 0; i < len(entries); i += 2 {
		list = append(list, segment.TierSince{Tier: entries[i], From: date(entries[i+1])})
	}
	h, err := segment.NewTierHistory(list...)
	require.NoError(t, err)
	return h
}

func use(id rapport.ID, benefit string, branch rapport.ID, at string) segment.Redemption {
	return segment.Redemption{ID: id, Benefit: benefit, Branch: branch, At: date(at)}
}

// What was earned in one branch is used in another, and what was used
// in one is used up in all.
func TestNetwork(t *testing.T) {
	b, gold := catalogue(t, nil), history(t, "gold", "2024-01-01")
	w, err := segment.Wallet{}.Earn(segment.Credit{ID: "c1", Benefit: segment.Ticket, Branch: "A", At: date("2024-02-01"), Until: date("2024-12-31"), Quantity: 1})
	require.NoError(t, err)
	w, by, err := b.Redeem(gold, w, use("r1", segment.Ticket, "B", "2024-03-01"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(segment.Entitlement{Benefit: segment.Ticket, Credit: "c1", Limited: true, Until: date("2024-12-31")}, by))
	require.Equal(t, rapport.ID("c1"), w.Redemptions[0].Credit)
	_, _, err = b.Redeem(gold, w, use("r2", segment.Ticket, "A", "2024-03-02"))
	require.ErrorContains(t, err, "quota used up")

	for i, branch := range []rapport.ID{"A", "B"} {
		w, by, err = b.Redeem(gold, w, use(rapport.ID("u"+branch), segment.Upgrade, branch, "2024-04-01"))
		require.NoError(t, err)
		require.Equal(t, 1-i, by.Remaining)
	}
	_, _, err = b.Redeem(gold, w, use("u3", segment.Upgrade, "C", "2024-12-31"))
	refused, ok := errors.AsType[*segment.RedemptionError](err)
	require.True(t, ok)
	require.Equal(t, segment.RedemptionError{Redemption: "u3", Benefit: segment.Upgrade, Level: "gold", Branch: "C", Reason: "quota used up"}, *refused)
	_, by, err = b.Redeem(gold, w, use("u3", segment.Upgrade, "C", "2025-01-01"))
	require.NoError(t, err)
	require.Equal(t, 1, by.Remaining)
	require.Equal(t, date("2026-01-01"), by.Renews)
}

func TestDiscountIsExact(t *testing.T) {
	b := catalogue(t, nil)
	for _, tc := range []struct{ level, price, off string }{
		{"silver", "99.99 CNY", "4.99 CNY"}, // 4.9995
		{"gold", "99.99 CNY", "14.99 CNY"},  // 14.9985
		{"gold", "2000.00 CNY", "300.00 CNY"},
		{"gold", "2000.02 CNY", "300.00 CNY"}, // 300.003
		{"gold", "9000.00 CNY", "300.00 CNY"},
		{"silver", "19 JPY", "0 JPY"},
	} {
		r := use("r", segment.Discount, "A", "2024-02-01")
		r.Price = rapport.MustMoney(tc.price)
		w, _, err := b.Redeem(history(t, tc.level, "2024-01-01"), segment.Wallet{}, r)
		require.NoError(t, err)
		require.Equal(t, tc.off, w.Redemptions[0].Off.String(), "%s of %s", tc.level, tc.price)
	}
	for price, message := range map[string]string{"0.00 CNY": "above zero", "-1.00 CNY": "above zero", "9000 JPY": "CNY"} {
		r := use("r", segment.Discount, "A", "2024-02-01")
		r.Price = rapport.MustMoney(price)
		_, _, err := b.Redeem(history(t, "gold", "2024-01-01"), segment.Wallet{}, r)
		_, ok := errors.AsType[*segment.WalletError](err)
		require.True(t, ok, "%v", err)
		require.ErrorContains(t, err, message)
	}
}

// right returns what Entitled says of one benefit, as text.
func right(t *testing.T, b *segment.Benefits, h segment.TierHistory, w segment.Wallet, benefit, at string) string {
	t.Helper()
	list, err := b.Entitled(h, w, date(at))
	require.NoError(t, err)
	var told []string
	for _, e := range list {
		if e.Benefit != benefit {
			continue
		}
		text := e.Level + string(e.Credit)
		if e.Limited {
			text += fmt.Sprint(" ", e.Remaining)
		}
		if e.Grandfathered {
			text += " kept"
		}
		if !e.Until.IsZero() {
			text += " until " + e.Until.Format(time.DateOnly)
		}
		told = append(told, text)
	}
	return strings.Join(told, ", ")
}

func TestLevelChanges(t *testing.T) {
	h := history(t, "gold", "2023-01-01", "platinum", "2024-03-01", "gold", "2024-09-01", "silver", "2025-09-01")
	b := catalogue(t, nil)
	w, _, err := b.Redeem(h, segment.Wallet{}, use("u1", segment.Upgrade, "A", "2024-02-01"))
	require.NoError(t, err)
	require.Equal(t, "gold 2", right(t, b, h, w, segment.Upgrade, "2024-01-31"), "as of then")
	require.Equal(t, "gold 1", right(t, b, h, w, segment.Upgrade, "2024-02-29"))
	require.Equal(t, "platinum 3", right(t, b, h, w, segment.Upgrade, "2024-03-01"), "what was used counts")
	require.Equal(t, "", right(t, b, h, w, segment.Upgrade, "2022-12-31"))
	require.Equal(t, "gold 1", right(t, b, h, w, segment.Upgrade, "2024-09-01"))

	period := catalogue(t, &segment.BenefitOptions{After: segment.EndOfPeriod})
	require.Equal(t, "platinum 3 kept until 2025-01-01", right(t, period, h, w, segment.Upgrade, "2024-09-01"))
	require.Equal(t, "gold 2", right(t, period, h, w, segment.Upgrade, "2025-01-01"))
	require.Equal(t, "", right(t, period, h, w, "lounge", "2024-09-01"), "it has no period")

	days := catalogue(t, &segment.BenefitOptions{After: segment.ForDays, Days: 30})
	require.Equal(t, "platinum 3 kept until 2024-10-01", right(t, days, h, w, segment.Upgrade, "2024-09-30"))
	require.Equal(t, "gold 1", right(t, days, h, w, segment.Upgrade, "2024-10-01"))
	require.Equal(t, "gold", right(t, days, h, w, segment.Discount, "2024-09-15"), "both levels have the same one")
	require.Equal(t, "gold kept until 2025-10-01", right(t, days, h, w, segment.Discount, "2025-09-15"))
	require.Equal(t, "silver", right(t, days, h, w, segment.Discount, "2025-10-01"))

	east := days.In(time.FixedZone("CST", 8*3600))
	require.Equal(t, "platinum 3 kept until 2024-09-30", right(t, east, h, w, segment.Upgrade, "2024-09-30"), "16:00 UTC is midnight there")
}

func TestRights(t *testing.T) {
	b, platinum := catalogue(t, nil), history(t, "platinum", "2024-01-01")
	_, _, err := b.Redeem(platinum, segment.Wallet{}, use("l1", "lounge", "south", "2024-02-01"))
	require.ErrorContains(t, err, "not at this branch")
	_, by, err := b.Redeem(platinum, segment.Wallet{}, use("l1", "lounge", "north", "2024-02-01"))
	require.NoError(t, err)
	require.False(t, by.Limited)
	_, _, err = b.Redeem(history(t, "gold", "2024-01-01"), segment.Wallet{}, use("l1", "lounge", "north", "2024-02-01"))
	require.ErrorContains(t, err, "not entitled")
	_, _, err = b.Redeem(history(t, "tin", "2024-01-01"), segment.Wallet{}, use("l1", "lounge", "north", "2024-02-01"))
	require.ErrorContains(t, err, `"tin"`)

	var w segment.Wallet
	for _, c := range []segment.Credit{
		{ID: "forever", Benefit: segment.Upgrade, Branch: "A", At: date("2024-01-01"), Quantity: 1},
		{ID: "late", Benefit: segment.Upgrade, Branch: "A", At: date("2024-01-01"), Until: date("2024-12-01"), Quantity: 1},
		{ID: "soon", Benefit: segment.Upgrade, Branch: "A", At: date("2024-01-01"), Until: date("2024-06-01"), Quantity: 2},
	} {
		w, err = w.Earn(c)
		require.NoError(t, err)
	}
	require.Equal(t, "soon 2 until 2024-06-01, late 1 until 2024-12-01, forever 1, platinum 4", right(t, b, platinum, w, segment.Upgrade, "2024-05-31"))
	require.Equal(t, "late 1 until 2024-12-01, forever 1, platinum 4", right(t, b, platinum, w, segment.Upgrade, "2024-06-01"))
	require.Equal(t, "soon 2 until 2024-06-01, late 1 until 2024-12-01, forever 1", right(t, b, segment.TierHistory{}, w, segment.Upgrade, "2024-05-31"))
	_, err = w.Earn(segment.Credit{ID: "soon", Benefit: segment.Upgrade, Branch: "A", At: date("2024-01-01"), Quantity: 1})
	require.ErrorContains(t, err, "already")
	for field, wrong := range map[string]segment.Credit{
		"id":       {Benefit: "x", Branch: "A", At: date("2024-01-01"), Quantity: 1},
		"branch":   {ID: "c", Benefit: "x", At: date("2024-01-01"), Quantity: 1},
		"benefit":  {ID: "c", Branch: "A", At: date("2024-01-01"), Quantity: 1},
		"at":       {ID: "c", Benefit: "x", Branch: "A", Quantity: 1},
		"quantity": {ID: "c", Benefit: "x", Branch: "A", At: date("2024-01-01")},
		"until":    {ID: "c", Benefit: "x", Branch: "A", At: date("2024-01-01"), Until: date("2024-01-01"), Quantity: 1},
		"discount": {ID: "c", Benefit: "x", Branch: "A", At: date("2024-01-01"), Quantity: 1, Terms: segment.Terms{Discount: 10_001}},
		"ceiling":  {ID: "c", Benefit: "x", Branch: "A", At: date("2024-01-01"), Quantity: 1, Terms: segment.Terms{Ceiling: rapport.MustMoney("1.00 CNY")}},
	} {
		_, err := segment.Wallet{}.Earn(wrong)
		got, ok := errors.AsType[*segment.WalletError](err)
		require.True(t, ok, field)
		require.Equal(t, field, got.Field)
	}
}

func TestCataloguesThatMakeNoSense(t *testing.T) {
	levels := []string{"a", "b"}
	for message, tc := range map[string]struct {
		levels  []string
		grants  []segment.Grant
		options *segment.BenefitOptions
	}{
		`levels "0": want 1 to 64`:           {},
		`levels "a": name twice`:             {levels: []string{"a", "a"}},
		`levels "": name empty`:              {levels: []string{""}},
		`after "Grandfather(3)": unknown`:    {levels: levels, options: &segment.BenefitOptions{After: 3}},
		`days "0": out of range`:             {levels: levels, options: &segment.BenefitOptions{After: segment.ForDays}},
		`days "3": without their rule`:       {levels: levels, options: &segment.BenefitOptions{Days: 3}},
		`grant 0: level "c": no such level`:  {levels: levels, grants: []segment.Grant{{Level: "c", Benefit: "x"}}},
		`grant 0: benefit "": name empty`:    {levels: levels, grants: []segment.Grant{{Level: "a"}}},
		`grant 0: quota "-1": out of range`:  {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", Quota: -1}}},
		`grant 0: period months "5": not 1`:  {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", Quota: 1, PeriodMonths: 5}}},
		`period months "12": without a quot`: {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", PeriodMonths: 12}}},
		`grant 0: branches "": `:             {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", Terms: segment.Terms{Branches: []rapport.ID{""}}}}},
		`ceiling "0.00 CNY": takes nothing`:  {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", Terms: segment.Terms{Discount: 500, Ceiling: rapport.MustMoney("0.00 CNY")}}}},
		`branches "n": comes twice`:          {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x", Terms: segment.Terms{Branches: []rapport.ID{"n", "n"}}}}},
		`grant 1: valid "../..": overlaps`:   {levels: levels, grants: []segment.Grant{{Level: "a", Benefit: "x"}, {Level: "a", Benefit: "x"}}},
	} {
		_, err := segment.NewBenefits(tc.levels, tc.grants, tc.options)
		_, ok := errors.AsType[*segment.CatalogueError](err)
		require.True(t, ok, "%v", err)
		require.ErrorContains(t, err, message)
	}
}

func TestBenefitJSON(t *testing.T) {
	b := catalogue(t, &segment.BenefitOptions{After: segment.ForDays, Days: 30})
	text, err := json.Marshal(b)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"level":"gold","benefit":"discount","discount_bp":1500,"ceiling":{"amount":"300.00","currency":"CNY"},"valid":"../.."}`)
	var read segment.Benefits
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	for _, wrong := range []string{`"format":2`, `"format":1,"more":1`, `"format":1,"format":1`} {
		require.Error(t, read.UnmarshalJSON([]byte(strings.Replace(string(text), `"format":1`, wrong, 1))))
	}
	require.Error(t, read.UnmarshalJSON([]byte(strings.Replace(string(text), "for_days", "never", 1))))
	_, err = json.Marshal(new(segment.Benefits))
	require.Error(t, err)

	w, err := segment.Wallet{}.Earn(segment.Credit{ID: "c", Benefit: segment.Ticket, Branch: "A", At: date("2024-01-01"), Quantity: 1})
	require.NoError(t, err)
	w, _, err = b.Redeem(segment.TierHistory{}, w, use("r", segment.Ticket, "B", "2024-01-02"))
	require.NoError(t, err)
	text, err = json.Marshal(w)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"credits":[{"id":"c","benefit":"ticket","branch":"A","at":"2024-01-01T00:00:00Z","quantity":1}],`+
		`"redemptions":[{"id":"r","benefit":"ticket","branch":"B","at":"2024-01-02T00:00:00Z","credit":"c"}]}`, string(text))
	var back segment.Wallet
	require.NoError(t, json.Unmarshal(text, &back))
	require.Empty(t, cmp.Diff(w, back))
	for _, wrong := range []string{
		strings.Replace(string(text), `"credit":"c"`, `"credit":"d"`, 1),
		strings.Replace(string(text), `"quantity":1`, `"quantity":0`, 1),
		strings.Replace(string(text), `"id":"r"`, `"id":""`, 1),
	} {
		require.Error(t, back.UnmarshalJSON([]byte(wrong)))
		require.Empty(t, cmp.Diff(w, back))
	}
}

// However redemptions come, no period gives more than its quota, and what is refused
// leaves the wallet as it was.
func TestQuotaHolds(t *testing.T) {
	b := catalogue(t, &segment.BenefitOptions{After: segment.EndOfPeriod})
	rapid.Check(t, func(r *rapid.T) {
		h := history(r, "gold", "2023-01-01", "silver", "2024-05-01", "platinum", "2025-02-01")
		var w segment.Wallet
		most := map[int]int{2023: 2, 2024: 2, 2025: 4}
		for i := range 30 {
			at := date("2023-01-01").AddDate(0, 0, rapid.IntRange(0, 3*365).Draw(r, "day"))
			before := len(w.Redemptions)
			next, by, err := b.Redeem(h, w, segment.Redemption{ID: rapport.ID(fmt.Sprint(i)), Benefit: segment.Upgrade, Branch: "A", At: at})
			if err != nil {
				require.Len(r, next.Redemptions, before)
				continue
			}
			require.Len(r, w.Redemptions, before)
			require.GreaterOrEqual(r, by.Remaining, 0)
			w = next
		}
		used := map[int]int{}
		for _, had := range w.Redemptions {
			used[had.At.Year()]++
		}
		for year, n := range used {
			require.LessOrEqual(r, n, most[year], "in %d", year)
		}
	})
}
