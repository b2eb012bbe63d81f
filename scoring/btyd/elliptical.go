package btyd

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// elliptical draws from a density by generalised elliptical slice sampling
// (Murray, Adams and MacKay, "Elliptical slice sampling", AISTATS 2010; Nishihara,
// Murray and Adams, "Parallel MCMC with Generalized Elliptical Slice Sampling",
// JMLR 15, 2014, section 2.2). A step moves along a random ellipse through the
// point, drawn from a multivariate t distribution that resembles the density: any
// such distribution is right, and a good one needs about two evaluations a step and
// goes far with them. Nothing needs tuning.
type elliptical struct {
	random  *rand.Rand
	density func(x []float64) float64 // its logarithm, up to a constant
	guide   *guide

	x     []float64
	value float64 // density(x)

	trial, offset, along, work []float64
}

// guide is the t distribution, with few degrees of freedom, so that its tails are
// heavier than those of a posterior with normal priors.
type guide struct {
	center []float64
	factor []float64 // Cholesky factor of the scale matrix, row major
}

const (
	guideFreedom = 3
	// guideWidth is by how much the scale matrix exceeds the covariance of what the
	// guide should resemble: posteriors are skewed, and a point in a tail that the
	// guide does not reach is left late.
	guideWidth = 1.5
)

// newGuide returns the guide for a distribution with that mean and covariance;
// false if the latter is not positive definite.
func newGuide(center, covariance []float64) (*guide, bool) {
	g := &guide{slices.Clone(center), slices.Clone(covariance)}
	for i := range g.factor {
		g.factor[i] *= guideWidth
	}
	return g, numeric.Cholesky(g.factor, len(center))
}

// refined returns the guide that resembles draws; the old one counts as len(x)
// further draws.
func (g *guide) refined(draws [][]float64) *guide {
	n, size := float64(len(draws)), len(g.center)
	center, covariance := make([]float64, size), make([]float64, size*size)
	for _, x := range draws {
		for i, v := range x {
			center[i] += v / n
		}
	}
	prior := float64(size)
	for i := range size {
		for j := range size {
			sum := 0.0
			for _, x := range draws {
				sum += (x[i] - center[i]) * (x[j] - center[j])
			}
			for k := range min(i, j) + 1 {
				sum += prior / guideWidth * g.factor[i*size+k] * g.factor[j*size+k]
			}
			covariance[i*size+j] = sum / (n + prior)
		}
	}
	if better, ok := newGuide(center, covariance); ok {
		return better
	}
	return g
}

// spread sets dst to factor·v.
func (g *guide) spread(dst, v []float64) {
	size := len(dst)
	for i := range size {
		dst[i] = 0
		for k := range i + 1 {
			dst[i] += g.factor[i*size+k] * v[k]
		}
	}
}

// distance returns the squared distance of x from the centre in units of the scale.
func (g *guide) distance(x, scratch []float64) float64 {
	size, sum := len(x), 0.0
	for i := range size {
		v := x[i] - g.center[i]
		for k := range i {
			v -= g.factor[i*size+k] * scratch[k]
		}
		scratch[i] = v / g.factor[i*size+i]
		sum += scratch[i] * scratch[i]
	}
	return sum
}

// logT returns the log density of the t distribution at a squared distance, up to a
// constant.
func (g *guide) logT(distance float64) float64 {
	return -(guideFreedom + float64(len(g.center))) / 2 * math.Log1p(distance/guideFreedom)
}

// newElliptical starts at a draw from the guide, widened so that chains begin apart.
func newElliptical(random *rand.Rand, density func([]float64) float64, g *guide) *elliptical {
	const widen = 2
	size := len(g.center)
	e := &elliptical{random: random, density: density, guide: g, x: make([]float64, size),
		trial: make([]float64, size), offset: make([]float64, size), along: make([]float64, size), work: make([]float64, size)}
	// A point of no density would be left at once, but only by way of a comparison
	// of infinities.
	for range 100 {
		for i := range size {
			e.offset[i] = widen * random.NormFloat64()
		}
		g.spread(e.x, e.offset)
		for i, c := range g.center {
			e.x[i] += c
		}
		if e.value = density(e.x); e.value > math.Inf(-1) {
			return e
		}
	}
	copy(e.x, g.center)
	e.value = density(e.x)
	return e
}

// step replaces x by the next draw.
func (e *elliptical) step() {
	g, size := e.guide, len(e.x)
	// A t distribution is a normal one of random scale: first the scale, given x.
	distance := g.distance(e.x, e.work)
	scale := math.Sqrt((guideFreedom + distance) / (2 * numeric.DrawGamma(e.random, (guideFreedom+float64(size))/2)))
	for i := range size {
		e.trial[i] = scale * e.random.NormFloat64()
		e.offset[i] = e.x[i] - g.center[i]
	}
	g.spread(e.along, e.trial)
	threshold := e.value - g.logT(distance) - e.random.ExpFloat64()
	angle := 2 * math.Pi * e.random.Float64()
	low, high := angle-2*math.Pi, angle
	// The bracket shrinks to where it came from; that is the last resort when
	// rounding refuses even the point itself.
	for high-low > 1e-12 {
		sin, cos := math.Sincos(angle)
		for i := range size {
			e.trial[i] = g.center[i] + e.offset[i]*cos + e.along[i]*sin
		}
		value := e.density(e.trial)
		if value-g.logT(g.distance(e.trial, e.work)) > threshold {
			e.x, e.trial, e.value = e.trial, e.x, value
			return
		}
		if angle < 0 {
			low = angle
		} else {
			high = angle
		}
		angle = low + (high-low)*e.random.Float64()
	}
}
