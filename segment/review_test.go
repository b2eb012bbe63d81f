package segment_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment"
)

func kinds(changes []segment.Change) string {
	var list []string
	for _, c := range changes {
		list = append(list, string(c.Kind))
	}
	return strings.Join(list, " ")
}

// walk reviews a member with the values, one a review date, and writes what happened.
func walk(t *testing.T, l *segment.Ladder, m segment.Membership, values ...float64) (segment.Membership, []string) {
	t.Helper()
	var told []string
	for _, value := range values {
		at, err := l.NextReview(m)
		require.NoError(t, err)
		next, changes, err := l.Review(m, value, at)
		require.NoError(t, err)
		told = append(told, strings.TrimSpace(next.Level+" "+kinds(changes)))
		m = next
	}
	return m, told
}

func join(t require.TestingT, l *segment.Ladder, level string) segment.Membership {
	m, err := l.Join(level, date("2020-01-01"))
	require.NoError(t, err)
	return m
}

func TestReviews(t *testing.T) {
	for name, tc := range map[string]struct {
		options segment.LadderOptions
		level   string
		values  []float64
		want    []string
	}{
		"second review": {segment.LadderOptions{Reviews: 2}, "", []float64{10_500, 9_000, 7_500, 7_600},
			[]string{"gold promoted", "gold", "gold warned", "silver demoted"}},
		"not in a row": {segment.LadderOptions{Reviews: 2}, "gold", []float64{7_999, 8_000, 7_999, 7_999},
			[]string{"gold warned", "gold recovered", "gold warned", "silver demoted"}},
		"one step": {segment.LadderOptions{}, "platinum", []float64{0, 0, 0},
			[]string{"gold demoted", "silver demoted", "silver"}},
		"each level has its own reviews": {segment.LadderOptions{Reviews: 2}, "platinum", []float64{0, 0, 0, 0},
			[]string{"platinum warned", "gold demoted", "gold warned", "silver demoted"}},
		"two up at once": {segment.LadderOptions{}, "", []float64{30_000}, []string{"platinum promoted"}},
		"grace": {segment.LadderOptions{GraceDays: 59, ReviewMonths: 1}, "gold", []float64{0, 0, 0},
			[]string{"gold warned", "gold warned", "silver demoted"}}, // 1 February, 1 March (29 days), 1 April (60)
		"grace or reviews": {segment.LadderOptions{GraceDays: 59, Reviews: 2, ReviewMonths: 1}, "gold", []float64{0, 0},
			[]string{"gold warned", "silver demoted"}},
		"new levels are safe": {segment.LadderOptions{KeepMonths: 14}, "", []float64{12_000, 0, 0},
			[]string{"gold promoted", "gold spared", "silver demoted"}},
		"losses": {segment.LadderOptions{}, "gold", []float64{-5}, []string{"silver demoted"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := ladder(t, &tc.options)
			_, told := walk(t, l, join(t, l, tc.level), tc.values...)
			require.Empty(t, cmp.Diff(tc.want, told))
		})
	}
}

func TestChangesSayWhy(t *testing.T) {
	l := ladder(t, &segment.LadderOptions{Reviews: 2})
	m := join(t, l, "gold")
	m, _, err := l.Review(m, 7_500, date("2021-01-01"))
	require.NoError(t, err)
	_, changes, err := l.Review(m, 7_600, date("2022-01-01"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]segment.Change{
		{Kind: segment.Demoted, At: date("2022-01-01"), From: "gold", To: "silver", Value: 7_600, Limit: 8_000, Below: 2},
	}, changes))
}

func TestObserve(t *testing.T) {
	atOnce, atReview := ladder(t, nil), ladder(t, &segment.LadderOptions{Promotion: segment.PromoteAtReview})
	m := join(t, atOnce, "")
	up, changes, err := atOnce.Observe(m, 10_000, date("2020-05-01"))
	require.NoError(t, err)
	require.Equal(t, "gold promoted", up.Level+" "+kinds(changes))
	require.Equal(t, "silver", m.Level, "what was given stays as it was")
	same, changes, err := atOnce.Observe(up, 0, date("2020-05-02"))
	require.NoError(t, err)
	require.Empty(t, changes)
	require.Empty(t, cmp.Diff(up, same), "a level is not lost between reviews")
	same, changes, err = atReview.Observe(m, 50_000, date("2020-05-02"))
	require.NoError(t, err)
	require.Empty(t, changes)
	require.Equal(t, "silver", same.Level)
}

