package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The future of a customer who is alive, over stretches from now on, in the state now.

// survival returns the probability of being alive at their end.
func (l *varyingLaw) survival(ahead []stretch, now varyingState) float64 {
	_, b := l.passed(ahead)
	return math.Exp(-l.s * math.Log1p(b/now.life))
}

// none returns the probability of no purchase.
func (l *varyingLaw) none(ahead []stretch, now varyingState) float64 {
	if l.s == 0 {
		a, _ := l.passed(ahead)
		return math.Exp(-now.shape * math.Log1p(a/now.rate))
	}
	mass := 0.0
	a, b := l.over(ahead, now, l.s+1, l.leave, func(weight, _, _ float64) { mass += weight })
	return min(1, math.Exp(-now.shape*math.Log1p(a/now.rate)-l.s*math.Log1p(b/now.life))+mass*l.s/now.life)
}

// expected returns the expected number of purchases: a plain Pareto/NBD in each stretch,
// of those who are alive at its beginning.
func (l *varyingLaw) expected(ahead []stretch, now varyingState) float64 {
	sum, b := 0.0, 0.0
	for _, s := range ahead {
		life := now.life + b
		f := paretoFuture{now.shape, now.rate, l.s, life}
		passed := l.leave[s.row] * s.length
		if passed == 0 || l.s == 0 {
			sum += now.shape / now.rate * l.buy[s.row] * s.length * math.Exp(-l.s*math.Log1p(b/now.life))
		} else {
			sum += f.expected(passed) * (l.buy[s.row] / l.leave[s.row]) * math.Exp(-l.s*math.Log1p(b/now.life))
		}
		b += passed
	}
	return sum
}

// pairs returns E[Y(Y−1)] = E[λ²]·∫ 2A S dA over the survival S.
func (l *varyingLaw) pairs(ahead []stretch, now varyingState) float64 {
	square := 0.0
	l.over(ahead, varyingState{0, now.rate, now.life}, l.s, l.buy, func(weight, a, _ float64) { square += 2 * weight * a })
	return now.shape / now.rate * ((now.shape + 1) / now.rate) * square
}

// discounted returns ∫ e^(−δt) dN(t), N being expected.
func (l *varyingLaw) discounted(ahead []stretch, now varyingState, delta float64) float64 {
	if delta == 0 {
		return l.expected(ahead, now)
	}
	sum, t, b := 0.0, 0.0, 0.0
	for _, s := range ahead {
		out := l.leave[s.row]
		for left := s.length; left > 0 && delta*t < 750; {
			length := min(left, 0.5/math.Abs(delta)) // e^−δt varies little
			part := 0.0
			departureNodes(1, 0, now.life+b, out, length, 0, l.s, func(tau, weight float64) {
				part += weight * math.Exp(-delta*(t+tau)-l.s*math.Log1p((b+out*tau)/now.life))
			})
			sum += l.buy[s.row] * part
			t += length
			b += out * length
			left -= length
		}
	}
	return now.shape / now.rate * sum
}

// simulate draws the purchase times in order: a rate, a time of departure in the warped
// time B, and arrivals in the warped time A.
func (l *varyingLaw) simulate(random *rand.Rand, ahead []stretch, now varyingState, visit func(at float64)) {
	rate := numeric.DrawGamma(random, now.shape) / now.rate
	stay := math.Inf(1)
	if l.s > 0 {
		stay = random.ExpFloat64() * now.life / numeric.DrawGamma(random, l.s)
	}
	next := random.ExpFloat64() / rate // in A, from the beginning of the stretch
	t := 0.0
	for _, s := range ahead {
		buy, out := l.buy[s.row], l.leave[s.row]
		end := min(s.length, stay/out)
		for ; next < buy*end; next += random.ExpFloat64() / rate {
			visit(t + next/buy)
		}
		if stay < out*s.length {
			return
		}
		next -= buy * s.length
		stay -= out * s.length
		t += s.length
	}
}
