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
// The loop takes the same path for all arguments in range, so that mixed ones
// cost no more than sorted ones. The relative error is below 4e-16 where the
// result is a normal number.
func ExpBlock(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		if x > 709.78 {
			x = 709.78
		}
		if x < -746 {
			x = -746
		}
		shift := x*log2E + roundMagic
		k := shift - roundMagic
		r := (x - k*ln2Hi) - k*ln2Lo
		e := 1 + (r + expTail(r))
		// In two halves: 2^k alone leaves the range at both ends.
		n := int64(k)
		half := n >> 1
		e *= math.Float64frombits(uint64(half+1023) << 52)
		dst[i] = e * math.Float64frombits(uint64(n-half+1023)<<52)
	}
}

// Expm1Block sets dst[i] = e^src[i] − 1 with the precision of the small ones, for
// arguments up to 700; larger ones count as that. dst may be src; lengths must agree.
// The relative error is below 1e-15.
func Expm1Block(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		if x > 700 {
			x = 700
		}
		if x < -50 {
			x = -50 // −1 + 2e-22
		}
		shift := x*log2E + roundMagic
		k := shift - roundMagic
		r := (x - k*ln2Hi) - k*ln2Lo
		power := math.Float64frombits(uint64(int64(k)+1023) << 52)
		dst[i] = (power - 1) + power*(r+expTail(r))
	}
}

// expTail returns e^r − 1 − r: it interpolates (e^r − 1 − r)/r² at the Chebyshev points
// of |r| ≤ ln √2, to 2e-16.
func expTail(r float64) float64 {
	r2 := r * r
	r4 := r2 * r2
	p := (0.50000000000000011 + r*0.16666666666666669) + r2*(0.041666666666624157+r*0.0083333333333300633) +
		r4*((0.0013888888917199863+r*0.00019841269863042963)+r2*(2.4801521317484083e-5+r*2.7557268476553695e-6)+
			r4*(2.7620078203806394e-7+r*2.5100377619606372e-8))
	return r2 * p
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
		lost := x - (u - 1) // what rounding took from u
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
// with s = f/(2+f). It interpolates the sum over z at the Chebyshev points of
// 0 ≤ z ≤ .02944, to a relative error of 5e-16 in a term that is a fiftieth of
// the whole at most.
func atanhTail(z float64) float64 {
	z2 := z * z
	p := (0.66666666666666696 + z*0.39999999999899449) + z2*((0.28571428626001427+z*0.22222211130560726)+
		z2*((0.18182889433757515+z*0.15331711346672997)+z2*0.14616576421644387))
	return z * p
}
