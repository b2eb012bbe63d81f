package numeric

// PanelNodes visits the nodes and weights of Gauss–Legendre quadrature over
// [from, to]: 20 of them, for integrands that change by no more than a dozen powers of e
// and are analytic within twice the length; or 6 if short, for those that change by no
// more than one and are analytic within ten times the length. The relative error is then
// about 1e-15.
func PanelNodes(from, to float64, short bool, visit func(u, weight float64)) {
	if !short {
		gaussLegendrePanel(from, to, visit)
		return
	}
	node := [...]float64{0.93246951420315203, 0.66120938646626451, 0.23861918608319691}
	weight := [...]float64{0.17132449237917035, 0.36076157304813861, 0.46791393457269105}
	half := (to - from) / 2
	for i, x := range node {
		visit(from+half*(1-x), half*weight[i])
		visit(from+half*(1+x), half*weight[i])
	}
}
