package customer

import "fmt"

// Stage says where a customer stands in its life with us. That a customer is
// blocked is no stage: see [Standing].
type Stage uint8

// The stages, in the order of a life. The zero value means "not known yet".
const (
	StageProspect  Stage = iota + 1 // known to us, has not spoken with us
	StageLead                       // has shown interest, has not bought
	StageFirstTime                  // has bought once
	StageRepeat                     // has bought again
	StageLoyal                      // buys often
	StageAtRisk                     // may be leaving
	StageDormant                    // has not been seen for long
	StageLost                       // has left, as it said, as its contract says or as we infer
	StageWonBack                    // was lost and has bought since
)

// stageCount is one more than the last stage: the size of a table by stage.
const stageCount = int(StageWonBack) + 1

// ParseStage accepts "prospect", "lead", "first-time", "repeat", "loyal",
// "at-risk", "dormant", "lost" and "won-back"; the error is a [*CodeError].
func ParseStage(text string) (Stage, error) {
	for s := StageProspect; s <= StageWonBack; s++ {
		if s.String() == text {
			return s, nil
		}
	}
	return 0, &CodeError{Type: "stage", Code: text}
}

// IsValid reports whether s is one of the stages; the zero value is not.
func (s Stage) IsValid() bool { return s >= StageProspect && s <= StageWonBack }

// IsCustomer reports whether who stands at s has bought and is not lost: the
// stages that retention counts.
func (s Stage) IsCustomer() bool {
	return s >= StageFirstTime && s <= StageDormant || s == StageWonBack
}

// String returns the code of the stage, "" for the zero value.
func (s Stage) String() string {
	switch s {
	case 0:
		return ""
	case StageProspect:
		return "prospect"
	case StageLead:
		return "lead"
	case StageFirstTime:
		return "first-time"
	case StageRepeat:
		return "repeat"
	case StageLoyal:
		return "loyal"
	case StageAtRisk:
		return "at-risk"
	case StageDormant:
		return "dormant"
	case StageLost:
		return "lost"
	case StageWonBack:
		return "won-back"
	}
	return fmt.Sprintf("Stage(%d)", uint8(s))
}

// MarshalText returns the code of the stage, nothing for the zero value.
func (s Stage) MarshalText() ([]byte, error) { return marshalCode("stage", s, s == 0 || s.IsValid()) }

// UnmarshalText accepts what [Stage.MarshalText] writes.
func (s *Stage) UnmarshalText(text []byte) error { return unmarshalCode(s, text, ParseStage) }
