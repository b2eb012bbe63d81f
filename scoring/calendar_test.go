package scoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

func TestDaysAreThoseOfTheLocation(t *testing.T) {
	utc := func(y int, m time.Month, d, h, min int) time.Time { return time.Date(y, m, d, h, min, 0, 0, time.UTC) }
	shanghai, newYork := location(t, "Asia/Shanghai"), location(t, "America/New_York")
	for _, c := range []struct {
		name      string
		loc       *time.Location
		instants  []time.Time
		until     time.Time
		x         int
		recency   float64
		age       float64
		untilDate string
	}{
		{"one evening in UTC is two days in Shanghai", shanghai,
			[]time.Time{utc(2025, 3, 1, 15, 59), utc(2025, 3, 1, 16, 0)}, time.Time{}, 1, 1, 1, "2025-03-02"},
		{"and one day in UTC", nil,
			[]time.Time{utc(2025, 3, 1, 15, 59), utc(2025, 3, 1, 16, 0)}, time.Time{}, 0, 0, 0, "2025-03-01"},
		// Clocks went forward on 9 March 2025 and back on 2 November: those days
		// have 23 and 25 hours and count as one each.
		{"spring in New York", newYork,
			[]time.Time{time.Date(2025, 3, 8, 23, 30, 0, 0, newYork), time.Date(2025, 3, 10, 0, 30, 0, 0, newYork)},
			time.Date(2025, 3, 10, 0, 0, 0, 0, newYork), 1, 2, 2, "2025-03-10"},
		{"the short day is one date", newYork,
			[]time.Time{utc(2025, 3, 9, 5, 0), utc(2025, 3, 10, 3, 59)}, time.Time{}, 0, 0, 0, "2025-03-09"},
		{"autumn in New York", newYork,
			[]time.Time{time.Date(2025, 11, 1, 23, 30, 0, 0, newYork), time.Date(2025, 11, 3, 0, 30, 0, 0, newYork)},
			time.Date(2025, 11, 3, 23, 59, 0, 0, newYork), 1, 2, 2, "2025-11-03"},
		{"the long day is one date", newYork,
			[]time.Time{utc(2025, 11, 2, 4, 0), utc(2025, 11, 3, 4, 59)}, time.Time{}, 0, 0, 0, "2025-11-02"},
		{"until is inclusive", nil,
			[]time.Time{utc(2025, 3, 1, 0, 0), utc(2025, 3, 31, 23, 59)}, utc(2025, 3, 31, 0, 0), 1, 30, 30, "2025-03-31"},
		{"before 1970", nil,
			[]time.Time{utc(1969, 12, 30, 23, 59), utc(1970, 1, 2, 0, 0)}, time.Time{}, 1, 3, 3, "1970-01-02"},
		{"from the first day of the calendar to the last", nil,
			[]time.Time{utc(1, 1, 1, 0, 1), utc(9999, 12, 31, 23, 59)}, time.Time{}, 1, 3652058, 3652058, "9999-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := make([]scoring.Purchase, len(c.instants))
			for i, at := range c.instants {
				rows[i] = scoring.Purchase{Customer: "a", At: at, Amount: 100}
			}
			s, err := scoring.Summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Day, Location: c.loc, Until: c.until})
			require.NoError(t, err)
			_, got := s.At(0)
			require.Equal(t, c.x, got.X, "x of %v", got)
			require.InDelta(t, c.recency, got.TX, 0, "t_x of %v", got)
			require.InDelta(t, c.age, got.T, 0, "T of %v", got)
			require.Equal(t, c.untilDate+" 00:00", s.Until().Format("2006-01-02 15:04"))
		})
	}
}

// TestDaysAgreeWithTheCalendar compares the day count with that of package time
// for instants of all ages and zones with many changes of the clock.
func TestDaysAgreeWithTheCalendar(t *testing.T) {
	names := []string{"UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"}
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(names).Draw(t, "location"))
		var rows []scoring.Purchase
		dates := make(map[string]bool)
		for range rapid.IntRange(2, 20).Draw(t, "rows") {
			const from, to = -3_000_000_000, 6_000_000_000 // years 1874 to 2160
			at := time.Unix(rapid.Int64Range(from, to).Draw(t, "at"), 0)
			rows = append(rows, scoring.Purchase{Customer: "a", At: at, Amount: 100})
			dates[at.In(loc).Format(time.DateOnly)] = true
		}
		s, err := scoring.Summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Day, Location: loc})
		require.NoError(t, err)
		first, last := "9999-12-31", "0001-01-01"
		for date := range dates {
			first, last = min(first, date), max(last, date)
		}
		_, got := s.At(0)
		require.Equal(t, len(dates)-1, got.X)
		require.InDelta(t, day(last).Sub(day(first)).Hours()/24, got.TX, 0)
	})
}

// TestUntilIsTheFirstInstantOfItsDay takes days that begin when clocks are
// changed: time.Date gives 23:00 of the day before for the first three.
func TestUntilIsTheFirstInstantOfItsDay(t *testing.T) {
	for _, c := range []struct{ zone, date, want string }{
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04 01:00:00 -0200"},
		{"America/Havana", "2025-03-09", "2025-03-09 01:00:00 -0400"},
		{"America/Santiago", "2025-09-07", "2025-09-07 01:00:00 -0300"},
		{"Asia/Beirut", "2025-03-30", "2025-03-30 01:00:00 +0300"},
		{"America/Havana", "2025-11-02", "2025-11-02 00:00:00 -0400"}, // midnight twice
		{"Asia/Amman", "2021-10-29", "2021-10-29 00:00:00 +0300"},     // midnight twice
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18 00:00:00 -0300"},
		{"Asia/Shanghai", "2025-03-30", "2025-03-30 00:00:00 +0800"},
	} {
		loc := location(t, c.zone)
		noon, err := time.ParseInLocation("2006-01-02 15", c.date+" 12", loc)
		require.NoError(t, err)
		for name, summarize := range ways() {
			rows := []scoring.Purchase{{Customer: "a", At: noon, Amount: 100}}
			s, err := summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Day, Location: loc})
			require.NoError(t, err)
			require.Equal(t, c.want, s.Until().Format("2006-01-02 15:04:05 -0700"), "%s in %s", name, c.zone)
			_, err = summarize(t.Context(), stream(rows), scoring.Window{Unit: rapport.Day, Location: loc, Until: noon.AddDate(0, 0, -1)})
			require.ErrorContains(t, err, "before the first row, "+c.date, "%s in %s", name, c.zone)
		}
	}
}
