package numeric

import "math"

const (
	// panelFall is how many powers of e the integrand may change within a panel,
	// panelWidth how wide it may be, and panelsEnd where the rest is negligible:
	// of e^h, h concave, less than e^−Δ lies beyond a fall by Δ.
	panelFall  = 16
	panelWidth = 3
	panelsEnd  = 40
	panelsMost = 1000 // more than any use in the domain of this package takes
)

// ConcaveNodes visits the nodes and weights of a quadrature for integrands e^h(u)
// over [low, high] where h is concave with its maximum at mode: Gauss–Legendre
// panels with 20 nodes, outwards from the mode until the rest is below 1e-17 of
// the whole. Where e^h is analytic within a distance of π of the real axis, the
// relative error of Σ weight·e^h(u), or of that with a slowly varying factor, is
// about 1e-15, that of h apart. mode need not be exact.
func ConcaveNodes(low, mode, high float64, h func(u float64) float64, visit func(u, weight float64)) {
	mode = min(max(mode, low), high)
	top := h(mode)
	march := func(end, sign float64) {
		at, value := mode, top
		for range panelsMost {
			rest := sign * (end - at)
			if !(rest > 1e-15*math.Abs(at)) || value < top-panelsEnd {
				return
			}
			width := min(rest, panelWidth)
			next := h(at + sign*width)
			for !(math.Abs(next-value) <= panelFall) {
				// A concave h falls by no more than its share of the way.
				width *= max(0.9*panelFall/math.Abs(next-value), 0.25)
				if !(width > 4e-16*math.Abs(at)) || width < 1e-200 {
					return // steeper than numbers are dense
				}
				next = h(at + sign*width)
			}
			gaussLegendrePanel(at, at+sign*width, visit)
			at += sign * width
			value = next
			if width == rest {
				return
			}
		}
	}
	march(high, 1)
	march(low, -1)
}

// ConcaveIntegral returns ∫ e^h(u) du over [low, high] as the logarithm of the
// integral; see [ConcaveNodes].
func ConcaveIntegral(low, mode, high float64, h func(u float64) float64) float64 {
	mode = min(max(mode, low), high)
	top, sum := h(mode), 0.0
	if math.IsInf(top, -1) {
		return top
	}
	ConcaveNodes(low, mode, high, h, func(u, weight float64) {
		sum += weight * math.Exp(h(u)-top)
	})
	return top + math.Log(sum)
}

// FallingRoot returns the point of [low, high] at which slope, which falls, is
// 0, to about a thousandth of the interval's logarithmic or linear width; an end
// where it has one sign only.
func FallingRoot(low, high float64, slope func(u float64) float64) float64 {
	if !(slope(low) > 0) {
		return low
	}
	if slope(high) >= 0 {
		return high
	}
	for range 50 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if slope(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}
