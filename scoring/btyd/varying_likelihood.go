package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The likelihood of a history is, but for factors of x alone, a mixture of being alive at T
// and of having left at each τ before:
//
//	(1+A/α)^−q (1+B/β)^−s + ∫ (s/β) e^δ'z (1+A/α)^−q (1+B/β)^−(s+1) dτ,   q = r+x.
//
// Its quadrature is a sum of positive terms, so gradient and Hessian of the logarithm are
// means and covariances of the terms' own. Customers of a cohort with equal x share the
// terms after the later one's last purchase: they are added from T backwards once.
//
// Coordinates of the sums: ln r, ln α, ln s, ln β, effects on purchases, effects on
// leaving.

// varyingLikelihood is the objective of the fit. Effects are those of covariates in
// standard form.
type varyingLikelihood struct {
	ctx     context.Context
	recipe  *varyingRecipe
	workers int

	buying, leaving []int     // effects on either process
	place           []int     // of the sums' coordinates in the fit's; −1 for none
	repeats         []float64 // the sum over repeat purchases of each effect's covariate
	rows            []varyingRow
	parts           []*varyingSum
}

// varyingRow is a row of the calendar at the point.
type varyingRow struct {
	buy, leave float64   // e^γ'x, e^δ'z
	x, z       []float64 // of the effects on purchases and on leaving
}

// runsAChunk is how many runs one partial sum holds: fixed, so that any number of workers
// adds in the same order.
const runsAChunk = 64

func newVaryingLikelihood(ctx context.Context, r *varyingRecipe, workers int) *varyingLikelihood {
	l := &varyingLikelihood{ctx: ctx, recipe: r, workers: workers}
	base := len(r.inner.names())
	l.place = []int{0, 1, 2, 3}
	if !r.dropout {
		l.place = []int{0, 1, -1, -1}
	}
	for k, e := range r.effects {
		if e.purchase {
			l.buying = append(l.buying, k)
			l.place = append(l.place, base+k)
			s := r.spreads[k]
			l.repeats = append(l.repeats, (r.data.visits[e.column]-s.middle*r.data.repeats)/s.deviation)
		}
	}
	for k, e := range r.effects {
		if e.life && r.dropout {
			l.leaving = append(l.leaving, k)
			l.place = append(l.place, base+k)
		}
	}
	column := func(row []float64, effects []int) (v []float64) {
		for _, k := range effects {
			v = append(v, r.spreads[k].standard(row[r.effects[k].column]))
		}
		return v
	}
	for _, row := range r.data.rows {
		l.rows = append(l.rows, varyingRow{x: column(row, l.buying), z: column(row, l.leaving)})
	}
	for range (len(r.data.runs) + runsAChunk - 1) / runsAChunk {
		l.parts = append(l.parts, newVaryingSum(len(l.place)))
	}
	return l
}

// Evaluate is a [numeric.Objective].
func (l *varyingLikelihood) Evaluate(x, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	p := varyingPoint{r: math.Exp(x[0]), alpha: math.Exp(x[1]), dropout: l.recipe.dropout, buying: len(l.buying), leaving: len(l.leaving), rows: l.rows, data: l.recipe.data}
	if p.dropout {
		p.s, p.beta = math.Exp(x[2]), math.Exp(x[3])
	} else {
		p.beta = 1
	}
	base := len(l.recipe.inner.names())
	for i, row := range l.rows {
		buy, leave := 0.0, 0.0
		for j, k := range l.buying {
			buy += x[base+k] * row.x[j]
		}
		for j, k := range l.leaving {
			leave += x[base+k] * row.z[j]
		}
		if !(math.Abs(buy) <= 230 && math.Abs(leave) <= 230) {
			return math.Inf(-1), nil // far outside: a step that is refused
		}
		l.rows[i].buy, l.rows[i].leave = math.Exp(buy), math.Exp(leave)
	}
	each(l.workers, len(l.parts), func(i int) {
		from := i * runsAChunk
		l.parts[i].runs(&p, p.data.runs[from:min(from+runsAChunk, len(p.data.runs))])
	})
	value := 0.0
	clear(gradient)
	clear(hessian)
	size := len(x)
	for j, k := range l.buying {
		value += x[base+k] * l.repeats[j]
		gradient[base+k] += l.repeats[j]
	}
	for _, part := range l.parts {
		value += part.value
		for i, to := range l.place {
			if to < 0 {
				continue
			}
			gradient[to] += part.gradient[i]
			for j, and := range l.place {
				if and >= 0 {
					hessian[to*size+and] += part.hessian[min(i, j)*len(l.place)+max(i, j)]
				}
			}
		}
	}
	if math.IsNaN(value) {
		return math.Inf(-1), nil
	}
	return value, nil
}

