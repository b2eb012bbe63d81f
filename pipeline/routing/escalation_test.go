package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

// A complaint that nobody owns goes to the supervisor after one hour and to the head of
// service after four; one that is still open after three days goes to the board, owned
// or not.
func ExampleEscalationTable_Due() {
	table, err := routing.NewEscalationTable([]routing.Route{
		{Request: "complaint", Team: "service", Levels: []routing.Level{
			{After: time.Hour, To: "supervisor"},
			{After: 4 * time.Hour, To: "head-of-service"},
			{After: 72 * time.Hour, To: "board", Owned: true},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	opened := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	for _, hours := range []int{0, 2, 4, 80} {
		e, err := table.Due("complaint", opened, "", opened.Add(time.Duration(hours)*time.Hour), nil)
		fmt.Printf("%2d h: level %d, %s; next %s %v\n", hours, e.Level, e.To, e.Next.Format("2 Jan 15:04"), err)
	}
	e, err := table.Due("complaint", opened, "li.wei", opened.Add(4*time.Hour), nil)
	fmt.Printf("owned: level %d, %s; next %s, level %d %v\n", e.Level, e.To, e.Next.Format("2 Jan 15:04"), e.NextLevel, err)
	// Output:
	//  0 h: level 0, service; next 3 Mar 10:00 <nil>
	//  2 h: level 1, supervisor; next 3 Mar 13:00 <nil>
	//  4 h: level 2, head-of-service; next 6 Mar 09:00 <nil>
	// 80 h: level 3, board; next 1 Jan 00:00 <nil>
	// owned: level 0, service; next 6 Mar 09:00, level 3 <nil>
}

// officeHours counts 9 to 17 o'clock UTC on every day.
func officeHours(from, to time.Time) time.Duration {
	var sum time.Duration
	for day := from.Truncate(24 * time.Hour); day.Before(to); day = day.Add(24 * time.Hour) {
		start, end := day.Add(9*time.Hour), day.Add(17*time.Hour)
		if start.Before(from) {
			start = from
		}
		if end.After(to) {
			end = to
		}
		sum += max(0, end.Sub(start))
	}
	return sum
}

func TestEscalationInOfficeHours(t *testing.T) {
	table, err := routing.NewEscalationTable([]routing.Route{{Team: "team", Levels: []routing.Level{{After: 4 * time.Hour, To: "boss"}, {After: 8 * time.Hour, To: "head"}}}})
	require.NoError(t, err)
	opened := time.Date(2025, 3, 3, 15, 0, 0, 0, time.UTC)
	e, err := table.Due("anything", opened, "", opened.Add(time.Hour), officeHours)
	require.NoError(t, err)
	require.Equal(t, time.Date(2025, 3, 4, 11, 0, 0, 0, time.UTC), e.Next)
	require.Zero(t, e.Level)
	for _, tc := range []struct {
		at    time.Time
		level int
	}{{e.Next.Add(-1), 0}, {e.Next, 1}} {
		e, err := table.Due("anything", opened, "", tc.at, officeHours)
		require.NoError(t, err)
		require.Equal(t, tc.level, e.Level)
	}
}

// At Next the next level is due, a nanosecond before it is not.
func TestEscalationNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var levels []routing.Level
		after := time.Duration(0)
		for range rapid.IntRange(0, 4).Draw(t, "levels") {
			after += time.Duration(rapid.Int64Range(1, int64(50*time.Hour)).Draw(t, "after"))
			levels = append(levels, routing.Level{After: after, To: "x", Owned: rapid.Bool().Draw(t, "owned")})
		}
		table, err := routing.NewEscalationTable([]routing.Route{{Team: "t", Levels: levels}})
		require.NoError(t, err)
		elapsed := rapid.SampledFrom([]routing.Elapsed{nil, officeHours}).Draw(t, "elapsed")
		owner := rapid.SampledFrom([]rapport.ID{"", "o"}).Draw(t, "owner")
		opened := morning().Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "opened")))
		now := opened.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "now")))
		e, err := table.Due("r", opened, owner, now, elapsed)
		require.NoError(t, err)
		require.Equal(t, e.Next.IsZero(), e.NextLevel == 0)
		if e.Next.IsZero() {
			for i, level := range levels {
				require.True(t, i < e.Level || owner != "" && !level.Owned)
			}
			return
		}
		require.True(t, e.Next.After(now))
		require.Greater(t, e.NextLevel, e.Level)
		just, err := table.Due("r", opened, owner, e.Next.Add(-1), elapsed)
		require.NoError(t, err)
		require.Equal(t, e.Level, just.Level)
		then, err := table.Due("r", opened, owner, e.Next, elapsed)
		require.NoError(t, err)
		require.Equal(t, e.NextLevel, then.Level)
	})
}

func TestEscalationRefused(t *testing.T) {
	for field, route := range map[string]routing.Route{
		"request":       {Request: "\n", Team: "t"},
		"team":          {},
		"level 1 to":    {Team: "t", Levels: []routing.Level{{After: 1}}},
		"level 1 after": {Team: "t", Levels: []routing.Level{{After: -1, To: "x"}}},
		"level 2 after": {Team: "t", Levels: []routing.Level{{To: "x"}, {To: "y"}}},
	} {
		_, err := routing.NewEscalationTable([]routing.Route{route})
		var wrong *routing.InputError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, field, wrong.Field)
	}
	_, err := routing.NewEscalationTable([]routing.Route{{Request: "a", Team: "t"}, {Request: "a", Team: "u"}})
	require.EqualError(t, err, `routing: request "a" is given twice`)
	table, err := routing.NewEscalationTable([]routing.Route{{Request: "b", Team: "t"}, {Request: "a", Team: "t", Levels: []routing.Level{{After: time.Hour, To: "x"}}}})
	require.NoError(t, err)
	require.Equal(t, rapport.ID("a"), table.Routes()[0].Request)
	at := morning()
	_, err = table.Due("c", at, "", at, nil)
	require.Equal(t, &routing.UnknownError{What: "request", ID: "c"}, err)
	_, err = table.Due("a", at, "", at.Add(-1), nil)
	require.EqualError(t, err, "routing: now at 2025-03-03T08:59:59.999999999Z is before 2025-03-03T09:00:00Z")
	for _, elapsed := range []routing.Elapsed{
		func(_, _ time.Time) time.Duration { return -1 },
		func(_, to time.Time) time.Duration { return max(0, time.Minute-to.Sub(at)) },
	} {
		_, err = table.Due("a", at, "", at, elapsed)
		var wrong *routing.InputError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, "elapsed", wrong.Field)
	}
	stopped := func(_, _ time.Time) time.Duration { return 0 }
	e, err := table.Due("a", at, "", at, stopped)
	require.NoError(t, err)
	require.Zero(t, e.Next)
}
