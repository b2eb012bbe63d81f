package main

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/segment"
)

// models are fitted to the summaries of all customers together: one for how
// often they buy and when they stop, one for what they pay.
type models struct {
	buying *btyd.Model
	spend  *btyd.GammaGamma
	margin float64 // what is left of the turnover after costs
}

func fitModels(ctx context.Context, summaries *scoring.Summaries) (models, error) {
	buying, err := btyd.FitBGNBD(ctx, summaries, nil)
	if err != nil {
		return models{}, err
	}
	spend, err := btyd.FitGammaGamma(ctx, summaries, nil)
	if err != nil {
		return models{}, err
	}
	margin, ok := summaries.Margin()
	if !ok {
		return models{}, fmt.Errorf("no turnover to take a margin from")
	}
	return models{buying: buying, spend: spend, margin: margin}, nil
}

// scored is what the models say about one customer.
type scored struct {
	id        rapport.ID
	summary   scoring.Summary
	alive     float64 // chance of still being a customer
	purchases float64 // expected in the weeks ahead
	low, high int     // range of that for four customers of five
	value     float64 // expected margin of those, discounted to today
	tier      string
}

// scoreCustomers applies the models to every customer and ranks them into tiers.
func scoreCustomers(m models, summaries *scoring.Summaries) ([]scored, []segment.Group, error) {
	horizon := btyd.Horizon{Periods: weeksAhead, AnnualDiscount: discountRate}
	var all []scored
	var ids []rapport.ID
	var values []float64
	for id, summary := range summaries.All() {
		revenue, err := btyd.LifetimeValue(m.buying, m.spend, summary, horizon)
		if err != nil {
			return nil, nil, err
		}
		value := m.margin * revenue
		low, high := purchaseRange(m.buying, summary, weeksAhead)
		all = append(all, scored{
			id:        id,
			summary:   summary,
			alive:     m.buying.PAlive(summary),
			purchases: m.buying.Expected(summary, weeksAhead),
			low:       low,
			high:      high,
			value:     value,
		})
		ids = append(ids, id)
		values = append(values, value)
	}
	tiers, err := segment.DefaultTiers().Assign(ids, values)
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		all[i].tier = tiers.Name(i)
	}
	return all, tiers.Groups(), nil
}
