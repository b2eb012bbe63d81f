package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Growth compares two periods: how many customers were new, and what the existing
// ones contributed. Growth alone does not say what caused it; [CampaignResult] does.
type Growth struct {
	NewBefore, NewAfter int
	New                 rapport.Ratio // (after − before) / before; N is after
	Existing            int           // customers that had bought before both periods
	ContributionBefore  rapport.Money // of the existing ones: sales and returns less costs
	ContributionAfter   rapport.Money
	// Contribution is (after − before) / before of the existing ones, absent unless
	// the contribution before is above zero. Its standard error is that of a ratio of
	// two sums over the same customers (W. G. Cochran, Sampling Techniques, 3rd
	// edition, 1977, section 6.4), its interval from Student's distribution.
	Contribution rapport.Estimate
	// Change is the mean change of the contribution per existing customer, in units of
	// the currency, with the interval of the paired differences.
	Change rapport.Estimate
}

// GrowthOf compares the period after a measure with one of equal length before it. A
// customer is new in the period of its first sale above zero, and existing if that
// lies before both; so the transactions have to reach back to the first ones. Level
// 0 stands for 0.95.
//
// The error is a [*ValidationError] for periods that are open (Missing), overlap or
// stand in the wrong order (Overlap), for a level that is not between 0 and 1, or
// that of an amount, such as of two currencies.
func GrowthOf(transactions []Transaction, before, after rapport.Interval, level float64) (Growth, error) {
	if level == 0 {
		level = 0.95
	}
	var k checker
	if _, bounded := before.Duration(); !bounded {
		k.report(path{field: "before"}, Missing)
	}
	if _, bounded := after.Duration(); !bounded {
		k.report(path{field: "after"}, Missing)
	} else if after.Start().Before(before.End()) {
		k.report(path{field: "after"}, Overlap)
	}
	if !(level > 0 && level < 1) {
		k.report(path{field: "level"}, OutOfRange)
	}
	if err := k.err("growth", before.String()+" "+after.String()); err != nil {
		return Growth{}, err
	}
	firstSale := make(map[rapport.ID]time.Time)
	for i := range transactions {
		d := &transactions[i].draft
		if first, known := firstSale[d.Customer]; d.Kind == Sale && d.Amount.Sign() > 0 && (!known || d.At.Before(first)) {
			firstSale[d.Customer] = d.At
		}
	}
	var g Growth
	for _, at := range firstSale {
		switch {
		case at.Before(before.Start()):
			g.Existing++
		case before.Contains(at):
			g.NewBefore++
		case after.Contains(at):
			g.NewAfter++
		}
	}
	g.New = rapport.Ratio{Num: float64(g.NewAfter) - float64(g.NewBefore), Den: float64(g.NewBefore), N: g.NewAfter}
	if err := g.contribution(transactions, firstSale, before, after, level); err != nil {
		return Growth{}, err
	}
	return g, nil
}

// contribution adds up what the existing customers contributed in both periods.
func (g *Growth) contribution(transactions []Transaction, firstSale map[rapport.ID]time.Time, before, after rapport.Interval, level float64) error {
	place := make(map[rapport.ID]int)
	own := make([][2]rapport.Money, 0, g.Existing)
	totals := [2]*rapport.Money{&g.ContributionBefore, &g.ContributionAfter}
	for i := range transactions {
		d := &transactions[i].draft
		if first, known := firstSale[d.Customer]; !known || !first.Before(before.Start()) {
			continue
		}
		j, ok := place[d.Customer]
		if !ok {
			j = len(own)
			place[d.Customer] = j
			own = append(own, [2]rapport.Money{})
		}
		for side, period := range []rapport.Interval{before, after} {
			if !period.Contains(d.At) {
				continue
			}
			amount := d.Amount
			if d.Kind == Cost {
				amount = amount.Neg()
			}
			var err error
			if own[j][side], err = own[j][side].Add(amount); err != nil {
				return err
			}
			if *totals[side], err = totals[side].Add(amount); err != nil {
				return err
			}
		}
	}
	if len(own) == 0 {
		return nil
	}
	if _, err := g.ContributionAfter.Sub(g.ContributionBefore); err != nil { // of two currencies
		return err
	}
	earlier, change := make([]float64, len(own)), make([]float64, len(own))
	for j, o := range own {
		earlier[j] = o[0].Amount().InexactFloat64()
		change[j] = o[1].Amount().InexactFloat64() - earlier[j]
	}
	g.Change = meanEstimate(change, level)
	if g.ContributionBefore.Sign() <= 0 {
		return nil
	}
	g.Contribution = ratioEstimate(change, earlier, level)
	return nil
}

// ratioEstimate returns Σ above / Σ below with its linearised interval; the sum below
// is greater than zero.
func ratioEstimate(above, below []float64, level float64) rapport.Estimate {
	n := float64(len(above))
	num, _, _ := stats.Mean(above, nil)
	den, _, _ := stats.Mean(below, nil)
	rest := make([]float64, len(above))
	for i := range above {
		rest[i] = (above[i] - num/den*below[i]) / den
	}
	e := meanEstimate(rest, level)
	e.Value = num / den
	if e.HasInterval() {
		margin := e.SE * stats.StudentMargin(level, n-1)
		e.Low, e.High = e.Value-margin, e.Value+margin
	}
	return e
}
