package pipeline_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

func clocks(t testing.TB, m *pipeline.Machine, d pipeline.Deal, rules pipeline.StaleRules, at time.Time) map[pipeline.StaleClock]string {
	t.Helper()
	list, err := m.StaleDeals([]pipeline.Deal{d}, rules, at)
	require.NoError(t, err)
	found := map[pipeline.StaleClock]string{}
	for _, s := range list {
		found[s.Clock] = s.Since.Format(time.DateOnly) + " " + s.Due.Format(time.DateOnly)
	}
	return found
}

func TestStaleClocks(t *testing.T) {
	m := shortSale()
	opened := day("2026-03-02")
	d, _, err := m.OpenDeal(pipeline.Deal{ID: "d1", CloseDate: pipeline.MustDate("2026-03-20")}, pipeline.Input{}, opened)
	require.NoError(t, err)
	moved, _, err := d.Fire(m, "bid", pipeline.Input{}, day("2026-03-10"))
	require.NoError(t, err)
	touched, _, err := moved.Edit(m, pipeline.Input{}, day("2026-03-12"), pipeline.Touch{})
	require.NoError(t, err)
	renamed, _, err := touched.Edit(m, pipeline.Input{Data: pipeline.Values{"name": pipeline.Text("x")}}, day("2026-03-16"))
	require.NoError(t, err)
	planned := renamed
	planned.NextStep = pipeline.NextStep{Text: "call", Due: pipeline.MustDate("2026-03-25")}
	tenDays, none := pipeline.MustSpan("10d"), pipeline.MustSpan("0d")

	type found = map[pipeline.StaleClock]string
	for name, c := range map[string]struct {
		deal  pipeline.Deal
		rules pipeline.StaleRules
		at    string
		want  found
	}{
		"no rules":            {renamed, pipeline.StaleRules{}, "2030-01-01", found{}},
		"not yet":             {moved, pipeline.StaleRules{InAnyStage: tenDays, Idle: tenDays, NextStep: tenDays}, "2026-03-19", found{}},
		"the day itself":      {moved, pipeline.StaleRules{InAnyStage: tenDays}, "2026-03-20", found{pipeline.StuckInStage: "2026-03-10 2026-03-20"}},
		"in the cycle":        {moved, pipeline.StaleRules{InAnyStage: tenDays, Age: pipeline.AgeInCycle}, "2026-03-12", found{pipeline.StuckInStage: "2026-03-02 2026-03-12"}},
		"another stage":       {moved, pipeline.StaleRules{InAnyStage: tenDays, InStage: map[pipeline.StageID]pipeline.Span{"bidding": {}}}, "2030-01-01", found{}},
		"the stage":           {moved, pipeline.StaleRules{InStage: map[pipeline.StageID]pipeline.Span{"bidding": tenDays}}, "2026-03-20", found{pipeline.StuckInStage: "2026-03-10 2026-03-20"}},
		"working time":        {moved, pipeline.StaleRules{InAnyStage: pipeline.MustSpan("8h working")}, "2026-03-11", found{pipeline.StuckInStage: "2026-03-10 2026-03-10"}},
		"idle since the work": {renamed, pipeline.StaleRules{Idle: tenDays}, "2026-03-22", found{pipeline.Idle: "2026-03-12 2026-03-22"}},
		"idle since the edit": {renamed, pipeline.StaleRules{Idle: tenDays, Touch: pipeline.TouchByChange}, "2026-03-26", found{pipeline.Idle: "2026-03-16 2026-03-26"}},
		"idle in the stage":   {moved, pipeline.StaleRules{Idle: tenDays}, "2026-03-20", found{pipeline.Idle: "2026-03-10 2026-03-20"}},
		"idle, but planned":   {planned, pipeline.StaleRules{Idle: tenDays, Touch: pipeline.TouchByPlan}, "2026-03-25", found{}},
		"planned and over":    {planned, pipeline.StaleRules{Idle: tenDays, Touch: pipeline.TouchByPlan}, "2026-03-26", found{pipeline.Idle: "2026-03-12 2026-03-22"}},
		"no next step":        {renamed, pipeline.StaleRules{NextStep: tenDays}, "2026-03-20", found{pipeline.NoNextStep: "2026-03-10 2026-03-20"}},
		"next step due":       {planned, pipeline.StaleRules{NextStep: none}, "2026-03-25", found{}},
		"next step overdue":   {planned, pipeline.StaleRules{NextStep: none}, "2026-03-26", found{pipeline.NoNextStep: "2026-03-26 2026-03-26"}},
		"closes today":        {planned, pipeline.StaleRules{ClosePassed: none}, "2026-03-20", found{}},
		"close passed":        {planned, pipeline.StaleRules{ClosePassed: none}, "2026-03-21", found{pipeline.ClosePassed: "2026-03-21 2026-03-21"}},
		"before it came":      {moved, pipeline.StaleRules{InAnyStage: none, Idle: none, NextStep: none}, "2026-03-01", found{}},
	} {
		require.Empty(t, gocmp.Diff(c.want, clocks(t, m, c.deal, c.rules, day(c.at))), name)
	}

	t.Run("pauses", func(t *testing.T) {
		rules := pipeline.StaleRules{InAnyStage: tenDays, Idle: tenDays, NextStep: tenDays, ClosePassed: none}
		paused, _, err := moved.Pause(m, pipeline.Input{}, day("2026-03-14"))
		require.NoError(t, err)
		require.Equal(t, found{pipeline.ClosePassed: "2026-03-21 2026-03-21"}, clocks(t, m, paused, rules, day("2026-04-14")))
		resumed, _, err := paused.Resume(m, pipeline.Input{}, day("2026-03-30"))
		require.NoError(t, err)
		rules.ClosePassed = pipeline.Span{}
		require.Empty(t, clocks(t, m, resumed, rules, day("2026-04-04")))
		late := "2026-03-10 2026-04-05" // 16 days paused
		require.Equal(t, found{pipeline.StuckInStage: late, pipeline.Idle: late, pipeline.NoNextStep: late}, clocks(t, m, resumed, rules, day("2026-04-05")))
	})
	t.Run("closed", func(t *testing.T) {
		lost, _, err := moved.Fire(m, "lose", pipeline.Input{Reason: "no_decision"}, day("2026-03-14"))
		require.NoError(t, err)
		require.Empty(t, clocks(t, m, lost, pipeline.StaleRules{InAnyStage: none, Idle: none, NextStep: none, ClosePassed: none}, day("2030-01-01")))
	})
	t.Run("for ever", func(t *testing.T) {
		d := moved
		d.CloseDate, d.NextStep.Due = pipeline.MustDate("9999-12-31"), pipeline.MustDate("9999-12-31")
		require.Empty(t, clocks(t, m, d, pipeline.StaleRules{ClosePassed: tenDays, NextStep: tenDays}, day("2030-01-01")))
	})
}

