package pipeline_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// fieldsOf is a record of nothing but fields.
type fieldsOf pipeline.Values

func (f fieldsOf) Value(field string) pipeline.Value { return f[field] }
func (f fieldsOf) Work() *pipeline.Work              { return nil }

// limited is a process whose limits are also those of most of its stages, under names of
// their own: "hold.x" in stage hold.
func limited(limits ...pipeline.Limit) pipeline.Definition {
	of := func(stage string) []pipeline.Limit {
		own := slices.Clone(limits)
		for i := range own {
			own[i].ID = stage + "." + own[i].ID
		}
		return own
	}
	return pipeline.Definition{
		ID: "limited", Version: 1, Initial: "a", Limits: limits,
		Stages: []pipeline.Stage{
			{ID: "a", Limits: of("a")},
			{ID: "b"},
			{ID: "hold", Kind: pipeline.OnHold, Limits: of("hold")},
			{ID: "won", Kind: pipeline.Won, Probability: 100, Limits: of("won")},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "to_a", From: []pipeline.StageID{"b", "hold", "a"}, To: "a"},
			{Trigger: "to_b", From: []pipeline.StageID{"a", "hold"}, To: "b"},
			{Trigger: "hold", From: []pipeline.StageID{"a", "b"}, To: "hold"},
			{Trigger: "back", From: []pipeline.StageID{"hold"}, Resume: true},
			{Trigger: "win", From: []pipeline.StageID{"a", "b"}, To: "won"},
			{Trigger: "reopen", From: []pipeline.StageID{"won"}, To: "a", Reasons: "why"},
			{Trigger: "touch", From: []pipeline.StageID{"a", "b"}, Internal: true},
			{Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "other"}}}},
		Fields:  []pipeline.Field{{ID: "day", Kind: pipeline.DateField}, {ID: "instant", Kind: pipeline.TimeField}},
	}
}

func officeHours(t require.TestingT) *pipeline.Calendar {
	hours, err := pipeline.ParseHours("09:00-17:00")
	require.NoError(t, err)
	c, err := pipeline.NewCalendar(nil, pipeline.WorkWeek(hours), nil)
	require.NoError(t, err)
	return c
}

// Requirement F6: a breach at t > SLA, once, with the trigger that the limit fires.
func TestBreachAfterLimit(t *testing.T) {
	d := limited()
	d.Stages[0].Limits = []pipeline.Limit{{ID: "answer", Within: pipeline.MustSpan("4h"), Warn: 75, Trigger: "to_b"}}
	m, err := pipeline.Compile(d, nil)
	require.NoError(t, err)
	opened := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	p, _, err := m.Open(pipeline.Input{}, opened)
	require.NoError(t, err)
	after := func(hours time.Duration) time.Time { return opened.Add(hours * time.Hour) }

	for _, step := range []struct {
		hour  time.Duration
		state pipeline.LimitState
		next  time.Time
	}{{0, pipeline.LimitRunning, after(3)}, {3, pipeline.LimitWarned, after(4)}, {4, pipeline.LimitBreached, time.Time{}}} {
		list, err := m.Due(p, nil, after(step.hour))
		require.NoError(t, err)
		require.Equal(t, []pipeline.Due{{
			Limit: "answer", Stage: "a", Start: opened, Warning: after(3), Deadline: after(4),
			State: step.state, Remaining: (4 - step.hour) * time.Hour, Trigger: "to_b",
		}}, list)
		next, err := m.NextDue(p, nil, after(step.hour))
		require.NoError(t, err)
		require.Equal(t, step.next, next)
	}
	none, err := m.Breaches(p, nil, opened, after(4).Add(-1))
	require.NoError(t, err)
	require.Empty(t, none)
	breaches, err := m.Breaches(p, nil, after(4).Add(-1), after(5))
	require.NoError(t, err)
	require.Equal(t, []pipeline.Breach{{Limit: "answer", Stage: "a", Since: opened, Deadline: after(4), At: after(4), Trigger: "to_b"}}, breaches)
	again, err := m.Breaches(p, nil, after(5), after(6))
	require.NoError(t, err)
	require.Empty(t, again)
	p, _, err = m.Fire(p, breaches[0].Trigger, breaches[0].Input(), after(5))
	require.NoError(t, err)
	left, err := m.Due(p, nil, after(9))
	require.NoError(t, err)
	require.Empty(t, left, "the stage was left")
}

