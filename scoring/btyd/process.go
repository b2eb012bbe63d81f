package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// process is what a customer who is alive now does from now on: it buys at a
// rate λ ~ Gamma(shape, rate) and leaves after each purchase with probability
// p ~ Beta(a, b), independent of λ. A new customer is the process of the
// model's own parameters; one who is alive after x purchases by age T is that
// with shape r+x, rate α+T, b+x. So every prediction of the BG/NBD is one
// function of four numbers, times P(alive).
//
// a = 0 is the process without departure, the NBD.
type process struct {
	shape, rate, a, b float64
}

const (
	seriesTerms = 1200 // beyond, quadrature costs less
	seriesEnd   = 1e-17
	// A series is believed while its terms are no larger than this multiple of
	// its result; beyond, quadrature takes over.
	pfaffLoss = 10
	eulerLoss = 50
)

// expected returns the expected number of purchases in the next t units,
// E[(1−(1+pτ)^−s)/p] with s = shape, τ = t/rate. Fader, Hardie and Lee (2005),
// equation 10, is c/(a−1)·(1 − 2F1(…)) for it, which loses all digits near a = 1
// and for large s; three forms that do not take its place.
func (p process) expected(t float64) float64 {
	tau := t / p.rate
	if p.a == 0 || tau == 0 {
		return p.shape * tau
	}
	if tau < 0.7 && p.shape*max(p.a, 1)*tau < p.a+p.b {
		if n, ok := p.pfaff(tau); ok {
			return n
		}
	}
	if n, ok := p.euler(tau); ok {
		return n
	}
	s := p.shape
	return numeric.BetaMean(p.a, p.b, s*tau, func(q float64) float64 {
		if q*tau*s < 1e-17 {
			return s * tau
		}
		return -math.Expm1(-s*math.Log1p(q*tau)) / q
	})
}

// pfaff sums −Σ (s)ₖ (a)ₖ₋₁ (−τ)ᵏ / ((a+b)ₖ₋₁ k!), whose leading term is sτ.
func (p process) pfaff(tau float64) (float64, bool) {
	term := p.shape * tau
	sum, size := term, term
	for k := 1.0; k <= seriesTerms; k++ {
		term *= -(p.shape + k) * (p.a + (k - 1)) * tau / ((p.a + p.b + (k - 1)) * (k + 1))
		sum += term
		size += math.Abs(term)
		if math.Abs(term) <= seriesEnd*math.Abs(sum) {
			return sum, size < pfaffLoss*sum
		}
	}
	return 0, false
}

// euler evaluates, with L = −ln(1+τ), z = τ/(1+τ), c = a+b−1,
// −c·expm1((a−1)L)/(a−1) − e^((a−1)L) Σ (c−s)ₖ (a)ₖ₋₁ zᵏ / ((c+1)ₖ₋₁ k!),
// smooth at a = 1. The power is formed directly, not as 1 + expm1, which
// would lose it for large a.
func (p process) euler(tau float64) (float64, bool) {
	c, z := p.a+p.b-1, tau/(1+tau)
	lead := c
	l := -math.Log1p(tau)
	if p.a != 1 {
		lead *= -math.Expm1((p.a-1)*l) / (p.a - 1)
	} else {
		lead *= -l
	}
	power := math.Exp((p.a - 1) * l)
	term := (c - p.shape) * z
	sum, size := term, math.Abs(term)
	for k := 1.0; k <= seriesTerms; k++ {
		term *= (c - p.shape + k) * (p.a + (k - 1)) * z / ((p.a + p.b + (k - 1)) * (k + 1))
		sum += term
		size += math.Abs(term)
		if math.Abs(term) <= seriesEnd*math.Abs(sum) {
			n := lead - power*sum
			return n, math.Abs(lead)+power*size < eulerLoss*n
		}
	}
	return 0, false
}

// limit returns the expected number of purchases ever, E[shape/rate…] = c/(a−1),
// finite for a > 1 only.
func (p process) limit() (float64, bool) {
	if p.a <= 1 {
		return 0, false
	}
	return (p.a + p.b - 1) / (p.a - 1), true
}

// survival returns the probability of being alive t units from now,
// E[(1+pτ)^−s] = 2F1(s, a; a+b; −τ).
func (p process) survival(t float64) float64 {
	tau := t / p.rate
	if p.a == 0 || tau == 0 {
		return 1
	}
	z := tau / (1 + tau)
	if drop := p.shape * math.Log1p(tau); z < 0.8 && drop < 500 {
		// (1−z)^s 2F1(s, b; a+b; z): all terms positive.
		term, sum := 1.0, 1.0
		for k := 0.0; k < seriesTerms; k++ {
			term *= (p.shape + k) * (p.b + k) * z / ((p.a + p.b + k) * (k + 1))
			sum += term
			if term <= seriesEnd*sum {
				return min(1, math.Exp(-drop)*sum)
			}
		}
	}
	return numeric.BetaMean(p.a, p.b, 1, func(q float64) float64 {
		return math.Exp(-p.shape * math.Log1p(q*tau))
	})
}

// pairs returns E[Y(Y−1)] for the count Y of the next t units,
// E[2(1−p)/p² (1 − (1+pτ)^−s − s pτ (1+pτ)^(−s−1))]: what the variance needs. Its
// relative error is about 1e-9.
func (p process) pairs(t float64) float64 {
	tau, s := t/p.rate, p.shape
	whole := s * (s + 1) * tau * tau
	if p.a == 0 || tau == 0 {
		return whole
	}
	return numeric.BetaMean(p.a, p.b, whole, func(q float64) float64 {
		w := q * tau
		if (s+2)*w < 1e-3 {
			return (1 - q) * whole * (1 - (s+2)*w*(2./3-(s+3)*w/4))
		}
		return 2 * (1 - q) / (q * q) * (1 - math.Exp(-s*math.Log1p(w))*(1+s*w/(1+w)))
	})
}

// probability returns P(Y = n) for the count Y of the next t units.
func (p process) probability(n int, t float64) float64 {
	tau := t / p.rate
	if tau == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	tail, point := numeric.NegativeBinomialTail(n, p.shape, tau)
	if n == 0 || p.a == 0 {
		return min(1, point)
	}
	return p.stopped(n, point, tail)
}

// stopped returns the probability of n ≥ 1 purchases by a customer who would make n
// with probability point and n or more with probability tail if it did not leave.
func (p process) stopped(n int, point, tail float64) float64 {
	k := float64(n)
	return min(1, math.Exp(stayed(p.a, p.b, k))*(point+p.a/(p.b+(k-1))*tail))
}

// bend returns the time on which the expectation bends.
func (p process) bend() float64 {
	if p.a == 0 {
		return p.rate
	}
	return p.rate / max(1, p.shape*p.a/(p.a+p.b))
}

// simulate draws a rate and a dropout probability, and then the purchases.
func (p process) simulate(random *rand.Rand, t float64, visit func(at float64)) {
	rate, leave := numeric.DrawGamma(random, p.shape)/p.rate, 0.0
	if p.a > 0 {
		leave = numeric.DrawBeta(random, p.a, p.b)
	}
	for at := random.ExpFloat64() / rate; at <= t; at += random.ExpFloat64() / rate {
		visit(at)
		if random.Float64() < leave {
			return
		}
	}
}
