package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// Expected returns the expected number of transactions of a customer with this
// history at the next ahead opportunities, equation 13 of the 2010 paper; 0 for an
// invalid cell or a negative ahead.
func (m *BGBB) Expected(c Cell, ahead int) float64 {
	if !m.predicts(c) || !validAhead(ahead) {
		return 0
	}
	return m.alive(c) * m.params.after(c).expected(float64(ahead))
}

// ExpectedNew returns the expected number of transactions of a new customer at its
// first n opportunities, equation 8 of the 2010 paper.
func (m *BGBB) ExpectedNew(n int) float64 { return m.Expected(Cell{}, n) }

// Probability returns that of k transactions at the next ahead opportunities of a
// customer with this history; k = 0 is the probability of none. It takes time in
// proportion to ahead − k.
func (m *BGBB) Probability(c Cell, k, ahead int) float64 {
	if !m.predicts(c) || !validAhead(ahead) || k < 0 || k > ahead {
		return 0
	}
	return m.counts(c, ahead)(k)
}

// PMF returns the probability of k transactions at the first n opportunities of a
// new customer, equation 7 of the 2010 paper.
func (m *BGBB) PMF(k, n int) float64 { return m.Probability(Cell{}, k, n) }

// Band returns the predictive band of the transactions of a customer with this history
// at the next ahead opportunities, up to 10,000: with level 0.9 from the 5 % to the
// 95 % quantile. The parameters count as known. It takes time in proportion to the
// square of ahead. The error is an [*InputError].
func (m *BGBB) Band(c Cell, ahead int, level float64) (Band, error) {
	if err := m.check(c); err != nil {
		return Band{}, err
	}
	if ahead > maxBand {
		return Band{}, &InputError{Name: "ahead", Value: float64(ahead), Reason: "want 0 to 10000 opportunities"}
	}
	if err := checkBand(float64(ahead), level); err != nil {
		return Band{}, err
	}
	return band(m.counts(c, ahead), level)
}

// counts returns the probability of k transactions as a function of k.
func (m *BGBB) counts(c Cell, ahead int) func(k int) float64 {
	return countsOf(m.deadOdds(c), m.params.after(c), float64(ahead))
}

// check returns the error of a method that has one, for the model or the cell.
func (m *BGBB) check(c Cell) error {
	if !m.known() {
		return errUnknown("FitBGBB, NewBGBB")
	}
	return c.Validate()
}

// NextAt returns the probability that the next transaction of a customer with this
// history is at the j-th opportunity from now, j from 1 to 1,000,000. Over all j the
// sum is that of ever buying again, below 1.
func (m *BGBB) NextAt(c Cell, j int) float64 {
	if !m.predicts(c) || j < 1 || j > maxPeriods {
		return 0
	}
	found := 0.0
	m.params.after(c).first(func(i int, at, left float64) bool {
		found = at
		return i < j && left > 0
	})
	return m.alive(c) * found
}

// NextPurchase returns the number of opportunities within which a customer with this
// history buys again with probability q, 0 < q < 1: the quantile q of the waiting time.
// The error is [ErrNever] if 1,000,000 opportunities do not reach that probability, as
// when the customer has left with a higher one than 1−q, or an [*InputError].
func (m *BGBB) NextPurchase(c Cell, q float64) (int, error) {
	if err := m.check(c); err != nil {
		return 0, err
	}
	if !(q > 0 && q < 1) {
		return 0, &InputError{Name: "q", Value: q, Reason: "want a probability above 0 and below 1"}
	}
	alive, sum, within := m.alive(c), 0.0, 0
	m.params.after(c).first(func(j int, at, left float64) bool {
		sum += alive * at
		if sum >= q {
			within = j
		}
		return within == 0 && sum+alive*left >= q
	})
	if within == 0 {
		return 0, fmt.Errorf("btyd: bgbb: probability %v, while %.3g is that of ever buying again: %w", q, sum, ErrNever)
	}
	return within, nil
}

// Discounted returns the discounted expected transactions of a customer with this
// history over the next periods, at discount per period (see [PeriodDiscount]): the
// sum of P(transaction at N+k)/(1+discount)^k over k = 1 … periods. As in the 2010
// paper the first of them is discounted once. For +Inf it is the residual number of
// transactions (DERT), for less its finite part (DECT). The error is an
// [*InputError], or [ErrDiverges] for +Inf with a negative discount, or none and γ ≤ 1.
func (m *BGBB) Discounted(c Cell, periods, discount float64) (float64, error) {
	if err := m.check(c); err != nil {
		return 0, err
	}
	delta, err := checkPeriods(periods, discount)
	if err != nil {
		return 0, err
	}
	sum, ok := m.params.after(c).discounted(delta, periods)
	if !ok {
		return 0, fmt.Errorf("btyd: bgbb: gamma = %v at a discount of %v: %w", m.params.Gamma, discount, ErrDiverges)
	}
	return finite(m.alive(c) * sum)
}

// DiscountedNew is [BGBB.Discounted] of a new customer, whose first transaction, the
// one that made it a customer, does not count.
func (m *BGBB) DiscountedNew(periods, discount float64) (float64, error) {
	return m.Discounted(Cell{}, periods, discount)
}

// ExpectedTotal returns the expected number of transactions of all customers of the
// cells together at the next ahead opportunities, with an interval in which the
// actual number lies with probability level. Its variance is the sum of that of the
// parameters, by the delta method over their covariance (none for known
// parameters), and that of the customers' behaviour. The interval takes the model
// for granted and can begin below 0.
//
// The error is an [*InputError], one of [rapport.NormalEstimate] for level or for
// cells without customers, or the context's.
func (m *BGBB) ExpectedTotal(ctx context.Context, cells []Cell, ahead int, level float64) (rapport.Estimate, error) {
	if err := m.check(Cell{}); err != nil {
		return rapport.Estimate{}, err
	}
	if !validAhead(ahead) {
		return rapport.Estimate{}, &InputError{Name: "ahead", Value: float64(ahead), Reason: "want 0 to 1000000 opportunities"}
	}
	total, variance, customers := 0.0, 0.0, 0.0
	for i, c := range cells {
		if err := c.validate(fmt.Sprintf("cells[%d].", i)); err != nil {
			return rapport.Estimate{}, err
		}
		alive, future := m.alive(c), m.params.after(c)
		mean := alive * future.expected(float64(ahead))
		total += c.Customers * mean
		variance += c.Customers * max(0, alive*future.pairs(float64(ahead))+mean-mean*mean)
		customers += c.Customers
	}
	p := m.params.list()
	ofParameters, err := deltaVariance(ctx, p, p, m.covariance, func(p []float64) (float64, error) {
		moved := BGBB{params: BGBBParams{p[0], p[1], p[2], p[3]}}
		sum := 0.0
		for _, c := range cells {
			sum += c.Customers * moved.Expected(c, ahead)
		}
		return sum, nil
	})
	if err != nil {
		return rapport.Estimate{}, err
	}
	estimate, err := rapport.NormalEstimate(total, math.Sqrt(variance+ofParameters), level, headcount(customers))
	if err != nil {
		return rapport.Estimate{}, fmt.Errorf("btyd: bgbb: total over %d periods: %w", ahead, err)
	}
	return estimate, nil
}

// headcount is a sum of weights as a number of customers.
func headcount(weight float64) int {
	if weight > 0 && weight < 1 {
		return 1
	}
	return int(math.Round(min(weight, math.MaxInt32)))
}
