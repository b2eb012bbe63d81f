package kpi_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Lost calls are too many from 10 to 12 o'clock and again at 13: within the cool-down of
// two hours the alert is not opened again, at 14 it is.
func ExampleAlertDesk() {
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{CoolDown: 2 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	id := kpi.AlertID{Key: "lost calls", Cause: kpi.OverLimit}
	for i, status := range []kpi.Level{kpi.Normal, kpi.Warning, kpi.Warning, kpi.Normal, kpi.Critical, kpi.Critical} {
		events, err := desk.Apply([]kpi.Condition{{ID: id, Level: status}}, hour(9+i))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range events {
			fmt.Println(e.At.Format("15:04"), e.Kind, e.Alert.ID, e.Alert.Worst, "episode", e.Alert.Episode)
		}
	}
	// Output:
	// 10:00 raised lost calls/limit warning episode 1
	// 12:00 resolved lost calls/limit warning episode 1
	// 14:00 reopened lost calls/limit critical episode 2
}

func kinds(events []kpi.AlertEvent) string {
	var list []string
	for _, e := range events {
		list = append(list, e.Kind.String())
	}
	return strings.Join(list, " ")
}

func TestAlertStory(t *testing.T) {
	t.Parallel()
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{CoolDown: 3 * time.Hour, EscalateAfter: 2 * time.Hour})
	require.NoError(t, err)
	id := kpi.AlertID{Key: "calls", Cause: kpi.OverLimit}
	apply := func(at int, list ...kpi.Level) string {
		var conditions []kpi.Condition
		for _, status := range list {
			conditions = append(conditions, kpi.Condition{ID: id, Level: status, Value: float64(at)})
		}
		events, err := desk.Apply(conditions, hour(at))
		require.NoError(t, err)
		return kinds(events)
	}
	require.Empty(t, apply(0, kpi.Normal))
	require.Empty(t, desk.Alerts())
	require.Equal(t, "raised", apply(1, kpi.Normal, kpi.Warning), "the worse of two counts")
	require.Empty(t, apply(2))
	require.Equal(t, "escalated", apply(3, kpi.Warning))
	require.Empty(t, apply(9, kpi.Warning), "once")
	event, err := desk.Acknowledge(id, kpi.Note{By: "li", At: hour(9), Text: "on it"})
	require.NoError(t, err)
	require.Equal(t, "li", event.Alert.Acknowledged.By)
	_, err = desk.Acknowledge(id, kpi.Note{By: "wu", At: hour(9)})
	require.EqualError(t, err, `kpi: alert "calls/limit": acknowledged already by li`)
	require.Equal(t, "worsened", apply(10, kpi.Critical))
	require.Nil(t, desk.Alerts()[0].Acknowledged)
	require.Equal(t, 10.0, desk.Alerts()[0].Value)
	require.Empty(t, apply(11, kpi.Warning))
	require.Equal(t, "escalated", apply(12, kpi.Warning), "again: it waits anew")
	_, err = desk.Resolve(id, kpi.Note{By: "li", At: hour(13), Text: "known fault"})
	require.NoError(t, err)
	require.Empty(t, apply(15, kpi.Warning), "cool-down")
	require.Equal(t, "reopened", apply(16), "the condition was still there")
	require.Equal(t, "resolved", apply(16, kpi.Normal))
	require.Empty(t, apply(17, kpi.Critical))
	require.Empty(t, apply(18, kpi.Normal))
	require.Empty(t, apply(30), "a condition that ended within the cool-down is none")
	require.Equal(t, "reopened", apply(31, kpi.Critical))
	require.Equal(t, 3, desk.Alerts()[0].Episode)

	_, err = desk.Apply(nil, hour(30))
	require.ErrorAs(t, err, new(*kpi.OrderError))
	for _, note := range []kpi.Note{{At: hour(40)}, {By: "li"}} {
		_, err = desk.Acknowledge(id, note)
		require.ErrorAs(t, err, new(*kpi.AlertError))
	}
	_, err = desk.Resolve(id, kpi.Note{By: "li", At: hour(2)})
	require.ErrorAs(t, err, new(*kpi.OrderError))
	_, err = desk.Resolve(kpi.AlertID{Key: "else"}, kpi.Note{By: "li", At: hour(40)})
	require.ErrorAs(t, err, new(*kpi.AlertError))
	for _, c := range []kpi.Condition{{Level: kpi.Warning}, {ID: kpi.AlertID{Key: "x", Cause: 9}}, {ID: id, Level: 9}, {ID: id, Level: kpi.Warning, Value: math.NaN()}} {
		_, err = desk.Apply([]kpi.Condition{c}, hour(50))
		require.ErrorAs(t, err, new(*kpi.AlertError))
	}
	_, err = kpi.NewAlertDesk(kpi.AlertPolicy{CoolDown: -1})
	require.ErrorAs(t, err, new(*kpi.InputError))
}

