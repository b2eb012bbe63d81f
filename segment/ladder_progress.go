package segment

import "time"

// Progress is what a member has to do: how far the next level is, and what it takes to
// keep the one he has.
type Progress struct {
	Level  string
	Next   string    // the level above; "" on the highest
	ToNext float64   // what the value lacks for it; 0: reached, or there is none
	ToKeep float64   // what the value lacks to keep Level; 0: kept, or it is the lowest
	Review time.Time // the next review, by which both count
	// LostAt is the review at which Level is lost if the value stays below until then;
	// zero if it is not below.
	LostAt time.Time
}

// Progress says at an instant how far a member with the value of [Ladder.Running] is
// from the next level and from losing his own. The error is that of [Ladder.Observe].
func (l *Ladder) Progress(m Membership, value float64, at time.Time) (Progress, error) {
	s, err := l.step(m, value, at)
	if err != nil {
		return Progress{}, err
	}
	reviewed := m.reviewed()
	if now := s.at.Add(-1); now.After(reviewed) { // one that is due now is the next
		reviewed = now
	}
	p := Progress{Level: m.Level, Review: l.reviewAfter(m.Joined, reviewed)}
	if place := s.place + 1; place < len(l.levels) {
		p.Next = l.levels[place].Name
		p.ToNext = max(l.levels[place].Up-value, 0)
	}
	if limit := l.levels[s.place].Down; s.place > 0 && value < limit {
		p.ToKeep = limit - value
		p.LostAt = s.lostAt(p.Review)
	}
	return p, nil
}

// lostAt returns the review that takes the level if all from the next one on find the
// value below the limit.
func (s *step) lostAt(review time.Time) time.Time {
	l, o := s.ladder, &s.ladder.options
	safe := s.m.SafeUntil
	if s.m.Hold != nil && s.m.Hold.Until.After(safe) {
		safe = s.m.Hold.Until
	}
	count, since := s.m.Below, s.m.BelowSince
	if review.Before(safe) { // the first review that counts is the first not before this
		review, count = l.reviewAfter(s.m.Joined, safe.Add(-1)), 0
	}
	if count == 0 {
		since = review
	}
	for n := count + 1; ; n++ {
		grace := o.GraceDays > 0 && dayNumber(review, l.location)-dayNumber(since, l.location) >= o.GraceDays
		if grace || o.Reviews > 0 && n >= o.Reviews {
			return review
		}
		review = l.reviewAfter(s.m.Joined, review)
	}
}
