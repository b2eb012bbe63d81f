package assess_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/assess"
)

// TestCustomerEquity: lifetime values of 100, 250 and −20 are 330.
func TestCustomerEquity(t *testing.T) {
	for name, c := range map[string]struct {
		options assess.Options
		total   string
		split   map[string]string
	}{
		"by segment": {assess.Options{}, "330.00 CNY", map[string]string{"north": "100.00 CNY", "south": "250.00 CNY", "": "-20.00 CNY"}},
		"by cell":    {assess.Options{Split: assess.SplitByCell}, "330.00 CNY", map[string]string{"low/high": "100.00 CNY", "high/high": "250.00 CNY", "low/low": "-20.00 CNY"}},
		"total by tier": {assess.Options{Split: assess.SplitByTier, Equity: assess.EquityOfTotal}, "800.00 CNY",
			map[string]string{"major": "400.00 CNY", "VIP": "400.00 CNY", "small": "0.00 CNY"}},
	} {
		b, err := assessor(t, world(t), &c.options).Base(t.Context(), end())
		require.NoError(t, err, name)
		equity, known := b.Equity.Get()
		require.True(t, known)
		require.Equal(t, c.total, equity.Value.String(), name)
		split := map[string]string{}
		for _, s := range equity.Segments {
			split[s.Segment] = s.Value.String()
		}
		require.Equal(t, c.split, split, name)
		require.Equal(t, 3, b.Customers)
		active, known := b.Active.Get()
		require.True(t, known)
		require.InDelta(t, 1.412, active.Value, 1e-12)
		require.InDelta(t, math.Sqrt(0.912*0.088+0.25), active.SE, 1e-12)
		require.Equal(t, rapport.Ratio{Num: 1, Den: 2, N: 2}, b.Held)
		require.Equal(t, assess.Coverage{Part: assess.PartSegments, Share: rapport.Ratio{Num: 2, Den: 3, N: 3},
			Origins: []assess.OriginCount{{"rules 7", "segment_rules", assess.Exact, end(), end(), 2}}}, b.Coverage[4])
	}
}

// TestMaturity: five conditions of 4, 3, 2, 3, 3 have the mean 3.0, and process is the
// weakest.
func TestMaturity(t *testing.T) {
	m, err := assess.MaturityOf(conditions())
	require.NoError(t, err)
	mean, ok := m.Mean.Value()
	require.True(t, ok)
	require.InDelta(t, 3.0, mean, 0)
	require.Equal(t, assess.ConditionProcess, m.Weakest.Code)
	require.Equal(t, 2, m.Weakest.Score)
	m, err = assess.MaturityOf(nil)
	require.NoError(t, err)
	_, ok = m.Mean.Value()
	require.False(t, ok)
	for _, bad := range [][]assess.Condition{{{Code: "a", Score: 0}}, {{Code: "a", Score: 6}}, {{Score: 1}}, {{Code: "a", Score: 1}, {Code: "a", Score: 1}}} {
		_, err := assess.MaturityOf(bad)
		require.ErrorAs(t, err, new(*assess.InputError))
	}
}

// TestNineQuestionsSixAnswered: three gaps.
func TestNineQuestionsSixAnswered(t *testing.T) {
	s := world(t)
	s.Alive, s.Satisfaction, s.Expectations = nil, nil, nil
	r, err := assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	require.Len(t, r.Questions, 9)
	var gaps []string
	for _, g := range r.Gaps() {
		gaps = append(gaps, g.Code)
	}
	require.Equal(t, []string{"will_they_stay", "what_do_they_experience", "what_do_they_expect"}, gaps)

	own := assess.Questions{{Code: "ready", Text: "Are we ready?", Parts: []assess.Part{assess.PartQuality, assess.PartConditions, assess.PartAlive}}}
	r, err = assessor(t, s, &assess.Options{Questions: own}).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	require.Equal(t, []assess.Answer{{Code: "ready", Text: "Are we ready?", Missing: []assess.Part{assess.PartAlive}}}, r.Questions)
	for name, bad := range map[string]assess.Questions{
		"no code": {{Parts: []assess.Part{assess.PartValue}}}, "no parts": {{Code: "a"}}, "unknown part": {{Code: "a", Parts: []assess.Part{"mood"}}},
		"twice": {{Code: "a", Parts: []assess.Part{assess.PartValue}}, {Code: "a", Parts: []assess.Part{assess.PartValue}}},
	} {
		_, err := assess.New(assess.Sources{}, &assess.Options{Questions: bad})
		require.ErrorAs(t, err, new(*assess.InputError), name)
	}
}

