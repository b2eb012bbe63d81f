package rule_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// oneOfEach are rules with every kind of condition.
func oneOfEach() rule.Rules {
	day := customer.Date{Year: 2024, Month: 1, Day: 31}
	return rule.Rules{
		{Name: "all", Dwell: 24 * time.Hour, When: rule.And(
			rule.Number("income").Between(-0.5, 1e300), rule.Text("city").Like(`A%\_`), rule.Text("city").Matches(`^(?i)aar`),
			rule.Flag("staff").Yes(), rule.Date("born").NotAfter(day), rule.Tags("needs").HasAll("x", "<y>"),
			rule.Amount("limit").In(rapport.MustMoney("12.5 CNY"), rapport.MustMoney("7 CNY")))},
		{Name: "time", When: rule.Or(
			rule.Date("born").Age().AtLeast(65), rule.Date("born").LastDays(90), rule.Date("born").AnniversaryIn(7),
			rule.Events("sale").Where("channel", "web", "shop").Where("branch", "north").Within(rule.For(36*time.Hour)).Count().NotIn(1, 2),
			rule.Events("sale").Within(rule.Months(12)).Average().Empty(), rule.Events("sale").First().LongerAgo(rule.Days(30)))},
		{Name: "rest", When: rule.AtLeast(1, rule.In("all"), rule.Not(rule.MayUse("marketing", "email")), rule.MayUse("service", ""))},
	}
}

func TestRulesJSON(t *testing.T) {
	text, err := json.Marshal(oneOfEach())
	require.NoError(t, err)
	want := `{"format":1,"rules":[` +
		`{"name":"all","dwell_ns":86400000000000,"when":{"and":[` +
		`{"number":"income","test":"between","values":[-0.5,1e+300]},` +
		`{"text":"city","test":"like","values":["A%\\_"]},` +
		`{"text":"city","test":"regexp","values":["^(?i)aar"]},` +
		`{"flag":"staff","test":"eq","values":[true]},` +
		`{"date":"born","test":"le","values":["2024-01-31"]},` +
		`{"tags":"needs","test":"has-all","values":["x","\u003cy\u003e"]},` +
		`{"amount":"limit","test":"in","values":["12.50 CNY","7.00 CNY"]}]}},` +
		`{"name":"time","when":{"or":[` +
		`{"date":"born","measure":"age","test":"ge","values":[65]},` +
		`{"date":"born","measure":"days-ago","test":"between","values":[0,89]},` +
		`{"date":"born","measure":"days-to-anniversary","test":"between","values":[0,6]},` +
		`{"events":"sale","where":[{"field":"channel","in":["web","shop"]},{"field":"branch","in":["north"]}],"window":{"duration_ns":129600000000000},"measure":"count","test":"not-in","values":[1,2]},` +
		`{"events":"sale","window":{"months":12},"measure":"average","test":"empty"},` +
		`{"events":"sale","measure":"first","test":"longer-ago","bound":{"days":30}}]}},` +
		`{"name":"rest","when":{"at_least":1,"of":[{"segment":"all"},{"not":{"consent":"marketing","channel":"email"}},{"consent":"service"}]}}]}`
	require.Equal(t, want, string(text))
	var back rule.Rules
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, want, string(again))
}

