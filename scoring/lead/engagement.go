package lead

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// EngagementPolicy says what a lead's deeds are worth and how fast that fades: after
// one half-life half of it is left, after two a quarter.
type EngagementPolicy struct {
	HalfLife time.Duration // a second or more
	Kinds    []EventKind
	Limits   *Limits // of the sum over the kinds; nil: none
}

// An EventKind is a deed with its points, which may be negative: an unsubscription, a
// bounced mail.
type EventKind struct {
	Kind     string
	Points   float64
	HalfLife time.Duration // 1 ms or more; 0: that of the policy
	// Cap bounds the size of what all events of the kind together are worth at a time.
	// 0: no bound.
	Cap float64
	// Window and WindowCap bound what the events of one stretch of time are worth when
	// they are new: a hundred clicks on one day count like the cap, each with an equal
	// part of it. Windows follow each other from 1970 on; 24 h are the days of UTC. Both
	// or none is set.
	Window    time.Duration
	WindowCap float64
}

// An Event is a deed of a lead.
type Event struct {
	Kind string
	At   time.Time
}

// An EventError reports an event that cannot be recorded.
type EventError struct {
	Kind   string
	At     time.Time
	Reason string
}

// Error names the event.
func (e *EventError) Error() string {
	return fmt.Sprintf("lead: event %.60q at %s: %s", e.Kind, e.At.UTC().Format(time.RFC3339), e.Reason)
}

// tally is what is remembered of the events of one kind: their faded number, as
// Σ 2^(age of the anchor − age of the event in half-lives), where the anchor is a
// whole number of half-lives since 1970. To move it is to multiply by a power of two,
// which loses nothing.
type tally struct {
	anchor  int64
	sum     float64       // of events in no window, or in closed ones as the cap cut them
	windows []windowTally // by index
}

type windowTally struct {
	index int64 // since 1970
	n     int64 // events
	sum   float64
}

// record adds one event.
func (t *tally) record(k *EventKind, halfLife time.Duration, at time.Time) {
	halves, fraction := split(at.UnixNano(), int64(halfLife))
	if t.empty() || halves > t.anchor {
		t.move(halves)
	}
	part := math.Ldexp(math.Exp2(fraction), int(max(halves-t.anchor, -5000)))
	if k.Window == 0 {
		t.sum += part
		return
	}
	index, _ := split(at.UnixNano(), int64(k.Window))
	w := t.window(index)
	w.n++
	w.sum += part
}

func (t *tally) empty() bool { return t.sum == 0 && len(t.windows) == 0 }

// window returns the tally of a window, a new one if there is none.
func (t *tally) window(index int64) *windowTally {
	i, found := slices.BinarySearchFunc(t.windows, index, func(w windowTally, index int64) int {
		switch {
		case w.index < index:
			return -1
		case w.index > index:
			return 1
		}
		return 0
	})
	if !found {
		t.windows = slices.Insert(t.windows, i, windowTally{index: index})
	}
	return &t.windows[i]
}

// move brings the sums to another anchor.
func (t *tally) move(anchor int64) {
	if !t.empty() {
		by := int(min(max(t.anchor-anchor, -5000), 5000))
		t.sum = math.Ldexp(t.sum, by)
		for i := range t.windows {
			t.windows[i].sum = math.Ldexp(t.windows[i].sum, by)
		}
	}
	t.anchor = anchor
}

// merge adds the events of another tally.
func (t *tally) merge(other *tally) {
	if other.empty() {
		return
	}
	moved := tally{anchor: other.anchor, sum: other.sum, windows: slices.Clone(other.windows)}
	if t.empty() || t.anchor < moved.anchor {
		t.move(moved.anchor)
	}
	moved.move(t.anchor)
	t.sum += moved.sum
	for _, w := range moved.windows {
		into := t.window(w.index)
		into.n += w.n
		into.sum += w.sum
	}
}

