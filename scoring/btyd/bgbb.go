package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// BGBB is the beta-geometric/beta-binomial model of Fader, Hardie and Shang,
// "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing
// Science 29 (2010) 1086–1108, for purchases that can happen at given opportunities
// only, such as yearly donations or a weekly fair. At the beginning of each period a
// customer leaves for good with probability θ ~ Beta(γ, δ); while alive it buys at
// the period's opportunity with probability p ~ Beta(α, β), independent of θ.
//
// The value is immutable and safe to share. The zero value is no model: it predicts
// 0 or returns an [*InputError].
type BGBB struct {
	params     BGBBParams
	covariance []float64 // 4×4; nil if unknown
	identified [4]bool
	report     FitReport
}

// BGBBParams are the parameters of a [BGBB] model. Beside the limit named here all
// must lie between 1e-100 and 1e100.
type BGBBParams struct {
	Alpha float64 `json:"alpha"` // of the purchase probability, > 0: its mean is Alpha/(Alpha+Beta)
	Beta  float64 `json:"beta"`  // of the purchase probability, > 0
	Gamma float64 `json:"gamma"` // of the dropout probability, ≥ 0: its mean is Gamma/(Gamma+Delta). 0 means that nobody leaves
	Delta float64 `json:"delta"` // of the dropout probability, > 0
}

func (p BGBBParams) prospect() prospect { return prospect{p.Alpha, p.Beta, p.Gamma, p.Delta} }

// after is the prospect of a customer with this history that is alive.
func (p BGBBParams) after(c Cell) prospect {
	x, n := float64(c.X), float64(c.N)
	return prospect{p.Alpha + x, p.Beta + (n - x), p.Gamma, p.Delta + n}
}

// check returns an [*InputError] for parameters outside their domain.
func (p BGBBParams) check() error { return checkParams(bgbbRecipe{dropout: true}, p.list()) }

func (p BGBBParams) list() []float64 { return []float64{p.Alpha, p.Beta, p.Gamma, p.Delta} }

// NewBGBB returns the model with known parameters, for example published ones; see
// [BGBBParams]. It has no standard errors and an empty report. The error is an
// [*InputError].
func NewBGBB(alpha, beta, gamma, delta float64) (*BGBB, error) {
	params := BGBBParams{alpha, beta, gamma, delta}
	if err := params.check(); err != nil {
		return nil, err
	}
	return &BGBB{params: params}, nil
}

// Name returns "bgbb".
func (m *BGBB) Name() string { return "bgbb" }

// Params returns the parameters.
func (m *BGBB) Params() BGBBParams {
	if m == nil {
		return BGBBParams{}
	}
	return m.params
}

// Parameters returns alpha, beta, gamma and delta in this order with their standard
// errors.
func (m *BGBB) Parameters() []Parameter {
	if !m.known() {
		return nil
	}
	return parameters(bgbbRecipe{dropout: true}, m.params.list(), m.covariance, m.identified[:])
}

// Covariance returns the 4×4 covariance matrix of the estimates of alpha, beta, gamma
// and delta, from the inverse Hessian in log parameters by the delta method; false
// where there is none. On a boundary it is that of the directions the data identify.
func (m *BGBB) Covariance() ([][]float64, bool) {
	if m == nil {
		return nil, false
	}
	return square(m.covariance, 4)
}

// Report returns how the fit went; it is zero for a model made by [NewBGBB].
func (m *BGBB) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// known is false for the zero BGBB.
func (m *BGBB) known() bool { return m != nil && m.params.Delta > 0 }

// predicts reports whether the model can say anything of c.
func (m *BGBB) predicts(c Cell) bool { return m.known() && c.valid() }

// departures walks over when a customer with this history may have left, from the
// last opportunity back: after having been alive for d of them, with the odds
// against being alive after all N, times e^scale, which grows as the sum would
// overflow.
func (m *BGBB) departures(c Cell, visit func(d, odds, scale float64)) {
	p, x, n := m.params, float64(c.X), float64(c.N)
	if p.Gamma == 0 {
		return
	}
	scale, odds := 0.0, p.Gamma/(p.Gamma+p.Delta+n)
	// Either factor is at most 1e200, so that neither leaves the range.
	grow := func(factor float64) {
		if odds *= factor; odds > 1e100 {
			odds, scale = odds*1e-200, scale+200*math.Ln10
		}
	}
	for d := n - 1; d >= float64(c.TX); d-- {
		// From d+1 to d: one opportunity less without purchase, one less survived.
		grow((p.Alpha + p.Beta + d) / (p.Beta + (d - x)))
		grow((p.Gamma + p.Delta + d + 1) / (p.Delta + d))
		visit(d, odds, scale)
	}
}