// A calendar that ends knows that what lies behind its end is not due yet.
func TestStaleAtTheEndOfTheCalendar(t *testing.T) {
	c := office(t, nil, &pipeline.CalendarOptions{Last: pipeline.MustDate("2026-03-31")})
	m, err := pipeline.Compile(bidding(), &pipeline.Options{Calendar: c, Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	d, _, err := m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, day("2026-03-02"))
	require.NoError(t, err)
	rules := pipeline.StaleRules{InAnyStage: pipeline.MustSpan("200h working"), Idle: pipeline.MustSpan("8h working")}
	list, err := m.StaleDeals([]pipeline.Deal{d}, rules, day("2026-03-31"))
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, day("2026-03-02").Add(18*time.Hour), list[0].Due)
	_, err = m.StaleDeals([]pipeline.Deal{d}, rules, day("2026-04-30"))
	require.ErrorAs(t, err, new(*pipeline.CalendarEndError))
}

func TestStaleRefuses(t *testing.T) {
	m := shortSale()
	d, _, err := m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, morning)
	require.NoError(t, err)
	back := pipeline.MustSpan("-1d")
	for name, c := range map[string]struct {
		deal  func(*pipeline.Deal)
		rules pipeline.StaleRules
		want  any
	}{
		"a negative span":          {rules: pipeline.StaleRules{Idle: back}, want: new(*pipeline.InputError)},
		"a negative span, a stage": {rules: pipeline.StaleRules{InStage: map[pipeline.StageID]pipeline.Span{"design": back}}, want: new(*pipeline.InputError)},
		"an unknown stage":         {rules: pipeline.StaleRules{InStage: map[pipeline.StageID]pipeline.Span{"x": {}}}, want: new(*pipeline.UnknownStageError)},
		"no policy":                {rules: pipeline.StaleRules{Touch: 9}, want: new(*pipeline.InputError)},
		"no age":                   {rules: pipeline.StaleRules{Age: 9}, want: new(*pipeline.InputError)},
		"another definition":       {deal: func(d *pipeline.Deal) { d.Definition.Version = 7 }, want: new(*pipeline.StaleDefinitionError)},
		"another stage":            {deal: func(d *pipeline.Deal) { d.Stage = "x" }, want: new(*pipeline.UnknownStageError)},
		"no entry":                 {deal: func(d *pipeline.Deal) { d.Entered.Since = pipeline.Stamp{} }, rules: pipeline.StaleRules{InAnyStage: pipeline.MustSpan("1d")}, want: new(*pipeline.SpanError)},
	} {
		wrong := d
		if c.deal != nil {
			c.deal(&wrong)
		}
		list, err := m.StaleDeals([]pipeline.Deal{d, wrong}, c.rules, morning.AddDate(0, 0, 9))
		require.ErrorAs(t, err, c.want, name)
		require.Nil(t, list, name)
	}
}

