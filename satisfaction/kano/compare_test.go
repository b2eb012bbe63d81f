package kano_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// everything lets cmp look into all types.
func everything(reflect.Type) bool { return true }

// group makes responses to one feature of so many customers in each category.
func group(feature string, first int, at time.Time, c kano.Counts) []kano.Response {
	var responses []kano.Response
	for category, pair := range map[kano.Category][2]kano.Answer{
		kano.MustBe: {kano.Neutral, kano.Dislike}, kano.OneDimensional: {kano.Like, kano.Dislike}, kano.Attractive: {kano.Like, kano.Neutral},
		kano.Indifferent: {kano.Neutral, kano.Neutral}, kano.Reverse: {kano.Dislike, kano.Neutral}, kano.Questionable: {kano.Like, kano.Like},
	} {
		for range int(c.Of(category)) {
			r := said(first+len(responses), feature, pair[0], pair[1])
			r.At = at
			responses = append(responses, r)
		}
	}
	return responses
}

// 56 of 70 and 48 of 80 are Newcombe's example (1998, table II): 0.0524 to 0.3339. The
// 2×2 table is of M and I alone, so its statistic is 150·(56·32 − 14·48)²/(104·46·70·80).
func TestCompareTwo(t *testing.T) {
	north := analyze(t, group("a", 0, time.Time{}, kano.Counts{M: 48, I: 32}), nil)
	south := analyze(t, append(group("a", 0, time.Time{}, kano.Counts{M: 56, I: 14}), group("b", 0, time.Time{}, kano.Counts{R: 2})...), nil)
	got, err := kano.Compare(kano.Segment{Name: "north", Analysis: north}, kano.Segment{Name: "south", Analysis: south})
	require.NoError(t, err)
	require.Len(t, got, 2)
	a := got[0]
	require.Equal(t, "a", a.Feature)
	require.Equal(t, []kano.Category{kano.MustBe, kano.MustBe}, a.Categories)
	pair := a.Pairs[0]
	require.Equal(t, "north", pair.First)
	require.Equal(t, "south", pair.Second)
	require.InDelta(t, -0.2, pair.Worse.Value, 1e-15, "the south misses it more")
	require.InDelta(t, -0.3339, pair.Worse.Low, 6e-5)
	require.InDelta(t, -0.0524, pair.Worse.High, 6e-5)
	require.Equal(t, 150, pair.Worse.N)
	require.NoError(t, pair.Worse.Validate())
	require.InDelta(t, 0, pair.Better.Value, 1e-15)
	require.InEpsilon(t, 150.0*1120*1120/(104*46*70*80), a.Test.Statistic, 1e-12)
	require.Equal(t, 1, a.Test.DF)
	require.InEpsilon(t, 70*46/150.0, a.Test.SmallestExpected, 1e-12)
	require.Equal(t, a.Test, pair.Test)
	require.False(t, a.Test.Small())
	require.Equal(t, kano.Steady, pair.Direction())

	b := got[1]
	require.Equal(t, []kano.Category{kano.None, kano.Reverse}, b.Categories)
	require.Zero(t, b.Test, "the north was not asked")
	require.Zero(t, b.Pairs[0].Better)
	require.Equal(t, kano.Unknown, b.Pairs[0].Direction())
}

// Three groups of ten in two categories: 8, 5 and 2 against 5 expected, (9 + 0 + 9)/5
// twice, is 7.2 with two degrees of freedom: e^−3.6.
func TestCompareThree(t *testing.T) {
	var segments []kano.Segment
	for name, c := range map[string]kano.Counts{"x": {A: 8, Q: 2}, "y": {A: 5, Q: 5}, "z": {A: 2, Q: 8}} {
		segments = append(segments, kano.Segment{Name: name, Analysis: analyze(t, group("a", 0, time.Time{}, c), nil)})
	}
	got, err := kano.Compare(segments...)
	require.NoError(t, err)
	require.InEpsilon(t, 7.2, got[0].Test.Statistic, 1e-13)
	require.Equal(t, 2, got[0].Test.DF)
	require.InEpsilon(t, 0.02732372244729256, got[0].Test.P, 1e-12)
	require.Equal(t, 30, got[0].Test.N)
	require.Len(t, got[0].Pairs, 3)

	few, err := kano.Compare(segments[0], kano.Segment{Name: "few", Analysis: analyze(t, group("a", 0, time.Time{}, kano.Counts{A: 1}), nil)})
	require.NoError(t, err)
	require.True(t, few[0].Test.Small())
	alike, err := kano.Compare(kano.Segment{Name: "1", Analysis: analyze(t, group("a", 0, time.Time{}, kano.Counts{A: 3}), nil)},
		kano.Segment{Name: "2", Analysis: analyze(t, group("a", 0, time.Time{}, kano.Counts{A: 9}), nil)})
	require.NoError(t, err)
	require.Zero(t, alike[0].Test, "all in one category: nothing to test")
}

func TestSegmentsRefused(t *testing.T) {
	_, err := kano.Compare(kano.Segment{Name: "first"}, kano.Segment{Name: "second"})
	require.EqualError(t, err, `kano: compare: segment "first": analysis: none`)

	responses := group("a", 0, time.Time{}, kano.Counts{A: 3})
	one := kano.Segment{Name: "one", Analysis: analyze(t, responses, nil)}
	other := func(o *kano.Options) kano.Segment {
		return kano.Segment{Name: "other", Analysis: analyze(t, responses, o)}
	}
	for message, segments := range map[string][]kano.Segment{
		"kano: compare: segments: want two or more":                      {one},
		`kano: compare: segment "one": name: twice`:                      {one, one},
		`kano: compare: segment "two": analysis: none`:                   {one, {Name: "two"}},
		`kano: compare: segment "other": table: differs from the first`:  {one, other(&kano.Options{Table: kano.Pouliot})},
		`kano: compare: segment "other": rule: differs from the first`:   {one, other(&kano.Options{Rule: kano.Majority})},
		`kano: compare: segment "other": coding: differs from the first`: {one, other(&kano.Options{Coding: kano.Narrow})},
		`kano: compare: segment "other": level: differs from the first`:  {one, other(&kano.Options{Level: 0.9})},
	} {
		_, err := kano.Compare(segments...)
		var refused *kano.SegmentError
		require.ErrorAs(t, err, &refused)
		require.EqualError(t, err, message)
	}
}

