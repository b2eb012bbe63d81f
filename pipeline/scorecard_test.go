package pipeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

var february = rapport.MustInterval("2026-02-01T00:00:00Z/2026-03-01T00:00:00Z")

func ratio(part, all int) rapport.Ratio {
	return rapport.Ratio{Num: float64(part), Den: float64(all), N: all}
}

// handOver gives a deal to somebody else and appends the entry.
func handOver(t require.TestingT, m *pipeline.Machine, d pipeline.Deal, entries []pipeline.Entry, owner, at string) (pipeline.Deal, []pipeline.Entry) {
	d, e, err := d.Edit(m, pipeline.Input{Data: pipeline.Values{pipeline.FieldOwner: pipeline.Text(owner)}}, day(at))
	require.NoError(t, err)
	return d, append(entries, e)
}

// What is counted belongs to who owned the deal then, and to the period in which it was.
func TestScorecardsByOwnerAndPeriod(t *testing.T) {
	m := shortSale()
	mine := pipeline.Deal{ID: "d", Owner: "li.wei"}
	d, entries := history(m, mine, "2026-01-10", "2026-02-05 bid")
	d, entries = handOver(t, m, d, entries, "chen.yu", "2026-02-10")
	_, e, err := d.Fire(m, "win", pipeline.Input{}, day("2026-02-20"))
	require.NoError(t, err)
	handed := append(entries, e)
	_, before := history(m, mine, "2026-01-01", "2026-01-02 bid", "2026-01-31 lose")
	_, after := history(m, mine, "2026-01-01", "2026-01-02 bid", "2026-03-01 lose")
	_, later := history(m, mine, "2026-03-01")
	p := pipeline.Performance{Owner: "li.wei", Period: february, Histories: [][]pipeline.Entry{handed, before, after, later, nil}}

	card, err := m.ProcessCard(&p)
	require.NoError(t, err)
	require.Equal(t, 1, card.Stages[0].On, "the bid was li.wei's")
	require.Equal(t, pipeline.StageFigure{Stage: "bidding", Entered: 1, Still: 1}, card.Stages[1], "lost after the period")
	outcome, err := p.OutcomeCard()
	require.NoError(t, err)
	require.Equal(t, [3]int{0, 0, 1}, [3]int{outcome.Won, outcome.Lost, outcome.Open})
	require.Empty(t, outcome.Revenue)

	p.Owner = "chen.yu"
	card, err = m.ProcessCard(&p)
	require.NoError(t, err)
	require.Zero(t, card.Stages[0].Entered)
	require.Equal(t, 1, card.Stages[1].On)
	outcome, err = p.OutcomeCard()
	require.NoError(t, err)
	require.Equal(t, [3]int{1, 0, 0}, [3]int{outcome.Won, outcome.Lost, outcome.Open})
	require.Equal(t, ratio(1, 1), outcome.WonOfAll)
}

// A deal that was won and opened again in the period is open.
func TestOutcomeOfReopenedDeals(t *testing.T) {
	m := holding()
	_, entries := history(m, pipeline.Deal{ID: "d", Owner: "li.wei"}, "2026-01-10", "2026-02-05 bid", "2026-02-06 win", "2026-02-10 reopen")
	p := pipeline.Performance{Owner: "li.wei", Period: february, Histories: [][]pipeline.Entry{entries}}
	card, err := p.OutcomeCard()
	require.NoError(t, err)
	require.Equal(t, [3]int{0, 0, 1}, [3]int{card.Won, card.Lost, card.Open})
	_, ok := card.WonOfDecided.Value()
	require.False(t, ok)

	_, entries = history(m, pipeline.Deal{ID: "d", Owner: "li.wei"}, "2026-01-10", "2026-02-05 bid", "2026-02-06 win", "2026-02-10 reopen", "2026-02-14 win")
	p.Histories[0] = entries
	card, err = p.OutcomeCard()
	require.NoError(t, err)
	require.Equal(t, pipeline.Durations{N: 1, Mean: 96 * time.Hour, Median: 96 * time.Hour, Longest: 96 * time.Hour}, card.Cycle, "of the second cycle")
}