func override(from, until string) segment.Override {
	return segment.Override{At: date(from), Until: date(until), By: "clerk-7", Reason: "parental leave"}
}

func TestHolds(t *testing.T) {
	l := ladder(t, nil)
	gold := join(t, l, "gold")

	m, changes, err := l.Protect(gold, override("2020-06-01", "2021-06-01"))
	require.NoError(t, err)
	require.Equal(t, "protected", kinds(changes))
	require.Equal(t, "clerk-7", string(changes[0].Override.By))
	_, told := walk(t, l, m, 0, 0)
	require.Equal(t, []string{"gold spared", "silver hold_ended demoted"}, told)
	_, told = walk(t, l, m, 40_000)
	require.Equal(t, []string{"platinum promoted"}, told)

	m, changes, err = l.Pin(join(t, l, ""), "platinum", override("2020-06-01", "2022-06-01"))
	require.NoError(t, err)
	require.Equal(t, "pinned", kinds(changes))
	last, told := walk(t, l, m, 0, 0, 0, 0)
	require.Equal(t, []string{"platinum", "platinum", "gold hold_ended demoted", "silver demoted"}, told)
	require.Equal(t, "joined pinned demoted demoted", kinds(last.History))

	m, _, err = l.Pin(gold, "silver", override("2020-06-01", "2021-06-01"))
	require.NoError(t, err)
	_, told = walk(t, l, m, 40_000, 40_000)
	require.Equal(t, []string{"silver", "platinum hold_ended promoted"}, told)
	_, changes, err = l.Pin(gold, "gold", override("2020-06-01", "2021-06-01"))
	require.NoError(t, err)
	require.Equal(t, "pinned", kinds(changes))

	free, changes, err := l.Release(m, segment.Override{At: date("2020-07-01"), By: "clerk-8", Reason: "appeal"})
	require.NoError(t, err)
	require.Equal(t, "hold_ended", kinds(changes))
	require.Equal(t, "appeal", changes[0].Override.Reason)
	require.Nil(t, free.Hold)
	_, _, err = l.Release(free, override("2020-08-01", "2020-08-02"))
	require.ErrorContains(t, err, "none to release")

	for field, wrong := range map[string]segment.Override{
		"at":     {Until: date("2021-01-01"), By: "x", Reason: "r"},
		"until":  {At: date("2021-01-01"), Until: date("2021-01-01"), By: "x", Reason: "r"},
		"by":     {At: date("2021-01-01"), Until: date("2021-01-02"), Reason: "r"},
		"reason": {At: date("2021-01-01"), Until: date("2021-01-02"), By: "x", Reason: " "},
	} {
		same, _, err := l.Protect(gold, wrong)
		got, ok := errors.AsType[*segment.MembershipError](err)
		require.True(t, ok, field)
		require.Equal(t, field, got.Field)
		require.Empty(t, cmp.Diff(gold, same))
	}
	_, _, err = l.Pin(gold, "tin", override("2020-06-01", "2021-06-01"))
	require.ErrorContains(t, err, `"tin"`)
}

