package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// StaleClock is one of the four ways in which an open deal goes stale.
type StaleClock uint8

const (
	// StuckInStage: it has been in its stage for too long, pauses left out.
	StuckInStage StaleClock = iota + 1
	// Idle: nobody has touched it for too long.
	Idle
	// NoNextStep: nothing is planned, or what was planned is overdue.
	NoNextStep
	// ClosePassed: the day on which it was to be closed is over.
	ClosePassed
)

// String returns "stuck_in_stage", "idle", "no_next_step" or "close_passed".
func (c StaleClock) String() string {
	return word(staleClockWords(), int(c), "StaleClock")
}

// MarshalText writes the word of String; the error is an [*InputError].
func (c StaleClock) MarshalText() ([]byte, error) {
	return marshalWord(staleClockWords(), int(c), "stale clock")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (c *StaleClock) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(staleClockWords(), string(text), "stale clock")
	if err == nil {
		*c = StaleClock(i)
	}
	return err
}

func staleClockWords() []string {
	return []string{"none", "stuck_in_stage", "idle", "no_next_step", "close_passed"}
}

// TouchPolicy says what counts as having touched a deal.
type TouchPolicy uint8

const (
	// TouchByWork counts [Deal.TouchedAt], the last work with the customer, and the
	// entry into the stage. Editing the record is no work.
	TouchByWork TouchPolicy = iota
	// TouchByChange counts every change of the record.
	TouchByChange
	// TouchByPlan counts what TouchByWork does, but a deal is not idle before the day of
	// its next step is over.
	TouchByPlan
)

// AgePolicy says which age counts for StuckInStage.
type AgePolicy uint8

const (
	// AgeInStage counts from the entry into the stage.
	AgeInStage AgePolicy = iota
	// AgeInCycle counts from the opening of the deal.
	AgeInCycle
)

// StaleRules are the thresholds of the clocks. A clock whose threshold is the zero Span
// is not looked at. Working time and working days are those of the machine's calendar. A
// pause puts off what is counted from the entry into a stage or the opening of a deal; what
// is counted from a later touch goes on, for a position does not say when in the stage its
// pauses were.
type StaleRules struct {
	InStage map[StageID]Span // how long a deal may stay; stages not named: InAnyStage
	// InAnyStage holds for the stages that InStage does not name.
	InAnyStage Span
	Idle       Span
	// NextStep asks for a next step with its day, and says how long one may be overdue:
	// "0d" not at all. As long may a stage go without.
	NextStep Span
	// ClosePassed is how long the close date may be over: "0d" not at all.
	ClosePassed Span
	Touch       TouchPolicy
	Age         AgePolicy
	// Propose is how long a clock must be over its threshold before it is proposed to close
	// the deal: see [Machine.ProposeClosing]. The zero Span never proposes.
	Propose Span
}

// Stale is one clock of one deal that is over its threshold.
type Stale struct {
	Deal  rapport.ID
	Stage StageID
	Clock StaleClock
	// Since is when the clock started: the entry, the last touch, the day for which the
	// step was planned, the close date, each of the days to its end. A step that nobody
	// has planned counts from the entry into the stage.
	Since time.Time
	// Due is when the threshold was reached.
	Due time.Time
	// Close says that it is proposed to close the deal.
	Close bool
}

// check says whether the thresholds can be used.
func (r *StaleRules) check(m *Machine) error {
	spans := map[string]Span{
		"InAnyStage": r.InAnyStage, "Idle": r.Idle, "NextStep": r.NextStep, "ClosePassed": r.ClosePassed, "Propose": r.Propose,
	}
	for _, stage := range slices.Sorted(maps.Keys(r.InStage)) {
		if m.standing(stage) == nil {
			return &UnknownStageError{m.ref, stage}
		}
		spans[fmt.Sprintf("InStage[%q]", stage)] = r.InStage[stage]
	}
	for _, name := range sortedKeys(spans) {
		if spans[name].Sign() < 0 {
			return &InputError{Name: name, Value: spans[name].String(), Want: "a span that is not negative"}
		}
	}
	if r.Touch > TouchByPlan {
		return &InputError{Name: "Touch", Value: fmt.Sprint(r.Touch), Want: "one of the policies"}
	}
	if r.Age > AgeInCycle {
		return &InputError{Name: "Age", Value: fmt.Sprint(r.Age), Want: "one of the policies"}
	}
	return nil
}

// inStage returns the threshold of a stage.
func (r *StaleRules) inStage(id StageID) Span {
	if threshold, ok := r.InStage[id]; ok {
		return threshold
	}
	return r.InAnyStage
}
