package rule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

func TestCompileNamesWhatIsWrong(t *testing.T) {
	eur := rapport.MustMoney("1 EUR")
	nested := rule.Flag("blocked").Yes()
	for range rule.MaxDepth {
		nested = rule.Not(nested)
	}
	wide := make([]rule.Condition, rule.MaxNodes)
	for i := range wide {
		wide[i] = rule.Flag("blocked").Yes()
	}
	for _, c := range []struct {
		when rule.Condition
		path string
		want error
	}{
		{rule.Condition{}, "", rule.ErrForm},
		{rule.And(rule.Flag("blocked").No(), rule.Not(rule.Number("scor").Is(1))), "and[1].not", rule.ErrUnknownAttribute},
		{rule.Or(rule.Text("score").Is("1")), "or[0]", rule.ErrType},
		{rule.AtLeast(1, rule.Amount("limit").Is(eur)), "of[0]", rule.ErrCurrency},
		{rule.Events("sales").Count().Is(1), "", rule.ErrUnknownEvent},
		{rule.Events("sale").Where("colour", "red").Count().Is(1), "", rule.ErrUnknownField},
		{rule.Events("call").Sum().AtLeast(eur), "", rule.ErrCurrency},
		{rule.Events("sale").Sum().AtLeast(eur), "", rule.ErrCurrency},
		{rule.Events("call").Average().Empty(), "", rule.ErrCurrency},
		{rule.Events("sale").Sum().Empty(), "", rule.ErrTest},
		{rule.Events("sale").Within(rule.Days(-1)).Count().Is(1), "", rule.ErrWindow},
		{rule.In("elsewhere"), "", rule.ErrUnknownSegment},
		{rule.Not(rule.Text("tier").Matches("a(")), "not", rule.ErrPattern},
		{rule.Text("tier").Is(strings.Repeat("x", rule.MaxTextLength+1)), "", rule.ErrValue},
		{rule.Text("tier").In(make([]string, rule.MaxValues+1)...), "", rule.ErrBound},
		{rule.And(), "", rule.ErrForm},
		{rule.AtLeast(2, rule.Flag("blocked").No()), "", rule.ErrForm},
		{nested, strings.Repeat("not.", rule.MaxDepth-1) + "not", rule.ErrLimit},
		{rule.And(wide...), "and[9999]", rule.ErrLimit},
	} {
		_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "fine", When: rule.Flag("blocked").No()}, {Name: "mine", When: c.when}})
		require.ErrorIs(t, err, c.want, "%v", err)
		var typed *rule.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "mine", typed.Rule)
		require.Equal(t, c.path, typed.Path, "%v", err)
	}
	_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "mine", When: rule.And(rule.Flag("blocked").No(), rule.Number("scor").Is(1))}})
	require.EqualError(t, err, `rule: "mine" at and[1]: "scor": no such attribute in the schema`)
	for text, when := range map[string]rule.Condition{
		`"tier": wrong type: the attribute is text, the test is of number`:                                            rule.Number("tier").Is(1),
		`"limit": wrong currency: EUR, want CNY`:                                                                      rule.Amount("limit").Is(eur),
		`"sale": no such field of this kind of event: "colour"`:                                                       rule.Events("sale").Where("colour", "red").Count().Is(1),
		`"score": bounds do not fit the test: between 5 and 1, the lower one comes first`:                             rule.Number("score").Between(5, 1),
		`"tier": bounds do not fit the test: "in" takes 1 to 10000, not 0`:                                            rule.Text("tier").In(),
		`"born": bounds do not fit the test: 1990 is no whole day`:                                                    rule.Date("born").Before(customer.Date{Year: 1990}),
		`"sale": test does not fit the type or the measure: "empty", want one of eq ne gt ge lt le between in not-in`: rule.Events("sale").Count().Empty(),
	} {
		_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "mine", When: when}})
		require.EqualError(t, err, `rule: "mine" `+text)
	}
	require.Empty(t, rule.Not(rule.Condition{}).String())
	_, err = rule.Compile(modelSchema(), make(rule.Rules, rule.MaxRules+1))
	require.ErrorIs(t, err, rule.ErrLimit)
}

func TestSegmentsMayNotGoInCircles(t *testing.T) {
	_, err := rule.Compile(modelSchema(), rule.Rules{
		{Name: "outside", When: rule.In("a")}, {Name: "a", When: rule.Or(rule.In("b"), rule.Flag("blocked").No())},
		{Name: "b", When: rule.Not(rule.In("c"))}, {Name: "c", When: rule.In("a")}, {Name: "d", When: rule.In("a")},
	})
	require.ErrorIs(t, err, rule.ErrCycle)
	require.EqualError(t, err, `rule: "a" "a > b > c > a": segments refer to each other in a circle`)
	_, err = rule.Compile(modelSchema(), rule.Rules{{Name: "self", When: rule.Not(rule.In("self"))}})
	require.ErrorIs(t, err, rule.ErrCycle)
}

