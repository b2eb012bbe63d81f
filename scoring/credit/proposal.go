package credit

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Bound says what a proposed limit was bounded by: a stable code.
type Bound string

// The bounds, in the order in which a tie is decided.
const (
	ByNetWorth  Bound = "net_worth"
	ByPurchases Bound = "purchases"
	ByGrade     Bound = "grade"
)

// LimitRule says how high a limit may be: the least of a share of the customer's net
// worth, a number of months of its purchases, and the cap of its grade. A zero field
// is not used. Factors are read as their shortest decimals, so 0.1 is exactly a tenth.
type LimitRule struct {
	NetWorthShare  float64 // 0.10 for ten percent
	PurchaseMonths float64
	Grades         *GradeTable
	// Step rounds the limit down to a multiple of it; the zero Money does not round.
	Step rapport.Money
}

// Validate returns nil, or an [*InputError] for a rule without bounds, a factor that is
// negative or not finite, or a step that is not above zero; or the error of the grades.
func (r LimitRule) Validate() error {
	for i, factor := range []float64{r.NetWorthShare, r.PurchaseMonths} {
		if !(factor >= 0 && factor <= math.MaxFloat64) {
			return &InputError{Name: "factor of " + string([]Bound{ByNetWorth, ByPurchases}[i]), Value: fmt.Sprint(factor), Want: "a finite number from 0"}
		}
	}
	if r.Step.Currency() != 0 && r.Step.Sign() <= 0 {
		return &InputError{Name: "step", Value: r.Step.String(), Want: "an amount above zero"}
	}
	if r.Grades != nil {
		return r.Grades.Validate()
	}
	if r.NetWorthShare == 0 && r.PurchaseMonths == 0 {
		return &InputError{Name: "bounds of the limit rule", Want: "at least one"}
	}
	return nil
}

// Means is what is known of a customer, in one currency.
type Means struct {
	NetWorth         rapport.Money // may be negative; the zero Money: not known
	MonthlyPurchases rapport.Money // a mean month; the zero Money: not known
	Grade            string
}

// LimitBound is one bound with its amount.
type LimitBound struct {
	Bound  Bound
	Amount rapport.Money
}

// Proposal is a proposed limit with what binds it.
type Proposal struct {
	Limit   rapport.Money
	Binding Bound
	Bounds  []LimitBound // all that were used
}

// Propose returns the least of the bounds, not below nothing. The error is an
// [*InputError] for a rule without bounds or with a negative number, for a bound whose
// means are not known, or for an unknown grade; or a
// [*rapport.CurrencyMismatchError].
func (r LimitRule) Propose(m Means) (Proposal, error) {
	if err := r.Validate(); err != nil {
		return Proposal{}, err
	}
	var p Proposal
	if err := p.scaled(ByNetWorth, m.NetWorth, r.NetWorthShare); err != nil {
		return Proposal{}, err
	}
	if m.MonthlyPurchases.Sign() < 0 {
		return Proposal{}, &InputError{Name: "monthly purchases", Value: m.MonthlyPurchases.String(), Want: "an amount that is not negative"}
	}
	if err := p.scaled(ByPurchases, m.MonthlyPurchases, r.PurchaseMonths); err != nil {
		return Proposal{}, err
	}
	if r.Grades != nil {
		g, err := r.Grades.Named(m.Grade)
		if err != nil {
			return Proposal{}, err
		}
		if g.Cap.Currency() != 0 {
			p.Bounds = append(p.Bounds, LimitBound{ByGrade, g.Cap})
		}
	}
	if len(p.Bounds) == 0 { // the grade has no cap
		return Proposal{}, &InputError{Name: "limit rule", Want: "a bound that applies"}
	}
	for i, b := range p.Bounds {
		less, err := b.Amount.Cmp(p.Limit)
		if err != nil {
			return Proposal{}, err
		}
		if i == 0 || less < 0 {
			p.Limit, p.Binding = b.Amount, b.Bound
		}
	}
	return p.rounded(r.Step)
}

// scaled adds the bound of an amount times a factor, which is not used if it is 0.
func (p *Proposal) scaled(bound Bound, amount rapport.Money, factor float64) error {
	switch {
	case factor == 0:
		return nil
	case amount.Currency() == 0:
		return &InputError{Name: string(bound), Want: "an amount, as the limit rule uses it"}
	}
	limit, err := amount.Mul(decimal.NewFromFloat(factor))
	p.Bounds = append(p.Bounds, LimitBound{bound, limit.Round(rapport.RoundDown)})
	return err
}

// rounded cuts the limit to nothing or a multiple of the step.
func (p Proposal) rounded(step rapport.Money) (Proposal, error) {
	currency := p.Limit.Currency()
	if p.Limit.Sign() < 0 {
		var err error
		p.Limit, err = rapport.MoneyFromMinor(0, currency)
		return p, err
	}
	if step.Currency() == 0 {
		return p, nil
	}
	if step.Currency() != currency {
		return Proposal{}, &rapport.CurrencyMismatchError{Left: currency, Right: step.Currency()}
	}
	rest, err := rapport.NewMoney(p.Limit.Amount().Mod(step.Amount()), currency)
	if err != nil {
		return Proposal{}, err
	}
	p.Limit, err = p.Limit.Sub(rest)
	return p, err
}

// MarshalJSON writes the rule with a kind and a format, the grades in it as in their
// own file. It refuses what [LimitRule.Validate] refuses.
func (r LimitRule) MarshalJSON() ([]byte, error) { return write("limit-rule", &r, ruleFile(r)) }

// UnmarshalJSON reads what [LimitRule.MarshalJSON] wrote; it marshals to the same
// bytes. The error wraps [ErrFormat], or is that of [LimitRule.Validate]; after it r is
// unchanged.
func (r *LimitRule) UnmarshalJSON(text []byte) error {
	f, err := read[ruleFile](text, "limit-rule")
	if err != nil {
		return err
	}
	return keep(r, LimitRule(f))
}

type ruleFile struct {
	NetWorthShare  float64       `json:"net_worth_share"`
	PurchaseMonths float64       `json:"purchase_months"`
	Grades         *GradeTable   `json:"grades"`
	Step           rapport.Money `json:"step"`
}
