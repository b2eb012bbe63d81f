package pipeline_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

func office(t testing.TB, location *time.Location, options *pipeline.CalendarOptions) *pipeline.Calendar {
	t.Helper()
	c, err := pipeline.NewCalendar(location, pipeline.WorkWeek(pipeline.MustHours("13:00-18:00"), pipeline.MustHours("09:00-12:00")), options)
	require.NoError(t, err)
	return c
}

func TestNewCalendarRefuses(t *testing.T) {
	nine := pipeline.WorkWeek(pipeline.MustHours("09:00-17:00"))
	date := pipeline.MustDate("2026-10-01")
	for _, c := range []struct {
		location *time.Location
		week     pipeline.WeekHours
		options  pipeline.CalendarOptions
		want     pipeline.CalendarError
	}{
		{week: pipeline.WeekHours{}, want: pipeline.CalendarError{Reason: "no opening hour"}},
		{week: nine, options: pipeline.CalendarOptions{First: pipeline.MustDate("2026-11-21"), Last: pipeline.MustDate("2026-11-22")},
			want: pipeline.CalendarError{Reason: "no opening hour"}},
		{week: pipeline.WorkWeek(pipeline.Hours{}), want: pipeline.CalendarError{Day: "Monday", Reason: "a zero Hours"}},
		{week: pipeline.WeekHours{time.Saturday: {pipeline.MustHours("09:00-12:01"), pipeline.MustHours("12:00-13:00")}},
			want: pipeline.CalendarError{Day: "Saturday", Reason: "opening hours overlap: 09:00-12:01 and 12:00-13:00"}},
		{week: nine, options: pipeline.CalendarOptions{Holidays: []pipeline.Date{{}}}, want: pipeline.CalendarError{Reason: "not a date"}},
		{week: nine, options: pipeline.CalendarOptions{Holidays: []pipeline.Date{{Year: math.MaxInt, Month: 2, Day: 30}}},
			want: pipeline.CalendarError{Day: "9223372036854775807-02-30", Reason: "not a date"}},
		{week: nine, options: pipeline.CalendarOptions{Holidays: []pipeline.Date{date}, Special: []pipeline.SpecialDay{{Date: date}}},
			want: pipeline.CalendarError{Day: "2026-10-01", Reason: "special twice, or special and a holiday"}},
		{week: nine, options: pipeline.CalendarOptions{Holidays: []pipeline.Date{date}, Last: pipeline.MustDate("2026-09-30")},
			want: pipeline.CalendarError{Day: "2026-10-01", Reason: "outside the calendar, 0001-01-02 to 2026-09-30"}},
		{week: nine, options: pipeline.CalendarOptions{First: date, Last: pipeline.MustDate("2026-09-30")},
			want: pipeline.CalendarError{Day: "2026-09-30", Reason: "last day is before the first, 2026-10-01"}},
		{week: nine, options: pipeline.CalendarOptions{First: pipeline.MustDate("0001-01-01")},
			want: pipeline.CalendarError{Day: "0001-01-01", Reason: "limit is not a date from 0001-01-02 to 9999-12-30"}},
		{week: nine, location: time.FixedZone("far", math.MaxInt), want: pipeline.CalendarError{Reason: "zone 9223372036854775807 seconds from UTC, more than a day"}},
	} {
		_, err := pipeline.NewCalendar(c.location, c.week, &c.options)
		var bad *pipeline.CalendarError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, c.want, *bad)
	}
}

func TestCalendarEnds(t *testing.T) {
	c := office(t, nil, &pipeline.CalendarOptions{
		First: pipeline.MustDate("2026-01-01"), Last: pipeline.MustDate("2026-12-31"),
		Holidays: []pipeline.Date{pipeline.MustDate("2026-01-01"), pipeline.MustDate("2026-01-01")},
	})
	at := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC) // a Thursday
	end, err := c.Add(at, time.Hour)
	require.NoError(t, err)
	require.Equal(t, at.Add(time.Hour), end)
	start, err := c.Add(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), -time.Hour) // from outside
	require.NoError(t, err)
	require.Equal(t, at, start)
	require.Zero(t, c.Between(at.Add(time.Hour), at.AddDate(9, 0, 0)))
	require.True(t, c.Covers(at))
	require.False(t, c.Covers(at.Add(7*time.Hour)))

	for want, search := range map[string]func() (time.Time, error){
		"1h0m0.000000001s of working time": func() (time.Time, error) { return c.Add(at, time.Hour+1) },
		"-10000h0m0s of working time":      func() (time.Time, error) { return c.Add(at, -10000*time.Hour) },
		"an opening hour":                  func() (time.Time, error) { return c.NextOpen(at.Add(time.Hour)) },
		"+1 working days":                  func() (time.Time, error) { return c.AddDays(at, 1) },
		"-260 working days":                func() (time.Time, error) { return c.AddDays(at, -260) },
	} {
		got, err := search()
		var ended *pipeline.CalendarEndError
		require.ErrorAs(t, err, &ended)
		require.Equal(t, want, ended.Want)
		require.Equal(t, "2026-12-31", ended.Last.String())
		require.True(t, got.IsZero())
	}
	for _, n := range []int{math.MaxInt, math.MinInt} {
		for _, calendar := range []*pipeline.Calendar{c, nil} {
			_, err = calendar.AddDays(at, n)
			require.ErrorAs(t, err, new(*pipeline.CalendarEndError))
		}
	}
	first, err := c.AddDays(at, -259)
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 1, 2, 17, 0, 0, 0, time.UTC), first)
}

