package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// Expected returns the expected number of transactions of a customer with this
// history at the next ahead opportunities, equation 13; 0 for an invalid cell or a
// negative ahead.
func (m *BGBB) Expected(c Cell, ahead int) float64 {
	if !m.predicts(c) || !validAhead(ahead) {
		return 0
	}
	return m.alive(c) * m.params.after(c).expected(ahead)
}

// ExpectedNew returns the expected number of transactions of a new customer at its
// first n opportunities, equation 9.
func (m *BGBB) ExpectedNew(n int) float64 { return m.Expected(Cell{}, n) }

// Probability returns that of k transactions at the next ahead opportunities of a
// customer with this history; k = 0 is the probability of none. It takes time in
// proportion to ahead − k.
func (m *BGBB) Probability(c Cell, k, ahead int) float64 {
	if !m.predicts(c) || !validAhead(ahead) || k < 0 || k > ahead {
		return 0
	}
	odds := m.deadOdds(c)
	p := m.params.after(c).probability(k, ahead) * logistic(-odds)
	if k == 0 {
		p += logistic(odds)
	}
	return min(1, p)
}

// PMF returns the probability of k transactions at the first n opportunities of a
// new customer, equation 8.
func (m *BGBB) PMF(k, n int) float64 { return m.Probability(Cell{}, k, n) }

// Interval returns the ends of the predictive interval of the transactions of a
// customer with this history at the next ahead opportunities, up to 10,000: the
// quantiles at (1−level)/2 and (1+level)/2 of their distribution, 0.05 and 0.95 for a
// level of 0.9. The parameters count as known. The error is an [*InputError].
func (m *BGBB) Interval(c Cell, ahead int, level float64) (low, high int, err error) {
	if err := m.check(c); err != nil {
		return 0, 0, err
	}
	if err := checkBand(ahead, level); err != nil {
		return 0, 0, err
	}
	// What rounding takes from a sum of probabilities must not move a quantile.
	const slack = 1e-12
	low, high = -1, ahead
	sum := 0.0
	for k := 0; k <= ahead; k++ {
		sum += m.Probability(c, k, ahead)
		if low < 0 && sum >= (1-level)/2-slack {
			low = k
		}
		if sum >= (1+level)/2-slack {
			high = k
			break
		}
	}
	return max(low, 0), high, nil
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

// NextQuantile returns the number of opportunities within which the customer buys
// again with probability level. It is false if that probability is not reached
// within 1,000,000 opportunities, as when the customer has left with a higher one,
// or for arguments outside the domain.
func (m *BGBB) NextQuantile(c Cell, level float64) (opportunities int, ok bool) {
	if !m.predicts(c) || !(level > 0 && level < 1) {
		return 0, false
	}
	alive, sum := m.alive(c), 0.0
	m.params.after(c).first(func(j int, at, left float64) bool {
		sum += alive * at
		opportunities, ok = j, sum >= level
		return !ok && sum+alive*left >= level
	})
	if !ok {
		return 0, false
	}
	return opportunities, true
}

// Discounted returns the discounted expected transactions of a customer with this
// history over the next periods, at discount per period (see [PeriodDiscount]): the
// sum of P(transaction at N+k)/(1+discount)^k over k = 1 … periods. As in the 2010
// paper the first of them is discounted once. For +Inf it is the residual number
// of equation 14 (DERT), for less its finite part (DECT). The error is an
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
		mean := alive * future.expected(ahead)
		total += c.Customers * mean
		variance += c.Customers * max(0, alive*future.pairs(ahead)+mean-mean*mean)
		customers += c.Customers
	}
	ofParameters, err := varianceOf(ctx, m.params.list(), m.covariance, func(p []float64) float64 {
		moved := BGBB{params: BGBBParams{p[0], p[1], p[2], p[3]}}
		sum := 0.0
		for _, c := range cells {
			sum += c.Customers * moved.Expected(c, ahead)
		}
		return sum
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

// varianceOf returns the variance of a smooth function of estimated parameters by
// the delta method. The derivatives are central differences in the parameters'
// logarithms, whose step leaves eight digits of them.
func varianceOf(ctx context.Context, params, covariance []float64, f func(params []float64) float64) (float64, error) {
	if covariance == nil {
		return 0, nil
	}
	const step = 1e-4
	size := len(params)
	gradient, moved := make([]float64, size), make([]float64, size)
	for i, value := range params {
		if covariance[i*size+i] == 0 {
			continue
		}
		for _, sign := range []float64{1, -1} {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			copy(moved, params)
			moved[i] *= math.Exp(sign * step)
			gradient[i] += sign * f(moved) / (2 * step * value)
		}
	}
	variance := 0.0
	for i := range size {
		for j := range size {
			variance += gradient[i] * covariance[i*size+j] * gradient[j]
		}
	}
	return max(0, variance), nil
}