func TestProposeClosing(t *testing.T) {
	m := shortSale()
	var deals []pipeline.Deal
	for _, id := range []rapport.ID{"a", "b", "c"} {
		d, _, err := m.OpenDeal(pipeline.Deal{ID: id}, pipeline.Input{}, morning)
		require.NoError(t, err)
		deals = append(deals, d)
	}
	stale := []pipeline.Stale{{Deal: "b", Clock: pipeline.Idle, Close: true}, {Deal: "a", Clock: pipeline.Idle}, {Deal: "b", Clock: pipeline.ClosePassed, Close: true}}
	list, err := m.ProposeClosing(deals, stale, "lose", pipeline.Input{By: "li.wei", Reason: "no_decision"}, morning)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []pipeline.StaleClock{pipeline.Idle, pipeline.ClosePassed}, list[0].Because)
	require.Equal(t, pipeline.StageID("lost"), list[0].To)

	worked, _, err := deals[1].Edit(m, pipeline.Input{}, morning, pipeline.Touch{})
	require.NoError(t, err)
	_, _, err = worked.Fire(m, list[0].Trigger, list[0].Input, morning)
	require.ErrorAs(t, err, new(*pipeline.ConflictError), "the deal has been worked on since")

	list, err = m.ProposeClosing(deals, stale, "lose", pipeline.Input{By: "li.wei"}, morning)
	require.NoError(t, err)
	require.ErrorAs(t, list[0].Refused, new(*pipeline.ReasonError))
	require.Empty(t, list[0].To)

	for name, c := range map[string]struct {
		trigger pipeline.TriggerID
		deals   []pipeline.Deal
		want    any
	}{
		"unknown trigger": {"x", deals, new(*pipeline.UnknownTriggerError)},
		"unknown deal":    {"lose", deals[2:], new(*pipeline.InputError)},
		"no loss":         {"bid", deals, new(*pipeline.InputError)},
	} {
		_, err := m.ProposeClosing(c.deals, stale, c.trigger, pipeline.Input{}, morning)
		require.ErrorAs(t, err, c.want, name)
	}
}

