package numeric

import (
	"math"
	"math/bits"
)

// Autocovariance returns the autocovariances of the series at lags 0 to
// len(series)−1, Σ (v_i − m)(v_{i+lag} − m)/n with m the mean: the sums are short
// by lag terms and divided by n all the same. It takes time n ln n, by a fast
// Fourier transform, with errors of 1e-15 of the variance.
func Autocovariance(series []float64) []float64 {
	n := len(series)
	if n == 0 {
		return nil
	}
	mean := 0.0
	for _, v := range series {
		mean += v / float64(n)
	}
	// Zeros behind the series keep the ends from meeting.
	size := 1 << bits.Len(uint(2*n-1))
	spectrum := make([]complex128, size)
	for i, v := range series {
		spectrum[i] = complex(v-mean, 0)
	}
	fourier(spectrum)
	for i, c := range spectrum {
		spectrum[i] = complex(real(c)*real(c)+imag(c)*imag(c), 0)
	}
	// The power spectrum is even: forward and backward transform agree.
	fourier(spectrum)
	out := make([]float64, n)
	for lag := range out {
		out[lag] = real(spectrum[lag]) / (float64(size) * float64(n))
	}
	return out
}

// fourier replaces v, whose length is a power of two, by its discrete Fourier
// transform (Cooley and Tukey, 1965).
func fourier(v []complex128) {
	n := len(v)
	shift := 64 - bits.Len(uint(n-1))
	if n == 1 {
		return
	}
	for i := range v {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j {
			v[i], v[j] = v[j], v[i]
		}
	}
	roots := make([]complex128, n/2)
	for k := range roots {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		roots[k] = complex(cos, -sin)
	}
	for half := 1; half < n; half *= 2 {
		stride := n / (2 * half)
		for from := 0; from < n; from += 2 * half {
			for k := range half {
				a, b := v[from+k], v[from+k+half]*roots[k*stride]
				v[from+k], v[from+k+half] = a+b, a-b
			}
		}
	}
}
