package pls

import "math"

// disattenuate corrects loadings and correlations of constructs in mode A with two
// items or more by their reliability ρA: with the block's covariances S and weights w,
//
//	c² = w'(S − diag S)w / w'(ww' − diag ww')w,  ρA = (w'w)²c²,  loadings = c·w
//
// and correlations are divided by √(ρAᵢ ρAⱼ).
func (s *solver) disattenuate(m []float64) error {
	count := s.constructs()
	for j := range count {
		if s.mode[j] != ModeA || s.size(j) == 1 {
			continue
		}
		c, rho, ok := s.reliability(m, j)
		if !ok {
			return &ReliabilityError{Construct: s.name(j), RhoA: rho}
		}
		s.rhoA[j] = rho
		for i := s.first[j]; i < s.first[j+1]; i++ {
			s.loadings[i] = c * s.weights[i]
		}
	}
	for j := range count {
		for k := range count {
			if k != j {
				s.between[j*count+k] = s.plain[j*count+k] / math.Sqrt(s.rhoA[j]*s.rhoA[k])
			}
		}
	}
	return nil
}

// reliability returns c and ρA of construct j from its weights, and whether ρA exists
// and is above 0.
func (s *solver) reliability(m []float64, j int) (c, rho float64, ok bool) {
	return reliabilityA(m, len(s.items), s.first[j], s.weights[s.first[j]:s.first[j+1]])
}

// reliabilityA is [solver.reliability] for the block of a p×p matrix m of correlations
// that starts at from and has the weights w.
func reliabilityA(m []float64, p, from int, w []float64) (c, rho float64, ok bool) {
	above, below, length := 0.0, 0.0, 0.0
	for i, wi := range w {
		length += wi * wi
		for k, wk := range w[:i] {
			product := wi * wk
			above += 2 * product * m[(from+i)*p+from+k]
			below += 2 * product * product
		}
	}
	square := above / below
	rho = length * length * square
	if !(rho > 0) || math.IsInf(rho, 0) {
		if math.IsNaN(rho) || math.IsInf(rho, 0) {
			rho = 0
		}
		return 0, rho, false
	}
	return math.Sqrt(square), rho, true
}
