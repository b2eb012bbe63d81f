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
	at    []float64 // a point in log parameters that stands for the boundary
	start []float64 // one not far from the boundary, from which to climb
}

// limits returns the best fit on each boundary: for constant spend, m ~ inverse
// gamma(q, c) with c = p·v; for homogeneous spend, m ~ Gamma(px, νx) with ν = q/v.
// Of their two parameters one is explicit; the other solves
//
//	ln q − ψ(q) = ln mean(1/m) + mean(ln m)
//	Σ (x/X) (ln(px) − ψ(px)) = ln Σ (x/X) m − Σ (x/X) ln m,  X = Σ x.
func (f *spendLikelihood) limits() []spendLimit {
	n := float64(len(f.totals))
	center := f.sumLogMean / n
	// Relative to the centre, so that means that hardly differ keep their digits.
	var inverse, direct, logs, weighted float64
	for i, x := range f.purchases {
		y := math.Log(f.totals[i]/x) - center
		inverse += math.Expm1(-y)
		direct += x / f.sumX * math.Expm1(y)
		logs += y
		weighted += x / f.sumX * y
	}
	ridges := gammaGammaRidges()
	homogeneous, constant := ridges[0], ridges[1]

	q := solveShape([]float64{1}, []float64{1}, math.Log1p(inverse/n)+logs/n)
	logPV := math.Log(q) - math.Log1p(inverse/n) + center
	point := func(p float64) []float64 { return []float64{math.Log(p), math.Log(q), logPV - math.Log(p)} }
	found := []spendLimit{{constant, point(farOut(q)), point(10 * (1 + q))}}

	shares := make([]float64, len(f.count))
	for k, x := range f.count {
		shares[k] = f.copies[k] * x / f.sumX
	}
	p := solveShape(f.count, shares, math.Log1p(direct)-weighted)
	logRate := math.Log(p) - math.Log1p(direct) - center
	point = func(q float64) []float64 { return []float64{math.Log(p), math.Log(q), math.Log(q) - logRate} }
	most := p * slices.Max(f.count)
	return append(found, spendLimit{homogeneous, point(farOut(most)), point(10 * (1 + most))})
}

// solveShape returns the p > 0 at which Σ share·(ln(px) − ψ(px)) is gap > 0. The
// sum falls from ∞ to 0 and lies between 1/(2px) and 1/(px) for each x, which
// brackets the root; Newton steps in ln p, kept inside the bracket, find it.
func solveShape(counts, shares []float64, gap float64) float64 {
	gap = max(gap, 1e-30)
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