func TestProgress(t *testing.T) {
	l := ladder(t, &segment.LadderOptions{Reviews: 2})
	m := join(t, l, "gold")
	for _, tc := range []struct {
		value float64
		want  segment.Progress
	}{
		{9_000, segment.Progress{Level: "gold", Next: "platinum", ToNext: 21_000, Review: date("2021-01-01")}},
		{31_000, segment.Progress{Level: "gold", Next: "platinum", Review: date("2021-01-01")}},
		{7_000, segment.Progress{Level: "gold", Next: "platinum", ToNext: 23_000, ToKeep: 1_000, Review: date("2021-01-01"), LostAt: date("2022-01-01")}},
	} {
		got, err := l.Progress(m, tc.value, date("2020-10-01"))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(tc.want, got))
	}
	top, err := l.Progress(join(t, l, "platinum"), 50_000, date("2020-10-01"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(segment.Progress{Level: "platinum", Review: date("2021-01-01")}, top))
	low, err := l.Progress(join(t, l, ""), -1, date("2021-01-01"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(segment.Progress{Level: "silver", Next: "gold", ToNext: 10_001, Review: date("2021-01-01")}, low))
}

func TestReviewRefusals(t *testing.T) {
	l := ladder(t, nil)
	m, _, err := l.Review(join(t, l, "gold"), 9_000, date("2021-01-01"))
	require.NoError(t, err)
	broken := func(change func(*segment.Membership)) segment.Membership {
		b := m
		change(&b)
		return b
	}
	for name, tc := range map[string]struct {
		m     segment.Membership
		value float64
		at    time.Time
		field string
	}{
		"NaN":          {m, math.NaN(), date("2022-01-01"), "value"},
		"infinite":     {m, math.Inf(-1), date("2022-01-01"), "value"},
		"twice":        {m, 1, date("2021-01-01"), "at"},
		"backwards":    {m, 1, date("2020-06-01"), "at"},
		"early":        {m, 1, date("2021-12-31"), "at"},
		"no time":      {join(t, l, ""), 1, time.Time{}, "at"},
		"zero":         {segment.Membership{}, 1, date("2022-01-01"), "level"},
		"other ladder": {broken(func(b *segment.Membership) { b.Level = "tin" }), 1, date("2022-01-01"), "level"},
		"by hand":      {broken(func(b *segment.Membership) { b.Level = "platinum" }), 1, date("2022-01-01"), "history"},
		"no history":   {broken(func(b *segment.Membership) { b.History = nil }), 1, date("2022-01-01"), "history"},
		"count":        {broken(func(b *segment.Membership) { b.Below = -1 }), 1, date("2022-01-01"), "below"},
		"no date":      {broken(func(b *segment.Membership) { b.Below = 1 }), 1, date("2022-01-01"), "below"},
	} {
		t.Run(name, func(t *testing.T) {
			same, changes, err := l.Review(tc.m, tc.value, tc.at)
			got, ok := errors.AsType[*segment.MembershipError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.field, got.Field)
			require.Nil(t, changes)
			require.Empty(t, cmp.Diff(tc.m, same))
		})
	}
	_, err = l.Join("tin", date("2020-01-01"))
	require.Error(t, err)
	_, err = l.Join("", time.Time{})
	require.Error(t, err)
	_, err = l.NextReview(segment.Membership{})
	require.Error(t, err)
}

func TestMembershipJSON(t *testing.T) {
	l := ladder(t, &segment.LadderOptions{Reviews: 2, KeepMonths: 1})
	m := join(t, l, "gold")
	m, _, err := l.Review(m, 1, date("2021-01-01"))
	require.NoError(t, err)
	m, _, err = l.Protect(m, override("2021-02-01", "2022-02-01"))
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"level":"gold","since":"2020-01-01T00:00:00Z","joined":"2020-01-01T00:00:00Z","last_review":"2021-01-01T00:00:00Z",`+
		`"below":1,"below_since":"2021-01-01T00:00:00Z","hold":{"pinned":false,"at":"2021-02-01T00:00:00Z","until":"2022-02-01T00:00:00Z","by":"clerk-7","reason":"parental leave"},`+
		`"history":[{"kind":"joined","at":"2020-01-01T00:00:00Z","to":"gold"}]}`, string(text))
	var read segment.Membership
	require.NoError(t, json.Unmarshal(text, &read))
	require.Empty(t, cmp.Diff(m, read))
	for _, wrong := range []string{
		strings.Replace(string(text), `"format":1`, `"format":9`, 1),
		strings.Replace(string(text), `"kind":"joined"`, `"kind":"promoted"`, 1),
		strings.Replace(string(text), `"below":1`, `"below":-1`, 1),
		strings.Replace(string(text), `"below":1`, `"under":1`, 1),
		strings.Replace(string(text), `"below":1`, `"below":0`, 1),
		strings.Replace(string(text), `"below_since":"2021-01-01T00:00:00Z",`, ``, 1),
	} {
		require.Error(t, read.UnmarshalJSON([]byte(wrong)))
		require.Empty(t, cmp.Diff(m, read))
	}
}

// A value between the limits never changes a level; a review takes one step down at
// most; the history leads to where the member stands; and the same inputs again, some
// of the way by way of JSON, give the same.
func TestLadderProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		options := segment.LadderOptions{
			Reviews: rapid.IntRange(0, 3).Draw(r, "reviews"), GraceDays: rapid.SampledFrom([]int{0, 40, 400}).Draw(r, "grace"),
			KeepMonths: rapid.IntRange(0, 5).Draw(r, "keep"), ReviewMonths: rapid.IntRange(1, 5).Draw(r, "months"),
		}
		l := ladder(r, &options)
		m := join(r, l, rapid.SampledFrom([]string{"", "gold", "platinum"}).Draw(r, "level"))
		replayed := m
		place := map[string]int{"silver": 0, "gold": 1, "platinum": 2}
		between := map[string][2]float64{"silver": {-1e6, 9_999}, "gold": {8_000, 29_999}, "platinum": {25_000, 1e6}}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			at, err := l.NextReview(m)
			require.NoError(r, err)
			before := m
			value := rapid.SampledFrom([]float64{-1, 0, 7_999, 8_000, 9_999, 10_000, 24_999, 25_000, 29_999, 30_000, 1e6}).Draw(r, "value")
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				limits := between[m.Level]
				value = rapid.Float64Range(limits[0], limits[1]).Draw(r, "between")
				m, _, err = l.Review(m, value, at)
				require.NoError(r, err)
				require.Equal(r, before.Level, m.Level, "%v flaps", value)
				replayed, _, err = l.Review(replayed, value, at)
			case 1:
				by := segment.Override{At: at, Until: at.AddDate(0, 5, 0), By: "x", Reason: "r"}
				level := rapid.SampledFrom([]string{"silver", "gold", "platinum"}).Draw(r, "pin")
				m, _, err = l.Pin(m, level, by)
				require.NoError(r, err)
				replayed, _, err = l.Pin(replayed, level, by)
			case 2:
				m, _, err = l.Observe(m, value, at)
				require.NoError(r, err)
				require.GreaterOrEqual(r, place[m.Level], place[before.Level])
				replayed, _, err = l.Observe(replayed, value, at)
			default:
				progress, err2 := l.Progress(m, value, at)
				require.NoError(r, err2)
				if !progress.LostAt.IsZero() {
					requireLostAt(r, l, m, value, progress)
				}
				m, _, err = l.Review(m, value, at)
				require.NoError(r, err)
				require.GreaterOrEqual(r, place[m.Level], place[before.Level]-1)
				replayed, _, err = l.Review(replayed, value, at)
			}
			require.NoError(r, err)
			text, err := json.Marshal(replayed)
			require.NoError(r, err)
			replayed = segment.Membership{}
			require.NoError(r, json.Unmarshal(text, &replayed))
		}
		require.Empty(r, cmp.Diff(m, replayed))
		at, ok := m.Levels().At(m.Since)
		require.True(r, ok)
		require.Equal(r, m.Level, at)
	})
}

// requireLostAt walks on with the same value until the level is lost.
func requireLostAt(r *rapid.T, l *segment.Ladder, m segment.Membership, value float64, progress segment.Progress) {
	for level := m.Level; m.Level == level; {
		at, err := l.NextReview(m)
		require.NoError(r, err)
		require.False(r, at.After(progress.LostAt), "still %s at %v", m.Level, at)
		m, _, err = l.Review(m, value, at)
		require.NoError(r, err)
	}
	require.Equal(r, progress.LostAt, m.LastReview)
}

func BenchmarkReview(b *testing.B) {
	l := ladder(b, &segment.LadderOptions{Reviews: 2})
	m := join(b, l, "gold")
	at, err := l.NextReview(m)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := l.Review(m, 9_000, at); err != nil {
			b.Fatal(err)
		}
	}
}
