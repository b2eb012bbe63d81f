package kpi

import (
	"encoding/json"
	"fmt"
	"time"
)

type alertForm struct {
	Key          string    `json:"key"`
	Cause        Cause     `json:"cause"`
	Now          Level     `json:"now"`
	NowValue     float64   `json:"now_value"`
	NowLimit     float64   `json:"now_limit"`
	Episode      int       `json:"episode"`
	Worst        Level     `json:"worst"`
	Raised       time.Time `json:"raised"`
	Waiting      time.Time `json:"waiting"`
	Value        float64   `json:"value"`
	Limit        float64   `json:"limit"`
	Acknowledged *Note     `json:"acknowledged"`
	Escalated    bool      `json:"escalated"`
	Resolved     time.Time `json:"resolved"`
	ResolvedBy   *Note     `json:"resolved_by"`
}

type deskForm struct {
	Format        int         `json:"format"`
	CoolDown      string      `json:"cool_down"`
	EscalateAfter string      `json:"escalate_after"`
	Last          time.Time   `json:"last"`
	Alerts        []alertForm `json:"alerts"`
}

// MarshalJSON writes the policy and all alerts with a version; times that are not known
// are the zero time.
func (d *AlertDesk) MarshalJSON() ([]byte, error) {
	f := deskForm{format, d.policy.CoolDown.String(), d.policy.EscalateAfter.String(), d.last, []alertForm{}}
	for _, id := range d.ids() {
		file := d.files[id]
		a, now := file.alert, file.now
		f.Alerts = append(f.Alerts, alertForm{
			id.Key, id.Cause, now.Level, now.Value, now.Limit, a.Episode, a.Worst, a.Raised, a.Waiting, a.Value, a.Limit,
			a.Acknowledged, a.Escalated, a.Resolved, a.ResolvedBy,
		})
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what [AlertDesk.MarshalJSON] wrote; the desk then goes on as that
// one would and raises nothing twice. The error is that of the JSON, a [*FormatError], a
// [*CodeError] for a field that is missing, a [*StateError] or an [*InputError]; d is then
// unchanged.
func (d *AlertDesk) UnmarshalJSON(text []byte) error {
	var f deskForm
	if err := decodeWhole("alerts", text, &f); err != nil {
		return err
	}
	var policy AlertPolicy
	var err error
	for _, duration := range []struct {
		text string
		into *time.Duration
	}{{f.CoolDown, &policy.CoolDown}, {f.EscalateAfter, &policy.EscalateAfter}} {
		if *duration.into, err = time.ParseDuration(duration.text); err != nil {
			return &StateError{Subject: "alerts", Reason: err.Error()}
		}
	}
	got, err := NewAlertDesk(policy)
	if err != nil {
		return err
	}
	got.last = f.Last
	var before AlertID
	for i, a := range f.Alerts {
		id := AlertID{a.Key, a.Cause}
		if i > 0 && before.compare(id) >= 0 {
			return &StateError{Subject: "alerts", Reason: fmt.Sprintf("%v is not after %v", id, before)}
		}
		before = id
		file := &alertFile{now: Condition{id, a.Now, a.NowValue, a.NowLimit}}
		file.alert = Alert{
			id, a.Episode, a.Worst, a.Raised, a.Waiting, a.Value, a.Limit, a.Acknowledged, a.Escalated, a.Resolved, a.ResolvedBy,
		}
		if reason := file.contradiction(f.Last); reason != "" {
			return &StateError{Subject: "alerts", Reason: fmt.Sprintf("%v: %s", id, reason)}
		}
		got.files[id] = file
	}
	*d = *got
	return nil
}

// contradiction says why a file cannot be of a desk; "" if it can.
func (f *alertFile) contradiction(last time.Time) string {
	a := f.alert
	switch {
	case a.ID.Key == "":
		return "no key"
	case f.now.Level == NoLevel || a.Episode < 1 || a.Worst < Warning:
		return "no condition or no episode"
	case a.Raised.IsZero() || a.Waiting.Before(a.Raised) || a.Waiting.After(last):
		return "times that go backwards"
	case !a.Open() && (a.Resolved.Before(a.Waiting) || a.Resolved.After(last)):
		return "resolved before it was raised, or later than the last call"
	case a.Open() && (f.now.Level == Normal || f.now.Level > a.Worst || a.ResolvedBy != nil):
		return "open without its condition"
	case a.Acknowledged != nil && (a.Acknowledged.By == "" || a.Acknowledged.At.Before(a.Waiting) || a.Acknowledged.At.After(last)),
		a.ResolvedBy != nil && (a.ResolvedBy.By == "" || !a.ResolvedBy.At.Equal(a.Resolved)):
		return "a note by nobody or at another time"
	}
	return ""
}
