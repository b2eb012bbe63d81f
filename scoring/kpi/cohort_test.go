package kpi_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

func months(t require.TestingT, n int) kpi.Calendar {
	c, err := kpi.Monthly(2025, time.January, n, nil)
	require.NoError(t, err)
	return c
}

func in(id rapport.ID, month time.Month, amount int64) kpi.Purchase {
	return kpi.Purchase{Customer: id, At: time.Date(2025, month, 20, 12, 0, 0, 0, time.UTC), Amount: amount}
}

// Two customers of January, of whom one buys again in March, and one of February. The log
// ends in the middle of April, so that April is not there.
func TestReadCohorts(t *testing.T) {
	log := []kpi.Purchase{
		in("a", 1, 100), in("a", 1, 50), in("a", 3, 70), in("a", 3, -20), in("a", 4, 999),
		in("b", 1, 10),
		in("c", 2, 30), in("c", 3, 40),
		{Customer: "d", At: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), Amount: 5}, in("d", 2, 5),
		in("e", 4, 1),
		{Customer: "f", At: in("f", 1, 0).At, Internal: true},
		in("g", 2, -10), // a return of something bought before the log
	}
	table, err := kpi.ReadCohorts(months(t, 12), time.Date(2025, 4, 15, 0, 0, 0, 0, time.UTC), without(log...))
	require.NoError(t, err)
	cohorts := slices.Collect(table.All())
	of := func(active, customers float64) rapport.Ratio {
		return rapport.Ratio{Num: active, Den: customers, N: int(customers)}
	}
	want := []kpi.Cohort{
		{Customers: 2, Cells: []kpi.CohortCell{{of(2, 2), 3, 160}, {of(0, 2), 0, 0}, {of(1, 2), 1, 50}}},
		{Customers: 1, Cells: []kpi.CohortCell{{of(1, 1), 1, 30}, {of(1, 1), 1, 40}}},
		{Cells: []kpi.CohortCell{{}}},
	}
	for i := range want {
		want[i].Period = months(t, 12).Period(i)
	}
	if diff := gocmp.Diff(want, cohorts, gocmp.AllowUnexported(rapport.Interval{})); diff != "" {
		t.Errorf("cohorts (-want +got):\n%s", diff)
	}
	averages := []kpi.CohortCell{{of(3, 3), 4, 190}, {of(1, 3), 1, 40}, {of(1, 2), 1, 50}}
	require.Equal(t, averages, table.Averages())
	require.Equal(t, []kpi.Excluded{{"before_calendar", 1}, {"period_not_over", 1}, {"no_order", 1}, {kpi.InternalParties, 1}}, table.Excluded())

	e, ok, err := averages[1].Interval(0.95)
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, e.Low < 1.0/3 && 1.0/3 < e.High)
	_, ok, err = cohorts[2].Cells[0].Interval(0)
	require.NoError(t, err)
	require.False(t, ok, "nobody came in March: no rate")
	cohorts[0].Cells[0].Orders = 99
	require.Equal(t, 3, slices.Collect(table.All())[0].Cells[0].Orders)
}

func TestCohortsBadInput(t *testing.T) {
	until := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var input *kpi.InputError
	_, err := kpi.ReadCohorts(kpi.Calendar{}, until, without[kpi.Purchase]())
	require.ErrorAs(t, err, &input)
	_, err = kpi.ReadCohorts(months(t, 3), until, without(in("a", 1, math.MaxInt64), in("a", 1, 1)))
	require.ErrorAs(t, err, &input)
	_, err = kpi.ReadCohorts(months(t, 3), until, without(in("a", 1, math.MaxInt64), in("b", 2, 0), in("b", 3, 0)))
	require.NoError(t, err)
	half, err := kpi.ReadCohorts(months(t, 3), until, without(in("a", 1, math.MaxInt64), in("b", 2, math.MaxInt64)))
	require.ErrorAs(t, err, &input, "the average runs over")
	require.Nil(t, half)
	broken := errors.New("broken")
	_, err = kpi.ReadCohorts(months(t, 3), until, failing(broken, in("a", 1, 1)))
	require.ErrorIs(t, err, broken)
	table, err := kpi.ReadCohorts(months(t, 3), time.Time{}, without(in("a", 1, 1)))
	require.NoError(t, err)
	require.Empty(t, slices.Collect(table.All()))
}

