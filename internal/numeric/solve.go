package numeric

import "math"

// Solve overwrites v with the solution of m x = v for a square n×n matrix m, row
// after row, by elimination with row pivots. It returns false, with m and v in an
// unusable state, if m is singular: every pivot must exceed 1e-13 of the
// largest element. Where m is positive definite, [Cholesky] is quicker.
func Solve(m []float64, n int, v []float64) bool {
	largest := 0.0
	for _, x := range m[:n*n] {
		largest = max(largest, math.Abs(x))
	}
	for j := range n {
		at, most := j, 0.0
		for i := j; i < n; i++ {
			if size := math.Abs(m[i*n+j]); size > most {
				at, most = i, size
			}
		}
		if !(most > 1e-13*largest) || math.IsInf(most, 0) {
			return false
		}
		for k := j; k < n; k++ {
			m[j*n+k], m[at*n+k] = m[at*n+k], m[j*n+k]
		}
		v[j], v[at] = v[at], v[j]
		for i := j + 1; i < n; i++ {
			factor := m[i*n+j] / m[j*n+j]
			for k := j + 1; k < n; k++ {
				m[i*n+k] -= factor * m[j*n+k]
			}
			v[i] -= factor * v[j]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			v[i] -= m[i*n+k] * v[k]
		}
		v[i] /= m[i*n+i]
	}
	return true
}
