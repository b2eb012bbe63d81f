package btyd

import (
	"context"
	"math"
	"slices"
)

// deltaAlong is [deltaVariance] for a model with covariates, whose family's parameters, the
// first ones, and effects are far from independent where the covariates are far from 0: the
// differences are taken along the columns of a factor of the covariance, in which what
// compensates moves together. Steps are 1e-3 standard errors, and at most a factor
// of e^1e-3.
func deltaAlong(ctx context.Context, params []float64, base int, covariance []float64, f func(params []float64) (float64, error)) (float64, error) {
	if covariance == nil {
		return 0, nil
	}
	rates, variance := slopes(params, base), 0.0
	for _, column := range factorColumns(rates, covariance) {
		gradient, err := slopeAlong(ctx, params, column, base, f)
		if err != nil {
			return 0, err
		}
		variance += gradient * gradient
	}
	return variance, nil
}

// slopeAlong is the derivative of f along a column. A step that changes f by more than a
// hundredth, or leads out of the range of models, is too long.
func slopeAlong(ctx context.Context, params, column []float64, base int, f func(params []float64) (float64, error)) (float64, error) {
	for step := 1e-3; ; step /= 10 {
		var values [2]float64
		var failed error
		for side, sign := range []float64{1, -1} {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			p := slices.Clone(params)
			for i, v := range column {
				if i < base {
					p[i] *= math.Exp(sign * step * v)
				} else {
					p[i] += sign * step * v
				}
			}
			if values[side], failed = f(p); failed != nil {
				break
			}
		}
		change := values[0] - values[1]
		if step < 1e-8 || failed == nil && math.Abs(change) <= 0.01*(values[0]+values[1]) {
			return change / (2 * step), failed
		}
	}
}

// factorColumns returns the columns of L in C = LL', the covariance over the rates, by
// Cholesky's method from the last parameter, an effect, upwards. What rounding has made
// negative counts as 0.
func factorColumns(rates, covariance []float64) [][]float64 {
	size := len(rates)
	rest := make([]float64, size*size)
	for i, a := range rates {
		for j, b := range rates {
			if a != 0 && b != 0 { // at a boundary
				rest[i*size+j] = covariance[i*size+j] / a / b
			}
		}
	}
	whole := make([]float64, size)
	for i := range whole {
		whole[i] = rest[i*size+i]
	}
	columns := make([][]float64, 0, size)
	for at := size - 1; at >= 0; at-- {
		pivot := rest[at*size+at]
		if !(pivot > 1e-15*whole[at]) {
			continue
		}
		column := make([]float64, size)
		for i := range at + 1 {
			column[i] = rest[i*size+at] / math.Sqrt(pivot)
		}
		for i := range at {
			for j := range at {
				rest[i*size+j] -= column[i] * column[j]
			}
		}
		columns = append(columns, column)
	}
	return columns
}