func TestRulesJSONIsStrict(t *testing.T) {
	deep := strings.Repeat(`{"not":`, rule.MaxDepth) + `{"segment":"a"}` + strings.Repeat("}", rule.MaxDepth)
	file := func(when string) string { return `{"format":1,"rules":[{"name":"a","when":` + when + `}]}` }
	for text, want := range map[string]error{
		`{"format":2,"rules":[]}`:                                   rule.ErrFormat,
		`{"rules":[]}`:                                              rule.ErrFormat,
		`{"format":1,"rules":[],"else":1}`:                          rule.ErrFormat,
		`{"format":1}`:                                              rule.ErrFormat, // no rules are not said by leaving them out
		`{"format":1,"rules":null}`:                                 rule.ErrFormat,
		`{"format":1,"rules":[]} x`:                                 rule.ErrFormat,
		`{"format":1,"rules":[{"name":"a"}]}`:                       rule.ErrForm,
		`{"format":1,"rules":[{"name":"","when":{"segment":"b"}}]}`: rule.ErrName,
		`{"format":1,"rules":[{"name":"a","dwell_ns":-1,"when":{"segment":"b"}}]}`:                       rule.ErrWindow,
		`{"format":1,"rules":[{"name":"a","when":{"segment":"b"}},{"name":"a","when":{"segment":"b"}}]}`: rule.ErrName,
		file(`null`):                                   rule.ErrFormat,
		file(`{}`):                                     rule.ErrForm,
		file(`{"And":[]}`):                             rule.ErrFormat,
		file(`{"and":[]}`):                             rule.ErrForm,
		file(`{"and":[null]}`):                         rule.ErrFormat,
		file(`{"segment":"b","not":null}`):             rule.ErrFormat,
		file(`{"segment":"b","consent":"c"}`):          rule.ErrForm,
		file(`{"segment":"b","segment":"c"}`):          rule.ErrFormat,
		file(`{"segment":"b","test":"eq"}`):            rule.ErrForm,
		file(`{"segment":"b","channel":"c"}`):          rule.ErrForm,
		file(`{"at_least":2,"of":[{"segment":"b"}]}`):  rule.ErrForm,
		file(`{"at_least":-1,"of":[{"segment":"b"}]}`): rule.ErrForm,
		file(`{"at_least":1,"and":[{"segment":"b"}]}`): rule.ErrForm,
		file(deep): rule.ErrLimit,
		file(`{"number":"n","test":"is","values":[1]}`):                                                                               rule.ErrTest,
		file(`{"number":"n","values":[1]}`):                                                                                           rule.ErrTest,
		file(`{"number":"n","test":"eq","values":[]}`):                                                                                rule.ErrBound,
		file(`{"number":"n","test":"eq","values":[1,2]}`):                                                                             rule.ErrBound,
		file(`{"number":"n","test":"eq","values":["1"]}`):                                                                             rule.ErrBound,
		file(`{"number":"n","test":"eq","values":[null]}`):                                                                            rule.ErrFormat,
		file(`{"events":"n","window":null,"measure":"count","test":"eq","values":[1]}`):                                               rule.ErrFormat,
		file(`{"events":"n","window":{},"measure":"count","test":"eq","values":[1]}`):                                                 rule.ErrWindow,
		file(`{"events":"n","window":{"days":0},"measure":"count","test":"eq","values":[1]}`):                                         rule.ErrWindow, // not all time
		file(`{"events":"n","window":{"days":1,"months":0},"measure":"count","test":"eq","values":[1]}`):                              rule.ErrWindow,
		file(`{"events":"n","measure":"count","test":"eq","values":[9007199254740993]}`):                                              rule.ErrBound, // would be read as one less
		file(`{"number":"n","test":"eq","values":[1e999]}`):                                                                           rule.ErrBound,
		file(`{"number":"n","test":"between","values":[2,1]}`):                                                                        rule.ErrBound,
		file(`{"number":"n","measure":"age","test":"eq","values":[1]}`):                                                               rule.ErrTest,
		file(`{"number":"n","test":"contains","values":["a"]}`):                                                                       rule.ErrBound,
		file(`{"number":"n","window":{"days":1},"test":"eq","values":[1]}`):                                                           rule.ErrForm,
		file(`{"text":"n","test":"eq","values":[""]}`):                                                                                rule.ErrBound,
		file(`{"text":"n","test":"regexp","values":["("]}`):                                                                           rule.ErrPattern,
		file(`{"text":"n","test":"like","values":["a\\"]}`):                                                                           rule.ErrPattern,
		file(`{"text":"n","test":"gt","values":["a"]}`):                                                                               rule.ErrTest,
		file(`{"flag":"n","test":"ne","values":[true]}`):                                                                              rule.ErrTest,
		file(`{"date":"n","test":"eq","values":["2024-02-30"]}`):                                                                      rule.ErrBound,
		file(`{"date":"n","test":"eq","values":["2024-02"]}`):                                                                         rule.ErrBound,
		file(`{"date":"n","measure":"age","test":"eq","values":[1.5]}`):                                                               rule.ErrBound,
		file(`{"date":"n","measure":"count","test":"eq","values":[1]}`):                                                               rule.ErrTest,
		file(`{"amount":"n","test":"eq","values":["1.234 CNY"]}`):                                                                     rule.ErrBound,
		file(`{"amount":"n","test":"in","values":["1 CNY","1 EUR"]}`):                                                                 rule.ErrCurrency,
		file(`{"events":"n","test":"eq","values":[1]}`):                                                                               rule.ErrTest,
		file(`{"events":"n","measure":"count","test":"empty"}`):                                                                       rule.ErrTest,
		file(`{"events":"n","measure":"last","test":"within"}`):                                                                       rule.ErrWindow,
		file(`{"events":"n","measure":"last","test":"within","bound":{"days":1,"months":1}}`):                                         rule.ErrWindow,
		file(`{"events":"n","measure":"count","bound":{"days":1},"test":"eq","values":[1]}`):                                          rule.ErrForm,
		file(`{"events":"n","window":{"days":-1},"measure":"count","test":"eq","values":[1]}`):                                        rule.ErrWindow,
		file(`{"events":"n","where":[{"field":"c","in":[]}],"measure":"count","test":"eq","values":[1]}`):                             rule.ErrBound,
		file(`{"events":"n","where":[{"field":"c","in":["a"]},{"field":"c","in":["b"]}],"measure":"count","test":"eq","values":[1]}`): rule.ErrName,
	} {
		rules := oneOfEach()
		err := rules.UnmarshalJSON([]byte(text))
		require.ErrorIs(t, err, want, text)
		var typed *rule.Error
		require.ErrorAs(t, err, &typed, text)
		require.Len(t, rules, 3, "after an error the rules are as they were")
	}
}

