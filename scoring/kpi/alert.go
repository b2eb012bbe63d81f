package kpi

import (
	"cmp"
	"fmt"
	"time"
)

// Cause says by what means a [Condition] was found.
type Cause uint8

// The causes.
const (
	OverLimit    Cause = iota // a gauge shows a warning or worse
	Changed                   // against the period before
	OffBaseline               // outside the band of a seasonal baseline
	OffForecast               // outside the band of a forecast
	OutOfControl              // a control chart signals
	NoData                    // no value for longer than expected
)

func causeNames() []string {
	return []string{"limit", "change", "baseline", "forecast", "control", "no_data"}
}

// String returns "limit", "change", "baseline", "forecast", "control" or "no_data".
func (c Cause) String() string { return nameOf("Cause", causeNames(), int(c)) }

// MarshalText writes the name of a cause; the error is a [*CodeError].
func (c Cause) MarshalText() ([]byte, error) { return nameText("cause", causeNames(), int(c)) }

// UnmarshalText reads what [Cause.MarshalText] writes; the error is a [*CodeError].
func (c *Cause) UnmarshalText(text []byte) error {
	i, err := nameIndex("cause", causeNames(), text)
	if err == nil {
		*c = Cause(i)
	}
	return err
}

// AlertID tells alerts apart: at any time there is at most one for a figure and a cause.
type AlertID struct {
	Key   string // of the figure, UTF-8, not empty
	Cause Cause
}

// String returns key and cause, as "lost calls/limit".
func (id AlertID) String() string { return id.Key + "/" + id.Cause.String() }

func (id AlertID) compare(other AlertID) int {
	return cmp.Or(cmp.Compare(id.Key, other.Key), cmp.Compare(id.Cause, other.Cause))
}

// Condition is what a detector says of a figure now.
type Condition struct {
	ID    AlertID
	Level Level   // Warning or Critical; Normal: nothing is wrong (any more); NoLevel: no word, as if not given
	Value float64 // of the figure, in its unit; 0 for NoData
	Limit float64 // what it passed, in the same unit; 0 where there is none
}

// Note is who said something when.
type Note struct {
	By   string    `json:"by"` // not empty
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Alert is a figure that is or was out of order: one episode, from raised to resolved.
type Alert struct {
	ID           AlertID
	Episode      int   // of this id, from 1
	Worst        Level // of the episode
	Raised       time.Time
	Waiting      time.Time // since when it waits for an acknowledgement: raised, or worse than before
	Value, Limit float64   // of the last condition that was out of order
	Acknowledged *Note     // nil: not, or it got worse since then
	Escalated    bool      // it waited too long
	Resolved     time.Time // zero: it is open
	ResolvedBy   *Note     // nil: the condition ended by itself
}

// Open tells whether the alert is not resolved.
func (a Alert) Open() bool { return a.Resolved.IsZero() }

// AlertEventKind says what happened to an alert.
type AlertEventKind uint8

// What happens to alerts.
const (
	AlertRaised       AlertEventKind = iota // for the first time
	AlertReopened                           // an alert that was resolved before, as a new episode
	AlertWorsened                           // from warning to critical; an acknowledgement is void
	AlertEscalated                          // nobody acknowledged it in time
	AlertAcknowledged                       // by Alert.Acknowledged.By
	AlertResolved                           // the condition ended, or by Alert.ResolvedBy.By
)

func alertEventNames() []string {
	return []string{"raised", "reopened", "worsened", "escalated", "acknowledged", "resolved"}
}

// String returns "raised", "reopened", "worsened", "escalated", "acknowledged" or
// "resolved".
func (k AlertEventKind) String() string { return nameOf("AlertEventKind", alertEventNames(), int(k)) }

// MarshalText writes the name of a kind; the error is a [*CodeError].
func (k AlertEventKind) MarshalText() ([]byte, error) {
	return nameText("alert_event", alertEventNames(), int(k))
}

// UnmarshalText reads what [AlertEventKind.MarshalText] writes; the error is a
// [*CodeError].
func (k *AlertEventKind) UnmarshalText(text []byte) error {
	i, err := nameIndex("alert_event", alertEventNames(), text)
	if err == nil {
		*k = AlertEventKind(i)
	}
	return err
}

// AlertEvent is something that happened to an alert, for a host to tell somebody.
type AlertEvent struct {
	Kind  AlertEventKind
	At    time.Time
	Alert Alert // after it
	// Now is what the detector said last: where an alert is resolved, the value that is
	// in order again, while Alert keeps the last that was not.
	Now Condition
}

// AlertPolicy says how long alerts rest and wait.
type AlertPolicy struct {
	// CoolDown is how long after a resolution the same alert is not opened again. If its
	// condition is there when that time is over, it is reopened then. 0: no rest.
	CoolDown time.Duration
	// EscalateAfter is how long an alert waits for an acknowledgement before it is
	// escalated, once. 0: for ever.
	EscalateAfter time.Duration
}

// AlertError reports something that cannot be done with an alert.
type AlertError struct {
	ID     AlertID
	Reason string // for the reader of a log
}

func (e *AlertError) Error() string {
	return fmt.Sprintf("kpi: alert %.60q: %s", e.ID.String(), e.Reason)
}
