package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

func cadence(t require.TestingT) *segment.Cadence {
	c, err := segment.NewCadence(segment.TierCadence{"A", 30}, segment.TierCadence{"B", 90}, segment.TierCadence{"C", 0})
	require.NoError(t, err)
	return c
}

// With a cadence of 30 days and the last contact 41 days ago, 11 days are overdue.
func ExampleCadence() {
	cadence, err := segment.NewCadence(segment.TierCadence{"A", 30}, segment.TierCadence{"B", 90})
	if err != nil {
		fmt.Println(err)
		return
	}
	today := time.Date(2024, time.March, 12, 9, 0, 0, 0, time.UTC)
	due, err := cadence.Due([]segment.Contact{
		{ID: "00017", Tier: "B", Last: today.AddDate(0, 0, -41)},
		{ID: "00018", Tier: "A", Last: today.AddDate(0, 0, -41)},
		{ID: "00019", Tier: "B", Last: today.AddDate(0, 0, -41), Need: today.AddDate(0, 0, 10)},
	}, today, &segment.DueOptions{Lead: 14})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range due {
		fmt.Println(d.ID, d.Tier, d.On.Format(time.DateOnly), d.Reason, d.Overdue)
	}
	// Output:
	// 00018 A 2024-03-01 cadence 11
	// 00019 B 2024-03-08 need 4
}

