package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// judged evaluates one condition for facts as of an instant.
func judged(t *testing.T, at time.Time, when rule.Condition, facts func(f *rule.Facts)) rule.Truth {
	t.Helper()
	set, err := rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: when}})
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	if facts != nil {
		facts(f)
	}
	m, err := set.At(at)
	require.NoError(t, err)
	got, err := m.Matches(f, "a")
	require.NoError(t, err)
	x, err := m.Explain(f, "a")
	require.NoError(t, err)
	require.Equal(t, got, x.Truth)
	return got
}

func TestTextOperators(t *testing.T) {
	text := rule.Text("tier")
	many := []string{"a", "b", "c", "d", "e", "f", "g", "h", "Zoë 東京"}
	for _, c := range []struct {
		when rule.Condition
		want rule.Truth
	}{
		{text.Is("Zoë 東京"), rule.True}, {text.Is("zoë 東京"), rule.False}, {text.IsNot("x"), rule.True},
		{text.In("x", "Zoë 東京"), rule.True}, {text.In(many...), rule.True}, {text.NotIn(many...), rule.False}, {text.NotIn("x"), rule.True},
		{text.Contains("ë 東"), rule.True}, {text.Contains("xx"), rule.False},
		{text.StartsWith("Zo"), rule.True}, {text.StartsWith("oë"), rule.False},
		{text.EndsWith("京"), rule.True}, {text.EndsWith("東"), rule.False},
		{text.Like("Zo_ __"), rule.True}, {text.Like("Zo_ _"), rule.False}, {text.Like("%東%"), rule.True}, {text.Like("Zo"), rule.False},
		{text.Like(`Zo\_%`), rule.False}, {text.Like(".*"), rule.False},
		{text.Matches("^(?i)ZOË"), rule.True}, {text.Matches(`\d`), rule.False},
		{text.Empty(), rule.False}, {text.NotEmpty(), rule.True},
	} {
		got := judged(t, start(), c.when, func(f *rule.Facts) { require.NoError(t, f.Set("tier", rule.TextOf("Zoë 東京"))) })
		text, _ := c.when.MarshalJSON()
		require.Equal(t, c.want, got, "%s", text)
	}
}

// What is missing is neither this nor the opposite; only Empty sees it.
func TestMissingIsUnknown(t *testing.T) {
	one, zero := rapport.MustMoney("1 CNY"), rapport.MustMoney("0 CNY")
	day := customer.Date{Year: 2024, Month: 1, Day: 1}
	sales := rule.Events("sale")
	for _, when := range []rule.Condition{
		rule.Number("score").Is(0), rule.Number("score").NotIn(1), rule.Text("tier").IsNot("a"), rule.Text("tier").NotIn("a"),
		rule.Flag("blocked").No(), rule.Flag("blocked").Yes(), rule.Date("born").NotOn(day), rule.Date("born").LastDays(5), rule.Date("born").Age().Below(18),
		rule.Tags("needs").Has("x"), rule.Amount("limit").AtMost(one), sales.Last().Within(rule.Days(9)), sales.First().LongerAgo(rule.Days(9)),
		sales.Smallest().Is(one), sales.Largest().IsNot(one), sales.Average().Below(one), rule.MayUse("care", "mail"),
		rule.Text("health").Empty(), rule.Text("health").NotEmpty(), // withheld: nobody was asked for consent
	} {
		require.Equal(t, rule.Unknown, judged(t, start(), when, nil))
		require.Equal(t, rule.Unknown, judged(t, start(), rule.Not(when), nil))
		require.Equal(t, rule.Unknown, judged(t, start(), rule.Or(when, rule.Number("score").NotEmpty()), nil))
		require.Equal(t, rule.False, judged(t, start(), rule.And(when, rule.Number("score").NotEmpty()), nil))
		require.Equal(t, rule.True, judged(t, start(), rule.AtLeast(1, when, rule.Number("score").Empty()), nil))
	}
	for _, when := range []rule.Condition{
		rule.Number("score").Empty(), rule.Text("tier").Empty(), rule.Flag("blocked").Empty(), rule.Date("born").Empty(), rule.Tags("needs").Empty(),
		rule.Amount("limit").Empty(), sales.Average().Empty(), sales.Count().Is(0), sales.Sum().Is(zero), sales.Largest().Empty(), rule.Not(sales.Smallest().NotEmpty()),
	} {
		require.Equal(t, rule.True, judged(t, start(), when, nil))
	}
	none := func(f *rule.Facts) { require.NoError(t, f.Set("needs", rule.TagsOf())) }
	require.Equal(t, rule.False, judged(t, start(), rule.Tags("needs").Has("x"), none), "it is known that there are none")
	require.Equal(t, rule.True, judged(t, start(), rule.Tags("needs").Empty(), none))
}

