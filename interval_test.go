package rapport_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
)

func day(d int) time.Time { return time.Date(2024, 1, d, 0, 0, 0, 0, time.UTC) }

func between(t testing.TB, start, end time.Time) rapport.Interval {
	t.Helper()
	i, err := rapport.NewInterval(start, end)
	require.NoError(t, err)
	return i
}

func TestIntervalIsHalfOpen(t *testing.T) {
	i := between(t, day(1), day(3))
	for _, test := range []struct {
		at     time.Time
		inside bool
	}{
		{day(1).Add(-1), false}, {day(1), true}, {day(2), true}, {day(3).Add(-1), true}, {day(3), false},
	} {
		require.Equal(t, test.inside, i.Contains(test.at), "%v in %v", test.at, i)
	}
	require.Equal(t, []time.Time{day(1), day(3)}, []time.Time{i.Start(), i.End()})
	require.True(t, rapport.Interval{}.Contains(day(1)))
	require.True(t, rapport.Interval{}.Contains(time.Time{}))
	require.True(t, between(t, time.Time{}, day(1)).Contains(day(1).AddDate(-2000, 0, 0)))
}

func TestIntervalIsKeptInUTC(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	now := time.Now() // carries a monotonic reading
	require.Equal(t, between(t, now, time.Time{}), between(t, now.Round(0), time.Time{}))
	require.True(t, between(t, day(1), day(2)) == between(t, day(1).In(shanghai), day(2).In(shanghai)))
	require.Equal(t, "2024-01-01T00:00:00Z/..", between(t, day(1).In(shanghai), time.Time{}).String())
}

func TestIntervalRefuses(t *testing.T) {
	for _, test := range []struct{ start, end time.Time }{
		{day(2), day(1)},
		{day(1), day(1)},
		{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), day(1)},
		{day(1), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{day(1), time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -5*3600))},
	} {
		_, err := rapport.NewInterval(test.start, test.end)
		var refused *rapport.IntervalError
		require.ErrorAs(t, err, &refused, "%v to %v", test.start, test.end)
	}
}

func TestParseInterval(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"../..", "../.."},
		{"2024-01-01T00:00:00Z/..", "2024-01-01T00:00:00Z/.."},
		{"../2024-01-01T00:00:00.5Z", "../2024-01-01T00:00:00.5Z"},
		{"2024-01-01T08:00:00+08:00/2024-01-02T00:00:00.000Z", "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"},
		{"0001-01-01T00:00:00.000000001Z/9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00.000000001Z/9999-12-31T23:59:59.999999999Z"},
	} {
		i, err := rapport.ParseInterval(test.text)
		require.NoError(t, err, "input %q", test.text)
		require.Equal(t, test.want, i.String(), "input %q", test.text)
		require.Equal(t, i, rapport.MustInterval(test.want))
	}
	for _, text := range []string{
		"", "/", "..", "../", "/..", "../../..", "2024-01-01/2024-02-01", "2024-01-01T00:00:00/..",
		"2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z/2024-01-01T00:00:00Z",
		"0001-01-01T00:00:00Z/..", "../0001-01-01T00:00:00Z", "2024-13-01T00:00:00Z/..", "2024-01-01T24:00:00Z/..",
		"2024-01-01T00:00:00.0000000001Z/..", "0000-06-01T00:00:00Z/..", "9999-12-31T23:59:59-05:00/..",
		" 2024-01-01T00:00:00Z/..", "2024-01-01T00:00:00Z / ..", strings.Repeat("2", 1<<16) + "/..",
	} {
		_, err := rapport.ParseInterval(text)
		var refused *rapport.IntervalError
		require.ErrorAs(t, err, &refused, "input %q", text)
		require.Less(t, len(err.Error()), 400, "a message stays readable")
		require.Panics(t, func() { rapport.MustInterval(text) })
	}
	kept := rapport.MustInterval("2024-01-01T00:00:00Z/..")
	require.Error(t, json.Unmarshal([]byte(`"../x"`), &kept))
	require.Equal(t, "2024-01-01T00:00:00Z/..", kept.String(), "an error changes nothing")
}

