package btyd

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// VaryingCustomer is a customer of a [VaryingModel] with its history; its methods say
// what it will do from the end of calibration on. Those that look ahead return a
// [*CalendarError] for a horizon beyond the calendar, and an [*InputError] for one that is
// negative or not finite. It is immutable and safe to share.
type VaryingCustomer struct {
	binding
	id   rapport.ID
	past varyingPast
	now  float64 // the end of calibration in days
}

// binding is a law over a calendar.
type binding struct {
	law      *varyingLaw
	calendar *Calendar
	unit     float64 // in days
}

// days is a time in days, whole where only rounding says otherwise.
func (b binding) days(t float64) float64 {
	v := t * b.unit
	if whole := math.Round(v); math.Abs(v-whole) < 1e-6 {
		return whole
	}
	return v
}

// history is that of a customer whose first purchase was on that day, and when it ends. It
// uses memory that it returned before.
func (b binding) history(memory []stretch, id rapport.ID, first float64, s scoring.Summary) (past varyingPast, used []stretch, now float64, err error) {
	last, now := first+b.days(s.TX), first+b.days(s.T)
	used, err = b.calendar.stretches(memory[:0], id, first, last, b.unit)
	if err != nil {
		return past, used, now, err
	}
	n := len(used)
	if used, err = b.calendar.stretches(used, id, last, now, b.unit); err != nil {
		return past, used, now, err
	}
	return b.law.past(used[:n], used[n:], float64(s.X)), used, now, nil
}

// ahead is the next t units from now on.
func (b binding) ahead(id rapport.ID, now, t float64) ([]stretch, error) {
	if !validTime(t) {
		return nil, &InputError{Name: "t", Value: t, Reason: "want a finite horizon of 0 or more"}
	}
	return b.calendar.stretches(nil, id, now, now+b.days(t), b.unit)
}

// known is false for the zero value and nil.
func (c *VaryingCustomer) known() bool { return c != nil && c.law != nil }

// alive is P(alive).
func (p varyingPast) alive() float64 { return logistic(-p.odds) }

// PAlive returns the probability that the customer has not left; 0 for no customer.
func (c *VaryingCustomer) PAlive() float64 {
	if !c.known() {
		return 0
	}
	return c.past.alive()
}

// PDead returns 1 − PAlive with the precision of the smaller one.
func (c *VaryingCustomer) PDead() float64 {
	if !c.known() {
		return 0
	}
	return logistic(c.past.odds)
}

// Rates returns the means, given the history, of the customer's λ and μ: how often it buys
// a unit of time while alive, and at which rate it leaves, both where all covariates
// are 0. The zero Rates are those of no customer.
func (c *VaryingCustomer) Rates() Rates {
	if !c.known() {
		return Rates{}
	}
	purchase, dropout := c.law.posterior(c.past)
	return Rates{Purchase: purchase, Dropout: dropout}
}

// future returns the stretches and the state in which they begin.
func (c *VaryingCustomer) future(t float64) ([]stretch, varyingState, error) {
	if !c.known() {
		return nil, varyingState{}, errUnknown("VaryingModel.Customer")
	}
	ahead, err := c.binding.ahead(c.id, c.now, t)
	return ahead, c.past.now(), err
}

// PAliveAt returns the probability that the customer will not have left t units from
// now.
func (c *VaryingCustomer) PAliveAt(t float64) (float64, error) {
	ahead, now, err := c.future(t)
	if err != nil {
		return 0, err
	}
	return c.past.alive() * c.law.survival(ahead, now), nil
}

// Expected returns the expected number of purchases in the next t units.
func (c *VaryingCustomer) Expected(t float64) (float64, error) {
	ahead, now, err := c.future(t)
	if err != nil {
		return 0, err
	}
	return c.past.alive() * c.law.expected(ahead, now), nil
}

// None returns the probability of no purchase in the next t units.
func (c *VaryingCustomer) None(t float64) (float64, error) {
	ahead, now, err := c.future(t)
	if err != nil {
		return 0, err
	}
	return min(1, c.PDead()+c.past.alive()*c.law.none(ahead, now)), nil
}

// Discounted returns the expected number of purchases in the next t units, each
// discounted continuously at the rate delta a unit (see [Horizon.Delta]): the DECT of
// the paper. The horizon is finite, as the calendar is. With a negative rate the error is
// an [*InputError] where −delta·t exceeds 700.
func (c *VaryingCustomer) Discounted(t, delta float64) (float64, error) {
	if err := checkVaryingDiscount(t, delta); err != nil {
		return 0, err
	}
	ahead, now, err := c.future(t)
	if err != nil {
		return 0, err
	}
	return c.past.alive() * c.law.discounted(ahead, now, delta), nil
}

// checkVaryingDiscount returns an [*InputError] for a horizon or a rate out of range.
func checkVaryingDiscount(t, delta float64) error {
	if -delta*t > 700 {
		return &InputError{Name: "delta", Value: delta, Reason: fmt.Sprintf("want at least %v over %v units", -700/t, t)}
	}
	return checkDiscount(t, delta)
}

// Simulate draws what the customer does in the next t units: the times of its purchases
// from now on, in order. Rate, dropout and whether it is alive are drawn anew each time.
// The error is also an [*InputError] where more than 1e7 purchases are expected.
func (c *VaryingCustomer) Simulate(random *rand.Rand, t float64) ([]float64, error) {
	ahead, now, err := c.future(t)
	if err != nil {
		return nil, err
	}
	if n := c.law.expected(ahead, now); !(n <= mostPurchases) {
		return nil, &InputError{Name: "t", Value: t, Reason: fmt.Sprintf("want a time in which at most 1e7 purchases are expected, not %.3g", n)}
	}
	var times []float64
	if random.Float64() < c.past.alive() {
		c.law.simulate(random, ahead, now, func(at float64) { times = append(times, at) })
	}
	return times, nil
}
