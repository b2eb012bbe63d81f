package routing

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// waitDensity is the density of the wait that a caller of endless patience would have in
// an Erlang A queue, up to a factor: exp(φ(u)), φ(u) = y(1−e^−u) − x·u, for u ≥ 0 the wait
// in units of the mean patience. φ is concave.
type waitDensity struct {
	arrivals float64 // y, callers in a mean patience
	services float64 // x, those whom all agents serve in a mean patience
	spare    float64 // x − y, from more digits than the two
}

// peakHeight returns φ at its peak, which is 0 where φ falls from the start.
func (w *waitDensity) peakHeight() float64 {
	if w.spare >= 0 {
		return 0
	}
	return -w.services * numeric.Log1pRest(-w.spare/w.services)
}

// anchor is φ seen from a point c: φ(c+v) = φ(c) + bend·(1−e^−v−v) − slope·v. Differences
// of the great numbers that φ is made of do not occur in it.
type anchor struct {
	at          float64 // c
	height      float64 // φ(c) − φ(peak)
	bend, slope float64 // −φ''(c), −φ'(c)
}

// anchored returns φ around the point from … to at which φ(u) − shift·u is greatest; shift
// is 0 or 1.
func (w *waitDensity) anchored(from, to, shift float64) anchor {
	peak, services := 0.0, w.services+shift
	if w.spare+shift < 0 {
		peak = math.Log1p(-(w.spare + shift) / services)
	}
	switch c := max(from, min(to, peak)); c {
	case 0:
		return anchor{height: -w.peakHeight(), bend: w.arrivals, slope: w.spare}
	case peak:
		// Of φ itself the peak is ln(1 + shift/x) further on.
		return anchor{at: peak, height: w.services * expRest(-math.Log1p(shift/w.services)), bend: services, slope: -shift}
	default:
		a := anchor{at: c, bend: w.arrivals * math.Exp(-c), slope: w.spare - w.arrivals*math.Expm1(-c)}
		if w.spare >= 0 {
			a.height = w.arrivals*expRest(c) - w.spare*c
		} else {
			a.height = w.services * expRest(c-math.Log1p(-w.spare/w.services))
		}
		return a
	}
}

// expRest returns 1 − e^−v − v, which is −v²/2 for small v.
func expRest(v float64) float64 {
	if math.Abs(v) > 0.5 {
		return -math.Expm1(-v) - v
	}
	sum := 1.0
	for k := 17.0; k > 2; k-- {
		sum = 1 - v/k*sum
	}
	return -v * v / 2 * sum
}

const (
	enough = 48 // how far the logarithm falls where an integral is cut off
	drop   = 4  // of the logarithm in one panel
	spread = 60 // beyond this e^−v is nothing beside 1
)

// integrals returns ∫ exp(φ(u) − max φ)·weight(u) du from … to for two weights, where the
// integrands are near exp(φ(u) − shift·u). Panels are laid out from the point where that is
// greatest to both sides, so wide that its logarithm falls by about [drop] in each, and no
// wider than 3, as far as e^−u matters.
func (w *waitDensity) integrals(from, to, shift float64, weights func(u float64) (float64, float64)) (first, second float64) {
	a := w.anchored(from, to, shift)
	visit := func(v, step float64) {
		one, two := weights(a.at + v)
		density := step * math.Exp(a.bend*expRest(v)-a.slope*v)
		first, second = first+density*one, second+density*two
	}
	fallen := func(v float64) float64 { return (a.slope+shift)*v - a.bend*expRest(v) }
	width := func(slope, v float64) float64 {
		return 2 * drop / (slope + math.Sqrt(slope*slope+2*drop*a.bend*math.Exp(-v)))
	}
	last := to - a.at
	for v := 0.0; v < last && fallen(v) < enough; {
		step := width(a.slope+shift-a.bend*math.Expm1(-v), v)
		if v < spread {
			step = min(step, 3)
		}
		next := min(last, v+step)
		numeric.PanelNodes(v, next, 3*drop, 1, visit)
		v = next
	}
	begin := from - a.at
	for v := 0.0; v > begin && fallen(v) < enough; {
		// φ bends more on the way, by a factor e at most.
		next := max(begin, v-min(1, width(a.bend*math.Expm1(-v)-a.slope-shift, v)))
		numeric.PanelNodes(next, v, 3*drop, 1, visit)
		v = next
	}
	scale := math.Exp(a.height)
	return first * scale, second * scale
}
