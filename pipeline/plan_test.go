package pipeline_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// midday is in the middle of a day in the zone of weekdays.
func midday(text string) time.Time { return day(text).Add(4 * time.Hour) }

func TestSettleDay(t *testing.T) {
	type carries = []pipeline.Carry
	d := pipeline.MustDate
	for name, c := range map[string]struct {
		due, done, day string
		want           string
		carries        carries
		times          int
	}{
		"done":                      {"2026-03-05", "2026-03-05", "2026-03-05", "2026-03-05", nil, 0},
		"done before":               {"2026-03-05", "2026-03-02", "2026-03-05", "2026-03-05", nil, 0},
		"not yet due":               {"2026-03-06", "", "2026-03-05", "2026-03-06", nil, 0},
		"open":                      {"2026-03-05", "", "2026-03-05", "2026-03-06", carries{{d("2026-03-05"), d("2026-03-06"), 1}}, 1},
		"over a weekend":            {"2026-03-06", "", "2026-03-06", "2026-03-09", carries{{d("2026-03-06"), d("2026-03-09"), 1}}, 1},
		"settled on Sunday":         {"2026-03-06", "", "2026-03-08", "2026-03-09", carries{{d("2026-03-06"), d("2026-03-09"), 1}}, 1},
		"due on Saturday":           {"2026-03-07", "", "2026-03-07", "2026-03-09", carries{{d("2026-03-07"), d("2026-03-09"), 1}}, 1},
		"two weeks at once":         {"2026-03-02", "", "2026-03-13", "2026-03-16", carries{{d("2026-03-02"), d("2026-03-16"), 10}}, 10},
		"done two days late":        {"2026-03-02", "2026-03-04", "2026-03-13", "2026-03-04", carries{{d("2026-03-02"), d("2026-03-04"), 2}}, 2},
		"done on Sunday for Monday": {"2026-03-06", "2026-03-08", "2026-03-13", "2026-03-09", carries{{d("2026-03-06"), d("2026-03-09"), 1}}, 1},
	} {
		a := pipeline.Activity{ID: "a", Owner: "o", Due: d(c.due)}
		if c.done != "" {
			a.DoneAt = midday(c.done)
		}
		list, err := pipeline.SettleDay([]pipeline.Activity{a}, d(c.day), weekdays())
		require.NoError(t, err, name)
		require.Equal(t, d(c.want), list[0].Due, name)
		require.Equal(t, c.carries, list[0].Carries, name)
		require.Equal(t, c.times, list[0].CarriedOver(), name)
		require.Equal(t, d(c.due), list[0].Planned(), name)
		require.Equal(t, d(c.due), a.Due, name)
	}

	// Somebody gives a carried activity another day: a new run of carries begins.
	list, err := pipeline.SettleDay([]pipeline.Activity{{ID: "a", Due: d("2026-03-02")}}, d("2026-03-03"), nil)
	require.NoError(t, err)
	list[0].Due = d("2026-03-10")
	list, err = pipeline.SettleDay(list, d("2026-03-10"), nil)
	require.NoError(t, err)
	require.Equal(t, carries{{d("2026-03-02"), d("2026-03-04"), 2}, {d("2026-03-10"), d("2026-03-11"), 1}}, list[0].Carries)
}