func TestProcessCardChecklistsAndProblems(t *testing.T) {
	d := shortSale().Definition()
	d.Checklists = []pipeline.Checklist{{ID: "design", Items: []pipeline.Item{{ID: "load"}, {ID: "photo", Optional: true}}}}
	d.Stages[0].Leave.Checklists = []string{"design"}
	m, err := pipeline.Compile(d, nil)
	require.NoError(t, err)
	deal, e, err := m.OpenDeal(pipeline.Deal{ID: "d", Owner: "li.wei"}, pipeline.Input{}, day("2026-01-20"))
	require.NoError(t, err)
	entries := []pipeline.Entry{e}
	edit := func(at string, edits ...pipeline.Edit) {
		deal, e, err = deal.Edit(m, pipeline.Input{By: "li.wei"}, day(at), edits...)
		require.NoError(t, err)
		entries = append(entries, e)
	}
	low := pipeline.SeverityLow
	edit("2026-01-21", pipeline.OpenProblem{ID: "old", Severity: low}, pipeline.OpenProblem{ID: "solved", Severity: low}, pipeline.OpenProblem{ID: "open", Severity: low})
	edit("2026-01-31", pipeline.SolveProblem{ID: "old"})
	edit("2026-02-02", pipeline.SolveProblem{ID: "solved"}, pipeline.DoItem{Checklist: "design", Item: "load"})
	deal, e, err = deal.Fire(m, "bid", pipeline.Input{}, day("2026-02-03"))
	require.NoError(t, err)
	entries = append(entries, e)
	edit("2026-02-04", pipeline.DoItem{Checklist: "design", Item: "photo"}) // too late
	edit("2026-03-02", pipeline.SolveProblem{ID: "open"})

	card, err := m.ProcessCard(&pipeline.Performance{Owner: "li.wei", Period: february, Histories: [][]pipeline.Entry{entries}})
	require.NoError(t, err)
	require.Equal(t, ratio(1, 2), card.Checklists)
	require.Equal(t, ratio(1, 2), card.Solved, "old was solved before, open after the period")
	require.Equal(t, 1, card.ToSolve.N)
	require.Equal(t, 12*24*time.Hour, card.ToSolve.Median)
	require.Equal(t, ratio(0, 1), card.WithinLimit, "14 days of 10")

	entries[1].Changes[0].Field = "/nowhere"
	_, err = m.ProcessCard(&pipeline.Performance{Owner: "li.wei", Histories: [][]pipeline.Entry{entries}})
	require.ErrorAs(t, err, new(*pipeline.HistoryError))
}

func TestProcessCardLimits(t *testing.T) {
	for name, c := range map[string]struct {
		limits []pipeline.Limit
		steps  []string
		want   rapport.Ratio
	}{
		"none":          {nil, []string{"2026-02-02", "2026-02-04 bid"}, ratio(0, 0)},
		"just in time":  {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("49h")}}, []string{"2026-02-02", "2026-02-04 bid"}, ratio(1, 1)},
		"late":          {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("2d")}}, []string{"2026-02-02", "2026-02-04 bid"}, ratio(0, 1)},
		"one of two":    {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("3d")}, {ID: "k", Within: pipeline.MustSpan("1d")}}, []string{"2026-02-02", "2026-02-04 bid"}, ratio(0, 1)},
		"still there":   {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("1d")}}, []string{"2026-02-02"}, ratio(0, 0)},
		"paused":        {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("49h")}}, []string{"2026-02-02", "2026-02-03 pause", "2026-02-10 resume", "2026-02-11 bid"}, ratio(1, 1)},
		"on hold":       {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("49h")}}, []string{"2026-02-02", "2026-02-03 wait", "2026-02-10 go_on", "2026-02-11 bid"}, ratio(1, 1)},
		"total":         {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("2d"), Total: true}}, []string{"2026-02-02", "2026-02-03 pause", "2026-02-10 resume", "2026-02-11 bid"}, ratio(0, 1)},
		"working time":  {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("25h working")}}, []string{"2026-02-02", "2026-02-05 bid"}, ratio(1, 1)},
		"working, late": {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("24h working")}}, []string{"2026-02-02", "2026-02-05 bid"}, ratio(0, 1)},
		// On Monday 8 hours passed; the clock stood still until Thursday.
		"working, paused":       {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("9h working")}}, []string{"2026-02-02", "2026-02-03 pause", "2026-02-05 resume", "2026-02-05 bid"}, ratio(1, 1)},
		"working, paused, late": {[]pipeline.Limit{{ID: "l", Within: pipeline.MustSpan("8h working")}}, []string{"2026-02-02", "2026-02-03 pause", "2026-02-05 resume", "2026-02-05 bid"}, ratio(0, 1)},
	} {
		d := holding().Definition()
		d.Stages[0].Limits = c.limits
		m, err := pipeline.Compile(d, &pipeline.Options{Calendar: office(t, nil, nil)}) // 9 to 12 and 13 to 18
		require.NoError(t, err)
		_, entries := history(m, pipeline.Deal{ID: "d", Owner: "li.wei"}, c.steps...)
		card, err := m.ProcessCard(&pipeline.Performance{Owner: "li.wei", Period: february, Histories: [][]pipeline.Entry{entries}})
		require.NoError(t, err)
		require.Equal(t, c.want, card.WithinLimit, name)
	}
}

