package kano_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// said is one response of customer i.
func said(i int, feature string, f, d kano.Answer) kano.Response {
	return kano.Response{Respondent: rapport.ID(fmt.Sprintf("c%03d", i)), Feature: feature, Functional: f, Dysfunctional: d}
}

func same(t require.TestingT, want, got any, why string) {
	require.Empty(t, cmp.Diff(want, got, cmpopts.IgnoreUnexported(kano.Feature{})), why)
}

func TestMissingAnswers(t *testing.T) {
	responses := []kano.Response{
		said(1, "a", kano.Like, kano.Dislike), said(2, "a", kano.Like, kano.Missing), said(3, "a", kano.Missing, kano.Missing),
		said(1, "b", kano.Missing, kano.Like),
	}
	responses[0].Importance, responses[1].Importance = 9, 1
	a := analyze(t, responses, nil)
	f := a.Feature("a")
	require.Equal(t, []int{3, 2, 1}, []int{f.Rows, f.Skipped, f.N})
	require.Equal(t, kano.Counts{O: 1}, f.Counts)
	require.Equal(t, rapport.Estimate{Value: 9, N: 1}, f.Importance, "without the row that was skipped")
	require.Equal(t, rapport.Estimate{Value: 4, N: 1}, f.Continuous.Functional)
	require.Zero(t, f.Continuous.FunctionalSD, "one customer does not vary")
	require.Equal(t, rapport.Ratio{Num: 36, Den: 9, N: 1}, f.Continuous.ImportantFunctional)

	f = a.Feature("b")
	require.Equal(t, []int{1, 1, 0}, []int{f.Rows, f.Skipped, f.N})
	require.Equal(t, kano.None, f.Category)
	require.Zero(t, f.Profile)
	require.Zero(t, f.Importance)
	require.Equal(t, kano.Continuous{}, f.Continuous)
	_, ok := f.Share(kano.MustBe).Value()
	require.False(t, ok)
	_, err := f.Curve()
	require.Error(t, err)
	require.Nil(t, a.Feature("c"))

	_, err = kano.Analyze(t.Context(), nil, nil)
	require.ErrorIs(t, err, kano.ErrNoResponses)
}

// A category travels with what it rests on, and without any number that could be taken
// for an index.
func TestAttributes(t *testing.T) {
	a := analyze(t, []kano.Response{said(1, "b", kano.Like, kano.Neutral), said(1, "a", kano.Like, kano.Missing)}, &kano.Options{Table: kano.Pouliot, Rule: kano.Priority})
	text, err := json.Marshal(a.Attributes())
	require.NoError(t, err)
	require.Equal(t, `[{"feature":"a","category":"","table":"pouliot","rule":"priority","n":0},{"feature":"b","category":"A","table":"pouliot","rule":"priority","n":1}]`, string(text))
	var back []kano.Attribute
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, a.Attributes(), back)
}

func TestResponsesRefused(t *testing.T) {
	good := said(1, "a", kano.Like, kano.Dislike)
	change := func(f func(*kano.Response)) kano.Response {
		r := good
		r.Respondent = "x"
		f(&r)
		return r
	}
	weighted := &kano.Options{Weighted: true}
	first := good
	first.Weight = 1
	for _, c := range []struct {
		bad     kano.Response
		options *kano.Options
		field   string
		message string
	}{
		{change(func(r *kano.Response) { r.Functional = 6 }), nil, "functional", `kano: row 1: functional 6 of "x" to "a": not an answer of the table`},
		{change(func(r *kano.Response) { r.Dysfunctional = 255 }), nil, "dysfunctional", `kano: row 1: dysfunctional 255 of "x" to "a": not an answer of the table`},
		{change(func(r *kano.Response) { r.Functional = kano.Expect }), &kano.Options{Table: kano.Short}, "functional", `kano: row 1: functional 2 of "x" to "a": not an answer of the table`},
		{change(func(r *kano.Response) { r.Importance = 10 }), nil, "importance", `kano: row 1: importance 10 of "x" to "a": out of range`},
		{change(func(r *kano.Response) { r.Importance = -1 }), nil, "importance", `kano: row 1: importance -1 of "x" to "a": out of range`},
		{change(func(r *kano.Response) { r.Feature = "" }), nil, "feature", `kano: row 1: feature: rapport: id "": empty`},
		{change(func(r *kano.Response) { r.Respondent = "a\n" }), nil, "respondent", `kano: row 1: respondent: rapport: id "a\n": control character`},
		{change(func(r *kano.Response) { r.Respondent = good.Respondent }), nil, "respondent", `kano: row 1: respondent "c001" has an answer to "a" in row 0 already`},
		{change(func(r *kano.Response) { r.Weight = 2 }), nil, "weight", `kano: row 1: weight 2 of "x" to "a": weight without Options.Weighted`},
		{change(func(r *kano.Response) {}), weighted, "weight", `kano: row 1: weight 0 of "x" to "a": out of range`},
		{change(func(r *kano.Response) { r.Weight = -1 }), weighted, "weight", `kano: row 1: weight -1 of "x" to "a": out of range`},
		{change(func(r *kano.Response) { r.Weight = math.NaN() }), weighted, "weight", `kano: row 1: weight NaN of "x" to "a": out of range`},
		{change(func(r *kano.Response) { r.Weight = 5e-324 }), weighted, "weight", `kano: row 1: weight 5e-324 of "x" to "a": out of range`},
	} {
		rows := []kano.Response{good, c.bad}
		if c.options == weighted {
			rows[0] = first
		}
		_, err := kano.Analyze(t.Context(), kano.Rows(rows), c.options)
		var bad *kano.RowError
		require.ErrorAs(t, err, &bad, c.message)
		require.Equal(t, c.field, bad.Field)
		require.Equal(t, 1, bad.Row)
		require.EqualError(t, err, c.message)
	}
}

