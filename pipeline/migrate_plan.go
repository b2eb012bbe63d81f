package pipeline

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/shopspring/decimal"
)

// MigrationPlan is what a migration would do to the records of today.
type MigrationPlan struct {
	From, To Ref
	Records  int
	// Flows are the records by old and new stage, in the order of the two definitions.
	Flows []MigrationFlow
	// Refused records cannot be carried over: nothing says where, or they are not of the
	// old version. While there are any, the migration is not to be run for all.
	Refused []MigrationProblem
	// Violations are records that would stand in a stage whose gate does not let them in.
	// They are carried over all the same, and meet the gates at their next step.
	Violations []MigrationProblem
	// Forecast is the weighted sum of open deals before and after, by currency.
	Forecast []ForecastEffect
}

// MigrationFlow is how many records go from one stage to another.
type MigrationFlow struct {
	From, To StageID
	Records  int
}

// MigrationProblem is one record and what is wrong with it.
type MigrationProblem struct {
	ID    rapport.ID
	Stage StageID // of the old version
	Err   error
}

// ForecastEffect is what a migration does to the sums of a forecast in one currency.
// Weighted is the sum of amount × probability over open records, exact; those whose
// probability nobody typed are counted as Untyped and weigh nothing.
type ForecastEffect struct {
	Currency                      rapport.Currency
	WeightedBefore, WeightedAfter rapport.Money
	UntypedBefore, UntypedAfter   int
	// Categories are the unweighted sums by forecast category, in the order of Category.
	Categories []CategoryEffect
}

// CategoryEffect is the sum of a category before and after.
type CategoryEffect struct {
	Category      Category
	Before, After rapport.Money
}

// Plan says what [Migration.Apply] would do to records, without doing it. The errors are
// those of the sequence, of the context, and of amounts too large to add, and an
// [*InputError] for an Override that [Judge] would not make.
func (g *Migration) Plan(ctx context.Context, records iter.Seq2[Subject, error], at time.Time) (*MigrationPlan, error) {
	plan := &MigrationPlan{From: g.From(), To: g.To()}
	flows := map[MigrationFlow]int{}
	sums := map[rapport.Currency]*forecastSums{}
	for s, err := range records {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		plan.Records++
		after, _, err := g.Apply(s, Input{}, at)
		if err != nil {
			plan.Refused = append(plan.Refused, MigrationProblem{s.ID, s.Position.Stage, err})
			continue
		}
		flows[MigrationFlow{From: s.Position.Stage, To: after.Stage}]++
		if err := g.violation(s, after, at); err != nil {
			plan.Violations = append(plan.Violations, MigrationProblem{s.ID, s.Position.Stage, err})
		}
		if err := g.weigh(sums, s, after); err != nil {
			return nil, err
		}
	}
	if len(g.steps) == 0 {
		return plan, nil
	}
	first, last := g.steps[0].from, g.steps[len(g.steps)-1].to
	for flow, n := range flows {
		flow.Records = n
		plan.Flows = append(plan.Flows, flow)
	}
	slices.SortFunc(plan.Flows, func(a, b MigrationFlow) int {
		return cmp.Or(cmp.Compare(first.stage(a.From), first.stage(b.From)), cmp.Compare(last.stage(a.To), last.stage(b.To)))
	})
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		plan.Forecast = append(plan.Forecast, sums[currency].effect(currency))
	}
	return plan, nil
}

// violation says why the gates of its new stage would not let a record in.
func (g *Migration) violation(s Subject, after Position, at time.Time) error {
	m := g.steps[len(g.steps)-1].to
	to := m.standing(after.Stage)
	check := Check{Stage: after.Stage, To: after.Stage, Since: after.since().Time(), At: at, Input: Input{Record: s.Record}}
	var reasons []error
	for around := to; around != nil; around = around.super {
		reasons = m.gateRefusals(reasons, &around.inside, &check)
	}
	if len(reasons) == 0 {
		return nil
	}
	return &RefusedError{Stage: after.Stage, Reasons: reasons}
}

// forecastSums adds up what a forecast is made of.
type forecastSums struct {
	weighted   [2]rapport.Money // before, after
	untyped    [2]int
	categories [2][CategoryClosed + 1]rapport.Money
}

func (g *Migration) weigh(sums map[rapport.Currency]*forecastSums, s Subject, after Position) error {
	currency := s.Amount.Currency()
	if currency == 0 {
		return nil
	}
	if err := s.Override.check(); err != nil {
		return err
	}
	sum := sums[currency]
	if sum == nil {
		sum = &forecastSums{}
		sums[currency] = sum
	}
	old, fresh := g.steps[0].from.standing(s.Position.Stage), g.steps[len(g.steps)-1].to.standing(after.Stage)
	return errors.Join(sum.add(0, old, s), sum.add(1, fresh, s))
}

func (f *forecastSums) add(side int, in *stage, s Subject) error {
	if in.Kind.Closed() {
		return nil
	}
	probability, category := s.Override.apply(in.Stage)
	if probability == nil {
		f.untyped[side]++
	} else {
		share, err := s.Amount.Mul(decimal.New(int64(*probability), -2))
		if err != nil {
			return err
		}
		if f.weighted[side], err = f.weighted[side].Add(share); err != nil {
			return err
		}
	}
	var err error
	f.categories[side][category], err = f.categories[side][category].Add(s.Amount)
	return err
}

// apply returns the probability (nil: nobody typed one) and category of a record in a stage.
func (o Override) apply(in *Stage) (probability *int, category Category) {
	category = in.Category
	if o.Category != CategoryNone {
		category = o.Category
	}
	switch {
	case o.Probability != nil:
		return o.Probability, category
	case in.Probability != 0 || in.Kind.Closed():
		return &in.Probability, category
	}
	return nil, category
}

func (f *forecastSums) effect(currency rapport.Currency) ForecastEffect {
	none, _ := rapport.MoneyFromMinor(0, currency)
	whole := func(m rapport.Money) rapport.Money {
		if m.Currency() == 0 {
			return none
		}
		return m
	}
	e := ForecastEffect{
		Currency:       currency,
		WeightedBefore: whole(f.weighted[0]), WeightedAfter: whole(f.weighted[1]),
		UntypedBefore: f.untyped[0], UntypedAfter: f.untyped[1],
	}
	for category := range f.categories[0] {
		before, after := f.categories[0][category], f.categories[1][category]
		if before.Currency() != 0 || after.Currency() != 0 {
			e.Categories = append(e.Categories, CategoryEffect{Category(category), whole(before), whole(after)})
		}
	}
	return e
}
