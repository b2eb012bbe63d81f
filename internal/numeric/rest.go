package numeric

import "math"

// Log1pRest returns ln(1+z) − z for z > −1, which is −z²/2 for small z: near 0 the
// relative error stays below 1e-15.
func Log1pRest(z float64) float64 {
	if math.Abs(z) > 0.25 {
		return math.Log1p(z) - z
	}
	// ln(1+z) = 2 artanh(r) with r = z/(2+z), and 2r − z = −rz.
	r := z / (2 + z)
	r2 := r * r
	tail := 1./3 + r2*(1./5+r2*(1./7+r2*(1./9+r2*(1./11+r2*(1./13+r2*(1./15+r2*(1./17+r2/19)))))))
	return 2*r*r2*tail - r*z
}

// logRest is Log1pRest of z = ratio − 1, where ratio keeps the digits that z loses near −1.
func logRest(z, ratio float64) float64 {
	if z < -0.25 {
		return math.Log(ratio) - z
	}
	return Log1pRest(z)
}

// StirlingRest returns what Stirling's formula lacks, ln Γ(x) − (x−½) ln x + x −
// ½ ln 2π, for x > 0: about 1/(12x). The error is below 1e-15·max(1, |value|), and
// relative for x above 12.
func StirlingRest(x float64) float64 {
	sum := 0.0
	for x < shifted {
		sum += (x+0.5)*math.Log1p(1/x) - 1
		x++
	}
	inv := 1 / x
	return sum + inv*stirling(inv*inv)
}
