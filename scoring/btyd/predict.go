package btyd

import (
	"fmt"

	"github.com/rapport-crm/rapport/scoring"
)

// PAlive returns the probability that the customer has not left by the end of
// calibration; 0 for an invalid summary.
func (m *Model) PAlive(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	return logistic(-m.law.deadOdds(s))
}

// PDead returns 1 − PAlive without its rounding: small probabilities keep their
// digits.
func (m *Model) PDead(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	return logistic(m.law.deadOdds(s))
}

// PAliveAt returns the probability that the customer is still alive t units after
// the end of calibration.
func (m *Model) PAliveAt(s scoring.Summary, t float64) float64 {
	if !m.known() || !valid(s) || !validTime(t) {
		return 0
	}
	return m.PAlive(s) * m.law.alive(s).survival(t)
}

// Expected returns the expected number of purchases of the customer in the t
// units after the end of calibration, E[Y(t) | x, t_x, T].
//
// The relative error is below 1e-13 for ordinary parameters and below 1e-8 for
// parameters from 1e-3 to 1e3, x to 10 000 and times from 1e-2 to 1e5; docs/accuracy.md
// says what was measured for each family.
func (m *Model) Expected(s scoring.Summary, t float64) float64 {
	if !m.known() || !valid(s) || !validTime(t) {
		return 0
	}
	return m.PAlive(s) * m.law.alive(s).expected(t)
}

// ExpectedNew returns the expected number of repeat purchases of a customer in the
// t units after its first purchase, E[X(t)].
func (m *Model) ExpectedNew(t float64) float64 { return m.Expected(scoring.Summary{}, t) }

// PMF returns the probability that a customer makes n repeat purchases in the t
// units after its first purchase, P(X(t) = n).
func (m *Model) PMF(n int, t float64) float64 { return m.Probability(scoring.Summary{}, n, t) }

// Probability returns the probability that the customer makes n purchases in the
// t units after the end of calibration, P(Y(t) = n | x, t_x, T).
func (m *Model) Probability(s scoring.Summary, n int, t float64) float64 {
	if !m.known() || !valid(s) || n < 0 || !validTime(t) {
		return 0
	}
	return distribution(m.law, s, t)(n)
}

// Discounted returns the discounted expected purchases of the customer over the
// next periods units, ∫₀ᴴ e^(−δs) dE[Y(s) | x, t_x, T], at the continuous rate δ
// per unit. periods may be +Inf where that is finite: for δ > 0, or δ = 0 if the
// customer's purchases are finite in number. The error is an [*InputError] or
// [ErrDiverges].
func (m *Model) Discounted(s scoring.Summary, periods, delta float64) (float64, error) {
	if !m.known() {
		return 0, errNoModel()
	}
	if err := Check(s); err != nil {
		return 0, err
	}
	if err := checkDiscount(periods, delta); err != nil {
		return 0, err
	}
	f := m.law.alive(s)
	if !converges(f, delta, periods) {
		return 0, m.diverges(periods, delta)
	}
	return finite(m.PAlive(s) * discounted(f, delta, periods))
}

// DiscountedNew is [Model.Discounted] for a customer at its first purchase, which
// is not counted itself.
func (m *Model) DiscountedNew(periods, delta float64) (float64, error) {
	return m.Discounted(scoring.Summary{}, periods, delta)
}

// diverges is the error for a horizon over which the discounted count is infinite.
func (m *Model) diverges(periods, delta float64) error {
	return fmt.Errorf("btyd: %s over %v periods at rate %v: %w", m.Name(), periods, delta, ErrDiverges)
}
