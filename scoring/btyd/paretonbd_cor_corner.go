package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovCornerRecipe fits the model where the two pieces of the upper end of m meet,
// E e^−λ = E e^−μ: s follows from the other parameters. The likelihood rises towards
// the corner from both sides on some data, such as CDNOW's.
type sarmanovCornerRecipe struct{}

func (sarmanovCornerRecipe) names() []string { return []string{"r", "alpha", "beta"} }
func (sarmanovCornerRecipe) zeros() []bool   { return make([]bool, 3) }
func (sarmanovCornerRecipe) law(p []float64) law {
	return newSarmanovLaw(sarmanovCornerRecipe{}.embed(p))
}

func (sarmanovCornerRecipe) starts(rows *Rows) [][]float64 {
	x := paretoRecipe{}.starts(rows)[0]
	return [][]float64{{x[0], x[1], x[3]}, {x[0], x[1], x[3] + 2}}
}

// embed completes the parameters of the family.
func (sarmanovCornerRecipe) embed(p []float64) []float64 {
	full := []float64{p[0], p[1], p[0] * math.Log1p(1/p[1]) / math.Log1p(1/p[2]), p[2], 0}
	full[4] = sarmanovLeave.m(full)
	return full
}

// objective is that of the end k = B/(1−B) at ln s = ln r + ln u(α) − ln u(β), u(c) =
// ln(1+1/c), by the chain rule.
func (r sarmanovCornerRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	inner := &sarmanovLikelihood{ctx: ctx, rows: rows, workers: workers, edge: sarmanovCorner}
	g, h := make([]float64, 4), make([]float64, 16)
	return func(y, gradient, hessian []float64) (float64, error) {
		valueA, slopeA, curveA := lnLog1pInverse(y[1])
		valueB, slopeB, curveB := lnLog1pInverse(y[2])
		v, err := inner.Evaluate([]float64{y[0], y[1], y[0] + valueA - valueB, y[2]}, g, h)
		if err != nil {
			return v, err
		}
		s := [3]float64{1, slopeA, -slopeB} // of ln s
		at := [3]int{0, 1, 3}
		for i := range 3 {
			gradient[i] = g[at[i]] + g[2]*s[i]
			for j := range 3 {
				hessian[i*3+j] = h[at[i]*4+at[j]] + h[at[i]*4+2]*s[j] + s[i]*h[8+at[j]] + s[i]*s[j]*h[10]
			}
		}
		hessian[4] += g[2] * curveA
		hessian[8] -= g[2] * curveB
		return v, nil
	}
}

func (sarmanovCornerRecipe) ridges() []ridge                    { return []ridge{homogeneousRate(3)} }
func (sarmanovCornerRecipe) limits(*Rows) []limit               { return nil }
func (sarmanovCornerRecipe) shifts() (purchase, life []float64) { return nil, nil }

// lnLog1pInverse returns ln ln(1+1/c) at y = ln c with its first and second derivative
// in y.
func lnLog1pInverse(y float64) (value, slope, curve float64) {
	c := math.Exp(y)
	u := math.Log1p(1 / c)
	slope = -1 / ((c + 1) * u)
	return math.Log(u), slope, -slope*c/(c+1) - slope*slope
}
