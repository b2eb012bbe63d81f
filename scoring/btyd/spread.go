package btyd

import "math"

// spread is where a covariate lies among those it is known of. Effects are searched for
// on (z − middle)/deviation: a year of birth is then as well conditioned as a 0 or 1, and
// the likelihood found does not depend on where its zero is or on its unit.
type spread struct {
	// middle is the value of at least half, so that what happens to the others is the
	// effect alone, or else the mean.
	middle    float64
	deviation float64 // root mean square of z − middle
	low, high float64
}

// asGiven is the spread that leaves a covariate as it is.
func asGiven() spread { return spread{deviation: 1, high: 1} }

// newSpread looks at values with positive weights, which are not all equal.
func newSpread(values, weights []float64) spread {
	s, whole := spread{low: math.Inf(1), high: math.Inf(-1)}, 0.0
	shares := map[float64]float64{}
	for i, v := range values {
		if weights[i] > 0 {
			s.low, s.high = min(s.low, v), max(s.high, v)
			whole += weights[i]
			shares[v] += weights[i]
		}
	}
	width, above := s.high-s.low, 0.0
	for i, v := range values {
		if weights[i] > 0 {
			above += weights[i] / whole * ((v - s.low) / width)
		}
	}
	s.middle = s.low + above*width
	for i, v := range values { // the first of two halves, as any coding has it
		if weights[i] > 0 && shares[v] >= whole/2 {
			s.middle = v
			break
		}
	}
	square := 0.0
	for i, v := range values {
		if weights[i] > 0 {
			d := (v - s.middle) / width
			square += weights[i] / whole * d * d
		}
	}
	s.deviation = width * math.Sqrt(square)
	return s
}

// standard returns the value that is searched with.
func (s spread) standard(v float64) float64 { return (v - s.middle) / s.deviation }
