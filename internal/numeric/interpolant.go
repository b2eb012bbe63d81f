package numeric

import "math"

// Interpolant is a polynomial on an interval, for a function that is dear and
// wanted at many points. Its zero value is not usable; see [Interpolate].
type Interpolant struct {
	mid, inverse float64   // u = (y − mid)·inverse runs over [−1, 1]
	coefficients []float64 // powers of u; their number is a multiple of 4
}

// InterpolationNodes returns how many values of the function [Interpolate] takes
// for an interval of that half-width, if the function is analytic within a
// distance of π/2 of the real axis; 0 if the interval is too wide for one
// polynomial in powers.
func InterpolationNodes(halfWidth float64) int {
	if halfWidth > 1.1 {
		return 0
	}
	r := math.Pi / 2 / max(halfWidth, 1e-6)
	rho := r + math.Sqrt(r*r+1)
	n := 4 + int(math.Ceil(36/math.Log(rho)))
	return (n + 3) / 4 * 4
}

// Interpolate fits f on [low, high] at Chebyshev nodes and reports whether the
// last coefficients are small enough for a relative error of about 1e-13. The
// slices are reused between calls: store holds the result, of at least
// [InterpolationNodes] elements, and work twice as many.
func Interpolate(low, high float64, store, work []float64, f func(y float64) float64) (Interpolant, bool) {
	half := (high - low) / 2
	n := InterpolationNodes(half)
	if n == 0 {
		return Interpolant{}, false
	}
	p := Interpolant{mid: low + half, coefficients: store[:n]}
	if half > 0 {
		p.inverse = 1 / half
	}
	values, chebyshev := work[:n], work[n:2*n]
	smallest := math.Inf(1)
	for i := range n {
		values[i] = f(p.mid + half*math.Cos(math.Pi*(float64(i)+0.5)/float64(n)))
		smallest = min(smallest, math.Abs(values[i]))
	}
	for k := range n {
		sum := 0.0
		for i, v := range values {
			sum += v * math.Cos(math.Pi*float64(k*(2*i+1)%(4*n))/float64(2*n))
		}
		chebyshev[k] = sum * 2 / float64(n)
	}
	chebyshev[0] /= 2
	tail := math.Abs(chebyshev[n-1]) + math.Abs(chebyshev[n-2]) + math.Abs(chebyshev[n-3])
	// Powers lose (1+√2)^k of what a Chebyshev coefficient of that order holds.
	loss, growth := 0.0, 1.0
	for _, c := range chebyshev {
		loss += math.Abs(c) * growth
		growth *= 1 + math.Sqrt2
	}
	ok := smallest > 0 && tail <= 5e-14*smallest && loss <= 60*smallest
	toPowers(chebyshev, p.coefficients, values)
	return p, ok
}

// toPowers expands a Chebyshev sum into powers by Clenshaw's recurrence on
// polynomials; scratch has the same length.
func toPowers(chebyshev, powers, scratch []float64) {
	clear(powers)
	clear(scratch)
	n := len(chebyshev)
	for k := n - 1; k >= 1; k-- {
		// powers, scratch = c_k + 2u·powers − scratch, powers
		previous := 0.0
		for i := range n {
			current := powers[i]
			powers[i] = 2*previous - scratch[i]
			scratch[i] = current
			previous = current
		}
		powers[0] += chebyshev[k]
	}
	previous := 0.0
	for i := range n {
		current := powers[i]
		powers[i] = previous - scratch[i]
		previous = current
	}
	powers[0] += chebyshev[0]
}

// At returns the polynomial's value at y, which should lie in the interval.
func (p *Interpolant) At(y float64) float64 {
	u := (y - p.mid) * p.inverse
	u2 := u * u
	u4 := u2 * u2
	c := p.coefficients
	var s0, s1, s2, s3 float64
	for i := len(c) - 4; i >= 0; i -= 4 {
		q := c[i : i+4 : i+4]
		s0 = s0*u4 + q[0]
		s1 = s1*u4 + q[1]
		s2 = s2*u4 + q[2]
		s3 = s3*u4 + q[3]
	}
	return (s0 + s1*u) + u2*(s2+s3*u)
}
