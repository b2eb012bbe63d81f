package numeric

import "math"

// GrowthIntegral returns ∫₀^end rate·e^(−rate·s) f(s) ds for rate > 0, where f is
// analytic off the negative axis, vanishes like s at 0 and grows at most like s:
// an expected count over time. end may be +Inf. scale is the time on which f
// bends (its nearest singularity is at −scale).
//
// The relative error is about 1e-14, that of f apart.
func GrowthIntegral(rate, end, scale float64, f func(s float64) float64) float64 {
	if math.IsInf(end, 1) || rate*end > 45 {
		// s = e^y/rate: the trapezoid rule converges as e^(−2π·(π/2)/h).
		sum := 0.0
		const h = 1. / 4
		// Below z = rate·scale the terms fall like z², above only like z.
		for k := -int(4 * (19.6 - math.Log(min(1, rate*scale))/2)); k <= 15; k++ {
			z := math.Exp(float64(k) * h)
			if z > 45 {
				break
			}
			sum += z * math.Exp(-z) * f(z/rate)
		}
		return sum * h
	}
	if end <= 6*scale && rate*end <= 6 {
		// In u = ln(1+s/scale) the integrand is analytic in a wide strip.
		top := math.Log1p(end / scale)
		return GaussLegendre(0, top, func(u float64) float64 {
			s := scale * math.Expm1(u)
			return rate * math.Exp(-rate*s) * f(s) * (s + scale)
		})
	}
	// s = end/(1+e^−y).
	sum := 0.0
	const h = 1. / 4
	for k := -int(4 * (19.6 + math.Log(max(1, rate*end)*max(1, end/scale))/2)); k <= 150; k++ {
		e := math.Exp(-float64(k) * h)
		s := end / (1 + e)
		sum += rate * math.Exp(-rate*s) * f(s) * s * (e / (1 + e))
	}
	return sum * h
}

// GaussLegendre integrates f over [from, to] with 20 nodes: exactly for polynomials
// of degree 39.
func GaussLegendre(from, to float64, f func(float64) float64) float64 {
	sum := 0.0
	gaussLegendrePanel(from, to, func(u, weight float64) { sum += weight * f(u) })
	return sum
}

// gaussLegendrePanel visits the 20 nodes between from and to, in either order, with
// positive weights.
func gaussLegendrePanel(from, to float64, visit func(u, weight float64)) {
	node := [...]float64{
		0.99312859918509492, 0.96397192727791379, 0.91223442825132591, 0.83911697182221882, 0.74633190646015079,
		0.63605368072651503, 0.5108670019508271, 0.37370608871541956, 0.22778585114164508, 0.076526521133497334,
	}
	weight := [...]float64{
		0.017614007139152118, 0.040601429800386941, 0.062672048334109064, 0.083276741576704749, 0.10193011981724044,
		0.11819453196151842, 0.13168863844917663, 0.14209610931838205, 0.14917298647260375, 0.15275338713072585,
	}
	half := (to - from) / 2
	for i, x := range node {
		w := math.Abs(half) * weight[i]
		visit(from+half*(1-x), w)
		visit(from+half*(1+x), w)
	}
}