// cut returns the faded number of events of a window, as far as its cap lets them count.
func (w *windowTally) cut(k *EventKind) float64 {
	if raw := float64(w.n) * math.Abs(k.Points); raw > k.WindowCap {
		return w.sum * (k.WindowCap / raw)
	}
	return w.sum
}

// close adds the windows that ended by then to the sum.
func (t *tally) close(k *EventKind, by time.Time) {
	if k.Window == 0 {
		return
	}
	index, _ := split(by.UnixNano(), int64(k.Window))
	for len(t.windows) > 0 && t.windows[0].index < index {
		t.sum += t.windows[0].cut(k)
		t.windows = t.windows[1:]
	}
}

// points returns what the events are worth at a time that is not before any of them.
func (t *tally) points(k *EventKind, halfLife time.Duration, at time.Time) float64 {
	if t.empty() {
		return 0
	}
	sum := t.sum
	for i := range t.windows {
		sum += t.windows[i].cut(k)
	}
	halves, fraction := split(at.UnixNano(), int64(halfLife))
	left := math.Ldexp(sum*math.Exp2(-fraction), int(max(t.anchor-halves, -5000)))
	points := k.Points * left
	if k.Cap > 0 {
		points = min(max(points, -k.Cap), k.Cap)
	}
	return points
}

// split returns how many whole parts an instant is after 1970, and the share of the next.
func split(instant, part int64) (whole int64, share float64) {
	whole = instant / part
	rest := instant % part
	if rest < 0 {
		whole, rest = whole-1, rest+part
	}
	return whole, float64(rest) / float64(part)
}

// validTime wants a time whose nanoseconds since 1970 fit in 64 bits.
func validTime(t time.Time) bool {
	return !t.Before(firstTime()) && t.Before(time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC))
}

func firstTime() time.Time { return time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC) }

func (e *EngagementPolicy) halfLife(k *EventKind) time.Duration {
	if k.HalfLife != 0 {
		return k.HalfLife
	}
	return e.HalfLife
}

// score adds the engagement of a state to an account.
func (e *EngagementPolicy) score(s *State, at time.Time, a *account) {
	total := 0.0
	for i := range e.Kinds {
		k := &e.Kinds[i]
		if s.tallies[i].empty() {
			continue
		}
		points := s.tallies[i].points(k, e.halfLife(k), at)
		total += points
		a.add(EngagementPart, "", k.Kind, points)
	}
	a.engagement = a.limit(EngagementPart, "", total, e.Limits)
}

func (e *EngagementPolicy) validate() error {
	if e.HalfLife < time.Second && (len(e.Kinds) > 0 || e.HalfLife != 0) {
		return &PolicyError{"Engagement.HalfLife", fmt.Sprintf("%v, want a second or more", e.HalfLife)}
	}
	names := make(map[string]bool)
	for i := range e.Kinds {
		k := &e.Kinds[i]
		field := fmt.Sprintf("Engagement.Kinds[%d]", i)
		if k.Kind == "" || names[k.Kind] {
			return &PolicyError{field, fmt.Sprintf("the kind %q is empty or comes twice", k.Kind)}
		}
		names[k.Kind] = true
		switch {
		case !(math.Abs(k.Points) <= mostPoints):
			return &PolicyError{field, fmt.Sprintf("%v points, want at most %g in size", k.Points, mostPoints)}
		case k.HalfLife != 0 && k.HalfLife < time.Second:
			return &PolicyError{field, fmt.Sprintf("half-life %v, want a second or more, or 0 for that of the policy", k.HalfLife)}
		case !(k.Cap >= 0 && k.Cap <= mostPoints):
			return &PolicyError{field, fmt.Sprintf("cap %v, want 0 (none) to %g", k.Cap, mostPoints)}
		case k.Window < 0 || !(k.WindowCap >= 0 && k.WindowCap <= mostPoints) || (k.Window == 0) != (k.WindowCap == 0):
			return &PolicyError{field, fmt.Sprintf("window %v with cap %v: want both above 0, or none", k.Window, k.WindowCap)}
		}
	}
	return e.Limits.validate("Engagement")
}
