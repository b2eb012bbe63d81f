package segment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
)

// MaxReasonLength is the greatest length of a reason in bytes.
const MaxReasonLength = 1000

// Membership is where a member stands on a ladder: all that [Ladder.Review] needs of
// the past. [Ladder.Join] makes the first one, and each step returns a new one; none
// changes the one it was given. Instants are in UTC.
type Membership struct {
	Level      string    `json:"level"` // name of the level
	Since      time.Time `json:"since"` // the instant at which it was given
	Joined     time.Time `json:"joined"`
	LastReview time.Time `json:"last_review,omitzero"` // zero: none yet
	Below      int       `json:"below"`                // reviews in a row that found the value below the limit of Level
	BelowSince time.Time `json:"below_since,omitzero"` // the first of them; zero: none
	SafeUntil  time.Time `json:"safe_until,omitzero"`  // Level is not lost before this, since it is new; zero: not safe
	Hold       *Hold     `json:"hold,omitempty"`       // a protection or a pin by hand that is in force; nil: none
	History    []Change  `json:"history"`              // how Level came about, the latest last: the joining and each change of level
}

// Hold is what somebody decided about a member, for a time and for a reason.
type Hold struct {
	Pinned bool `json:"pinned"` // the level is neither lost nor raised; else it is only not lost
	Override
}

// Override says who decides what the rules do not, and why.
type Override struct {
	At     time.Time  `json:"at"`     // when it was decided; it holds from then on
	Until  time.Time  `json:"until"`  // it no longer holds at this instant
	By     rapport.ID `json:"by"`     // who
	Reason string     `json:"reason"` // valid UTF-8 that is not blank, up to [MaxReasonLength] bytes
}

// ChangeKind is what happened to a member.
type ChangeKind string

// What happens to members.
const (
	Joined    ChangeKind = "joined"
	Promoted  ChangeKind = "promoted"
	Demoted   ChangeKind = "demoted"
	Warned    ChangeKind = "warned"     // the value is below the limit, the level not yet lost
	Recovered ChangeKind = "recovered"  // the value is no longer below
	Spared    ChangeKind = "spared"     // the value is below, but the level is new or held
	Protected ChangeKind = "protected"  // a hold by hand against losing the level
	Pinned    ChangeKind = "pinned"     // a hold by hand that gives a level
	HoldEnded ChangeKind = "hold_ended" // at its end or because somebody released it
)

// Change is an entry for a member's history: what happened, when, and by which value.
// Those that change the level, and the joining, are kept in [Membership.History]; a
// host that wants the others writes them where it keeps its history.
type Change struct {
	Kind     ChangeKind `json:"kind"`
	At       time.Time  `json:"at"`
	From     string     `json:"from,omitempty"`     // the level before; "" when joining
	To       string     `json:"to"`                 // the level after; that before if it stayed
	Value    float64    `json:"value,omitzero"`     // the value that was judged; 0 where none was
	Limit    float64    `json:"limit,omitzero"`     // what it was held against: Up of To for Promoted, else Down of From; 0 where nothing
	Below    int        `json:"below,omitempty"`    // reviews in a row below the limit, this one included
	Override *Override  `json:"override,omitempty"` // who decided and why, for Protected, Pinned and HoldEnded by hand
}

// MembershipError reports a membership, or a step of one, that makes no sense.
type MembershipError struct {
	Field  string // "level", "value", "at", "until", "by", "reason", "history", …
	Value  string // what it was
	Reason string // for the reader of a log
}

// Error names the field, what it was and the reason.
func (e *MembershipError) Error() string {
	return fmt.Sprintf("segment: membership: %s %q: %s", e.Field, e.Value, e.Reason)
}

// Join returns the membership of somebody who joins on a level, "" for the lowest. Who
// comes from another programme joins with the level and the date that he has there.
// The error is a [*MembershipError].
func (l *Ladder) Join(level string, at time.Time) (Membership, error) {
	if level == "" && len(l.levels) > 0 {
		level = l.levels[0].Name
	}
	if l.level(level) < 0 {
		return Membership{}, &MembershipError{Field: "level", Value: level, Reason: "the ladder has no such level"}
	}
	if err := dateFault("at", at); err != nil {
		return Membership{}, err
	}
	at = plain(at)
	return Membership{
		Level: level, Since: at, Joined: at,
		History: []Change{{Kind: Joined, At: at, To: level}},
	}, nil
}

// plain returns an instant in UTC without a monotonic reading, as JSON gives it back.
func plain(t time.Time) time.Time { return t.UTC().Round(0) }

// dateFault refuses instants near the ends of what text and intervals hold.
func dateFault(field string, t time.Time) error {
	if year := t.UTC().Year(); year < 2 || year > 9998 {
		return &MembershipError{Field: field, Value: t.UTC().Format(time.RFC3339), Reason: "outside the years 2 to 9998"}
	}
	return nil
}

