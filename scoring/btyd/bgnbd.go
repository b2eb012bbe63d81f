package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// BGNBD is the beta-geometric/NBD model of Fader, Hardie and Lee, "Counting Your
// Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing
// Science 24 (2005) 275–284. While alive a customer buys at random at a rate
// λ ~ Gamma(r, α); after each repeat purchase it leaves for good with probability
// p ~ Beta(a, b); λ and p are independent. A customer without repeat purchase
// is alive by assumption.
//
// The value is immutable and safe to share. The zero value is no model: it predicts
// 0 or returns an [*InputError].
type BGNBD struct {
	unit       rapport.Unit
	params     BGNBDParams
	covariance []float64 // 4×4 of r, α, a, b; nil if unknown
	identified [4]bool   // which of them have a standard error
	report     FitReport
}

// BGNBDParams are the parameters of a [BGNBD] model. Beside the limits named here
// all must lie between 1e-100 and 1e100, so that nothing computed from them leaves
// the range of float64.
type BGNBDParams struct {
	R     float64 `json:"r"`     // shape of the purchase rate, > 0
	Alpha float64 `json:"alpha"` // its rate parameter, in units of time, > 0: the mean purchase rate is R/Alpha
	A     float64 `json:"a"`     // of the dropout probability, ≥ 0: its mean is A/(A+B). 0 means that nobody leaves (the NBD)
	B     float64 `json:"b"`     // of the dropout probability, > 0
}

func (p BGNBDParams) process() process { return process{p.R, p.Alpha, p.A, p.B} }

// check returns an [*InputError] for parameters outside their domain.
func (p BGNBDParams) check() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"r", p.R}, {"alpha", p.Alpha}, {"a", p.A}, {"b", p.B}} {
		if !(v.value >= smallest && v.value <= largest) && !(v.name == "a" && v.value == 0) {
			reason := "want a number from 1e-100 to 1e100"
			if v.name == "a" {
				reason += ", or 0"
			}
			return &InputError{Name: v.name, Value: v.value, Reason: reason}
		}
	}
	return nil
}

// NewBGNBD returns the model with known parameters, for example published ones;
// see [BGNBDParams]. It has no standard errors and an empty report. The error is
// an [*InputError].
func NewBGNBD(unit rapport.Unit, r, alpha, a, b float64) (*BGNBD, error) {
	if !unit.IsValid() {
		return nil, &InputError{Name: "unit", Value: float64(unit), Reason: "want day, week or month"}
	}
	params := BGNBDParams{r, alpha, a, b}
	if err := params.check(); err != nil {
		return nil, err
	}
	return &BGNBD{unit: unit, params: params}, nil
}

// Name returns "bgnbd".
func (m *BGNBD) Name() string { return "bgnbd" }

// Unit returns the unit of time of the model; 0 for no model.
func (m *BGNBD) Unit() rapport.Unit {
	if m == nil {
		return 0
	}
	return m.unit
}

// Params returns the parameters.
func (m *BGNBD) Params() BGNBDParams { return m.params }

// Parameters returns r, alpha, a and b in this order with their standard errors.
func (m *BGNBD) Parameters() []Parameter {
	list := []Parameter{{Name: "r", Value: m.params.R}, {Name: "alpha", Value: m.params.Alpha}, {Name: "a", Value: m.params.A}, {Name: "b", Value: m.params.B}}
	return withErrors(list, m.covariance, m.identified[:])
}

// Covariance returns the 4×4 covariance matrix of the estimates of r, alpha, a and
// b, from the inverse Hessian in log parameters by the delta method; false where
// there is none. On a boundary it is that of the directions the data identify.
func (m *BGNBD) Covariance() ([][]float64, bool) { return square(m.covariance, 4) }

// Report returns how the fit went; it is zero for a model made by [NewBGNBD].
func (m *BGNBD) Report() FitReport { return m.report.clone() }

// alive returns what the customer does from now on if it is alive.
func (m *BGNBD) alive(s scoring.Summary) process {
	x := float64(s.X)
	return process{m.params.R + x, m.params.Alpha + s.T, m.params.A, m.params.B + x}
}

// known is false for the zero BGNBD, which knows nothing: its methods return 0 or
// an error as for arguments outside their domain.
func (m *BGNBD) known() bool { return m != nil && m.params.B > 0 }

// errUnknown is the error of the zero value of a model or scorer.
func errUnknown(constructor string) error {
	return &InputError{Name: "model", Reason: "want one from " + constructor + " or JSON"}
}

// deadOdds returns the logarithm of the odds that the customer has left,
// ln(a/(b+x−1)) + (r+x) ln((α+T)/(α+t_x)); −Inf if it cannot have.
func (m *BGNBD) deadOdds(s scoring.Summary) float64 {
	if s.X == 0 || m.params.A == 0 {
		return math.Inf(-1)
	}
	x := float64(s.X)
	return math.Log(m.params.A/(m.params.B+(x-1))) + (m.params.R+x)*math.Log1p((s.T-s.TX)/(m.params.Alpha+s.TX))
}

