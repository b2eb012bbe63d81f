package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The likelihood of the gamma-gamma model has a supremum on each of its two
// boundaries, where the model is an exponential family of two parameters with one
// maximum. An interior maximum that is not above both of them is a local one.

// limitFactor is how far out the point lies that stands for a boundary: the
// likelihood there is within about this part of the supremum.
const limitFactor = 1e15

// farOut returns the large parameter of such a point when the other shape is that
// large: what the likelihood still lacks is of the order of shape²/far.
func farOut(shape float64) float64 { return limitFactor * min(1+shape*shape, 1e20) }

// spendLimit is the best fit on a boundary.
type spendLimit struct {
	ridge ridge
	value float64   // the supremum there
	at    []float64 // a point that stands for the boundary
	start []float64 // one not far from the boundary, from which to climb
}

// limits returns the best fit on each boundary: for constant spend, m ~ inverse
// gamma(q, c) with c = p·v; for homogeneous spend, m ~ Gamma(px, νx) with ν = q/v.
// Of their two parameters one is explicit; the other solves
//
//	ln q − ψ(q) = ln mean(1/m) + mean(ln m)
//	Σ (x/X) (ln(px) − ψ(px)) = ln Σ (x/X) m − Σ (x/X) ln m,  X = Σ x.
func (f *spendLikelihood) limits(c *spendChart) []spendLimit {
	homogeneous, constant := c.ridges[0], c.ridges[1]
	r, gaps := f.rows, f.gaps(c.center)
	// With shape a the density is e^(a·(1+ln ρ−ρ))·√(a/2π)/m, less the rest of
	// Stirling's formula; ρ is m over its mean or the harmonic mean over m, and the
	// mean of ln ρ the negative gap.
	peak := func(a float64) float64 { return math.Log(a/(2*math.Pi))/2 - numeric.StirlingRest(a) }

	q := solveShape([]float64{1}, []float64{1}, gaps.constant)
	value := r.customers*(peak(q)-q*gaps.constant) - f.sumLogMean
	point := func(p float64) []float64 { return c.point(math.Log(p), math.Log(q), gaps.harmonic) }
	found := []spendLimit{{constant, value, point(farOut(q)), point(10 * (1 + q))}}

	shares := make([]float64, len(r.count))
	for k, x := range r.count {
		shares[k] = r.copies[k] * x / r.sumX
	}
	p := solveShape(r.count, shares, gaps.homogeneous)
	value = -p*r.sumX*gaps.homogeneous - f.sumLogMean
	for k, x := range r.count {
		value += r.copies[k] * peak(p*x)
	}
	point = func(q float64) []float64 { return c.point(math.Log(p), math.Log(q), gaps.arithmetic) }
	most := p * slices.Max(r.count)
	return append(found, spendLimit{homogeneous, value, point(farOut(most)), point(10 * (1 + most))})
}

// spendGaps are the right sides of the equations, and ln(pv/q) − ln center at their
// solutions: of the harmonic mean over customers and the arithmetic one over purchases.
type spendGaps struct{ constant, homogeneous, harmonic, arithmetic float64 }

// gaps measures means relative to the centre.
func (f *spendLikelihood) gaps(center float64) spendGaps {
	var inverse, direct float64
	r, n, all := f.rows, f.rows.customers, f.rows.sumX
	for i, m := range r.mean {
		inverse -= r.weight[i] / n * ((m - center) / m)
		direct += r.purchases[i] / all * ((m - center) / center)
	}
	g := spendGaps{harmonic: -math.Log1p(inverse), arithmetic: math.Log1p(direct)}
	if !f.narrow() {
		logs, weighted := f.sumLogMean/n, 0.0
		for _, piece := range f.pieces {
			weighted += piece.purchasesLogTotal / all
		}
		for k, x := range r.count {
			weighted -= r.copies[k] * x / all * math.Log(x)
		}
		g.constant = logs - math.Log(center) - g.harmonic
		g.homogeneous = g.arithmetic - (weighted - math.Log(center))
		return g
	}
	// The first order cancels in ln(1+z) − z and is left out, which keeps the digits
	// of means that hardly differ.
	var logs, weighted, squares float64
	for i, m := range r.mean {
		e := (m - center) / center
		rest := numeric.Log1pRest(e)
		logs += r.weight[i] / n * rest
		weighted += r.purchases[i] / all * rest
		squares += r.weight[i] / n * e * ((m - center) / m)
	}
	g.constant = logs + squares + numeric.Log1pRest(inverse)
	g.homogeneous = numeric.Log1pRest(direct) - weighted
	return g
}

// solveShape returns the p > 0 at which Σ share·(ln(px) − ψ(px)) is gap > 0. The
// sum falls from ∞ to 0 and lies between 1/(2px) and 1/(px) for each x, which
// brackets the root; Newton steps in ln p, kept inside the bracket, find it.
func solveShape(counts, shares []float64, gap float64) float64 {
	gap = max(gap, 1e-40)
	inverse := 0.0
	for k, x := range counts {
		inverse += shares[k] / x
	}
	low, high := math.Log(inverse/2/gap), math.Log(inverse/gap)
	at := low
	for range 100 {
		value, slope := -gap, 0.0
		for k, x := range counts {
			px := math.Exp(at) * x
			deficit, change := numeric.DigammaDeficit(px)
			value += shares[k] * deficit
			slope += shares[k] * change
		}
		if value > 0 {
			low = at
		} else {
			high = at
		}
		next := at - value/slope
		if !(next >= low && next <= high) {
			next = (low + high) / 2
		}
		if math.Abs(next-at) <= 1e-15*max(1, math.Abs(at)) {
			return math.Exp(next)
		}
		at = next
	}
	return math.Exp(at)
}
