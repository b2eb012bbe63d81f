package process

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Ladder is what a membership asks for its tiers: the guards and the choice of
// [Membership]. A member without a tier is on step 0. With fewer tiers than the process
// has, the upper ones stay empty; with more, a tier that it does not have is refused when
// it is earned.
type Ladder struct {
	// Least is the average balance that each tier asks for, from the lowest tier, which
	// is tier_1, to the highest, rising and in one currency; nil is that of DefaultLadder.
	Least []rapport.Money
	// Guarantee is how long a tier is kept whatever the balance, Grace how long the
	// balance may then be too low before the tier is lost: clock time or calendar days,
	// "0d" for none. The zero Span is that of DefaultLadder.
	Guarantee, Grace pipeline.Span
}

// DefaultLadder returns the ladder of a published programme: 20,000, 50,000, 100,000,
// 1 million and 10 million dollars as the average of three months, a tier guaranteed for
// 12 months, and 3 months of grace.
func DefaultLadder() *Ladder {
	return &Ladder{
		Least: []rapport.Money{
			rapport.MustMoney("20000 USD"), rapport.MustMoney("50000 USD"), rapport.MustMoney("100000 USD"),
			rapport.MustMoney("1000000 USD"), rapport.MustMoney("10000000 USD"),
		},
		Guarantee: span("365d"),
		Grace:     span("90d"),
	}
}

// completed is the ladder with its zero fields filled in.
func (l *Ladder) completed() *Ladder {
	whole := DefaultLadder()
	if l == nil {
		return whole
	}
	if l.Least != nil {
		whole.Least = slices.Clone(l.Least)
	}
	if l.Guarantee.IsValid() {
		whole.Guarantee = l.Guarantee
	}
	if l.Grace.IsValid() {
		whole.Grace = l.Grace
	}
	return whole
}

// step returns the step that the average balance earns, 0 for none of the tiers.
func (l *Ladder) step(c *pipeline.Check) (int, error) {
	step := 0
	for _, least := range l.Least {
		have, err := moneyOf(c, "average_balance", least.Currency())
		if err != nil {
			return 0, err
		}
		if have.Amount().LessThan(least.Amount()) {
			break
		}
		step++
	}
	return step, nil
}

// current returns the step of a stage: 2 for tier_2 and tier_2_at_risk, 0 for a member
// without a tier.
func current(stage pipeline.StageID) int {
	digits, _ := strings.CutPrefix(string(stage), "tier_")
	digits, _ = strings.CutSuffix(digits, "_at_risk")
	step, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return step
}

func tier(step int) pipeline.StageID {
	if step == 0 {
		return "enrolled"
	}
	return pipeline.StageID(fmt.Sprintf("tier_%d", step))
}

// earned chooses the stage of the step that the balance earns.
func (l *Ladder) earned(c pipeline.Check) (pipeline.StageID, error) {
	step, err := l.step(&c)
	return tier(step), err
}

// compare refuses unless the earned step passes beside the present one.
func (l *Ladder) compare(c *pipeline.Check, words string, pass func(earned, present int) bool) error {
	step, err := l.step(c)
	if err != nil {
		return err
	}
	if present := current(c.Stage); !pass(step, present) {
		return &ConditionError{"average_balance", c.Value("average_balance").String(), fmt.Sprintf("%s %s", words, tier(present))}
	}
	return nil
}

// readable refuses a balance that cannot be held against the ladder: without it a review
// would take it for one that is too low.
func (l *Ladder) readable(c pipeline.Check) error {
	_, err := l.step(&c)
	return err
}

func (l *Ladder) earnsAbove(c pipeline.Check) error {
	return l.compare(&c, "what earns a tier above", func(earned, present int) bool { return earned > present })
}

func (l *Ladder) holds(c pipeline.Check) error {
	return l.compare(&c, "what holds", func(earned, present int) bool { return earned >= present })
}

func (l *Ladder) guaranteed(c pipeline.Check) error { return WithinOfEntry(l.Guarantee)(c) }

// graceOver passes once the grace is used up.
func (l *Ladder) graceOver(c pipeline.Check) error {
	end, err := l.Grace.From(c.Since, nil)
	if err != nil {
		return err
	}
	if c.At.Before(end) {
		return &ConditionError{string(c.Stage), c.At.Format("2006-01-02"), "a review from " + end.Format("2006-01-02") + " on"}
	}
	return nil
}
