package rule_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/segment/rule"
)

// twenty are rules of the kinds that a campaign desk keeps: attributes of all types,
// events in windows, dates by the clock, consent, and segments by segments.
func twenty(tb testing.TB) *rule.Set {
	tb.Helper()
	schema, err := rule.NewSchema([]rule.Attribute{
		{Name: "tier", Type: rule.TextType}, {Name: "city", Type: rule.TextType}, {Name: "income", Type: rule.NumberType},
		{Name: "staff", Type: rule.FlagType}, {Name: "born", Type: rule.DateType}, {Name: "needs", Type: rule.TagsType},
		{Name: "limit", Type: rule.AmountType, Currency: rapport.CNY}, {Name: "mobility", Type: rule.TextType, Needs: "care"},
	}, []rule.EventKind{
		{Name: "sale", Currency: rapport.CNY, Fields: []string{"channel"}}, {Name: "contact", Fields: []string{"channel"}},
	}, nil)
	require.NoError(tb, err)
	sales, contacts := rule.Events("sale"), rule.Events("contact")
	amount := rapport.MustMoney
	set, err := rule.Compile(schema, rule.Rules{
		{Name: "valued", When: rule.Text("tier").In("VIP", "major")},
		{Name: "well off", When: rule.Number("income").AtLeast(60_000)},
		{Name: "around the clock", When: rule.And(rule.In("valued"), rule.Tags("needs").Has("24x7"))},
		{Name: "north", When: rule.Text("city").In("Aarburg", "Brunnen", "Chur", "Davos")},
		{Name: "no staff", When: rule.Flag("staff").No()},
		{Name: "elderly", When: rule.Date("born").Age().AtLeast(65)},
		{Name: "birthday", When: rule.Date("born").AnniversaryIn(7)},
		{Name: "home visit", When: rule.And(rule.In("elderly"), rule.Text("mobility").Is("limited"))},
		{Name: "large limit", When: rule.Amount("limit").Above(amount("10000 CNY"))},
		{Name: "active", When: sales.Last().Within(rule.Days(90))},
		{Name: "dormant", When: sales.Last().LongerAgo(rule.Months(12))},
		{Name: "regular", When: sales.Within(rule.Days(90)).Count().AtLeast(3)},
		{Name: "big spender", When: sales.Within(rule.Days(365)).Sum().AtLeast(amount("5000 CNY"))},
		{Name: "web buyer", When: sales.Where("channel", "web").Within(rule.Days(180)).Count().AtLeast(1)},
		{Name: "high basket", When: sales.Within(rule.Days(365)).Average().AtLeast(amount("400 CNY"))},
		{Name: "pressed", When: contacts.Within(rule.For(7 * 24 * time.Hour)).Count().AtLeast(3)},
		{Name: "mailable", When: rule.And(rule.MayUse("marketing", "email"), rule.Not(rule.In("pressed")))},
		{Name: "win back", When: rule.And(rule.In("dormant"), rule.In("valued"), rule.In("mailable"))},
		{Name: "greet", When: rule.And(rule.In("birthday"), rule.In("mailable"), rule.Or(rule.In("active"), rule.In("valued")))},
		{Name: "best", When: rule.AtLeast(3, rule.In("valued"), rule.In("regular"), rule.In("big spender"), rule.In("well off"))},
	})
	require.NoError(tb, err)
	return set
}

func benchNow() time.Time { return time.Date(2024, 6, 30, 9, 0, 0, 0, time.UTC) }

func given(rapport.ID, customer.Purpose, customer.Channel, time.Time) rule.Permission {
	return rule.Permission{Allowed: true, Reason: "given"}
}