// varyingPoint is where the likelihood is evaluated.
type varyingPoint struct {
	r, alpha, s, beta float64
	dropout           bool
	buying, leaving   int
	rows              []varyingRow
	data              *varyingData
}

// varyingSum adds runs.
type varyingSum struct {
	size              int
	value             float64
	gradient, hessian []float64 // the upper triangle
	whole, one        mixture
	starts            []varyingClock // of the cohort's stretches, and of its end
	g                 []float64
}

func newVaryingSum(size int) *varyingSum {
	return &varyingSum{
		size: size, gradient: make([]float64, size), hessian: make([]float64, size*size),
		whole: newMixture(size), one: newMixture(size), g: make([]float64, size),
	}
}

// runs sets the sum to that of the runs.
func (s *varyingSum) runs(p *varyingPoint, runs []varyingRun) {
	s.value = 0
	clear(s.gradient)
	clear(s.hessian)
	cohort := int32(-1)
	for _, run := range runs {
		entries := p.data.entries[run.from:run.to]
		if entries[0].cohort != cohort {
			cohort = entries[0].cohort
			s.starts = p.clocks(s.starts, p.data.cohorts[cohort])
		}
		s.run(p, p.data.cohorts[cohort], entries)
	}
}

// run adds the entries, which have equal x and stretches.
func (s *varyingSum) run(p *varyingPoint, stretches []stretch, entries []varyingEntry) {
	x := float64(entries[0].x)
	shape, weights := p.r+x, 0.0
	s.whole.reset()
	s.whole.add(p, shape, &s.starts[len(stretches)], nil, 1, s.g)
	for at, i := len(stretches)-1, 0; i < len(entries); at-- {
		for ; i < len(entries) && int(entries[i].at) >= at; i++ {
			s.one.set(&s.whole)
			if at >= 0 && p.dropout {
				e := entries[i]
				s.one.stretch(p, shape, s.starts[at], stretches[at].row, e.offset, stretches[at].length, s.g)
			}
			s.take(&s.one, entries[i].weight)
			weights += entries[i].weight
		}
		if at >= 0 && i < len(entries) && p.dropout {
			s.whole.stretch(p, shape, s.starts[at], stretches[at].row, 0, stretches[at].length, s.g)
		}
	}
	if x > 0 {
		v, d, dd := numeric.Rising3(p.r, x)
		s.value += weights * (v - x*math.Log(p.alpha))
		s.gradient[0] += weights * p.r * d
		s.gradient[1] -= weights * x
		s.hessian[0] += weights * (p.r*d + p.r*p.r*dd)
	}
}

// take adds the logarithm of a mixture.
func (s *varyingSum) take(m *mixture, weight float64) {
	inverse := 1 / m.mass
	s.value += weight * (m.top + math.Log(m.mass))
	for i, v := range m.first {
		s.g[i] = v * inverse
		s.gradient[i] += weight * s.g[i]
	}
	for i := range s.size {
		for j := i; j < s.size; j++ {
			s.hessian[i*s.size+j] += weight * (m.second[i*s.size+j]*inverse - s.g[i]*s.g[j])
		}
	}
}