// naive judges one id anew from everything that was ever said of it.
func naive(policy kpi.AlertPolicy, steps []step) string {
	var said []string
	open, rested, status, worst, waiting, heard, resolved, episodes := false, true, kpi.Normal, kpi.Normal, 0, false, 0, 0
	for _, s := range steps {
		switch s.what {
		case "acknowledge":
			if open && !heard {
				said, heard = append(said, fmt.Sprint(s.at, " ", "acknowledged")), true
			}
			continue
		case "resolve":
			if open {
				said, open, resolved, rested = append(said, fmt.Sprint(s.at, " ", "resolved")), false, s.at, false
			}
			continue
		case "tell":
			status = s.status
		}
		if !open && hour(s.at).Sub(hour(resolved)) >= policy.CoolDown {
			rested = true
		}
		switch {
		case status == kpi.Normal && open:
			said, open, resolved, rested = append(said, fmt.Sprint(s.at, " ", "resolved")), false, s.at, false
		case status != kpi.Normal && !open && (rested || episodes == 0):
			episodes++
			word := "raised"
			if episodes > 1 {
				word = "reopened"
			}
			said, open, worst, waiting, heard = append(said, fmt.Sprint(s.at, " ", word)), true, status, s.at, false
		case open && status > worst:
			said, worst, waiting, heard = append(said, fmt.Sprint(s.at, " ", "worsened")), status, s.at, false
		case open && !heard && policy.EscalateAfter > 0 && hour(s.at).Sub(hour(waiting)) >= policy.EscalateAfter:
			said, waiting = append(said, fmt.Sprint(s.at, " ", "escalated")), 1_000_000
		}
	}
	return strings.Join(said, "; ")
}

type step struct {
	at     int
	what   string
	status kpi.Level
}

// The desk, written and read again at any time, says what the naive model says, and two
// figures do not disturb each other.
func TestAlertDeskAgainstModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy := kpi.AlertPolicy{
			CoolDown:      time.Duration(rapid.IntRange(0, 4).Draw(t, "cool-down")) * time.Hour,
			EscalateAfter: time.Duration(rapid.IntRange(0, 4).Draw(t, "escalate")) * time.Hour,
		}
		desk, err := kpi.NewAlertDesk(policy)
		require.NoError(t, err)
		ids := []kpi.AlertID{{Key: "a", Cause: kpi.NoData}, {Key: "b"}}
		said, told := [2][]string{}, [2][]step{}
		at := 0
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			at += rapid.IntRange(0, 2).Draw(t, "hours")
			which := rapid.IntRange(0, 1).Draw(t, "id")
			s := step{at: at, what: rapid.SampledFrom([]string{"tell", "tell", "wait", "acknowledge", "resolve"}).Draw(t, "what")}
			var events []kpi.AlertEvent
			switch s.what {
			case "tell", "wait":
				var conditions []kpi.Condition
				if s.what == "tell" {
					s.status = rapid.SampledFrom([]kpi.Level{kpi.Normal, kpi.Warning, kpi.Critical}).Draw(t, "level")
					conditions = []kpi.Condition{{ID: ids[which], Level: s.status}}
				}
				events, err = desk.Apply(conditions, hour(at))
				require.NoError(t, err)
				told[1-which] = append(told[1-which], step{at: at, what: "wait"})
			case "acknowledge":
				if e, err := desk.Acknowledge(ids[which], kpi.Note{By: "li", At: hour(at)}); err == nil {
					events = append(events, e)
				}
			default:
				if e, err := desk.Resolve(ids[which], kpi.Note{By: "li", At: hour(at)}); err == nil {
					events = append(events, e)
				}
			}
			told[which] = append(told[which], s)
			for _, e := range events {
				i := 0
				if e.Alert.ID == ids[1] {
					i = 1
				}
				said[i] = append(said[i], fmt.Sprint(at, " ", e.Kind))
			}
			written, err := json.Marshal(desk)
			require.NoError(t, err)
			read := new(kpi.AlertDesk)
			require.NoError(t, json.Unmarshal(written, read))
			again, err := json.Marshal(read)
			require.NoError(t, err)
			require.Equal(t, string(written), string(again))
			desk = read
		}
		for i := range ids {
			require.Equal(t, naive(policy, told[i]), strings.Join(said[i], "; "))
		}
	})
}

