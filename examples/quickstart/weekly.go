package main

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// weekly holds repeat purchases in each week of the history, of the customers
// who joined before the hold-out: what happened and what the model says.
type weekly struct {
	actual   []float64
	fitted   []float64 // by the model, up to the end of calibration
	forecast []float64 // by the model, after it
}

// trackWeeks compares the model with the purchases week by week. Until the end
// of calibration it knows of a customer only the day of joining; after that it
// forecasts from all that the customer did.
func (h *history) trackWeeks(ctx context.Context, m models, summaries *scoring.Summaries, first time.Time) (weekly, error) {
	seen := weeksOfHistory - weeksHeldOut
	w := weekly{actual: make([]float64, weeksOfHistory), fitted: make([]float64, seen), forecast: make([]float64, weeksHeldOut)}
	err := h.read(ctx, func(purchases iter.Seq2[scoring.Purchase, error]) error {
		return w.count(purchases, first, summaries.Until())
	})
	if err != nil {
		return weekly{}, err
	}
	for _, s := range summaries.All() {
		for week := range w.fitted {
			age := s.T - float64(seen-week) // of the customer when the week begins
			w.fitted[week] += m.buying.ExpectedNew(max(0, age+1)) - m.buying.ExpectedNew(max(0, age))
		}
		for week := range w.forecast {
			w.forecast[week] += m.buying.Expected(s, float64(week+1)) - m.buying.Expected(s, float64(week))
		}
	}
	return w, nil
}

// count counts repeat purchase dates: every date of a customer but the first.
// The purchases come by customer and date.
func (w *weekly) count(purchases iter.Seq2[scoring.Purchase, error], first, until time.Time) error {
	var customer rapport.ID
	last := -1 // day of the customer's last purchase
	scored := false
	for p, err := range purchases {
		if err != nil {
			return err
		}
		day := int(p.At.Sub(first).Hours() / 24)
		if p.Customer != customer {
			customer, last = p.Customer, day
			scored = p.At.Before(until.AddDate(0, 0, 1))
			continue
		}
		if scored && day > last {
			w.actual[day/7]++
		}
		last = day
	}
	return nil
}
