package market

import (
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
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

func (c *chance) gamma(shape float64) float64 { return numeric.DrawGamma(c.Rand, shape) }

func (c *chance) beta(a, b float64) float64 { return numeric.DrawBeta(c.Rand, a, b) }

// happens is true with probability p.
func (c *chance) happens(p float64) bool { return c.Float64() < p }
