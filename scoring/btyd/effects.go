package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// effect is the coefficient of a covariate on one process, or the same on both.
type effect struct {
	name     string
	column   int
	purchase bool
	life     bool
}

// covariateRecipe fits a family whose parameters depend on covariates: group by group
// it is the family itself, with ln(parameter) shifted by shift·γ'z. Since the shift
// is linear in γ, gradient and Hessian follow exactly from the family's own.
//
// The search is one of covariates in standard form, see [spread]: its parameters of the
// family are those at the covariates' middles.
type covariateRecipe struct {
	inner   recipe
	groups  []covariateGroup
	effects []effect
	spreads []spread // by effect
}

// covariateGroup is customers with equal covariates.
type covariateGroup struct {
	z    []float64
	rows *Rows
}

func (r *covariateRecipe) names() []string {
	names := slices.Clone(r.inner.names())
	for _, e := range r.effects {
		names = append(names, e.name)
	}
	return names
}

func (r *covariateRecipe) zeros() []bool {
	return append(slices.Clone(r.inner.zeros()), make([]bool, len(r.effects))...)
}

func (r *covariateRecipe) plain() int { return len(r.effects) }

func (r *covariateRecipe) law(params []float64) law {
	return r.inner.law(params[:len(r.inner.names())])
}

// starts add effects of 0 to the family's own.
func (r *covariateRecipe) starts(rows *Rows) [][]float64 {
	starts := r.inner.starts(rows)
	for i, s := range starts {
		starts[i] = append(s, make([]float64, len(r.effects))...)
	}
	return starts
}

// ridges are those of the family, and effects that grow without end while nothing changes
// at one end of the covariate, as when a process is absent in one of two groups.
func (r *covariateRecipe) ridges() []ridge {
	base := len(r.inner.names())
	ridges := r.inner.ridges()
	for i := range ridges {
		ridges[i].direction = append(slices.Clone(ridges[i].direction), make([]float64, len(r.effects))...)
	}
	row := make([]float64, r.columns())
	for k, e := range r.effects {
		s := r.spreads[k]
		width := (s.high - s.low) / s.deviation
		for _, end := range []float64{s.low, s.high} {
			for _, sign := range []float64{1, -1} {
				direction := make([]float64, base+len(r.effects))
				row[e.column] = end
				r.slope(direction[:base], k, row)
				for i, v := range direction[:base] {
					direction[i] = -sign * v / width
				}
				direction[base+k] = sign / width
				// findRidges shows exponentials of the coordinates.
				ridges = append(ridges, ridge{BoundaryUnboundedEffect, direction, func(p []float64) bool {
					return sign*math.Log(p[base+k])*width > 6
				}})
			}
		}
	}
	return ridges
}

// limits are those of the family with the effects on the purchase process alone.
func (r *covariateRecipe) limits(rows *Rows) []limit {
	base := len(r.inner.names())
	var limits []limit
	for _, l := range r.inner.limits(rows) {
		nested := &covariateRecipe{inner: l.recipe, groups: r.groups}
		free := slices.Clone(l.free)
		_, life := l.recipe.shifts()
		for k, e := range r.effects {
			if e.purchase || life != nil {
				nested.effects = append(nested.effects, e)
				nested.spreads = append(nested.spreads, r.spreads[k])
				free = append(free, base+k)
			}
		}
		inner := len(l.recipe.names())
		limits = append(limits, limit{boundary: l.boundary, recipe: nested, free: free, certain: l.certain, embed: func(p []float64) []float64 {
			full := append(l.embed(p[:inner]), make([]float64, len(r.effects))...)
			for i, at := range free[len(l.free):] {
				full[at] = p[inner+i]
			}
			return full
		}})
	}
	return limits
}

func (r *covariateRecipe) shifts() (purchase, life []float64) { return r.inner.shifts() }

// slope returns d ln(parameters)/dγ of effect k at covariates z.
func (r *covariateRecipe) slope(dst []float64, k int, z []float64) {
	r.slopeOf(dst, r.effects[k], r.spreads[k], z)
}

