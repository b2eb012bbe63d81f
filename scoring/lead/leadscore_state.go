package lead

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/internal/stats"
)

// ErrOtherPolicy says that a state belongs to another scorer, or to none;
// [Scorer.ReadState] brings it over through its JSON, if the policies agree.
var ErrOtherPolicy = errors.New("lead: the state is that of another scorer, or of none")

var errNoScore = errors.New("lead: there is no score to watch")

// A TimeError reports a time that goes backwards or is out of range.
type TimeError struct {
	At, Before time.Time // Before: what it is before; zero if that is not the matter
	Reason     string
}

// Error names the times.
func (e *TimeError) Error() string {
	if e.Before.IsZero() {
		return fmt.Sprintf("lead: time %s: %s", e.At.UTC().Format(time.RFC3339), e.Reason)
	}
	return fmt.Sprintf("lead: time %s: %s, %s", e.At.UTC().Format(time.RFC3339), e.Reason, e.Before.UTC().Format(time.RFC3339))
}

// State is what is remembered of one lead between events: faded sums, not the events.
// Fading to a later time loses no bit, so that a state kept for a year of single steps
// is that of all events at once but for the rounding of sums, whatever the order in
// which they came; and two states of one person merge to that of all their events. It
// holds that caps of a kind apply when a score is taken, and that windows with a cap
// are kept until [State.Close].
//
// The host sees to it that an event is recorded once. A State is for one goroutine at
// a time.
type State struct {
	scorer  *Scorer
	tallies []tally // by kind, in the order of the policy
	latest  time.Time
	closed  time.Time // windows that ended by then take no more events
	level   int       // thresholds that are reached
	watched time.Time
}

// NewState returns the state of a lead that did nothing yet.
func (s *Scorer) NewState() *State {
	return &State{scorer: s, tallies: make([]tally, len(s.policy.Engagement.Kinds))}
}

// Record adds an event; events may come in any order. A kind that the policy does not
// know, a time outside the years 1700 to 2200 and one in a window that is closed are an
// [*EventError].
func (s *State) Record(e Event) error {
	if s.scorer == nil {
		return ErrOtherPolicy
	}
	kinds := s.scorer.policy.Engagement.Kinds
	for i := range kinds {
		k := &kinds[i]
		switch {
		case k.Kind != e.Kind:
			continue
		case !validTime(e.At):
			return &EventError{e.Kind, e.At, "want the years 1700 to 2200"}
		case s.closes(k, e.At):
			return &EventError{e.Kind, e.At, "its window is closed"}
		}
		s.tallies[i].record(k, s.scorer.policy.Engagement.halfLife(k), e.At)
		if e.At.After(s.latest) {
			s.latest = e.At.UTC().Round(0)
		}
		return nil
	}
	return &EventError{e.Kind, e.At, "the policy does not know the kind"}
}

// closes tells whether the window of a time is closed.
func (s *State) closes(k *EventKind, at time.Time) bool {
	if k.Window == 0 || s.closed.IsZero() {
		return false
	}
	index, _ := split(at.UnixNano(), int64(k.Window))
	open, _ := split(s.closed.UnixNano(), int64(k.Window))
	return index < open
}

// Latest returns the time of the latest event, the zero time if there is none.
func (s *State) Latest() time.Time { return s.latest }

// Close lets go of windows that ended by a time, which keeps states small: their events
// stay in the sums as the caps cut them, and later ones for those windows are refused.
// A time before that of an earlier Close changes nothing.
func (s *State) Close(by time.Time) error {
	if s.scorer == nil {
		return ErrOtherPolicy
	}
	if !validTime(by) {
		return &TimeError{At: by, Reason: "want the years 1700 to 2200"}
	}
	if !by.After(s.closed) {
		return nil
	}
	for i := range s.tallies {
		s.tallies[i].close(&s.scorer.policy.Engagement.Kinds[i], by)
	}
	s.closed = by.UTC().Round(0)
	return nil
}

