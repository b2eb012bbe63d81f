package numeric

// PanelNodes visits nodes and positive weights of Gauss–Legendre quadrature over
// [from, to]: 6, 10 or 20 of them, the fewest that are enough for an integrand that
// changes by e^change at most and is analytic within a distance of reach times the length
// from the interval. The relative error is about 1e-15 for a change up to 12 and a reach
// from 1.
//
// The hardest such integrand is a power with its singularity at that distance: the i-th
// derivative of (1 + x/reach)^−q is larger than that of e^(−change·x) by the factors
// 1 + i/q, so that near singularities count like change.
func PanelNodes(from, to, change, reach float64, visit func(u, weight float64)) {
	half := (to - from) / 2
	pair := func(x, weight float64) {
		visit(from+half*(1-x), half*weight)
		visit(from+half*(1+x), half*weight)
	}
	switch {
	case change+6/reach <= 1.1:
		pair(0.93246951420315203, 0.17132449237917035)
		pair(0.66120938646626451, 0.36076157304813861)
		pair(0.23861918608319691, 0.46791393457269105)
	case change+10/reach <= 6:
		pair(0.97390652851717172, 0.066671344308688138)
		pair(0.86506336668898451, 0.14945134915058059)
		pair(0.67940956829902441, 0.21908636251598204)
		pair(0.43339539412924719, 0.26926671930999636)
		pair(0.14887433898163121, 0.29552422471475287)
	default:
		gaussLegendrePanel(from, to, visit)
	}
}
