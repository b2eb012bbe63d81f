package assess_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/segment"
)

// A host that has a ledger and no forecast: what is still expected is no data, not
// 0.00, and the equity of the base says how many customers it covers.
func ExampleValue() {
	asOf := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	earned := assess.Value{Historic: assess.Amount{Money: rapport.MustMoney("220.00 CNY")}}
	forecast := assess.Value{Historic: earned.Historic, Potential: assess.Amount{Money: rapport.MustMoney("90.00 CNY")}}
	assessor, err := assess.New(assess.Sources{
		Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]("c-1", "c-2") },
		Value: assess.Rows[assess.Value]{
			Origin: assess.Origin{Source: "ledger", Method: "value_window", AsOf: asOf, Certainty: assess.Estimated},
			Of:     map[rapport.ID]assess.Value{"c-1": earned, "c-2": forecast},
		},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := assessor.Customer(context.Background(), "c-1", asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	value, _ := report.Value.Get()
	_, known, _ := value.Total()
	fmt.Println("earned", value.Historic.Money, "potential known:", value.Potential.Known(), "total known:", known)
	base, err := assessor.Base(context.Background(), asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	equity, _ := base.Equity.Get()
	fmt.Println("equity", equity.Value, "of", equity.Covered.Num, "of", equity.Covered.Den, "customers")
	// Output:
	// earned 220.00 CNY potential known: false total known: false
	// equity 90.00 CNY of 1 of 2 customers
}

func known(historic, current, potential string) assess.Value {
	money := func(text string) rapport.Money {
		if text == "" {
			return rapport.Money{}
		}
		return cny(text)
	}
	return assess.ValueOf(scoring.Value{Historic: money(historic), Current: money(current), Potential: money(potential)})
}

// valued is a base of customers of whom different amounts are known.
func valued() assess.Sources {
	return assess.Sources{
		Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] {
			return all[rapport.ID]("a", "b", "c", "d")
		},
		Value: rows(origin("ledger", "sum", assess.Exact), map[rapport.ID]assess.Value{
			"a": known("7.00", "", ""), "b": known("1.00", "2.00", "0.00"), "c": known("", "", "40.00"),
		}),
	}
}

// TestAbsentAmounts are no data in the report, which reads back as it was.
func TestAbsentAmounts(t *testing.T) {
	a := assessor(t, valued(), nil)
	r, err := a.Customer(t.Context(), "a", end())
	require.NoError(t, err)
	page := r.Markdown(nil)
	for _, row := range []string{"| Value earned earlier | 7.00 CNY | exact | ledger | sum | 2026-01-01 |\n",
		"| Value of the last period | no data (nothing known) |  |  |  |  |\n", "| Value still expected | no data (nothing known) |  |  |  |  |\n"} {
		require.Contains(t, page, row)
	}
	requireTables(t, page)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"value":{"data":{"historic":{"money":{"amount":"7.00","currency":"CNY"}`)
	require.NotContains(t, string(text), `"potential"`)
	var back assess.Report
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	none := strings.Replace(string(text), `"historic":{"money":{"amount":"7.00","currency":"CNY"}`, `"historic":{"money":{"amount":"0","currency":""}`, 1)
	require.ErrorIs(t, json.Unmarshal([]byte(none), &back), assess.ErrFormat, "an origin of no amount")

	profile, err := assess.Profile(*r)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"historic": 7}, profile.Measures, "what is not known is unknown to the rules")

	stray := known("1.00", "", "")
	stray.Potential.Estimate = rapport.Estimate{Value: 3, N: 1}
	for want, v := range map[string]assess.Value{
		`assess: value of customer "a": value is missing: want at least one amount, in a currency`:                                 {},
		`assess: value of customer "a": potential amount is missing: want money in a currency, as it has an origin or an estimate`: stray,
	} {
		s := assess.Sources{Value: rows(origin("ledger", "sum", assess.Exact), map[rapport.ID]assess.Value{"a": v})}
		_, err = assessor(t, s, nil).Customer(t.Context(), "a", end())
		require.EqualError(t, err, want)
	}
}

// TestEquityCountsWhatIsKnown: of four customers the potential of two is known, all
// three amounts of one, and some amount of three.
func TestEquityCountsWhatIsKnown(t *testing.T) {
	for of, want := range map[assess.EquityOf]struct {
		total   string
		covered float64
		row     string
	}{
		assess.EquityOfPotential: {"40.00 CNY", 2, "| Customer equity | 40.00 CNY | 2 of 4 (50 %) |"},
		assess.EquityOfTotal:     {"3.00 CNY", 1, "| Customer equity | 3.00 CNY | 1 of 4 (25 %) |"},
	} {
		b, err := assessor(t, valued(), &assess.Options{Equity: of}).Base(t.Context(), end())
		require.NoError(t, err)
		equity, ok := b.Equity.Get()
		require.True(t, ok)
		require.Equal(t, want.total, equity.Value.String())
		require.Equal(t, rapport.Ratio{Num: want.covered, Den: 4, N: 4}, equity.Covered)
		require.Equal(t, rapport.Ratio{Num: 3, Den: 4, N: 4}, b.Coverage[0].Share)
		require.Equal(t, []assess.OriginCount{{"ledger", "sum", assess.Exact, end(), end(), 3}}, b.Coverage[0].Origins)
		require.Contains(t, b.Markdown(nil), want.row)
	}
	s := valued()
	s.Value = rows(origin("ledger", "sum", assess.Exact), map[rapport.ID]assess.Value{"a": known("7.00", "", "")})
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, b.Equity.Absent)
	require.Contains(t, b.Markdown(nil), "| Customer equity | no data (nothing known) | 0 of 4 (0 %) |")
}

// TestGroupingWithoutAnAmount: a customer without one of the two figures of the matrix
// is in no cell, moves no cut, and no rule about its cell holds.
func TestGroupingWithoutAnAmount(t *testing.T) {
	at := origin("l", "grouping", assess.Estimated)
	of := func(id rapport.ID, v assess.Value) assess.Valued {
		for _, a := range []*assess.Amount{&v.Historic, &v.Current, &v.Potential} {
			if a.Known() {
				a.Origin = at
			}
		}
		return assess.Valued{Customer: id, Value: v}
	}
	values := []assess.Valued{of("a", known("", "1000.00", "")), of("b", known("", "10.00", "0.00")), of("c", known("", "20.00", "300.00")), of("d", known("", "", "5.00"))}
	groups, err := assess.GroupValues(values, nil)
	require.NoError(t, err)
	var cells []string
	for _, g := range groups {
		cells = append(cells, g.Cell)
	}
	require.Equal(t, []string{"", "low/low", "high/high", ""}, cells)
	groups, err = assess.GroupValues(values[:1], nil)
	require.NoError(t, err)
	require.Empty(t, groups[0].Cell)

	cheap, err := segment.NewPlaybook([]segment.Play{{Name: "cheap", Actions: []segment.Action{{Do: "serve_at_low_cost"}},
		When: []segment.Condition{{Measure: assess.MeasurePotential, Op: segment.Below, Value: 100}}}}, nil)
	require.NoError(t, err)
	measures, err := assess.Measures(t.Context(), groups, at, assess.FromPlaybook(cheap, "p"))
	require.NoError(t, err)
	require.Empty(t, measures[0].Actions, "a potential that is not known is not below 100")
	measures, err = assess.Measures(t.Context(), []assess.Group{{Valued: assess.Valued{Customer: "a"}}}, at, assess.FromPlaybook(cheap, "p"))
	require.NoError(t, err)
	require.Empty(t, measures[0].Actions)
}

// TestForecastOfNoAmount is refused, and the cell of nobody is no data.
func TestForecastOfNoAmount(t *testing.T) {
	study := assess.Study{Source: "l", Flows: all(assess.Flow{Customer: "a", CashFlow: scoring.CashFlow{At: end().AddDate(0, -1, 0), Amount: cny("5.00")}}),
		Grouping: func(values []assess.Valued) ([]string, error) { return make([]string, len(values)), nil }}
	analysis, err := assess.Analyze(t.Context(), study, end())
	require.NoError(t, err)
	r, err := assessor(t, analysis.Sources(), nil).Customer(t.Context(), "a", end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, r.Cell.Absent)
	study.Forecast = rows(origin("model", "m", assess.Estimated), map[rapport.ID]assess.Amount{"a": {}})
	_, err = assess.Analyze(t.Context(), study, end())
	require.EqualError(t, err, `assess: value of customer "a": amount of the forecast is missing: want money in a currency, or no finding`)
}