// crowd makes facts of n customers: eight sales in two years and a few contacts each.
func crowd(tb testing.TB, set *rule.Set, n int) []*rule.Facts {
	tb.Helper()
	random := numeric.Stream(7, 0)
	web, shop := map[string]string{"channel": "web"}, map[string]string{"channel": "shop"}
	list := make([]*rule.Facts, n)
	must := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	for i := range list {
		f, err := set.NewFacts(rapport.ID(fmt.Sprintf("c%07d", i)))
		must(err)
		must(f.Set("tier", rule.TextOf(pick("VIP", "major", "ordinary", "small"))))
		must(f.Set("city", rule.TextOf(pick("Aarburg", "Chur", "Glarus", "Thun"))))
		must(f.Set("income", rule.NumberOf(float64(random.IntN(100_000)))))
		must(f.Set("staff", rule.FlagOf(random.IntN(20) == 0)))
		must(f.Set("born", rule.DateOf(customer.Date{Year: 1935 + random.IntN(70), Month: time.Month(1 + random.IntN(12)), Day: 1 + random.IntN(28)})))
		must(f.Set("needs", rule.TagsOf(pick("24x7", "on-site", "training"))))
		must(f.Set("limit", rule.AmountOf(minor(random.IntN(2_000_000)))))
		must(f.Set("mobility", rule.TextOf(pick("limited", "full"))))
		for k := range 10 {
			e := rule.Event{ID: rapport.ID(fmt.Sprint(k)), Kind: "sale", At: benchNow().Add(-time.Duration(random.IntN(730*24)) * time.Hour), Amount: minor(random.IntN(90_000)), Fields: shop}
			if random.IntN(2) == 0 {
				e.Fields = web
			}
			if k >= 8 {
				e.Kind, e.Amount, e.At = "contact", rapport.Money{}, benchNow().Add(-time.Duration(random.IntN(14*24))*time.Hour)
			}
			must(f.PutEvent(e))
		}
		must(f.Consult(given, benchNow()))
		list[i] = f
	}
	return list
}

func minor(n int) rapport.Money {
	m, err := rapport.MoneyFromMinor(int64(n), rapport.CNY)
	if err != nil {
		panic(err)
	}
	return m
}

// BenchmarkTruths evaluates 20 rules; one operation is one customer of the crowd.
func BenchmarkTruths(b *testing.B) {
	set := twenty(b)
	moment, err := set.At(benchNow())
	require.NoError(b, err)
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("customers=%d", n), func(b *testing.B) {
			list := crowd(b, set, n)
			truths := make([]rule.Truth, 0, 20)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if truths, err = moment.Truths(list[i%n], truths[:0]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

func benchEngine(b *testing.B, n int) (*rule.Engine, []*rule.Facts) {
	b.Helper()
	set := twenty(b)
	engine, err := rule.NewEngine(set, benchNow(), &rule.EngineOptions{Consult: given})
	require.NoError(b, err)
	list := crowd(b, set, n)
	for _, f := range list {
		if _, err := engine.Put(f); err != nil {
			b.Fatal(err)
		}
	}
	return engine, list
}

// BenchmarkEngine takes one change of a customer after the other under 20 rules.
func BenchmarkEngine(b *testing.B) {
	const n = 100_000
	engine, list := benchEngine(b, n)
	now := benchNow()
	i := 0
	next := func() rapport.ID { i++; return list[i*7919%n].Customer() }
	b.Run("attribute", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			id := next()
			if _, err := engine.Set(id, "income", rule.NumberOf(float64(i%100_000))); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("event", func(b *testing.B) {
		b.ReportAllocs()
		amount := rapport.MustMoney("120 CNY")
		for b.Loop() {
			now = now.Add(time.Second)
			if _, err := engine.Advance(now); err != nil {
				b.Fatal(err)
			}
			if _, err := engine.PutEvent(next(), rule.Event{ID: "new", Kind: "sale", At: now, Amount: amount}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("consent", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := engine.ConsentChanged(next()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hour", func(b *testing.B) { // one operation is an hour that passes over all customers
		b.ReportAllocs()
		for b.Loop() {
			now = now.Add(time.Hour)
			if _, err := engine.Advance(now); err != nil {
				b.Fatal(err)
			}
		}
	})
}
