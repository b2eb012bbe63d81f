package btyd

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// SpendDistribution is what is known of a customer's mean spend, the mean p/ν about
// which its single purchases vary: an inverse gamma distribution. Get one from
// [GammaGamma.Posterior]; the zero value answers 0 or an [*InputError].
type SpendDistribution struct {
	shape, scale float64 // of ν the shape; p times its rate
}

// Posterior returns the distribution of the customer's mean spend given the mean of its
// repeat purchases: p/ν with ν ~ Gamma(px + q, v + x·m). For a customer without repeat
// purchase it is that of the population. A negative mean counts as 0. The error is an
// [*InputError].
func (g *GammaGamma) Posterior(s scoring.Summary) (SpendDistribution, error) {
	if !g.known() {
		return SpendDistribution{}, errNoSpend()
	}
	if err := checkSpend(s); err != nil {
		return SpendDistribution{}, err
	}
	d := SpendDistribution{shape: g.params.P*float64(s.X) + g.params.Q, scale: g.params.P * (g.params.V + spent(s))}
	_, err := finite(d.scale)
	return d, err
}

// checkSpend returns an [*InputError] for a summary whose count or spend no customer has.
func checkSpend(s scoring.Summary) error {
	if s.X < 0 || math.IsNaN(s.Spend) || math.IsInf(s.Spend, 0) {
		return Check(s)
	}
	return nil
}

// spent is the amount of the customer's repeat purchases.
func spent(s scoring.Summary) float64 {
	if s.X <= 0 {
		return 0
	}
	return float64(s.X) * max(0, s.Spend)
}

// Mean returns its mean, which is [GammaGamma.ExpectedSpend]. The error is
// [ErrInfiniteMean] for p·x + q ≤ 1.
func (d SpendDistribution) Mean() (float64, error) {
	switch {
	case d.scale == 0:
		return 0, errNoSpend()
	case d.shape <= 1:
		return 0, fmt.Errorf("btyd: gammagamma: p·x + q = %v: %w", d.shape, ErrInfiniteMean)
	}
	return finite(d.scale / (d.shape - 1))
}

// Density returns the density at an amount; 0 for one that is not positive.
func (d SpendDistribution) Density(amount float64) float64 {
	at := d.scale / amount
	if !(d.scale > 0 && amount > 0) || at == 0 || math.IsInf(at, 0) {
		return 0
	}
	return numeric.GammaDensity(d.shape, at) * (at / amount)
}

// CDF returns the probability of a mean spend up to an amount.
func (d SpendDistribution) CDF(amount float64) float64 {
	if !(d.scale > 0 && amount > 0) {
		return 0
	}
	_, upper := numeric.GammaTails(d.shape, d.scale/amount)
	return upper
}

// Quantile returns the amount that the mean spend does not exceed with probability p,
// from 1e-9 to 1 − 1e-9. The error is an [*InputError], also for an amount beyond
// float64.
func (d SpendDistribution) Quantile(p float64) (float64, error) {
	switch {
	case d.scale == 0:
		return 0, errNoSpend()
	case !(p >= 1e-9 && p <= 1-1e-9):
		return 0, &InputError{Name: "p", Value: p, Reason: "want a probability from 1e-9 to 1 - 1e-9"}
	}
	return finite(d.scale / numeric.GammaQuantile(d.shape, 1-p))
}

// Interval returns the amounts between which the mean spend lies with probability
// level, with equal probabilities outside: the 5 % and 95 % quantiles for 0.9. The error
// is an [*InputError].
func (d SpendDistribution) Interval(level float64) (low, high float64, err error) {
	if !(level > 0 && level < 1) {
		return 0, 0, &InputError{Name: "level", Value: level, Reason: "want more than 0 and less than 1"}
	}
	if low, err = d.Quantile((1 - level) / 2); err != nil {
		return 0, 0, err
	}
	if high, err = d.Quantile((1 + level) / 2); err != nil {
		return 0, 0, err
	}
	return low, high, nil
}

// PopulationMean returns the mean spend of the population, p·v/(q−1), and its standard
// error by the delta method: 0 where the parameters have none. The error is an
// [*InputError], or [ErrInfiniteMean] for q ≤ 1.
func (g *GammaGamma) PopulationMean() (mean, se float64, err error) {
	if mean, err = g.ExpectedSpend(scoring.Summary{}); err != nil || g.covariance == nil {
		return mean, 0, err
	}
	p := g.params
	slopes := [3]float64{mean / p.P, -mean / (p.Q - 1), mean / p.V}
	variance := 0.0
	for i := range slopes {
		for j := range slopes {
			variance += slopes[i] * g.covariance[i*3+j] * slopes[j]
		}
	}
	return mean, math.Sqrt(max(0, variance)), nil
}

// MeanDensity returns the density of the mean spend m over x purchases of a customer of
// whom nothing is known, equation 1a of the note; 0 for x < 1 or m ≤ 0.
func (g *GammaGamma) MeanDensity(x int, m float64) float64 {
	s := scoring.Summary{X: x, Spend: m}
	if !g.known() || !spends(s) {
		return 0
	}
	return math.Min(math.MaxFloat64, math.Exp(g.LogLikelihood(s)))
}

// MeanCDF returns the probability that the mean spend over x purchases of such a
// customer is at most m: xm/(v + xm) has a beta distribution with px and q. It is 0 for
// x < 1 or m ≤ 0. The relative error is below 1e-10; near both boundaries
// at once, p and q above 1e8, the error is below 1e-4.
func (g *GammaGamma) MeanCDF(x int, m float64) float64 {
	switch s := (scoring.Summary{X: x, Spend: m}); {
	case !g.known() || x < 1 || !(m > 0):
		return 0
	case !spends(s):
		return 1
	default:
		return newSpendPoint(g.params.P*float64(x), g.params.Q).below(g.logRatio(s))
	}
}

// below returns the distribution function at r = e^logR.
func (p spendPoint) below(logR float64) float64 {
	r := math.Exp(logR)
	switch {
	case p.b > 1e10*(1+p.a*p.a): // homogeneous spend
		lower, _ := numeric.GammaTails(p.a, p.a*r)
		return lower
	case p.a > 1e10*(1+p.b*p.b): // constant spend
		_, upper := numeric.GammaTails(p.b, p.b/r)
		return upper
	case min(p.a, p.b) > 1e8:
		root := math.Copysign(math.Sqrt(-p.distance(logR)), logR)
		return math.Erfc(-root) / 2
	}
	lower, _ := numeric.BetaTails(p.a, p.b, p.a/p.b*r)
	return lower
}

// SimulatePurchases draws the amounts of the customer's next purchases: its ν from the
// posterior, then each amount from Gamma(p, ν). With the zero Summary it is a new
// customer. The error is an [*InputError], also where an amount is beyond float64.
func (g *GammaGamma) SimulatePurchases(random *rand.Rand, s scoring.Summary, amounts []float64) error {
	posterior, err := g.Posterior(s)
	if err != nil {
		return err
	}
	mean := posterior.scale / numeric.DrawGamma(random, posterior.shape)
	for i := range amounts {
		if amounts[i], err = finite(mean * (numeric.DrawGamma(random, g.params.P) / g.params.P)); err != nil {
			return err
		}
	}
	return nil
}
