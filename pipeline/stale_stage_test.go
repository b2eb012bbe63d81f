package pipeline_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// history opens a deal and fires triggers on it: "2026-03-02", "2026-03-05 bid", …
func history(m *pipeline.Machine, d pipeline.Deal, steps ...string) (pipeline.Deal, []pipeline.Entry) {
	d, e, err := m.OpenDeal(d, pipeline.Input{}, day(steps[0]))
	if err != nil {
		panic(err)
	}
	entries := []pipeline.Entry{e}
	for _, step := range steps[1:] {
		at, trigger, _ := strings.Cut(step, " ")
		in := pipeline.Input{}
		if trigger == "lose" || trigger == "back" {
			in.Reason = "no_decision"
		}
		switch trigger {
		case "pause":
			d, e, err = d.Pause(m, in, day(at))
		case "resume":
			d, e, err = d.Resume(m, in, day(at))
		default:
			d, e, err = d.Fire(m, pipeline.TriggerID(trigger), in, day(at))
		}
		if err != nil {
			panic(err)
		}
		entries = append(entries, e)
	}
	return d, entries
}

// Designs took 4, 6, 6 and 9 days until they were bid or lost; the one of the press has
// taken 14 days so far.
func ExampleMachine_StuckDeals() {
	machine := shortSale()
	var histories [][]pipeline.Entry
	for _, end := range []string{"2026-03-05 bid", "2026-03-07 bid", "2026-03-07 bid", "2026-03-10 lose"} {
		_, entries := history(machine, pipeline.Deal{ID: "closed"}, "2026-03-01", end)
		histories = append(histories, entries)
	}
	press, entries := history(machine, pipeline.Deal{ID: "press"}, "2026-04-01")
	figures := machine.StageFigures(append(histories, entries), rapport.Interval{})
	design := figures[0]
	fmt.Println("median:", design.Lasted.Median.Hours()/24, "days of", design.Lasted.N)
	entered, _ := design.ConversionOfEntered().Value()
	resolved, _ := design.ConversionOfResolved().Value()
	fmt.Printf("went on: %.2f of those entered, %.2f of those resolved\n", entered, resolved)

	stuck, err := machine.StuckDeals([]pipeline.Deal{press}, figures, pipeline.StuckRule{Times: 2, AtLeast: 4}, day("2026-04-15"))
	if err != nil {
		fmt.Println(err)
		return
	}
	times, _ := stuck[0].Times.Value()
	fmt.Printf("%s: %v days in %s, %.2f times the median\n", stuck[0].Deal, stuck[0].Age.Hours()/24, stuck[0].Stage, times)
	// Output:
	// median: 6 days of 4
	// went on: 0.60 of those entered, 0.75 of those resolved
	// press: 14 days in design, 2.33 times the median
}

// holding is the sale of shortSale with two stages on hold and a way to open again.
func holding() *pipeline.Machine {
	d := shortSale().Definition()
	d.Stages = append(d.Stages, pipeline.Stage{ID: "waiting", Kind: pipeline.OnHold}, pipeline.Stage{ID: "frozen", Kind: pipeline.OnHold})
	d.Transitions = append(d.Transitions,
		pipeline.Transition{Trigger: "wait", From: []pipeline.StageID{"design", "bidding"}, To: "waiting"},
		pipeline.Transition{Trigger: "freeze", From: []pipeline.StageID{"waiting"}, To: "frozen"},
		pipeline.Transition{Trigger: "go_on", From: []pipeline.StageID{"waiting", "frozen"}, Resume: true},
		pipeline.Transition{Trigger: "bid", From: []pipeline.StageID{"waiting"}, To: "bidding"},
		pipeline.Transition{Trigger: "again", From: []pipeline.StageID{"design"}, To: "design"},
		pipeline.Transition{Trigger: "reopen", From: []pipeline.StageID{"lost", "won"}, To: "bidding"},
	)
	m, err := pipeline.Compile(d, nil)
	if err != nil {
		panic(err)
	}
	return m
}

