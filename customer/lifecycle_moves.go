package customer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// LifecycleReason says why a customer changed its stage: a stable code that
// decides, with the two stages, whether the move is legal. The host's own words,
// such as the cause of leaving, go beside it ([LifecycleChange.Cause]).
type LifecycleReason string

// The reasons.
const (
	LifecycleFound          LifecycleReason = "found"           // got known to us
	LifecycleEnquired       LifecycleReason = "enquired"        // spoke with us
	LifecycleCooled         LifecycleReason = "cooled"          // has not spoken with us for long
	LifecycleBought         LifecycleReason = "bought"          // bought, or signed a contract
	LifecycleFrequent       LifecycleReason = "frequent"        // buys often
	LifecycleRarer          LifecycleReason = "rarer"           // does not buy often any more
	LifecycleLongGap        LifecycleReason = "long-gap"        // has been away for long by its own gaps
	LifecycleUnlikelyAlive  LifecycleReason = "unlikely-alive"  // P(alive) is low
	LifecycleContractEnding LifecycleReason = "contract-ending" // the contract ends soon
	LifecycleContractEnded  LifecycleReason = "contract-ended"  // the end date of the contract has passed
	LifecycleDissatisfied   LifecycleReason = "dissatisfied"    // said so
	LifecyclePoached        LifecycleReason = "poached"         // a competitor is after it
	LifecycleLeft           LifecycleReason = "left"            // said that it leaves
	LifecycleClosed         LifecycleReason = "closed"          // died, or closed its business
	LifecycleRecovered      LifecycleReason = "recovered"       // the danger has passed
	LifecycleRenewed        LifecycleReason = "renewed"         // the contract runs on
	LifecycleCorrected      LifecycleReason = "corrected"       // the entry into the stage was an error
	LifecycleBlocked        LifecycleReason = "blocked"         // no business with it; the stage stays
	LifecycleUnblocked      LifecycleReason = "unblocked"       // business again; the stage stays
)

// LegalMove is a row of the table of moves: from a stage (0: none yet) to another
// for one of the reasons.
type LegalMove struct {
	From, To Stage
	Reasons  []LifecycleReason
}

// LifecycleMoves returns the table of legal moves. What is not in it is refused:
//
//   - a prospect or lead that never bought cools off, it is not lost;
//   - what is inferred goes at-risk, dormant, lost, one after the other; what is
//     known (contract ended, left, closed) goes to lost at once;
//   - the only way back from lost is won-back, but for the correction of an error;
//   - blocked and unblocked leave the stage as it is.
//
// The table is the caller's to keep.
func LifecycleMoves() []LegalMove {
	var moves []LegalMove
	for from := Stage(0); from <= StageWonBack; from++ {
		moves = append(moves, movesFrom(from)...)
	}
	return moves
}

// movesFrom returns the rows of the table that leave a stage.
func movesFrom(from Stage) []LegalMove {
	var moves []LegalMove
	for to := StageProspect; to <= StageWonBack; to++ {
		var reasons []LifecycleReason
		for _, reason := range lifecycleReasons() {
			if legalMove(from, to, reason) {
				reasons = append(reasons, reason)
			}
		}
		if reasons != nil {
			moves = append(moves, LegalMove{from, to, reasons})
		}
	}
	return moves
}

// lifecycleReasons returns all reasons, in the order of the constants.
func lifecycleReasons() [19]LifecycleReason {
	return [...]LifecycleReason{
		LifecycleFound, LifecycleEnquired, LifecycleCooled, LifecycleBought, LifecycleFrequent, LifecycleRarer,
		LifecycleLongGap, LifecycleUnlikelyAlive, LifecycleContractEnding, LifecycleContractEnded,
		LifecycleDissatisfied, LifecyclePoached, LifecycleLeft, LifecycleClosed, LifecycleRecovered,
		LifecycleRenewed, LifecycleCorrected, LifecycleBlocked, LifecycleUnblocked,
	}
}

func isLifecycleReason(reason LifecycleReason) bool {
	all := lifecycleReasons()
	return slices.Contains(all[:], reason)
}

// legalMove is the table of moves; from and to are stages, from also 0.
func legalMove(from, to Stage, reason LifecycleReason) bool {
	current := from.IsCustomer() && severity(from) == severityNone
	switch reason {
	case LifecycleFound:
		return from == 0 && to == StageProspect
	case LifecycleEnquired:
		return from <= StageProspect && to == StageLead
	case LifecycleCooled:
		return from == StageLead && to == StageProspect
	case LifecycleBought:
		switch to {
		case StageFirstTime:
			return from <= StageLead
		case StageRepeat:
			return from == StageFirstTime || from == StageAtRisk || from == StageDormant || from == StageWonBack
		case StageWonBack:
			return from == StageLost
		}
	case LifecycleFrequent:
		return from == StageRepeat && to == StageLoyal
	case LifecycleRarer:
		return from == StageLoyal && to == StageRepeat
	case LifecycleLongGap, LifecycleUnlikelyAlive: // one after the other
		return current && to == StageAtRisk || from == StageAtRisk && to == StageDormant || from == StageDormant && to == StageLost
	case LifecycleContractEnding, LifecycleDissatisfied, LifecyclePoached:
		return current && to == StageAtRisk
	case LifecycleContractEnded, LifecycleLeft, LifecycleClosed:
		return from.IsCustomer() && to == StageLost
	case LifecycleRecovered:
		return from == StageAtRisk && (to == StageFirstTime || to == StageRepeat) || from == StageDormant && to == StageAtRisk
	case LifecycleRenewed:
		return (from == StageAtRisk || from == StageDormant) && to == StageRepeat || from == StageLost && to == StageWonBack
	case LifecycleCorrected:
		return from == StageLost && to == StageDormant
	case LifecycleBlocked, LifecycleUnblocked:
		return from == to && from.IsValid()
	}
	return false
}

// IllegalMoveError reports a move that the table does not have, or one to block
// who is blocked or unblock who is not.
type IllegalMoveError struct {
	Customer rapport.ID
	From, To Stage
	Reason   LifecycleReason
	Allowed  []LegalMove // from From, in the order of [LifecycleMoves]
}

// Error names the move and the stages that can be reached:
//
//	customer: "c1" cannot move from lost to repeat for "bought": from lost it can go to dormant, won-back
func (e *IllegalMoveError) Error() string {
	var to []string
	for _, m := range e.Allowed {
		if m.To != e.From {
			to = append(to, m.To.String())
		}
	}
	return fmt.Sprintf("customer: %q cannot move from %s to %s for %q: from %[2]s it can go to %[5]s",
		e.Customer, stageWord(e.From), stageWord(e.To), e.Reason, strings.Join(to, ", "))
}

func stageWord(s Stage) string {
	if s == 0 {
		return "no stage"
	}
	return s.String()
}

func illegalMove(customer rapport.ID, from, to Stage, reason LifecycleReason) error {
	return &IllegalMoveError{Customer: customer, From: from, To: to, Reason: reason, Allowed: movesFrom(from)}
}