func years(from, to int) []rapport.Interval {
	var periods []rapport.Interval
	for year := from; year <= to; year++ {
		i, err := rapport.NewInterval(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			panic(err)
		}
		periods = append(periods, i)
	}
	return periods
}

// The life of a feature: it delights, is asked for, and is taken for granted.
func TestPeriods(t *testing.T) {
	at := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	var responses []kano.Response
	for year, c := range map[int]kano.Counts{
		2022: {A: 60, O: 20, I: 20}, 2023: {A: 30, O: 50, M: 10, I: 10}, 2024: {A: 10, O: 30, M: 50, I: 10}, 2020: {A: 1},
	} {
		responses = append(responses, group("app", 0, at(year), c)...)
	}
	responses = append(responses, group("queue", 0, at(2022), kano.Counts{R: 3})...)
	responses = append(responses, group("queue", 0, at(2024), kano.Counts{I: 3})...)
	trend, err := kano.AnalyzePeriods(t.Context(), kano.Rows(responses), years(2022, 2024), nil)
	require.NoError(t, err)
	require.Equal(t, 1, trend.Outside)
	require.Len(t, trend.Periods, 3)
	require.Equal(t, 100, trend.Periods[1].Analysis.Feature("app").N)

	app := trend.Tracks[0]
	require.Equal(t, []kano.Category{kano.Attractive, kano.OneDimensional, kano.MustBe}, app.Categories)
	require.Len(t, app.Changes, 2)
	for _, change := range app.Changes {
		require.Equal(t, kano.Maturing, change.Direction())
		require.Less(t, change.Test.P, 1e-6)
		require.Less(t, change.Worse.High, 0.0, "it is missed more")
	}
	require.InDelta(t, 0.4-0.8, app.Overall.Better.Value, 1e-15)
	require.InDelta(t, -0.8+0.2, app.Overall.Worse.Value, 1e-15)

	queue := trend.Tracks[1]
	require.Equal(t, []kano.Category{kano.Reverse, kano.None, kano.Indifferent}, queue.Categories)
	require.Equal(t, kano.Unknown, queue.Changes[0].Direction())
	require.Equal(t, kano.Elsewhere, queue.Overall.Direction())
	require.True(t, queue.Overall.Test.Small())
	require.Equal(t, kano.Receding, kano.Difference{From: kano.MustBe, To: kano.Attractive}.Direction())
	require.Equal(t, "receding", kano.Receding.String())
}

func TestPeriodsRefused(t *testing.T) {
	good := years(2022, 2024)
	for name, periods := range map[string][]rapport.Interval{
		"none": nil, "one": good[:1], "turned": {good[1], good[0]}, "twice": {good[0], good[0]}, "overlapping": {{}, good[0]},
	} {
		_, err := kano.AnalyzePeriods(t.Context(), nil, periods, nil)
		var refused *kano.OptionError
		require.ErrorAs(t, err, &refused, name)
		require.Equal(t, "Periods", refused.Field)
	}
	_, err := kano.AnalyzePeriods(t.Context(), nil, good, nil)
	require.ErrorIs(t, err, kano.ErrNoResponses)
	_, err = kano.AnalyzePeriods(t.Context(), kano.Rows(group("a", 0, time.Time{}, kano.Counts{A: 1})), good, nil)
	require.EqualError(t, err, `kano: row 0: at of "c000" to "a": no date`)
	stray := group("a", 0, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), kano.Counts{A: 1})
	_, err = kano.AnalyzePeriods(t.Context(), kano.Rows(stray), good, nil)
	require.ErrorIs(t, err, kano.ErrNoResponses)
	stray[0].Functional = 7
	_, err = kano.AnalyzePeriods(t.Context(), kano.Rows(stray), good, nil)
	require.Error(t, err, "what is in no period is checked all the same")
}

// Comparisons are finite for any answers and weights, and each period is what Analyze
// makes of it.
func TestDifferencesOfAnything(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	first, err := rapport.NewInterval(time.Time{}, day(4))
	require.NoError(t, err)
	second, err := rapport.NewInterval(day(4), day(10))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		o := &kano.Options{Weighted: rapid.Bool().Draw(t, "weighted")}
		responses := drawResponses(t, o.Weighted)
		trend, err := kano.AnalyzePeriods(t.Context(), kano.Rows(responses), []rapport.Interval{first, second}, o)
		if err != nil {
			require.ErrorIs(t, err, kano.ErrNoResponses)
			return
		}
		var early []kano.Response
		for _, r := range responses {
			if first.Contains(r.At) {
				early = append(early, r)
			}
		}
		if len(early) > 0 {
			same(t, analyze(t, early, o), trend.Periods[0].Analysis, "the first period")
		}
		for _, track := range trend.Tracks {
			d := track.Overall
			require.Equal(t, d, track.Changes[0])
			require.NoError(t, d.Better.Validate())
			require.NoError(t, d.Worse.Validate())
			require.True(t, d.Test.P >= 0 && d.Test.P <= 1 && d.Test.Statistic >= 0 && d.Test.SmallestExpected >= 0, "%+v", d.Test)
		}
	})
}
