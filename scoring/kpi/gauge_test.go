package kpi_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Lost calls: a warning from 5 %, over below 4 %, critical from 8 %.
func ExampleGauge() {
	lost := kpi.Gauge{Key: "lost calls", Direction: kpi.LowerIsBetter, Warn: 5, Clear: new(4.0), Critical: new(8.0)}
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var state kpi.GaugeState
	for hour, value := range []float64{4.9, 5.1, 4.5, 3.9} {
		var change *kpi.LevelChange
		var err error
		state, change, err = lost.Apply(state, kpi.Reading{At: monday.Add(time.Duration(hour) * time.Hour), Value: value})
		if err != nil {
			fmt.Println(err)
			return
		}
		if change != nil {
			fmt.Println(change.At.Format("15:04"), value, change.From, "->", change.To)
		}
	}
	// Output:
	// 09:00 4.9 none -> normal
	// 10:00 5.1 normal -> warning
	// 12:00 3.9 warning -> normal
}

func hour(n int) time.Time {
	return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)
}

// statuses applies a value an hour; NaN is a reading without a value.
func statuses(t require.TestingT, g kpi.Gauge, values ...float64) ([]string, kpi.GaugeState) {
	var s kpi.GaugeState
	var seen []string
	for i, v := range values {
		var err error
		r := kpi.Reading{At: hour(i), Value: v}
		if math.IsNaN(v) {
			r = kpi.Reading{At: hour(i), Missing: true}
		}
		s, _, err = g.Apply(s, r)
		require.NoError(t, err)
		seen = append(seen, s.Level().String()[:1])
	}
	return seen, s
}

func TestGaugeLevels(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	low := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5, Clear: new(4.0), Critical: new(8.0)}
	high := kpi.Gauge{Key: "g", Direction: kpi.HigherIsBetter, Warn: -5, Clear: new(-4.0), Critical: new(-8.0)}
	own := low
	own.CriticalClear = new(5.5)
	slow := low
	slow.For = 2 * time.Hour
	plain := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5}
	for _, c := range []struct {
		name   string
		gauge  kpi.Gauge
		values []float64
		want   string
	}{
		{"both clear levels", low, []float64{4.9, 5, 8, 7, 6.9, 4, 3.9, 9, 1}, "n w c c w w n c n"},
		{"a clear level of its own", own, []float64{8, 6, 5.5, 5.4, 4}, "c c c w w"},
		{"no hysteresis", plain, []float64{5, 4.9, 99}, "w n w"},
		{"no data changes nothing", low, []float64{nan, nan, 6, nan, 4.5, nan, 3}, "n n w w w w n"},
		{"minimum duration", slow, []float64{9, 9, 9, 9}, "n n c c"},
		{"broken by a better value", slow, []float64{6, 6, 4.5, 6, 6, 6, 4.5, 3}, "n n n n n w w n"},
		{"broken by no data", slow, []float64{6, 6, nan, 6, 6, 6}, "n n n n n w"},
		{"warning first", slow, []float64{6, 6, 9, 9, 9, 7.5, 6}, "n n w w c c w"},
	} {
		seen, _ := statuses(t, c.gauge, c.values...)
		require.Equal(t, c.want, strings.Join(seen, " "), c.name)
	}
	turned := []float64{-4.9, -5, -8, -7, -6.9, -4, -3.9, -9, -1}
	seen, _ := statuses(t, high, turned...)
	require.Equal(t, "n w c c w w n c n", strings.Join(seen, " "))
}

