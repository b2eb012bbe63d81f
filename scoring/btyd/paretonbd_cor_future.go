package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovFuture is what a customer who is alive does under [sarmanovLaw].
type sarmanovFuture struct {
	law     *sarmanovLaw
	parts   [4]paretoFuture
	weights [4]float64
}

// mean mixes the parts; rounding may take it below 0.
func (f *sarmanovFuture) mean(of func(p *paretoFuture) float64) float64 {
	sum := 0.0
	for i := range f.parts {
		sum += f.weights[i] * of(&f.parts[i])
	}
	return max(0, sum)
}

func (f *sarmanovFuture) expected(t float64) float64 {
	return f.mean(func(p *paretoFuture) float64 { return p.expected(t) })
}

func (f *sarmanovFuture) survival(t float64) float64 {
	return min(1, f.mean(func(p *paretoFuture) float64 { return p.survival(t) }))
}

func (f *sarmanovFuture) pairs(t float64) float64 {
	return f.mean(func(p *paretoFuture) float64 { return p.pairs(t) })
}

func (f *sarmanovFuture) probability(n int, t float64) float64 {
	return min(1, f.mean(func(p *paretoFuture) float64 { return p.probability(n, t) }))
}

func (f *sarmanovFuture) limit() (float64, bool) {
	_, finite := f.parts[0].limit()
	return f.mean(func(p *paretoFuture) float64 {
		n, _ := p.limit()
		return n
	}), finite
}

func (f *sarmanovFuture) bend() float64 { return f.parts[0].bend() }

// simulate draws independent rates and keeps them with a probability proportional to
// what the density is more than theirs.
func (f *sarmanovFuture) simulate(random *rand.Rand, t float64, visit func(at float64)) {
	p := f.law.parts[0]
	shares := sarmanovShares(p.r, p.alpha, p.s, p.beta)
	a, b := math.Exp(shares.buy[0]), math.Exp(shares.leave[0])
	most := 1 + max(0, f.law.m*max(a*b, (1-a)*(1-b)), -f.law.m*max(a*(1-b), (1-a)*b))
	for {
		buy, leave := numeric.DrawGamma(random, f.parts[0].shape)/f.parts[0].rate, numeric.DrawGamma(random, f.parts[0].leave)/f.parts[0].life
		if random.Float64()*most > 1+f.law.m*(math.Exp(-buy)-a)*(math.Exp(-leave)-b) {
			continue
		}
		end := min(t, random.ExpFloat64()/leave)
		for at := random.ExpFloat64() / buy; at < end; at += random.ExpFloat64() / buy {
			visit(at)
		}
		return
	}
}
