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