func TestAlertFormat(t *testing.T) {
	t.Parallel()
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{CoolDown: time.Hour})
	require.NoError(t, err)
	_, err = desk.Apply([]kpi.Condition{{ID: kpi.AlertID{Key: "a"}, Level: kpi.Critical, Value: 9, Limit: 8}}, hour(1))
	require.NoError(t, err)
	text, err := json.Marshal(desk)
	require.NoError(t, err)
	for old, wrong := range map[string]string{
		`"format":1`: `"format":2`, `"now":"critical"`: `"now":"normal"`, `"episode":1`: `"episode":0`, `"key":"a"`: `"key":""`,
		`"cool_down":"1h0m0s"`: `"cool_down":"x"`, `"worst":"critical"`: `"worst":"warning"`, `"last":"2026`: `"last":"2025`,
		`"acknowledged":null`: `"acknowledged":{"by":"","at":"2026-03-02T01:00:00Z","text":""}`, `"limit":8,`: `"limit":8,"more":1,`,
	} {
		require.Contains(t, string(text), old)
		got := new(kpi.AlertDesk)
		require.Error(t, json.Unmarshal([]byte(strings.Replace(string(text), old, wrong, 1)), got), wrong)
		require.Empty(t, got.Alerts())
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	lost := kpi.Gauge{Key: "lost", Direction: kpi.LowerIsBetter, Warn: 5, Critical: new(8.0), Every: time.Hour}
	require.Equal(t, kpi.NoLevel, kpi.GaugeState{}.Condition(lost).Level)
	_, s := statuses(t, lost, 6)
	require.Equal(t, kpi.Condition{ID: kpi.AlertID{Key: "lost"}, Level: kpi.Warning, Value: 6, Limit: 5}, s.Condition(lost))
	_, s = statuses(t, lost, 9)
	require.Equal(t, 8.0, s.Condition(lost).Limit)
	require.Equal(t, kpi.Normal, s.SilenceCondition(lost, hour(1)).Level)
	require.Equal(t, kpi.Warning, s.SilenceCondition(lost, hour(2)).Level)

	change := func(direction kpi.Direction, before, now float64) kpi.Condition {
		c, err := kpi.ChangeRule{Key: "c", Direction: direction, Warn: 0.25, Critical: new(0.5)}.Condition(kpi.Reading{Value: before}, kpi.Reading{Value: now})
		require.NoError(t, err)
		c.ID = kpi.AlertID{}
		return c
	}
	require.Equal(t, kpi.Condition{Level: kpi.Warning, Value: 5, Limit: 5}, change(kpi.LowerIsBetter, 4, 5))
	require.Equal(t, kpi.Condition{Level: kpi.Critical, Value: 2, Limit: 2}, change(kpi.HigherIsBetter, 4, 2))
	require.Equal(t, kpi.Condition{Level: kpi.Normal, Value: 2}, change(kpi.LowerIsBetter, 4, 2))
	require.Equal(t, kpi.Condition{Level: kpi.Warning, Value: -5, Limit: -5}, change(kpi.HigherIsBetter, -4, -5))
	require.Equal(t, kpi.Condition{}, change(kpi.LowerIsBetter, 0, 5))
	tiny, err := kpi.ChangeRule{Direction: kpi.LowerIsBetter, Warn: 0.5}.Condition(kpi.Reading{Value: 5e-324}, kpi.Reading{Value: 1e308})
	require.NoError(t, err)
	require.Equal(t, kpi.Warning, tiny.Level, "there is no critical change")
	_, err = kpi.ChangeRule{Direction: kpi.LowerIsBetter}.Condition(kpi.Reading{}, kpi.Reading{})
	require.ErrorAs(t, err, new(*kpi.InputError))
	_, err = kpi.ChangeRule{Warn: 1}.Condition(kpi.Reading{}, kpi.Reading{})
	require.ErrorAs(t, err, new(*kpi.DirectionError))
	_, err = kpi.ChangeRule{Direction: kpi.LowerIsBetter, Warn: 1}.Condition(kpi.Reading{Value: math.NaN()}, kpi.Reading{})
	require.ErrorAs(t, err, new(*kpi.SeriesError))

	band := rapport.Estimate{Value: 10, Low: 8, High: 12, Level: 0.95, N: 9}
	for _, c := range []struct {
		direction kpi.Direction
		value     float64
		want      kpi.Level
	}{{0, 12, kpi.Normal}, {0, 12.1, kpi.Warning}, {0, 7.9, kpi.Warning}, {0, 14, kpi.Critical}, {kpi.HigherIsBetter, 14, kpi.Normal}, {kpi.HigherIsBetter, 6, kpi.Critical}, {kpi.LowerIsBetter, 6, kpi.Normal}} {
		got, err := kpi.BandRule{Key: "b", Cause: kpi.OffForecast, Direction: c.direction, Critical: 2}.Condition(band, c.value)
		require.NoError(t, err)
		require.Equal(t, c.want, got.Level, "%v", c)
	}
	got, err := kpi.BandRule{Key: "b", Cause: kpi.OffBaseline}.Condition(rapport.Estimate{}, 5)
	require.NoError(t, err)
	require.Equal(t, kpi.NoLevel, got.Level)
	_, err = kpi.BandRule{Key: "b"}.Condition(band, 5)
	require.ErrorAs(t, err, new(*kpi.AlertError))

	require.Equal(t, kpi.Normal, kpi.ControlCondition("c", 1, nil).Level)
	require.Equal(t, kpi.Warning, kpi.ControlCondition("c", 1, []kpi.Signal{{Rule: kpi.SixTrend, Side: kpi.Above}}).Level)
	require.Equal(t, kpi.Critical, kpi.ControlCondition("c", 1, []kpi.Signal{{Rule: kpi.BeyondLimit}, {Rule: kpi.SixTrend}}).Level)
}