// Whatever the order of the deals, the list is the same; a later look finds no less of the
// same deals, and what is due lies neither before its start nor after the look.
func TestStaleProperties(t *testing.T) {
	m := shortSale()
	drawSpan := rapid.Custom(func(t *rapid.T) pipeline.Span {
		return rapid.SampledFrom([]pipeline.Span{{}, pipeline.MustSpan("0d"), pipeline.MustSpan("3d"), pipeline.MustSpan("2wd"), pipeline.MustSpan("30h working"), pipeline.MustSpan("36525d")}).Draw(t, "span")
	})
	drawDay := rapid.Custom(func(t *rapid.T) time.Time {
		return morning.Add(time.Duration(rapid.Int64Range(0, int64(90*24*time.Hour)).Draw(t, "after")))
	})
	rapid.Check(t, func(t *rapid.T) {
		var deals []pipeline.Deal
		for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom([]rapport.ID{"a", "b", "c", "d"}), rapid.ID).Draw(t, "ids") {
			d, _, err := m.OpenDeal(pipeline.Deal{ID: id, CloseDate: drawDate.Draw(t, "close"), NextStep: pipeline.NextStep{Due: drawDate.Draw(t, "step")}}, pipeline.Input{}, drawDay.Draw(t, "opened"))
			require.NoError(t, err)
			if rapid.Bool().Draw(t, "moves") {
				trigger := rapid.SampledFrom([]pipeline.TriggerID{"bid", "lose"}).Draw(t, "trigger")
				d, _, err = d.Fire(m, trigger, pipeline.Input{Reason: map[pipeline.TriggerID]string{"lose": "no_decision"}[trigger]}, d.ChangedAt.Time().Add(time.Hour))
				require.NoError(t, err)
			}
			deals = append(deals, d)
		}
		rules := pipeline.StaleRules{
			InAnyStage: drawSpan.Draw(t, "stage"), Idle: drawSpan.Draw(t, "idle"), NextStep: drawSpan.Draw(t, "step"), ClosePassed: drawSpan.Draw(t, "close"),
			Touch: pipeline.TouchPolicy(rapid.IntRange(0, 2).Draw(t, "touch")), Age: pipeline.AgePolicy(rapid.IntRange(0, 1).Draw(t, "age")), Propose: drawSpan.Draw(t, "propose"),
		}
		at := drawDay.Draw(t, "at")
		list, err := m.StaleDeals(deals, rules, at)
		require.NoError(t, err)
		sorted := slices.Clone(deals)
		slices.SortFunc(sorted, func(a, b pipeline.Deal) int { return cmp.Compare(a.ID, b.ID) })
		again, err := m.StaleDeals(sorted, rules, at)
		require.NoError(t, err)
		require.Equal(t, list, again)
		later, err := m.StaleDeals(deals, rules, at.Add(time.Hour))
		require.NoError(t, err)
		for _, s := range list {
			require.False(t, s.Due.Before(s.Since) || s.Due.After(at))
			require.True(t, slices.ContainsFunc(later, func(l pipeline.Stale) bool {
				return l.Deal == s.Deal && l.Clock == s.Clock && l.Due.Equal(s.Due) && (l.Close || !s.Close)
			}))
		}
		proposals, err := m.ProposeClosing(deals, list, "lose", pipeline.Input{Reason: "no_decision"}, morning.AddDate(1, 0, 0))
		require.NoError(t, err)
		for _, p := range proposals {
			require.NoError(t, p.Refused)
		}
	})
}