func TestGaugeBadInput(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, g := range []kpi.Gauge{
		{Direction: kpi.LowerIsBetter, Warn: 1},
		{Key: "g", Warn: 1},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: nan},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 1, Target: &nan},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 1, Clear: new(2.0)},
		{Key: "g", Direction: kpi.HigherIsBetter, Warn: 1, Clear: new(0.5)},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 1, Critical: new(0.5)},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 1, CriticalClear: new(0.5)},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 2, Clear: new(1.0), Critical: new(3.0), CriticalClear: new(0.5)},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 2, Critical: new(3.0), CriticalClear: new(4.0)},
		{Key: "g", Direction: kpi.LowerIsBetter, Warn: 2, For: -1},
	} {
		var wrong *kpi.GaugeError
		require.ErrorAs(t, g.Validate(), &wrong)
		_, err := json.Marshal(g)
		require.ErrorAs(t, err, &wrong)
		_, _, err = g.Apply(kpi.GaugeState{}, kpi.Reading{At: hour(1), Value: 1})
		require.ErrorAs(t, err, &wrong)
	}
	g := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5}
	_, s := statuses(t, g, 1, 2)
	for _, at := range []time.Time{hour(1), hour(0)} {
		same, change, err := g.Apply(s, kpi.Reading{At: at, Value: 9})
		var order *kpi.OrderError
		require.ErrorAs(t, err, &order)
		require.Nil(t, change)
		require.Equal(t, s, same)
	}
	for _, r := range []kpi.Reading{{At: hour(5), Value: nan}, {At: hour(5), Value: math.Inf(1)}, {Value: 1}} {
		_, _, err := g.Apply(s, r)
		require.ErrorAs(t, err, new(*kpi.ReadingError))
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	g := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5, Every: 2 * time.Hour}
	require.False(t, kpi.GaugeState{}.Silent(g, hour(100)))
	_, s := statuses(t, g, 1, math.NaN())
	require.False(t, s.Silent(g, hour(2)))
	require.True(t, s.Silent(g, hour(3)), "readings without a value do not count")
	require.Equal(t, 1, s.Missing())
	_, s = statuses(t, g, math.NaN())
	require.True(t, s.Silent(g, hour(3)))
	g.Every = 0
	require.False(t, s.Silent(g, hour(1e6)))
	require.Equal(t, kpi.Reading{At: hour(0), Missing: true}, kpi.RatioReading(hour(0), rapport.Ratio{Num: 3}))
	lost, err := kpi.LostCalls(rapport.MustInterval("2026-01-01T00:00:00Z/2026-02-01T00:00:00Z"), 30, 1000)
	require.NoError(t, err)
	require.Equal(t, kpi.Reading{At: lost.Period.End(), Value: 0.03}, kpi.FigureReading(lost))
	require.Equal(t, kpi.Reading{At: hour(0), Value: 0.03}, kpi.RatioReading(hour(0), rapport.Ratio{Num: 30, Den: 1000, N: 1000}))
}

// A gauge goes on from its JSON as if nothing had happened, a gauge that is turned round
// shows the same, and between a limit and its clear limit nothing changes.
func TestGaugeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5, Clear: new(5 - rapid.Float64Range(0, 3).Draw(t, "gap"))}
		if rapid.Bool().Draw(t, "critical") {
			g.Critical = new(5 + rapid.Float64Range(0, 3).Draw(t, "above"))
		}
		g.For = time.Duration(rapid.IntRange(0, 4).Draw(t, "for")) * time.Hour
		g.Every = time.Duration(rapid.IntRange(0, 2).Draw(t, "every")) * time.Hour
		require.NoError(t, g.Validate())
		turned := g
		turned.Direction, turned.Warn, turned.Clear = kpi.HigherIsBetter, -g.Warn, new(-*g.Clear)
		if g.Critical != nil {
			turned.Critical = new(-*g.Critical)
		}
		require.NoError(t, turned.Validate())
		text, err := json.Marshal(g)
		require.NoError(t, err)
		var back kpi.Gauge
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, g, back)

		var state, other kpi.GaugeState
		var told []kpi.Reading
		at := 0
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			at += rapid.IntRange(1, 3).Draw(t, "hours")
			r := kpi.Reading{At: hour(at), Value: rapid.Float64Range(0, 10).Draw(t, "value")}
			if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				r = kpi.Reading{At: hour(at), Missing: true}
			}
			told = append(told, r)
			before := state.Level()
			var change *kpi.LevelChange
			state, change, err = g.Apply(state, r)
			require.NoError(t, err)
			require.Equal(t, change != nil, before != state.Level())
			if !r.Missing && before >= kpi.Warning && r.Value >= *g.Clear {
				require.GreaterOrEqual(t, state.Level(), kpi.Warning)
			}
			if change != nil && change.From < kpi.Warning && change.To >= kpi.Warning {
				require.True(t, reachedFor(g, told), "%v", told)
			} else if !r.Missing && state.Level() == kpi.Normal {
				require.False(t, reachedFor(g, told), "%v", told)
			}
			r.Value = -r.Value
			other, _, err = turned.Apply(other, r)
			require.NoError(t, err)
			require.Equal(t, state.Level(), other.Level())

			written, err := json.Marshal(state)
			require.NoError(t, err)
			var read kpi.GaugeState
			require.NoError(t, json.Unmarshal(written, &read))
			again, err := json.Marshal(read)
			require.NoError(t, err)
			require.Equal(t, string(written), string(again))
			state = read
		}
	})
}

