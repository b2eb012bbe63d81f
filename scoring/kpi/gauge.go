package kpi

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Gauge is the policy of an instrument of a dashboard: where a figure is expected, where
// it is a warning and where it is critical, and where a warning ends. It is data; what
// moves is a [GaugeState].
//
// A level begins at its limit, which counts as reached, and ends beyond its clear
// limit: with Warn 5 %, Clear 4 % and lower better, 4.9, 5.1, 4.5, 3.9 % is one warning
// from 5.1 to 3.9, not two. Where higher is better all limits turn round: Clear is
// above Warn, Critical below.
type Gauge struct {
	Key       string // names the gauge, UTF-8, not empty
	Direction Direction
	Target    *float64 // in the unit of the figure, as all limits; nil: none
	Warn      float64
	Clear     *float64 // where a warning ends; nil: at Warn, without hysteresis
	Critical  *float64 // nil: there is no critical level
	// CriticalClear is where the critical level ends; nil: as far from Critical as Clear
	// is from Warn, 7 % for 5, 4 and 8 %.
	CriticalClear *float64
	// For is how long values must reach a limit, all of them, until its level begins; a
	// reading without a value breaks the time, and so does a time without any reading that
	// is longer than Every. 0: at once. Levels end at once.
	For time.Duration
	// Every is the greatest time between two values; then [GaugeState.Silent]. 0: any.
	Every time.Duration
}

// GaugeError reports a gauge that contradicts itself.
type GaugeError struct {
	Key    string
	Reason string // for the reader of a log
}

func (e *GaugeError) Error() string { return fmt.Sprintf("kpi: gauge %.40q: %s", e.Key, e.Reason) }

// Level is the level that a gauge shows.
type Level uint8

// The levels, from unknown to worst.
const (
	NoLevel  Level = iota // no value yet
	Normal                // better than all limits
	Warning               // from Warn on
	Critical              // from Critical on
)

// levelNames returns the names of the levels, in their order.
func levelNames() []string { return []string{"none", "normal", "warning", "critical"} }

// String returns "none", "normal", "warning" or "critical".
func (l Level) String() string { return nameOf("Level", levelNames(), int(l)) }

// MarshalText writes the name of a level; the error is a [*CodeError].
func (l Level) MarshalText() ([]byte, error) {
	return nameText("level", levelNames(), int(l))
}

// UnmarshalText reads what [Level.MarshalText] writes; the error is a [*CodeError].
func (l *Level) UnmarshalText(text []byte) error {
	i, err := nameIndex("level", levelNames(), text)
	if err == nil {
		*l = Level(i)
	}
	return err
}

// Reading is a figure at a time, or the word that there was none.
type Reading struct {
	At      time.Time
	Value   float64 // in the unit of the figure
	Missing bool    // there is no value: a ratio without denominator, a source that failed
}

// RatioReading is the reading of a ratio: a zero denominator is no value.
func RatioReading(at time.Time, r rapport.Ratio) Reading {
	value, ok := r.Value()
	return Reading{At: at, Value: value, Missing: !ok}
}

// FigureReading is the reading of a figure at the end of its period; an amount is in major
// units. A figure without data is no value.
func FigureReading(f Figure) Reading {
	value, ok := f.Value()
	return Reading{At: f.Period.End(), Value: value, Missing: !ok}
}

// Validate returns nil, or a [*GaugeError] for an empty key, no direction, limits that
// are not finite or on the wrong side of each other, or a negative duration.
func (g Gauge) Validate() error {
	wrong := func(format string, args ...any) error {
		return &GaugeError{Key: g.Key, Reason: fmt.Sprintf(format, args...)}
	}
	if g.Key == "" || !utf8.ValidString(g.Key) {
		return wrong("no key in UTF-8")
	}
	if _, err := g.Direction.MarshalText(); err != nil {
		return wrong("%v is no direction", g.Direction)
	}
	if !finite(g.Warn) {
		return wrong("warn is %v", g.Warn)
	}
	for _, limit := range []struct {
		name string
		at   *float64
	}{{"target", g.Target}, {"clear", g.Clear}, {"critical", g.Critical}, {"critical clear", g.CriticalClear}} {
		if limit.at != nil && !finite(*limit.at) {
			return wrong("%s is %v", limit.name, *limit.at)
		}
	}
	clearAt := orElse(g.Clear, g.Warn)
	switch {
	case g.For < 0 || g.Every < 0:
		return wrong("a negative duration: for %v, every %v", g.For, g.Every)
	case g.worse(clearAt, g.Warn):
		return wrong("clear %v is worse than warn %v", clearAt, g.Warn)
	case g.Critical == nil && g.CriticalClear != nil:
		return wrong("critical clear %v without critical", *g.CriticalClear)
	case g.Critical == nil:
		return nil
	case g.worse(g.Warn, *g.Critical):
		return wrong("warn %v is worse than critical %v", g.Warn, *g.Critical)
	}
	end := g.criticalClear()
	switch {
	case g.worse(end, *g.Critical):
		return wrong("critical clear %v is worse than critical %v", end, *g.Critical)
	case g.worse(clearAt, end):
		return wrong("clear %v is worse than critical clear %v", clearAt, end)
	}
	return nil
}

// worse tells whether a figure is worse than another.
func (g Gauge) worse(a, b float64) bool { return g.up(a) > g.up(b) }

// up turns figures so that more is worse.
func (g Gauge) up(x float64) float64 {
	if g.Direction == HigherIsBetter {
		return -x
	}
	return x
}

// criticalClear is where the critical level of a gauge that has one ends. The default
// is bounded by Clear and Critical, which rounding could pass.
func (g Gauge) criticalClear() float64 {
	if g.CriticalClear != nil {
		return *g.CriticalClear
	}
	from, to := orElse(g.Clear, g.Warn), *g.Critical
	return min(max(to-(g.Warn-from), min(from, to)), max(from, to))
}

// thresholds are the levels from Warning on, more being worse.
func (g Gauge) thresholds() []stats.Threshold {
	list := []stats.Threshold{{Enter: g.up(g.Warn), Leave: g.up(orElse(g.Clear, g.Warn))}}
	if g.Critical != nil {
		list = append(list, stats.Threshold{Enter: g.up(*g.Critical), Leave: g.up(g.criticalClear())})
	}
	return list
}

// Reached tells whether a value is at the target or better; it is false without one.
func (g Gauge) Reached(value float64) bool {
	return g.Target != nil && !g.worse(value, *g.Target)
}

// orElse returns what p points to, or a default.
func orElse(p *float64, other float64) float64 {
	if p == nil {
		return other
	}
	return *p
}
