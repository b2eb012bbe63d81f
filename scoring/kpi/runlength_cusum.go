package kpi

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// RunLength returns the average run length of the chart when the mean has moved by
// shift standard deviations before the first observation (0: in control), for normal
// and independent observations. One side is the solution of E. S. Page's integral
// equation (Continuous Inspection Schemes, Biometrika 41, 1954). Two sides of equal
// design never stand above zero when the other signals, so that exactly 1/L = 1/L⁺ +
// 1/L⁻ (K. W. Kemp, The average run length of the cumulative sum chart when a V-mask
// is used, Journal of the Royal Statistical Society B 23, 1961), with a head start as
// in J. M. Lucas and R. B. Crosier, Fast initial response for CUSUM quality-control
// schemes, Technometrics 24 (1982); that holds for head starts up to half the decision
// interval plus the reference value.
//
// The decision interval is at most 200. The error is a [*InputError] or a
// [*RunLengthError].
func (c CUSUM) RunLength(shift float64) (RunLength, error) {
	if err := c.validate(); err != nil {
		return RunLength{}, err
	}
	if err := demands("cusum", demand{"decision", c.Decision, c.Decision <= 200, "at most 200 for a run length"},
		demand{"shift", shift, true, ""}); err != nil {
		return RunLength{}, err
	}
	switch c.Sides {
	case UpperSide:
		return agreed("cusum", func(nodes int) (float64, bool) {
			_, started, ok := c.runLength(shift, nodes, runPanel)
			return started, ok
		})
	case LowerSide:
		c.Sides = UpperSide
		return c.RunLength(-shift)
	}
	if c.HeadStart > c.Decision/2+c.Reference {
		return RunLength{}, &RunLengthError{Of: "cusum", Reason: "head_start", Value: c.HeadStart}
	}
	return agreed("cusum", func(nodes int) (float64, bool) {
		up, upStarted, ok := c.runLength(shift, nodes, runPanel)
		down, downStarted, known := c.runLength(-shift, nodes, runPanel)
		// A side whose run length is beyond all computing signals from its head start, in time
		// to count, or practically never.
		if !known && ok && up < 1e6 {
			return upStarted - up*c.crosses(-shift, nodes, runPanel), true
		}
		if !ok && known && down < 1e6 {
			return downStarted - down*c.crosses(shift, nodes, runPanel), true
		}
		return (upStarted*down + up*downStarted - up*down) / (up + down), ok && known
	})
}

// DesignCUSUM returns the decision interval, in standard deviations, with which a
// chart without head start signals falsely every target observations on average:
// 5.070704 for two sides, the reference value 0.5 and 500. The errors are those of
// [CUSUM.RunLength], and a [*InputError] for a target that no decision interval up
// to 200 has.
func DesignCUSUM(reference, target float64, sides Sides) (decision float64, err error) {
	return design("cusum", "decision", 1e-3, 200, target, func(decision float64) (RunLength, error) {
		return CUSUM{Sigma: 1, Reference: reference, Decision: decision, Sides: sides}.RunLength(0)
	})
}

// runLength is that of the upper side, from 0 and from the head start. The sum has an
// atom at 0, the first unknown, and a density on (0, h].
func (c CUSUM) runLength(shift float64, nodes int, panel float64) (zero, started float64, ok bool) {
	at, weight := runNodes(0, c.Decision, panel, nodes)
	n := len(at) + 1
	drift := c.Reference - shift // what the sum loses on average in a step
	m, length := make([]float64, n*n), make([]float64, n)
	for i := range n {
		from := 0.0
		if i > 0 {
			from = at[i-1]
		}
		m[i*n] = -stats.NormalTail(from - drift)
		for j, y := range at {
			m[i*n+j+1] = -weight[j] * normalDensity(y-from+drift)
		}
		m[i*n+i]++
		length[i] = 1
	}
	if !numeric.Solve(m, n, length) {
		return math.Inf(1), math.Inf(1), false
	}
	started = 1 + stats.NormalTail(c.HeadStart-drift)*length[0]
	for j, y := range at {
		started += weight[j] * length[j+1] * normalDensity(y-c.HeadStart+drift)
	}
	return length[0], started, true
}

// crosses is the chance that the upper side signals from the head start before it is back
// at 0.
func (c CUSUM) crosses(shift float64, nodes int, panel float64) float64 {
	if c.HeadStart == 0 {
		return 0
	}
	at, weight := runNodes(0, c.Decision, panel, nodes)
	n := len(at)
	drift := c.Reference - shift
	m, chance := make([]float64, n*n), make([]float64, n)
	for i, from := range at {
		for j, y := range at {
			m[i*n+j] = -weight[j] * normalDensity(y-from+drift)
		}
		m[i*n+i]++
		chance[i] = stats.NormalTail(c.Decision - from + drift)
	}
	if !numeric.Solve(m, n, chance) {
		return math.NaN() // which is no run length
	}
	started := stats.NormalTail(c.Decision - c.HeadStart + drift)
	for j, y := range at {
		started += weight[j] * chance[j] * normalDensity(y-c.HeadStart+drift)
	}
	return started
}
