package numeric

// legendre8 and legendre16 return the nodes of Gauss–Legendre rules on [−1, 1], in pairs
// ±node with a common weight.
func legendre8() (node, weight [4]float64) {
	return [...]float64{0.18343464249564980, 0.52553240991632899, 0.79666647741362674, 0.96028985649753623},
		[...]float64{0.36268378337836198, 0.31370664587788729, 0.22238103445337447, 0.10122853629037626}
}

func legendre12() (node, weight [6]float64) {
	return [...]float64{0.12523340851146892, 0.36783149899818019, 0.58731795428661745, 0.76990267419430469, 0.90411725637047486, 0.98156063424671925},
		[...]float64{0.24914704581340279, 0.23349253653835481, 0.20316742672306592, 0.16007832854334623, 0.10693932599531843, 0.047175336386511827}
}

func legendre16() (node, weight [8]float64) {
	return [...]float64{
			0.095012509837637440, 0.28160355077925891, 0.45801677765722739, 0.61787624440264375,
			0.75540440835500303, 0.86563120238783174, 0.94457502307323258, 0.98940093499164993,
		}, [...]float64{
			0.18945061045506850, 0.18260341504492359, 0.16915651939500254, 0.14959598881657673,
			0.12462897125553387, 0.095158511682492785, 0.062253523938647893, 0.027152459411754095,
		}
}

// Legendre is a Gauss–Legendre rule on [0, 1], its N nodes in ascending order.
type Legendre struct {
	N            int
	Node, Weight [16]float64
}

// NewLegendre returns the rule with 8 or 12 nodes, or that with 16 for any other number.
func NewLegendre(nodes int) Legendre {
	switch nodes {
	case 8:
		x, w := legendre8()
		return unitRule(x[:], w[:])
	case 12:
		x, w := legendre12()
		return unitRule(x[:], w[:])
	}
	x, w := legendre16()
	return unitRule(x[:], w[:])
}

// unitRule moves a rule of pairs to [0, 1].
func unitRule(node, weight []float64) Legendre {
	n := len(node)
	l := Legendre{N: 2 * n}
	for i, x := range node {
		l.Node[n-1-i], l.Node[n+i] = (1-x)/2, (1+x)/2
		l.Weight[n-1-i], l.Weight[n+i] = weight[i]/2, weight[i]/2
	}
	return l
}
