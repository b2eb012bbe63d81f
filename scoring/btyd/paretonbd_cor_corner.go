package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovCorner fits the model where the two pieces of an end of the range of m meet: s
// follows from the other parameters. At the upper end E e^−λ = E e^−μ there, at the lower
// one their sum is 1. The likelihood may rise towards the corner from both sides, as it
// does on CDNOW's data.
type sarmanovCorner struct {
	of sarmanovPiece
}

func (sarmanovCorner) names() []string                    { return []string{"r", "alpha", "beta"} }
func (sarmanovCorner) zeros() []bool                      { return make([]bool, 3) }
func (sarmanovCorner) ridges() []ridge                    { return []ridge{homogeneousRate(3)} }
func (sarmanovCorner) limits(*Rows) []limit               { return nil }
func (sarmanovCorner) shifts() (purchase, life []float64) { return nil, nil }

func (c sarmanovCorner) law(p []float64) law {
	full := c.complete(logs(p...))
	return c.of.law([]float64{p[0], p[1], math.Exp(full[2]), p[2]})
}

func (c sarmanovCorner) starts(rows *Rows) [][]float64 {
	x := c.of.starts(rows)[0]
	return [][]float64{{x[0], x[1], x[3]}}
}

func (c sarmanovCorner) piece() sarmanovPiece { return c.of }

// shape returns ln s with its first and second derivatives in ln r, ln α and ln β.
func (c sarmanovCorner) shape(y []float64) (value float64, first [3]float64, second [9]float64) {
	a, slopeA, curveA := lnLog1pInverse(y[1])
	b, slopeB, curveB := lnLog1pInverse(y[2])
	w := y[0] + a // ln −ln E e^−λ
	v, d, dd := w, 1.0, 0.0
	if !c.of.edge.upper() {
		v, d, dd = lnComplement(w)
	}
	first = [3]float64{d, d * slopeA, -slopeB}
	second = [9]float64{dd, dd * slopeA, 0, dd * slopeA, dd*slopeA*slopeA + d*curveA, 0, 0, 0, -curveB}
	return v - b, first, second
}

func (c sarmanovCorner) complete(y []float64) []float64 {
	s, _, _ := c.shape(y)
	return []float64{y[0], y[1], s, y[2]}
}

func (c sarmanovCorner) free() []int { return []int{0, 1, 3} }

// objective is that of the piece, by the chain rule.
func (c sarmanovCorner) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	inner := c.of.objective(ctx, rows, workers)
	g, h := make([]float64, 4), make([]float64, 16)
	return func(y, gradient, hessian []float64) (float64, error) {
		_, first, second := c.shape(y)
		v, err := inner(c.complete(y), g, h)
		if err != nil {
			return v, err
		}
		at := c.free()
		for i := range 3 {
			gradient[i] = g[at[i]] + g[2]*first[i]
			for j := range 3 {
				hessian[i*3+j] = h[at[i]*4+at[j]] + h[at[i]*4+2]*first[j] + first[i]*h[8+at[j]] + first[i]*first[j]*h[10] + g[2]*second[i*3+j]
			}
		}
		return v, nil
	}
}

// lnComplement returns ln −ln(1−e^−t), t = e^w, with its first and second derivative
// in w.
func lnComplement(w float64) (value, slope, curve float64) {
	t := math.Exp(w)
	h := -math.Log(-math.Expm1(-t))
	e := 1 / math.Expm1(t)
	slope = -t * e / h
	return math.Log(h), slope, slope + t*t*e*(1+e)/h - slope*slope
}

// lnLog1pInverse returns ln ln(1+1/c) at y = ln c with its first and second derivative
// in y.
func lnLog1pInverse(y float64) (value, slope, curve float64) {
	c := math.Exp(y)
	u := math.Log1p(1 / c)
	slope = -1 / ((c + 1) * u)
	return math.Log(u), slope, -slope*c/(c+1) - slope*slope
}
