package assess_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/scoring/credit"
	"github.com/rapport-crm/rapport/segment"
)

// TestStreamsThatStopEarly: a list of customers or flows that ends because the context
// did, without an error of its own, makes no report of the part that came.
func TestStreamsThatStopEarly(t *testing.T) {
	s := assess.Sources{Customers: func(ctx context.Context, _ time.Time) iter.Seq2[rapport.ID, error] {
		return func(yield func(rapport.ID, error) bool) {
			for _, id := range []rapport.ID{"a", "b", "c"} {
				if ctx.Err() != nil || !yield(id, nil) {
					return
				}
			}
		}
	}}
	a := assessor(t, s, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := a.Base(ctx, end())
	require.ErrorIs(t, err, context.Canceled)
	_, err = assess.Analyze(ctx, assess.Study{Source: "l", Flows: all[assess.Flow]()}, end())
	require.ErrorIs(t, err, context.Canceled)

	flow := assess.Flow{Customer: "a", CashFlow: scoring.CashFlow{At: end(), Amount: cny("1.00")}}
	collected, err := assess.Collect(t.Context(), all(flow), nil, "l")
	require.NoError(t, err)
	_, err = collected.Values(ctx, scoring.ValueWindow{AsOf: end()}, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = assess.Measures(ctx, make([]assess.Group, 1), origin("l", "grouping", assess.Estimated), nil)
	require.ErrorIs(t, err, context.Canceled)
}

// TestASumIsAsSureAsItsLeastSureAmount.
func TestASumIsAsSureAsItsLeastSureAmount(t *testing.T) {
	guess := value("1.00", "2.00", "3.00")
	guess.Historic.Origin = origin("talk", "guess", assess.Assumed)
	for name, c := range map[string]struct {
		values map[rapport.ID]assess.Value
		of     assess.EquityOf
		want   assess.Origin
	}{
		"estimated":         {map[rapport.ID]assess.Value{"a": guess}, assess.EquityOfPotential, origin("value", assess.SumOfPotential, assess.Estimated)},
		"assumed in a part": {map[rapport.ID]assess.Value{"a": guess}, assess.EquityOfTotal, origin("value", assess.SumOfTotal, assess.Assumed)},
		"stated of one": {map[rapport.ID]assess.Value{"a": {Historic: assess.Amount{Money: cny("1.00")}, Current: assess.Amount{Money: cny("1.00")},
			Potential: assess.Amount{Money: cny("1.00"), Origin: origin("talk", "ask", assess.Stated)}}, "b": value("1.00", "1.00", "1.00")},
			assess.EquityOfPotential, origin("value", assess.SumOfPotential, assess.Stated)},
		"exact": {map[rapport.ID]assess.Value{"a": assess.ValueOf(scoring.Value{Historic: cny("1.00"), Current: cny("1.00"), Potential: cny("1.00")})},
			assess.EquityOfTotal, origin("value", assess.SumOfTotal, assess.Exact)},
	} {
		s := assess.Sources{Value: rows(origin("ledger", "window", assess.Exact), c.values),
			Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]("a", "b") }}
		b, err := assessor(t, s, &assess.Options{Equity: c.of}).Base(t.Context(), end())
		require.NoError(t, err, name)
		require.Equal(t, c.want, b.Equity.Origin, name)
	}

	s := assess.Sources{Value: rows(origin("ledger", "window", assess.Exact), map[rapport.ID]assess.Value{"a": guess}),
		Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]("a") }}
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, []assess.OriginCount{
		{"ledger", "window", assess.Exact, end(), end(), 1},
		{"purchases 2025", "bgnbd+gammagamma", assess.Estimated, end(), end(), 1},
		{"talk", "guess", assess.Assumed, end(), end(), 1},
	}, b.Coverage[0].Origins, "all three amounts say where they come from")
}

