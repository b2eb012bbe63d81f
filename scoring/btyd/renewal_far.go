package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// farHorizon holds what a renewal needs for predictions over so many events that
// they cannot be summed one by one. For given p = 1−q the generating function of
// the purchases ⌊(j+N)/k⌋ is a sum over the k-th roots of unity: with z = q^(1/k),
// ω = e^(2πi/k) and G(y) = E[y^N] = (1+τ(1−y))^−s,
//
//	E[q^⌊(j+N)/k⌋] = (1−1/q)/k Σₗ (zωˡ)^(j+1) G(zωˡ) / (zωˡ−1).
//
// The term l = 0 is the smooth part, the others are the steps of ⌊·⌋.
type farHorizon struct {
	k       int
	tau     float64
	shape   float64
	weights [largestRegularity]float64 // P(J = j)
	head    [64]float64                // P(n purchases if nobody leaves), for large p
}

func (p renewal) far(t float64) *farHorizon {
	f := &farHorizon{k: p.k, tau: t / p.rate, shape: p.shape}
	total := p.phases(&f.weights)
	for j := range f.weights {
		f.weights[j] /= total
	}
	w := p.walk(t)
	w.shrink(math.Exp(-p.logTotal(t)))
	for n := range f.head {
		f.head[n] = w.block()
	}
	return f
}

// mean returns E[value(p)] over p ~ Beta(a, b).
func (f *farHorizon) mean(a, b float64, value func(*farHorizon, float64) float64) float64 {
	zero := value(f, 0)
	if a == 0 {
		return zero
	}
	return numeric.BetaMean(a, b, zero, func(p float64) float64 { return value(f, p) })
}

// smallQ is the q below which the counts of f.head tell everything.
const smallQ = 0.1

// expected returns E[Y] for given p, (1 − E[q^M])/p.
func (f *farHorizon) expected(p float64) float64 {
	q := 1 - p
	if q < smallQ {
		sum, power, tail := 0.0, 1.0, 1.0
		for _, v := range f.head {
			tail -= v
			sum += power * tail
			power *= q
		}
		return sum
	}
	_, gone, steps := f.parts(p)
	return gone + steps
}

// survival returns E[q^M] for given p.
func (f *farHorizon) survival(p float64) float64 {
	q := 1 - p
	if q < smallQ {
		sum, power := 0.0, 1.0
		for _, v := range f.head {
			sum += power * v
			power *= q
		}
		return sum
	}
	left, _, steps := f.parts(p)
	return max(0, left-p*steps)
}

// pairs returns E[Y(Y−1)] for given p, −2q dE[Y]/dp, by differences of sixth order.
func (f *farHorizon) pairs(p float64) float64 {
	q := 1 - p
	if q < smallQ+0.02 {
		sum, power, tail := 0.0, 2*q, 1-f.head[0]
		for n, v := range f.head[1:] {
			tail -= v
			sum += float64(n+1) * power * tail
			power *= q
		}
		return sum
	}
	h := 0.01 * (min(p, q-smallQ) + float64(f.k)/(f.tau*max(1, f.shape)))
	sum := 0.0
	for i, c := range [...]float64{45, -9, 1} {
		d := float64(i+1) * h
		sum += c * (f.expected(p+d) - f.expected(p-d))
	}
	return max(0, -2*q*sum/(60*h))
}

// parts returns the two parts of E[Y] for given p: the smooth one, gone = (1−left)/p,
// and the steps.
func (f *farHorizon) parts(p float64) (left, gone, steps float64) {
	k := float64(f.k)
	e := -math.Log1p(-p) / k // z = e^−e
	z, gap := math.Exp(-e), -math.Expm1(-e)
	lead, step := math.Log1p(f.tau*gap), logStep(k, e)
	for j, w := range f.weights[:f.k] {
		if w == 0 {
			continue
		}
		s, done := f.shape+float64(j), float64(j)
		exponent := step - done*e - s*lead
		left += w * math.Exp(exponent)
		if math.Abs(p) < 1e-300 {
			gone += w * (s*f.tau + done - (k-1)/2) / k
		} else {
			gone -= w * math.Expm1(exponent) / p
		}
	}
	for l := 1; 2*l <= f.k; l++ {
		count := 2.0 // l and k−l are conjugate
		if 2*l == f.k {
			count = 1
		}
		steps += count * f.root(l, e, z, gap)
	}
	return left, gone, steps / (k * (1 - p))
}

// root returns the real part of E[y^(J+1) G(y)] / (y−1) at y = zωˡ.
func (f *farHorizon) root(l int, e, z, gap float64) float64 {
	half := math.Pi * float64(l) / float64(f.k)
	sin, cos := math.Sincos(half)
	re, im := gap+2*z*sin*sin, -2*z*sin*cos // 1 − y, without cancellation
	size := math.Log(math.Hypot(1+f.tau*re, f.tau*im))
	if f.shape*size > 60 {
		return 0
	}
	angle, sum := math.Atan2(f.tau*im, 1+f.tau*re), 0.0
	for j, w := range f.weights[:f.k] {
		s, n := f.shape+float64(j), float64(j+1)
		magnitude := w * math.Exp(-n*e-s*size)
		if magnitude < 1e-22 {
			continue
		}
		sin, cos := math.Sincos(2*half*n - s*angle)
		sum -= magnitude * (cos*re + sin*im)
	}
	return sum / (re*re + im*im)
}

// logStep returns ln((e^(ke)−1)/(k(e^e−1))).
func logStep(k, e float64) float64 {
	if math.Abs(k*e) < 0.01 {
		return (k-1)*e/2 + (k*k-1)*e*e/24 - (k*k*k*k-1)*e*e*e*e/2880
	}
	return math.Log(math.Expm1(k*e) / (k * math.Expm1(e)))
}
