package rfm

// quantile returns the k/bins quantile of sorted values, of a type from 1 to 9 of
// Hyndman and Fan (1996). Where it lies among the values is computed in whole
// numbers, so no rounding of k/bins moves it to another value.
func quantile(sorted []float64, kind, k, bins int) float64 {
	n := len(sorted)
	// The quantile lies at position above/below, counted from 1: np + m with
	// p = k/bins and the m of the type.
	var above, below int
	switch kind {
	case 1, 2, 4: // m = 0
		above, below = n*k, bins
	case 3: // m = −1/2
		above, below = 2*n*k-bins, 2*bins
	case 5: // m = 1/2
		above, below = 2*n*k+bins, 2*bins
	case 6: // m = p
		above, below = (n+1)*k, bins
	case 8: // m = (p + 1)/3
		above, below = (3*n+1)*k+bins, 3*bins
	case 9: // m = p/4 + 3/8
		above, below = (8*n+2)*k+3*bins, 8*bins
	default: // 7: m = 1 − p
		above, below = (n-1)*k+bins, bins
	}
	// Division that rounds down; above is negative for type 3 and few values.
	low, rest := above/below, above%below
	if rest < 0 {
		low, rest = low-1, rest+below
	}
	at := func(i int) float64 { return sorted[min(max(i, 1), n)-1] }
	switch {
	case kind == 1 && rest > 0, kind == 2 && rest > 0, kind == 3 && (rest > 0 || low%2 != 0):
		return at(low + 1)
	case kind == 1, kind == 3:
		return at(low)
	case kind == 2:
		return between(at(low), at(low+1), 0.5)
	}
	return between(at(low), at(low+1), float64(rest)/float64(below))
}

// between returns the point at a share of the way from a to b, a ≤ b, and never
// one outside.
func between(a, b, share float64) float64 {
	if share == 0 {
		return a
	}
	return min(max(a+float64(share*(b-a)), a), b)
}

// quantileOfR returns the k/bins quantile of type 7 as R computes it, step by step
// in float64: quantile(x, seq(0, 1, length.out = bins + 1)). Its seq gives
// 3 · 0.2 = 0.6000000000000001, which can make the quantile a little greater than
// the value that it stands for.
func quantileOfR(sorted []float64, k, bins int) float64 {
	index := float64(len(sorted)-1) * float64(float64(k)*(1/float64(bins)))
	index++ // R counts from 1, and that rounds too
	low := int(index)
	a := sorted[low-1]
	if float64(low) == index || low == len(sorted) || sorted[low] == a {
		return a
	}
	share := index - float64(low)
	// Conversions keep the compiler from fusing multiplication and addition.
	return float64((1-share)*a) + float64(share*sorted[low])
}
