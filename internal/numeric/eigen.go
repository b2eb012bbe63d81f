package numeric

import (
	"cmp"
	"math"
	"slices"
)

// SmallestEigen returns the smallest eigenvalue of a symmetric n×n matrix and its
// eigenvector of length 1. m is kept.
func SmallestEigen(m []float64, n int) (value float64, vector []float64) {
	values, vectors := Eigen(m, n)
	return values[n-1], vectors[n-1]
}

// Eigen returns the eigenvalues of a symmetric n×n matrix, the largest first, and
// their eigenvectors of length 1, by Jacobi rotations. m is kept.
func Eigen(m []float64, n int) (values []float64, vectors [][]float64) {
	a, v := append([]float64(nil), m...), make([]float64, n*n)
	for i := range n {
		v[i*n+i] = 1
	}
	for range 60 {
		off, diagonal := 0.0, 0.0
		for i := range n {
			diagonal += a[i*n+i] * a[i*n+i]
			for j := range i {
				off += a[i*n+j] * a[i*n+j]
			}
		}
		if !(off > 1e-32*diagonal) {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(a, v, n, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(a[j*n+j], a[i*n+i]) })
	values, vectors = make([]float64, n), make([][]float64, n)
	for place, at := range order {
		values[place], vectors[place] = a[at*n+at], make([]float64, n)
		for i := range n {
			vectors[place][i] = v[i*n+at]
		}
	}
	return values, vectors
}

// rotate makes element p, q of a zero and turns the vectors with it.
func rotate(a, v []float64, n, p, q int) {
	if a[p*n+q] == 0 {
		return
	}
	theta := (a[q*n+q] - a[p*n+p]) / (2 * a[p*n+q])
	t := 1 / (math.Abs(theta) + math.Sqrt(theta*theta+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(t*t+1)
	s := t * c
	for k := range n {
		kp, kq := a[k*n+p], a[k*n+q]
		a[k*n+p], a[k*n+q] = c*kp-s*kq, s*kp+c*kq
	}
	for k := range n {
		pk, qk := a[p*n+k], a[q*n+k]
		a[p*n+k], a[q*n+k] = c*pk-s*qk, s*pk+c*qk
		kp, kq := v[k*n+p], v[k*n+q]
		v[k*n+p], v[k*n+q] = c*kp-s*kq, s*kp+c*kq
	}
}