// latest returns the last instant at which something happened to a member.
func (m *Membership) latest() time.Time {
	latest := m.Joined
	for _, t := range []time.Time{m.Since, m.LastReview} {
		if t.After(latest) {
			latest = t
		}
	}
	if m.Hold != nil && m.Hold.At.After(latest) {
		latest = m.Hold.At
	}
	return latest
}

// validate returns the place of the member's level, and an error if the parts of the
// membership contradict each other: its history must lead to where it stands.
func (l *Ladder) validate(m Membership) (int, error) {
	place := l.level(m.Level)
	fault := func(field, value, reason string) (int, error) {
		return 0, &MembershipError{Field: field, Value: value, Reason: reason}
	}
	if place < 0 {
		return fault("level", m.Level, "the ladder has no such level")
	}
	if err := m.validate(); err != nil {
		return 0, err
	}
	return place, nil
}

// validate is what can be said without the ladder.
func (m *Membership) validate() error {
	fault := func(field, value, reason string) error {
		return &MembershipError{Field: field, Value: value, Reason: reason}
	}
	if m.Below < 0 {
		return fault("below", fmt.Sprint(m.Below), "negative")
	}
	if (m.Below > 0) != !m.BelowSince.IsZero() {
		return fault("below", fmt.Sprint(m.Below), "does not go with the date of the first review below")
	}
	for _, date := range []struct {
		field string
		at    time.Time
		must  bool
	}{
		{"joined", m.Joined, true}, {"since", m.Since, true}, {"last review", m.LastReview, false},
		{"below since", m.BelowSince, false}, {"safe until", m.SafeUntil, false},
	} {
		if date.at.IsZero() && !date.must {
			continue
		}
		if err := dateFault(date.field, date.at); err != nil {
			return err
		}
	}
	if m.Hold != nil {
		if err := m.Hold.validate(); err != nil {
			return err
		}
	}
	if len(m.History) == 0 {
		return fault("history", "", "empty: it begins with the joining")
	}
	for i, c := range m.History {
		if reason := nameReason(c.To); reason != "" {
			return fault("history", c.To, reason)
		}
		if c.Override != nil {
			if err := c.Override.validate(); err != nil {
				return err
			}
		}
		switch {
		case i == 0 && (c.Kind != Joined || c.From != "" || !c.At.Equal(m.Joined)):
			return fault("history", string(c.Kind), "does not begin with the joining")
		case i > 0 && c.From != m.History[i-1].To:
			return fault("history", c.From, "entry "+fmt.Sprint(i)+" does not start where the one before it ended")
		case i > 0 && (c.From == c.To || !slices.Contains([]ChangeKind{Promoted, Demoted, Pinned}, c.Kind)):
			return fault("history", string(c.Kind), "entry "+fmt.Sprint(i)+" changes no level")
		case i > 0 && c.At.Before(m.History[i-1].At):
			return fault("history", c.At.Format(time.RFC3339), "entry "+fmt.Sprint(i)+" is before the one before it")
		}
	}
	if last := m.History[len(m.History)-1]; last.To != m.Level || !last.At.Equal(m.Since) {
		return fault("history", last.To, "does not lead to the level")
	}
	return nil
}

func (o *Override) validate() error {
	fault := func(field, value, reason string) error {
		return &MembershipError{Field: field, Value: value, Reason: reason}
	}
	if err := cmp.Or(dateFault("at", o.At), dateFault("until", o.Until)); err != nil {
		return err
	}
	if err := o.By.Validate(); err != nil {
		return fault("by", string(o.By), err.Error())
	}
	switch {
	case strings.TrimSpace(o.Reason) == "":
		return fault("reason", o.Reason, "blank")
	case len(o.Reason) > MaxReasonLength:
		return fault("reason", o.Reason[:MaxTierNameLength], "too long")
	case !utf8.ValidString(o.Reason):
		return fault("reason", o.Reason, "not UTF-8")
	case !o.Until.After(o.At):
		return fault("until", o.Until.UTC().Format(time.RFC3339), "not after the decision")
	}
	return nil
}

// Levels returns since when which level was held, as [ServicePolicy.Of] and
// [Benefits.Entitled] ask for it.
func (m Membership) Levels() TierHistory {
	var history TierHistory
	for _, c := range m.History {
		if n := len(history.spans); n > 0 && history.spans[n-1].From.Equal(c.At) {
			history.spans = history.spans[:n-1] // two changes at one instant: the later holds
		}
		history.spans = append(history.spans, TierSince{Tier: c.To, From: c.At})
	}
	return history
}