func TestDue(t *testing.T) {
	contacts := []segment.Contact{
		{ID: "tomorrow", Tier: "A", Last: date("2024-02-12")},
		{ID: "b", Tier: "B", Last: date("2023-01-01")},
		{ID: "a2", Tier: "A", Last: date("2024-01-01")},
		{ID: "a1", Tier: "A", Last: date("2024-01-01")},
		{ID: "today", Tier: "A", Last: date("2024-02-11")},
		{ID: "new", Tier: "B", Since: date("2024-03-02")},
		{ID: "unknown", Tier: "B"},
		{ID: "quiet", Tier: "C", Last: date("2020-01-01")},
		{ID: "call", Tier: "C", Need: date("2024-03-10")},
		{ID: "called", Tier: "C", Last: date("2024-03-10"), Need: date("2024-03-10")},
		{ID: "later need", Tier: "A", Last: date("2024-03-01"), Need: date("2025-01-01")},
	}
	want := []segment.Due{
		{ID: "a1", Tier: "A", Reason: "cadence", On: date("2024-01-31"), Overdue: 41, Contacted: true, DaysSince: 71},
		{ID: "a2", Tier: "A", Reason: "cadence", On: date("2024-01-31"), Overdue: 41, Contacted: true, DaysSince: 71},
		{ID: "today", Tier: "A", Reason: "cadence", On: date("2024-03-12"), Contacted: true, DaysSince: 30},
		{ID: "tomorrow", Tier: "A", Reason: "cadence", On: date("2024-03-13"), Overdue: -1, Contacted: true, DaysSince: 29},
		{ID: "b", Tier: "B", Reason: "cadence", On: date("2023-04-01"), Overdue: 346, Contacted: true, DaysSince: 436},
		{ID: "new", Tier: "B", Reason: "never", On: date("2024-03-02"), Overdue: 10},
		{ID: "unknown", Tier: "B", Reason: "never", On: date("2024-03-12")},
		{ID: "call", Tier: "C", Reason: "need", On: date("2024-03-10"), Overdue: 2},
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(contacts), func(i, j int) { contacts[i], contacts[j] = contacts[j], contacts[i] })
	got, err := cadence(t).Due(contacts, date("2024-03-12"), &segment.DueOptions{Within: 1})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, got))

	got, err = cadence(t).Due(nil, date("2024-03-12"), nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

// Days are those of the zone: 23:00 UTC is the next day in Shanghai.
func TestDueInZone(t *testing.T) {
	contacts := []segment.Contact{{ID: "a", Tier: "A", Last: date("2024-02-10").Add(23 * time.Hour)}}
	asOf := date("2024-03-11").Add(12 * time.Hour)
	for location, overdue := range map[*time.Location]int{time.UTC: 0, time.FixedZone("CST", 8*3600): -1} {
		got, err := cadence(t).Due(contacts, asOf, &segment.DueOptions{Location: location, Within: 5})
		require.NoError(t, err)
		require.Equal(t, overdue, got[0].Overdue)
	}
	got, err := cadence(t).Due([]segment.Contact{{ID: "a", Tier: "A", Last: date("1950-01-01")}}, date("1950-02-10"), nil)
	require.NoError(t, err)
	require.Equal(t, 10, got[0].Overdue)
}

// Days begin with their first instant, also where clocks are changed about midnight: in
// some of these zones no such day begins at 0 o'clock, in others it does so twice.
func TestDueWhereClocksChangeAtMidnight(t *testing.T) {
	c, err := segment.NewCadence(segment.TierCadence{"A", 1})
	require.NoError(t, err)
	for zone, year := range map[string]int{
		"America/Sao_Paulo": 2018, "America/Asuncion": 2017, "America/Havana": 2019, "Asia/Amman": 2021,
		"Asia/Beirut": 2019, "Atlantic/Azores": 2019, "Europe/Zurich": 2024, "UTC": 2024,
	} {
		location, err := time.LoadLocation(zone)
		require.NoError(t, err)
		for noon := time.Date(year, time.January, 2, 12, 0, 0, 0, location); noon.Year() == year; noon = noon.AddDate(0, 0, 1) {
			due, err := c.Due([]segment.Contact{{ID: "1", Tier: "A", Last: noon.AddDate(0, 0, -1)}}, noon, &segment.DueOptions{Location: location})
			require.NoError(t, err)
			require.Equal(t, 0, due[0].Overdue)
			require.Equal(t, noon.Format(time.DateOnly), due[0].On.Format(time.DateOnly), zone)
			for _, earlier := range []time.Duration{1, time.Hour} { // an hour: not the second midnight
				require.NotEqual(t, noon.Format(time.DateOnly), due[0].On.Add(-earlier).Format(time.DateOnly), "%s: %s", zone, due[0].On)
			}
		}
	}
}

func TestOffSeason(t *testing.T) {
	values := []float64{5, 5, 10, 10, 10, 15, 15, 15, 10, 10, 10, 5}
	index, err := segment.FitSeasons(values, &segment.SeasonOptions{Method: segment.PeriodMeans})
	require.NoError(t, err)
	contacts := []segment.Contact{
		{ID: "small", Tier: "A", Last: date("2023-06-01"), Value: 10},
		{ID: "large", Tier: "C", Last: date("2023-11-02"), Value: 900},
		{ID: "fresh", Tier: "A", Last: date("2023-11-03"), Value: 1000},
		{ID: "never", Tier: "A", Value: 1000},
		{ID: "also", Tier: "A", Last: date("2023-06-01"), Value: 10},
	}
	got, err := cadence(t).OffSeason(index, contacts, date("2024-01-31"), nil)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]segment.Due{
		{ID: "large", Tier: "C", Reason: "off_season", On: date("2024-01-31"), Contacted: true, DaysSince: 90},
		{ID: "also", Tier: "A", Reason: "off_season", On: date("2023-08-30"), Overdue: 154, Contacted: true, DaysSince: 244},
		{ID: "small", Tier: "A", Reason: "off_season", On: date("2023-08-30"), Overdue: 154, Contacted: true, DaysSince: 244},
	}, got))
	got, err = cadence(t).OffSeason(index, contacts, date("2024-01-31"), &segment.OffSeasonOptions{Most: 1})
	require.NoError(t, err)
	require.Len(t, got, 1)
	got, err = cadence(t).OffSeason(index, contacts, date("2024-07-31"), nil)
	require.NoError(t, err)
	require.Empty(t, got)

	quarters, err := segment.FitSeasons([]float64{1, 2, 3, 4}, &segment.SeasonOptions{Cycle: 4, Method: segment.PeriodMeans})
	require.NoError(t, err)
	_, err = cadence(t).OffSeason(quarters, contacts, date("2024-01-31"), nil)
	require.Error(t, err)
	_, err = cadence(t).OffSeason(nil, contacts, date("2024-01-31"), nil)
	require.Error(t, err)
	for _, o := range []segment.OffSeasonOptions{{Below: math.NaN()}, {Below: -1}, {Rest: -1}, {Most: -1}} {
		_, err = cadence(t).OffSeason(index, contacts, date("2024-01-31"), &o)
		_, ok := errors.AsType[*segment.CadenceError](err)
		require.True(t, ok, "%v", err)
	}
}

