package pls

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// solve estimates from the covariance matrix m of the plan's items, row after row.
// The error is a *SingularError or a *ReliabilityError; without convergence it is a
// *NotConvergedError and the solution is the last point.
func (s *solver) solve(m []float64) error {
	if err := s.start(m); err != nil {
		return err
	}
	s.converged, s.change = !s.estimated(), 0
	for s.iterations = 0; !s.converged && s.iterations < s.options.MaxIterations; {
		s.iterations++
		if err := s.step(m); err != nil {
			return err
		}
		s.converged = s.change < s.options.Tolerance
	}
	s.finish(m)
	if s.options.Consistent {
		if err := s.disattenuate(m); err != nil {
			return err
		}
	}
	if err := s.regress(); err != nil {
		return err
	}
	if !s.converged {
		return &NotConvergedError{Iterations: s.iterations, Change: s.change, Tolerance: s.options.Tolerance}
	}
	return nil
}

// estimated reports whether any weight needs the iteration.
func (s *solver) estimated() bool {
	for j, mode := range s.mode {
		if mode != UnitWeights && s.size(j) > 1 {
			return true
		}
	}
	return false
}

// start sets equal weights and factors the blocks of mode B.
func (s *solver) start(m []float64) error {
	p := len(s.items)
	for j := range s.constructs() {
		from, size := s.first[j], s.size(j)
		for i := range size {
			s.weights[from+i] = 1
		}
		if err := s.scale(m, j, s.weights[from:from+size]); err != nil {
			return err
		}
		l := s.factors[j]
		if l == nil {
			continue
		}
		for i := range size {
			copy(l[i*size:(i+1)*size], m[(from+i)*p+from:(from+i)*p+from+size])
		}
		if !numeric.Cholesky(l, size) {
			return &SingularError{Construct: s.name(j), Part: SingularBlock}
		}
	}
	return nil
}

// scale divides the weights w of construct j so that its score has variance 1.
func (s *solver) scale(m []float64, j int, w []float64) error {
	p, from := len(s.items), s.first[j]
	variance, most := 0.0, 0.0
	for i, wi := range w {
		row := m[(from+i)*p+from : (from+i)*p+from+len(w)]
		sum := 0.0
		for k, wk := range w {
			sum += row[k] * wk
		}
		variance += wi * sum
		most += wi * wi * row[i]
	}
	// A sum of items that cancel has no variance beyond rounding.
	if !(variance > 1e-24*most) || math.IsInf(variance, 0) {
		return &SingularError{Construct: s.name(j), Part: NoProxy}
	}
	factor := 1 / math.Sqrt(variance)
	for i := range w {
		w[i] *= factor
	}
	return nil
}

// cover computes the covariances of items with scores, and of scores: all of them, or
// those that a step needs.
func (s *solver) cover(m []float64, all bool) {
	p, count := len(s.items), s.constructs()
	for j := range count {
		from, to := s.first[j], s.first[j+1]
		w, out := s.weights[from:to], s.covered[j*p:(j+1)*p]
		for k := range count {
			if !all && !s.near[j*count+k] {
				continue
			}
			for i := s.first[k]; i < s.first[k+1]; i++ {
				row, sum := m[i*p+from:i*p+to], 0.0
				for h, wh := range w[:len(row)] {
					sum += row[h] * wh
				}
				out[i] = sum
			}
		}
	}
	for j := range count {
		s.plain[j*count+j] = 1
		for k := range j {
			if !all && !s.near[k*count+j] {
				continue
			}
			sum := 0.0
			for i := s.first[j]; i < s.first[j+1]; i++ {
				sum += s.weights[i] * s.covered[k*p+i]
			}
			s.plain[j*count+k], s.plain[k*count+j] = sum, sum
		}
	}
}