// TestAbsentPartsOfTheBase: without a source of tiers there are no data of tiers, which
// is another thing than no tiers.
func TestAbsentPartsOfTheBase(t *testing.T) {
	s := world(t)
	s.Tier, s.Risks, s.Credit = nil, nil, nil
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	text := b.Markdown(nil)
	require.Contains(t, text, "## Tiers\n\nno data (no source)\n")
	require.Contains(t, text, "## Risks\n\nno data (no source)\n")
	require.Contains(t, text, "| On credit hold | no data (no source) |")
	require.Contains(t, text, "| Tier | 0 of 3 (0 %) | no data (no source) |")
	require.Equal(t, assess.NoSource, b.Coverage[2].Absent)
	s.Tier = rows(origin("a", "b", assess.Exact), map[rapport.ID]string{})
	b, err = assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, b.Coverage[2].Absent)
}

// TestSourcesRefuse what would be wrong without showing it.
func TestSourcesRefuse(t *testing.T) {
	tiers, err := segment.DefaultTiers().Assign([]rapport.ID{"a", "b"}, []float64{1, 2})
	require.NoError(t, err)
	_, err = assess.TierRows([]rapport.ID{"a", "a"}, tiers, origin("ledger", "percent_tiers", assess.Exact))
	require.ErrorIs(t, err, assess.ErrTwice)

	_, err = assess.FromFlags([]credit.Flag{{ID: "f", Customer: "a", Kind: credit.CrossRegion}}, "register").Find(t.Context(), "a", end())
	require.ErrorAs(t, err, new(*credit.InputError), "no evidence")

	s := assess.Sources{Quality: func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
		return assess.Found([]assess.Measure{{"completeness", rapport.Ratio{Num: 17, Den: 10, N: 10}}}, origin("a", "b", assess.Exact)), nil
	}}
	_, err = assessor(t, s, nil).Customer(t.Context(), "x", end())
	require.ErrorContains(t, err, "share of completeness is 1.7")
}

// TestNilIsAnError of the part, with its name, and no panic.
func TestNilIsAnError(t *testing.T) {
	flow := assess.Flow{Customer: "a", CashFlow: scoring.CashFlow{At: end(), Amount: cny("1.00")}}
	for name, s := range map[string]assess.Sources{
		"book":     {Credit: assess.FromBook(nil, "b", end())},
		"model":    {Alive: assess.FromModel(nil, nil, "m")},
		"playbook": {Playbook: assess.FromPlaybook(nil, "p")},
		"function": {Tier: assess.SourceFunc[string](nil)},
		"plays":    {Playbook: assess.PlaybookFunc(nil)},
	} {
		_, err := assessor(t, s, nil).Customer(t.Context(), "a", end())
		require.ErrorAs(t, err, new(*assess.SourceError), name)
		require.ErrorAs(t, err, new(*assess.InputError), name)
	}
	for name, study := range map[string]assess.Study{
		"matrix":   {Grouping: assess.ByMatrix(nil)},
		"forecast": {Forecast: assess.Forecast{Margin: 0.5}},
	} {
		study.Source, study.Flows = "l", all(flow)
		_, err := assess.Analyze(t.Context(), study, end())
		require.ErrorAs(t, err, new(*assess.InputError), name)
	}
	_, err := assess.TierRows(nil, nil, origin("a", "b", assess.Exact))
	require.ErrorAs(t, err, new(*assess.InputError))
	s := assess.Sources{Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return nil }}
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorIs(t, err, assess.ErrNoRoster)
}

// TestBordersOfABase: a share at its floor is enough, a risk seen twice is one customer,
// and the dates of an origin are its first and its last.
func TestBordersOfABase(t *testing.T) {
	dated := func(year int) assess.Origin {
		o := origin("cards", "quality_report", assess.Stated)
		o.AsOf = end().AddDate(year, 0, 0)
		return o
	}
	contacts := []assess.Contact{{Channel: "mail"}, {Channel: "visit", Preferred: 1}}
	s := assess.Sources{
		Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]("b", "a", "c") },
		Risks: assess.SourceFunc[[]assess.Risk](func(_ context.Context, id rapport.ID, _ time.Time) (assess.Finding[[]assess.Risk], error) {
			return assess.Found([]assess.Risk{{Code: "late"}, {Code: "late"}}, dated(map[rapport.ID]int{"a": -3, "b": -2, "c": -1}[id])), nil
		}),
		Contacts: rows(dated(0), map[rapport.ID][]assess.Contact{"a": contacts}),
		Quality: func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
			return assess.Found([]assess.Measure{{"completeness", rapport.Ratio{Num: 80, Den: 100, N: 100}}}, dated(0)), nil
		},
	}
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, []assess.Count{{"late", rapport.Ratio{Num: 3, Den: 3, N: 3}}}, b.Risks)
	require.Equal(t, []assess.OriginCount{{"cards", "quality_report", assess.Stated, dated(-3).AsOf, dated(-1).AsOf, 3}}, b.Coverage[9].Origins)
	require.Equal(t, "mail", contacts[0].Channel, "the list of the source stays as it was")
	r, err := assessor(t, s, nil).Customer(t.Context(), "a", end())
	require.NoError(t, err)
	sorted, _ := r.Contacts.Get()
	require.Equal(t, "visit", sorted[0].Channel)
}

