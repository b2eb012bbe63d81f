package kpi

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// StateError reports JSON of a state that no gauge or desk can be in.
type StateError struct {
	Subject string // "gauge_state" or "alerts"
	Reason  string // for the reader of a log
}

// Error gives the subject and what is wrong.
func (e *StateError) Error() string { return fmt.Sprintf("kpi: %s: %s", e.Subject, e.Reason) }

type gaugeForm struct {
	Format        int       `json:"format"`
	Key           string    `json:"key"`
	Direction     Direction `json:"direction"`
	Target        *float64  `json:"target"`
	Warn          *float64  `json:"warn"`
	Clear         *float64  `json:"clear"`
	Critical      *float64  `json:"critical"`
	CriticalClear *float64  `json:"critical_clear"`
	For           string    `json:"for"`
	Every         string    `json:"every"`
}

// MarshalJSON writes the gauge with a version; durations are in the form of
// [time.Duration.String]. It refuses what [Gauge.Validate] refuses.
func (g Gauge) MarshalJSON() ([]byte, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(gaugeForm{
		format, g.Key, g.Direction, g.Target, &g.Warn, g.Clear, g.Critical, g.CriticalClear, g.For.String(), g.Every.String(),
	})
}

// UnmarshalJSON reads what [Gauge.MarshalJSON] wrote. The error is that of the
// JSON, a [*FormatError] or a [*GaugeError]; g is then unchanged.
func (g *Gauge) UnmarshalJSON(text []byte) error {
	var f gaugeForm
	if err := decode("gauge", text, &f); err != nil {
		return err
	}
	if f.Warn == nil {
		return &GaugeError{Key: f.Key, Reason: "no warn"}
	}
	got := Gauge{Key: f.Key, Direction: f.Direction, Target: f.Target, Warn: *f.Warn, Clear: f.Clear, Critical: f.Critical, CriticalClear: f.CriticalClear}
	var err, everyErr error
	got.For, err = time.ParseDuration(f.For)
	got.Every, everyErr = time.ParseDuration(f.Every)
	if err = errors.Join(err, everyErr); err != nil {
		return &GaugeError{Key: f.Key, Reason: err.Error()}
	}
	if err := got.Validate(); err != nil {
		return err
	}
	*g = got
	return nil
}

type readingForm struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
}

type stateForm struct {
	Format           int           `json:"format"`
	Level            Level         `json:"level"`
	Since            time.Time     `json:"since"`
	Last             time.Time     `json:"last"`
	WarningReached   time.Time     `json:"warning_reached"`
	CriticalReached  time.Time     `json:"critical_reached"`
	Recent           []readingForm `json:"recent"`
	MissingSinceThen int           `json:"missing"`
}

// MarshalJSON writes the state with a version; times that are not known are the zero
// time.
func (s GaugeState) MarshalJSON() ([]byte, error) {
	f := stateForm{format, s.level, s.since, s.last, s.reaching[0], s.reaching[1], []readingForm{}, s.missing}
	for _, r := range s.recent {
		f.Recent = append(f.Recent, readingForm{r.At, r.Value})
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what [GaugeState.MarshalJSON] wrote; the state then goes on as that
// one would. The error is that of the JSON, a [*FormatError], a [*CodeError] for a field
// that is missing, or a [*StateError]; s is then unchanged.
func (s *GaugeState) UnmarshalJSON(text []byte) error {
	var f stateForm
	if err := decodeWhole("gauge_state", text, &f); err != nil {
		return err
	}
	got := GaugeState{level: f.Level, since: f.Since, last: f.Last, reaching: [worseLevels]time.Time{f.WarningReached, f.CriticalReached}, missing: f.MissingSinceThen}
	ordered := true
	for _, r := range f.Recent {
		ordered = ordered && r.At.After(got.valued)
		got.valued = r.At
		got.recent = append(got.recent, Reading{At: r.At, Value: r.Value})
	}
	switch {
	case !ordered || got.valued.After(got.last) || got.since.After(got.last):
		return &StateError{Subject: "gauge_state", Reason: "times that go backwards"}
	case len(got.recent) > keptReadings || got.missing < 0:
		return &StateError{Subject: "gauge_state", Reason: fmt.Sprintf("%d recent readings, %d missing", len(got.recent), got.missing)}
	case got.since.IsZero() != got.last.IsZero() || got.missing == 0 && !got.last.Equal(got.valued) || got.missing > 0 && !got.last.After(got.valued):
		return &StateError{Subject: "gauge_state", Reason: fmt.Sprintf("%d missing from %v to %v", got.missing, got.valued, got.last)}
	case !got.reachable():
		return &StateError{Subject: "gauge_state", Reason: fmt.Sprintf("limits reached since %v: want no time after the last value, a warning before it is critical, and none while values are missing", got.reaching)}
	case (got.level == NoLevel) != (len(got.recent) == 0):
		return &StateError{Subject: "gauge_state", Reason: fmt.Sprintf("%v with %d readings", got.level, len(got.recent))}
	}
	*s = got
	return nil
}

// reachable tells whether there are readings after which limits have been reached since
// these times.
func (s GaugeState) reachable() bool {
	for i, since := range s.reaching {
		if since.IsZero() {
			continue
		}
		if s.missing > 0 || since.After(s.valued) || i > 0 && (s.reaching[i-1].IsZero() || s.reaching[i-1].After(since)) {
			return false
		}
	}
	return true
}