// PAlive returns the probability that the customer has not left by the end of
// calibration, equation 11.2 of Fader, Hardie and Lee's note on the model. It is 1
// for a customer without repeat purchase, 0 for an invalid summary.
func (m *BGNBD) PAlive(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	return logistic(-m.deadOdds(s))
}

// PAliveAt returns the probability that the customer is still alive t units after
// the end of calibration.
func (m *BGNBD) PAliveAt(s scoring.Summary, t float64) float64 {
	if !m.known() || !valid(s) || !validTime(t) {
		return 0
	}
	return m.PAlive(s) * m.alive(s).survival(t)
}

// Expected returns the expected number of purchases of the customer in the t
// units after the end of calibration, E[Y(t) | x, t_x, T].
//
// The relative error is below 1e-13 for ordinary parameters and below 1e-12 for
// parameters from 1e-3 to 1e3, a near 1 included, x to 10 000 and times from 1e-2
// to 1e5.
func (m *BGNBD) Expected(s scoring.Summary, t float64) float64 {
	if !m.known() || !valid(s) || !validTime(t) {
		return 0
	}
	return m.PAlive(s) * m.alive(s).expected(t)
}

// ExpectedNew returns the expected number of repeat purchases of a customer in the
// t units after its first purchase, E[X(t)].
func (m *BGNBD) ExpectedNew(t float64) float64 {
	if !m.known() || !validTime(t) {
		return 0
	}
	return m.params.process().expected(t)
}

// PMF returns the probability that a customer makes n repeat purchases in the t
// units after its first purchase, P(X(t) = n), with a relative error below 1e-9.
func (m *BGNBD) PMF(n int, t float64) float64 {
	if !m.known() || n < 0 || !validTime(t) {
		return 0
	}
	return m.params.process().probability(n, t)
}

// Probability returns the probability that the customer makes n purchases in the
// t units after the end of calibration, P(Y(t) = n | x, t_x, T).
func (m *BGNBD) Probability(s scoring.Summary, n int, t float64) float64 {
	if !m.known() || !valid(s) || n < 0 || !validTime(t) {
		return 0
	}
	alive := m.PAlive(s)
	p := alive * m.alive(s).probability(n, t)
	if n == 0 {
		p += m.PDead(s)
	}
	return min(1, p)
}

// PDead returns 1 − PAlive without its rounding: small probabilities keep their
// digits.
func (m *BGNBD) PDead(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	return logistic(m.deadOdds(s))
}

// Discounted returns the discounted expected purchases of the customer over the
// next periods units, ∫₀ᴴ e^(−δs) dE[Y(s) | x, t_x, T], at the continuous rate δ
// per unit, with a relative error below 1e-11. periods may be +Inf where that is
// finite: for δ > 0, or δ = 0 with a > 1. The error is an [*InputError] or [ErrDiverges].
func (m *BGNBD) Discounted(s scoring.Summary, periods, delta float64) (float64, error) {
	if !m.known() {
		return 0, errUnknown("FitBGNBD, NewBGNBD")
	}
	if err := Check(s); err != nil {
		return 0, err
	}
	if err := checkDiscount(periods, delta); err != nil {
		return 0, err
	}
	value, err := m.alive(s).discounted(delta, periods)
	if err != nil {
		return 0, m.diverges(periods, delta)
	}
	return finite(m.PAlive(s) * value)
}

// diverges is the error for a horizon over which the discounted count is infinite.
func (m *BGNBD) diverges(periods, delta float64) error {
	return fmt.Errorf("btyd: bgnbd over %v periods at rate %v: %w", periods, delta, ErrDiverges)
}

// DiscountedNew is [BGNBD.Discounted] for a customer at its first purchase, which
// is not counted itself.
func (m *BGNBD) DiscountedNew(periods, delta float64) (float64, error) {
	return m.Discounted(scoring.Summary{}, periods, delta)
}

// LogLikelihood returns the logarithm of the likelihood of the customer's history,
// the constant Γ(r+x)/Γ(r) included as in the paper's equation 6; 0 for an invalid
// summary.
func (m *BGNBD) LogLikelihood(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	p, x := m.params, float64(s.X)
	ll := -p.R * math.Log1p(s.T/p.Alpha)
	if s.X == 0 {
		return ll
	}
	ll += numeric.LogRising(p.R, x) - x*math.Log(p.Alpha+s.T)
	ll += numeric.LogRising(p.B, x) - numeric.LogRising(p.A+p.B, x)
	return ll + softplus(m.deadOdds(s))
}

// softplus returns ln(1 + e^d).
func softplus(d float64) float64 {
	return max(d, 0) + math.Log1p(math.Exp(-math.Abs(d)))
}

// logistic returns 1/(1 + e^−d) with the relative precision of the smaller side.
func logistic(d float64) float64 {
	if d < 0 {
		e := math.Exp(d)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-d))
}
