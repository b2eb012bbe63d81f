package segment

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

type levelForm struct {
	Name string   `json:"name"`
	Up   *float64 `json:"up"` // must be there: 0 is a limit
	Down *float64 `json:"down"`
}

type ladderForm struct {
	Format       int         `json:"format"`
	Levels       []levelForm `json:"levels"`
	Reviews      int         `json:"reviews"`
	GraceDays    int         `json:"grace_days"`
	KeepMonths   int         `json:"keep_months"`
	ReviewMonths int         `json:"review_months"`
	Window       string      `json:"window"`
	Promotion    string      `json:"promotion"`
}

// windowNames and promotionNames are in the order of the constants.
func windowNames() []string    { return []string{"rolling_12_months", "calendar_year"} }
func promotionNames() []string { return []string{"at_once", "at_review"} }

func nameOf(names []string, i int, kind string) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

// String returns the name of the window in JSON: "rolling_12_months" or "calendar_year".
func (w Window) String() string { return nameOf(windowNames(), int(w), "Window") }

// String returns the name of the rule in JSON: "at_once" or "at_review".
func (p Promotion) String() string { return nameOf(promotionNames(), int(p), "Promotion") }

// MarshalJSON writes levels and options, the defaults written out; the zone is not in
// it. The zero Ladder is none ([*LadderError]).
func (l *Ladder) MarshalJSON() ([]byte, error) {
	if len(l.levels) == 0 {
		return nil, &LadderError{Level: -1, Field: "levels", Reason: "too few"}
	}
	o := l.options
	form := ladderForm{
		Format: jsonFormat, Reviews: o.Reviews, GraceDays: o.GraceDays, KeepMonths: o.KeepMonths,
		ReviewMonths: o.ReviewMonths, Window: o.Window.String(), Promotion: o.Promotion.String(),
	}
	for _, level := range l.levels {
		form.Levels = append(form.Levels, levelForm{level.Name, &level.Up, &level.Down})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Ladder.MarshalJSON] wrote; it marshals to the same bytes and
// counts in UTC until [Ladder.In] names the zone. It is for a fresh value, not for a
// ladder in use. The error is a [*FormatError], that of [NewLadder] or one of the
// syntax; after it l is unchanged.
func (l *Ladder) UnmarshalJSON(text []byte) error {
	var form ladderForm
	if err := decode("ladder", text, &form); err != nil {
		return err
	}
	window, promotion := slices.Index(windowNames(), form.Window), slices.Index(promotionNames(), form.Promotion)
	switch {
	case window < 0:
		return &LadderError{Level: -1, Field: "window", Value: -1, Reason: "unknown"}
	case promotion < 0:
		return &LadderError{Level: -1, Field: "promotion", Value: -1, Reason: "unknown"}
	}
	levels := make([]Level, len(form.Levels))
	for i, level := range form.Levels {
		switch {
		case level.Up == nil:
			return &LadderError{Level: i, Field: "up", Reason: "missing"}
		case level.Down == nil:
			return &LadderError{Level: i, Field: "down", Reason: "missing"}
		}
		levels[i] = Level{level.Name, *level.Up, *level.Down}
	}
	got, err := NewLadder(levels, &LadderOptions{
		Reviews: form.Reviews, GraceDays: form.GraceDays, KeepMonths: form.KeepMonths,
		ReviewMonths: form.ReviewMonths, Window: Window(window), Promotion: Promotion(promotion),
	})
	if err != nil {
		return err
	}
	*l = *got
	return nil
}

type plainMembership Membership

type membershipForm struct {
	Format int `json:"format"`
	plainMembership
}

// MarshalJSON writes the membership. The error is a [*MembershipError] for one that
// contradicts itself.
func (m Membership) MarshalJSON() ([]byte, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	return json.Marshal(membershipForm{Format: jsonFormat, plainMembership: plainMembership(m.normal())})
}

// UnmarshalJSON reads what [Membership.MarshalJSON] wrote; it marshals to the same
// bytes. The error is a [*FormatError], a [*MembershipError] or one of the syntax;
// after it m is unchanged.
func (m *Membership) UnmarshalJSON(text []byte) error {
	var form membershipForm
	if err := decode("membership", text, &form); err != nil {
		return err
	}
	got := Membership(form.plainMembership)
	if err := got.validate(); err != nil {
		return err
	}
	*m = got.normal()
	return nil
}

// normal returns the membership with all its instants in UTC.
func (m Membership) normal() Membership {
	for _, t := range []*time.Time{&m.Since, &m.Joined, &m.LastReview, &m.BelowSince, &m.SafeUntil} {
		*t = plain(*t)
	}
	if m.Hold != nil {
		hold := *m.Hold
		hold.Override = hold.plain()
		m.Hold = &hold
	}
	m.History = slices.Clone(m.History)
	for i := range m.History {
		c := &m.History[i]
		c.At = plain(c.At)
		if c.Override != nil {
			o := c.Override.plain()
			c.Override = &o
		}
	}
	return m
}
