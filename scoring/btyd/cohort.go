package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// ExpectedCohort returns the cumulative expected repeat purchases of all customers
// together, the line of a tracking plot: element k is the expected number from
// the first customer's first purchase until k+1 units later. Each customer counts
// from its own first purchase on, T before the end of calibration; what it did
// afterwards is not used. periods may reach beyond the end of calibration.
//
// The error is [ErrUnitMismatch], an [*InputError] for periods, or the context's.
func (m *Model) ExpectedCohort(ctx context.Context, summaries *scoring.Summaries, periods int) ([]float64, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	summaries = given(summaries)
	if err := m.sameUnit(summaries); err != nil {
		return nil, err
	}
	if periods < 1 || periods > 1_000_000 {
		return nil, &InputError{Name: "periods", Value: float64(periods), Reason: "want 1 to 1000000"}
	}
	ends := make([]float64, periods)
	for k := range ends {
		ends[k] = float64(k + 1)
	}
	return m.cohort(ctx, Compress(summaries), ends)
}

// cohort returns the expected repeat purchases of all customers from the first one's
// first purchase until each of the times since then, which ascend.
func (m *Model) cohort(ctx context.Context, starts *Rows, ends []float64) ([]float64, error) {
	oldest := 0.0
	for _, t := range starts.ages {
		oldest = max(oldest, t)
	}
	total := make([]float64, len(ends))
	if len(ends) == 0 {
		return total, nil
	}
	curve := newGrowthCurve(m, ends[len(ends)-1])
	for k, end := range ends {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, age := range starts.ages {
			// The customer starts oldest − age after the first one.
			if since := end - (oldest - age); since > 0 {
				total[k] += starts.ageWeight[i] * curve.at(since)
			}
		}
	}
	return total, nil
}

// growthCurve tabulates ExpectedNew over [0, end]: the ratio to τ = t/scale as
// polynomials in ln(1+τ), to a relative error of 1e-13.
type growthCurve struct {
	model    *Model
	scale    float64
	segments []numeric.Interpolant
	width    float64
}

func newGrowthCurve(m *Model, end float64) growthCurve {
	scale := m.law.alive(scoring.Summary{}).bend()
	top := math.Log1p(end / scale)
	n := 1 + int(top)
	c := growthCurve{model: m, scale: scale, width: top / float64(n)}
	nodes := numeric.InterpolationNodes(c.width / 2)
	for i := range n {
		low := float64(i) * c.width
		piece, ok := numeric.Interpolate(low, low+c.width, make([]float64, nodes), make([]float64, 2*nodes), func(y float64) float64 {
			tau := math.Expm1(y)
			return m.ExpectedNew(tau*scale) / tau
		})
		if !ok {
			return growthCurve{model: m}
		}
		c.segments = append(c.segments, piece)
	}
	return c
}

func (c growthCurve) at(t float64) float64 {
	if len(c.segments) == 0 {
		return c.model.ExpectedNew(t)
	}
	tau := t / c.scale
	y := math.Log1p(tau)
	return tau * c.segments[min(int(y/c.width), len(c.segments)-1)].At(y)
}
