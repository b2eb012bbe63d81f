package numeric_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The vector is turned into a multiple of itself, and no other direction is lower.
func TestSmallestEigen(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for n := 1; n <= 9; n++ {
		m := make([]float64, n*n)
		for i := range n {
			for j := range i + 1 {
				m[i*n+j] = random.NormFloat64() * math.Pow(10, float64(i+j)/3)
				m[j*n+i] = m[i*n+j]
			}
		}
		value, vector := numeric.SmallestEigen(m, n)
		form := func(v []float64) (sum, norm, largest float64) {
			for i := range n {
				image := 0.0
				for j := range n {
					image += m[i*n+j] * v[j]
				}
				sum += v[i] * image
				norm += v[i] * v[i]
				largest = max(largest, math.Abs(image-value*v[i]))
			}
			return sum, norm, largest
		}
		sum, norm, gap := form(vector)
		scale := 0.0
		for _, v := range m {
			scale = max(scale, math.Abs(v))
		}
		require.InDelta(t, 1, norm, 1e-13)
		require.InDelta(t, value, sum, 1e-13*scale)
		require.Less(t, gap, 1e-13*scale)
		for range 50 {
			other := make([]float64, n)
			for i := range other {
				other[i] = random.NormFloat64()
			}
			sum, norm, _ := form(other)
			require.GreaterOrEqual(t, sum/norm, value-1e-12*scale)
		}
	}
}

// The matrix is the sum of its eigenvalues times the squares of their vectors, in
// falling order; (2 1; 1 2) has 3 along (1, 1) and 1 across.
func TestEigen(t *testing.T) {
	values, vectors := numeric.Eigen([]float64{2, 1, 1, 2}, 2)
	require.InDelta(t, 3, values[0], 1e-15)
	require.InDelta(t, 1, values[1], 1e-15)
	require.InDelta(t, vectors[0][0], vectors[0][1], 1e-15)
	random := rand.New(rand.NewPCG(8, 8))
	for n := 1; n <= 9; n++ {
		m := make([]float64, n*n)
		for i := range n {
			for j := range i + 1 {
				m[i*n+j] = random.NormFloat64()
				m[j*n+i] = m[i*n+j]
			}
		}
		values, vectors := numeric.Eigen(m, n)
		for k := range n - 1 {
			require.GreaterOrEqual(t, values[k], values[k+1])
		}
		for i := range n {
			for j := range n {
				sum, product := 0.0, 0.0
				for k, v := range vectors {
					sum += values[k] * v[i] * v[j]
					product += vectors[i][k] * vectors[j][k]
				}
				require.InDelta(t, m[i*n+j], sum, 1e-13)
				if i == j {
					product--
				}
				require.InDelta(t, 0, product, 1e-13)
			}
		}
	}
}
