package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// law is the mathematics of a family at given parameters. Arguments are valid when
// it is called: [Model] checks them.
type law interface {
	// logLikelihood is that of a history, with the constant Γ(r+x)/Γ(r).
	logLikelihood(s scoring.Summary) float64
	// deadOdds returns ln(P(dead)/P(alive)), −Inf if the customer cannot have left.
	deadOdds(s scoring.Summary) float64
	// alive returns what the customer does from the end of calibration on if it
	// is alive. That of the zero Summary is a customer at its first purchase.
	alive(s scoring.Summary) future
	// posterior returns the means, given the history, of the purchase rate and of
	// what makes the customer leave: a probability per purchase or a rate in time.
	posterior(s scoring.Summary) (purchase, dropout float64)
}

// future is what a customer who is alive does from now on; t counts from now.
type future interface {
	// expected returns E[Y(t)].
	expected(t float64) float64
	// survival returns the probability of being alive at t.
	survival(t float64) float64
	// pairs returns E[Y(t)(Y(t)−1)], which the variance needs, to about 1e-9.
	pairs(t float64) float64
	// probability returns P(Y(t) = n).
	probability(n int, t float64) float64
	// limit returns E[Y(∞)], false if it is infinite.
	limit() (float64, bool)
	// bend returns the time on which expected bends: as an analytic function it is
	// smooth off the negative axis, and there up to −bend.
	bend() float64
	// simulate draws the purchase times up to t in order.
	simulate(random *rand.Rand, t float64, visit func(at float64))
}

// aged is a law whose future depends on x and T alone, and smoothly on
// ln(1 + T/origin): for many customers it can be tabulated.
type aged interface {
	origin() float64
}

// agedIdle is a law of which that holds for customers without repeat purchase alone.
type agedIdle interface {
	idleOrigin() float64
}

// sparing is a law that can reuse the memory of a future that it returned before.
type sparing interface {
	aliveIn(memory future, s scoring.Summary) future
}

// discounting is a future with a way of its own to the discounted expectation.
type discounting interface {
	discounted(delta, end float64) float64
}

// converges reports whether the discounted expectation is finite: over an infinite
// horizon only with δ > 0 or a finite limit; for δ < 0 within the range of float64.
func converges(f future, delta, end float64) bool {
	if math.IsInf(end, 1) {
		if delta == 0 {
			_, finite := f.limit()
			return finite
		}
		return delta > 0
	}
	return -delta*end <= 700
}

// discounted returns ∫₀^end e^(−δs) dN(s), N being expected, where it converges: by
// parts, so that only N itself is needed and nothing cancels for δ ≥ 0.
func discounted(f future, delta, end float64) float64 {
	infinite := math.IsInf(end, 1)
	switch {
	case infinite && delta == 0:
		n, _ := f.limit()
		return n
	case delta == 0:
		return f.expected(end)
	}
	if own, ok := f.(discounting); ok {
		return own.discounted(delta, end)
	}
	if delta < 0 {
		total := f.expected(end)
		rest := numeric.GrowthIntegral(-delta, end, f.bend(), func(s float64) float64 {
			return max(0, total-f.expected(end-s))
		})
		return total + math.Exp(-delta*end)*rest
	}
	sum := numeric.GrowthIntegral(delta, end, f.bend(), f.expected)
	if !infinite {
		sum += math.Exp(-delta*end) * f.expected(end)
	}
	return sum
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