func TestPlanRefuses(t *testing.T) {
	good := pipeline.Activity{ID: "a", Owner: "o", Due: pipeline.MustDate("2026-03-02")}
	day := pipeline.MustDate("2026-03-02")
	ends, err := pipeline.NewCalendar(nil, pipeline.WorkWeek(pipeline.MustHours("09:00-17:30")), &pipeline.CalendarOptions{Last: day})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change   func(*pipeline.Activity)
		day      pipeline.Date
		calendar *pipeline.Calendar
		want     any
	}{
		"no day":         {nil, pipeline.Date{}, nil, new(*pipeline.InputError)},
		"no due date":    {func(a *pipeline.Activity) { a.Due = pipeline.Date{} }, day, nil, new(*pipeline.InputError)},
		"no such time":   {func(a *pipeline.Activity) { a.DoneAt = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) }, day, nil, new(*pipeline.InputError)},
		"carry back":     {func(a *pipeline.Activity) { a.Carries = []pipeline.Carry{{From: day, To: day, Days: 1}} }, day, nil, new(*pipeline.InputError)},
		"carry nowhere":  {func(a *pipeline.Activity) { a.Carries = []pipeline.Carry{{}} }, day, nil, new(*pipeline.ActivityError)},
		"calendar's end": {nil, day, ends, new(*pipeline.CalendarEndError)},
	} {
		a := good
		if c.change != nil {
			c.change(&a)
		}
		_, err := pipeline.SettleDay([]pipeline.Activity{good, a}, c.day, c.calendar)
		require.ErrorAs(t, err, c.want, name)
		if c.calendar != nil {
			continue
		}
		_, err = pipeline.DaySheets([]pipeline.Activity{good, a}, c.day, c.calendar)
		require.ErrorAs(t, err, c.want, name)
		if c.change != nil {
			_, err = pipeline.CompareTargets([]pipeline.Activity{good, a}, nil, nil)
			require.ErrorAs(t, err, c.want, name)
		}
	}
	for _, target := range []pipeline.Target{{}, {First: day}, {First: day, Last: pipeline.MustDate("2026-03-01")}, {First: day, Last: day, Count: -1}} {
		_, err := pipeline.CompareTargets(nil, []pipeline.Target{target}, nil)
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
}

func TestDaySheets(t *testing.T) {
	d := pipeline.MustDate
	activities := []pipeline.Activity{
		{ID: "b", Owner: "li.wei", Due: d("2026-03-09")},
		{ID: "a", Owner: "li.wei", Due: d("2026-03-09"), DoneAt: midday("2026-03-10")},
		{ID: "late", Owner: "li.wei", Due: d("2026-03-04"), DoneAt: midday("2026-03-09")},
		{ID: "ahead", Owner: "chen.yu", Due: d("2026-03-12"), DoneAt: midday("2026-03-09")},
		{ID: "sunday", Owner: "chen.yu", Due: d("2026-03-09"), DoneAt: midday("2026-03-08")},
		{ID: "later", Owner: "wang.fang", Due: d("2026-03-10")},
	}
	sheets, err := pipeline.DaySheets(activities, d("2026-03-09"), weekdays())
	require.NoError(t, err)
	require.Equal(t, []pipeline.DaySheet{
		{Owner: "chen.yu", Day: d("2026-03-09"), Due: []pipeline.Activity{activities[4]}, Done: 1, Ahead: 1},
		{Owner: "li.wei", Day: d("2026-03-09"), Due: []pipeline.Activity{activities[2], activities[1], activities[0]}, CarriedIn: 1, Done: 1, CarriedOver: 2},
	}, sheets)
}

var drawWeek = rapid.Custom(func(t *rapid.T) *pipeline.Calendar {
	return rapid.SampledFrom([]*pipeline.Calendar{nil, weekdays()}).Draw(t, "calendar")
})

func drawDay(t *rapid.T, name string) pipeline.Date {
	at := day("2026-03-01").AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, name))
	return pipeline.MustDate(at.Format(time.DateOnly))
}

func drawActivities(t *rapid.T) []pipeline.Activity {
	var list []pipeline.Activity
	for i := range rapid.IntRange(0, 8).Draw(t, "activities") {
		a := pipeline.Activity{ID: rapport.ID(fmt.Sprint("a", i)), Owner: rapid.SampledFrom([]string{"", "li.wei", "chen.yu"}).Draw(t, "owner"), Due: drawDay(t, "due")}
		if rapid.Bool().Draw(t, "done") {
			a.DoneAt = day("2026-02-25").Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "done at")) * time.Hour)
		}
		list = append(list, a)
	}
	return list
}

