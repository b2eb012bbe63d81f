package btyd

import (
	"math"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// largestRegularity is the largest k of a renewal.
const largestRegularity = 12

// renewal is what a customer who buys with some regularity does from now on if it
// is alive. Hidden events come at random at a rate λ; every k-th is a purchase, so
// that the times between purchases are Erlang-k, and after each the customer leaves
// with probability p ~ Beta(a, b). At its last purchase λ was Gamma(shape, rate less
// the time w since); that it did not buy in w leaves J < k events in it:
//
//	P(J = j) ∝ (shape)ⱼ uʲ/j!, u = w/rate, and then λ ~ Gamma(shape+j, rate).
//
// With N events in the next t units it buys ⌊(J+N)/k⌋ times while it stays. L = J+N
// has the weights (shape)_L Σⱼ Uʲ V^(L−j)/(j! (L−j)!), U = w/(rate+t),
// V = t/(rate+t), so that every prediction is one sum over L with positive terms
// and none of it is an approximation.
type renewal struct {
	process
	k int
	u float64
}

// longestSum is the number of events up to which predictions are sums over them.
const longestSum = 8000

// reach returns how many events must be looked at for the next t units.
func (p renewal) reach(t float64) float64 {
	tau, s := t/p.rate, p.shape+float64(p.k)
	return s*tau + 9*math.Sqrt(s*tau*(1+tau)) + 45*(1+tau)
}

// moments of the count Y of the next t units.
type moments struct {
	expected, survival, pairs float64
}

// walk is the distribution of the number of events since the last purchase, from
// few to many.
type walk struct {
	k, states, count int
	shape, u, v      float64
	fresh            float64 // the weight of no event in the time to come
	weights          [largestRegularity]float64
}

func (p renewal) walk(t float64) walk {
	w := walk{k: p.k, states: 1, shape: p.shape, u: p.u * p.rate / (p.rate + t), v: t / (p.rate + t), fresh: 1}
	w.weights[0] = 1
	return w
}

// block returns the weight of the next k counts of events: of one number of
// purchases.
func (w *walk) block() float64 {
	sum := 0.0
	for range w.k {
		step := (w.shape + float64(w.count)) * w.v
		for j := range w.states {
			weight := w.weights[j]
			sum += weight
			w.weights[j] = weight * step / float64(w.count+1-j)
		}
		w.fresh *= (w.shape + float64(w.count)) * w.u / float64(w.count+1)
		w.count++
		if w.count < w.k && w.u > 0 {
			w.weights[w.count] = w.fresh
			w.states++
		}
	}
	return sum
}

// shrink multiplies the weights by a factor.
func (w *walk) shrink(factor float64) {
	w.fresh *= factor
	for j := range w.states {
		w.weights[j] *= factor
	}
}

// moments sums over the events.
func (p renewal) moments(t float64) moments {
	w := p.walk(t)
	ratio := math.Pow(w.v, float64(p.k)) // that of far terms
	var m moments
	stay, sum, twice := 1.0, 0.0, 0.0 // E[(1−p)^n], E[Y|n purchases], E[Y(Y−1)|n purchases]
	total, last := 0.0, 0.0
	for n := 0.0; ; n++ {
		weight := w.block()
		total += weight
		m.survival += weight * stay
		m.expected += weight * sum
		term := weight * twice
		m.pairs += term
		if weight == 0 {
			break
		}
		if n > 2 && term < last {
			if r := max(term/last, ratio); term*r <= 1e-17*(1-r)*m.pairs {
				break
			}
		}
		last = term
		if total > 1e200 {
			const factor = 1e-200
			w.shrink(factor)
			total, last = total*factor, last*factor
			m.survival, m.expected, m.pairs = m.survival*factor, m.expected*factor, m.pairs*factor
		}
		// The next purchase is made by those who stayed.
		sum += stay
		twice += 2 * n * stay
		if p.a > 0 {
			stay *= (p.b + n) / (p.a + p.b + n)
		}
	}
	return moments{expected: m.expected / total, survival: min(1, m.survival/total), pairs: m.pairs / total}
}

func (p renewal) expected(t float64) float64 {
	if t == 0 {
		return 0
	}
	return p.predict(t, func(m moments) float64 { return m.expected }, (*farHorizon).expected)
}

func (p renewal) survival(t float64) float64 {
	if p.a == 0 || t == 0 {
		return 1
	}
	return p.predict(t, func(m moments) float64 { return m.survival }, (*farHorizon).survival)
}

func (p renewal) pairs(t float64) float64 {
	if t == 0 {
		return 0
	}
	return p.predict(t, func(m moments) float64 { return m.pairs }, (*farHorizon).pairs)
}

// predict sums over the events, or if they are many goes the way of [farHorizon].
func (p renewal) predict(t float64, near func(moments) float64, far func(f *farHorizon, p float64) float64) float64 {
	if p.reach(t) > longestSum {
		return p.far(t).mean(p.a, p.b, far)
	}
	return near(p.moments(t))
}

// logTotal returns the logarithm of the sum of all weights of a walk,
// Σⱼ (shape)ⱼ uʲ/j! times (1+t/rate)^shape.
func (p renewal) logTotal(t float64) float64 {
	return math.Log(p.phases(nil)) + p.shape*math.Log1p(t/p.rate)
}

// phases returns the sum of the weights (shape)ⱼ uʲ/j! of J = j < k, and sets into,
// unless nil, to each of them.
func (p renewal) phases(into *[largestRegularity]float64) float64 {
	sum, term := 0.0, 1.0
	for j := range p.k {
		if into != nil {
			into[j] = term
		}
		sum += term
		term *= (p.shape + float64(j)) * p.u / float64(j+1)
	}
	return sum
}

func (p renewal) probability(n int, t float64) float64 {
	if t == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	// Weights of the purchases that it would make if it stayed: fewer than n, n.
	w := p.walk(t)
	logScale := -p.logTotal(t) // of the weights
	before, at := 0.0, 0.0
	for i := 0; i <= n; i++ {
		before += at
		at = w.block()
		if before+at > 1e200 {
			const factor = 1e-200
			w.shrink(factor)
			before, at, logScale = before*factor, at*factor, logScale-math.Log(factor)
		}
		if at < 0x1p-1022 && before > 0 {
			return 0 // beyond the range of float64; rounding would keep the least numbers from falling
		}
	}
	scale := math.Exp(logScale)
	point := at * scale
	if n == 0 || p.a == 0 {
		return min(1, point)
	}
	tail := 1 - before*scale
	if tail < 0.1 && p.reach(t) <= longestSum {
		tail = point + p.beyond(&w)*scale
	}
	return p.process.stopped(n, point, max(tail, point))
}

// beyond returns the weight that is left in a walk.
func (p renewal) beyond(w *walk) float64 {
	ratio := math.Pow(w.v, float64(p.k))
	sum, last := 0.0, 0.0
	for {
		weight := w.block()
		sum += weight
		if r := max(weight/last, ratio); weight == 0 || (weight < last && weight*r <= 1e-17*(1-r)*sum) {
			return sum
		}
		last = weight
	}
}

// period is about the mean time between purchases.
func (p renewal) period() float64 { return float64(p.k) * p.rate / p.shape }

// discounted integrates by parts over panels: while the purchases of many customers
// still come in waves, which 2k periods level out, panels are short enough for these;
// then they grow with time.
func (p renewal) discounted(delta, end float64) float64 {
	rate := math.Abs(delta)
	total, last := 0.0, end
	if delta > 0 {
		last = min(end, 50/rate)
	}
	if !math.IsInf(end, 1) {
		total = p.expected(end)
	}
	wave := 2 * p.period() * math.Sqrt(largestRegularity/float64(p.k))
	level := 2 * float64(p.k) * p.period()
	sum := 0.0
	for from := 0.0; from < last; {
		width := wave
		if from > level {
			width = max(wave, from)
		}
		to := min(from+min(width, 2*from+p.rate, 6/rate), last)
		sum += numeric.GaussLegendre(from, to, func(t float64) float64 {
			if delta < 0 {
				return rate * math.Exp(rate*t) * max(0, total-p.expected(t))
			}
			return rate * math.Exp(-rate*t) * p.expected(t)
		})
		from = to
	}
	if delta < 0 {
		return total + sum
	}
	return sum + math.Exp(-rate*end)*total
}

func (p renewal) bend() float64 {
	// The generating function of the events is singular at t = −rate/(1−z) for
	// k-th roots z of 1 and of 1−p: at real parts up to −rate/2.
	bend := p.rate / 2
	if p.a > 0 {
		bend /= max(1, p.shape/float64(2*p.k)*p.a/(p.a+p.b))
	}
	return bend
}

// simulate draws the events since the last purchase, a rate and a dropout
// probability, and then the purchases.
func (p renewal) simulate(random *rand.Rand, t float64, visit func(at float64)) {
	var weights [largestRegularity]float64
	u := random.Float64() * p.phases(&weights)
	done := 0
	for done < p.k-1 && u >= weights[done] {
		u -= weights[done]
		done++
	}
	rate, leave := numeric.DrawGamma(random, p.shape+float64(done))/p.rate, 0.0
	if p.a > 0 {
		leave = numeric.DrawBeta(random, p.a, p.b)
	}
	wait := func(events int) float64 { return numeric.DrawGamma(random, float64(events)) / rate }
	for at := wait(p.k - done); at <= t; at += wait(p.k) {
		visit(at)
		if random.Float64() < leave {
			return
		}
	}
}
