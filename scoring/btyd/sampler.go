package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sampler draws the parameters of a family from their posterior.
type sampler struct {
	ctx     context.Context
	recipe  recipe
	rows    *Rows
	options BayesOptions
	seed    uint64
	priors  penalty
}

// streamOfCustomers is where the streams of a seed that belong to customers begin;
// below are those of chains.
const streamOfCustomers = 1 << 32

// density returns the logarithm of the posterior density of the log parameters, up to
// a constant. It is for one goroutine.
func (s *sampler) density() func(x []float64) (float64, error) {
	likelihood := s.likelihood()
	return func(x []float64) (float64, error) {
		for _, v := range x {
			if !(v > math.Log(smallest) && v < math.Log(largest)) {
				return math.Inf(-1), nil
			}
		}
		value, err := likelihood(x)
		if value += s.priors.at(x); err != nil || math.IsNaN(value) {
			return math.Inf(-1), err
		}
		return value, nil
	}
}

// likelihood is that of the recipe without derivatives, where it has one.
func (s *sampler) likelihood() func(x []float64) (float64, error) {
	if v, ok := s.recipe.(valued); ok {
		return v.value(s.ctx, s.rows)
	}
	size := len(s.priors)
	gradient, hessian := make([]float64, size), make([]float64, size*size)
	objective := s.recipe.objective(s.ctx, s.rows, 1)
	return func(x []float64) (float64, error) { return objective(x, gradient, hessian) }
}

// sample runs the chains and returns as many draws of each as the shortest has, by
// chain, parameter and draw: of the parameters, no longer of their logarithms.
func (s *sampler) sample() ([][][]float64, error) {
	chains := make([]chain, s.options.Chains)
	guide, err := s.guide()
	if err == nil {
		numeric.Parallel(s.options.Workers, len(chains), func(i int) { chains[i] = s.run(i, guide) })
	}
	kept := s.options.Draws
	for _, c := range chains {
		kept = min(kept, len(c.draws))
		if c.err != nil {
			err = c.err
		}
	}
	out := make([][][]float64, len(chains))
	for k, c := range chains {
		out[k] = make([][]float64, len(s.priors))
		for i := range out[k] {
			out[k][i] = make([]float64, kept)
			for j := range out[k][i] {
				out[k][i][j] = math.Exp(c.draws[j][i])
			}
		}
	}
	return out, err
}

// guide resembles the posterior at its mode, or is the prior where the search for
// that fails.
func (s *sampler) guide() (*guide, error) {
	size := len(s.priors)
	center, covariance := make([]float64, size), make([]float64, size*size)
	for i, p := range s.priors {
		var variance float64
		center[i], variance = p.logMoments()
		covariance[i*size+i] = variance
	}
	prior, _ := newGuide(center, covariance)
	search := numeric.Newton{MaxIterations: 50, Tolerance: 0.01, StepCap: stepCap}
	mode, err := search.Maximize(s.priors.onto(s.recipe.objective(s.ctx, s.rows, s.options.Workers)), center)
	if err != nil || !mode.Converged {
		return prior, err
	}
	for i, h := range mode.Hessian {
		covariance[i] = -h
	}
	if covariance, ok := numeric.InversePositive(covariance, size); ok {
		if g, ok := newGuide(mode.X, covariance); ok {
			return g, nil
		}
	}
	return prior, nil
}

// chain is what a chain leaves: its draws of the log parameters.
type chain struct {
	draws [][]float64
	err   error
}

func (s *sampler) run(number int, g *guide) (c chain) {
	density := s.density()
	e := newElliptical(numeric.Stream(s.seed, uint64(number)), func(x []float64) float64 {
		value, err := density(x)
		if err != nil {
			c.err = err
		}
		return value
	}, g)
	if c.err == nil && math.IsInf(e.value, -1) {
		c.err = ErrNoStart
	}
	if c.err != nil {
		return c
	}
	advance := func(steps int) bool {
		for range steps {
			if e.step(); c.err != nil {
				return false
			}
		}
		return true
	}
	// The second half of each stage tells the next one where the posterior is.
	for _, steps := range []int{s.options.Warmup / 2, s.options.Warmup - s.options.Warmup/2} {
		var seen [][]float64
		if !advance(steps / 2) {
			return c
		}
		for range steps - steps/2 {
			if !advance(1) {
				return c
			}
			seen = append(seen, slices.Clone(e.x))
		}
		e.guide = e.guide.refined(seen)
	}
	for range s.options.Draws {
		if !advance(s.options.Thin) {
			return c
		}
		c.draws = append(c.draws, slices.Clone(e.x))
	}
	return c
}
