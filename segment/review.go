package segment

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Review judges a member at an instant by the value of [Ladder.Reviewed] and returns
// where he stands then, with what happened. It raises as far as the value reaches; it
// takes at most one level, and that only by the rules of [LadderOptions]. The host
// calls it when [Ladder.NextReview] is due, or later: a late review moves none of those
// after it, and one that was left out is not made up for.
//
// The error is a [*MembershipError]: a value that is no number of size up to
// [MaxValue], an instant before the review is due, so that a job that runs twice takes
// no level, or before what happened last, a membership that contradicts itself or is of
// another ladder. The membership returned is then the one given.
func (l *Ladder) Review(m Membership, value float64, at time.Time) (Membership, []Change, error) {
	s, err := l.step(m, value, at)
	if err != nil {
		return m, nil, err
	}
	if due := l.reviewAfter(m.Joined, m.reviewed()); at.Before(due) {
		return m, nil, &MembershipError{Field: "at", Value: at.UTC().Format(time.RFC3339), Reason: "before the next review is due, " + due.Format(time.RFC3339)}
	}
	s.m.LastReview = s.at
	target := stats.HysteresisLevel(l.thresholds, s.place, value)
	switch {
	case s.pinned():
		s.m.Below, s.m.BelowSince = 0, time.Time{}
	case target > s.place:
		s.promote(target)
	case target < s.place:
		s.below()
	case s.m.Below > 0:
		s.m.Below, s.m.BelowSince = 0, time.Time{}
		s.note(Recovered, l.levels[s.place].Down)
	}
	return s.m, s.changes, nil
}

// Observe looks at the value of [Ladder.Running] between reviews: it raises a member at
// once if the ladder says so, never takes a level, and counts nothing. The error is
// that of [Ladder.Review], but for the instant, which may be any from what happened last.
func (l *Ladder) Observe(m Membership, value float64, at time.Time) (Membership, []Change, error) {
	s, err := l.step(m, value, at)
	if err != nil {
		return m, nil, err
	}
	target := stats.HysteresisLevel(l.thresholds, s.place, value)
	if l.options.Promotion == PromoteAtOnce && !s.pinned() && target > s.place {
		s.promote(target)
	}
	return s.m, s.changes, nil
}

// step is one step of a member: the membership that it works on, and what happened.
type step struct {
	ladder  *Ladder
	m       Membership
	place   int // of the level
	value   float64
	at      time.Time
	changes []Change
}

// step checks what a step starts from and ends a hold whose time is over.
func (l *Ladder) step(m Membership, value float64, at time.Time) (*step, error) {
	place, err := l.validate(m)
	if err != nil {
		return nil, err
	}
	if !(math.Abs(value) <= MaxValue) { // so written to catch NaN
		return nil, &MembershipError{Field: "value", Value: strconv.FormatFloat(value, 'g', -1, 64), Reason: "not a number of size up to MaxValue"}
	}
	if err := dateFault("at", at); err != nil {
		return nil, err
	}
	if latest := m.latest(); at.Before(latest) {
		return nil, &MembershipError{Field: "at", Value: at.UTC().Format(time.RFC3339), Reason: "before what happened last, " + latest.UTC().Format(time.RFC3339)}
	}
	s := &step{ladder: l, m: m, place: place, value: value, at: plain(at)}
	if m.Hold != nil && !at.Before(m.Hold.Until) {
		s.changes = append(s.changes, Change{Kind: HoldEnded, At: plain(m.Hold.Until), From: m.Level, To: m.Level})
		s.m.Hold = nil
	}
	return s, nil
}

func (s *step) pinned() bool { return s.m.Hold != nil && s.m.Hold.Pinned }

// note writes a change that leaves the level as it is.
func (s *step) note(kind ChangeKind, limit float64) {
	s.changes = append(s.changes, Change{Kind: kind, At: s.at, From: s.m.Level, To: s.m.Level, Value: s.value, Limit: limit, Below: s.m.Below})
}

// move gives another level; what was counted or safe on the old one is over.
func (s *step) move(place int, c Change) {
	c.At, c.From, c.To = s.at, s.m.Level, s.ladder.levels[place].Name
	s.m.Level, s.m.Since, s.place = c.To, s.at, place
	s.m.Below, s.m.BelowSince, s.m.SafeUntil = 0, time.Time{}, time.Time{}
	s.m.History = append(slices.Clip(s.m.History), c)
	s.changes = append(s.changes, c)
}

func (s *step) promote(place int) {
	s.move(place, Change{Kind: Promoted, Value: s.value, Limit: s.ladder.levels[place].Up})
	if months := s.ladder.options.KeepMonths; months > 0 {
		s.m.SafeUntil = plain(addMonths(s.at, months, s.ladder.location))
	}
}

// below is a review of a value below the limit of the level.
func (s *step) below() {
	limit := s.ladder.levels[s.place].Down
	if s.m.Hold != nil || s.at.Before(s.m.SafeUntil) {
		s.m.Below, s.m.BelowSince = 0, time.Time{}
		s.note(Spared, limit)
		return
	}
	s.m.Below++
	if s.m.Below == 1 {
		s.m.BelowSince = s.at
	}
	o := &s.ladder.options
	graceOver := o.GraceDays > 0 && dayNumber(s.at, s.ladder.location)-dayNumber(s.m.BelowSince, s.ladder.location) >= o.GraceDays
	if !graceOver && (o.Reviews == 0 || s.m.Below < o.Reviews) {
		s.note(Warned, limit)
		return
	}
	s.move(s.place-1, Change{Kind: Demoted, Value: s.value, Limit: limit, Below: s.m.Below})
}
