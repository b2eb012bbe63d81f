package segment

import "time"

// Protect keeps a member from losing his level for a time: a soft landing for somebody
// who is ill, a promise after a complaint. He can still be raised. Reviews below the
// limit are not counted while it holds, and it replaces any hold before it. The error
// is a [*MembershipError].
func (l *Ladder) Protect(m Membership, o Override) (Membership, []Change, error) {
	s, err := l.hold(m, o)
	if err != nil {
		return m, nil, err
	}
	s.m.Hold = &Hold{Override: o.plain()}
	s.noteHold(Protected, o)
	return s.m, s.changes, nil
}

// Pin gives a member a level for a time, whatever his value: it is neither lost nor
// raised until then. Afterwards the ordinary rules go on from that level, so that who
// was lifted high comes down one level a review at most. It replaces any hold before
// it. The error is a [*MembershipError].
func (l *Ladder) Pin(m Membership, level string, o Override) (Membership, []Change, error) {
	place := l.level(level)
	if place < 0 {
		return m, nil, &MembershipError{Field: "level", Value: level, Reason: "the ladder has no such level"}
	}
	s, err := l.hold(m, o)
	if err != nil {
		return m, nil, err
	}
	o = o.plain()
	s.m.Hold = &Hold{Pinned: true, Override: o}
	if place == s.place {
		s.noteHold(Pinned, o)
	} else {
		s.move(place, Change{Kind: Pinned, Override: &o})
	}
	s.m.Below, s.m.BelowSince = 0, time.Time{}
	return s.m, s.changes, nil
}

// Release ends the hold of a member before its time. [Override.Until] is not used and
// may be zero. The error is a [*MembershipError], also if there is no hold.
func (l *Ladder) Release(m Membership, o Override) (Membership, []Change, error) {
	o.Until = o.At.Add(1) // so that the one check serves
	s, err := l.hold(m, o)
	if err != nil {
		return m, nil, err
	}
	if s.m.Hold == nil {
		return m, nil, &MembershipError{Field: "hold", Reason: "none to release"}
	}
	o.Until = o.At
	s.m.Hold = nil
	s.noteHold(HoldEnded, o)
	return s.m, s.changes, nil
}

// hold begins a step by hand.
func (l *Ladder) hold(m Membership, o Override) (*step, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	return l.step(m, 0, o.At)
}

// plain returns the override with its instants as JSON gives them back.
func (o Override) plain() Override {
	o.At, o.Until = plain(o.At), plain(o.Until)
	return o
}

func (s *step) noteHold(kind ChangeKind, o Override) {
	o = o.plain()
	s.changes = append(s.changes, Change{Kind: kind, At: o.At, From: s.m.Level, To: s.m.Level, Override: &o})
}
