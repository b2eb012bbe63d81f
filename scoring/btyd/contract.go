package btyd

import (
	"errors"
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Contract is a model of how long customers keep a contract that comes up for renewal
// once a period, so that leaving is seen when it happens: a subscription, a
// membership, a service agreement. There are two.
//
// The shifted-beta-geometric model ("sbg") of Fader and Hardie, "How to Project Customer
// Retention", Journal of Interactive Marketing 21 (2007) 76–90: at each renewal a
// customer leaves with its own probability θ ~ Beta(α, β), so that of all
// S(t) = B(α, β+t)/B(α, β) are left after t renewals. Retention rises with t because
// those with high θ leave first.
//
// The beta-discrete-Weibull model ("bdw") of Fader, Hardie, Liu, Davin and Steenburgh,
// "How to Project Customer Retention Revisited: The Role of Duration Dependence",
// Journal of Interactive Marketing 43 (2018) 1–16, lets a customer's own inclination
// to leave change as well: S(t) = B(α, β+t^c)/B(α, β), falling with time for c < 1 and
// rising for c > 1. c = 1 is the first model. θ is then the probability to leave at
// the first renewal.
//
// Times are whole numbers of renewals, 0 to 1,000,000. The value is immutable and safe
// to share. The zero value is no model: it predicts 0 or returns an [*InputError].
type Contract struct {
	weibull    bool
	params     ContractParams
	covariance []float64 // of the model's parameters; nil if unknown
	identified []bool
	report     FitReport
}

// ContractParams are the parameters of a [Contract] model. Beside the limit named here
// all must lie between 1e-100 and 1e100, and C between 0.01 and 100.
type ContractParams struct {
	Alpha float64 // of the probability to leave, ≥ 0: its mean is Alpha/(Alpha+Beta). 0 means that nobody leaves
	Beta  float64 // of the probability to leave, > 0
	C     float64 // duration dependence; 1 for the shifted-beta-geometric model
}

// ErrInfiniteLifetime says that a model's expected lifetime is infinite: α·c ≤ 1 without
// a discount.
var ErrInfiniteLifetime = errors.New("expected lifetime is infinite")

// NewShiftedBetaGeometric returns the sBG model with known parameters; it has no standard
// errors and an empty report. The error is an [*InputError].
func NewShiftedBetaGeometric(alpha, beta float64) (*Contract, error) {
	return newContract(false, []float64{alpha, beta})
}

// NewBetaDiscreteWeibull returns the BdW model with known parameters, as
// [NewShiftedBetaGeometric] does.
func NewBetaDiscreteWeibull(alpha, beta, c float64) (*Contract, error) {
	return newContract(true, []float64{alpha, beta, c})
}

// leastC and mostC bound the duration dependence.
const leastC, mostC = 0.01, 100

func newContract(weibull bool, params []float64) (*Contract, error) {
	if err := checkParams(contractRecipe{weibull: weibull}, params); err != nil {
		return nil, err
	}
	m := &Contract{weibull: weibull, params: ContractParams{params[0], params[1], 1}, identified: make([]bool, len(params))}
	if weibull {
		m.params.C = params[2]
	}
	if c := m.params.C; !(c >= leastC && c <= mostC) {
		return nil, &InputError{Name: "c", Value: c, Reason: "want a number from 0.01 to 100"}
	}
	return m, nil
}

// known is false for the zero Contract.
func (m *Contract) known() bool { return m != nil && m.params.Beta > 0 }

// Name returns "sbg" or "bdw"; it is empty for no model.
func (m *Contract) Name() string {
	switch {
	case !m.known():
		return ""
	case m.weibull:
		return "bdw"
	}
	return "sbg"
}

// Params returns the parameters.
func (m *Contract) Params() ContractParams {
	if m == nil {
		return ContractParams{}
	}
	return m.params
}

// list returns the parameters in the order of Parameters.
func (m *Contract) list() []float64 {
	list := []float64{m.params.Alpha, m.params.Beta, m.params.C}
	if !m.weibull {
		return list[:2]
	}
	return list
}

// Parameters returns alpha, beta and, of a beta-discrete-Weibull model, c in this order
// with their standard errors.
func (m *Contract) Parameters() []Parameter {
	if !m.known() {
		return nil
	}
	return parameters(contractRecipe{weibull: m.weibull}, m.list(), m.covariance, m.identified)
}

// Covariance returns the covariance matrix of the estimates in the order of
// [Contract.Parameters], from the inverse Hessian in log parameters by the delta
// method; false where there is none.
func (m *Contract) Covariance() ([][]float64, bool) {
	if !m.known() {
		return nil, false
	}
	return square(m.covariance, len(m.list()))
}

// Report returns how the fit went; it is zero for a model with known parameters.
func (m *Contract) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// Survival returns S(t), the probability that a new customer is still one after t
// renewals; 0 for t outside the domain.
func (m *Contract) Survival(t int) float64 { return m.Stay(0, t) }

// Stay returns the probability that a customer who has renewed that often stays for
// another ahead renewals, S(renewals+ahead)/S(renewals); 0 outside the domain.
func (m *Contract) Stay(renewals, ahead int) float64 {
	if !m.known() || !validAhead(renewals) || !validAhead(ahead) {
		return 0
	}
	return math.Exp(-m.params.hazard(float64(renewals), float64(ahead)))
}

// Retention returns the share of the customers of renewal t−1 who renew at the t-th,
// S(t)/S(t−1), for t from 1; 0 outside the domain.
func (m *Contract) Retention(t int) float64 { return m.Stay(t-1, 1) }

// Leaving returns the probability that a new customer leaves at renewal t, S(t−1) − S(t),
// for t from 1; 0 outside the domain.
func (m *Contract) Leaving(t int) float64 {
	if !m.known() || t < 1 || t > maxPeriods {
		return 0
	}
	return m.Survival(t-1) * -math.Expm1(-m.params.hazard(float64(t-1), 1))
}

// Churn returns the mean of θ, the probability to leave at a renewal (of a BdW model: at
// the first), over customers who have renewed that often, α/(α+β+renewals^c); 0 outside
// the domain.
func (m *Contract) Churn(renewals int) float64 {
	if !m.known() || !validAhead(renewals) {
		return 0
	}
	p := m.params
	return p.Alpha / (p.Alpha + p.Beta + math.Min(math.Pow(float64(renewals), p.C), math.MaxFloat64))
}

// hazard returns −ln of the probability to stay for ahead more periods after t.
func (p ContractParams) hazard(t, ahead float64) float64 {
	if p.C == 1 {
		return numeric.RisingRatio(p.Beta+t, p.Alpha, ahead)
	}
	top := p.C * math.Log(t+ahead)
	if t == 0 || top > maxClock {
		return p.logSurvival(t) - p.logSurvival(t+ahead)
	}
	// (t+ahead)^c − t^c, with its digits where it is small.
	return numeric.RisingRatio(p.Beta+math.Pow(t, p.C), p.Alpha, -math.Exp(top)*math.Expm1(p.C*math.Log1p(-ahead/(t+ahead))))
}

// maxClock bounds ln t^c, where S(t) falls like t^(−αc) for any parameters that t^c can
// be compared with.
const maxClock = 600

// logSurvival returns ln S(t); t need not be whole.
func (p ContractParams) logSurvival(t float64) float64 {
	if t == 0 {
		return 0
	}
	return p.logSurvivalAt(math.Log(t))
}

// logSurvivalAt is logSurvival of the time whose logarithm is y.
func (p ContractParams) logSurvivalAt(y float64) float64 {
	clock := p.C * y
	return -numeric.RisingRatio(p.Beta, p.Alpha, math.Exp(min(clock, maxClock))) - p.Alpha*max(0, clock-maxClock)
}

// Simulate draws how often a new customer renews, up to the given number of renewals.
// It stands for more if the result is that number.
func (m *Contract) Simulate(random *rand.Rand, renewals int) int {
	if !m.known() || !validAhead(renewals) {
		return 0
	}
	p := m.params
	if p.Alpha == 0 {
		return renewals
	}
	leave := numeric.DrawBeta(random, p.Alpha, p.Beta)
	// P(more than t) = (1−θ)^(t^c): the t at which that passes a uniform variate.
	last := math.Pow(math.Log(1-random.Float64())/math.Log1p(-leave), 1/p.C)
	if !(last < float64(renewals)) { // or nobody with this θ ever leaves
		return renewals
	}
	return int(last)
}

// SimulateCohort draws a cohort of that many customers over the given renewals, each as
// [Contract.Simulate] does; it is empty outside the domain, and for more than 1e8 customers.
func (m *Contract) SimulateCohort(random *rand.Rand, customers, renewals int) Cohort {
	if !m.known() || !validAhead(renewals) || customers < 0 || customers > mostResampled {
		return Cohort{}
	}
	active := make([]float64, renewals+1)
	for range customers {
		active[m.Simulate(random, renewals)]++
	}
	for t := renewals; t > 0; t-- {
		active[t-1] += active[t]
	}
	return Cohort{Active: active}
}