// TestNotReady: a completeness of .62 is below .80, and no report is made of such data.
func TestNotReady(t *testing.T) {
	quality := func(share rapport.Ratio) func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
		return func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
			return assess.Found([]assess.Measure{{"completeness", share}}, origin("cards", "quality_report", assess.Exact)), nil
		}
	}
	s := world(t)
	s.Quality = quality(rapport.Ratio{Num: 62, Den: 100, N: 100})
	a := assessor(t, s, nil)
	_, err := a.Customer(t.Context(), "dealer-1", end())
	require.EqualError(t, err, "assess: data are not ready: completeness 0.62 is below 0.8 (n 100)")
	_, err = a.Base(t.Context(), end())
	refused, ok := errors.AsType[*assess.NotReadyError](err)
	require.True(t, ok)
	require.Equal(t, []assess.Shortfall{{"completeness", rapport.Ratio{Num: 62, Den: 100, N: 100}, 0.8}}, refused.Reasons)
	_, err = assess.Analyze(t.Context(), assess.Study{Source: "ledger", Quality: s.Quality}, end())
	require.ErrorAs(t, err, new(*assess.NotReadyError))

	s.Quality = quality(rapport.Ratio{})
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.EqualError(t, err, "assess: data are not ready: completeness not measured, wants 0.8")
	s.Quality = nil
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err, "nobody asked for a floor")
	_, err = assessor(t, s, &assess.Options{Floors: assess.DefaultFloors()}).Customer(t.Context(), "dealer-1", end())
	require.ErrorAs(t, err, new(*assess.NotReadyError), "a floor that was asked for")
	s.Quality = quality(rapport.Ratio{Num: 62, Den: 100, N: 100})
	_, err = assessor(t, s, &assess.Options{Floors: []assess.Floor{}}).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err, "no floors")
	for _, f := range []assess.Floor{{"", 0.5}, {"a", 1.1}, {"a", math.NaN()}} {
		_, err = assess.New(s, &assess.Options{Floors: []assess.Floor{f}})
		require.ErrorAs(t, err, new(*assess.InputError))
	}
}

// TestAbsentIsNotFailed: without a source there are no data, and so for a customer that
// the source does not know; but a source that fails is an error.
func TestAbsentIsNotFailed(t *testing.T) {
	r, err := assessor(t, assess.Sources{}, nil).Customer(t.Context(), "x", end())
	require.NoError(t, err)
	require.Equal(t, assess.NoSource, r.Value.Absent)
	require.Len(t, r.Gaps(), 9)
	for _, p := range append(assess.Parts(), assess.PartQuality, assess.PartConditions) {
		require.False(t, r.Known(p), p)
	}
	r, err = assessor(t, world(t), nil).Customer(t.Context(), "stranger", end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, r.Value.Absent)
	require.Equal(t, assess.NothingKnown, r.Credit.Absent)
	require.Equal(t, assess.NothingKnown, r.Actions.Absent)
	require.True(t, r.Known(assess.PartRisks), "there are none")
	require.False(t, r.Known("mood"))

	broken := errors.New("connection lost")
	s := world(t)
	s.Credit = assess.SourceFunc[assess.Credit](func(context.Context, rapport.ID, time.Time) (assess.Finding[assess.Credit], error) {
		return assess.Finding[assess.Credit]{}, broken
	})
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.EqualError(t, err, `assess: credit of customer "dealer-1": connection lost`)
	require.ErrorIs(t, err, broken)
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorIs(t, err, broken)
	s = world(t)
	s.Playbook = assess.PlaybookFunc(func(context.Context, assess.Report) (assess.Finding[[]assess.Action], error) {
		return assess.Finding[[]assess.Action]{}, broken
	})
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.ErrorIs(t, err, broken)
	s = world(t)
	s.Conditions = func(context.Context, time.Time) (assess.Finding[[]assess.Condition], error) {
		return assess.Finding[[]assess.Condition]{}, broken
	}
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.ErrorIs(t, err, broken)
	s.Quality = func(context.Context, time.Time) (assess.Finding[[]assess.Measure], error) {
		return assess.Finding[[]assess.Measure]{}, broken
	}
	_, err = assessor(t, s, nil).Customer(t.Context(), "dealer-1", end())
	require.ErrorIs(t, err, broken)
	s = world(t)
	s.Customers = func(context.Context, time.Time) iter.Seq2[rapport.ID, error] {
		return func(yield func(rapport.ID, error) bool) { yield("", broken) }
	}
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorIs(t, err, broken)
	s.Customers = func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]("a", "a") }
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorIs(t, err, assess.ErrTwice)
	s.Customers = nil
	_, err = assessor(t, s, nil).Base(t.Context(), end())
	require.ErrorIs(t, err, assess.ErrNoRoster)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = assessor(t, world(t), nil).Base(ctx, end())
	require.ErrorIs(t, err, context.Canceled)
}