// A resolution says which value is in order again; the alert keeps the last that was not.
func TestAlertEventsSayTheValueOfNow(t *testing.T) {
	t.Parallel()
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{})
	require.NoError(t, err)
	id := kpi.AlertID{Key: "calls", Cause: kpi.OverLimit}
	_, err = desk.Apply([]kpi.Condition{{ID: id, Level: kpi.Warning, Value: 0.07, Limit: 0.05}}, hour(1))
	require.NoError(t, err)
	events, err := desk.Apply([]kpi.Condition{{ID: id, Level: kpi.Normal, Value: 0.03}}, hour(2))
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, kpi.AlertResolved, events[0].Kind)
	require.Equal(t, kpi.Condition{ID: id, Level: kpi.Normal, Value: 0.03}, events[0].Now)
	require.Equal(t, 0.07, events[0].Alert.Value)
}

// A desk that nobody made with a policy works, and the zero time, by which an alert could
// not be told from an open one, is refused.
func TestZeroDesk(t *testing.T) {
	t.Parallel()
	var desk kpi.AlertDesk
	_, err := desk.Apply(nil, time.Time{})
	require.ErrorAs(t, err, new(*kpi.OrderError))
	events, err := desk.Apply([]kpi.Condition{{ID: kpi.AlertID{Key: "a"}, Level: kpi.Warning}}, hour(1))
	require.NoError(t, err)
	require.Equal(t, "raised", kinds(events))
}

