package kpi

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// GoalStatus is how a goal stands.
type GoalStatus struct {
	Goal   Goal
	Depth  int // 0 at the top
	Status Status
	// Figure is that of a leaf, where there is one.
	Figure Figure
	// Data is the weight of the goals below that have data, over all; of a leaf it is 1
	// over 1 or 0 over 1.
	Data rapport.Ratio
	// Reason says why there are no data: "no_figure", "no_value", "no_target" or, above
	// leaves, "too_little_data".
	Reason string
	// Red are the codes of the leaves below that are red, and Missing of those without
	// data, in the order of the tree: what a green summary may hide.
	Red, Missing []string
}

// Status reads the statuses of all goals off the figures, in the order of [GoalTree.All].
// A leaf takes the figure of its KPI and scope; other figures play no part. Give those of
// one period. The error is that of [Figure.Validate], or a [*CodeError] for two figures
// of one KPI and scope.
func (t *GoalTree) Status(figures ...Figure) ([]GoalStatus, error) {
	type key struct {
		code  string
		scope Scope
	}
	byKey := make(map[key]Figure, len(figures))
	for _, f := range figures {
		if err := f.Validate(); err != nil {
			return nil, err
		}
		k := key{f.Code, f.Scope}
		if _, twice := byKey[k]; twice {
			return nil, &CodeError{Subject: "figure of " + f.Scope.String(), Code: f.Code, Reason: "twice"}
		}
		byKey[k] = f
	}
	result := make([]GoalStatus, len(t.goals))
	for i, g := range t.goals {
		result[i].Goal = g
		if p := t.parent[i]; p >= 0 {
			result[i].Depth = result[p].Depth + 1
		}
	}
	// Children come after their parents, so that from the end each is done before.
	for i := range slices.Backward(result) {
		s := &result[i]
		if len(t.children[i]) == 0 {
			f, ok := byKey[key{s.Goal.KPI, s.Goal.Scope}]
			s.leaf(f, ok)
			continue
		}
		var parts []part
		for _, c := range t.children[i] {
			below := result[c]
			weight := below.Goal.Weight
			if weight == 0 {
				weight = 1
			}
			parts = append(parts, part{status: below.Status, weight: weight})
			s.Red = append(s.Red, below.Red...)
			s.Missing = append(s.Missing, below.Missing...)
		}
		s.Data.N = len(parts)
		if s.Status, s.Data.Num, s.Data.Den = s.Goal.Rollup.status(parts); s.Status == StatusNoData {
			s.Reason = "too_little_data"
		}
	}
	for i := range result {
		if target := result[i].Goal.Target; target != nil {
			own := *target
			result[i].Goal.Target = &own
		}
	}
	return result, nil
}

func (s *GoalStatus) leaf(f Figure, found bool) {
	value, ok := f.Value()
	s.Figure = f
	s.Status = StatusNoData
	s.Data = rapport.Ratio{Den: 1, N: 1}
	switch {
	case !found:
		s.Reason = "no_figure"
	case !ok:
		s.Reason = "no_value"
	case s.Goal.Target == nil:
		s.Reason = "no_target"
	default:
		s.Status = s.Goal.Target.Status(value)
		s.Data.Num = 1
	}
	switch s.Status {
	case StatusRed:
		s.Red = []string{s.Goal.Code}
	case StatusNoData:
		s.Missing = []string{s.Goal.Code}
	}
}

// StandardGoals returns goals on three levels, as a beginning: experience and profit at
// the top; satisfaction, loyalty and retention at controlled cost, and the potential of
// customers, in the middle; automation and one record of each customer at the base.
// Targets are the house's own: set them before use.
func StandardGoals() []Goal {
	leaf := func(code, parent, tier, kpi string) Goal {
		return Goal{Code: code, Parent: parent, Tier: tier, KPI: kpi}
	}
	const top, middle, base = "top", "middle", "base"
	return []Goal{
		{Code: "experience_and_profit", Tier: top},
		leaf("promises_kept", "experience_and_profit", top, PromiseKeptRate),
		leaf("customer_profit", "experience_and_profit", top, OurProfitShare),
		{Code: "loyalty_at_controlled_cost", Parent: "experience_and_profit", Tier: middle},
		leaf("satisfaction", "loyalty_at_controlled_cost", middle, SatisfactionIndex),
		leaf("repeat_purchases", "loyalty_at_controlled_cost", middle, RepeatPurchaseRate),
		leaf("retention", "loyalty_at_controlled_cost", middle, RetentionRate),
		leaf("service_cost", "loyalty_at_controlled_cost", middle, ServiceUnitCost),
		leaf("potential", "loyalty_at_controlled_cost", middle, WalletShare),
		{Code: "automation_and_one_record", Parent: "loyalty_at_controlled_cost", Tier: base},
		leaf("adoption", "automation_and_one_record", base, AdoptionRate),
		leaf("deflection", "automation_and_one_record", base, DeflectionRate),
		leaf("data_quality", "automation_and_one_record", base, DataQualityRate),
	}
}
