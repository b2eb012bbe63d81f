package kpi

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// RunLength returns the average run length of the chart when the mean has moved by
// shift standard deviations of an observation before the first one (0: in control),
// for normal and independent observations. It solves the integral equation of S. V.
// Crowder, A Simple Method for Studying Run-Length Distributions of Exponentially
// Weighted Moving Average Charts, Technometrics 29 (1987), and goes back through the
// first observations where limits widen.
//
// Lambda is at least 0.001 with asymptotic limits and 0.01 with widening ones. The
// error is a [*InputError] or, for run lengths beyond what can be computed, a
// [*RunLengthError].
func (c EWMA) RunLength(shift float64) (RunLength, error) {
	if err := c.validate(); err != nil {
		return RunLength{}, err
	}
	c = c.normal()
	least := 0.01
	if c.Asymptotic {
		least = 0.001
	}
	if err := demands("ewma", demand{"lambda", c.Lambda, c.Lambda >= least, "at least 0.001, or 0.01 with widening limits, for a run length"},
		demand{"width", c.Width, c.Width <= 9, "at most 9 for a run length"},
		demand{"shift", shift, true, ""}); err != nil {
		return RunLength{}, err
	}
	return agreed("ewma", func(nodes int) (float64, bool) { return c.runLength(shift, nodes, runPanel) })
}

// DesignEWMA returns the width, in standard deviations of the average, with which a
// chart of that lambda signals falsely every target observations on average: 2.81431
// for 0.1, 500 and asymptotic limits. The errors are those of [EWMA.RunLength], and a
// [*InputError] for a target that no width up to 9 has.
func DesignEWMA(lambda, target float64, asymptotic bool) (width float64, err error) {
	return design("ewma", "width", 0.01, 9, target, func(width float64) (RunLength, error) {
		return EWMA{Sigma: 1, Lambda: lambda, Width: width, Asymptotic: asymptotic}.RunLength(0)
	})
}

// runLength counts in steps of lambda sigma, in which one observation has the standard
// deviation 1: from u the next average is normal round (1−λ)u + shift.
func (c EWMA) runLength(shift float64, nodes int, panel float64) (float64, bool) {
	end := c.Width / math.Sqrt(c.Lambda*(2-c.Lambda))
	at, weight := runNodes(-end, end, panel, nodes)
	n := len(at)
	keep := 1 - c.Lambda
	m, length := make([]float64, n*n), make([]float64, n)
	for i, u := range at {
		for j, y := range at {
			m[i*n+j] = -weight[j] * normalDensity(y-keep*u-shift)
		}
		m[i*n+i]++
		length[i] = 1
	}
	if !numeric.Solve(m, n, length) {
		return math.Inf(1), false
	}
	// ahead is the mean time to a signal from u, with nodes squeezed to an inner interval.
	ahead := func(u, squeeze float64) float64 {
		sum := 1.0
		for j, y := range at {
			sum += squeeze * weight[j] * length[j] * normalDensity(squeeze*y-keep*u-shift)
		}
		return sum
	}
	if c.Asymptotic {
		return ahead(0, 1), true
	}
	// squeeze is the share of the asymptotic limit after t observations.
	squeeze := func(t int) float64 { return math.Sqrt(-math.Expm1(2 * float64(t) * math.Log1p(-c.Lambda))) }
	steps := 1
	if c.Lambda < 1 {
		steps = int(math.Ceil(math.Log(1e-11) / (2 * math.Log1p(-c.Lambda))))
	}
	before := make([]float64, n)
	for t := steps; t > 1; t-- {
		for i, u := range at {
			before[i] = ahead(u*squeeze(t-1), squeeze(t))
		}
		length, before = before, length
	}
	return ahead(0, squeeze(1)), true
}