// TestEmptyBase: no customers have no figures.
func TestEmptyBase(t *testing.T) {
	s := world(t)
	s.Customers = func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all[rapport.ID]() }
	b, err := assessor(t, s, nil).Base(t.Context(), end())
	require.NoError(t, err)
	require.Zero(t, b.Customers)
	require.Equal(t, assess.NothingKnown, b.Equity.Absent)
	_, known := b.Active.Get()
	require.False(t, known)
	for _, c := range b.Coverage {
		_, ok := c.Share.Value()
		require.False(t, ok, c.Part)
	}
	require.Contains(t, b.Markdown(nil), "| Customer equity | no data (nothing known) |")
	require.NotContains(t, b.Markdown(nil), "NaN")
}

// TestFindingsSayWhereTheyComeFrom, and know nothing of the future.
func TestFindingsSayWhereTheyComeFrom(t *testing.T) {
	good := origin("a", "b", assess.Exact)
	for name, change := range map[string]func(*assess.Origin){
		"no source":    func(o *assess.Origin) { o.Source = " " },
		"no method":    func(o *assess.Origin) { o.Method = "" },
		"no date":      func(o *assess.Origin) { o.AsOf = time.Time{} },
		"the future":   func(o *assess.Origin) { o.AsOf = end().Add(time.Second) },
		"no certainty": func(o *assess.Origin) { o.Certainty = "" },
		"unknown":      func(o *assess.Origin) { o.Certainty = "sure" },
	} {
		o := good
		change(&o)
		_, err := assessor(t, assess.Sources{Tier: rows(o, map[rapport.ID]string{"x": "VIP"})}, nil).Customer(t.Context(), "x", end())
		require.ErrorAs(t, err, new(*assess.OriginError), name)
		require.ErrorAs(t, err, new(*assess.SourceError), name)
		v := value("1.00", "1.00", "1.00")
		v.Historic.Origin = o
		_, err = assessor(t, assess.Sources{Value: rows(good, map[rapport.ID]assess.Value{"x": v})}, nil).Customer(t.Context(), "x", end())
		require.ErrorAs(t, err, new(*assess.OriginError), name)
	}
	estimate := func(value, low, high, level float64, n int) assess.Sources {
		return assess.Sources{Alive: rows(good, map[rapport.ID]rapport.Estimate{"x": {Value: value, Low: low, High: high, Level: level, N: n}})}
	}
	dollars := value("1.00", "1.00", "1.00")
	dollars.Current.Money = rapport.MustMoney("1.00 USD")
	wild := value("1.00", "1.00", "1.00")
	wild.Potential.Estimate.Value = math.NaN()
	for name, s := range map[string]assess.Sources{
		"above one":          estimate(1.2, 0, 0, 0, 1),
		"interval above one": estimate(0.9, 0.8, 1.1, 0.95, 1),
		"not a number":       estimate(math.NaN(), 0, 0, 0, 1),
		"no tier":            {Tier: rows(good, map[rapport.ID]string{"x": ""})},
		"no segment":         {Segments: rows(good, map[rapport.ID][]string{"x": {""}})},
		"no need":            {Expectations: rows(good, map[rapport.ID][]assess.Expectation{"x": {{}}})},
		"no importance":      {Expectations: rows(good, map[rapport.ID][]assess.Expectation{"x": {{Need: "a", Importance: rapport.Estimate{Value: 1}}}})},
		"no channel":         {Contacts: rows(good, map[rapport.ID][]assess.Contact{"x": {{}}})},
		"negative rank":      {Contacts: rows(good, map[rapport.ID][]assess.Contact{"x": {{Channel: "a", Preferred: -1}}})},
		"no code":            {Risks: rows(good, map[rapport.ID][]assess.Risk{"x": {{}}})},
		"two currencies":     {Value: rows(good, map[rapport.ID]assess.Value{"x": dollars})},
		"no currency":        {Value: rows(good, map[rapport.ID]assess.Value{"x": {}})},
		"wild estimate":      {Value: rows(good, map[rapport.ID]assess.Value{"x": wild})},
		"no reason": {Playbook: assess.PlaybookFunc(func(context.Context, assess.Report) (assess.Finding[[]assess.Action], error) {
			return assess.Found([]assess.Action{{Code: "a", Rule: "b"}}, good), nil
		})},
	} {
		_, err := assessor(t, s, nil).Customer(t.Context(), "x", end())
		require.ErrorAs(t, err, new(*assess.SourceError), name)
	}
	r, err := assessor(t, estimate(0, 0, 0, 0, 0), nil).Customer(t.Context(), "x", end())
	require.NoError(t, err)
	require.Equal(t, assess.NothingKnown, r.Alive.Absent, "an estimate from nothing is nothing")
	_, err = assessor(t, world(t), nil).Customer(t.Context(), "", end())
	require.ErrorAs(t, err, new(*rapport.IDError))
	_, err = assessor(t, world(t), nil).Customer(t.Context(), "x", time.Time{})
	require.ErrorAs(t, err, new(*assess.InputError))
	_, err = assess.New(assess.Sources{}, &assess.Options{Split: 9})
	require.ErrorAs(t, err, new(*assess.InputError))
}

