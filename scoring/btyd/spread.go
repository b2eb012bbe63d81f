package btyd

import "math"

// spread is where a covariate lies among those it is known of. Effects are searched for
// on (z − mean)/deviation: a year of birth is then as well conditioned as a 0 or 1, and
// the likelihood found does not depend on where its zero is or on its unit.
type spread struct{ mean, deviation, low, high float64 }

// asGiven is the spread that leaves a covariate as it is.
func asGiven() spread { return spread{deviation: 1, high: 1} }

// newSpread looks at values with positive weights, which are not all equal.
func newSpread(values, weights []float64) spread {
	s, whole := spread{low: math.Inf(1), high: math.Inf(-1)}, 0.0
	for i, v := range values {
		if weights[i] > 0 {
			s.low, s.high = min(s.low, v), max(s.high, v)
			whole += weights[i]
		}
	}
	width := s.high - s.low
	above := 0.0
	for i, v := range values {
		if weights[i] > 0 {
			above += weights[i] / whole * ((v - s.low) / width)
		}
	}
	s.mean = s.low + above*width
	square := 0.0
	for i, v := range values {
		if weights[i] > 0 {
			d := (v - s.mean) / width
			square += weights[i] / whole * d * d
		}
	}
	s.deviation = width * math.Sqrt(square)
	return s
}

// standard returns the value that is searched with.
func (s spread) standard(v float64) float64 { return (v - s.mean) / s.deviation }
