package pipeline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// desk is a process whose answers are due within a working day of eight hours.
func deskMachine() (*pipeline.Machine, error) {
	week := pipeline.WorkWeek(pipeline.MustHours("09:00-17:00"))
	calendar, err := pipeline.NewCalendar(time.UTC, week, &pipeline.CalendarOptions{First: pipeline.MustDate("2026-01-01"), Last: pipeline.MustDate("2026-12-31")})
	if err != nil {
		return nil, err
	}
	return pipeline.Compile(pipeline.Definition{
		ID: "cases", Version: 1, Initial: "received",
		Stages: []pipeline.Stage{
			{ID: "received", Limits: []pipeline.Limit{{ID: "answer", Within: pipeline.MustSpan("8h working")}}},
			{ID: "parked", Kind: pipeline.OnHold},
			{ID: "solved", Kind: pipeline.Won, Probability: 100}, {ID: "dropped", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "solve", To: "solved"}, {Trigger: "drop", To: "dropped", Reasons: "drop"},
			{Trigger: "park", From: []pipeline.StageID{"received"}, To: "parked"}, {Trigger: "go_on", From: []pipeline.StageID{"parked"}, Resume: true},
		},
		Reasons: []pipeline.ReasonList{{Name: "drop", Reasons: []pipeline.Reason{{ID: "spam"}}}},
	}, &pipeline.Options{Calendar: calendar})
}

func desk(t *testing.T) *pipeline.Machine {
	m, err := deskMachine()
	require.NoError(t, err)
	return m
}

// A case that nobody owns for one working hour goes to the supervisor, for four to the
// head of service; one that is not answered within its limit to the board, owned or not.
func ExampleEscalation_Due() {
	machine, err := deskMachine()
	if err != nil {
		fmt.Println(err)
		return
	}
	escalation := pipeline.Escalation{Levels: []pipeline.EscalationLevel{
		{After: pipeline.MustSpan("1h working"), To: "supervisor"},
		{After: pipeline.MustSpan("4h working"), To: "head_of_service"},
		{Limit: "answer", To: "board", Owned: true},
	}}
	friday := time.Date(2026, 3, 6, 15, 0, 0, 0, time.UTC)
	p, _, _ := machine.Open(pipeline.Input{}, friday)
	for _, hours := range []int{0, 1, 66, 68, 72} {
		at := friday.Add(time.Duration(hours) * time.Hour)
		for _, owner := range []string{"", "li.wei"} {
			e, err := escalation.Due(machine, p, nil, owner, at)
			fmt.Printf("%s %q: level %d %s, then %d %s %v\n", at.Format("Mon 15:04"), owner, e.Level, e.To, e.NextLevel, e.Next.Format("Mon 15:04"), err)
		}
	}
	// Output:
	// Fri 15:00 "": level 0 , then 1 Fri 16:00 <nil>
	// Fri 15:00 "li.wei": level 0 , then 3 Mon 15:00 <nil>
	// Fri 16:00 "": level 1 supervisor, then 2 Mon 11:00 <nil>
	// Fri 16:00 "li.wei": level 0 , then 3 Mon 15:00 <nil>
	// Mon 09:00 "": level 1 supervisor, then 2 Mon 11:00 <nil>
	// Mon 09:00 "li.wei": level 0 , then 3 Mon 15:00 <nil>
	// Mon 11:00 "": level 2 head_of_service, then 3 Mon 15:00 <nil>
	// Mon 11:00 "li.wei": level 0 , then 3 Mon 15:00 <nil>
	// Mon 15:00 "": level 3 board, then 0 Mon 00:00 <nil>
	// Mon 15:00 "li.wei": level 3 board, then 0 Mon 00:00 <nil>
}

