package kpi

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/stats"
)

// smoothing is a linear innovations model with given weights; its starting values are
// level, then trend, then all but the last of the seasonal terms, which add up to 0.
type smoothing struct {
	alpha, beta, gamma float64
	trend              bool
	season             int // 0: none
}

// starts is the number of starting values.
func (s smoothing) starts() int {
	n := 1
	if s.trend {
		n++
	}
	if s.season > 0 {
		n += s.season - 1
	}
	return n
}

// states are where a smoothing stands; terms[0] is that of the next period, nil without
// a season.
type states struct {
	level, trend float64
	terms        []float64
}

func (s states) minus(other states) states {
	d := states{level: s.level - other.level, trend: s.trend - other.trend}
	for p, term := range s.terms {
		d.terms = append(d.terms, term-other.terms[p])
	}
	return d
}

// run filters values from starting values; it fills the errors one period ahead and
// returns the states after the last value. With no values it goes as many periods as if
// all were 0: errors are linear in values and starting values, so these are the columns
// of a regression.
func (s smoothing) run(values, start, errors []float64) states {
	at := states{level: start[0]}
	next := 1
	if s.trend {
		at.trend = start[1]
		next = 2
	}
	if s.season > 0 {
		at.terms = make([]float64, s.season)
		for i, v := range start[next:] {
			at.terms[i] = v
			at.terms[s.season-1] -= v
		}
	}
	place := 0
	for t := range errors {
		e := -at.level - at.trend
		if s.season > 0 {
			e -= at.terms[place]
		}
		if values != nil {
			e += values[t]
		}
		errors[t] = e
		at.level += at.trend + s.alpha*e
		if s.trend {
			at.trend += s.beta * e
		}
		if s.season > 0 {
			at.terms[place] += s.gamma * e
			if place++; place == s.season {
				place = 0
			}
		}
	}
	if s.season > 0 {
		at.terms = slices.Concat(at.terms[place:], at.terms[:place])
	}
	return at
}

// smoothed is a smoothing with its best starting values.
type smoothed struct {
	start      []float64
	covariance []float64 // of start, row major
	response   []states  // to a start of 1, one for each
	end        states
	sse        float64
}

// best finds the starting values that make the squared errors least.
func (s smoothing) best(values []float64) smoothed {
	n, k := len(values), s.starts()
	start := make([]float64, k)
	errors, response := make([]float64, n), make([]float64, n)
	columns := make([]float64, n*k)
	found := smoothed{response: make([]states, k), sse: math.Inf(1)}
	found.end = s.run(values, start, errors)
	for j := range k {
		start[j] = 1
		found.response[j] = s.run(nil, start, response)
		start[j] = 0
		for t, r := range response {
			columns[t*k+j] = -r
		}
	}
	fit, err := stats.LeastSquares(columns, k, errors, nil)
	if err != nil {
		return found
	}
	found.start, found.covariance, found.sse = fit.Coefficients, fit.Covariance, 0
	for _, e := range fit.Residuals {
		found.sse += e * e
	}
	found.end = s.run(values, found.start, errors)
	return found
}

// fitSmoothing finds the weights in the unit cube of α, β/α and γ/(1−α).
func (m *ForecastModel) fitSmoothing(values []float64) {
	shape := smoothing{trend: m.method != SimpleSmoothing, season: m.season}
	size := int(m.method-SimpleSmoothing) + 1 // how many weights
	// Far from 0 the starting values would lose digits.
	offset := values[0]
	moved := make([]float64, len(values))
	for i, v := range values {
		moved[i] = v - offset
	}
	at := func(x [3]float64) smoothing {
		s := shape
		s.alpha = x[0]
		if s.trend {
			s.beta = x[0] * x[1]
		}
		if s.season > 0 {
			s.gamma = (1 - x[0]) * x[2]
		}
		return s
	}
	best := leastInCube(size, func(x [3]float64) float64 { return at(x).best(moved).sse })
	s := at(best)
	fit := s.best(moved)
	m.alpha, m.beta, m.gamma, m.sse = s.alpha, s.beta, s.gamma, fit.sse
	m.df = len(values) - s.starts() - size
	m.level, m.trend, m.terms = fit.end.level+offset, fit.end.trend, fit.end.terms
	// What rounding leaves of a series that is met exactly is no error.
	scale := float64(len(values)) * offset * offset
	for _, v := range moved {
		scale += v * v
	}
	if m.sse <= 1e-24*scale {
		m.sse = 0
		m.spread = plainSpread(0, false)
		return
	}
	m.spread = spreadOver(best, size, m.df, moved, at)
}

// leastInCube searches the point of the unit cube of so many dimensions, 1 to 3, where a
// cost is least. There may be several hollows: a pattern search goes down from the best
// points of a grid, and on to the end from the lowest that it finds.
func leastInCube(size int, cost func(x [3]float64) float64) [3]float64 {
	type point struct {
		x    [3]float64
		cost float64
	}
	grid := []float64{0.03, 0.3, 0.7, 0.97}
	points := make([]point, int(math.Pow(float64(len(grid)), float64(size))))
	for i := range points {
		rest := i
		for d := range size {
			points[i].x[d] = grid[rest%len(grid)]
			rest /= len(grid)
		}
		points[i].cost = cost(points[i].x)
	}
	byCost := func(a, b point) int { return cmp.Compare(a.cost, b.cost) }
	slices.SortStableFunc(points, byCost)
	descend := func(p *point, from, to float64) {
		for step := from; step > to; step /= 2 {
			for moves := true; moves; {
				moves = false
				for d := range size {
					for _, by := range []float64{step, -step} {
						next := point{x: p.x}
						next.x[d] = min(1, max(0, p.x[d]+by))
						if next.cost = cost(next.x); next.cost < p.cost*(1-1e-13) {
							*p, moves = next, true
							break
						}
					}
				}
			}
		}
	}
	starts := points[:2*size]
	for i := range starts {
		descend(&starts[i], 0.2, 0.02)
	}
	best := slices.MinFunc(starts, byCost)
	descend(&best, 0.025, 1e-7)
	return best.x
}