// Kleene's tables, with x, y over false, unknown, true.
func TestKleene(t *testing.T) {
	flag := func(f *rule.Facts, name string, v rule.Truth) {
		switch {
		case v == rule.Unknown:
		case name == "blocked":
			require.NoError(t, f.Set(name, rule.FlagOf(v == rule.True)))
		case v == rule.True:
			require.NoError(t, f.Set("score", rule.NumberOf(1)))
		default:
			require.NoError(t, f.Set("score", rule.NumberOf(0)))
		}
	}
	x, y := rule.Flag("blocked").Yes(), rule.Number("score").Is(1)
	for _, a := range []rule.Truth{rule.False, rule.Unknown, rule.True} {
		for _, b := range []rule.Truth{rule.False, rule.Unknown, rule.True} {
			facts := func(f *rule.Facts) { flag(f, "blocked", a); flag(f, "score", b) }
			require.Equal(t, min(a, b), judged(t, start(), rule.And(x, y), facts))
			require.Equal(t, max(a, b), judged(t, start(), rule.Or(x, y), facts))
			require.Equal(t, -a, judged(t, start(), rule.Not(x), facts))
			require.Equal(t, min(a, b), judged(t, start(), rule.AtLeast(2, x, y), facts))
			require.Equal(t, max(a, b), judged(t, start(), rule.AtLeast(1, x, y), facts))
		}
	}
	require.Equal(t, "false unknown true", rule.False.String()+" "+rule.Unknown.String()+" "+rule.True.String())
}

// Attributes may be of a place: care by the income of the region.
func TestRegionIncome(t *testing.T) {
	schema, err := rule.NewSchema([]rule.Attribute{{Name: "region.income", Type: rule.NumberType}}, nil, nil)
	require.NoError(t, err)
	set, err := rule.Compile(schema, rule.Rules{{Name: "well off", When: rule.Number("region.income").AtLeast(40_000)}})
	require.NoError(t, err)
	m, err := set.At(start())
	require.NoError(t, err)
	for income, want := range map[float64]rule.Truth{39_999.99: rule.False, 40_000: rule.True, 55_000: rule.True} {
		f, err := set.NewFacts("a")
		require.NoError(t, err)
		require.NoError(t, f.Set("region.income", rule.NumberOf(income)))
		got, err := m.Matches(f, "well off")
		require.NoError(t, err)
		require.Equal(t, want, got)
		x, err := m.Explain(f, "well off")
		require.NoError(t, err)
		require.Equal(t, rule.NumberOf(income).String(), x.Seen.String())
	}
}

// An event counts from its instant on, and no longer at the end of the window.
func TestEventsOnTheBorder(t *testing.T) {
	at := time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC)
	facts := func(f *rule.Facts) {
		require.NoError(t, f.PutEvent(rule.Event{ID: "1", Kind: "sale", At: at, Amount: yuan(100)}))
	}
	in := rule.Events("sale").Within(rule.For(24 * time.Hour)).Count().Is(1)
	last := rule.Events("sale").Last().Within(rule.For(24 * time.Hour))
	for _, c := range []struct {
		asOf time.Time
		in   rule.Truth
		last rule.Truth
	}{
		{at.Add(-1), rule.False, rule.Unknown}, {at, rule.True, rule.True},
		{at.Add(24*time.Hour - 1), rule.True, rule.True}, {at.Add(24 * time.Hour), rule.False, rule.False},
	} {
		require.Equal(t, c.in, judged(t, c.asOf, in, facts))
		require.Equal(t, c.last, judged(t, c.asOf, last, facts))
	}
	// Calendar days begin at 18:00 UTC in the zone of the schema: 10 March is today
	// until then, and one of the last two days for a day more.
	days := rule.Events("sale").Within(rule.Days(2)).Count().Is(1)
	end := time.Date(2024, 3, 11, 18, 0, 0, 0, time.UTC)
	require.Equal(t, rule.True, judged(t, end.Add(-1), days, facts))
	require.Equal(t, rule.False, judged(t, end, days, facts))
}