// Settling every day, some days or the last day only comes to the same, and sheets do not
// depend on it.
func TestSettleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		activities, c := drawActivities(t), drawWeek.Draw(t, "calendar")
		last := drawDay(t, "last")
		atOnce, err := pipeline.SettleDay(activities, last, c)
		require.NoError(t, err)
		daily := activities
		for range rapid.IntRange(0, 6).Draw(t, "settlements") {
			day := drawDay(t, "day")
			if day.String() > last.String() {
				continue
			}
			daily, err = pipeline.SettleDay(daily, day, c)
			require.NoError(t, err)
		}
		daily, err = pipeline.SettleDay(daily, last, c)
		require.NoError(t, err)
		require.Equal(t, atOnce, daily)

		day := drawDay(t, "sheet")
		before, err := pipeline.DaySheets(activities, day, c)
		require.NoError(t, err)
		after, err := pipeline.DaySheets(atOnce, day, c)
		require.NoError(t, err)
		require.Equal(t, plain(before), plain(after))
		for _, s := range before {
			require.Equal(t, len(s.Due), s.Done+s.CarriedOver)
			require.LessOrEqual(t, s.CarriedIn, len(s.Due))
		}
	})
}

// plain is what sheets say without what became of the activities since.
func plain(sheets []pipeline.DaySheet) []string {
	var list []string
	for _, s := range sheets {
		var text strings.Builder
		text.WriteString(fmt.Sprint(s.Owner, s.Day, s.CarriedIn, s.Done, s.CarriedOver, s.Ahead))
		for _, a := range s.Due {
			text.WriteString(" " + string(a.ID))
		}
		list = append(list, text.String())
	}
	return list
}

// What is carried over in the evening is due on the next working day.
func TestCarriedOverIsCarriedIn(t *testing.T) {
	c := weekdays()
	days, err := c.WorkingDates(pipeline.MustDate("2026-03-01"), pipeline.MustDate("2026-03-31"))
	require.NoError(t, err)
	require.Len(t, days, 22)
	rapid.Check(t, func(t *rapid.T) {
		activities := drawActivities(t)
		i := rapid.IntRange(0, len(days)-2).Draw(t, "day")
		count := func(day pipeline.Date) (carried, in int) {
			sheets, err := pipeline.DaySheets(activities, day, c)
			require.NoError(t, err)
			for _, s := range sheets {
				carried, in = carried+s.CarriedOver, in+s.CarriedIn
			}
			return carried, in
		}
		carried, _ := count(days[i])
		_, in := count(days[i+1])
		weekend := 0 // planned for days between
		for _, a := range activities {
			done := a.Done() && !a.DoneAt.After(day(a.Due.String()).Add(16*time.Hour-time.Nanosecond))
			if a.Due.String() > days[i].String() && a.Due.String() < days[i+1].String() && !done {
				weekend++
			}
		}
		require.Equal(t, carried+weekend, in)
	})
}

