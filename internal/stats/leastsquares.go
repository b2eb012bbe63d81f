package stats

import (
	"fmt"
	"math"
)

// CollinearError reports a column of a regression that is a linear combination of the
// columns before it, or nothing but zeros.
type CollinearError struct {
	Column int     // from 0
	Rest   float64 // what is left of its length without those columns, as a share
}

func (e *CollinearError) Error() string {
	return fmt.Sprintf("stats: column %d of the regression depends on the columns before it: %.2g of its length is its own", e.Column, e.Rest)
}

// collinear is the share of a column's length below which it counts as dependent: the
// coefficients would have lost about nine of sixteen digits.
const collinear = 1e-9

// Regression is a fit of [LeastSquares].
type Regression struct {
	Coefficients []float64
	Residuals    []float64 // y less fit, by row
	// Covariance of the coefficients, row major: the classical one with the variance
	// of the residuals on DF degrees of freedom or, with weights, the sandwich
	// (X'WX)⁻¹ X'W diag(e²) WX (X'WX)⁻¹ · n/DF, which takes them for survey weights.
	Covariance []float64
	DF         int     // rows less columns
	R2         float64 // share of the weighted variance round the mean that the fit explains; 0 where there is none
}

// SE returns the standard error of a coefficient.
func (r *Regression) SE(column int) float64 {
	return math.Sqrt(max(0, r.Covariance[column*len(r.Coefficients)+column]))
}

// LeastSquares regresses y on the columns of x, len(y) rows of cols values, row major,
// by Householder's QR decomposition. An intercept is a column of ones that the caller
// puts in. Weights are above 0, nil: all equal. It wants more rows than columns and
// finite numbers; the error is a [*CollinearError].
func LeastSquares(x []float64, cols int, y, weights []float64) (*Regression, error) {
	rows := len(y)
	a, b := make([]float64, rows*cols), make([]float64, rows)
	for i := range rows {
		root := 1.0
		if weights != nil {
			root = math.Sqrt(weights[i])
		}
		b[i] = root * y[i]
		for j := range cols {
			a[i*cols+j] = root * x[i*cols+j]
		}
	}
	if err := triangulate(a, rows, cols, b); err != nil {
		return nil, err
	}
	fit := &Regression{Coefficients: make([]float64, cols), Residuals: make([]float64, rows), DF: rows - cols}
	copy(fit.Coefficients, b)
	solveUpper(a, cols, fit.Coefficients)
	for i := range rows {
		predicted := 0.0
		for j, c := range fit.Coefficients {
			predicted += c * x[i*cols+j]
		}
		fit.Residuals[i] = y[i] - predicted
	}
	fit.R2 = explained(y, fit.Residuals, weights)
	fit.Covariance = covariance(a, x, cols, fit, weights)
	return fit, nil
}

// triangulate leaves R in the upper triangle of a and Qᵀb in b.
func triangulate(a []float64, rows, cols int, b []float64) error {
	v := make([]float64, rows)
	for j := range cols {
		whole, rest := 0.0, 0.0
		for i := range rows {
			whole = math.Hypot(whole, a[i*cols+j])
			if i >= j {
				rest = math.Hypot(rest, a[i*cols+j])
			}
		}
		if !(rest > collinear*whole) {
			share := 0.0
			if whole > 0 {
				share = rest / whole
			}
			return &CollinearError{Column: j, Rest: share}
		}
		// The mirror that sends the rest of the column to the diagonal, as v of length √2.
		alpha := -math.Copysign(rest, a[j*cols+j])
		length := math.Sqrt(rest * (rest + math.Abs(a[j*cols+j])))
		for i := j; i < rows; i++ {
			v[i] = a[i*cols+j] / length
		}
		v[j] = (a[j*cols+j] - alpha) / length
		for k := j; k < cols; k++ {
			dot := 0.0
			for i := j; i < rows; i++ {
				dot += v[i] * a[i*cols+k]
			}
			for i := j; i < rows; i++ {
				a[i*cols+k] -= dot * v[i]
			}
		}
		dot := 0.0
		for i := j; i < rows; i++ {
			dot += v[i] * b[i]
		}
		for i := j; i < rows; i++ {
			b[i] -= dot * v[i]
		}
	}
	return nil
}

// solveUpper overwrites v with the solution of R x = v.
func solveUpper(r []float64, n int, v []float64) {
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			v[i] -= r[i*n+k] * v[k]
		}
		v[i] /= r[i*n+i]
	}
}

// solveLower overwrites v with the solution of Rᵀ x = v.
func solveLower(r []float64, n int, v []float64) {
	for i := range n {
		for k := range i {
			v[i] -= r[k*n+i] * v[k]
		}
		v[i] /= r[i*n+i]
	}
}

// explained is 1 less the weighted sum of squares of the residuals over that of y.
func explained(y, residuals, weights []float64) float64 {
	mean, _, _ := Mean(y, weights)
	left, all := 0.0, 0.0
	for i := range y {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		left += w * residuals[i] * residuals[i]
		all += w * (y[i] - mean) * (y[i] - mean)
	}
	if !(all > 0) {
		return 0
	}
	return min(1, max(0, 1-left/all))
}

// covariance is described at [Regression].
func covariance(r, x []float64, cols int, fit *Regression, weights []float64) []float64 {
	rows := len(fit.Residuals)
	cov := make([]float64, cols*cols)
	column := make([]float64, cols)
	if weights == nil {
		variance := 0.0
		for _, e := range fit.Residuals {
			variance += e * e / float64(fit.DF)
		}
		for j := range cols {
			clear(column)
			column[j] = 1
			solveLower(r, cols, column)
			solveUpper(r, cols, column)
			for i, c := range column {
				cov[i*cols+j] = variance * c
			}
		}
		return cov
	}
	// The sum over rows of the outer product of the row's influence on the coefficients.
	scale := float64(rows) / float64(fit.DF)
	for i := range rows {
		for j := range cols {
			column[j] = weights[i] * fit.Residuals[i] * x[i*cols+j]
		}
		solveLower(r, cols, column)
		solveUpper(r, cols, column)
		for j, cj := range column {
			for k, ck := range column {
				cov[j*cols+k] += scale * cj * ck
			}
		}
	}
	return cov
}
