package numeric

import "math"

const (
	log2E = 1.44269504088896338700e+00
	ln2Hi = 6.93147180369123816490e-01 // ln 2 to 32 bits, so that k·ln2Hi is exact
	ln2Lo = 1.90821492927058770002e-10
	// roundMagic added and taken away rounds a number below 2^51 to an integer.
	roundMagic = 6755399441055744.0
)

// ExpBlock sets dst[i] = e^src[i] for arguments up to 709.78; larger ones count
// as that, and below −745 the result is 0. dst may be src; lengths must agree.
// There is no branch in the loop, so mixed arguments cost the same as sorted
// ones. The relative error is below 4e-16 where the result is a normal number.
func ExpBlock(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		x = max(min(x, 709.78), -746)
		shift := x*log2E + roundMagic
		k := shift - roundMagic
		r := (x - k*ln2Hi) - k*ln2Lo
		r2 := r * r
		r4 := r2 * r2
		r8 := r4 * r4
		p := (1./2 + r*(1./6)) + r2*(1./24+r*(1./120)) +
			r4*((1./720+r*(1./5040))+r2*(1./40320+r*(1./362880))) +
			r8*((1./3628800+r*(1./39916800))+r2*(1./479001600))
		e := 1 + (r + r2*p)
		// In two halves: 2^k alone leaves the range at both ends.
		n := int64(k)
		half := n >> 1
		e *= math.Float64frombits(uint64(half+1023) << 52)
		dst[i] = e * math.Float64frombits(uint64(n-half+1023)<<52)
	}
}

// LogBlock sets dst[i] = ln src[i] for positive normal numbers. dst may be src;
// lengths must agree. The error is below 1e-16 + 3e-16·|value|.
func LogBlock(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		k, m := split(x)
		f := m - 1
		s := f / (2 + f)
		dst[i] = k*ln2Hi + (f - (s*(f-atanhTail(s*s)) - k*ln2Lo))
	}
}

// Log1pBlock sets dst[i] = ln(1 + src[i]) for 0 ≤ src[i] < 1e300. dst may be src;
// lengths must agree. The relative error is below 5e-16.
func Log1pBlock(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		u := 1 + x
		lost := x - (u - 1) // what rounding took from u, for small x
		lost = min(max(lost, -1), 1)
		k, m := split(u)
		f := m - 1
		s := f / (2 + f)
		dst[i] = k*ln2Hi + (f - (s*(f-atanhTail(s*s)) - (k*ln2Lo + lost/u)))
	}
}

// split returns k and m with x = m·2^k and √½ ≤ m < √2.
func split(x float64) (k, m float64) {
	const sqrtHalf = 0x3fe6a09e667f3bcd
	bits := int64(math.Float64bits(x))
	n := (bits - sqrtHalf) >> 52
	return float64(n), math.Float64frombits(uint64(bits - n<<52))
}

// atanhTail returns Σ 2 z^k/(2k+1), k ≥ 1, so that ln(1+f) = 2s + s·atanhTail(s²)
// with s = f/(2+f); z ≤ .0295.
func atanhTail(z float64) float64 {
	z2 := z * z
	z4 := z2 * z2
	p := ((2./3 + z*(2./5)) + z2*(2./7+z*(2./9))) +
		z4*(((2./11+z*(2./13))+z2*(2./15+z*(2./17)))+z4*((2./19+z*(2./21))+z2*(2./23)))
	return z * p
}