// The mean of 1, 2 and 2 fen is 5/3: above 1, below 2, and neither.
func TestAveragesAreNotRounded(t *testing.T) {
	facts := func(f *rule.Facts) {
		for i, fen := range []int64{1, 2, 2} {
			require.NoError(t, f.PutEvent(rule.Event{ID: rapport.ID(rune('a' + i)), Kind: "sale", At: start(), Amount: yuan(fen)}))
		}
	}
	mean := rule.Events("sale").Average()
	for _, when := range []rule.Condition{mean.Above(yuan(1)), mean.Below(yuan(2)), mean.IsNot(yuan(1)), mean.IsNot(yuan(2)), mean.Between(yuan(1), yuan(2)), mean.NotIn(yuan(1), yuan(2))} {
		require.Equal(t, rule.True, judged(t, start(), when, facts))
	}
	for _, when := range []rule.Condition{mean.AtLeast(yuan(2)), mean.AtMost(yuan(1)), mean.In(yuan(1), yuan(2))} {
		require.Equal(t, rule.False, judged(t, start(), when, facts))
	}
}

func TestDateOperators(t *testing.T) {
	on := func(day int) customer.Date { return customer.Date{Year: 2024, Month: 2, Day: day} }
	born := rule.Date("born")
	for _, c := range []struct {
		when rule.Condition
		from int // holds on these days of February, as of the 25th
		to   int
	}{
		{born.On(on(3)), 3, 3}, {born.Before(on(3)), 1, 2}, {born.After(on(3)), 4, 29}, {born.NotBefore(on(3)), 3, 29}, {born.NotAfter(on(3)), 1, 3},
		{born.Between(on(3), on(9)), 3, 9}, {born.In(on(4), on(3), on(4)), 3, 4}, {rule.Not(born.NotIn(on(3), on(4))), 3, 4}, {rule.Not(born.NotOn(on(3))), 3, 3},
		{born.LastDays(3), 23, 25}, {born.NextDays(3), 25, 27}, {born.DaysAgo().Above(20), 1, 4}, {born.Age().Is(0), 1, 25},
	} {
		for day := 1; day <= 29; day++ {
			got := judged(t, start(), c.when, func(f *rule.Facts) { require.NoError(t, f.Set("born", rule.DateOf(on(day)))) })
			require.Equal(t, c.from <= day && day <= c.to, got == rule.True, "%s of day %d", c.when, day)
		}
	}
	for _, when := range []rule.Condition{born.LastDays(0), born.NextDays(0), born.AnniversaryIn(0)} {
		_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: when}})
		require.ErrorIs(t, err, rule.ErrBound)
	}
}

// Of a birth in May 1959, the age on 10 May 2024 is 64 or 65.
func TestPartialDates(t *testing.T) {
	at := time.Date(2024, 5, 10, 0, 0, 0, 0, time.UTC)
	born := func(year int, month time.Month) func(f *rule.Facts) {
		return func(f *rule.Facts) {
			require.NoError(t, f.Set("born", rule.DateOf(customer.Date{Year: year, Month: month})))
		}
	}
	age := rule.Date("born").Age().AtLeast(65)
	require.Equal(t, rule.Unknown, judged(t, at, age, born(1959, time.May)))
	require.Equal(t, rule.Unknown, judged(t, at, rule.Not(age), born(1959, time.May)))
	require.Equal(t, rule.True, judged(t, at, age, born(1959, time.April)))
	require.Equal(t, rule.False, judged(t, at, age, born(1960, 0)))
	require.Equal(t, rule.True, judged(t, at, age, born(1958, 0)))
	require.Equal(t, rule.Unknown, judged(t, at, age, born(2024, 0)), "the day may be to come")
	require.Equal(t, rule.True, judged(t, at, rule.Date("born").Before(customer.Date{Year: 1959, Month: 6, Day: 1}), born(1959, time.May)))
	require.Equal(t, rule.Unknown, judged(t, at, rule.Date("born").AnniversaryIn(7), born(1959, time.May)))
	require.Equal(t, rule.True, judged(t, at, rule.Date("born").NotEmpty(), born(1959, 0)))
}