func TestProcessCardActivities(t *testing.T) {
	d := pipeline.MustDate
	p := pipeline.Performance{Owner: "li.wei", Period: february, Activities: []pipeline.Activity{
		{ID: "in time", Owner: "li.wei", Due: d("2026-02-03"), DoneAt: day("2026-02-03").Add(23 * time.Hour)},
		{ID: "late", Owner: "li.wei", Due: d("2026-02-03"), DoneAt: day("2026-02-04")},
		{ID: "carried", Owner: "li.wei", Due: d("2026-02-04"), DoneAt: day("2026-02-04"), Carries: []pipeline.Carry{{From: d("2026-02-03"), To: d("2026-02-04"), Days: 1}}},
		{ID: "open", Owner: "li.wei", Due: d("2026-02-28")},
		{ID: "before", Owner: "li.wei", Due: d("2026-01-31"), DoneAt: day("2026-02-01")},
		{ID: "after", Owner: "li.wei", Due: d("2026-03-01")},
		{ID: "another's", Owner: "chen.yu", Due: d("2026-02-03")},
	}}
	card, err := shortSale().ProcessCard(&p)
	require.NoError(t, err)
	require.Equal(t, ratio(1, 4), card.OnTime)

	p.Activities[0].Due = pipeline.Date{}
	_, err = shortSale().ProcessCard(&p)
	require.ErrorAs(t, err, new(*pipeline.ActivityError))
	for _, wrong := range [][2]int{{-1, 0}, {0, -1}, {1, 2}} {
		_, err = shortSale().ProcessCard(&pipeline.Performance{Attempts: wrong[0], Refused: wrong[1]})
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
}

func TestOutcomeCardMoney(t *testing.T) {
	m := shortSale()
	p := pipeline.Performance{Owner: "li.wei", Period: february}
	for _, amount := range []string{"100.00 CNY", "50 JPY", "100.01 CNY", "100.01 CNY", ""} {
		d := pipeline.Deal{ID: "d", Owner: "li.wei"}
		if amount != "" {
			d.Amount = rapport.MustMoney(amount)
		}
		_, entries := history(m, d, "2026-02-02", "2026-02-03 bid", "2026-02-04 win")
		p.Histories = append(p.Histories, entries)
	}
	card, err := p.OutcomeCard()
	require.NoError(t, err)
	require.Equal(t, 5, card.Won)
	require.Len(t, card.Revenue, 2)
	require.Equal(t, "300.02 CNY 100.01 CNY", card.Revenue[0].Total.String()+" "+card.Revenue[0].Average.String())
	require.Equal(t, 3, card.Revenue[0].N)
	require.Equal(t, "50 JPY", card.Revenue[1].Average.String())
	_, ok := card.ForecastAccuracy.Value()
	require.False(t, ok)

	p.Forecast = rapport.MustMoney("300.00 CNY")
	_, err = p.OutcomeCard()
	require.ErrorAs(t, err, new(*rapport.CurrencyMismatchError))

	p.Histories = p.Histories[:1]
	for forecast, want := range map[string]float64{"100.00 CNY": 1, "75.00 CNY": 0.75, "125.00 CNY": 0.75, "300.00 CNY": -1} {
		p.Forecast = rapport.MustMoney(forecast)
		card, err = p.OutcomeCard()
		require.NoError(t, err)
		value, ok := card.ForecastAccuracy.Value()
		require.True(t, ok)
		require.InDelta(t, want, value, 1e-15, forecast)
	}
	p.Histories = nil
	card, err = p.OutcomeCard()
	require.NoError(t, err)
	_, ok = card.ForecastAccuracy.Value()
	require.False(t, ok)
}

func TestSuggestMode(t *testing.T) {
	m := shortSale()
	histories := firstQuarter(m).Histories // wins of 30 and 40 days
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	for _, c := range []struct {
		rule     pipeline.ModeRule
		mode     pipeline.EvaluationMode
		byStages bool
	}{
		{pipeline.ModeRule{LongCycle: days(35), ManyStages: 9, AtLeast: 2}, pipeline.ByProcess, false},
		{pipeline.ModeRule{LongCycle: days(36), ManyStages: 1, AtLeast: 2}, pipeline.ByOutcome, false},
		{pipeline.ModeRule{LongCycle: days(1), ManyStages: 3, AtLeast: 3}, pipeline.ByOutcome, true},
		{pipeline.ModeRule{LongCycle: days(99), ManyStages: 2, AtLeast: 3}, pipeline.ByProcess, true},
	} {
		s, err := m.SuggestMode(histories, c.rule)
		require.NoError(t, err)
		require.Equal(t, c.mode, s.Mode)
		require.Equal(t, c.byStages, s.ByStages)
		require.Equal(t, 2, s.Stages)
		require.Equal(t, days(35), s.Cycle.Median)
	}
	for _, wrong := range []pipeline.ModeRule{{}, {LongCycle: -1, ManyStages: 1, AtLeast: 1}, {LongCycle: 1, AtLeast: 1}, {LongCycle: 1, ManyStages: 1}} {
		_, err := m.SuggestMode(nil, wrong)
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
	var mode pipeline.EvaluationMode
	require.NoError(t, mode.UnmarshalText([]byte("outcome")))
	require.Equal(t, pipeline.ByOutcome, mode)
	require.Error(t, mode.UnmarshalText([]byte("luck")))
}

// Whatever happened, the cards of all owners together count each closing once, and each
// ratio is one of parts to a whole.
func TestScorecardProperties(t *testing.T) {
	m := holding()
	owners := []string{"", "li.wei", "chen.yu"}
	rapid.Check(t, func(t *rapid.T) {
		var histories [][]pipeline.Entry
		closed, open := 0, 0
		for range rapid.IntRange(0, 4).Draw(t, "deals") {
			d, e, err := m.OpenDeal(pipeline.Deal{ID: "d", Owner: rapid.SampledFrom(owners).Draw(t, "owner")}, pipeline.Input{}, day("2026-02-01"))
			require.NoError(t, err)
			entries := []pipeline.Entry{e}
			for range rapid.IntRange(0, 12).Draw(t, "steps") {
				at := d.ChangedAt.Time().Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
				trigger := rapid.SampledFrom([]pipeline.TriggerID{"bid", "win", "lose", "back", "wait", "go_on", "again", "reopen"}).Draw(t, "trigger")
				in := pipeline.Input{Reason: map[pipeline.TriggerID]string{"lose": "no_decision", "back": "no_decision"}[trigger]}
				if rapid.Bool().Draw(t, "hand over") {
					in.Data = pipeline.Values{pipeline.FieldOwner: pipeline.Text(rapid.SampledFrom(owners).Draw(t, "owner"))}
				}
				if next, e, err := d.Fire(m, trigger, in, at); err == nil {
					d, entries = next, append(entries, e)
				}
			}
			histories = append(histories, entries)
			if entries[len(entries)-1].Outcome.Closed() {
				closed++
			} else {
				open++
			}
		}
		sum := [3]int{}
		for _, owner := range owners {
			p := pipeline.Performance{Owner: owner, Period: rapport.Interval{}, Histories: histories}
			outcome, err := p.OutcomeCard()
			require.NoError(t, err)
			process, err := m.ProcessCard(&p)
			require.NoError(t, err)
			for _, r := range []rapport.Ratio{outcome.WonOfAll, outcome.WonOfDecided, process.WithinLimit, process.Checklists, process.OnTime, process.Solved, process.Refused} {
				require.NoError(t, r.Validate())
				require.LessOrEqual(t, r.Num, r.Den)
			}
			require.Equal(t, outcome.Won, outcome.Cycle.N)
			sum[0] += outcome.Won + outcome.Lost
			sum[1] += outcome.Open
			for _, f := range process.Stages {
				sum[2] += f.Entered
			}
		}
		require.Equal(t, [2]int{closed, open}, [2]int{sum[0], sum[1]})
		stays := 0
		for _, f := range m.StageFigures(histories, rapport.Interval{}) {
			stays += f.Entered
		}
		require.Equal(t, stays, sum[2])
	})
}
