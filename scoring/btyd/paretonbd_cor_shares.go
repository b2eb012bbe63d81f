package btyd

import "math"

// sarmanovMeans are ln A = ln E e^−λ = −r ln(1+1/α) and ln B = ln E e^−μ, with their first
// derivatives in ln r and ln α, ln s and ln β, and their second ones.
type sarmanovMeans struct {
	buy, leave gammaMean
}

// gammaMean is ln E e^−λ, its derivatives in the logarithms of shape and rate, and the
// second ones: of the shape twice, of both, of the rate twice.
type gammaMean [6]float64

func newGammaMean(shape, rate float64) gammaMean {
	value := -shape * math.Log1p(1/rate)
	slope := shape / (rate + 1)
	return gammaMean{value, value, slope, value, slope, -slope * rate / (rate + 1)}
}

// odds is A/(1−A).
func (g gammaMean) odds() float64 { return math.Exp(g[0]) / -math.Expm1(g[0]) }

func sarmanovShares(r, alpha, s, beta float64) sarmanovMeans {
	return sarmanovMeans{newGammaMean(r, alpha), newGammaMean(s, beta)}
}

// mean is A·B.
func (s sarmanovMeans) mean() float64 { return math.Exp(s.buy[0] + s.leave[0]) }

// bounds are the ends of the range of m in which the density of the two rates is
// nowhere negative: (e^−λ − A)(e^−μ − B) lies between −max(A(1−B), (1−A)B) and
// max(AB, (1−A)(1−B)).
func (s sarmanovMeans) bounds() (low, high float64) {
	a, b, mean := s.buy.odds(), s.leave.odds(), s.mean()
	return -min(1, a*b) / mean, min(a, b) / mean
}

// sarmanovEdge says what k = m A B is at a point: free, or at an end of its range.
type sarmanovEdge int

const (
	sarmanovFree   sarmanovEdge = iota
	sarmanovLeave               // k = B/(1−B), the upper end where that is below A/(1−A)
	sarmanovCorner              // the same where the two are equal
	sarmanovBuy                 // k = A/(1−A), the upper end elsewhere
	sarmanovLow                 // k = −1, the lower end where A B is above (1−A)(1−B)
	sarmanovSteep               // k = −A/(1−A) B/(1−B), the lower end elsewhere
)

// sarmanovK is k with its derivatives in ln r, ln α, ln s, ln β and m.
type sarmanovK struct {
	value    float64
	gradient [5]float64
	hessian  [25]float64
}

// at returns k, and whether that is within its range.
func (e sarmanovEdge) at(p *paretoPoint, m float64) (k sarmanovK, ok bool) {
	s := sarmanovShares(p.r, p.alpha, p.s, p.beta)
	a, b := s.buy.odds(), s.leave.odds()
	switch e {
	case sarmanovFree:
		mean := s.mean()
		k.exponential(m*mean, [2]float64{1, 1}, [2]float64{}, s)
		k.gradient[4] = mean
		for i, v := range [4]float64{s.buy[1], s.buy[2], s.leave[1], s.leave[2]} {
			k.hessian[i*5+4], k.hessian[20+i] = mean*v, mean*v
		}
		return k, k.value <= min(a, b) && k.value >= -min(1, a*b)
	case sarmanovLeave, sarmanovCorner:
		k.exponential(b, [2]float64{0, 1 + b}, [2]float64{0, b * (1 + b)}, s)
		return k, b <= a*(1+1e-9) || e == sarmanovCorner
	case sarmanovBuy:
		k.exponential(a, [2]float64{1 + a, 0}, [2]float64{a * (1 + a), 0}, s)
		return k, a <= b*(1+1e-9)
	case sarmanovLow:
		k.value = -1
		return k, a*b >= 1
	}
	k.exponential(-a*b, [2]float64{1 + a, 1 + b}, [2]float64{a * (1 + a), b * (1 + b)}, s)
	return k, a*b <= 1
}

// exponential sets k to a value whose logarithm has these derivatives, first and second,
// in ln A and ln B, and no mixed one.
func (k *sarmanovK) exponential(value float64, first, second [2]float64, s sarmanovMeans) {
	var slope [4]float64
	var curve [16]float64
	for i, g := range [2]gammaMean{s.buy, s.leave} {
		at := 2 * i
		slope[at], slope[at+1] = first[i]*g[1], first[i]*g[2]
		curve[at*4+at] = first[i]*g[3] + second[i]*g[1]*g[1]
		curve[at*4+at+1] = first[i]*g[4] + second[i]*g[1]*g[2]
		curve[(at+1)*4+at] = curve[at*4+at+1]
		curve[(at+1)*4+at+1] = first[i]*g[5] + second[i]*g[2]*g[2]
	}
	k.value = value
	for i := range 4 {
		k.gradient[i] = value * slope[i]
		for j := range 4 {
			k.hessian[i*5+j] = value * (slope[i]*slope[j] + curve[i*4+j])
		}
	}
}