// References may be to later rules.
func TestSegmentsInAnyOrder(t *testing.T) {
	set, err := rule.Compile(modelSchema(), rule.Rules{
		{Name: "three", When: rule.Not(rule.In("two"))}, {Name: "two", When: rule.Not(rule.In("one"))},
		{Name: "one", When: rule.Number("score").Above(0)},
	})
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	m, err := set.At(start())
	require.NoError(t, err)
	truths, err := m.Truths(f, nil)
	require.NoError(t, err)
	require.Equal(t, []rule.Truth{rule.Unknown, rule.Unknown, rule.Unknown}, truths)
	require.NoError(t, f.Set("score", rule.NumberOf(1)))
	truths, err = m.Truths(f, truths)
	require.NoError(t, err)
	require.Equal(t, []rule.Truth{rule.True, rule.False, rule.True}, truths[3:])
}

func TestSchemaIsChecked(t *testing.T) {
	for _, c := range []struct {
		attributes []rule.Attribute
		kinds      []rule.EventKind
		want       error
	}{
		{[]rule.Attribute{{Type: rule.TextType}}, nil, rule.ErrName},
		{[]rule.Attribute{{Name: "a", Type: rule.TextType}, {Name: "a", Type: rule.TextType}}, nil, rule.ErrName},
		{[]rule.Attribute{{Name: "a"}}, nil, rule.ErrType},
		{[]rule.Attribute{{Name: "a", Type: 99}}, nil, rule.ErrType},
		{[]rule.Attribute{{Name: "a", Type: rule.AmountType}}, nil, rule.ErrCurrency},
		{[]rule.Attribute{{Name: "a", Type: rule.TextType, Currency: rapport.CNY}}, nil, rule.ErrCurrency},
		{[]rule.Attribute{{Name: "a", Type: rule.TextType, Needs: "\x00"}}, nil, rule.ErrName},
		{make([]rule.Attribute, rule.MaxAttributes+1), nil, rule.ErrLimit},
		{nil, []rule.EventKind{{Name: "e"}, {Name: "e"}}, rule.ErrName},
		{nil, []rule.EventKind{{Name: "e", Fields: []string{"f", "f"}}}, rule.ErrName},
	} {
		_, err := rule.NewSchema(c.attributes, c.kinds, nil)
		require.ErrorIs(t, err, c.want)
	}
}

// Each choice among the events of a kind takes a place; there are only so many.
func TestTooManySelectors(t *testing.T) {
	var parts []rule.Condition
	for i := range rule.MaxSelectors + 1 {
		parts = append(parts, rule.Events("sale").Where("channel", strings.Repeat("x", i+1)).Count().Is(1))
	}
	_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: rule.Or(parts[1:]...)}})
	require.NoError(t, err)
	_, err = rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: rule.Or(parts...)}})
	require.ErrorIs(t, err, rule.ErrLimit)
}