func TestStageFigures(t *testing.T) {
	m := holding()
	const days = 24 * time.Hour
	lasted := func(n int, mean, median, longest time.Duration) pipeline.Durations {
		return pipeline.Durations{N: n, Mean: mean * days, Median: median * days, Longest: longest * days}
	}
	for name, c := range map[string]struct {
		steps           []string
		design, bidding pipeline.StageFigure
	}{
		"still there": {[]string{"2026-03-01"}, pipeline.StageFigure{Entered: 1, Still: 1}, pipeline.StageFigure{}},
		"won": {
			[]string{"2026-03-01", "2026-03-03 bid", "2026-03-06 win"},
			pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 2, 2, 2)}, pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 3, 3, 3)},
		},
		"back and lost": {
			[]string{"2026-03-01", "2026-03-03 bid", "2026-03-06 back", "2026-03-10 lose"},
			pipeline.StageFigure{Entered: 2, On: 1, Lost: 1, Lasted: lasted(2, 3, 3, 4)}, pipeline.StageFigure{Entered: 1, Back: 1, Lasted: lasted(1, 3, 3, 3)},
		},
		"entered anew": {
			[]string{"2026-03-01", "2026-03-03 again"},
			pipeline.StageFigure{Entered: 2, Back: 1, Still: 1, Lasted: lasted(1, 2, 2, 2)}, pipeline.StageFigure{},
		},
		"paused": {
			[]string{"2026-03-01", "2026-03-03 pause", "2026-03-06 resume", "2026-03-10 bid"},
			pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 6, 6, 6)}, pipeline.StageFigure{Entered: 1, Still: 1},
		},
		"on hold": {[]string{"2026-03-01", "2026-03-03 wait"}, pipeline.StageFigure{Entered: 1, Still: 1}, pipeline.StageFigure{}},
		"on hold and back": {
			[]string{"2026-03-01", "2026-03-03 wait", "2026-03-13 go_on", "2026-03-14 wait", "2026-03-20 freeze", "2026-03-24 go_on", "2026-03-29 bid"},
			pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 8, 8, 8)}, pipeline.StageFigure{Entered: 1, Still: 1},
		},
		"on hold and anew": {
			[]string{"2026-03-01", "2026-03-02 bid", "2026-03-03 wait", "2026-03-13 bid"},
			pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 1, 1, 1)}, pipeline.StageFigure{Entered: 2, Back: 1, Still: 1, Lasted: lasted(1, 1, 1, 1)},
		},
		"on hold and on": {
			[]string{"2026-03-01", "2026-03-03 wait", "2026-03-13 bid"},
			pipeline.StageFigure{Entered: 1, On: 1, Lasted: lasted(1, 2, 2, 2)}, pipeline.StageFigure{Entered: 1, Still: 1},
		},
		"on hold and lost": {
			[]string{"2026-03-01", "2026-03-03 wait", "2026-03-05 freeze", "2026-03-13 lose", "2026-04-01 reopen"},
			pipeline.StageFigure{Entered: 1, Lost: 1, Lasted: lasted(1, 2, 2, 2)}, pipeline.StageFigure{Entered: 1, Still: 1},
		},
	} {
		c.design.Stage, c.bidding.Stage = "design", "bidding"
		_, entries := history(m, pipeline.Deal{ID: "d1"}, c.steps...)
		require.Equal(t, []pipeline.StageFigure{c.design, c.bidding}, m.StageFigures([][]pipeline.Entry{entries}, rapport.Interval{}), name)
	}

	_, entries := history(m, pipeline.Deal{ID: "d1"}, "2026-03-01", "2026-03-03 bid", "2026-03-06 win")
	march := rapport.MustInterval("2026-03-03T00:00:00Z/2026-04-01T00:00:00Z")
	figures := m.StageFigures([][]pipeline.Entry{entries}, march)
	require.Zero(t, figures[0].Entered, "it began before the cohort")
	require.Equal(t, 1, figures[1].Entered)
}

// Stages of older versions are counted too, after those of today.
func TestStageFiguresOfOldStages(t *testing.T) {
	d := shortSale().Definition()
	d.Stages = append(d.Stages, pipeline.Stage{ID: "audit"}, pipeline.Stage{ID: "approval"})
	for _, move := range []string{"design audit", "audit approval", "approval bidding", "bidding audit"} {
		from, to, _ := strings.Cut(move, " ")
		d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: pipeline.TriggerID("to_" + to), From: []pipeline.StageID{pipeline.StageID(from)}, To: pipeline.StageID(to)})
	}
	old, err := pipeline.Compile(d, nil)
	require.NoError(t, err)
	_, entries := history(old, pipeline.Deal{ID: "d1"}, "2026-03-01", "2026-03-02 to_audit", "2026-03-03 to_approval", "2026-03-04 to_bidding", "2026-03-05 to_audit", "2026-03-06 lose")
	figures := shortSale().StageFigures([][]pipeline.Entry{entries}, rapport.Interval{})
	var seen []string
	for _, f := range figures {
		seen = append(seen, fmt.Sprint(f.Stage, " on ", f.On, " back ", f.Back, " lost ", f.Lost))
	}
	require.Equal(t, []string{"design on 1 back 0 lost 0", "bidding on 0 back 1 lost 0", "approval on 1 back 0 lost 0", "audit on 1 back 0 lost 1"}, seen)
}

