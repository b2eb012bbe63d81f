package numeric

import "math"

// ExactSum adds float64 numbers without any rounding: it keeps parts that do not
// overlap and whose sum is exact, the least first. The total is rounded once, so it
// does not depend on the order of the numbers. Reference: J. R. Shewchuk, Adaptive
// Precision Floating-Point Arithmetic, Discrete & Computational Geometry 18 (1997),
// 305–363, theorem 10.
type ExactSum struct {
	parts []float64
}

// Add adds a finite number; all partial sums must be finite too.
func (s *ExactSum) Add(v float64) {
	kept := 0
	for _, part := range s.parts {
		if math.Abs(v) < math.Abs(part) {
			v, part = part, v
		}
		sum := v + part
		if lost := part - (sum - v); lost != 0 {
			s.parts[kept] = lost
			kept++
		}
		v = sum
	}
	s.parts = append(s.parts[:kept], v)
}

// Total rounds the sum to the nearest float64, to even if two are equally near.
func (s *ExactSum) Total() float64 {
	n := len(s.parts) - 1
	if n < 0 {
		return 0
	}
	sum := s.parts[n]
	for n--; n >= 0; n-- {
		v := sum
		sum = v + s.parts[n]
		lost := s.parts[n] - (sum - v)
		if lost == 0 {
			continue
		}
		// sum is right unless lost is half a unit of it and the parts below push it on.
		if n > 0 && (lost < 0) == (s.parts[n-1] < 0) {
			if more := sum + 2*lost; more-sum == 2*lost {
				sum = more
			}
		}
		break
	}
	return sum + 0 // and never minus zero
}
