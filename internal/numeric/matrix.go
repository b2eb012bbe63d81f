package numeric

import "math"

// Cholesky overwrites the lower triangle of the symmetric n×n matrix m (row
// major) with its Cholesky factor. It returns false, with m in an unusable
// state, unless m is positive definite beyond rounding: every pivot must exceed
// 1e-13 of its diagonal element.
func Cholesky(m []float64, n int) bool {
	for j := range n {
		pivot := m[j*n+j]
		floor := 1e-13 * math.Abs(pivot)
		for k := range j {
			pivot -= m[j*n+k] * m[j*n+k]
		}
		if !(pivot > floor) || math.IsInf(pivot, 0) {
			return false
		}
		root := math.Sqrt(pivot)
		m[j*n+j] = root
		for i := j + 1; i < n; i++ {
			sum := m[i*n+j]
			for k := range j {
				sum -= m[i*n+k] * m[j*n+k]
			}
			m[i*n+j] = sum / root
		}
	}
	return true
}

// CholeskySolve overwrites v with the solution of (L Lᵀ) x = v, where the lower
// triangle of l is what [Cholesky] left.
func CholeskySolve(l []float64, n int, v []float64) {
	for i := range n {
		for k := range i {
			v[i] -= l[i*n+k] * v[k]
		}
		v[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			v[i] -= l[k*n+i] * v[k]
		}
		v[i] /= l[i*n+i]
	}
}

// InversePositive returns the inverse of a symmetric positive definite n×n
// matrix, exactly symmetric, or false if it is not positive definite. m is kept.
func InversePositive(m []float64, n int) ([]float64, bool) {
	l := make([]float64, n*n)
	copy(l, m)
	if !Cholesky(l, n) {
		return nil, false
	}
	inverse := make([]float64, n*n)
	column := make([]float64, n)
	for j := range n {
		clear(column)
		column[j] = 1
		CholeskySolve(l, n, column)
		for i := range n {
			inverse[i*n+j] = column[i]
		}
	}
	for i := range n {
		for j := range i {
			mean := (inverse[i*n+j] + inverse[j*n+i]) / 2
			inverse[i*n+j], inverse[j*n+i] = mean, mean
		}
	}
	return inverse, true
}