func TestDueContacts(t *testing.T) {
	d := pipeline.MustDate
	cadence := pipeline.Cadence{Tiers: map[string]pipeline.Span{"A": pipeline.MustSpan("30d"), "W": pipeline.MustSpan("5wd")}, BeforeNeed: pipeline.MustSpan("14d")}
	for name, c := range map[string]struct {
		contact pipeline.Contact
		due     string
		because pipeline.ContactReason
	}{
		"cadence":        {pipeline.Contact{Tier: "A", Last: d("2026-03-01")}, "2026-03-31", pipeline.ByCadence},
		"working days":   {pipeline.Contact{Tier: "W", Last: d("2026-03-06")}, "2026-03-13", pipeline.ByCadence},
		"busy season":    {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Season: 2}, "2026-03-16", pipeline.ByCadence},
		"quiet season":   {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Season: 0.5}, "2026-04-30", pipeline.ByCadence},
		"hectic season":  {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Season: math.MaxFloat64}, "2026-03-02", pipeline.ByCadence},
		"need":           {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Need: d("2026-03-20")}, "2026-03-06", pipeline.ByNeed},
		"need met":       {pipeline.Contact{Tier: "A", Last: d("2026-03-06"), Need: d("2026-03-20")}, "2026-04-05", pipeline.ByCadence},
		"need before":    {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Need: d("2026-02-28")}, "2026-03-31", pipeline.ByCadence},
		"need afterward": {pipeline.Contact{Tier: "A", Last: d("2026-03-01"), Need: d("2026-05-31")}, "2026-03-31", pipeline.ByCadence},
	} {
		list, err := pipeline.DueContacts([]pipeline.Contact{c.contact}, cadence, d("2027-01-01"), weekdays())
		require.NoError(t, err, name)
		require.Equal(t, d(c.due), list[0].Due, name)
		require.Equal(t, c.because, list[0].Because, name)
		list, err = pipeline.DueContacts([]pipeline.Contact{c.contact}, cadence, d("2026-03-01"), weekdays())
		require.NoError(t, err, name)
		require.Empty(t, list, name)
	}

	contacts := []pipeline.Contact{
		{Customer: "c", Tier: "A", Last: d("2026-03-01")}, {Customer: "b", Tier: "A", Last: d("2026-03-02")}, {Customer: "a", Tier: "A", Last: d("2026-03-02")},
	}
	list, err := pipeline.DueContacts(contacts, cadence, d("2026-04-01"), nil)
	require.NoError(t, err)
	var order []string
	for _, c := range list {
		order = append(order, fmt.Sprint(c.Customer, c.Overdue, c.OverdueWorking))
	}
	require.Equal(t, []string{"c1 1", "a0 0", "b0 0"}, order)

	good := contacts[0]
	for name, c := range map[string]struct {
		change func(*pipeline.Contact, *pipeline.Cadence)
		want   any
	}{
		"unknown tier":    {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Tier = "x" }, new(*pipeline.InputError)},
		"no last contact": {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Last = pipeline.Date{} }, new(*pipeline.InputError)},
		"no such need":    {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Need.Day = 45 }, new(*pipeline.InputError)},
		"season":          {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Season = math.NaN() }, new(*pipeline.InputError)},
		"season below 0":  {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Season = -1 }, new(*pipeline.InputError)},
		"tier in hours": {func(_ *pipeline.Contact, c *pipeline.Cadence) {
			c.Tiers = map[string]pipeline.Span{"A": pipeline.MustSpan("48h")}
		}, new(*pipeline.InputError)},
		"tier of 0": {func(_ *pipeline.Contact, c *pipeline.Cadence) {
			c.Tiers = map[string]pipeline.Span{"A": pipeline.MustSpan("0d")}
		}, new(*pipeline.InputError)},
		"need in hours":    {func(_ *pipeline.Contact, c *pipeline.Cadence) { c.BeforeNeed = pipeline.MustSpan("1h") }, new(*pipeline.InputError)},
		"end of calendars": {func(c *pipeline.Contact, _ *pipeline.Cadence) { c.Last = d("9999-12-30") }, new(*pipeline.CalendarEndError)},
	} {
		contact, rules := good, cadence
		c.change(&contact, &rules)
		_, err := pipeline.DueContacts([]pipeline.Contact{contact}, rules, d("2026-04-01"), nil)
		require.ErrorAs(t, err, c.want, name)
	}
}