func TestOptionsRefused(t *testing.T) {
	for field, o := range map[string]*kano.Options{"Table": {Table: 3}, "Rule": {Rule: 3}, "Coding": {Coding: 2}, "Level": {Level: 1}} {
		_, err := kano.Analyze(t.Context(), nil, o)
		var bad *kano.OptionError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, field, bad.Field)
		_, err = kano.AnalyzePeriods(t.Context(), nil, nil, o)
		require.ErrorAs(t, err, &bad)
	}
}

func TestStreamsThatEndEarly(t *testing.T) {
	broken := errors.New("broken")
	_, err := kano.Analyze(t.Context(), func(yield func(kano.Response, error) bool) {
		_ = yield(said(1, "a", kano.Like, kano.Like), nil) && yield(kano.Response{}, broken)
	}, nil)
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "kano: row 1: stream: broken")

	ctx, cancel := context.WithCancel(t.Context())
	rows := 0
	_, err = kano.Analyze(ctx, func(yield func(kano.Response, error) bool) {
		for ; yield(said(rows, "a", kano.Like, kano.Like), nil); rows++ {
			if rows == 3000 {
				cancel()
			}
		}
	}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, rows, 5000)
	_, err = kano.Analyze(ctx, nil, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func drawResponses(t *rapid.T, weighted bool) []kano.Response {
	n := rapid.IntRange(1, 40).Draw(t, "n")
	answer := rapid.Map(rapid.IntRange(0, 5), func(i int) kano.Answer { return kano.Answer(i) })
	var responses []kano.Response
	for i := range n {
		r := said(i, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "feature"), answer.Draw(t, "functional"), answer.Draw(t, "dysfunctional"))
		r.Importance = rapid.IntRange(0, 9).Draw(t, "importance")
		r.At = time.Date(2026, 1, 1+rapid.IntRange(0, 9).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		if weighted {
			r.Weight = rapid.OneOf(rapid.Float64Range(0.1, 3), rapid.SampledFrom([]float64{kano.MinWeight, kano.MaxWeight, 1, 0.1, 0.2, 0.3})).Draw(t, "weight")
		}
		responses = append(responses, r)
	}
	return responses
}

func shuffled(t *rapid.T, responses []kano.Response) []kano.Response {
	other := append([]kano.Response(nil), responses...)
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	random.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	return other
}

func checkFeature(t require.TestingT, f *kano.Feature) {
	require.Equal(t, float64(f.N), f.Counts.Sum())
	require.Equal(t, f.Rows, f.N+f.Skipped)
	c := f.Continuous
	for _, e := range []rapport.Estimate{f.Better, f.Worse, f.Importance, c.Functional, c.Dysfunctional, c.FunctionalSD, c.DysfunctionalSD} {
		require.NoError(t, e.Validate())
	}
	for _, r := range []rapport.Ratio{f.CategoryStrength, f.TotalStrength, c.ImportantFunctional, f.Share(kano.Reverse)} {
		require.NoError(t, r.Validate())
	}
	for _, v := range []float64{f.Equality.Statistic, f.Equality.P, f.Fong.Difference, f.Fong.Threshold, f.EffectiveN} {
		require.True(t, v >= 0 && !math.IsInf(v, 0), "%v", v)
	}
	require.Equal(t, f.N > 0, f.Category != kano.None)
	require.Equal(t, f.Better.N, f.Worse.N)
	if f.Better.HasValue() {
		require.True(t, 0 <= f.Better.Low && f.Better.Low <= f.Better.Value && f.Better.Value <= f.Better.High && f.Better.High <= 1)
		require.True(t, -1 <= f.Worse.Low && f.Worse.Low <= f.Worse.Value && f.Worse.Value <= f.Worse.High && f.Worse.High <= 0)
		if f.Category <= kano.Attractive {
			_, err := f.Curve()
			require.NoError(t, err)
		}
	}
}

// Figures are finite and consistent for any answers, and in any order.
func TestAnalysisOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &kano.Options{
			Weighted: rapid.Bool().Draw(t, "weighted"), Table: rapid.SampledFrom([]kano.Table{kano.Berger, kano.Pouliot}).Draw(t, "table"),
			Rule: rapid.SampledFrom([]kano.Rule{kano.Mode, kano.Priority, kano.Majority}).Draw(t, "rule"),
		}
		responses := drawResponses(t, o.Weighted)
		a := analyze(t, responses, o)
		for i := range a.Features {
			checkFeature(t, &a.Features[i])
		}
		require.Empty(t, cmp.Diff(a, analyze(t, shuffled(t, responses), o), cmp.AllowUnexported(kano.Feature{}), cmp.Exporter(everything)))
	})
}