func TestProblemsByStage(t *testing.T) {
	m := shortSale()
	at := func(hours int) time.Time { return morning.Add(time.Duration(hours) * time.Hour) }
	problem := func(stage pipeline.StageID, severity pipeline.Severity, opened, solved int) pipeline.Problem {
		p := pipeline.Problem{ID: "p", Stage: stage, Severity: severity, OpenedAt: at(opened)}
		if solved > 0 {
			p.SolvedAt = at(solved)
		}
		return p
	}
	deals := []pipeline.Deal{
		{Progress: pipeline.Work{Problems: []pipeline.Problem{problem("bidding", pipeline.SeverityHigh, 0, 4), problem("design", pipeline.SeverityLow, 0, 0), problem("old", pipeline.SeverityLow, 0, 0)}}},
		{Progress: pipeline.Work{Problems: []pipeline.Problem{problem("bidding", pipeline.SeverityLow, 1, 11), problem("bidding", pipeline.SeverityHigh, 3, 0)}}},
	}
	list, err := m.ProblemsByStage(deals)
	require.NoError(t, err)
	require.Equal(t, []pipeline.StageProblems{
		{Stage: "design", Open: [4]int{0, 1}, Share: rapport.Ratio{Den: 1, N: 1}},
		{
			Stage: "bidding", Open: [4]int{pipeline.SeverityHigh: 1}, Solved: [4]int{0, 1, 0, 1}, Share: rapport.Ratio{Num: 2, Den: 3, N: 3},
			ToSolve: pipeline.Durations{N: 2, Mean: 7 * time.Hour, Median: 7 * time.Hour, Longest: 10 * time.Hour},
		},
		{Stage: "old", Open: [4]int{0, 1}, Share: rapport.Ratio{Den: 1, N: 1}},
	}, list)

	for _, wrong := range []pipeline.Problem{problem("design", 0, 0, 0), problem("design", 9, 0, 0), problem("design", 1, 5, 4)} {
		_, err = m.ProblemsByStage([]pipeline.Deal{{Progress: pipeline.Work{Problems: []pipeline.Problem{wrong}}}})
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
}

// The mean is exact to the nanosecond below, also of durations whose sum is none.
func TestDurationsProperties(t *testing.T) {
	m := shortSale()
	opened := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		lasted := rapid.SliceOfN(rapid.Int64Min(1), 1, 9).Draw(t, "lasted")
		var problems []pipeline.Problem
		sum := new(big.Int)
		for _, d := range lasted {
			problems = append(problems, pipeline.Problem{Stage: "design", Severity: pipeline.SeverityLow, OpenedAt: opened, SolvedAt: opened.Add(time.Duration(d))})
			sum.Add(sum, big.NewInt(d))
		}
		list, err := m.ProblemsByStage([]pipeline.Deal{{Progress: pipeline.Work{Problems: problems}}})
		require.NoError(t, err)
		got := list[0].ToSolve
		slices.Sort(lasted)
		n := len(lasted)
		require.Equal(t, sum.Div(sum, big.NewInt(int64(n))).Int64(), int64(got.Mean))
		require.Equal(t, lasted[n-1], int64(got.Longest))
		middle := new(big.Int).Add(big.NewInt(lasted[(n-1)/2]), big.NewInt(lasted[n/2]))
		require.Equal(t, middle.Rsh(middle, 1).Int64(), int64(got.Median))
	})
}

func TestGrowth(t *testing.T) {
	r, err := pipeline.Growth(2500, 1515)
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 985, Den: 1515, N: 4015}, r)
	r, err = pipeline.Growth(3, 0)
	require.NoError(t, err)
	_, ok := r.Value()
	require.False(t, ok)
	for _, wrong := range [][2]int{{-1, 2}, {2, -1}, {math.MaxInt, 1}} {
		_, err = pipeline.Growth(wrong[0], wrong[1])
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
	begun := func(at time.Time) []pipeline.Entry {
		return []pipeline.Entry{{Kind: pipeline.Began, At: at}, {Kind: pipeline.Moved, At: at}}
	}
	histories := [][]pipeline.Entry{begun(day("2025-12-31")), begun(day("2026-01-01")), begun(day("2026-12-31")), begun(day("2027-01-01"))}
	require.Equal(t, 2, pipeline.Opened(histories, rapport.MustInterval("2026-01-01T00:00:00Z/2027-01-01T00:00:00Z")))
}