// Limits before a date: end of the day, working days, a date that is gone when the record
// comes, a date that is not there.
func TestLimitsOfDates(t *testing.T) {
	d := limited()
	d.Limits = []pipeline.Limit{
		{ID: "notify", Field: "day", Within: pipeline.MustSpan("-60d"), Warn: 50},
		{ID: "review", Field: "instant", Within: pipeline.MustSpan("-2wd")},
		{ID: "pay", Field: "day", Within: pipeline.MustSpan("3d"), Warn: 33},
	}
	m, err := pipeline.Compile(d, &pipeline.Options{Calendar: officeHours(t)})
	require.NoError(t, err)
	opened := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday
	p, _, err := m.Open(pipeline.Input{}, opened)
	require.NoError(t, err)
	p, _, err = m.Pause(p, pipeline.Input{}, opened) // which moves no date
	require.NoError(t, err)
	r := fieldsOf{"day": pipeline.Day(pipeline.MustDate("2026-05-10")), "instant": pipeline.Instant(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))}
	list, err := m.Due(p, r, opened)
	require.NoError(t, err)
	date := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
	}
	require.Equal(t, []pipeline.Due{
		{Limit: "notify", Start: opened, Warning: date(3, 7, 0), Deadline: date(3, 12, 0), Remaining: 240 * time.Hour},
		{Limit: "review", Start: opened, Deadline: date(2, 26, 15), Remaining: -10 * time.Hour},
		{Limit: "pay", Start: date(5, 11, 0), Warning: date(5, 11, 23).Add(45*time.Minute + 36*time.Second), Deadline: date(5, 14, 0), Remaining: 73 * 24 * time.Hour},
	}, list)
	breaches, err := m.Breaches(p, r, opened, opened.Add(1))
	require.NoError(t, err)
	require.Equal(t, []pipeline.Breach{{Limit: "review", Since: opened, Deadline: date(2, 26, 15), At: opened.Add(1)}}, breaches)
	for _, r := range []pipeline.Record{nil, fieldsOf{}} {
		list, err = m.Due(p, r, opened)
		require.NoError(t, err)
		require.Empty(t, list)
	}
}

func TestDueErrors(t *testing.T) {
	hours, err := pipeline.ParseHours("09:00-17:00")
	require.NoError(t, err)
	c, err := pipeline.NewCalendar(nil, pipeline.WorkWeek(hours), &pipeline.CalendarOptions{Last: pipeline.MustDate("2026-03-31")})
	require.NoError(t, err)
	d := limited()
	d.Limits = []pipeline.Limit{{ID: "long", Within: pipeline.MustSpan("400h working")}, {ID: "short", Within: pipeline.MustSpan("1h")}}
	m, err := pipeline.Compile(d, &pipeline.Options{Calendar: c})
	require.NoError(t, err)
	opened := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	p, _, err := m.Open(pipeline.Input{}, opened)
	require.NoError(t, err)

	list, err := m.Due(p, nil, opened)
	var limit *pipeline.LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, "long", limit.Limit)
	require.ErrorAs(t, err, new(*pipeline.CalendarEndError))
	require.Len(t, list, 1)
	breaches, err := m.Breaches(p, nil, opened, opened.Add(time.Hour))
	require.ErrorAs(t, err, &limit)
	require.Len(t, breaches, 1)
	next, err := m.NextDue(p, nil, opened)
	require.ErrorAs(t, err, &limit)
	require.Equal(t, opened.Add(time.Hour), next)

	_, err = m.Due(p, nil, opened.Add(-1))
	require.ErrorAs(t, err, new(*pipeline.TimeError))
	p.Definition.Version = 2
	_, err = m.NextDue(p, nil, opened)
	require.ErrorAs(t, err, new(*pipeline.StaleDefinitionError))
	_, err = m.Breaches(p, nil, opened, opened)
	require.ErrorAs(t, err, new(*pipeline.StaleDefinitionError))
}

