package pipeline_test

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // zones, also where the machine has none

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

// movedZone is five hours ahead of UTC until 15 February 2010, then follows
// Berlin's rules, which its file does not list year by year. Package time says of
// 1 March 2010 that its offset holds since New Year.
func movedZone(t testing.TB) *time.Location {
	t.Helper()
	header := func(changes, types, letters uint32) []byte { // RFC 9636, section 3.1
		data := append([]byte("TZif2"), make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, changes, types, letters} {
			data = binary.BigEndian.AppendUint32(data, count)
		}
		return data
	}
	data := append(header(0, 0, 0), header(1, 2, 8)...)
	data = binary.BigEndian.AppendUint64(data, uint64(time.Date(2010, 2, 15, 0, 0, 0, 0, time.UTC).Unix()))
	data = append(data, 1) // from the second type on
	for i, offset := range []uint32{5 * 3600, 3600} {
		data = append(binary.BigEndian.AppendUint32(data, offset), 0, byte(4*i))
	}
	data = append(data, "OLD\x00CET\x00\nCET-1CEST,M3.5.0,M10.5.0/3\n"...)
	location, err := time.LoadLocationFromTZData("moved", data)
	require.NoError(t, err)
	return location
}

// zones have daylight-saving time of an hour in both hemispheres, of half an
// hour, at midnight, in Ramadan, a whole day left out, and none.
func zones(t testing.TB) []*time.Location {
	t.Helper()
	list := []*time.Location{nil, time.UTC, time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600+1800), movedZone(t)}
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana",
		"Africa/Casablanca", "Pacific/Apia", "Asia/Shanghai"} {
		list = append(list, zone(t, name))
	}
	return list
}

// A model is a calendar as its definition, for simulation minute by minute.
type model struct {
	location *time.Location
	week     pipeline.WeekHours
	special  map[pipeline.Date][]pipeline.Hours
}

func (m model) hours(date pipeline.Date) []pipeline.Hours {
	if hours, ok := m.special[date]; ok {
		return hours
	}
	return m.week[date.Weekday()]
}

func (m model) local(at time.Time) time.Time {
	if m.location == nil {
		return at.UTC()
	}
	return at.In(m.location)
}

func (m model) date(at time.Time) pipeline.Date {
	year, month, day := m.local(at).Date()
	return pipeline.Date{Year: year, Month: month, Day: day}
}

func (m model) open(at time.Time) bool {
	hour, minute, second := m.local(at).Clock()
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return slices.ContainsFunc(m.hours(m.date(at)), func(h pipeline.Hours) bool { return h.Open() <= clock && clock < h.Close() })
}

func drawHours(r *rapid.T) []pipeline.Hours {
	// Some minutes that make neighbours touch and some around changes of the clocks.
	minutes := rapid.SliceOfNDistinct(rapid.OneOf(rapid.SampledFrom([]int{0, 60, 90, 120, 150, 180, 1440}), rapid.IntRange(0, 1440)), 0, 6, rapid.ID).Draw(r, "minutes")
	slices.Sort(minutes)
	var hours []pipeline.Hours
	for i := 1; i < len(minutes); i++ {
		if i%2 == 1 || rapid.Bool().Draw(r, "touch") {
			open, closing := minutes[i-1], minutes[i]
			hours = append(hours, pipeline.MustHours(clock(open)+"-"+clock(closing)))
		}
	}
	return hours
}

func clock(minutes int) string {
	return string([]byte{byte('0' + minutes/600), byte('0' + minutes/60%10), ':', byte('0' + minutes%60/10), byte('0' + minutes%10)})
}

// near are instants at or near which clocks change, years turn or a leap day is.
func near() []time.Time {
	var list []time.Time
	for _, text := range []string{
		"2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z", // New York
		"2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z", // Berlin
		"2025-04-05T15:00:00Z", "2025-10-04T15:30:00Z", // Lord Howe
		"2026-03-08T05:00:00Z", "2026-11-01T05:00:00Z", // Havana
		"2026-02-15T02:00:00Z", "2026-03-22T02:00:00Z", // Casablanca
		"2011-12-30T10:00:00Z", // Apia leaves out December 30
		"2010-02-15T12:00:00Z", // the made-up zone
		"2024-02-29T12:00:00Z", "2027-01-01T00:00:00Z", "2048-12-31T12:00:00Z", "2100-03-01T00:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		list = append(list, at)
	}
	return list
}

// drawInstant draws a whole minute near one of the instants.
func drawInstant(r *rapid.T, base time.Time, label string) time.Time {
	return base.Add(time.Duration(rapid.IntRange(-5*24*60, 5*24*60).Draw(r, label)) * time.Minute)
}

// drawCalendar draws a calendar with some special days near an instant.
func drawCalendar(r *rapid.T, locations []*time.Location, base time.Time) (*pipeline.Calendar, model) {
	m := model{location: rapid.SampledFrom(locations).Draw(r, "location"), special: make(map[pipeline.Date][]pipeline.Hours)}
	pattern := [][]pipeline.Hours{nil, {pipeline.MustHours("00:00-24:00")}, drawHours(r), drawHours(r)}
	for i := range m.week {
		m.week[i] = rapid.SampledFrom(pattern).Draw(r, "weekday")
	}
	m.week[time.Wednesday] = []pipeline.Hours{pipeline.MustHours("01:30-02:45")} // never without any
	options := &pipeline.CalendarOptions{}
	for range rapid.IntRange(0, 5).Draw(r, "special days") {
		date := m.date(drawInstant(r, base, "special day"))
		if _, twice := m.special[date]; twice {
			continue
		}
		hours := rapid.SampledFrom(pattern).Draw(r, "special hours")
		m.special[date] = hours
		if len(hours) == 0 {
			options.Holidays = append(options.Holidays, date)
		} else {
			options.Special = append(options.Special, pipeline.SpecialDay{Date: date, Hours: hours})
		}
	}
	c, err := pipeline.NewCalendar(m.location, m.week, options)
	if err != nil {
		r.Fatal(err)
	}
	return c, m
}
