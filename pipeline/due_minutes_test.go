package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// minutes follows the clocks of a record minute by minute, as slowly as can be.
type minutes struct {
	limits   []pipeline.Limit
	calendar *pipeline.Calendar
	clocks   map[string]*count // by limit and stage
	breaches []string
}

type count struct {
	ran  int
	over bool
}

// lengths are the spans of the simulation in minutes; 1d is 1440 in UTC.
func lengths() map[string]int {
	return map[string]int{"7min": 7, "3h": 180, "1d": 1440, "20min working": 20, "9h working": 540}
}

// start begins the clocks of a stage, "" for the process; stop ends them.
func (w *minutes) start(stage string) {
	for _, l := range w.limits {
		w.clocks[join(stage, l.ID)] = &count{}
	}
}

func (w *minutes) stop(stage string) {
	for _, l := range w.limits {
		delete(w.clocks, join(stage, l.ID))
	}
}

func join(stage, limit string) string { return strings.TrimPrefix(stage+"."+limit, ".") }

// tick lets the minute that ends at an instant pass.
func (w *minutes) tick(end time.Time, paused bool) {
	for _, l := range w.limits {
		for _, stage := range []string{"", "a", "hold", "won"} {
			c := w.clocks[join(stage, l.ID)]
			if c == nil || c.over || paused && !l.Total {
				continue
			}
			text := l.Within.String()
			if !strings.HasSuffix(text, "working") || w.calendar.Open(end.Add(-time.Minute)) {
				c.ran++
			}
			if c.ran == lengths()[text] {
				c.over = true
				w.breaches = append(w.breaches, join(stage, l.ID)+" "+end.Format(time.RFC3339))
			}
		}
	}
}

// Breaches, polled at any times and with the old position before each change, are those of
// a simulation by minutes; NextDue misses none, and Due agrees.
func TestBreachesAgainstMinutes(t *testing.T) {
	calendar := officeHours(t)
	rapid.Check(t, func(t *rapid.T) {
		var limits []pipeline.Limit
		for i, span := range rapid.SliceOfN(rapid.SampledFrom([]string{"7min", "3h", "1d", "20min working", "9h working"}), 1, 4).Draw(t, "spans") {
			limits = append(limits, pipeline.Limit{ID: fmt.Sprint("limit", i), Within: pipeline.MustSpan(span), Total: rapid.Bool().Draw(t, "total"), Warn: rapid.IntRange(0, 99).Draw(t, "warn")})
		}
		m, err := pipeline.Compile(limited(limits...), &pipeline.Options{Calendar: calendar})
		require.NoError(t, err)
		now := time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "begin")) * time.Minute)
		p, _, err := m.Open(pipeline.Input{}, now)
		require.NoError(t, err)
		naive := &minutes{limits: limits, calendar: calendar, clocks: map[string]*count{}}
		naive.start("")
		naive.start("a")

		var got []string
		polled := now
		poll := func(at time.Time) {
			breaches, err := m.Breaches(p, nil, polled, at)
			require.NoError(t, err)
			for _, b := range breaches {
				got = append(got, b.Limit+" "+b.At.Format(time.RFC3339))
			}
			polled = at
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			for range rapid.OneOf(rapid.IntRange(0, 30), rapid.IntRange(0, 2000)).Draw(t, "minutes") {
				next, err := m.NextDue(p, nil, now)
				require.NoError(t, err)
				before := len(naive.breaches)
				now = now.Add(time.Minute)
				naive.tick(now, !p.Running())
				if len(naive.breaches) > before {
					require.False(t, next.IsZero() || next.After(now), "NextDue says %s, at %s there is a breach", next, now)
				}
			}
			switch action := rapid.SampledFrom([]string{"poll", "pause", "resume", "to_a", "to_b", "hold", "back", "win", "reopen", "touch"}).Draw(t, "action"); action {
			case "poll":
				poll(now)
				list, err := m.Due(p, nil, now)
				require.NoError(t, err)
				for _, d := range list {
					over := naive.clocks[d.Limit].over
					require.Equal(t, over, d.State == pipeline.LimitBreached, "%+v at %s", d, now)
					require.True(t, over || d.Remaining >= 0)
				}
			case "pause":
				if next, _, err := m.Pause(p, pipeline.Input{}, now); err == nil {
					poll(now)
					p = next
				}
			case "resume":
				if next, _, err := m.Resume(p, pipeline.Input{}, now); err == nil {
					poll(now)
					p = next
				}
			default:
				in := pipeline.Input{}
				if action == "reopen" {
					in.Reason = "other"
				}
				next, move, err := m.Fire(p, pipeline.TriggerID(action), in, now)
				if err != nil {
					continue
				}
				poll(now)
				p = next
				if move.Kind() == pipeline.Stayed {
					continue
				}
				for _, stage := range []string{"a", "hold", "won"} {
					if !(stage == "a" && (action == "hold" || action == "back")) { // its clocks are kept
						naive.stop(stage)
					}
				}
				switch {
				case p.Stage == "won":
					naive.stop("")
				case move.Kind() == pipeline.Reopened:
					naive.start("")
				}
				if p.Stage != "b" && action != "back" {
					naive.start(string(p.Stage))
				}
				if p.Stage == "a" {
				}
			}
		}
		poll(now)
		slices.Sort(got)
		slices.Sort(naive.breaches)
		if diff := cmp.Diff(naive.breaches, got); diff != "" {
			t.Fatalf("breaches (-naive +got):\n%s", diff)
		}
	})
}