func TestGaugeStateFormat(t *testing.T) {
	t.Parallel()
	_, s := statuses(t, kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5}, 6)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"level":"warning","since":"2026-03-02T00:00:00Z","last":"2026-03-02T00:00:00Z",`+
		`"warning_reached":"2026-03-02T00:00:00Z","critical_reached":"0001-01-01T00:00:00Z","recent":[{"at":"2026-03-02T00:00:00Z","value":6}],"missing":0}`, string(text))
	for _, wrong := range []string{
		`{}`, `{"format":2}`, strings.Replace(string(text), "warning\"", "else\"", 1), strings.Replace(string(text), `"last":"2026`, `"last":"2025`, 1),
		strings.Replace(string(text), `"missing":0`, `"missing":-1`, 1), strings.Replace(string(text), `"level":"warning"`, `"level":"unknown"`, 1),
		strings.Replace(string(text), `"missing":0`, `"more":0`, 1),
	} {
		got := s
		require.Error(t, json.Unmarshal([]byte(wrong), &got), wrong)
		require.Equal(t, s, got)
	}
	var g kpi.Gauge
	for _, wrong := range []string{
		`{"format":1,"key":"g","direction":"lower","target":null,"clear":null,"critical":null,"critical_clear":null,"for":"0s","every":"0s"}`,
		`{"format":1,"key":"g","direction":"lower","target":null,"warn":1,"clear":null,"critical":null,"critical_clear":null,"for":"x","every":"0s"}`,
	} {
		require.Error(t, json.Unmarshal([]byte(wrong), &g))
		require.Zero(t, g)
	}
}

func TestBoard(t *testing.T) {
	t.Parallel()
	lost := kpi.Gauge{Key: "lost calls", Direction: kpi.LowerIsBetter, Target: new(3.0), Warn: 5, Every: time.Hour}
	index := kpi.Gauge{Key: "index", Direction: kpi.HigherIsBetter, Target: new(75.0), Warn: 60, Critical: new(50.0)}
	_, rising := statuses(t, lost, 1, 2.1, 2.9, 4, 5)
	_, good := statuses(t, index, 60.1, 70, 80.2)
	_, steady := statuses(t, index, 61, 65, 61, 65)
	steadyGauge := index
	steadyGauge.Key = "other"
	board, err := kpi.NewBoard(hour(6), []kpi.Instrument{{lost, rising}, {index, good}, {steadyGauge, steady}, {Gauge: kpi.Gauge{Key: "new", Direction: kpi.LowerIsBetter}}})
	require.NoError(t, err)
	require.Equal(t, kpi.Warning, board.Worst)
	d := board.Dials[0]
	require.Equal(t, kpi.TrendWorse, d.Trend)
	require.InDelta(t, 24*0.99, d.Slope.Value, 1e-9) // by hand: Σ(t−2)y = 9.9 over 10, an hour
	require.True(t, d.Silent)
	require.False(t, d.Reached)
	require.Equal(t, 5.0, *d.Value)
	require.Equal(t, []float64{1, 2.1, 2.9, 4, 5}, d.Spark)
	require.Equal(t, kpi.TrendBetter, board.Dials[1].Trend)
	require.True(t, board.Dials[1].Reached)
	require.Equal(t, kpi.TrendUnclear, board.Dials[2].Trend)
	require.Empty(t, cmp.Diff(kpi.Dial{Key: "new", Trend: kpi.TrendNoData}, board.Dials[3]))
	_, err = kpi.NewBoard(hour(6), []kpi.Instrument{{lost, rising}, {lost, rising}})
	require.ErrorAs(t, err, new(*kpi.GaugeError))
	_, err = kpi.NewBoard(hour(1), []kpi.Instrument{{lost, rising}})
	require.ErrorAs(t, err, new(*kpi.OrderError))
}

// Values that do not move have no trend, whatever the rounding of a line through them.
func TestBoardSteady(t *testing.T) {
	t.Parallel()
	g := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5}
	for _, value := range []float64{0.1, 0.07, 1.0 / 3, 1e6 + 0.1} {
		for n := 3; n <= 30; n++ {
			_, s := statuses(t, g, slices.Repeat([]float64{value}, n)...)
			board, err := kpi.NewBoard(hour(n), []kpi.Instrument{{Gauge: g, State: s}})
			require.NoError(t, err)
			require.Equal(t, kpi.TrendSame, board.Dials[0].Trend, "%v %d times", value, n)
		}
	}
}

// reachedFor goes back over the readings as far as all are values that reach the warning,
// none too long after the one before.
func reachedFor(g kpi.Gauge, readings []kpi.Reading) bool {
	last := len(readings) - 1
	first := last + 1
	for i := last; i >= 0 && !readings[i].Missing && readings[i].Value >= g.Warn; i-- {
		if i < last && g.Every > 0 && readings[i+1].At.Sub(readings[i].At) > g.Every {
			break
		}
		first = i
	}
	return first <= last && readings[last].At.Sub(readings[first].At) >= g.For
}

// A source that falls silent breaks the minimum duration as one that says it has no value.
func TestGaugeSilenceBreaksDuration(t *testing.T) {
	t.Parallel()
	g := kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5, For: 2 * time.Hour, Every: time.Hour}
	var s kpi.GaugeState
	var levels []string
	for _, at := range []int{0, 9, 10, 11} {
		var err error
		s, _, err = g.Apply(s, kpi.Reading{At: hour(at), Value: 6})
		require.NoError(t, err)
		levels = append(levels, s.Level().String())
	}
	require.Equal(t, []string{"normal", "normal", "normal", "warning"}, levels)
}

// States that no readings lead to are refused, and fields that are missing, which would be
// read as 0.
func TestGaugeStateContradictions(t *testing.T) {
	t.Parallel()
	_, s := statuses(t, kpi.Gauge{Key: "g", Direction: kpi.LowerIsBetter, Warn: 5}, 6)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	for old, wrong := range map[string]string{
		`"warning_reached":"2026`:        `"warning_reached":"2027`,
		`"critical_reached":"0001-01-01`: `"critical_reached":"2025-01-01`,
		`"missing":0`:                    `"missing":1`,
		`"last":"2026`:                   `"last":"2027`,
		`"since":"2026-03-02`:            `"since":"0001-01-01`,
		`,"value":6`:                     ``,
		`"value":6`:                      `"value":null`,
		`,"missing":0`:                   ``,
		`"critical_reached":"0001-01-01T00:00:00Z",`: ``,
		`"recent":[{"at":"2026-03-02T00:00:00Z",`:    `"recent":[{`,
	} {
		require.Contains(t, string(text), old)
		var got kpi.GaugeState
		require.Error(t, json.Unmarshal([]byte(strings.Replace(string(text), old, wrong, 1)), &got), wrong)
		require.Equal(t, kpi.GaugeState{}, got)
	}
}