// Every stay is counted once and ends one way, whatever was fired.
func TestStageFiguresProperties(t *testing.T) {
	m := holding()
	rapid.Check(t, func(t *rapid.T) {
		d, e, err := m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, morning)
		require.NoError(t, err)
		entries := []pipeline.Entry{e}
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			at := d.ChangedAt.Time().Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
			trigger := rapid.SampledFrom([]pipeline.TriggerID{"bid", "win", "lose", "back", "wait", "freeze", "go_on", "again", "reopen"}).Draw(t, "trigger")
			next, e, err := d.Fire(m, trigger, pipeline.Input{Reason: map[pipeline.TriggerID]string{"lose": "no_decision", "back": "no_decision"}[trigger]}, at)
			if err == nil {
				d, entries = next, append(entries, e)
			}
		}
		still, on, won := 0, 0, 0
		for _, f := range m.StageFigures([][]pipeline.Entry{entries}, rapport.Interval{}) {
			require.Equal(t, f.Entered, f.On+f.Back+f.Lost+f.Still)
			require.Equal(t, f.Entered-f.Still, f.Lasted.N)
			require.LessOrEqual(t, f.Lasted.Median, f.Lasted.Longest)
			require.LessOrEqual(t, f.Lasted.Mean, f.Lasted.Longest)
			require.GreaterOrEqual(t, f.Lasted.Median, time.Duration(0))
			for _, r := range []rapport.Ratio{f.ConversionOfEntered(), f.ConversionOfResolved()} {
				require.NoError(t, r.Validate())
				require.LessOrEqual(t, r.Num, r.Den)
			}
			still, on = still+f.Still, on+f.On
		}
		for _, e := range entries {
			if e.Outcome == pipeline.Won && e.Kind == pipeline.Moved {
				won++
			}
		}
		closed := entries[len(entries)-1].Outcome.Closed()
		require.Equal(t, map[bool]int{true: 0, false: 1}[closed], still, "an open record is in one stage")
		require.GreaterOrEqual(t, on, won)
	})
}

func TestStuckDeals(t *testing.T) {
	m := shortSale()
	const days = 24 * time.Hour
	deal := func(id rapport.ID, opened string) pipeline.Deal {
		d, _ := history(m, pipeline.Deal{ID: id}, opened)
		return d
	}
	figures := []pipeline.StageFigure{{Stage: "design", Lasted: pipeline.Durations{N: 5, Median: 6 * days}}, {Stage: "bidding", Lasted: pipeline.Durations{N: 1}}}
	paused, _ := history(m, pipeline.Deal{ID: "paused"}, "2026-03-01", "2026-03-02 pause")
	lost, _ := history(m, pipeline.Deal{ID: "lost"}, "2026-03-01", "2026-03-02 lose")
	bidding, _ := history(m, pipeline.Deal{ID: "bidding"}, "2026-03-01", "2026-03-02 bid")
	deals := []pipeline.Deal{deal("b", "2026-03-01"), paused, lost, deal("just", "2026-03-03"), deal("a", "2026-03-01"), deal("longest", "2026-02-01"), bidding}
	at := day("2026-03-15")
	list, err := m.StuckDeals(deals, figures, pipeline.StuckRule{Times: 2, AtLeast: 2}, at)
	require.NoError(t, err)
	var ids []rapport.ID
	for _, s := range list {
		ids = append(ids, s.Deal)
	}
	require.Equal(t, []rapport.ID{"longest", "a", "b"}, ids)
	require.Equal(t, pipeline.StuckDeal{Deal: "a", Stage: "design", Age: 14 * days, Median: 6 * days, Times: rapport.Ratio{Num: 14 * 86400, Den: 6 * 86400, N: 5}}, list[1])

	list, err = m.StuckDeals(deals, figures, pipeline.StuckRule{Times: 2, AtLeast: 1}, at)
	require.NoError(t, err)
	require.Equal(t, rapport.ID("bidding"), list[0].Deal, "nobody else has stayed at all")

	for _, wrong := range []pipeline.StuckRule{{}, {Times: -1, AtLeast: 1}, {Times: math.NaN(), AtLeast: 1}, {Times: math.Inf(1), AtLeast: 1}, {Times: 2}} {
		_, err = m.StuckDeals(deals, figures, wrong, at)
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
	deals[0].Stage = "x"
	_, err = m.StuckDeals(deals, figures, pipeline.StuckRule{Times: 2, AtLeast: 2}, at)
	require.ErrorAs(t, err, new(*pipeline.UnknownStageError))
}
