package assess_test

import (
	"context"
	"errors"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/scoring/credit"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

var update = flag.Bool("update", false, "write the golden files and the sample in docs anew")

// end is the as-of date of all tests: the first instant of 2026.
func end() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func cny(text string) rapport.Money { return rapport.MustMoney(text + " CNY") }

func origin(source, method string, sure assess.Certainty) assess.Origin {
	return assess.Origin{Source: source, Method: method, AsOf: end(), Certainty: sure}
}

func rows[T any](o assess.Origin, of map[rapport.ID]T) assess.Rows[T] {
	return assess.Rows[T]{Origin: o, Of: of}
}

func value(historic, current, potential string) assess.Value {
	v := assess.ValueOf(scoring.Value{Historic: cny(historic), Current: cny(current), Potential: cny(potential)})
	v.Potential.Origin = origin("purchases 2025", "bgnbd+gammagamma", assess.Estimated)
	return v
}

// world is a base of three customers: of the first everything is known, of the second
// little, of the third that it costs money.
func world(t testing.TB) assess.Sources {
	first := value("220.00", "80.00", "100.00")
	first.Potential.Estimate = rapport.Estimate{Value: 100, SE: 15.3, Low: 70, High: 130, Level: 0.95, N: 60}
	book, err := credit.NewBook([]credit.Account{
		{Profile: credit.Profile{Customer: "dealer-1", Limit: cny("100000.00"), Review: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)},
			Exposure: credit.Exposure{Receivables: cny("70000.00"), OpenOrders: cny("35000.00")}},
		{Profile: credit.Profile{Customer: "dealer-2", Limit: cny("5000.00")}},
	}, nil)
	require.NoError(t, err)
	return assess.Sources{
		Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] {
			return all[rapport.ID]("dealer-1", "dealer-2", "dealer-3")
		},
		Value: rows(origin("ledger", "value_window", assess.Exact), map[rapport.ID]assess.Value{
			"dealer-1": first, "dealer-2": value("0.00", "150.00", "250.00"), "dealer-3": value("0.00", "20.00", "-20.00")}),
		Alive: rows(origin("purchases 2025", "bgnbd", assess.Estimated), map[rapport.ID]rapport.Estimate{
			"dealer-1": {Value: 0.912, Low: 0.871, High: 0.953, Level: 0.95, N: 60}, "dealer-2": {Value: 0.5, N: 60}}),
		Tier:     rows(origin("ledger", "percent_tiers", assess.Exact), map[rapport.ID]string{"dealer-1": "major", "dealer-2": "VIP", "dealer-3": "small"}),
		Cell:     rows(origin("ledger", "matrix 100/100", assess.Estimated), map[rapport.ID]string{"dealer-1": "low/high", "dealer-2": "high/high", "dealer-3": "low/low"}),
		Segments: rows(origin("rules 7", "segment_rules", assess.Exact), map[rapport.ID][]string{"dealer-1": {"north", "hidden gems"}, "dealer-2": {"south"}}),
		Satisfaction: rows(origin("survey 2025", "acsi", assess.Estimated), map[rapport.ID]rapport.Estimate{
			"dealer-1": {Value: 76.7, Low: 71.2, High: 82.1, Level: 0.95, N: 12}}),
		Expectations: rows(origin("interview of November", "kano", assess.Stated), map[rapport.ID][]assess.Expectation{
			"dealer-1": {{Need: "delivery within 48 hours", Class: "must-be", Importance: rapport.Estimate{Value: 4.5, N: 3}, Met: "met"}, {Need: "training for new models", Class: "attractive", Met: "open"}}}),
		Contacts: rows(origin("customer card", "consent_check", assess.Stated), map[rapport.ID][]assess.Contact{
			"dealer-1": {{Channel: "mail", Point: "desk@dealer.example", Permitted: false, Why: "opted_out"},
				{Channel: "phone", Point: "+86 10 5555 0100", Preferred: 2, Permitted: true, Why: "consent"},
				{Channel: "visit", Preferred: 1, Permitted: true, Why: "contract"}}}),
		Credit: assess.FromBook(book, "credit department", end()),
		Risks: assess.FromFlags([]credit.Flag{{ID: "f-1", Customer: "dealer-1", Kind: credit.PriceViolation, Evidence: "offer of 3 December, 12 % below list",
			By: "li.wei", At: time.Date(2025, 12, 5, 0, 0, 0, 0, time.UTC), Expires: time.Date(2026, 6, 5, 0, 0, 0, 0, time.UTC)}}, "risk register"),
		Playbook: assess.FromPlaybook(plays(), "playbook 3"),
		Before: func(context.Context, time.Time) (assess.Finding[[]scoring.CustomerValue], error) {
			o := origin("report of 2024", "sum", assess.Estimated)
			o.AsOf = end().AddDate(-1, 0, 0)
			return assess.Found([]scoring.CustomerValue{
				{Customer: "dealer-0", Segment: "north", Value: cny("40.00")},
				{Customer: "dealer-1", Segment: "south", Value: cny("90.00")},
				{Customer: "dealer-2", Segment: "south", Value: cny("220.00")},
			}, o), nil
		},
		Quality: func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
			return assess.Found([]assess.Measure{{"completeness", rapport.Ratio{Num: 17, Den: 20, N: 3}}, {"accuracy", rapport.Ratio{}}},
				origin("customer cards", "quality_report", assess.Exact)), nil
		},
		Conditions: func(context.Context, time.Time) (assess.Finding[assess.Readiness], error) {
			return assess.Found(readiness(t), origin("workshop", "five_conditions", assess.Stated)), nil
		},
	}
}

// readiness is that of requirement A1: mean 3.0, weakest process.
func readiness(t testing.TB) assess.Readiness {
	model := kpi.FiveConditions()
	var answers []kpi.Answer
	for i, d := range model.Dimensions() {
		answers = append(answers, kpi.Answer{Rater: "li.wei", Question: d.Questions[0].Code, Level: []int{4, 3, 2, 3, 3}[i]})
	}
	m, err := model.Assess(answers...)
	require.NoError(t, err)
	return assess.ReadinessOf(model, m)
}

func assessor(t testing.TB, s assess.Sources, o *assess.Options) *assess.Assessor {
	a, err := assess.New(s, o)
	require.NoError(t, err)
	return a
}

// golden compares with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	path = filepath.FromSlash(path)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.False(t, errors.Is(err, os.ErrNotExist), "%s: run the tests with -update", path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Fatalf("%s differs (-want +got); run the tests with -update if that is right:\n%s", path, diff)
	}
}