func TestFactsAreChecked(t *testing.T) {
	set, err := rule.Compile(modelSchema(), rule.Rules{{Name: "a", When: rule.Number("score").Is(1)}})
	require.NoError(t, err)
	_, err = set.NewFacts("")
	var typed *rule.FactError
	require.ErrorAs(t, err, &typed)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	require.Equal(t, rapport.ID("a"), f.Customer())
	nan := 0.0
	for _, c := range []struct {
		name  string
		value rule.Value
		want  error
	}{
		{"scor", rule.NumberOf(1), rule.ErrUnknownAttribute},
		{"score", rule.TextOf("1"), rule.ErrType},
		{"score", rule.Value{}, rule.ErrType},
		{"score", rule.NumberOf(nan / nan), rule.ErrValue},
		{"score", rule.NumberOf(1 / nan), rule.ErrValue},
		{"tier", rule.TextOf(""), rule.ErrValue}, // also of what no rule reads
		{"needs", rule.TagsOf("a", ""), rule.ErrValue},
		{"limit", rule.AmountOf(rapport.MustMoney("1 EUR")), rule.ErrCurrency},
		{"limit", rule.AmountOf(rapport.MustMoney("0.001 CNY")), rapport.ErrAmountFraction},
		{"limit", rule.AmountOf(rapport.MustMoney("50000000000000000 CNY")), rule.ErrLimit},
	} {
		err := f.Set(c.name, c.value)
		require.ErrorIs(t, err, c.want)
		require.ErrorAs(t, err, &typed)
		require.Equal(t, c.name, typed.Name)
	}
	require.EqualError(t, f.Set("score", rule.TextOf("1")), `rule: customer "a": "score": wrong type: text, want number`)
	require.ErrorIs(t, f.Clear("scor"), rule.ErrUnknownAttribute)
	at := start()
	for _, c := range []struct {
		event rule.Event
		want  error
	}{
		{rule.Event{ID: "1", Kind: "sales", At: at}, rule.ErrUnknownEvent},
		{rule.Event{ID: "1", Kind: "sale", At: at}, rule.ErrCurrency},
		{rule.Event{ID: "1", Kind: "call", At: at, Amount: yuan(1)}, rule.ErrCurrency},
		{rule.Event{ID: "1", Kind: "call", At: at, Fields: map[string]string{"topic": "x"}}, rule.ErrUnknownField},
		{rule.Event{ID: "1", Kind: "call", At: at, Fields: map[string]string{"channel": ""}}, rule.ErrValue},
		{rule.Event{ID: "1", Kind: "call"}, rule.ErrTime},
		{rule.Event{ID: "1", Kind: "call", At: time.Date(2250, 1, 1, 0, 0, 0, 0, time.UTC)}, rule.ErrTime},
	} {
		require.ErrorIs(t, f.PutEvent(c.event), c.want)
	}
	require.Error(t, f.PutEvent(rule.Event{Kind: "call", At: at}))
	require.ErrorIs(t, f.RemoveEvent("sales", "1"), rule.ErrUnknownEvent)
	require.NoError(t, f.RemoveEvent("sale", "1"))
	require.ErrorIs(t, f.Consult(nil, time.Time{}), rule.ErrTime)

	other, err := rule.Compile(modelSchema(), nil)
	require.NoError(t, err)
	m, err := other.At(at)
	require.NoError(t, err)
	_, err = m.Truths(f, nil)
	require.ErrorIs(t, err, rule.ErrOtherSet)
	_, err = m.Matches(f, "a")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)
	_, err = m.Explain(f, "a")
	require.ErrorIs(t, err, rule.ErrUnknownSegment)
	_, err = m.Personalise(f)
	require.ErrorIs(t, err, rule.ErrOtherSet)
	_, err = set.At(time.Time{})
	require.ErrorIs(t, err, rule.ErrTime)
}

// What nobody made is refused, not a panic.
func TestNotMade(t *testing.T) {
	rules := rule.Rules{{Name: "one", When: rule.MayUse("care", "")}}
	for _, schema := range []*rule.Schema{nil, {}} {
		_, err := rule.Compile(schema, rules)
		require.ErrorIs(t, err, rule.ErrNotMade)
	}
	for _, set := range []*rule.Set{nil, {}} {
		_, err := rule.NewEngine(set, start(), nil)
		require.ErrorIs(t, err, rule.ErrNotMade)
		_, err = rule.Restore(set, []byte(`{"format":1,"rules":"","now_ns":0,"customers":[]}`), nil)
		require.ErrorIs(t, err, rule.ErrNotMade)
	}
	_, err := (&rule.Set{}).At(start())
	require.ErrorIs(t, err, rule.ErrNotMade)
	_, err = (&rule.Set{}).NewFacts("a")
	require.ErrorIs(t, err, rule.ErrNotMade)
	set, err := rule.Compile(modelSchema(), rules)
	require.NoError(t, err)
	f, err := set.NewFacts("a")
	require.NoError(t, err)
	require.NoError(t, f.Consult(rule.ConsultLedger(nil, nil), start()))
	m, err := set.At(start())
	require.NoError(t, err)
	truth, err := m.Matches(f, "one")
	require.NoError(t, err)
	require.Equal(t, rule.False, truth)
}

// What is short and costs much is refused before it does.
func TestBombs(t *testing.T) {
	choices := rule.Events("sale")
	for i := range rule.MaxFields + 1 {
		choices = choices.Where(fmt.Sprint(i), "a")
	}
	for _, c := range []rule.Condition{
		rule.Text("tier").Matches(strings.Repeat(".{1000}", 11)),
		rule.Text("tier").Matches(strings.Repeat("(a?){900}", 100)),
		choices.Count().AtLeast(1),
	} {
		_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "mine", When: c}})
		require.ErrorIs(t, err, rule.ErrLimit)
	}
	for _, c := range []rule.Condition{
		rule.Text("tier").Matches(strings.Repeat("a", rule.MaxTextLength)),
		rule.Text("tier").Like(strings.Repeat("%", rule.MaxTextLength)),
		rule.Text("tier").Matches("^.{1,500}$"),
	} {
		_, err := rule.Compile(modelSchema(), rule.Rules{{Name: "mine", When: c}})
		require.NoError(t, err)
	}
}
