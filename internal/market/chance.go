package market

import (
	"math"
	"math/rand/v2"
)

// A stream is one use of chance in the life of one customer. The numbers are
// part of what a seed means: a new use gets a new number at the end.
type stream uint64

const (
	buying    stream = iota // joining, rate, dropout, times
	spending                // amounts
	trading                 // channel, branch, product of each purchase
	returning               // which sales come back, and when
	identity                // name, address, telephone
	copying                 // the second record of a customer and its mistakes
	repeating               // rows delivered twice
)

// chance draws from the distributions of the models.
type chance struct {
	pcg rand.PCG
	*rand.Rand
}

func newChance() *chance {
	c := new(chance)
	c.Rand = rand.New(&c.pcg)
	return c
}

// seed starts the stream of a customer. Seed, customer and stream are mixed
// before they become the generator's state, because neighbouring states of a
// congruential generator begin alike.
func (c *chance) seed(seed uint64, customer int, s stream) {
	high := mix(seed + 0x9e3779b97f4a7c15*uint64(s+1))
	c.pcg.Seed(high, mix(high^uint64(customer)))
}

// mix is the finaliser of splitmix64 (Steele, Lea and Flood 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// gamma draws a gamma variate with a shape and rate 1 by the method of Marsaglia
// and Tsang (2000); for a shape below 1 a draw with shape+1 is scaled by
// U^(1/shape).
func (c *chance) gamma(shape float64) float64 {
	scale := 1.0
	if shape < 1 {
		scale = math.Pow(1-c.Float64(), 1/shape)
		shape++
	}
	d := shape - 1.0/3
	k := 1 / math.Sqrt(9*d)
	for {
		x := c.NormFloat64()
		v := 1 + k*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-c.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return scale * d * v
		}
	}
}

// beta draws a beta variate. Where both gammas are too small for a float64 the
// distribution has all its mass at the ends, with odds a to b.
func (c *chance) beta(a, b float64) float64 {
	x, y := c.gamma(a), c.gamma(b)
	if x+y == 0 {
		if c.Float64()*(a+b) < a {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// happens is true with probability p.
func (c *chance) happens(p float64) bool { return c.Float64() < p }