func TestCalendar(t *testing.T) {
	at := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	var input *kpi.InputError
	for _, times := range [][]time.Time{nil, {at(2025)}, {at(1600), at(2025)}, {at(2025), at(2300)}} {
		_, err := kpi.NewCalendar(times...)
		require.ErrorAs(t, err, &input)
	}
	var order *rapport.IntervalError
	for _, times := range [][]time.Time{{at(2025), at(2025)}, {at(2025), at(2024)}} {
		_, err := kpi.NewCalendar(times...)
		require.ErrorAs(t, err, &order)
	}
	for _, n := range []int{0, kpi.MaxPeriods + 1} {
		_, err := kpi.Monthly(2025, 1, n, nil)
		require.ErrorAs(t, err, &input)
	}
	for _, month := range []time.Month{-1, 0, 13} {
		_, err := kpi.Monthly(2025, month, 1, nil)
		require.ErrorAs(t, err, &input)
	}
	shanghai := time.FixedZone("", 8*3600)
	c, err := kpi.Monthly(2025, time.December, 2, shanghai)
	require.NoError(t, err)
	require.Equal(t, 2, c.Len())
	require.Equal(t, rapport.MustInterval("2025-12-31T16:00:00Z/2026-01-31T16:00:00Z"), c.Period(1))
	require.Zero(t, kpi.Calendar{}.Len())
}

// Clocks that are changed at midnight of the first leave a month its own instants: the
// last before it is of another month. In Paraguay the first of October 2017 began at 01:00,
// in Cuba the first of November 2015 had 00:00 twice.
func TestMonthsWhereClocksChangeAtMidnight(t *testing.T) {
	for _, name := range []string{"America/Asuncion", "America/Havana", "America/Sao_Paulo", "Asia/Amman", "Africa/Cairo", "Europe/Berlin"} {
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Skip("no time zones: ", err)
		}
		c, err := kpi.Monthly(1980, time.January, 12*45, location)
		require.NoError(t, err)
		for i := range c.Len() {
			begin := c.Period(i).Start().In(location)
			require.Equal(t, time.Month(i%12+1), begin.Month(), "%s %v", name, begin)
			require.Equal(t, 1, begin.Day(), "%s %v", name, begin)
			require.NotEqual(t, begin.Month(), begin.Add(-1).Month(), "%s %v", name, begin)
		}
	}
}

// The table of one pass is that of a plain count.
func TestCohortsAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		log := drawLog(r, year(2025).Start())
		calendar := months(r, 12)
		until := year(2025).Start().Add(time.Duration(rapid.IntRange(-10, 500).Draw(r, "until")) * day)
		table, err := kpi.ReadCohorts(calendar, until, without(log...))
		require.NoError(r, err)
		over := 0
		for over < 12 && !calendar.Period(over).End().After(until) {
			over++
		}
		period := func(at time.Time) int {
			for i := range 12 {
				if calendar.Period(i).Contains(at) {
					return i
				}
			}
			if at.Before(calendar.Period(0).Start()) {
				return -1
			}
			return 12
		}
		first := map[rapport.ID]int{}
		for _, p := range log {
			if at, ok := first[p.Customer]; p.Amount >= 0 && (!ok || period(p.At) < at) {
				first[p.Customer] = period(p.At)
			}
		}
		cohorts := slices.Collect(table.All())
		require.Len(r, cohorts, over)
		customers := 0
		for c, cohort := range cohorts {
			require.Len(r, cohort.Cells, over-c)
			for age, cell := range cohort.Cells {
				want := kpi.CohortCell{}
				active := map[rapport.ID]bool{}
				for _, p := range log {
					if at, ok := first[p.Customer]; !ok || at != c || period(p.At) != c+age {
						continue
					}
					want.Revenue += p.Amount
					if p.Amount >= 0 {
						want.Orders++
						active[p.Customer] = true
					}
				}
				for _, at := range first {
					if at == c {
						want.Active.N++
					}
				}
				want.Active.Num, want.Active.Den = float64(len(active)), float64(want.Active.N)
				require.Equal(r, want, cell, "cohort %d age %d", c, age)
				require.Equal(r, want.Active.N, cohort.Customers)
			}
			if cohort.Customers > 0 {
				require.Equal(r, cohort.Cells[0].Active.Num, cohort.Cells[0].Active.Den, "all bought when they first did")
			}
			customers += cohort.Customers
		}
		for _, left := range table.Excluded() {
			customers += left.N
		}
		all := map[rapport.ID]bool{}
		for _, p := range log {
			all[p.Customer] = true
		}
		require.Equal(r, len(all), customers, "everybody is in a cohort or left out for a reason")
	})
}
