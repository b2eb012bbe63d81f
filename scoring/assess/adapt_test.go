package assess_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"

	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/scoring/credit"
	"github.com/rapport-crm/rapport/segment"
)

// TestFromModels: a report on purchases by the parameters that Fader, Hardie and Lee
// (2005) fitted to the CDNow sample, r .243, α 4.414, a .793, b 2.426.
func TestFromModels(t *testing.T) {
	model, err := btyd.NewBGNBD(rapport.Week, 0.243, 4.414, 0.793, 2.426)
	require.NoError(t, err)
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	require.NoError(t, err)
	buy := func(customer rapport.ID, week int, amount int64) scoring.Purchase {
		return scoring.Purchase{Customer: customer, At: end().AddDate(0, 0, -7*week), Amount: amount}
	}
	summaries, err := scoring.Summarize(t.Context(), all(
		buy("regular", 39, 3000), buy("regular", 26, 2500), buy("regular", 9, 3500), buy("once", 39, 3000), buy("once", 38, 2000),
	), scoring.Window{Unit: rapport.Week, Until: end(), Currency: rapport.CNY})
	require.NoError(t, err)
	forecast := assess.Forecast{Model: model, Spend: spend, Summaries: summaries, Horizon: btyd.Horizon{Periods: 52, AnnualDiscount: 0.10},
		Margin: 0.3, Currency: rapport.CNY, Source: "purchases", Method: "bgnbd+gammagamma"}
	flow := func(customer rapport.ID, amount string) assess.Flow {
		return assess.Flow{Customer: customer, CashFlow: scoring.CashFlow{At: end().AddDate(0, -1, 0), Amount: cny(amount)}}
	}
	study := assess.Study{Source: "ledger", Flows: all(flow("regular", "20.00"), flow("once", "5.00"), flow("new", "1.00")), Forecast: forecast}
	analysis, err := assess.Analyze(t.Context(), study, end())
	require.NoError(t, err)
	sources := analysis.Sources()
	sources.Alive = assess.FromModel(model, summaries, "purchases")
	r, err := assessor(t, sources, nil).Customer(t.Context(), "regular", end())
	require.NoError(t, err)
	alive, known := r.Alive.Get()
	require.True(t, known)
	s, _ := summaries.Lookup("regular")
	require.InDelta(t, model.PAlive(s), alive.Value, 0)
	require.Equal(t, assess.Origin{Source: "purchases", Method: "bgnbd", AsOf: end(), Certainty: assess.Estimated}, r.Alive.Origin)
	v, known := r.Value.Get()
	require.True(t, known)
	want, err := btyd.LifetimeValue(model, spend, s, forecast.Horizon)
	require.NoError(t, err)
	require.InDelta(t, 0.3*want, v.Potential.Money.Amount().InexactFloat64(), 0.005)
	require.Equal(t, "bgnbd+gammagamma", v.Potential.Origin.Method)
	require.Equal(t, "20.00 CNY", v.Current.Money.String())
	cell, known := r.Cell.Get()
	require.True(t, known)
	require.Equal(t, "high/high", cell, "above both means")

	r, err = assessor(t, sources, nil).Customer(t.Context(), "new", end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, r.Alive.Absent)
	v, _ = r.Value.Get()
	require.False(t, v.Potential.Known(), "neither the model nor the ledger knows")
	require.True(t, v.Current.Known())
	b, err := assessor(t, sources, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Equal(t, 3, b.Customers)

	for _, margin := range []float64{0, -0.1, 1.1, math.NaN()} {
		forecast.Margin = margin
		study.Forecast = forecast
		_, err = assess.Analyze(t.Context(), study, end())
		require.ErrorAs(t, err, new(*assess.InputError))
	}
}

// TestStepsAlone: each step works on what the one before it gave, or on a host's own.
func TestStepsAlone(t *testing.T) {
	flow := func(customer rapport.ID, months int, amount string) assess.Flow {
		return assess.Flow{Customer: customer, CashFlow: scoring.CashFlow{At: end().AddDate(0, months, 0), Amount: cny(amount)}}
	}
	flows := all(flow("b", -1, "150.00"), flow("b", 6, "40.00"), flow("a", -13, "7.00"), flow("a", 1, "300.00"))
	investments := all(scoring.Investment{Customer: "b", Stage: scoring.StageLoyal, Revenue: cny("900.00"), Retention: cny("150.00")})
	whole, err := assess.Analyze(t.Context(), assess.Study{Source: "l", Flows: flows, Investments: investments,
		Grouping: assess.ByMatrix(hundred()), Playbook: assess.FromPlaybook(plays(), "p")}, end())
	require.NoError(t, err)

	collected, err := assess.Collect(t.Context(), flows, investments, "l")
	require.NoError(t, err)
	values, err := collected.Values(t.Context(), scoring.ValueWindow{AsOf: end()}, nil)
	require.NoError(t, err)
	require.Equal(t, whole.Values, values)
	profits, err := collected.Profits(nil)
	require.NoError(t, err)
	require.Equal(t, whole.Profits, profits)
	groups, err := assess.GroupValues(values, assess.ByMatrix(hundred()))
	require.NoError(t, err)
	require.Equal(t, whole.Groups, groups)
	measures, err := assess.Measures(t.Context(), groups, origin("l", "grouping", assess.Estimated), assess.FromPlaybook(plays(), "p"))
	require.NoError(t, err)
	require.Equal(t, whole.Measures, measures)
	require.Equal(t, []string{"develop", "keep"}, []string{measures[0].Actions[0].Code, measures[1].Actions[0].Code})
	measures, err = assess.Measures(t.Context(), groups, origin("l", "grouping", assess.Estimated), nil)
	require.NoError(t, err)
	require.Nil(t, measures[0].Actions)
}

// TestStepsFail: every step says what is wrong with it.
func TestStepsFail(t *testing.T) {
	flow := func(customer rapport.ID, amount rapport.Money) assess.Flow {
		return assess.Flow{Customer: customer, CashFlow: scoring.CashFlow{At: end(), Amount: amount}}
	}
	broken := errors.New("connection lost")
	brokenFlows := func(yield func(assess.Flow, error) bool) { yield(assess.Flow{}, broken) }
	for name, c := range map[string]struct {
		study assess.Study
		want  any
	}{
		"no source":      {assess.Study{}, new(*assess.InputError)},
		"no id":          {assess.Study{Source: "l", Flows: all(flow("", cny("1.00")))}, new(*rapport.IDError)},
		"no id to spend": {assess.Study{Source: "l", Investments: all(scoring.Investment{})}, new(*rapport.IDError)},
		"two currencies": {assess.Study{Source: "l", Flows: all(flow("a", cny("1.00")), flow("a", rapport.MustMoney("1.00 USD")))}, new(*assess.SourceError)},
		"unknown stage":  {assess.Study{Source: "l", Investments: all(scoring.Investment{Customer: "a", Stage: "z"})}, new(*scoring.RowError)},
		"too few cells": {assess.Study{Source: "l", Flows: all(flow("a", cny("1.00"))),
			Grouping: func([]assess.Valued) ([]string, error) { return nil, nil }}, new(*assess.InputError)},
		"values in two currencies": {assess.Study{Source: "l", Flows: all(flow("a", cny("1.00")), flow("b", rapport.MustMoney("1.00 USD")))}, new(*rapport.CurrencyMismatchError)},
		"a failing playbook": {assess.Study{Source: "l", Flows: all(flow("a", cny("1.00"))),
			Playbook: assess.PlaybookFunc(func(context.Context, assess.Report) (assess.Finding[[]assess.Action], error) {
				return assess.Finding[[]assess.Action]{}, broken
			})}, new(*assess.SourceError)},
	} {
		_, err := assess.Analyze(t.Context(), c.study, end())
		require.ErrorAs(t, err, c.want, name)
	}
	_, err := assess.Analyze(t.Context(), assess.Study{Source: "l", Flows: brokenFlows}, end())
	require.ErrorIs(t, err, broken)
	_, err = assess.Analyze(t.Context(), assess.Study{Source: "l", Investments: func(yield func(scoring.Investment, error) bool) { yield(scoring.Investment{}, broken) }}, end())
	require.ErrorIs(t, err, broken)
	_, err = assess.Analyze(t.Context(), assess.Study{Source: "l", Flows: all(flow("a", cny("1.00"))),
		Grouping: func([]assess.Valued) ([]string, error) { return nil, broken }}, end())
	require.ErrorIs(t, err, broken)
	_, err = assess.Analyze(t.Context(), assess.Study{Source: "l"}, time.Time{})
	require.ErrorAs(t, err, new(*assess.InputError))
	_, err = assess.Analyze(t.Context(), assess.Study{Source: "l", Floors: []assess.Floor{{}}}, end())
	require.ErrorAs(t, err, new(*assess.InputError))

	empty, err := assess.Analyze(t.Context(), assess.Study{Source: "l"}, end())
	require.NoError(t, err)
	require.Empty(t, empty.Measures)
	spent, err := assess.Analyze(t.Context(), assess.Study{Source: "l", Flows: all(flow("a", cny("1.00"))),
		Investments: all(scoring.Investment{Customer: "prospect", Stage: scoring.StageProspect, Acquisition: cny("5.00")})}, end())
	require.NoError(t, err)
	require.Len(t, spent.Values, 1, "nothing is earned or expected with the prospect")
	require.Equal(t, []rapport.ID{"a", "prospect"}, spent.Collected.Customers())
	require.Len(t, spent.Profits.Customers, 1)
}

func TestTierRows(t *testing.T) {
	ids := []rapport.ID{"a", "b"}
	tiers, err := segment.DefaultTiers().Assign(ids, []float64{1, 2})
	require.NoError(t, err)
	rows, err := assess.TierRows(ids, tiers, origin("ledger", "percent_tiers", assess.Exact))
	require.NoError(t, err)
	require.Equal(t, map[rapport.ID]string{"a": "small", "b": "VIP"}, rows.Of)
	_, err = assess.TierRows(ids[:1], tiers, origin("ledger", "percent_tiers", assess.Exact))
	require.ErrorAs(t, err, new(*assess.InputError))
	_, err = assess.TierRows(nil, nil, origin("ledger", "percent_tiers", assess.Exact))
	require.ErrorContains(t, err, "tiers is missing")
}

// TestFlagsAndBooks: what has expired is no risk, and a book that cannot answer is an
// error.
func TestFlagsAndBooks(t *testing.T) {
	flag := credit.Flag{ID: "f", Customer: "a", Kind: credit.CrossRegion, Evidence: "e", By: "b", At: end().AddDate(0, -2, 0), Expires: end()}
	f, err := assess.FromFlags([]credit.Flag{flag}, "register").Find(t.Context(), "a", end())
	require.NoError(t, err)
	risks, known := f.Get()
	require.True(t, known)
	require.Empty(t, risks)
	book, err := credit.NewBook([]credit.Account{{Profile: credit.Profile{Customer: "a"}, Ageing: &credit.Ageing{AsOf: end().AddDate(0, 1, 0)}}}, nil)
	require.NoError(t, err)
	_, err = assessor(t, assess.Sources{Credit: assess.FromBook(book, "department", end())}, nil).Customer(t.Context(), "a", end())
	require.ErrorAs(t, err, new(*credit.InputError))
}

func BenchmarkBase(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		ids, values, tiers := make([]rapport.ID, n), make(map[rapport.ID]assess.Value, n), make(map[rapport.ID]string, n)
		source := rapport.NewSequential("c")
		for i := range ids {
			id, err := source.NewID(end())
			require.NoError(b, err)
			ids[i], values[id], tiers[id] = id, value("1.00", "2.00", "3.00"), "small"
		}
		s := world(b)
		s.Customers = func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all(ids...) }
		s.Value, s.Tier = rows(origin("a", "b", assess.Exact), values), rows(origin("a", "b", assess.Exact), tiers)
		a := assessor(b, s, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Base(b.Context(), end()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestPlaybookOnWhatIsKnown: a segment that is not known neither holds nor does not.
func TestPlaybookOnWhatIsKnown(t *testing.T) {
	playbook, err := segment.NewPlaybook([]segment.Play{
		{Name: "not dormant", When: []segment.Condition{{Segment: "dormant", Not: true}}, Actions: []segment.Action{{Do: "offer", Reason: "awake"}}},
		{Name: "all", Actions: []segment.Action{{Do: "ask"}}},
	}, nil)
	require.NoError(t, err)
	s := assess.Sources{Playbook: assess.FromPlaybook(playbook, "p"),
		Segments: rows(origin("a", "b", assess.Exact), map[rapport.ID][]string{"awake": {}, "asleep": {"dormant"}})}
	for id, want := range map[rapport.ID]assess.Action{
		"awake":   {Code: "offer", Why: "awake", Rule: "not dormant", Reasons: []assess.Reason{{Condition: "segment!=dormant"}}},
		"asleep":  {Code: "ask", Rule: "all", Reasons: []assess.Reason{{Condition: "always"}}},
		"unknown": {Code: "ask", Rule: "all", Reasons: []assess.Reason{{Condition: "always"}}},
	} {
		r, err := assessor(t, s, nil).Customer(t.Context(), id, end())
		require.NoError(t, err)
		actions, known := r.Actions.Get()
		require.True(t, known)
		require.Equal(t, []assess.Action{want}, actions, id)
		require.Equal(t, want.Why != "", strings.Contains(r.Markdown(nil), "segment!=dormant; awake"))
	}

	r, err := assessor(t, world(t), nil).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	profile, err := assess.Profile(*r)
	require.NoError(t, err)
	require.Equal(t, segment.Profile{Cell: "low/high", Tier: "major", Segments: []string{"north", "hidden gems"}, Measures: map[string]float64{
		"historic": 220, "current": 80, "potential": 100, "total": 400, "alive": 0.912, "satisfaction": 76.7, "credit_available": -5000}}, profile)
}
