package satisfaction

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// ComplaintRecovery is a group of dissatisfied customers over one period, and what
// settling their complaints does. Rates of repurchase are fractions, 0 to 1.
type ComplaintRecovery struct {
	Complainants int // those who complain, and whose complaint would be settled
	Silent       int // those who are dissatisfied and never complain
	IfSatisfied  float64
	IfNot        float64 // of complainants who are not satisfied
	IfSilent     float64 // of those who never complain
	// Margin is what a customer who buys again brings: its worth, not one purchase.
	Margin      rapport.Money
	CostPerCase rapport.Money
}

// RecoveryWorth is what settling complaints brings. Gross, Cost and SilentLoss are
// each rounded once, half-even, rates read as their shortest decimals; Net is
// Gross − Cost exactly.
type RecoveryWorth struct {
	Kept  float64       // customers that are kept: complainants × (IfSatisfied − IfNot)
	Gross rapport.Money // their margins
	Cost  rapport.Money // complainants × cost per case
	Net   rapport.Money
	// BreakEvenPerCase is what settling one complaint may cost: (IfSatisfied − IfNot) ×
	// margin. It is negative where settling drives customers away.
	BreakEvenPerCase rapport.Money
	// SilentLoss is what is lost with those who never complain: silent × (IfSatisfied −
	// IfSilent) × margin.
	SilentLoss rapport.Money
	// PerVoice is what it is worth that one of them speaks up and is satisfied, after
	// the cost of the case: what may be spent on making complaining easy.
	PerVoice rapport.Money
}

// Worth returns complainants × (repurchase if satisfied − if not) × margin − cost.
// (C. Fornell and B. Wernerfelt, Defensive Marketing Strategy by Customer Complaint
// Management, Journal of Marketing Research 24(4), 1987.) The error is an
// [*EconomicsError] for a rate outside 0 to 1, a negative count or cost, or wraps a
// [*rapport.CurrencyMismatchError] or a [*rapport.AmountError].
func (r ComplaintRecovery) Worth() (RecoveryWorth, error) {
	for _, err := range [...]error{
		wantCount("Complainants", r.Complainants), wantCount("Silent", r.Silent),
		wantShare("IfSatisfied", r.IfSatisfied), wantShare("IfNot", r.IfNot), wantShare("IfSilent", r.IfSilent),
		wantNoDebt("CostPerCase", r.CostPerCase),
	} {
		if err != nil {
			return RecoveryWorth{}, err
		}
	}
	kept, voiced := stated(r.IfSatisfied).Sub(stated(r.IfNot)), stated(r.IfSatisfied).Sub(stated(r.IfSilent))
	w := RecoveryWorth{Kept: kept.Mul(decimal.NewFromInt(int64(r.Complainants))).InexactFloat64()}
	var err error
	for _, part := range [...]struct {
		name   string
		to     *rapport.Money
		amount rapport.Money
		count  int
		factor decimal.Decimal
	}{
		{"Gross", &w.Gross, r.Margin, r.Complainants, kept},
		{"Cost", &w.Cost, r.CostPerCase, r.Complainants, decimal.New(1, 0)},
		{"BreakEvenPerCase", &w.BreakEvenPerCase, r.Margin, 1, kept},
		{"SilentLoss", &w.SilentLoss, r.Margin, r.Silent, voiced},
		{"PerVoice", &w.PerVoice, r.Margin, 1, voiced},
	} {
		if *part.to, err = product(part.name, part.amount, part.count, part.factor); err != nil {
			return RecoveryWorth{}, err
		}
	}
	if w.Net, err = added("Net", w.Gross, w.Cost.Neg()); err != nil {
		return RecoveryWorth{}, err
	}
	w.PerVoice, err = added("PerVoice", w.PerVoice, r.CostPerCase.Neg())
	return w, err
}
