package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// GammaGamma is the model of spend per purchase of Fader and Hardie, "The
// Gamma-Gamma Model of Monetary Value" (note, 2013), after Colombo and Jiang (1999)
// and Fader, Hardie and Lee, Journal of Marketing Research 42 (2005) 415–430. Each
// purchase of a customer is Gamma(p, ν) with rate ν, and ν ~ Gamma(q, v) differs
// between customers; spend is independent of frequency.
//
// The value is immutable and safe to share. The zero value is no model: its
// ExpectedSpend returns an [*InputError].
type GammaGamma struct {
	params     GammaGammaParams
	covariance []float64
	identified [3]bool
	report     FitReport
}

// GammaGammaParams are the parameters of a [GammaGamma] model, all between 1e-100
// and 1e100.
type GammaGammaParams struct {
	P float64 `json:"p"` // shape of the spend of one purchase, > 0
	Q float64 `json:"q"` // shape of the distribution of the rate, > 0; the mean spend is finite for Q > 1
	V float64 `json:"v"` // its rate parameter, in units of money, > 0
}

func (p GammaGammaParams) check() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"p", p.P}, {"q", p.Q}, {"v", p.V}} {
		if !(v.value >= smallest && v.value <= largest) {
			return &InputError{Name: v.name, Value: v.value, Reason: "want a number from 1e-100 to 1e100"}
		}
	}
	return nil
}

// NewGammaGamma returns the model with known parameters; it has no standard errors
// and an empty report. The error is an [*InputError].
func NewGammaGamma(p, q, v float64) (*GammaGamma, error) {
	params := GammaGammaParams{p, q, v}
	if err := params.check(); err != nil {
		return nil, err
	}
	return &GammaGamma{params: params}, nil
}

// Name returns "gammagamma".
func (g *GammaGamma) Name() string { return "gammagamma" }

// Params returns the parameters.
func (g *GammaGamma) Params() GammaGammaParams {
	if g == nil {
		return GammaGammaParams{}
	}
	return g.params
}

// Parameters returns p, q and v in this order with their standard errors.
func (g *GammaGamma) Parameters() []Parameter {
	if !g.known() {
		return nil
	}
	list := []Parameter{{Name: "p", Value: g.params.P}, {Name: "q", Value: g.params.Q}, {Name: "v", Value: g.params.V}}
	return withErrors(list, g.covariance, g.identified[:])
}

// Covariance returns the 3×3 covariance matrix of the estimates of p, q and v, as
// [Model.Covariance] does for its model.
func (g *GammaGamma) Covariance() ([][]float64, bool) {
	if !g.known() {
		return nil, false
	}
	return square(g.covariance, 3)
}

// Report returns how the fit went; it is zero for a model made by [NewGammaGamma].
func (g *GammaGamma) Report() FitReport {
	if g == nil {
		return FitReport{}
	}
	return g.report.clone()
}

// errNoSpend is [errUnknown] for models of spend.
func errNoSpend() error { return errUnknown("FitGammaGamma, NewGammaGamma") }

// known is false for the zero value.
func (g *GammaGamma) known() bool { return g != nil && g.params.V > 0 }

// ExpectedSpend returns the expected spend per purchase of the customer given the
// mean of its repeat purchases, p(v + x·m)/(p·x + q − 1): a weighted mean of its
// own and of the population's. For a customer without repeat purchase it is the
// population mean p·v/(q−1). A negative mean counts as 0, for the model knows no
// returns. The error is an [*InputError], or [ErrInfiniteMean] when p·x + q ≤ 1.
func (g *GammaGamma) ExpectedSpend(s scoring.Summary) (float64, error) {
	if !g.known() {
		return 0, errNoSpend()
	}
	if err := checkSpend(s); err != nil {
		return 0, err
	}
	p, x := g.params, float64(s.X)
	weight := p.P*x + (p.Q - 1)
	if weight <= 0 {
		return 0, fmt.Errorf("btyd: gammagamma: p·x + q = %v with x = %d: %w", p.P*x+p.Q, s.X, ErrInfiniteMean)
	}
	return finite(p.P / weight * (p.V + spent(s)))
}

// LogLikelihood returns the logarithm of the density of the customer's mean spend
// m over x purchases, equation 1a of the note: that of
//
//	Γ(px+q)/(Γ(px)Γ(q)) v^q m^(px−1) x^(px) / (v + mx)^(px+q).
//
// It is 0 for a customer without repeat purchase or positive spend, who tells
// nothing.
func (g *GammaGamma) LogLikelihood(s scoring.Summary) float64 {
	if !g.known() || !spends(s) {
		return 0
	}
	point := newSpendPoint(g.params.P*float64(s.X), g.params.Q)
	return point.norm() + point.distance(g.logRatio(s)) - math.Log(s.Spend)
}

// logRatio returns ln r of [spendPoint].
func (g *GammaGamma) logRatio(s scoring.Summary) float64 {
	p := g.params
	if r := s.Spend / p.V * (p.Q / p.P); r > 0 && r <= math.MaxFloat64 {
		return math.Log(r)
	}
	return math.Log(s.Spend) - math.Log(p.V) + math.Log(p.Q) - math.Log(p.P)
}

// spends reports whether the customer enters the fit.
func spends(s scoring.Summary) bool {
	return s.X > 0 && s.Spend > 0 && s.Spend <= math.MaxFloat64
}
