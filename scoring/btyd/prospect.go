package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// prospect is what a customer of the BG/BB model who is alive now does from now on:
// at each opportunity it first leaves with probability θ ~ Beta(γ, δ), and if it
// stays buys with probability p ~ Beta(α, β). A new customer is the prospect of the
// model's own parameters; one who is alive after x transactions in n opportunities
// is that with α+x, β+n−x, γ, δ+n. So every prediction is one function of four
// numbers, times P(alive). γ = 0 means that nobody leaves. It is a [future] whose times
// are whole numbers of opportunities.
type prospect struct {
	alpha, beta, gamma, delta float64
}

// survival returns E[(1−θ)^m].
func (p prospect) survival(m float64) float64 {
	return math.Exp(-numeric.RisingRatio(p.delta, p.gamma, m))
}

// discounted returns Σ e^(−rate·k) P(purchase at k) over the next n opportunities,
// or false if that is infinite. Equation 13 of Fader, Hardie and Shang (2010) divides a
// difference by γ−1; the sum itself has nothing to lose at γ = 1.
func (p prospect) discounted(rate, n float64) (float64, bool) {
	sum, ok := numeric.BetaPowerSum(p.gamma, p.delta, rate, n)
	return p.alpha / (p.alpha + p.beta) * sum, ok
}

func (p prospect) expected(m float64) float64 {
	sum, _ := p.discounted(0, m)
	return sum
}

func (p prospect) limit() (float64, bool) { return p.discounted(0, math.Inf(1)) }

// bend is one period.
func (p prospect) bend() float64 { return 1 }

// pairs returns E[Y(Y−1)] of the purchases Y at the next m opportunities,
// 2 E[p²] Σ (k−1) E[(1−θ)ᵏ].
func (p prospect) pairs(m float64) float64 {
	sum, term := 0.0, 1.0
	for k := range int(m) {
		i := float64(k)
		term *= (p.delta + i) / (p.gamma + p.delta + i)
		sum += i * term
	}
	total := p.alpha + p.beta
	return 2 * sum * p.alpha / total * (p.alpha + 1) / (total + 1)
}

// probability returns P(Y = k) at the next m opportunities, equation 7: over the
// opportunity d after which the customer leaves,
//
//	Σ C(d,k) B(α+k, β+d−k)/B(α,β) · B(γ+1, δ+d)/B(γ,δ), d = k … m−1,
//
// and the same for one that stays all m. Terms follow from each other by ratios.
func (p prospect) probability(k int, m float64) float64 {
	if float64(k) > m {
		return 0
	}
	from, both := float64(k), p.gamma+p.delta
	scale := -numeric.RisingRatio(p.alpha, p.beta, from) - numeric.RisingRatio(p.delta, p.gamma, from)
	sum, term := 0.0, 1.0
	for d := from; d < m; d++ {
		sum += term * p.gamma / (both + d)
		term *= (d + 1) / (d + 1 - from) * (p.beta + d - from) / (p.alpha + p.beta + d) * (p.delta + d) / (both + d)
		if term > 1e250 {
			sum, term, scale = sum*1e-250, term*1e-250, scale+250*math.Ln10
		}
	}
	return min(1, math.Exp(scale+math.Log(sum+term)))
}

// first returns the probability that the next purchase is at the j-th opportunity
// from now, for j = 1, 2, …, and what is left of it and of the chance to be alive
// without purchase; walk until visit returns false.
func (p prospect) first(visit func(j int, at, left float64) bool) {
	// waiting is P(alive after j−1 opportunities, no purchase at them).
	waiting := 1.0
	for j := 1; j <= maxPeriods; j++ {
		i := float64(j - 1)
		waiting *= (p.delta + i) / (p.gamma + p.delta + i)
		buys := p.alpha / (p.alpha + p.beta + i)
		at := waiting * buys
		waiting *= (p.beta + i) / (p.alpha + p.beta + i)
		if !visit(j, at, waiting) {
			return
		}
	}
}

// simulate returns the opportunities, of the next m, at which a customer buys.
func (p prospect) simulate(random *rand.Rand, m float64, visit func(at float64)) {
	buy := numeric.DrawBeta(random, p.alpha, p.beta)
	leave := 0.0
	if p.gamma > 0 {
		leave = numeric.DrawBeta(random, p.gamma, p.delta)
	}
	for at := 1.0; at <= m; at++ {
		if random.Float64() < leave {
			return
		}
		if random.Float64() < buy {
			visit(at)
		}
	}
}