// Merge adds the events of another state, as when two leads turn out to be one. The
// threshold reached is the higher of the two, so that nothing is reported again.
// States whose windows were closed at different times cannot share a window's cap any
// more: that is a [*TimeError], and another scorer's state [ErrOtherPolicy]; close both
// at one time first. Windows that are closed keep what the cap left to each side.
func (s *State) Merge(other *State) error {
	if s.scorer == nil || other == nil || other.scorer != s.scorer {
		return ErrOtherPolicy
	}
	if !other.closed.Equal(s.closed) {
		for i := range s.scorer.policy.Engagement.Kinds {
			if s.scorer.policy.Engagement.Kinds[i].Window > 0 {
				return &TimeError{At: s.closed, Before: other.closed, Reason: "windows were closed at different times"}
			}
		}
	}
	for i := range s.tallies {
		s.tallies[i].merge(&other.tallies[i])
	}
	if other.latest.After(s.latest) {
		s.latest = other.latest
	}
	if other.closed.After(s.closed) {
		s.closed = other.closed
	}
	if other.watched.After(s.watched) {
		s.watched = other.watched
	}
	s.level = max(s.level, other.level)
	return nil
}

// A Crossing is a threshold that a score has just reached or left.
type Crossing struct {
	Threshold string
	Up        bool
	At        time.Time
	Total     float64
	Task      *Task // on the way up, if the threshold has one
}

// Watch returns the thresholds that a score crosses, the lowest first on the way up and
// the highest first on the way down, and remembers them: each crossing is returned
// once. A score older than the last one watched is a [*TimeError]; nil is an error.
func (s *State) Watch(score *Score) ([]Crossing, error) {
	if s.scorer == nil {
		return nil, ErrOtherPolicy
	}
	if score == nil {
		return nil, errNoScore
	}
	if score.At.Before(s.watched) {
		return nil, &TimeError{At: score.At, Before: s.watched, Reason: "before the last score that was watched"}
	}
	var crossings []Crossing
	thresholds := s.scorer.policy.Thresholds
	level := stats.HysteresisLevel(s.scorer.thresholds, s.level, billionth(score.Total))
	for i := s.level; i < level; i++ {
		c := Crossing{Threshold: thresholds[i].Name, Up: true, At: score.At, Total: score.Total}
		if thresholds[i].Task != "" {
			c.Task = &Task{Code: thresholds[i].Task, Due: score.At.Add(thresholds[i].Within)}
		}
		crossings = append(crossings, c)
	}
	for i := s.level - 1; i >= level; i-- {
		crossings = append(crossings, Crossing{Threshold: thresholds[i].Name, At: score.At, Total: score.Total})
	}
	s.level, s.watched = level, score.At.UTC().Round(0)
	return crossings, nil
}

func (p *Policy) validateThresholds() error {
	names := make(map[string]bool)
	for i, t := range p.Thresholds {
		field := fmt.Sprintf("Thresholds[%d]", i)
		if t.Name == "" || names[t.Name] {
			return &PolicyError{field, fmt.Sprintf("the name %q is empty or comes twice", t.Name)}
		}
		names[t.Name] = true
		switch {
		case !(t.Leave <= t.Enter && t.Leave >= -mostPoints && t.Enter <= mostPoints):
			return &PolicyError{field, fmt.Sprintf("enter %v, leave %v: want a leave of at most the enter, within ±%g", t.Enter, t.Leave, mostPoints)}
		case i > 0 && (t.Enter < p.Thresholds[i-1].Enter || t.Leave < p.Thresholds[i-1].Leave):
			return &PolicyError{field, fmt.Sprintf("%q is below the threshold before it: want them rising", t.Name)}
		case t.Within < 0 || t.Within > 0 && t.Task == "":
			return &PolicyError{field, fmt.Sprintf("within %v of task %q", t.Within, t.Task)}
		}
	}
	return nil
}
