package segment

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Limits of a ladder.
const (
	MaxLevels       = 64        // levels of a ladder
	MaxReviews      = 100       // of [LadderOptions.Reviews]
	MaxGraceDays    = 3660      // of [LadderOptions.GraceDays]
	MaxKeepMonths   = 120       // of [LadderOptions.KeepMonths]
	MaxReviewMonths = 120       // of [LadderOptions.ReviewMonths]
	yearMonths      = 12        // of a year
	day             = 24 * 3600 // seconds of a calendar day on the line of local time
)

// Level is a level of a loyalty ladder. A member reaches it with a value of at least
// Up and keeps it down to Down: between the two the past decides, so that a value
// that wavers does not flap.
type Level struct {
	Name string  // valid UTF-8 without control characters, 1 to 128 bytes
	Up   float64 // reached at or above; 0 for the lowest level, where everybody starts
	// Down is what keeps the level, at or above; not above Up. 0 for the lowest level;
	// on another one 0 keeps it for ever, unless values fall below zero.
	Down float64
}

// Promotion says when a level that was reached is given.
type Promotion uint8

// The rules of promotion.
const (
	// PromoteAtOnce gives it as soon as [Ladder.Observe] sees the value. It is the
	// default.
	PromoteAtOnce Promotion = iota
	// PromoteAtReview gives it at the next [Ladder.Review].
	PromoteAtReview
)

// LadderOptions are the options of [NewLadder]; nil or the zero value means: a
// review a year over the last twelve months, a level is lost at the first review
// below its limit and given as soon as it is reached.
type LadderOptions struct {
	// Reviews is how many reviews in a row must find the value below Down before the
	// level is lost, GraceDays how many calendar days must have passed since the
	// first of them; each review below asks both, and the first that is met takes
	// one level. Both 0 means one review. A level that is lost starts the count anew.
	Reviews   int
	GraceDays int
	// KeepMonths is for how many months a level is safe once it was reached; 0: no
	// longer than the rules above say.
	KeepMonths int
	// ReviewMonths is how many months lie between two reviews; 0 means 12, which is
	// the only choice with [CalendarYear].
	ReviewMonths int
	Window       Window
	Promotion    Promotion
}

// Ladder is a loyalty programme: levels with limits up and down and the rules by
// which members move between them. It is an immutable value made by [NewLadder],
// safe to share between goroutines. It knows nothing of members: what it needs of
// one is in a [Membership].
type Ladder struct {
	levels     []Level // the lowest first
	thresholds []stats.Threshold
	options    LadderOptions // defaults written out
	location   *time.Location
}

// LadderError reports a ladder that makes no sense.
type LadderError struct {
	Level  int     // which level, from 0; -1: the ladder as a whole
	Field  string  // "name", "up", "down", "levels" or the option
	Value  float64 // the number to blame, if there is one
	Reason string  // "name empty", "name twice", "not a number of size up to MaxValue", "not above the level below", "below that of the level below", "above up", "not 0 in the lowest level", "too few", "too many", "out of range", "needs a review a year", "unknown", "missing"
	Most   float64 // of "out of range": the range is from 0 to this
}

// Error names the level, the number and the reason.
func (e *LadderError) Error() string {
	switch {
	case e.Field == "levels":
		return fmt.Sprintf("segment: ladder: %v levels: %s, want 2 to %d", e.Value, e.Reason, MaxLevels)
	case e.Field == "name":
		return fmt.Sprintf("segment: ladder: level %d: %s", e.Level, e.Reason)
	case e.Level < 0 && e.Most > 0:
		return fmt.Sprintf("segment: ladder: %s %v: %s, want 0 to %v", e.Field, e.Value, e.Reason, e.Most)
	case e.Level < 0:
		return fmt.Sprintf("segment: ladder: %s %v: %s", e.Field, e.Value, e.Reason)
	}
	return fmt.Sprintf("segment: ladder: level %d: %s %v: %s", e.Level, e.Field, e.Value, e.Reason)
}