// TestBaseIsTheSumOfItsCustomers: equity, counts and coverage of a base are those of
// its customers one by one.
func TestBaseIsTheSumOfItsCustomers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(rt, "customers")
		var ids []rapport.ID
		values, tiers, alive := map[rapport.ID]assess.Value{}, map[rapport.ID]string{}, map[rapport.ID]rapport.Estimate{}
		var sum int64
		expected := 0.0
		for i := range n {
			id := rapport.ID(rune('a' + i))
			ids = append(ids, id)
			if rapid.Bool().Draw(rt, "valued") {
				minor := rapid.Int64Range(-1e9, 1e9).Draw(rt, "value")
				m, err := rapport.MoneyFromMinor(minor, rapport.CNY)
				require.NoError(rt, err)
				v := value("0.00", "0.00", "0.00")
				v.Potential.Money = m
				values[id], sum = v, sum+minor
			}
			if rapid.Bool().Draw(rt, "tiered") {
				tiers[id] = rapid.SampledFrom([]string{"VIP", "major", "small"}).Draw(rt, "tier")
			}
			if rapid.Bool().Draw(rt, "scored") {
				p := rapid.Float64Range(0, 1).Draw(rt, "p")
				alive[id], expected = rapport.Estimate{Value: p, N: 1}, expected+p
			}
		}
		s := assess.Sources{
			Customers: func(context.Context, time.Time) iter.Seq2[rapport.ID, error] { return all(ids...) },
			Value:     rows(origin("a", "b", assess.Exact), values),
			Tier:      rows(origin("a", "b", assess.Exact), tiers),
			Alive:     rows(origin("a", "b", assess.Estimated), alive),
		}
		b, err := assessor(t, s, &assess.Options{Split: assess.SplitByTier}).Base(t.Context(), end())
		require.NoError(rt, err)
		equity, known := b.Equity.Get()
		require.Equal(rt, len(values) > 0, known)
		if known {
			minor, err := equity.Value.Minor()
			require.NoError(rt, err)
			require.Equal(rt, sum, minor)
			split := rapport.Money{}
			for _, part := range equity.Segments {
				split, err = split.Add(part.Value)
				require.NoError(rt, err)
			}
			require.True(rt, split.Equal(equity.Value))
		}
		counted := 0.0
		for _, c := range b.Tiers {
			counted += c.Share.Num
		}
		require.InDelta(rt, len(tiers), counted, 0)
		active, known := b.Active.Get()
		require.Equal(rt, len(alive) > 0, known)
		require.InDelta(rt, expected, active.Value, 1e-9)
		text, err := b.MarshalJSON()
		require.NoError(rt, err)
		var back assess.BaseReport
		require.NoError(rt, back.UnmarshalJSON(text))
		again, err := back.MarshalJSON()
		require.NoError(rt, err)
		require.Equal(rt, string(text), string(again))
		require.Equal(rt, b.Markdown(nil), back.Markdown(nil))
	})
}