func TestPausedRecordsDoNotEscalate(t *testing.T) {
	m := desk(t)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	e := pipeline.Escalation{Levels: []pipeline.EscalationLevel{{After: pipeline.MustSpan("0h"), To: "team"}, {After: pipeline.MustSpan("4h"), To: "head"}}}
	p, _, err := m.Open(pipeline.Input{}, start)
	require.NoError(t, err)
	p, _, err = m.Pause(p, pipeline.Input{}, hour(1))
	require.NoError(t, err)
	got, err := e.Due(m, p, nil, "", hour(30))
	require.NoError(t, err)
	require.Equal(t, pipeline.EscalationState{Level: 1, To: "team"}, got)
	p, _, err = m.Resume(p, pipeline.Input{}, hour(30))
	require.NoError(t, err)
	got, err = e.Due(m, p, nil, "", hour(31))
	require.NoError(t, err)
	require.Equal(t, pipeline.EscalationState{Level: 1, To: "team", Next: hour(33), NextLevel: 2}, got)

	// On hold the clock of the process stands still too; a closed record has no levels.
	e.Process = true
	p, _, err = m.Fire(p, "park", pipeline.Input{}, hour(32))
	require.NoError(t, err)
	got, err = e.Due(m, p, nil, "", hour(90))
	require.NoError(t, err)
	require.Equal(t, 1, got.Level)
	require.True(t, got.Next.IsZero())
	p, _, err = m.Fire(p, "go_on", pipeline.Input{}, hour(90))
	require.NoError(t, err)
	got, err = e.Due(m, p, nil, "", hour(91))
	require.NoError(t, err)
	require.Equal(t, 2, got.Level)
	p, _, err = m.Fire(p, "solve", pipeline.Input{}, hour(92))
	require.NoError(t, err)
	got, err = e.Due(m, p, nil, "", hour(200))
	require.NoError(t, err)
	require.Zero(t, got)
	_, err = e.Due(m, p, nil, "", hour(1))
	require.ErrorAs(t, err, new(*pipeline.TimeError))
}

func TestEscalationsThatAreWrong(t *testing.T) {
	m := desk(t)
	p, _, err := m.Open(pipeline.Input{}, morning)
	require.NoError(t, err)
	for _, levels := range [][]pipeline.EscalationLevel{
		nil, {{After: pipeline.MustSpan("1h")}}, {{To: "a"}}, {{To: "a", After: pipeline.MustSpan("-1h")}},
		{{To: "a", After: pipeline.MustSpan("1h"), Limit: "answer"}}, {{To: "a", Limit: "The Answer"}}, {{To: " a", Limit: "answer"}},
	} {
		e := pipeline.Escalation{Levels: levels}
		_, err := e.Due(m, p, nil, "", morning)
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
	// The calendar ends before the second level; the first is due all the same.
	e := pipeline.Escalation{Levels: []pipeline.EscalationLevel{{After: pipeline.MustSpan("0h"), To: "a"}, {After: pipeline.MustSpan("9000wd"), To: "b"}, {Limit: "nowhere", To: "c"}}}
	got, err := e.Due(m, p, nil, "", morning)
	require.ErrorAs(t, err, new(*pipeline.LimitError))
	require.Equal(t, 1, got.Level)
}

// The level that is announced as the next one is due at its time and not a nanosecond
// before; as time goes on levels only rise.
func TestEscalationComesWhenAnnounced(t *testing.T) {
	m := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		start := morning.Add(time.Duration(rapid.Int64Range(0, int64(200*time.Hour)).Draw(t, "start")))
		p, _, err := m.Open(pipeline.Input{}, start)
		require.NoError(t, err)
		var e pipeline.Escalation
		for range rapid.IntRange(1, 4).Draw(t, "levels") {
			l := pipeline.EscalationLevel{To: "a", Owned: rapid.Bool().Draw(t, "owned")}
			if rapid.IntRange(0, 3).Draw(t, "of a limit") == 0 {
				l.Limit = "answer"
			} else {
				unit := rapid.SampledFrom([]string{"h", "min", "h working", "d", "wd"}).Draw(t, "unit")
				l.After = pipeline.MustSpan(fmt.Sprint(rapid.IntRange(0, 50).Draw(t, "count"), unit))
			}
			e.Levels = append(e.Levels, l)
		}
		owner := rapid.SampledFrom([]string{"", "li.wei"}).Draw(t, "owner")
		at := start
		if rapid.Bool().Draw(t, "pause") {
			at = start.Add(time.Duration(rapid.Int64Range(0, int64(90*time.Hour)).Draw(t, "paused at")))
			p, _, err = m.Pause(p, pipeline.Input{}, at)
			require.NoError(t, err)
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(90*time.Hour)).Draw(t, "resumed at")))
			p, _, err = m.Resume(p, pipeline.Input{}, at)
			require.NoError(t, err)
		}
		last := 0
		for {
			got, err := e.Due(m, p, nil, owner, at)
			require.NoError(t, err)
			require.GreaterOrEqual(t, got.Level, last)
			if last = got.Level; got.NextLevel == 0 {
				break
			}
			require.Greater(t, got.NextLevel, got.Level)
			require.True(t, got.Next.After(at))
			before, err := e.Due(m, p, nil, owner, got.Next.Add(-1))
			require.NoError(t, err)
			require.Equal(t, got.Level, before.Level)
			at = got.Next
			reached, err := e.Due(m, p, nil, owner, at)
			require.NoError(t, err)
			require.Equal(t, got.NextLevel, reached.Level)
		}
	})
}
