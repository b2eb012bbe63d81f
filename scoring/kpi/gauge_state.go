package kpi

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/internal/stats"
)

// keptReadings is how many readings a state keeps for the line of a dashboard.
const keptReadings = 30

// GaugeState is where a [Gauge] stands. The zero one has seen nothing; [Gauge.Apply] moves
// it and leaves the old one as it was. It is kept in JSON.
type GaugeState struct {
	level    Level
	since    time.Time              // of the level
	last     time.Time              // of the last reading
	reaching [worseLevels]time.Time // by level from Warning on: since when all values reach its limit; zero: the last does not
	valued   time.Time              // of the last value; zero: none
	recent   []Reading              // the last ones with values, oldest first
	missing  int                    // readings without a value since the last value
}

// worseLevels is the number of levels from Warning on.
const worseLevels = int(Critical - Normal)

// LevelChange is a gauge that went from one level to another.
type LevelChange struct {
	Gauge    string // its key
	From, To Level
	At       time.Time
	Value    float64 // that was read
}

// OrderError reports something that is not after what came before.
type OrderError struct {
	Key      string // of the gauge; "alerts" for a desk of alerts
	At, Last time.Time
}

func (e *OrderError) Error() string {
	return fmt.Sprintf("kpi: %s: %s is not after %s", e.Key, e.At.Format(time.RFC3339Nano), e.Last.Format(time.RFC3339Nano))
}

// ReadingError reports a reading that is none.
type ReadingError struct {
	Key     string
	Reading Reading
}

func (e *ReadingError) Error() string {
	return fmt.Sprintf("kpi: gauge %.40q: a reading of %v at %v is none", e.Key, e.Reading.Value, e.Reading.At)
}

// Level returns the level.
func (s GaugeState) Level() Level { return s.level }

// Since returns when the level began, the zero time if nothing has been read.
func (s GaugeState) Since() time.Time { return s.since }

// Recent returns the last readings that had values, at most 30, oldest first.
func (s GaugeState) Recent() []Reading { return slices.Clone(s.recent) }

// Missing returns how many readings without a value followed the last value.
func (s GaugeState) Missing() int { return s.missing }

// Silent tells whether a gauge that expects a value every so often has had none for
// longer than that at a time. Before the first reading, from when on one is expected is
// unknown: it is not silent.
func (s GaugeState) Silent(g Gauge, at time.Time) bool {
	from := s.valued
	if from.IsZero() {
		from = s.since
	}
	return g.Every > 0 && !from.IsZero() && at.Sub(from) > g.Every
}

// Apply takes in a reading and returns the new state with the change of level, nil if
// there is none. A reading without a value changes no level. The first value makes a
// change from NoLevel. The error is a [*GaugeError], a [*ReadingError] for a value that
// is not finite or a zero time, or an [*OrderError] for a reading that is not later
// than the one before; the state is then returned as it was.
func (g Gauge) Apply(s GaugeState, r Reading) (GaugeState, *LevelChange, error) {
	if err := g.Validate(); err != nil {
		return s, nil, err
	}
	if r.At.IsZero() || !r.Missing && !finite(r.Value) {
		return s, nil, &ReadingError{Key: g.Key, Reading: r}
	}
	if !r.At.After(s.last) {
		return s, nil, &OrderError{Key: g.Key, At: r.At, Last: s.last}
	}
	next := s
	next.last = r.At
	if r.Missing {
		next.missing++
		next.reaching = [worseLevels]time.Time{}
		if next.since.IsZero() {
			next.since = r.At
		}
		return next, nil, nil
	}
	if g.Every > 0 && !s.valued.IsZero() && r.At.Sub(s.valued) > g.Every {
		next.reaching = [worseLevels]time.Time{} // nobody knows what was between
	}
	next.valued, next.missing = r.At, 0
	next.recent = append(slices.Clone(s.recent[max(0, len(s.recent)-keptReadings+1):]), r)
	now := Normal
	thresholds := g.thresholds()
	reach := stats.HysteresisLevel(thresholds, int(max(s.level, Normal)-Normal), g.up(r.Value))
	for i := range worseLevels {
		switch {
		case i >= len(thresholds) || g.up(r.Value) < thresholds[i].Enter:
			next.reaching[i] = time.Time{}
		case next.reaching[i].IsZero():
			next.reaching[i] = r.At
		}
		long := !next.reaching[i].IsZero() && r.At.Sub(next.reaching[i]) >= g.For
		if held := s.level > Normal+Level(i); i < reach && (held || long) {
			now = Warning + Level(i)
		}
	}
	if now == s.level {
		return next, nil, nil
	}
	next.level, next.since = now, r.At
	return next, &LevelChange{Gauge: g.Key, From: s.level, To: now, At: r.At, Value: r.Value}, nil
}