func TestCadenceRefusals(t *testing.T) {
	asOf := date("2024-03-12")
	for field, c := range map[string]segment.Contact{
		"tier":  {ID: "x", Tier: "D"},
		"last":  {ID: "x", Tier: "A", Last: asOf.Add(1)},
		"since": {ID: "x", Tier: "A", Since: asOf.Add(1)},
		"need":  {ID: "x", Tier: "A", Need: date("9999-01-01")},
		"value": {ID: "x", Tier: "A", Value: math.NaN()},
	} {
		_, err := cadence(t).Due([]segment.Contact{{ID: "ok", Tier: "A"}, c}, asOf, nil)
		got, ok := errors.AsType[*segment.CadenceError](err)
		require.True(t, ok, field)
		require.Equal(t, field, got.Field)
		require.Equal(t, 1, got.Index)
	}
	for _, ids := range [][2]rapport.ID{{"x", "x"}, {"x", ""}} {
		_, err := cadence(t).Due([]segment.Contact{{ID: ids[0], Tier: "A"}, {ID: ids[1], Tier: "A"}}, asOf, nil)
		got, ok := errors.AsType[*segment.IDError](err)
		require.True(t, ok)
		require.Equal(t, 1, got.Index)
	}
	var err error
	for _, o := range []segment.DueOptions{{Within: -1}, {Lead: 4000}} {
		_, err = cadence(t).Due(nil, asOf, &o)
		require.Error(t, err)
	}
	_, err = cadence(t).Due(nil, time.Time{}, nil)
	require.Error(t, err)
	for _, tiers := range [][]segment.TierCadence{nil, {{"", 1}}, {{"A", -1}}, {{"A", 4000}}, {{"A", 1}, {"A", 1}}} {
		_, err = segment.NewCadence(tiers...)
		_, ok := errors.AsType[*segment.CadenceError](err)
		require.True(t, ok, "%v", tiers)
	}
}

func TestCadenceJSON(t *testing.T) {
	text, err := json.Marshal(cadence(t))
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"tiers":[{"tier":"A","days":30},{"tier":"B","days":90},{"tier":"C","days":0}]}`, string(text))
	var read segment.Cadence
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, cadence(t).Tiers(), read.Tiers())
	for _, swap := range [][2]string{{`"format":1`, `"format":0`}, {`30`, `-1`}, {`,"days":30`, ``}, {`"B"`, `"A"`}, {`"days":30`, `"Days":30`}} {
		require.Error(t, read.UnmarshalJSON([]byte(strings.Replace(string(text), swap[0], swap[1], 1))))
	}
	_, err = json.Marshal(new(segment.Cadence))
	require.Error(t, err)
}

// The plan against a plain model, whatever the order of the rows.
func TestDueProperties(t *testing.T) {
	c := cadence(t)
	rapid.Check(t, func(r *rapid.T) {
		asOf := date("2024-03-12")
		n := rapid.IntRange(0, 30).Draw(r, "n")
		var contacts []segment.Contact
		for i := range n {
			contact := segment.Contact{ID: rapport.ID(fmt.Sprintf("%02d", i)), Tier: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(r, "tier")}
			if ago := rapid.IntRange(-1, 200).Draw(r, "ago"); ago >= 0 {
				contact.Last = asOf.AddDate(0, 0, -ago)
			}
			contacts = append(contacts, contact)
		}
		got, err := c.Due(contacts, asOf, nil)
		require.NoError(r, err)
		days := map[string]int{"A": 30, "B": 90}
		want := 0
		for _, contact := range contacts {
			if contact.Tier != "C" && (contact.Last.IsZero() || asOf.Sub(contact.Last) >= time.Duration(days[contact.Tier])*24*time.Hour) {
				want++
			}
		}
		require.Len(r, got, want)
		shuffled := append([]segment.Contact(nil), contacts...)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, err := c.Due(shuffled, asOf, nil)
		require.NoError(r, err)
		require.Empty(r, cmp.Diff(got, again))
	})
}

func BenchmarkDue(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		asOf := date("2024-03-12")
		contacts := make([]segment.Contact, n)
		for i := range contacts {
			contacts[i] = segment.Contact{ID: rapport.ID(fmt.Sprintf("%07d", i)), Tier: "ABC"[i%3 : i%3+1], Last: asOf.AddDate(0, 0, -(i*7919)%200)}
		}
		c := cadence(b)
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Due(contacts, asOf, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
