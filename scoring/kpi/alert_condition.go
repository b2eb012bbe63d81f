package kpi

import (
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// Condition is what a gauge says: its level, which has hysteresis and a minimum
// duration already.
func (s GaugeState) Condition(g Gauge) Condition {
	c := Condition{ID: AlertID{g.Key, OverLimit}, Level: s.level}
	if n := len(s.recent); n > 0 {
		c.Value = s.recent[n-1].Value
	}
	switch {
	case s.level == Critical && g.Critical != nil:
		c.Limit = *g.Critical
	case s.level >= Warning:
		c.Limit = g.Warn
	}
	return c
}

// SilenceCondition is what a gauge says that has had no value for longer than it expects
// at a time: a warning.
func (s GaugeState) SilenceCondition(g Gauge, at time.Time) Condition {
	c := Condition{ID: AlertID{g.Key, NoData}, Level: Normal}
	if s.Silent(g, at) {
		c.Level = Warning
	}
	return c
}

// ChangeRule watches a figure against the period before.
type ChangeRule struct {
	Key       string
	Direction Direction
	Warn      float64  // relative change for the worse, above 0, from which on it is a warning: 0.2 is 20 %
	Critical  *float64 // the same for critical, not below Warn; nil: never
}

// Condition compares two periods. Without a figure for one of them, or with one of 0
// before, there is no relative change and no word. The error is a [*DirectionError], a
// [*InputError] or a [*SeriesError].
func (r ChangeRule) Condition(before, now Reading) (Condition, error) {
	c := Condition{ID: AlertID{r.Key, Changed}}
	if _, err := r.Direction.MarshalText(); err != nil {
		return c, err
	}
	critical := orElse(r.Critical, r.Warn)
	if err := demands("change", demand{"warn", r.Warn, r.Warn > 0, "above 0"}, demand{"critical", critical, critical >= r.Warn, "not below warn"}); err != nil {
		return c, err
	}
	for i, reading := range []Reading{before, now} {
		if !reading.Missing && !finite(reading.Value) {
			return c, &SeriesError{Index: i, Value: reading.Value, Reason: "not finite"}
		}
	}
	if before.Missing || now.Missing || before.Value == 0 {
		return c, nil
	}
	toWorse := 1.0
	if r.Direction == HigherIsBetter {
		toWorse = -1
	}
	c.Level, c.Value = Normal, now.Value
	worse := func(share float64) (limit float64, reached bool) {
		limit = before.Value + toWorse*share*math.Abs(before.Value)
		// 0.10 to 0.12 is 20 %, though 0.10 + 0.2·0.10 is rounded to more than 0.12.
		slack := 1e-13 * math.Abs(before.Value)
		return limit, finite(limit) && toWorse*now.Value >= toWorse*limit-slack
	}
	if limit, reached := worse(r.Warn); reached {
		c.Level, c.Limit = Warning, limit
	}
	if limit, reached := worse(critical); reached && r.Critical != nil {
		c.Level, c.Limit = Critical, limit
	}
	return c, nil
}

// BandRule watches a figure against the band of a [Baseline] or of a [Forecast].
type BandRule struct {
	Key       string
	Cause     Cause     // OffBaseline or OffForecast
	Direction Direction // only the worse side of the band counts; 0: both do
	// Critical is how many times as far from the middle as the end of the band a value is
	// critical, at least 1; 0: never.
	Critical float64
}

// Condition compares a value with a band. A band without an interval is no word. The
// error is an [*AlertError] for another cause, a [*DirectionError], a [*InputError], or a
// [*rapport.EstimateError].
func (r BandRule) Condition(band rapport.Estimate, value float64) (Condition, error) {
	c := Condition{ID: AlertID{r.Key, r.Cause}}
	if r.Cause != OffBaseline && r.Cause != OffForecast {
		return c, &AlertError{ID: c.ID, Reason: "a band is that of a baseline or a forecast"}
	}
	if r.Direction != 0 {
		if _, err := r.Direction.MarshalText(); err != nil {
			return c, err
		}
	}
	if err := demands("band", demand{"critical", r.Critical, r.Critical == 0 || r.Critical >= 1, "at least 1, or 0 for never"}, demand{"value", value, true, ""}); err != nil {
		return c, err
	}
	if err := band.Validate(); err != nil {
		return c, err
	}
	if !band.HasInterval() {
		return c, nil
	}
	c.Level, c.Value = Normal, value
	end := band.High
	switch {
	case value > band.High && r.Direction != HigherIsBetter:
	case value < band.Low && r.Direction != LowerIsBetter:
		end = band.Low
	default:
		return c, nil
	}
	c.Level, c.Limit = Warning, end
	if r.Critical > 0 && math.Abs(value-band.Value) >= r.Critical*math.Abs(end-band.Value) {
		c.Level = Critical
	}
	return c, nil
}

// ControlCondition is what the last point of a control chart says: critical beyond the
// limits, a warning for other rules. A point without a value, such as [RatePoint] with
// Missing, is no word on the process: give no condition for it.
func ControlCondition(key string, value float64, signals []Signal) Condition {
	c := Condition{ID: AlertID{key, OutOfControl}, Level: Normal, Value: value}
	for _, s := range signals {
		c.Level = max(c.Level, Warning)
		if s.Rule == BeyondLimit {
			c.Level = Critical
		}
	}
	return c
}
