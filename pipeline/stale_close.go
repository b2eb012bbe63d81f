package pipeline

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// CloseProposal is a proposal to close a deal, for a person to accept or not. Nothing has
// happened to the deal.
type CloseProposal struct {
	Deal rapport.ID
	// Because are the clocks that propose it, the longest overdue first.
	Because []StaleClock
	Trigger TriggerID
	// Input is what to give to [Deal.Fire]. It names the version of the deal, so that a
	// proposal that was overtaken by work on the deal is a [*ConflictError].
	Input Input
	To    StageID // where the deal would be closed; empty if it is refused
	// Refused says why the trigger would be refused as it is, nil if it would not.
	Refused error
}

// ProposeClosing turns what is stale (see [Stale].Close) into proposals to close the deals,
// one for each deal, in the order of the list. The trigger is the one that loses a deal; the
// input says who proposes, in which roles, and the reason. It closes nothing: whoever
// accepts a proposal fires the trigger. The errors are an [*UnknownTriggerError], and an
// [*InputError] if a deal of the list is not among the deals or the trigger leads to a stage
// that is not lost; what would be refused is said in the proposal.
func (m *Machine) ProposeClosing(deals []Deal, stale []Stale, trigger TriggerID, in Input, at time.Time) ([]CloseProposal, error) {
	if m.triggerName.find(string(trigger)) < 0 {
		return nil, &UnknownTriggerError{m.ref, trigger}
	}
	byID := make(map[rapport.ID]*Deal, len(deals))
	for i := range deals {
		byID[deals[i].ID] = &deals[i]
	}
	var list []CloseProposal
	proposed := map[rapport.ID]int{} // the index in the list
	for _, s := range stale {
		if !s.Close {
			continue
		}
		if i, ok := proposed[s.Deal]; ok {
			list[i].Because = append(list[i].Because, s.Clock)
			continue
		}
		d := byID[s.Deal]
		if d == nil {
			return nil, &InputError{Name: "stale deal", Value: string(s.Deal), Want: "one of the deals"}
		}
		p := CloseProposal{Deal: d.ID, Because: []StaleClock{s.Clock}, Trigger: trigger, Input: in}
		p.Input.Version = d.Version
		next, e, err := d.Fire(m, trigger, p.Input, at)
		switch {
		case err != nil:
			p.Refused = err
		case e.Outcome != Lost:
			return nil, &InputError{Name: "trigger", Value: string(trigger), Want: fmt.Sprintf("one that loses deals: from stage %q it leads to %q (%v)", d.Stage, next.Stage, e.Outcome)}
		default:
			p.To = next.Stage
		}
		proposed[s.Deal] = len(list)
		list = append(list, p)
	}
	return list, nil
}