// Who is due stays due, one day longer each day, until contacted.
func TestDueContactsProperties(t *testing.T) {
	cadence := pipeline.Cadence{Tiers: map[string]pipeline.Span{"A": pipeline.MustSpan("3d"), "B": pipeline.MustSpan("2wd")}, BeforeNeed: pipeline.MustSpan("1wd")}
	rapid.Check(t, func(t *rapid.T) {
		contact := pipeline.Contact{
			Tier: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "tier"), Last: drawDay(t, "last"),
			Season: rapid.SampledFrom([]float64{0, math.SmallestNonzeroFloat64, 0.3, 1, 7, math.MaxFloat64}).Draw(t, "season"),
		}
		if rapid.Bool().Draw(t, "has need") {
			contact.Need = drawDay(t, "need")
		}
		c := drawWeek.Draw(t, "calendar")
		on := drawDay(t, "on")
		today, err := pipeline.DueContacts([]pipeline.Contact{contact}, cadence, on, c)
		require.NoError(t, err)
		next := pipeline.MustDate(day(on.String()).AddDate(0, 0, 1).Format(time.DateOnly))
		tomorrow, err := pipeline.DueContacts([]pipeline.Contact{contact}, cadence, next, c)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(tomorrow), len(today))
		for i, d := range today {
			require.Equal(t, d.Overdue+1, tomorrow[i].Overdue)
			require.Equal(t, day(d.Due.String()).AddDate(0, 0, d.Overdue), day(on.String()))
			require.LessOrEqual(t, d.OverdueWorking, d.Overdue)
		}
	})
}

// Days differ by at most one visit, nobody is over the capacity, and who asked first is
// visited first.
func TestSpreadVisits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var visits []pipeline.Visit
		for i := range rapid.IntRange(0, 30).Draw(t, "visits") {
			visits = append(visits, pipeline.Visit{Customer: rapport.ID(fmt.Sprint(i)), Owner: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "owner")})
		}
		days := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) pipeline.Date { return drawDay(t, "day") }), 0, 8, pipeline.Date.String).Draw(t, "days")
		capacity := map[string]int{"a": rapid.SampledFrom([]int{0, 1, 2, 3, math.MaxInt}).Draw(t, "capacity"), "b": 2}
		planned, left, err := pipeline.SpreadVisits(visits, days, capacity)
		require.NoError(t, err)
		require.Len(t, visits, len(planned)+len(left))
		for owner, room := range capacity {
			perDay := map[pipeline.Date]int{}
			last, total, open := "", 0, 0
			for _, v := range planned {
				if v.Owner == owner {
					require.Contains(t, days, v.Day)
					require.GreaterOrEqual(t, v.Day.String(), last)
					last = v.Day.String()
					perDay[v.Day]++
					total++
				}
			}
			for _, v := range left {
				if v.Owner == owner {
					open++
				}
			}
			for _, d := range days {
				require.LessOrEqual(t, perDay[d], room)
				require.Contains(t, []int{total / len(days), (total + len(days) - 1) / len(days)}, perDay[d])
				require.True(t, open == 0 || perDay[d] == room, "who is left out found no room")
			}
		}
	})

	d := pipeline.MustDate("2026-03-02")
	one := []pipeline.Visit{{Customer: "c", Owner: "a"}}
	for name, c := range map[string]struct {
		visits   []pipeline.Visit
		days     []pipeline.Date
		capacity map[string]int
	}{
		"day twice":         {one, []pipeline.Date{d, d}, map[string]int{"a": 1}},
		"no day":            {one, []pipeline.Date{{}}, map[string]int{"a": 1}},
		"no capacity":       {one, []pipeline.Date{d}, nil},
		"negative capacity": {one, []pipeline.Date{d}, map[string]int{"a": -1}},
		"planned already":   {[]pipeline.Visit{{Owner: "a", Day: d}}, []pipeline.Date{d}, map[string]int{"a": 1}},
	} {
		_, _, err := pipeline.SpreadVisits(c.visits, c.days, c.capacity)
		require.ErrorAs(t, err, new(*pipeline.InputError), name)
	}
	_, err := weekdays().WorkingDates(d, pipeline.MustDate("2026-03-01"))
	require.ErrorAs(t, err, new(*pipeline.InputError))
	days, err := (*pipeline.Calendar)(nil).WorkingDates(d, d)
	require.NoError(t, err)
	require.True(t, slices.Equal(days, []pipeline.Date{d}))
}