func TestIntervalIntersect(t *testing.T) {
	open := time.Time{}
	for _, test := range []struct {
		name                 string
		aFrom, aTo, bFrom    time.Time
		bTo, wantFrom, wanTo time.Time
		ok                   bool
	}{
		{"overlap", day(1), day(3), day(2), day(4), day(2), day(3), true},
		{"inside", day(1), day(9), day(2), day(4), day(2), day(4), true},
		{"touch", day(1), day(2), day(2), day(3), open, open, false},
		{"apart", day(1), day(2), day(3), day(4), open, open, false},
		{"open ends", day(1), open, day(3), open, day(3), open, true},
		{"open starts", open, day(5), open, day(3), open, day(3), true},
		{"facing open sides", day(1), open, open, day(3), day(1), day(3), true},
		{"open sides away", day(3), open, open, day(3), open, open, false},
		{"everything", open, open, day(1), day(2), day(1), day(2), true},
		{"all open", open, open, open, open, open, open, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := between(t, test.aFrom, test.aTo), between(t, test.bFrom, test.bTo)
			want := rapport.Interval{}
			if test.ok {
				want = between(t, test.wantFrom, test.wanTo)
			}
			for _, pair := range [][2]rapport.Interval{{a, b}, {b, a}} {
				got, ok := pair[0].Intersect(pair[1])
				require.Equal(t, test.ok, ok)
				require.Equal(t, want, got)
				require.Equal(t, test.ok, pair[0].Overlaps(pair[1]))
			}
		})
	}
}

func TestIntervalDuration(t *testing.T) {
	d, ok := between(t, day(1), day(2)).Duration()
	require.True(t, ok)
	require.Equal(t, 24*time.Hour, d)
	for _, text := range []string{"../..", "2024-01-01T00:00:00Z/..", "../2024-01-01T00:00:00Z"} {
		d, ok := rapport.MustInterval(text).Duration()
		require.False(t, ok, text)
		require.Zero(t, d)
	}
	_, ok = rapport.MustInterval("1000-01-01T00:00:00Z/2000-01-01T00:00:00Z").Duration()
	require.False(t, ok, "1000 years do not fit")
}

func TestIntervalCompare(t *testing.T) {
	ordered := []rapport.Interval{
		rapport.MustInterval("../2024-01-01T00:00:00Z"),
		rapport.MustInterval("../2024-01-02T00:00:00Z"),
		rapport.MustInterval("../.."),
		rapport.MustInterval("2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"),
		rapport.MustInterval("2024-01-01T00:00:00Z/2024-01-03T00:00:00Z"),
		rapport.MustInterval("2024-01-01T00:00:00Z/.."),
		rapport.MustInterval("2024-01-02T00:00:00Z/2024-01-03T00:00:00Z"),
	}
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			require.Equal(t, want, a.Compare(b), "%v against %v", a, b)
		}
	}
}

func drawInterval(t *rapid.T, name string) rapport.Interval {
	side := rapid.OneOf(
		rapid.Just(time.Time{}),
		rapid.Custom(func(t *rapid.T) time.Time {
			return time.Unix(rapid.Int64Range(-1000, 1000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		}),
	)
	i, err := rapport.NewInterval(side.Draw(t, name+" start"), side.Draw(t, name+" end"))
	if err != nil {
		t.Skip("not an interval")
	}
	return i
}

func TestIntervalProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawInterval(t, "a"), drawInterval(t, "b")
		written, err := json.Marshal(a)
		require.NoError(t, err)
		var back rapport.Interval
		require.NoError(t, json.Unmarshal(written, &back))
		require.True(t, a == back, "%v reads back as %v", a, back)

		at := time.Unix(rapid.Int64Range(-1000, 1000).Draw(t, "at"), 0)
		both, ok := a.Intersect(b)
		require.Equal(t, a.Contains(at) && b.Contains(at), ok && both.Contains(at))
		require.Equal(t, a.Compare(b), -b.Compare(a))
		require.Equal(t, a == b, a.Compare(b) == 0)
	})
}

func FuzzParseInterval(f *testing.F) {
	for _, seed := range []string{
		"../..", "2024-01-01T00:00:00Z/..", "2024-01-01T00:00:00Z/2024-02-01T00:00:00.123456789+08:00", "", "/",
		"0001-01-01T00:00:00Z/..", "9999-12-31T23:59:59.999999999-23:59/..", "2024-02-30T00:00:00Z/..",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		i, err := rapport.ParseInterval(text)
		if err != nil {
			return
		}
		back, err := rapport.ParseInterval(i.String())
		require.NoError(t, err, "input %q, written %q", text, i)
		require.True(t, i == back, "input %q", text)
		require.Equal(t, i.String(), back.String())
	})
}