// NewLadder returns a ladder of the given levels, the lowest first: everybody is at
// least on that one, so it has no limits. From level to level Up rises and Down does
// not fall. The error is a [*LadderError]; levels and options are copied. Its days
// and months are those of UTC; [Ladder.In] chooses another zone.
func NewLadder(levels []Level, options *LadderOptions) (*Ladder, error) {
	l := &Ladder{levels: slices.Clone(levels), location: time.UTC}
	if options != nil {
		l.options = *options
	}
	if l.options.Reviews == 0 && l.options.GraceDays == 0 {
		l.options.Reviews = 1
	}
	if l.options.ReviewMonths == 0 {
		l.options.ReviewMonths = yearMonths
	}
	if err := l.options.validate(); err != nil {
		return nil, err
	}
	if len(levels) < 2 || len(levels) > MaxLevels {
		reason := "too few"
		if len(levels) > MaxLevels {
			reason = "too many"
		}
		return nil, &LadderError{Level: -1, Field: "levels", Value: float64(len(levels)), Reason: reason}
	}
	for i, level := range levels {
		if err := levelFault(levels[:i], level); err != nil {
			return nil, err
		}
		if i > 0 {
			l.thresholds = append(l.thresholds, stats.Threshold{Enter: level.Up, Leave: level.Down})
		}
	}
	return l, nil
}

// levelFault returns what is wrong with a level above those that are fine.
func levelFault(below []Level, level Level) error {
	i := len(below)
	fault := func(field string, value float64, reason string) error {
		return &LadderError{Level: i, Field: field, Value: value, Reason: reason}
	}
	if reason := nameReason(level.Name); reason != "" {
		return fault("name", 0, reason)
	}
	if slices.ContainsFunc(below, func(other Level) bool { return other.Name == level.Name }) {
		return fault("name", 0, "name twice")
	}
	for _, limit := range []struct {
		field string
		value float64
	}{{"up", level.Up}, {"down", level.Down}} {
		if !(math.Abs(limit.value) <= MaxValue) { // so written to catch NaN
			return fault(limit.field, limit.value, "not a number of size up to MaxValue")
		}
		if i == 0 && limit.value != 0 {
			return fault(limit.field, limit.value, "not 0 in the lowest level")
		}
	}
	switch {
	case level.Down > level.Up:
		return fault("down", level.Down, "above up")
	case i > 1 && level.Up <= below[i-1].Up:
		return fault("up", level.Up, "not above the level below")
	case i > 1 && level.Down < below[i-1].Down:
		return fault("down", level.Down, "below that of the level below")
	}
	return nil
}

func (o *LadderOptions) validate() error {
	fault := func(field string, value int, reason string) error {
		return &LadderError{Level: -1, Field: field, Value: float64(value), Reason: reason}
	}
	for _, number := range []struct {
		field      string
		value, max int
	}{
		{"reviews", o.Reviews, MaxReviews},
		{"grace days", o.GraceDays, MaxGraceDays},
		{"keep months", o.KeepMonths, MaxKeepMonths},
		{"review months", o.ReviewMonths, MaxReviewMonths},
	} {
		if number.value < 0 || number.value > number.max {
			return &LadderError{Level: -1, Field: number.field, Value: float64(number.value), Reason: "out of range", Most: float64(number.max)}
		}
	}
	switch {
	case o.Window > CalendarYear:
		return fault("window", int(o.Window), "unknown")
	case o.Promotion > PromoteAtReview:
		return fault("promotion", int(o.Promotion), "unknown")
	case o.Window == CalendarYear && o.ReviewMonths != yearMonths:
		return fault("review months", o.ReviewMonths, "needs a review a year")
	}
	return nil
}

// In returns the same ladder with the days, months and years of a zone; nil means
// UTC. The zone is no part of the JSON.
func (l *Ladder) In(location *time.Location) *Ladder {
	moved := *l
	moved.location = zone(location)
	return &moved
}

// Levels returns the levels, the lowest first.
func (l *Ladder) Levels() []Level { return slices.Clone(l.levels) }

// Options returns the options, their defaults written out.
func (l *Ladder) Options() LadderOptions { return l.options }

// level returns the place of a level by its name, -1 if there is none.
func (l *Ladder) level(name string) int {
	return slices.IndexFunc(l.levels, func(level Level) bool { return level.Name == name })
}
