package stats

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// separated returns a direction along which the likelihood rises for ever, nil if it
// knows none: the point itself, the way from an earlier one or the Newton step that
// is due there, if in that direction no row moves away from its outcome. Where the
// likelihood has a maximum there is no such direction, so a doubtful point can be
// tested without harm. (A. Albert and J. A. Anderson, On the existence of maximum
// likelihood estimates in logistic regression models, Biometrika 71, 1984.)
func (s *logisticSearch) separated(at numeric.Maximum, before []float64) []float64 {
	// Along a direction of separation some row is nearly certain by now.
	certain := 0.0
	s.blocks(func(_, n int) {
		s.logOdds(at.X, n)
		for _, odds := range s.odds[:n] {
			certain = max(certain, math.Abs(odds))
		}
	})
	if certain < 10 {
		return nil
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
			return step
		}
	}
	for j, x := range at.X {
		step[j] = x - before[j]
	}
	switch {
	case s.neverAway(step):
		return step
	case s.neverAway(at.X):
		return slices.Clone(at.X)
	}
	return nil
}

// separators names the columns of a direction of separation: those that tell the
// outcomes apart alone, or else those that the direction cannot do without.
func (s *logisticSearch) separators(direction []float64) []int {
	var alone []int
	for j, column := range s.Columns {
		if s.separatesAlone(column) {
			alone = append(alone, j)
		}
	}
	if len(alone) > 0 {
		return alone
	}
	columns := make([]int, len(s.Columns))
	for j := range columns {
		columns[j] = j
	}
	slices.SortStableFunc(columns, func(a, b int) int {
		return cmp.Compare(math.Abs(direction[a+1]), math.Abs(direction[b+1]))
	})
	var needed []int
	for _, j := range columns {
		kept := direction[j+1]
		direction[j+1] = 0
		if kept != 0 && !s.neverAway(direction) {
			direction[j+1] = kept
			needed = append(needed, j)
		}
	}
	slices.Sort(needed)
	return needed
}

// separatesAlone reports whether no row with the outcome 1 has a smaller value than
// one with 0, or none a larger one.
func (s *logisticSearch) separatesAlone(column []float64) bool {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for row, y := range s.Outcomes {
		if y != 0 && y != 1 {
			return false
		}
		low[int(y)], high[int(y)] = min(low[int(y)], column[row]), max(high[int(y)], column[row])
	}
	return low[1] >= high[0] || high[1] <= low[0]
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
