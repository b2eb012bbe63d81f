package process

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/pipeline"
)

// Parameters are the numbers in the guards that templates name. The zero value of each
// stands for its default.
type Parameters struct {
	// MarginFloor is the least margin at which one person may approve the price of a bid,
	// as a fraction of the price; default 0.15, no source seen. See [ProjectSales].
	MarginFloor decimal.Decimal
	// Attempts is how often a buyer was called in vain before it counts as unresponsive;
	// default 3 (published rules of a portal for homes: 3 tries in 7 days). See [RealEstateSale].
	Attempts int
	// NurtureMonths is the time to purchase beyond which a buyer is nurtured; default 6
	// (rules of the same portal). See [RealEstateSale].
	NurtureMonths int
	// Reopen is how long a solved case may be opened again; default 14 days, no source
	// seen. See [InsuranceRequest], [FaultReport], [Complaint].
	Reopen pipeline.Span
	// Repeat is how long a repair is covered by its own warranty: a second call for the
	// same trouble opens it again; default 30 days (the repeat-visit window of field
	// service, vendors' reports). See [ApplianceRepair].
	Repeat pipeline.Span
	// Ladder is that of [Membership]; nil, and its zero fields, are [DefaultLadder].
	Ladder *Ladder
}

// Options returns the guards and choices that the templates name, for
// [pipeline.Compile]. Nil parameters are the defaults. The host adds its Calendar, and
// guards of its own.
func Options(p *Parameters) *pipeline.Options {
	if p == nil {
		p = &Parameters{}
	}
	floor, attempts, months := p.MarginFloor, p.Attempts, p.NurtureMonths
	reopen, repeat, ladder := p.Reopen, p.Repeat, p.Ladder.completed()
	if floor.IsZero() {
		floor = decimal.New(15, -2)
	}
	if attempts == 0 {
		attempts = 3
	}
	if months == 0 {
		months = 6
	}
	if !reopen.IsValid() {
		reopen = span("14d")
	}
	if !repeat.IsValid() {
		repeat = span("30d")
	}
	guards := map[string]pipeline.Guard{
		"margin_at_floor":     MarginAtLeast("bid_price", "solution_cost", floor),
		"attempts_made":       AtLeast("attempts", decimal.NewFromInt(int64(attempts))),
		"buys_later":          Above("months_to_purchase", decimal.NewFromInt(int64(months))),
		"reopen_window":       WithinOfEntry(reopen),
		"repeat_window":       WithinOfEntry(repeat),
		"under_warranty":      Is("warranty", "yes"),
		"doctor":              Is("track", "doctor"),
		"samples_left":        AtLeast("samples_left", decimal.NewFromInt(1)),
		"samples_balance":     Balances("samples_issued", "samples_given", "samples_returned"),
		"stock_covers":        Covers("available", "quantity"),
		"balance_in_currency": ladder.readable,
		"tier_earned_above":   ladder.earnsAbove,
		"tier_held":           ladder.holds,
		"tier_guaranteed":     ladder.guaranteed,
		"grace_over":          ladder.graceOver,
	}
	choices := map[string]pipeline.Choice{
		"priority":    ByField("priority", "restore_"),
		"tier_earned": ladder.earned,
	}
	return &pipeline.Options{Guards: guards, Choices: choices}
}