// The hours that clocks skip or show twice in Berlin, on 30 March and 26 October 2025.
func TestCalendarClockChanges(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	c, err := pipeline.NewCalendar(berlin, pipeline.WeekHours{time.Saturday: {pipeline.MustHours("01:00-04:00")}, time.Sunday: {pipeline.MustHours("01:00-04:00")}}, nil)
	require.NoError(t, err)
	midnight := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 0, 0, 0, 0, berlin) }
	require.Equal(t, 2*time.Hour, c.Between(midnight(3, 30), midnight(3, 31)))
	require.Equal(t, 4*time.Hour, c.Between(midnight(10, 26), midnight(10, 27)))
	require.Equal(t, 1, c.WorkingDays(midnight(3, 30), midnight(3, 31)))

	skipped, err := c.AddDays(midnight(3, 29).Add(150*time.Minute), 1)
	require.NoError(t, err)
	require.Equal(t, "2025-03-30T03:30:00+02:00", skipped.Format(time.RFC3339))
	twice, err := c.AddDays(midnight(10, 25).Add(150*time.Minute), 1)
	require.NoError(t, err)
	require.Equal(t, "2025-10-26T02:30:00+02:00", twice.Format(time.RFC3339))

	// December 31 of a leap year past the zone's table of changes.
	far, err := pipeline.NewCalendar(berlin, pipeline.WorkWeek(pipeline.MustHours("00:00-24:00")), nil)
	require.NoError(t, err)
	require.Equal(t, 261*24*time.Hour, far.Between(time.Date(2048, 6, 1, 0, 0, 0, 0, berlin), time.Date(2049, 6, 1, 0, 0, 0, 0, berlin)))
}

// Back over a change of the clocks that package time hides.
func TestCalendarHiddenChange(t *testing.T) {
	moved := movedZone(t)
	c := office(t, moved, nil)
	for day := 1; day <= 31; day++ {
		to := time.Date(2010, 3, day, 10, 0, 0, 0, moved)
		from := time.Date(2010, 2, 1, 9, 0, 0, 0, moved)
		got, err := c.Add(to, -c.Between(from, to))
		require.NoError(t, err)
		require.Equal(t, from, got)
	}
}

func TestNilCalendar(t *testing.T) {
	var c *pipeline.Calendar
	at := time.Date(2024, 2, 28, 23, 0, 0, 0, time.UTC)
	require.True(t, c.Open(at))
	require.True(t, c.Covers(at))
	next, err := c.AddDays(at, 2)
	require.NoError(t, err)
	require.Equal(t, time.Date(2024, 3, 1, 23, 0, 0, 0, time.UTC), next)
	require.Equal(t, 2, c.WorkingDays(at, next))
	require.Equal(t, 48*time.Hour, c.Between(at, next))
	_, err = c.Add(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), 24*time.Hour)
	require.ErrorAs(t, err, new(*pipeline.CalendarEndError))
}

func TestHoursText(t *testing.T) {
	for _, text := range []string{"00:00-24:00", "09:00-17:30", "23:59-24:00"} {
		require.Equal(t, text, pipeline.MustHours(text).String())
	}
	for _, text := range []string{"", "9:00-17:00", "09:00-24:01", "09:60-10:00", "22:00-06:00", "09:00-09:00", "09:00 17:00", "ab:cd-ef:gh", "99:99-99:99"} {
		_, err := pipeline.ParseHours(text)
		require.ErrorAs(t, err, new(*pipeline.HoursError), text)
	}
	for _, text := range []string{"", "2026-02-29", "2026-1-01", "0000-01-01", "10000-01-01", "2026-01-01T00:00:00Z"} {
		_, err := pipeline.ParseDate(text)
		require.ErrorAs(t, err, new(*pipeline.DateError), text)
	}
}

// Havana sets its clocks from 00:00 to 01:00: the day before ends then, not an hour earlier.
func TestDeadlineWhereMidnightIsSkipped(t *testing.T) {
	c, err := pipeline.NewCalendar(zone(t, "America/Havana"), pipeline.WorkWeek(pipeline.MustHours("09:00-17:00")), nil)
	require.NoError(t, err)
	d := shortSale().Definition()
	d.Fields = []pipeline.Field{{ID: "tender", Kind: pipeline.DateField}}
	d.Transitions[0].Gate.Deadlines = []pipeline.Deadline{{Field: "tender"}}
	m, err := pipeline.Compile(d, &pipeline.Options{Calendar: c})
	require.NoError(t, err)
	for date, end := range map[string]string{"2026-03-06": "2026-03-07T05:00:00Z", "2026-03-07": "2026-03-08T05:00:00Z", "2026-03-08": "2026-03-09T04:00:00Z", "9999-12-31": ""} {
		tender := pipeline.Input{Data: pipeline.Values{"tender": pipeline.Day(pipeline.MustDate(date))}}
		p, _, err := m.Open(tender, day("2026-03-01"))
		require.NoError(t, err)
		over := day("2026-04-01")
		if end != "" {
			over, err = time.Parse(time.RFC3339, end)
			require.NoError(t, err)
			_, _, err = m.Fire(p, "bid", tender, over)
			require.ErrorAs(t, err, new(*pipeline.DeadlineError), date)
		}
		_, _, err = m.Fire(p, "bid", tender, over.Add(-time.Nanosecond))
		require.NoError(t, err, date)
	}
}