// What cannot be said in JSON is refused by the writer too.
func TestBrokenConditionsDoNotMarshal(t *testing.T) {
	for _, c := range []rule.Condition{
		{}, rule.And(), rule.Not(rule.Condition{}), rule.Number("").Is(1), rule.Events("sale").Within(rule.Days(0)).Count().Is(1),
		rule.Amount("limit").Is(rapport.Money{}), rule.Text("a").Is("\xff"), rule.In("\n"), rule.Text("a").In(),
	} {
		_, err := json.Marshal(c)
		var typed *rule.Error
		require.ErrorAs(t, err, &typed)
	}
}

func TestConditionJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCondition(t, 4, []string{"r0"})
		text, err := json.Marshal(c)
		require.NoError(t, err)
		var back rule.Condition
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

// FuzzRulesJSON: what is read is written, read and written to the same bytes.
func FuzzRulesJSON(f *testing.F) {
	text, err := json.Marshal(oneOfEach())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"format":1,"rules":[{"name":"a","when":{"number":"n","test":"in","values":[-0,1E2]}}]}`))
	f.Add([]byte(`{"format":1,"rules":[{"name":"a","when":{"amount":"n","test":"eq","values":["7 JPY"],"where":[]}}]}`))
	f.Add([]byte(`{"format":1,"rules":[{"name":"a","when":{"events":"e","window":{},"measure":"count","test":"eq","values":[1]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var rules rule.Rules
		if json.Unmarshal(text, &rules) != nil {
			return
		}
		first, err := json.Marshal(rules)
		require.NoError(t, err)
		var back rule.Rules
		require.NoError(t, json.Unmarshal(first, &back))
		second, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	})
}
