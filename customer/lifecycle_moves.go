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
	moves := []LegalMove{
		{0, StageProspect, []LifecycleReason{LifecycleFound}},
		{0, StageLead, []LifecycleReason{LifecycleEnquired}},
		{0, StageFirstTime, []LifecycleReason{LifecycleBought}},
		{StageProspect, StageLead, []LifecycleReason{LifecycleEnquired}},
		{StageProspect, StageFirstTime, []LifecycleReason{LifecycleBought}},
		{StageLead, StageProspect, []LifecycleReason{LifecycleCooled}},
		{StageLead, StageFirstTime, []LifecycleReason{LifecycleBought}},
		{StageFirstTime, StageRepeat, []LifecycleReason{LifecycleBought}},
		{StageRepeat, StageLoyal, []LifecycleReason{LifecycleFrequent}},
		{StageLoyal, StageRepeat, []LifecycleReason{LifecycleRarer}},
	}
	for _, from := range []Stage{StageFirstTime, StageRepeat, StageLoyal, StageWonBack} {
		moves = append(moves, LegalMove{from, StageAtRisk, []LifecycleReason{
			LifecycleLongGap, LifecycleUnlikelyAlive, LifecycleContractEnding, LifecycleDissatisfied, LifecyclePoached}})
	}
	moves = append(moves,
		LegalMove{StageAtRisk, StageFirstTime, []LifecycleReason{LifecycleRecovered, LifecycleRenewed}},
		LegalMove{StageAtRisk, StageRepeat, []LifecycleReason{LifecycleBought, LifecycleRecovered, LifecycleRenewed}},
		LegalMove{StageAtRisk, StageDormant, []LifecycleReason{LifecycleLongGap, LifecycleUnlikelyAlive}},
		LegalMove{StageDormant, StageRepeat, []LifecycleReason{LifecycleBought, LifecycleRenewed}},
		LegalMove{StageDormant, StageAtRisk, []LifecycleReason{LifecycleRecovered}},
		LegalMove{StageDormant, StageLost, []LifecycleReason{LifecycleLongGap, LifecycleUnlikelyAlive}},
		LegalMove{StageLost, StageDormant, []LifecycleReason{LifecycleCorrected}},
		LegalMove{StageLost, StageWonBack, []LifecycleReason{LifecycleBought, LifecycleRenewed}},
		LegalMove{StageWonBack, StageRepeat, []LifecycleReason{LifecycleBought}},
	)
	known := []LifecycleReason{LifecycleContractEnded, LifecycleLeft, LifecycleClosed}
	for _, from := range []Stage{StageFirstTime, StageRepeat, StageLoyal, StageAtRisk, StageDormant, StageWonBack} {
		at := slices.IndexFunc(moves, func(m LegalMove) bool { return m.From == from && m.To == StageLost })
		if at < 0 {
			moves = append(moves, LegalMove{from, StageLost, slices.Clone(known)})
		} else {
			moves[at].Reasons = append(moves[at].Reasons, known...)
		}
	}
	for s := StageProspect; s <= StageWonBack; s++ {
		moves = append(moves, LegalMove{s, s, []LifecycleReason{LifecycleBlocked, LifecycleUnblocked}})
	}
	return moves
}

// legalMove reports whether the table has the move.
func legalMove(from, to Stage, reason LifecycleReason) bool {
	return slices.ContainsFunc(LifecycleMoves(), func(m LegalMove) bool {
		return m.From == from && m.To == to && slices.Contains(m.Reasons, reason)
	})
}

// isLifecycleReason reports whether the table uses the reason at all.
func isLifecycleReason(reason LifecycleReason) bool {
	return slices.ContainsFunc(LifecycleMoves(), func(m LegalMove) bool { return slices.Contains(m.Reasons, reason) })
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
//	customer: "c1" cannot move from lost to repeat for "bought": from lost it can go to dormant, lost, won-back
func (e *IllegalMoveError) Error() string {
	var to []string
	for _, m := range e.Allowed {
		to = append(to, m.To.String())
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
	allowed := slices.DeleteFunc(LifecycleMoves(), func(m LegalMove) bool { return m.From != from })
	return &IllegalMoveError{Customer: customer, From: from, To: to, Reason: reason, Allowed: allowed}
}