// deadOdds returns ln(P(dead)/P(alive)) after the last opportunity; −Inf if the
// customer cannot have left.
func (m *BGBB) deadOdds(c Cell) float64 {
	sum, at := 0.0, 0.0
	m.departures(c, func(_, odds, scale float64) {
		sum, at = sum*math.Exp(at-scale)+odds, scale
	})
	return at + math.Log(sum)
}

// LogLikelihood returns the logarithm of the probability of one history of this kind,
// a given sequence of purchases and none; Customers does not count. It
// is 0 for an invalid cell.
func (m *BGBB) LogLikelihood(c Cell) float64 {
	if !m.predicts(c) {
		return 0
	}
	p, x, rest := m.params, float64(c.X), float64(c.N-c.X)
	// (α)ₓ (β)ₙ₋ₓ / (α+β)ₙ, taken apart by the shorter of both.
	alpha, beta, short, long := p.Alpha, p.Beta, x, rest
	if short > long {
		alpha, beta, short, long = beta, alpha, long, short
	}
	history := numeric.LogRising(alpha, short) - numeric.RisingRatio(beta, alpha, long) - numeric.LogRising(alpha+beta+long, short)
	return min(0, history-numeric.RisingRatio(p.Delta, p.Gamma, float64(c.N))+softplus(m.deadOdds(c)))
}

// The two conventions of P(alive), for [BGBB.PAlive].
const (
	// LastPeriod: alive at the last opportunity observed.
	LastPeriod = 0
	// NextPeriod: alive at the next one, as in equation 11 of the 2010 paper.
	NextPeriod = 1
)

// PAlive returns the probability that a customer with this history is alive in
// period N + ahead. ahead is [LastPeriod], [NextPeriod] or any number of periods up to
// 1,000,000; for LastPeriod and a purchase at the last opportunity it is 1. It is 0
// for an invalid cell or a negative ahead.
func (m *BGBB) PAlive(c Cell, ahead int) float64 {
	if !m.predicts(c) || !validAhead(ahead) {
		return 0
	}
	return m.alive(c) * m.params.after(c).survival(float64(ahead))
}

// alive is P(alive) at the last opportunity, of a valid cell.
func (m *BGBB) alive(c Cell) float64 { return logistic(-m.deadOdds(c)) }

// Rates returns the posterior means of a customer with this history: Purchase is that of
// its purchase probability p at an opportunity, Dropout that of its dropout probability
// θ. The error is an [*InputError].
func (m *BGBB) Rates(c Cell) (Rates, error) {
	if err := m.check(c); err != nil {
		return Rates{}, err
	}
	p, x, n := m.params, float64(c.X), float64(c.N)
	odds := m.deadOdds(c)
	alive := logistic(-odds)
	purchase := alive * (p.Alpha + x) / (p.Alpha + p.Beta + n)
	dropout := alive * p.Gamma / (p.Gamma + p.Delta + n)
	whole := softplus(odds)
	m.departures(c, func(d, odds, scale float64) {
		weight := odds * math.Exp(scale-whole)
		purchase += weight * (p.Alpha + x) / (p.Alpha + p.Beta + d)
		dropout += weight * (p.Gamma + 1) / (p.Gamma + p.Delta + d + 1)
	})
	return Rates{min(purchase, 1), min(dropout, 1)}, nil
}

// Simulate draws the history of a new customer at n opportunities, 0 to 100,000; it
// is an empty cell for others. Customers is 1.
func (m *BGBB) Simulate(random *rand.Rand, n int) Cell {
	if !m.known() || n < 0 || n > maxObserved {
		return Cell{}
	}
	c := Cell{N: n, Customers: 1}
	m.params.prospect().simulate(random, float64(n), func(at float64) { c.X, c.TX = c.X+1, int(at) })
	return c
}

// SimulateAhead draws the number of purchases of a customer with this history at the
// next ahead opportunities; 0 for an invalid cell or a negative ahead.
func (m *BGBB) SimulateAhead(random *rand.Rand, c Cell, ahead int) int {
	if !m.predicts(c) || !validAhead(ahead) || random.Float64() >= m.alive(c) {
		return 0
	}
	count := 0
	m.params.after(c).simulate(random, float64(ahead), func(float64) { count++ })
	return count
}
