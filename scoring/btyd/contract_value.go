package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Moment says on which side of a renewal a customer is valued.
type Moment uint8

const (
	// BeforeRenewal: the next renewal is due now and its payment, if it comes, is not
	// discounted: the convention of Fader and Hardie, Marketing Science 29 (2010) 85–93.
	BeforeRenewal Moment = iota
	// AfterRenewal: the last payment has just been made and the next is one period
	// away: every payment is discounted once more.
	AfterRenewal
)

// ExpectedLifetime returns the expected number of periods that a new customer stays, the
// one it begins with included: Σ S(t) over t = 0, 1, …, (α+β−1)/(α−1) for the sBG
// model. The error is [ErrInfiniteLifetime] for α·c ≤ 1, or an [*InputError], also for a
// lifetime beyond float64.
func (m *Contract) ExpectedLifetime() (float64, error) {
	rest, err := m.ResidualLifetime(0)
	return 1 + rest, err
}

// ResidualLifetime returns the expected number of further renewals of a customer who has
// renewed that often. The error is that of [Contract.ExpectedLifetime].
func (m *Contract) ResidualLifetime(renewals int) (float64, error) {
	return m.Discounted(renewals, AfterRenewal, math.Inf(1), 0)
}

// Discounted returns the expected discounted number of future payments of a customer who
// has renewed that often, the discounted expected residual lifetime (DERL): over
// periods further renewals, or all for +Inf, at discount per period (see
// [PeriodDiscount]). With v = 1/(1+discount) it is Σ v^(k−1) S(renewals+k)/S(renewals),
// k = 1 … periods, at [BeforeRenewal], and v times that at [AfterRenewal]. The error is
// an [*InputError] or [ErrInfiniteLifetime].
func (m *Contract) Discounted(renewals int, at Moment, periods, discount float64) (float64, error) {
	switch {
	case !m.known():
		return 0, errUnknown("FitShiftedBetaGeometric and others")
	case !validAhead(renewals):
		return 0, &InputError{Name: "renewals", Value: float64(renewals), Reason: "want 0 to 1000000"}
	case at != BeforeRenewal && at != AfterRenewal:
		return 0, &InputError{Name: "at", Value: float64(at), Reason: "want BeforeRenewal or AfterRenewal"}
	}
	delta, err := checkPeriods(periods, discount)
	if err != nil {
		return 0, err
	}
	p := m.params
	var sum float64
	ok := true
	if p.C == 1 || p.Alpha == 0 {
		sum, ok = numeric.BetaPowerSum(p.Alpha, p.Beta+float64(renewals), delta, periods)
	} else {
		sum, ok = p.stays(float64(renewals), delta, periods)
	}
	if !ok {
		return 0, fmt.Errorf("btyd: %s: alpha = %v, c = %v at a discount of %v: %w", m.Name(), p.Alpha, p.C, discount, ErrInfiniteLifetime)
	}
	if at == BeforeRenewal {
		sum *= math.Exp(delta)
	}
	return finite(sum)
}

// Value returns what the future payments of a customer who has renewed that often are
// worth, margin a period times [Contract.Discounted]. Margin and result are in the
// caller's unit of money, and rounding is the caller's.
func (m *Contract) Value(renewals int, at Moment, periods, discount, margin float64) (float64, error) {
	sum, err := m.Discounted(renewals, at, periods, discount)
	if err != nil {
		return 0, err
	}
	return worth(sum, margin)
}

// NewValue returns what a new customer is worth as it makes its first payment, which
// counts in full, and up to periods renewals after: margin·(1 + Σ vᵏ S(k)).
func (m *Contract) NewValue(periods, discount, margin float64) (float64, error) {
	sum, err := m.Discounted(0, AfterRenewal, periods, discount)
	if err != nil {
		return 0, err
	}
	return worth(1+sum, margin)
}

func worth(payments, margin float64) (float64, error) {
	if !(math.Abs(margin) <= math.MaxFloat64) {
		return 0, &InputError{Name: "margin", Value: margin, Reason: "want a finite amount a period"}
	}
	return finite(payments * margin)
}