// Asking in two steps is asking in one, and what was breached stays so, over pauses too.
func TestBreachesAdd(t *testing.T) {
	calendar := officeHours(t)
	spans := []string{"5h", "3d", "5h working", "1wd", "3wd"}
	rapid.Check(t, func(t *rapid.T) {
		d := limited()
		for i, span := range spans {
			d.Limits = append(d.Limits, pipeline.Limit{ID: fmt.Sprint("after", i), Within: pipeline.MustSpan(span), Warn: 80},
				pipeline.Limit{ID: fmt.Sprint("before", i), Field: "day", Within: pipeline.MustSpan(span).Neg(), Warn: 50},
				pipeline.Limit{ID: fmt.Sprint("from", i), Field: "instant", Within: pipeline.MustSpan(span)})
		}
		m, err := pipeline.Compile(d, &pipeline.Options{Calendar: calendar})
		require.NoError(t, err)
		now := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
		wait := func() time.Time {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(4*24*time.Hour)).Draw(t, "wait")))
			return now
		}
		r := fieldsOf{
			"day":     pipeline.Day(pipeline.Date{Year: 2026, Month: 3, Day: rapid.IntRange(1, 31).Draw(t, "day")}),
			"instant": pipeline.Instant(time.Date(2026, 3, rapid.IntRange(1, 31).Draw(t, "date"), 12, 0, 0, 7, time.UTC)),
		}
		p, _, err := m.Open(pipeline.Input{}, wait())
		require.NoError(t, err)
		over := map[string]bool{}
		for range 6 {
			a, b, c := wait(), wait(), wait()
			first, err := m.Breaches(p, r, a, b)
			require.NoError(t, err)
			second, err := m.Breaches(p, r, b, c)
			require.NoError(t, err)
			whole, err := m.Breaches(p, r, a, c)
			require.NoError(t, err)
			require.Equal(t, whole, append(first, second...))
			list, err := m.Due(p, r, c)
			require.NoError(t, err)
			for _, due := range list {
				if over[due.Limit] {
					require.Equal(t, pipeline.LimitBreached, due.State, "%+v at %s", due, c)
				}
				over[due.Limit] = due.State == pipeline.LimitBreached
			}
			if p.Running() {
				p, _, err = m.Pause(p, pipeline.Input{}, c)
			} else {
				p, _, err = m.Resume(p, pipeline.Input{}, c)
			}
			require.NoError(t, err)
		}
	})
}

func BenchmarkDue(b *testing.B) {
	m, p := dueBench(b)
	at := p.Opened.Since.Time().Add(time.Hour)
	b.Run("next", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = m.NextDue(p, nil, at)
		}
	})
	b.Run("breaches", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = m.Breaches(p, nil, p.Opened.Since.Time(), at)
		}
	})
}

func dueBench(tb testing.TB) (*pipeline.Machine, pipeline.Position) {
	m, err := pipeline.Compile(limited(pipeline.Limit{ID: "answer", Within: pipeline.MustSpan("40h working"), Warn: 75}), &pipeline.Options{Calendar: officeHours(tb)})
	require.NoError(tb, err)
	p, _, err := m.Open(pipeline.Input{}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	require.NoError(tb, err)
	return m, p
}

func TestPollingAllocatesNothing(t *testing.T) {
	m, p := dueBench(t)
	at := p.Opened.Since.Time().Add(time.Hour)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = m.NextDue(p, nil, at)
		_, _ = m.Breaches(p, nil, p.Opened.Since.Time(), at)
	}))
}