// TestForecastOfACustomerWithoutFlows is its value; one without a credit limit has no
// measure of what is available.
func TestForecastOfACustomerWithoutFlows(t *testing.T) {
	spent := all(scoring.Investment{Customer: "prospect", Stage: scoring.StageProspect, Acquisition: cny("5.00")})
	collected, err := assess.Collect(t.Context(), nil, spent, "l")
	require.NoError(t, err)
	forecast := assess.Rows[assess.Amount]{Origin: origin("model", "guess", assess.Assumed), Of: map[rapport.ID]assess.Amount{"prospect": {Money: cny("-0.01")}}}
	values, err := collected.Values(t.Context(), scoring.ValueWindow{AsOf: end()}, forecast)
	require.NoError(t, err)
	require.Equal(t, "{0.00 CNY 0.00 CNY -0.01 CNY}", fmt.Sprint(values[0].Value.Plain()))

	book, err := credit.NewBook([]credit.Account{{Profile: credit.Profile{Customer: "a"}}}, nil)
	require.NoError(t, err)
	r, err := assessor(t, assess.Sources{Credit: assess.FromBook(book, "b", end()),
		Satisfaction: rows(origin("s", "m", assess.Estimated), map[rapport.ID]rapport.Estimate{"a": {Value: 0.04, Low: 0, High: 0.1, Level: 0.95, N: 2}})}, nil).Customer(t.Context(), "a", end())
	require.NoError(t, err)
	profile, err := assess.Profile(*r)
	require.NoError(t, err)
	require.NotContains(t, profile.Measures, assess.MeasureAvailable)
	require.Contains(t, r.Markdown(nil), "| Credit limit | no data |")

	small := value("1.00", "1.00", "1.00")
	small.Potential.Estimate = rapport.Estimate{Value: 1, Low: -0.001, High: 2, Level: 0.95, N: 3}
	r, err = assessor(t, assess.Sources{Value: rows(origin("a", "b", assess.Exact), map[rapport.ID]assess.Value{"a": small})}, nil).Customer(t.Context(), "a", end())
	require.NoError(t, err)
	require.Contains(t, r.Markdown(nil), "interval 0.00 to 2.00", "no negative nothing")
}

// TestCreditSaysWhy it is blocked, and by which dates it was judged.
func TestCreditSaysWhy(t *testing.T) {
	ageing, err := credit.Age(nil, end().AddDate(0, 0, -3), nil)
	require.NoError(t, err)
	book, err := credit.NewBook([]credit.Account{{Profile: credit.Profile{Customer: "a", Limit: cny("1.00"), Blocked: "insolvency"}, Ageing: &ageing}}, nil)
	require.NoError(t, err)
	r, err := assessor(t, assess.Sources{Credit: assess.FromBook(book, "department", end())}, nil).Customer(t.Context(), "a", end())
	require.NoError(t, err)
	text := r.Markdown(assess.Words{"insolvency": "insolvency filed", "method_credit_book": "the book", "as_of": "    1. As of"})
	require.Contains(t, text, "| blocked: insolvency filed | a |")
	require.Contains(t, text, "\n1\\. As of 2026-01-01\n", "no list")
	require.Contains(t, text, "| department | the book |")
	require.Contains(t, text, "| Overdue invoices as of | 2025-12-29 | exact | department |")
}