// ExpectedActive returns how many of so many customers, who have all renewed that often,
// are left after another ahead renewals, with an interval in which the actual number
// lies with probability level. Its variance is the sum of the binomial one of the
// customers and that of the parameters by the delta method. The error is an
// [*InputError], one of [rapport.NormalEstimate], or the context's.
func (m *Contract) ExpectedActive(ctx context.Context, customers float64, renewals, ahead int, level float64) (rapport.Estimate, error) {
	switch {
	case !m.known():
		return rapport.Estimate{}, errUnknown("FitShiftedBetaGeometric and others")
	case !(customers > 0 && customers <= 1e15):
		return rapport.Estimate{}, &InputError{Name: "customers", Value: customers, Reason: "want a number above 0, at most 1e15"}
	case !validAhead(renewals):
		return rapport.Estimate{}, &InputError{Name: "renewals", Value: float64(renewals), Reason: "want 0 to 1000000"}
	case !validAhead(ahead):
		return rapport.Estimate{}, &InputError{Name: "ahead", Value: float64(ahead), Reason: "want 0 to 1000000"}
	}
	stay := m.Stay(renewals, ahead)
	p := m.list()
	ofParameters, err := deltaVariance(ctx, p, p, m.covariance, func(p []float64) (float64, error) {
		moved := Contract{params: ContractParams{p[0], p[1], 1}}
		if m.weibull {
			moved.params.C = p[2]
		}
		return customers * moved.Stay(renewals, ahead), nil
	})
	if err != nil {
		return rapport.Estimate{}, err
	}
	leave := -math.Expm1(-m.params.hazard(float64(renewals), float64(ahead)))
	return rapport.NormalEstimate(customers*stay, math.Sqrt(customers*stay*leave+ofParameters), level, headcount(customers))
}

// stayTerms is the number of terms that are added up before an endless sum goes on as
// an integral.
const stayTerms = 1000

// stays returns Σ e^(−δk) S(t+k)/S(t) over k = 1 … n. An infinite sum goes on after
// stayTerms as its integral from k−½ (Euler–Maclaurin), which is smooth there on the
// scale of k.
func (p ContractParams) stays(t, delta, n float64) (float64, bool) {
	if math.IsInf(n, 1) && (delta < 0 || (delta == 0 && p.Alpha*p.C <= 1)) {
		return 0, false
	}
	from := p.logSurvival(t)
	term := func(k float64) float64 { return math.Exp(p.logSurvival(t+k) - from - delta*k) }
	sum, whole := numeric.DecliningSum(delta, n, stayTerms, term)
	if whole {
		return sum, true
	}
	// Midpoint rule: Σ f = ∫ f + f'/24 − 7f‴/5760, with derivatives by differences.
	const begin = stayTerms + 0.5
	const h = begin / 50.
	f := [5]float64{term(begin - 2*h), term(begin - h), term(begin), term(begin + h), term(begin + 2*h)}
	slope := (f[0] - 8*f[1] + 8*f[3] - f[4]) / (12 * h)
	third := (f[4] - 2*f[3] + 2*f[1] - f[0]) / (2 * h * h * h)
	return sum + slope/24 - 7*third/5760 + p.tail(t, delta, from, begin), true
}

// tail returns ∫ e^(−δk) S(t+k)/S(t) dk from begin on, in panels of ln(t+k), on which
// all factors bend slowly. Where t^c is beyond all parameters S is a power, whose
// integral is known; a discount ends the integral by itself.
func (p ContractParams) tail(t, delta, from, begin float64) float64 {
	width := min(2, 0.25/p.C)
	sum := 0.0
	for y := math.Log(t + begin); ; y += width {
		value := numeric.GaussLegendre(0, width, func(s float64) float64 {
			loss := 0.0
			if delta > 0 {
				loss = delta * (math.Exp(y+s) - t)
			}
			return math.Exp(p.logSurvivalAt(y+s) - from - loss + y + s)
		})
		sum += value
		end := y + width
		if value == 0 || math.IsInf(sum, 1) || (delta > 0 && value < 1e-18*sum) {
			return sum
		}
		if delta == 0 && p.C*end > 37+math.Log1p(p.Alpha+p.Beta)+math.Log1p(p.Alpha) {
			return sum + math.Exp(p.logSurvivalAt(end)-from+end)/(p.Alpha*p.C-1)
		}
	}
}