// step takes one step of the algorithm.
func (s *solver) step(m []float64) error {
	s.cover(m, false)
	if err := s.weigh(); err != nil {
		return err
	}
	copy(s.last, s.weights)
	p, count := len(s.items), s.constructs()
	s.change = 0
	for j, mode := range s.mode {
		size, from := s.size(j), s.first[j]
		if size == 1 || mode == UnitWeights {
			continue
		}
		proxy := s.proxy[:size]
		clear(proxy)
		for k, e := range s.inner[j*count : (j+1)*count] {
			if e == 0 {
				continue
			}
			for i, c := range s.covered[k*p+from : k*p+from+size] {
				proxy[i] += e * c
			}
		}
		if mode == ModeB {
			numeric.CholeskySolve(s.factors[j], size, proxy)
		}
		if err := s.scale(m, j, proxy); err != nil {
			return err
		}
		for i, w := range proxy {
			// In units of standardised items, so that the tolerance means the same in the raw metric.
			at := from + i
			change := math.Abs(w-s.last[at]) * math.Sqrt(m[at*p+at])
			s.change = max(s.change, change)
			s.weights[at] = w
		}
	}
	return nil
}

// weigh computes the inner weights.
func (s *solver) weigh() error {
	count := s.constructs()
	clear(s.inner)
	for _, path := range s.plan.paths {
		r := s.plain[path.from*count+path.to]
		e := r
		if s.options.Scheme == Centroid {
			switch {
			case r > 0:
				e = 1
			case r < 0:
				e = -1
			}
		}
		s.inner[path.from*count+path.to], s.inner[path.to*count+path.from] = e, e
	}
	if s.options.Scheme != PathWeighting {
		return nil
	}
	for j, in := range s.in {
		b, err := s.regression(j, s.plain)
		if err != nil {
			return err
		}
		for i, k := range in {
			s.inner[j*count+s.plan.paths[k].from] = b[i]
		}
	}
	return nil
}

// regression returns the coefficients of construct j on its predecessors, in scratch
// memory, given the correlations of the constructs.
func (s *solver) regression(j int, between []float64) ([]float64, error) {
	count, n := s.constructs(), len(s.in[j])
	a, b := s.a[:n*n], s.b[:n]
	if n == 1 { // a correlation
		b[0] = between[s.plan.paths[s.in[j][0]].from*count+j]
		return b, nil
	}
	for i, k := range s.in[j] {
		from := s.plan.paths[k].from
		b[i] = between[from*count+j]
		for h, l := range s.in[j] {
			a[i*n+h] = between[from*count+s.plan.paths[l].from]
		}
	}
	// Corrected correlations need not be positive definite.
	if !numeric.Solve(a, n, b) {
		return nil, &SingularError{Construct: s.name(j), Part: SingularPredecessors}
	}
	return b, nil
}

// finish computes correlations and loadings, and points every construct in its
// direction.
func (s *solver) finish(m []float64) {
	s.cover(m, true)
	p, count := len(s.items), s.constructs()
	for j := range count {
		s.rhoA[j] = 1
		for i := s.first[j]; i < s.first[j+1]; i++ {
			s.loadings[i] = s.covered[j*p+i] / math.Sqrt(m[i*p+i])
			if s.size(j) == 1 {
				s.loadings[i] = 1
			}
		}
		s.orient(j)
	}
	copy(s.between, s.plain)
}

// orient points construct j in its direction.
func (s *solver) orient(j int) {
	positive, negative, sum := 0, 0, 0.0
	for _, l := range s.loadings[s.first[j]:s.first[j+1]] {
		sum += l
		switch {
		case l > 0:
			positive++
		case l < 0:
			negative++
		}
	}
	reversed := negative > positive || negative == positive && sum < 0
	if s.options.Orientation == FirstItemOrientation {
		reversed = s.loadings[s.first[j]] < 0
	}
	if reversed {
		s.flip(j)
	}
}

// flip reverses construct j.
func (s *solver) flip(j int) {
	count := s.constructs()
	for i := s.first[j]; i < s.first[j+1]; i++ {
		s.weights[i], s.loadings[i] = -s.weights[i], -s.loadings[i]
	}
	for k := range count {
		if k != j {
			s.plain[j*count+k], s.plain[k*count+j] = -s.plain[j*count+k], -s.plain[k*count+j]
		}
	}
}

// regress computes paths and R².
func (s *solver) regress() error {
	count := s.constructs()
	for j, in := range s.in {
		b, err := s.regression(j, s.between)
		if err != nil {
			return err
		}
		s.r2[j] = 0
		for i, k := range in {
			s.paths[k] = b[i]
			s.r2[j] += b[i] * s.between[s.plan.paths[k].from*count+j]
		}
	}
	return nil
}
