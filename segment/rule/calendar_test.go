package rule

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	require.NoError(t, err)
	return l
}

// Days that clocks make odd: they begin late, not at all, or twice.
func TestDaysBegin(t *testing.T) {
	for _, c := range []struct {
		zone string
		day  int64
		want string
	}{
		{"Asia/Shanghai", dayOf(2024, 3, 10), "2024-03-09T16:00:00Z"},
		{"Europe/Zurich", dayOf(2024, 3, 31), "2024-03-30T23:00:00Z"},
		{"Europe/Zurich", dayOf(2024, 4, 1), "2024-03-31T22:00:00Z"},         // after 23 hours
		{"America/Sao_Paulo", dayOf(2018, 11, 4), "2018-11-04T03:00:00Z"},    // 00:00 does not exist: it begins at 01:00
		{"America/Sao_Paulo", dayOf(2018, 2, 18), "2018-02-18T03:00:00Z"},    // 00:00 comes after 23:00 came twice
		{"Pacific/Apia", dayOf(2011, 12, 30), "2011-12-30T10:00:00Z"},        // there was no such day
		{"Pacific/Apia", dayOf(2011, 12, 31), "2011-12-30T10:00:00Z"},        // so the next began then
		{"America/St_Johns", dayOf(2010, 3, 14), "2010-03-14T03:30:00Z"},     // 00:01 goes to 01:01
		{"America/Toronto", dayOf(1919, 3, 31), "1919-03-31T04:30:00Z"},      // 23:30 went to 00:30
		{"Asia/Amman", dayOf(1997, 9, 19), "1997-09-18T21:00:00Z"},           // 00:00 came again an hour later
		{"America/St_Johns", dayOf(2010, 11, 7), "2010-11-07T02:30:00Z"},     // so did 00:00, after 00:01 went to 23:01
		{"America/Scoresbysund", dayOf(2024, 3, 31), "2024-03-31T01:00:00Z"}, // 23:00 went to 00:00 and beyond, by two hours
	} {
		got := newCalendar(location(t, c.zone)).start(c.day)
		require.Equal(t, c.want, instant(got).Format(time.RFC3339Nano), "%s %s", c.zone, span{c.day, c.day})
	}
}

// Days cover the line of time: each begins no later than the next, and an instant is in
// the day whose beginning is the last up to it.
func TestDaysCoverTime(t *testing.T) {
	zones := []string{"UTC", "Asia/Shanghai", "Europe/Zurich", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns",
		"America/Toronto", "Africa/Cairo", "Asia/Tehran", "Asia/Kolkata", "Australia/Lord_Howe", "America/Scoresbysund"}
	rapid.Check(t, func(t *rapid.T) {
		l, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		c := newCalendar(l)
		day := rapid.Int64Range(dayOf(1890, 1, 1), dayOf(2060, 1, 1)).Draw(t, "day")
		start, next := c.start(day), c.start(day+1)
		require.LessOrEqual(t, start, next)
		at := start + rapid.Int64Range(-int64(2*time.Hour), int64(26*time.Hour)).Draw(t, "off")
		for _, at := range []int64{at, start, next - 1, before(start)} {
			d := c.day(at)
			require.LessOrEqual(t, c.start(d), at)
			require.Less(t, at, c.start(d+1))
		}
	})
}

// A night with two midnights: at 00:01 the clocks went back to 23:01.
func TestDaysNeverGoBack(t *testing.T) {
	c := newCalendar(location(t, "America/St_Johns"))
	last := int64(0)
	for at := time.Date(2010, 11, 7, 2, 0, 0, 0, time.UTC); at.Hour() < 5; at = at.Add(30 * time.Second) {
		day := c.day(at.UnixNano())
		require.LessOrEqual(t, c.start(day), at.UnixNano())
		require.Less(t, at.UnixNano(), c.start(day+1))
		require.GreaterOrEqual(t, day, last)
		last = day
	}
	require.Equal(t, dayOf(2010, 11, 7), last)
}

// A window holds an event exactly from its time to its end, whichever way one looks:
// forward from the event or back from the clock.
func TestWindowEndsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Zurich", "America/Sao_Paulo", "Pacific/Apia"}).Draw(t, "zone"))
		require.NoError(t, err)
		c := newCalendar(l)
		w := rapid.SampledFrom([]Window{For(90 * time.Minute), For(72 * time.Hour), Days(1), Days(30), Months(1), Months(12), Months(2_400)}).Draw(t, "window")
		at := rapid.Int64Range(dayOf(1990, 1, 1), dayOf(2030, 1, 1)).Draw(t, "day")*int64(24*time.Hour) + rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "time")
		end := w.end(c, at)
		require.Greater(t, end, at)
		if end == never {
			return
		}
		for _, now := range []int64{at, end - 1, end, (at + end) / 2} {
			require.Equal(t, now < end, at > w.after(c, now, c.day(now)), "%v at %v as of %v", w, instant(at), instant(now))
		}
	})
}

func TestWindowBorders(t *testing.T) {
	at := time.Date(2024, 1, 31, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		window Window
		end    string
	}{
		{For(24 * time.Hour), "2024-02-01T15:00:00Z"},
		{Days(1), "2024-02-01T00:00:00Z"},
		{Days(30), "2024-03-01T00:00:00Z"},
		{Months(1), "2024-02-29T00:00:00Z"}, // the last day of February stands for the 31st
		{Months(2), "2024-03-31T00:00:00Z"},
		{Months(13), "2025-02-28T00:00:00Z"},
	} {
		require.Equal(t, c.end, instant(c.window.end(newCalendar(nil), at.UnixNano())).Format(time.RFC3339), "%v", c.window)
	}
	require.Equal(t, int64(never), Ever().end(newCalendar(nil), at.UnixNano()))
	require.Equal(t, int64(never), For(maxLength).end(newCalendar(nil), time.Date(2249, 12, 31, 0, 0, 0, 0, time.UTC).UnixNano()))
	for _, w := range []Window{For(0), For(-1), For(maxLength + 1), Days(0), Days(-3), Days(maxDays + 1), Months(0), Months(maxMonths + 1)} {
		require.False(t, w.valid())
	}
}

func TestThresholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		test := rapid.SampledFrom([]string{testEqual, testNotEqual, testGreater, testAtLeast, testLess, testAtMost, testBetween, testIn, testNotIn}).Draw(t, "test")
		bounds := rapid.SliceOfN(rapid.Int64Range(-6, 6), 1, 12).Draw(t, "bounds")
		switch test {
		case testIn, testNotIn:
		case testBetween:
			bounds = []int64{bounds[0], bounds[0] + 2}
		default:
			bounds = bounds[:1]
		}
		plain := func(v int64) bool {
			switch test {
			case testEqual:
				return v == bounds[0]
			case testNotEqual:
				return v != bounds[0]
			case testGreater:
				return v > bounds[0]
			case testAtLeast:
				return v >= bounds[0]
			case testLess:
				return v < bounds[0]
			case testAtMost:
				return v <= bounds[0]
			case testBetween:
				return bounds[0] <= v && v <= bounds[1]
			}
			return slices.Contains(bounds, v) == (test == testIn)
		}
		got := newThresholds(test, bounds)
		for v := int64(-9); v <= 9; v++ {
			require.Equal(t, plain(v), got.holds(v))
			if cut, ok := got.above(v); ok {
				require.Greater(t, cut, v)
				require.NotEqual(t, got.holds(cut-1), got.holds(cut))
				require.Equal(t, got.holds(v), got.holds(cut-1))
			}
			if cut, ok := got.upTo(v); ok {
				require.LessOrEqual(t, cut, v)
				require.Equal(t, got.holds(v), got.holds(cut))
			}
		}
	})
}

func TestOrdinalsKeepTheOrder(t *testing.T) {
	list := []float64{-math.MaxFloat64, -1, -math.SmallestNonzeroFloat64, 0, math.SmallestNonzeroFloat64, 0.1, 1, math.MaxFloat64}
	for i, n := range list {
		require.Equal(t, n, number(ordinal(n)))
		require.Greater(t, ordinal(n), int64(missing))
		if i > 0 {
			require.Less(t, ordinal(list[i-1]), ordinal(n))
		}
	}
	require.Equal(t, ordinal(0), ordinal(math.Copysign(0, -1)))
}

// Sums and means are those of whole numbers without end.
func TestSumsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-maxMinor+1, maxMinor-1), rapid.Int64Range(-9, 9)), 1, 12).Draw(t, "amounts")
		var all total
		want := new(big.Int)
		for _, v := range list {
			all.add(&event{amount: v})
			want.Add(want, big.NewInt(v))
		}
		got := new(big.Int).Lsh(big.NewInt(all.Sum.high), 64)
		require.Zero(t, want.Cmp(got.Add(got, new(big.Int).SetUint64(all.Sum.low))))
		require.True(t, all.possible())
		near := want
		if !want.IsInt64() {
			near = new(big.Int).Mul(big.NewInt(math.MaxInt64), big.NewInt(int64(want.Sign())))
		}
		require.Equal(t, near.Int64(), all.Sum.near())
		// Twice the mean compares to an even number as the mean does to its half.
		half := all.Sum.halves(all.Count)
		bound := rapid.Int64Range(-9, 9).Draw(t, "near") + half/2
		require.Equal(t, want.Cmp(new(big.Int).Mul(big.NewInt(bound), big.NewInt(all.Count))),
			big.NewInt(half).Cmp(new(big.Int).Mul(big.NewInt(bound), big.NewInt(2))))
	})
}

// Sums beyond 64 bits compare as what they are.
func TestSumsOverflowToTheEnds(t *testing.T) {
	var up, down sum
	for range 3 {
		up, down = up.add(maxMinor-1), down.add(1-maxMinor)
	}
	require.Equal(t, int64(math.MaxInt64), up.near())
	require.Equal(t, int64(math.MinInt64+1), down.near())
	require.Equal(t, int64(2*(maxMinor-1)), up.halves(3))
	require.Equal(t, int64(-2*(maxMinor-1)), down.halves(3))
}

func TestAnniversaries(t *testing.T) {
	leap := dayOf(2020, 2, 29)
	for _, c := range []struct {
		day, today, want int64
	}{
		{dayOf(1980, 6, 19), dayOf(2024, 6, 19), 0},
		{dayOf(1980, 6, 19), dayOf(2024, 6, 20), 364},
		{dayOf(2024, 6, 19), dayOf(2024, 6, 19), 365}, // the day itself is no anniversary
		{dayOf(2024, 6, 19), dayOf(2024, 6, 1), 383},  // nor is a day that is to come
		{leap, dayOf(2021, 2, 28), 1},                 // kept on 1 March
		{leap, dayOf(2024, 2, 28), 1},                 // on the day in leap years
		{dayOf(1980, 1, 2), dayOf(2023, 12, 30), 3},
	} {
		require.Equal(t, c.want, daysToAnniversary(c.day, c.today), "%v as of %v", span{c.day, c.day}, span{c.today, c.today})
	}
	require.Equal(t, int64(0), fullYears(leap, dayOf(2021, 2, 28)))
	require.Equal(t, int64(1), fullYears(leap, dayOf(2021, 3, 1)))
}