func (r *covariateRecipe) slopeOf(dst []float64, e effect, s spread, z []float64) {
	purchase, life := r.inner.shifts()
	clear(dst)
	for i := range dst {
		if e.purchase && purchase != nil {
			dst[i] += purchase[i]
		}
		if e.life && life != nil {
			dst[i] += life[i]
		}
		dst[i] *= s.standard(z[e.column])
	}
}

// groupsAChunk is how many groups one partial sum holds: fixed, so that any number of
// workers adds in the same order.
const groupsAChunk = 64

// objective sums the family's own over the groups; the rows are those of the groups.
func (r *covariateRecipe) objective(ctx context.Context, _ *Rows, workers int) numeric.Objective {
	base, size := len(r.inner.names()), len(r.inner.names())+len(r.effects)
	parts := make([]covariateSum, (len(r.groups)+groupsAChunk-1)/groupsAChunk)
	for i := range parts {
		parts[i] = newCovariateSum(base, size)
	}
	within := 1 // workers of one group: all, where there are few groups
	if len(parts) == 1 {
		within = workers
	}
	objectives := make([]numeric.Objective, len(r.groups))
	slopes := make([]float64, len(r.groups)*len(r.effects)*base)
	for i, g := range r.groups {
		objectives[i] = r.inner.objective(ctx, g.rows, within)
		for k := range r.effects {
			r.slope(slopes[(i*len(r.effects)+k)*base:][:base], k, g.z)
		}
	}
	return func(x, gradient, hessian []float64) (float64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		each(workers, len(parts), func(p int) {
			part := &parts[p]
			part.reset()
			for i := p * groupsAChunk; i < min((p+1)*groupsAChunk, len(r.groups)) && part.err == nil; i++ {
				part.add(objectives[i], x, slopes[i*len(r.effects)*base:][:len(r.effects)*base])
			}
		})
		value := 0.0
		clear(gradient)
		clear(hessian)
		for _, part := range parts {
			if part.err != nil {
				return 0, part.err
			}
			value += part.value
			for i, g := range part.gradient {
				gradient[i] += g
			}
			for i, h := range part.hessian {
				hessian[i] += h
			}
		}
		return value, nil
	}
}

// covariateSum adds groups.
type covariateSum struct {
	base, size        int
	value             float64
	gradient, hessian []float64
	err               error

	at, g, h, hs []float64
}

func newCovariateSum(base, size int) covariateSum {
	return covariateSum{
		base: base, size: size, gradient: make([]float64, size), hessian: make([]float64, size*size),
		at: make([]float64, base), g: make([]float64, base), h: make([]float64, base*base), hs: make([]float64, base*(size-base)),
	}
}

func (s *covariateSum) reset() {
	s.value, s.err = 0, nil
	clear(s.gradient)
	clear(s.hessian)
}

// add adds the group's likelihood at x; slopes hold, effect by effect, how the
// family's coordinates move with it.
func (s *covariateSum) add(objective numeric.Objective, x, slopes []float64) {
	base, effects := s.base, s.size-s.base
	copy(s.at, x)
	for k := range effects {
		for i := range base {
			s.at[i] += slopes[k*base+i] * x[base+k]
		}
	}
	value, err := objective(s.at, s.g, s.h)
	if err != nil {
		s.err = err
		return
	}
	s.value += value
	for k := range effects {
		slope := slopes[k*base:][:base]
		for i := range base {
			s.gradient[base+k] += s.g[i] * slope[i]
			sum := 0.0
			for j := range base {
				sum += s.h[i*base+j] * slope[j]
			}
			s.hs[k*base+i] = sum
		}
	}
	for i := range base {
		s.gradient[i] += s.g[i]
		for j := range base {
			s.hessian[i*s.size+j] += s.h[i*base+j]
		}
		for k := range effects {
			s.hessian[i*s.size+base+k] += s.hs[k*base+i]
			s.hessian[(base+k)*s.size+i] += s.hs[k*base+i]
		}
	}
	for k := range effects {
		for l := range effects {
			sum := 0.0
			for i := range base {
				sum += slopes[k*base+i] * s.hs[l*base+i]
			}
			s.hessian[(base+k)*s.size+base+l] += sum
		}
	}
}
