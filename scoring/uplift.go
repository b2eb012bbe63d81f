package scoring

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Arm is one group of a trial: how many customers were in it, and how many did
// what was hoped for.
type Arm struct {
	Customers, Successes int
}

// Uplift says what a measure did to the new customers and to the profit
// contribution of the existing ones.
type Uplift struct {
	// NewCustomers is the growth (after − before)/before; N is after. It has no value
	// if there were none before.
	NewCustomers rapport.Ratio
	// Contribution is the growth of the contribution, in minor units; N is 0. It has
	// no value if the contribution before was not above zero: a growth from a loss
	// means nothing, while ContributionChange does.
	Contribution       rapport.Ratio
	ContributionChange rapport.Money // after − before, exactly
	// Effect is the success rate of the treated less that of the control, with its
	// interval; N is the customers of both. It is absent (N 0) without a control
	// group: growth alone does not say what caused it.
	Effect rapport.Estimate
	// Incremental is the successes of the treated that the control does not explain,
	// Effect × their number, with the interval that this gives.
	Incremental rapport.Estimate
}

// Campaign is what is known of a measure.
type Campaign struct {
	NewBefore, NewAfter                   int           // new customers in periods of equal length
	ContributionBefore, ContributionAfter rapport.Money // of existing customers, in the same periods; whole minor units, may be negative
	Treatment, Control                    Arm           // both zero if there was no trial
	Level                                 float64       // of the interval of the effect; 0 stands for 0.95
}

// Uplift computes the report. The error is an [*InputError] for a negative count,
// more successes than customers, one arm without the other or a level that is not
// between 0 and 1; an [*OverflowError], or that of an amount.
func (c Campaign) Uplift() (Uplift, error) {
	for _, count := range [...]struct {
		name  string
		value int
	}{{"NewBefore", c.NewBefore}, {"NewAfter", c.NewAfter}} {
		if count.value < 0 {
			return Uplift{}, &InputError{Name: count.name, Value: float64(count.value), Reason: "want 0 or more"}
		}
	}
	var p purse
	change, err := difference(&p, "contribution", c.ContributionAfter, c.ContributionBefore)
	if err != nil {
		return Uplift{}, err
	}
	before, err := p.take(c.ContributionBefore)
	if err != nil {
		return Uplift{}, named("contribution", err)
	}
	u := Uplift{
		NewCustomers:       rapport.Ratio{Num: float64(c.NewAfter) - float64(c.NewBefore), Den: float64(c.NewBefore), N: c.NewAfter},
		Contribution:       rapport.Ratio{Num: float64(change), Den: float64(max(before, 0))},
		ContributionChange: p.money(change),
	}
	if c.Treatment == (Arm{}) && c.Control == (Arm{}) {
		return u, nil
	}
	if u.Effect, err = RateDifference(c.Treatment, c.Control, c.Level); err != nil {
		return Uplift{}, err
	}
	n := float64(c.Treatment.Customers)
	u.Incremental = u.Effect
	u.Incremental.Value *= n
	u.Incremental.Low *= n
	u.Incremental.High *= n
	u.Incremental.SE *= n
	return u, nil
}

// RateDifference returns the success rate of the treated less that of the control,
// with the interval of R. G. Newcombe (Interval estimation for the difference
// between independent proportions, Statistics in Medicine 17, 1998, method 10):
// with the rates p and their Wilson intervals l … u,
//
//	(p₁ − p₂) − √((p₁−l₁)² + (u₂−p₂)²)  …  (p₁ − p₂) + √((u₁−p₁)² + (p₂−l₂)²)
//
// It stays within −1 to 1 and holds its level also for few customers and for rates
// near 0 and 1, where the textbook ± z·SE does not. SE is √(Σ p(1−p)/n). Level 0
// stands for 0.95. The error is an [*InputError].
func RateDifference(treatment, control Arm, level float64) (rapport.Estimate, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return rapport.Estimate{}, &InputError{Name: "level", Value: level, Reason: "want above 0 and below 1"}
	}
	if err := treatment.check("treatment"); err != nil {
		return rapport.Estimate{}, err
	}
	if err := control.check("control"); err != nil {
		return rapport.Estimate{}, err
	}
	n1, n2 := float64(treatment.Customers), float64(control.Customers)
	p1, p2 := float64(treatment.Successes)/n1, float64(control.Successes)/n2
	e := rapport.Estimate{
		SE:    math.Sqrt(p1*(1-p1)/n1 + p2*(1-p2)/n2),
		Level: level,
		N:     treatment.Customers + control.Customers,
	}
	z := math.Sqrt2 * math.Erfinv(level)
	e.Value, e.Low, e.High = stats.RateDifference(float64(treatment.Successes), n1, float64(control.Successes), n2, z)
	return e, nil
}

func (a Arm) check(name string) error {
	switch {
	case a.Customers <= 0:
		return &InputError{Name: name + " customers", Value: float64(a.Customers), Reason: "want some"}
	case a.Successes < 0 || a.Successes > a.Customers:
		return &InputError{Name: name + " successes", Value: float64(a.Successes), Reason: "want 0 to the number of customers"}
	}
	return nil
}
