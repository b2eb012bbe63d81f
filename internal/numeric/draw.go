package numeric

import (
	"math"
	"math/rand/v2"
)

// DrawGamma draws a gamma variate with that shape and rate 1 by the method of
// Marsaglia and Tsang (2000); for a shape below 1 a draw with shape+1 is scaled by
// U^(1/shape).
func DrawGamma(random *rand.Rand, shape float64) float64 {
	scale := 1.0
	if shape < 1 {
		scale = math.Pow(1-random.Float64(), 1/shape)
		shape++
	}
	d := shape - 1.0/3
	k := 1 / math.Sqrt(9*d)
	for {
		x := random.NormFloat64()
		v := 1 + k*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-random.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return scale * d * v
		}
	}
}

// DrawBeta draws a beta variate. Where both gammas are too small for a float64 the
// distribution has all its mass at the ends, with odds a to b.
func DrawBeta(random *rand.Rand, a, b float64) float64 {
	x, y := DrawGamma(random, a), DrawGamma(random, b)
	if x+y == 0 {
		if random.Float64()*(a+b) < a {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// Stream returns the generator of one of many independent streams of a seed. Seed and
// index are mixed before they become the generator's state, because neighbouring
// states of a congruential generator begin alike (the finaliser is that of splitmix64;
// Steele, Lea and Flood 2014).
func Stream(seed, index uint64) *rand.Rand {
	high := mixBits(seed)
	return rand.New(rand.NewPCG(high, mixBits(high^index)))
}

func mixBits(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// DrawPoisson draws a Poisson variate with that mean, 0 ≤ mean ≤ 1e9: below 10 by
// counting exponential times, above by transformed rejection (Hörmann, "The
// transformed rejection method for generating Poisson random variables", Insurance:
// Mathematics and Economics 12, 1993, algorithm PTRS).
func DrawPoisson(random *rand.Rand, mean float64) float64 {
	if mean < 10 {
		n := 0.0
		for at := random.ExpFloat64(); at < mean; at += random.ExpFloat64() {
			n++
		}
		return n
	}
	b := 0.931 + 2.53*math.Sqrt(mean)
	a := -0.059 + 0.02483*b
	inverse := 1.1239 + 1.1328/(b-3.4)
	squeeze := 0.9277 - 3.6224/(b-2)
	logMean := math.Log(mean)
	for {
		u, v := random.Float64()-0.5, 1-random.Float64()
		edge := 0.5 - math.Abs(u)
		n := math.Floor((2*a/edge+b)*u + mean + 0.43)
		if edge >= 0.07 && v <= squeeze {
			return n
		}
		if n < 0 || (edge < 0.013 && v > edge) {
			continue
		}
		logFactorial, _ := math.Lgamma(n + 1)
		if math.Log(v*inverse/(a/(edge*edge)+b)) <= n*logMean-mean-logFactorial {
			return n
		}
	}
}

// DrawConcave draws from the density proportional to e^h(u) on [low, high], for
// concave h with slope h' and its largest value at mode, which may be an end. It is
// exact: rejection from a plateau between two exponential tails that touch h where
// it has fallen by 1 (Devroye, "Non-Uniform Random Variate Generation", 1986, VII.2),
// which takes fewer than two tries on average.
func DrawConcave(random *rand.Rand, low, mode, high float64, h, slope func(u float64) float64) float64 {
	top := h(mode)
	left, leftSlope := touch(low, mode, top, h, slope)
	right, rightSlope := touch(high, mode, top, h, slope)
	tail := func(from, end, slope float64) float64 {
		if slope == 0 {
			return 0
		}
		return -math.Expm1(-slope*math.Abs(end-from)) / slope
	}
	before, after := tail(left, low, leftSlope), tail(right, high, rightSlope)
	for {
		at := random.Float64() * (before + (right - left) + after)
		var u, bound float64
		switch {
		case at < before:
			bound = math.Log1p(-leftSlope * at)
			u = left + bound/leftSlope
		case at < before+(right-left):
			u = left + (at - before)
		default:
			bound = math.Log1p(-rightSlope * max(0, at-before-(right-left)))
			u = right - bound/rightSlope
		}
		if u = min(max(u, low), high); h(u) >= top+bound-random.ExpFloat64() {
			return u
		}
	}
}

// touch returns where the tangent at the point between mode and end at which h has
// fallen by 1 reaches the height of the mode, and its slope in absolute value; the end
// and 0 if h does not fall so far.
func touch(end, mode, top float64, h, slope func(u float64) float64) (at, steepness float64) {
	if end == mode || h(end) >= top-1 {
		return end, 0
	}
	at = mode + (end-mode)*FallingRoot(0, 1, func(v float64) float64 { return h(mode+(end-mode)*v) - (top - 1) })
	steepness = math.Abs(slope(at))
	if !(steepness > 0) {
		return end, 0
	}
	away := (top - h(at)) / steepness
	if end < mode {
		return min(mode, at+away), steepness
	}
	return max(mode, at-away), steepness
}
