package kpi

import (
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// AlertDesk keeps the alerts of many figures. It is told conditions and times and
// answers with events: each episode of an alert is raised, or reopened, exactly once,
// also after a restart from its JSON. It reads no clock; waiting and resting times end
// with the first [AlertDesk.Apply] at or after their end. It is not safe for concurrent
// use. After an error it is as before. The zero desk has the zero policy.
type AlertDesk struct {
	policy AlertPolicy
	last   time.Time
	files  map[AlertID]*alertFile
}

// alertFile is what a desk knows of an id.
type alertFile struct {
	now   Condition // the last one
	alert Alert     // the last episode; Episode 0: none
}

// NewAlertDesk returns a desk without alerts. The error is a [*InputError] for a
// negative duration.
func NewAlertDesk(policy AlertPolicy) (*AlertDesk, error) {
	if err := demands("alert", demand{"cool_down", policy.CoolDown.Seconds(), policy.CoolDown >= 0, "0 seconds or more"},
		demand{"escalate_after", policy.EscalateAfter.Seconds(), policy.EscalateAfter >= 0, "0 seconds or more"}); err != nil {
		return nil, err
	}
	return &AlertDesk{policy: policy, files: map[AlertID]*alertFile{}}, nil
}

// Apply takes in conditions at a time, also none, and returns what happened, by id. Ids
// that are not among the conditions stay as they are; of two conditions of an id the
// worse one counts. The error is an [*OrderError] for the zero time or one before that of
// an earlier call, or an [*AlertError] for a condition without a key in UTF-8, with an unknown cause or
// status, or with a number that is not finite.
func (d *AlertDesk) Apply(conditions []Condition, at time.Time) ([]AlertEvent, error) {
	if at.IsZero() || at.Before(d.last) {
		return nil, &OrderError{Key: "alerts", At: at, Last: d.last}
	}
	told := map[AlertID]Condition{}
	for _, c := range conditions {
		switch {
		case c.ID.Key == "":
			return nil, &AlertError{ID: c.ID, Reason: "no key"}
		case !utf8.ValidString(c.ID.Key): // JSON would give it another one, and the desk raise it again
			return nil, &AlertError{ID: c.ID, Reason: "a key that is not UTF-8"}
		case c.ID.Cause > NoData || c.Level > Critical:
			return nil, &AlertError{ID: c.ID, Reason: "unknown cause or status"}
		case !finite(c.Value) || !finite(c.Limit):
			return nil, &AlertError{ID: c.ID, Reason: "a value or limit that is not finite"}
		}
		if before, twice := told[c.ID]; c.Level != NoLevel && (!twice || c.Level > before.Level) {
			told[c.ID] = c
		}
	}
	d.last = at
	for id, c := range told {
		file := d.files[id]
		if file == nil {
			if c.Level == Normal {
				continue
			}
			file = &alertFile{}
			if d.files == nil {
				d.files = map[AlertID]*alertFile{}
			}
			d.files[id] = file
		}
		file.now = c
	}
	var events []AlertEvent
	for _, id := range d.ids() {
		file := d.files[id]
		if kind, happened := file.move(d.policy, at); happened {
			events = append(events, file.event(kind, at))
		}
	}
	return events, nil
}

// move lets an alert follow its condition and the time. No two things happen at once:
// one that was raised or got worse begins to wait only now.
func (f *alertFile) move(policy AlertPolicy, at time.Time) (AlertEventKind, bool) {
	a := &f.alert
	bad := f.now.Level > Normal
	open := a.Episode > 0 && a.Open()
	if bad && open {
		a.Value, a.Limit = f.now.Value, f.now.Limit
	}
	switch {
	case bad && a.Episode == 0, bad && !open && at.Sub(a.Resolved) >= policy.CoolDown:
		*a = Alert{ID: f.now.ID, Episode: a.Episode + 1, Worst: f.now.Level, Raised: at, Waiting: at, Value: f.now.Value, Limit: f.now.Limit}
		if a.Episode == 1 {
			return AlertRaised, true
		}
		return AlertReopened, true
	case open && !bad:
		a.Resolved = at
		return AlertResolved, true
	case open && f.now.Level > a.Worst:
		a.Worst, a.Waiting, a.Acknowledged, a.Escalated = f.now.Level, at, nil, false
		return AlertWorsened, true
	case open && policy.EscalateAfter > 0 && a.Acknowledged == nil && !a.Escalated && at.Sub(a.Waiting) >= policy.EscalateAfter:
		a.Escalated = true
		return AlertEscalated, true
	}
	return 0, false
}

func (f *alertFile) event(kind AlertEventKind, at time.Time) AlertEvent {
	return AlertEvent{Kind: kind, At: at, Alert: f.alert.clone(), Now: f.now}
}

// clone copies what pointers lead to.
func (a Alert) clone() Alert {
	if a.Acknowledged != nil {
		a.Acknowledged = new(*a.Acknowledged)
	}
	if a.ResolvedBy != nil {
		a.ResolvedBy = new(*a.ResolvedBy)
	}
	return a
}

// Acknowledge notes that somebody takes care of an open alert, which then is not
// escalated. The error is an [*OrderError], or an [*AlertError] if there is no such
// open alert, if it is acknowledged already, or if nobody is named.
func (d *AlertDesk) Acknowledge(id AlertID, note Note) (AlertEvent, error) {
	file, err := d.open(id, note)
	if err != nil {
		return AlertEvent{}, err
	}
	if before := file.alert.Acknowledged; before != nil {
		return AlertEvent{}, &AlertError{ID: id, Reason: "acknowledged already by " + before.By}
	}
	d.last, file.alert.Acknowledged = note.At, &note
	return file.event(AlertAcknowledged, note.At), nil
}

// Resolve ends an open alert by hand. If its condition is still there when the
// cool-down is over, it is reopened then. The error is an [*OrderError], or an
// [*AlertError] if there is no such open alert or if nobody is named.
func (d *AlertDesk) Resolve(id AlertID, note Note) (AlertEvent, error) {
	file, err := d.open(id, note)
	if err != nil {
		return AlertEvent{}, err
	}
	d.last, file.alert.Resolved, file.alert.ResolvedBy = note.At, note.At, &note
	return file.event(AlertResolved, note.At), nil
}

// open finds an open alert that somebody has something to say about.
func (d *AlertDesk) open(id AlertID, note Note) (*alertFile, error) {
	file := d.files[id]
	switch {
	case file == nil || file.alert.Episode == 0 || !file.alert.Open():
		return nil, &AlertError{ID: id, Reason: "is not open"}
	case note.By == "":
		return nil, &AlertError{ID: id, Reason: "a note by nobody"}
	case !utf8.ValidString(note.By + note.Text):
		return nil, &AlertError{ID: id, Reason: "a note that is not UTF-8"}
	case note.At.IsZero():
		return nil, &AlertError{ID: id, Reason: "a note without a time"}
	case note.At.Before(d.last):
		return nil, &OrderError{Key: "alerts", At: note.At, Last: d.last}
	}
	return file, nil
}

// Alerts returns the last episode of every alert, open or resolved, by id.
func (d *AlertDesk) Alerts() []Alert {
	var list []Alert
	for _, id := range d.ids() {
		if file := d.files[id]; file.alert.Episode > 0 {
			list = append(list, file.alert.clone())
		}
	}
	return list
}

// ids returns all ids in order.
func (d *AlertDesk) ids() []AlertID {
	return slices.SortedFunc(maps.Keys(d.files), AlertID.compare)
}