// A change of exactly the limit counts, whatever the rounding of the limit.
func TestChangeAtTheLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		direction         kpi.Direction
		warn, before, now float64
	}{{kpi.LowerIsBetter, 0.2, 0.1, 0.12}, {kpi.LowerIsBetter, 0.1, 0.7, 0.77}, {kpi.HigherIsBetter, 0.1, 0.3, 0.27}, {kpi.HigherIsBetter, 0.4, 0.3, 0.18}} {
		got, err := kpi.ChangeRule{Key: "c", Direction: c.direction, Warn: c.warn}.Condition(kpi.Reading{Value: c.before}, kpi.Reading{Value: c.now})
		require.NoError(t, err)
		require.Equal(t, kpi.Warning, got.Level, "%v", c)
		got, err = kpi.ChangeRule{Key: "c", Direction: c.direction, Warn: c.warn + 1e-9}.Condition(kpi.Reading{Value: c.before}, kpi.Reading{Value: c.now})
		require.NoError(t, err)
		require.Equal(t, kpi.Normal, got.Level, "%v", c)
	}
}

func TestBandDirection(t *testing.T) {
	t.Parallel()
	band := rapport.Estimate{Value: 10, Low: 8, High: 12, Level: 0.95, N: 9}
	_, err := kpi.BandRule{Key: "b", Cause: kpi.OffForecast, Direction: 9}.Condition(band, 5)
	require.ErrorAs(t, err, new(*kpi.DirectionError))
}

// An alert whose number is missing would be read as one of 0.
func TestAlertFieldsMissing(t *testing.T) {
	t.Parallel()
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{})
	require.NoError(t, err)
	id := kpi.AlertID{Key: "a", Cause: kpi.NoData}
	_, err = desk.Apply([]kpi.Condition{{ID: id, Level: kpi.Critical, Value: 9, Limit: 8}}, hour(1))
	require.NoError(t, err)
	_, err = desk.Acknowledge(id, kpi.Note{By: "li", At: hour(2)})
	require.NoError(t, err)
	text, err := json.Marshal(desk)
	require.NoError(t, err)
	for _, missing := range []string{`"now_value":9,`, `"cause":"no_data",`, `"escalated":false,`, `"last":"2026-03-02T02:00:00Z",`, `,"text":""`, `,"resolved_by":null`} {
		require.Contains(t, string(text), missing)
		got := new(kpi.AlertDesk)
		require.ErrorAs(t, json.Unmarshal([]byte(strings.Replace(string(text), missing, "", 1)), got), new(*kpi.CodeError), missing)
		require.Empty(t, got.Alerts())
	}
	later := strings.Replace(string(text), `"at":"2026-03-02T02`, `"at":"2026-03-02T03`, 1)
	require.ErrorAs(t, json.Unmarshal([]byte(later), new(kpi.AlertDesk)), new(*kpi.StateError), "acknowledged after the last call")
}

// A key that JSON cannot keep would be another one after a restart, and raised again.
func TestAlertKeysAreText(t *testing.T) {
	t.Parallel()
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{})
	require.NoError(t, err)
	_, err = desk.Apply([]kpi.Condition{{ID: kpi.AlertID{Key: "a\xff"}, Level: kpi.Warning}}, hour(1))
	require.ErrorAs(t, err, new(*kpi.AlertError))
	_, err = desk.Apply([]kpi.Condition{{ID: kpi.AlertID{Key: "a"}, Level: kpi.Warning}}, hour(1))
	require.NoError(t, err)
	_, err = desk.Acknowledge(kpi.AlertID{Key: "a"}, kpi.Note{By: "li", At: hour(1), Text: "\xff"})
	require.ErrorAs(t, err, new(*kpi.AlertError))
	require.ErrorAs(t, kpi.Gauge{Key: "\xff", Direction: kpi.LowerIsBetter, Warn: 1}.Validate(), new(*kpi.GaugeError))
}