// A customer of weight 2 counts as two of weight 1 do in every share and mean, and
// weights that are all equal change nothing but the sums of weights.
func TestWeights(t *testing.T) {
	near := cmp.Options{cmpopts.IgnoreUnexported(kano.Feature{}), cmpopts.EquateApprox(1e-9, 1e-9)}
	rapid.Check(t, func(t *rapid.T) {
		plain := drawResponses(t, false)
		var single, doubled []kano.Response
		for i, r := range plain {
			r.Weight = 1
			twin := r
			if rapid.Bool().Draw(t, "twice") {
				twin.Respondent += "-twin"
				doubled = append(doubled, twin)
				single = append(single, r)
				single[i].Weight = 2
			} else {
				single = append(single, r)
			}
			doubled = append(doubled, r)
		}
		one := analyze(t, single, &kano.Options{Weighted: true})
		two := analyze(t, doubled, &kano.Options{Weighted: true})
		for i := range one.Features {
			f, g := &one.Features[i], &two.Features[i]
			require.Equal(t, g.Counts, f.Weighted)
			require.Equal(t, g.Verdicts, f.Verdicts)
			for _, pair := range [][2]float64{
				{f.Better.Value, g.Better.Value}, {f.Worse.Value, g.Worse.Value}, {f.Importance.Value, g.Importance.Value},
				{f.TotalStrength.Num, g.TotalStrength.Num}, {f.TotalStrength.Den, g.TotalStrength.Den}, {f.CategoryStrength.Num, g.CategoryStrength.Num},
				{f.Continuous.Functional.Value, g.Continuous.Functional.Value}, {f.Continuous.ImportantFunctional.Num, g.Continuous.ImportantFunctional.Num},
			} {
				require.InDelta(t, pair[1], pair[0], 1e-12)
			}
			require.LessOrEqual(t, f.EffectiveN, float64(f.N))
		}

		weight := rapid.SampledFrom([]float64{1, 2, 0.1, 1e9, 1e-9, 0.7}).Draw(t, "weight")
		equal := append([]kano.Response(nil), plain...)
		for i := range equal {
			equal[i].Weight = weight
		}
		want, got := analyze(t, plain, nil), analyze(t, equal, &kano.Options{Weighted: true})
		for i := range want.Features {
			f, g := want.Features[i], got.Features[i]
			for _, ratio := range []*rapport.Ratio{&g.CategoryStrength, &g.TotalStrength, &g.Continuous.ImportantFunctional, &g.Continuous.ImportantDysfunctional} {
				ratio.Num, ratio.Den = ratio.Num/weight, ratio.Den/weight
			}
			g.Weighted = f.Weighted
			// Whether a difference reaches the threshold is for rounding to say where they are equal.
			if math.Abs(f.Fong.Difference-f.Fong.Threshold) < 1e-9 {
				g.Fong.Significant = f.Fong.Significant
			}
			require.Empty(t, cmp.Diff(f, g, near))
		}
	})
}

func TestWeightsOfEffectiveSize(t *testing.T) {
	r := []kano.Response{said(1, "a", kano.Like, kano.Dislike), said(2, "a", kano.Neutral, kano.Neutral), said(3, "a", kano.Like, kano.Like)}
	r[0].Weight, r[1].Weight, r[2].Weight = 3, 1, 2
	f := analyze(t, r, &kano.Options{Weighted: true}).Feature("a")
	require.InEpsilon(t, 36.0/14, f.EffectiveN, 1e-15, "(3+1+2)²/(9+1+4)")
	require.InEpsilon(t, 0.75, f.Better.Value, 1e-15)
	require.InEpsilon(t, math.Sqrt(0.75*0.25/1.6), f.Better.SE, 1e-14, "of 16/10 effective answers without Q")
	require.Equal(t, 2, f.Better.N)
	require.Equal(t, rapport.Ratio{Num: 2, Den: 6, N: 3}, f.Share(kano.Questionable))
}
