package assess_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/assess"
)

// TestReadiness: five conditions of 4, 3, 2, 3, 3 have the mean 3.0, and process is the
// weakest.
func TestReadiness(t *testing.T) {
	r, err := assessor(t, world(t), nil).Customer(t.Context(), "dealer-1", end())
	require.NoError(t, err)
	ready, known := r.Conditions.Get()
	require.True(t, known)
	mean, ok := ready.Mean.Value()
	require.True(t, ok)
	require.InDelta(t, 3.0, mean, 0)
	require.Equal(t, []string{"process"}, ready.Weakest)
	require.Equal(t, "partial", ready.Level)
	require.InDelta(t, 2, ready.Conditions[2].Score.Num/ready.Conditions[2].Score.Den, 0)
	for name, bad := range map[string]assess.Readiness{
		"no model": {}, "no code": {Model: "m", Conditions: make([]assess.Condition, 1)},
		"no number": {Model: "m", Mean: rapport.Ratio{Num: math.NaN()}},
		"no score":  {Model: "m", Conditions: []assess.Condition{{"a", rapport.Ratio{Num: math.NaN()}}}},
	} {
		s := assess.Sources{Conditions: func(context.Context, time.Time) (assess.Finding[assess.Readiness], error) {
			return assess.Found(bad, origin("a", "b", assess.Stated)), nil
		}}
		_, err := assessor(t, s, nil).Customer(t.Context(), "x", end())
		require.ErrorAs(t, err, new(*assess.SourceError), name)
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
	actions, _ := r.Actions.Get()
	require.Equal(t, []assess.Reason{{Condition: assess.NoRule}}, actions[0].Reasons)
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
	s.Conditions = func(context.Context, time.Time) (assess.Finding[assess.Readiness], error) {
		return assess.Finding[assess.Readiness]{}, broken
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
	other := value("1.00", "1.00", "1.00")
	other.Potential.Estimate = rapport.Estimate{Value: 1.02, Low: 0.9, High: 1.1, Level: 0.95, N: 3}
	wild := value("1.00", "1.00", "1.00")
	wild.Potential.Estimate.Value = math.NaN()
	for name, s := range map[string]assess.Sources{
		"above one":                  estimate(1.2, 0, 0, 0, 1),
		"interval above one":         estimate(0.9, 0.8, 1.1, 0.95, 1),
		"not a number":               estimate(math.NaN(), 0, 0, 0, 1),
		"no tier":                    {Tier: rows(good, map[rapport.ID]string{"x": ""})},
		"no segment":                 {Segments: rows(good, map[rapport.ID][]string{"x": {""}})},
		"no need":                    {Expectations: rows(good, map[rapport.ID][]assess.Expectation{"x": {{}}})},
		"no importance":              {Expectations: rows(good, map[rapport.ID][]assess.Expectation{"x": {{Need: "a", Importance: rapport.Estimate{Value: 1}}}})},
		"no channel":                 {Contacts: rows(good, map[rapport.ID][]assess.Contact{"x": {{}}})},
		"negative rank":              {Contacts: rows(good, map[rapport.ID][]assess.Contact{"x": {{Channel: "a", Preferred: -1}}})},
		"no code":                    {Risks: rows(good, map[rapport.ID][]assess.Risk{"x": {{}}})},
		"two currencies":             {Value: rows(good, map[rapport.ID]assess.Value{"x": dollars})},
		"no currency":                {Value: rows(good, map[rapport.ID]assess.Value{"x": {}})},
		"estimate of another amount": {Value: rows(good, map[rapport.ID]assess.Value{"x": other})},
		"wild estimate":              {Value: rows(good, map[rapport.ID]assess.Value{"x": wild})},
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
