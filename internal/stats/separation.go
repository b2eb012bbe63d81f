package stats

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// separated reports whether the likelihood rises for ever along the point itself,
// along the way from an earlier one or along the Newton step that is due there:
// whether in that direction no row moves away from its outcome. Where the likelihood has a maximum there is no such
// direction, so a doubtful point can be tested without harm. (A. Albert and
// J. A. Anderson, On the existence of maximum likelihood estimates in logistic
// regression models, Biometrika 71, 1984.)
func (s *logisticSearch) separated(at numeric.Maximum, before []float64) bool {
	// Along a direction of separation some row is nearly certain by now.
	certain := 0.0
	s.blocks(func(_, n int) {
		s.logOdds(at.X, n)
		for _, odds := range s.odds[:n] {
			certain = max(certain, math.Abs(odds))
		}
	})
	if certain < 10 {
		return false
	}
	step := make([]float64, s.size)
	curvature := make([]float64, s.size*s.size)
	for i, h := range at.Hessian {
		curvature[i] = -h
	}
	if numeric.Cholesky(curvature, s.size) {
		copy(step, at.Gradient)
		numeric.CholeskySolve(curvature, s.size, step)
		if s.neverAway(step) {
			return true
		}
	}
	for j, x := range at.X {
		step[j] = x - before[j]
	}
	return s.neverAway(step) || s.neverAway(at.X)
}

// neverAway reports whether no row moves away from its outcome in a direction, and
// some row moves.
func (s *logisticSearch) neverAway(direction []float64) bool {
	forward, away := 0.0, 0.0
	s.blocks(func(first, n int) {
		s.logOdds(direction, n)
		for i, move := range s.odds[:n] {
			switch y := s.Outcomes[first+i]; {
			case y == 1:
				forward, away = max(forward, move), max(away, -move)
			case y == 0:
				forward, away = max(forward, -move), max(away, move)
			default: // a share is moved away from either way
				away = max(away, math.Abs(move))
			}
		}
	})
	return forward > 0 && away <= 1e-6*forward
}
