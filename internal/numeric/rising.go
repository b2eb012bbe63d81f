package numeric

import "math"

// directRising is the longest product that is multiplied out.
const directRising = 12

// LogRising returns ln Γ(z+n) − ln Γ(z), the logarithm of the rising factorial
// (z)ₙ, for z > 0 and n ≥ 0; n need not be whole. Nothing cancels when n is small
// beside z or z beside n.
//
// For 1e-8 ≤ z ≤ 1e16 and n = 0 or 1e-3 ≤ n ≤ 1e6 the error is below
// 1e-14·max(1, |value|).
func LogRising(z, n float64) float64 {
	if value, ok := risingProduct(z, n); ok {
		return value
	}
	value := 0.0
	for z < shifted {
		value -= math.Log1p(n / z)
		z++
	}
	w := z + n
	iz, iw := 1/z, 1/w
	return value + (z-0.5)*math.Log1p(n*iz) - n + n*math.Log(w) + (iw*stirling(iw*iw) - iz*stirling(iz*iz))
}

// risingProduct multiplies short whole factorials out.
func risingProduct(z, n float64) (float64, bool) {
	if n > directRising || n != math.Trunc(n) || z > 1e20 {
		return 0, false
	}
	product := 1.0
	for i := range int(n) {
		product *= z + float64(i)
	}
	return math.Log(product), true
}

// Rising3 returns [LogRising](z, n) and its first and second derivative with
// respect to z: ψ(z+n) − ψ(z) and ψ'(z+n) − ψ'(z), without cancellation.
//
// On the domain of LogRising the derivatives have a relative error below 1e-13.
func Rising3(z, n float64) (value, d1, d2 float64) {
	if n == 0 {
		return 0, 0, 0
	}
	if logProduct, ok := risingProduct(z, n); ok {
		for i := range int(n) {
			inv := 1 / (z + float64(i))
			d1 += inv
			d2 -= inv * inv
		}
		return logProduct, d1, d2
	}
	for z < shifted {
		w := z + n
		value -= math.Log1p(n / z)
		d1 += n / (z * w)
		d2 -= n * (z + w) / (z * z * w * w)
		z++
	}
	w := z + n
	iz, iw := 1/z, 1/w
	z2, w2 := iz*iz, iw*iw
	ratio := math.Log1p(n * iz)
	value += (z-0.5)*ratio - n + n*math.Log(w) + (iw*stirling(w2) - iz*stirling(z2))
	// 1/z − 1/w and its relatives are written over a common denominator.
	gap := n * iz * iw
	d1 += ratio + gap/2 + gap*(iz+iw)*digammaGap(z2, w2)
	d2 -= gap + gap*(iz+iw)/2 + gap*trigammaGap(iz, iw)
	return value, d1, d2
}

// digammaGap returns (f(z2) − f(w2)) / (z2 − w2) for f(u) = u·digammaSeries(u).
func digammaGap(z2, w2 float64) float64 {
	c := [...]float64{1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760}
	sum, power := 0.0, 1.0 // power is the divided difference of u^(k+1)
	zk := 1.0
	for _, ck := range c {
		sum += ck * power
		zk *= z2
		power = power*w2 + zk
	}
	return sum
}

// trigammaGap returns (g(z) − g(w)) / (z − w) for g(u) = u³·trigammaSeries(u²),
// z and w being the reciprocals.
func trigammaGap(z, w float64) float64 {
	c := [...]float64{1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730}
	// divided difference of u^m is Σ z^i w^(m-1-i); start with m = 3
	zm := z * z
	power := zm + z*w + w*w
	sum := 0.0
	for _, ck := range c {
		sum += ck * power
		for range 2 {
			zm *= z
			power = power*w + zm
		}
	}
	return sum
}
