package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// paretoFuture is what a customer who is alive now does from now on under the
// Pareto/NBD: it buys at a rate λ ~ Gamma(shape, rate) for a time with the survival
// function (life/(life+t))^leave. A customer who is alive after x purchases by age T is
// that with r+x, α+T, s, β+T.
type paretoFuture struct {
	shape, rate, leave, life float64
}

// lifetime returns E[min(t, time to departure)], smooth at leave = 1.
func (f paretoFuture) lifetime(t float64) float64 {
	l := math.Log1p(t / f.life)
	if f.leave == 1 {
		return f.life * l
	}
	return f.life * math.Expm1((1-f.leave)*l) / (1 - f.leave)
}

// expected is equation 22 of Schmittlein, Morrison and Colombo (1987), in a form that
// does not cancel.
func (f paretoFuture) expected(t float64) float64 {
	if f.leave == 0 {
		return f.shape * t / f.rate
	}
	return f.shape / f.rate * f.lifetime(t)
}

func (f paretoFuture) survival(t float64) float64 {
	return math.Exp(-f.leave * math.Log1p(t/f.life))
}

// pairs is E[λ²]·E[min(t, time to departure)²]; the latter is ∫ 2y (life/(life+y))^leave dy,
// in v = ln(1 + y/life).
func (f paretoFuture) pairs(t float64) float64 {
	square := t * t
	if l := math.Log1p(t / f.life); f.leave > 0 && l > 0 {
		log := func(v float64) float64 { return math.Log(-math.Expm1(-v)) + (2-f.leave)*v }
		mode := l
		if f.leave > 2 {
			mode = math.Log1p(1 / (f.leave - 2))
		}
		square = 2 * f.life * f.life * math.Exp(numeric.ConcaveIntegral(0, mode, l, log))
	}
	return f.shape / f.rate * ((f.shape + 1) / f.rate) * square
}

// probability adds up who is still alive at t and, by their time of departure y,
// who is not; Fader and Hardie, "Deriving the Conditional PMF of the Pareto/NBD
// Model" (2014), have the second part as a sum that cancels. The integrand is
// concave in the logarithm of the smaller scale + y as that of [departure].
func (f paretoFuture) probability(n int, t float64) float64 {
	if t == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	k := float64(n)
	count := func(y float64) float64 { // ln of the count's probability given y, without factorials
		v := -f.shape * math.Log1p(y/f.rate)
		if n > 0 {
			v -= k * math.Log1p(f.rate/y)
		}
		return v
	}
	choose := numeric.LogRising(f.shape, k) - numeric.LogRising(1, k)
	stays := math.Exp(choose + count(t) - f.leave*math.Log1p(t/f.life))
	if f.leave == 0 {
		return min(1, stays)
	}
	scale := min(f.rate, f.life)
	end := math.Log1p(t / scale)
	mode := numeric.FallingRoot(0, end, func(u float64) float64 {
		y := scale * math.Expm1(u)
		q := scale + y
		slope := 1 - (f.shape+k)*(q/(f.rate+y)) - (f.leave+1)*(q/(f.life+y))
		if n > 0 {
			slope += k * (q / y)
		}
		return slope
	})
	leaves := numeric.ConcaveIntegral(0, mode, end, func(u float64) float64 {
		y := scale * math.Expm1(u)
		return count(y) - (f.leave+1)*math.Log1p(y/f.life) + u
	})
	return min(1, stays+math.Exp(choose+leaves+math.Log(f.leave)+math.Log(scale/f.life)))
}

// limit returns the expected number of purchases ever, finite for s > 1 only.
func (f paretoFuture) limit() (float64, bool) {
	if f.leave <= 1 {
		return 0, false
	}
	return f.shape / f.rate * (f.life / (f.leave - 1)), true
}

// bend is life, or less where nearly everybody leaves long before.
func (f paretoFuture) bend() float64 { return f.life / max(1, f.leave) }

func (f paretoFuture) simulate(random *rand.Rand, t float64, visit func(at float64)) {
	buy := numeric.DrawGamma(random, f.shape) / f.rate
	end := t
	if f.leave > 0 {
		end = min(t, random.ExpFloat64()*f.life/numeric.DrawGamma(random, f.leave))
	}
	for at := random.ExpFloat64() / buy; at < end; at += random.ExpFloat64() / buy {
		visit(at)
	}
}
