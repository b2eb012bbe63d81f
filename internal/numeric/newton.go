package numeric

import "math"

// Objective is a function to maximise. It returns its value at x and fills the
// gradient and the symmetric Hessian (row major). An error ends the search.
type Objective func(x, gradient, hessian []float64) (float64, error)

// Newton says how far [Newton.Maximize] goes.
type Newton struct {
	MaxIterations int
	// Tolerance ends the search when the gain that the next step promises,
	// gradient·step/2, is below it. One last step is then still taken.
	Tolerance float64
	// StepCap bounds each component of a step.
	StepCap float64
	// Shares raises each diagonal element of a Hessian that is not negative definite by
	// a share of itself, not all by the same number. Along a ridge to infinity, where
	// curvature is small next to that of other directions, this keeps steps long.
	Shares bool
}

// Maximum is where a search ended.
type Maximum struct {
	X, Gradient, Hessian []float64
	Value                float64
	PredictedGain        float64 // of the step that was not taken any more
	Iterations           int
	Evaluations          int
	Converged            bool
}

// Maximize climbs from x by damped Newton steps: the negative Hessian is shifted
// by a multiple of the unit matrix until it is positive definite, the step is
// capped and then halved until the value does not fall. It stops on the
// predicted gain, or when rounding of the value hides any gain. Points where the
// value, the gradient or the Hessian is not finite are not stepped on; a search
// that starts on one ends there with the value −Inf. The error is the objective's
// own; the point reached is returned with it, with the value −Inf if it is the start.
func (n Newton) Maximize(f Objective, x []float64) (Maximum, error) {
	size := len(x)
	best := Maximum{X: append([]float64(nil), x...), Gradient: make([]float64, size), Hessian: make([]float64, size*size)}
	trial := Maximum{X: make([]float64, size), Gradient: make([]float64, size), Hessian: make([]float64, size*size)}
	step, factor := make([]float64, size), make([]float64, size*size)
	var err error
	best.Evaluations = 1
	if best.Value, err = f(best.X, best.Gradient, best.Hessian); err != nil {
		best.Value = math.Inf(-1)
		return best, err
	}
	if !best.finite() {
		best.Value = math.Inf(-1)
		return best, nil
	}
	for {
		flat := n.ascent(best, step, factor)
		best.PredictedGain = 0
		for i, g := range best.Gradient {
			best.PredictedGain += g * step[i] / 2
		}
		noise := 1e-14 * math.Abs(best.Value)
		near := best.PredictedGain <= max(n.Tolerance, noise) && flat
		if best.Iterations >= n.MaxIterations && !near {
			return best, nil
		}
		capStep(step, n.StepCap)
		slack := noise // a step near the maximum may lose what rounding adds
		moved := false
		for range 15 {
			for i := range size {
				trial.X[i] = best.X[i] + step[i]
			}
			best.Evaluations++
			if trial.Value, err = f(trial.X, trial.Gradient, trial.Hessian); err != nil {
				return best, err
			}
			if trial.Value >= best.Value-slack && trial.finite() {
				moved = true
				break
			}
			if near {
				break
			}
			for i := range size {
				step[i] /= 4
			}
		}
		if moved {
			best.X, trial.X = trial.X, best.X
			best.Gradient, trial.Gradient = trial.Gradient, best.Gradient
			best.Hessian, trial.Hessian = trial.Hessian, best.Hessian
			best.Value = trial.Value
		}
		best.Iterations++
		if near || !moved {
			// A step that only rounding can refuse says as much as a short one.
			best.Converged = near || best.PredictedGain <= max(1000*n.Tolerance, noise)
			if moved {
				n.ascent(best, step, factor)
				best.PredictedGain = 0
				for i, g := range best.Gradient {
					best.PredictedGain += g * step[i] / 2
				}
			}
			return best, nil
		}
	}
}

// finite reports whether the search can go on from here.
func (m *Maximum) finite() bool {
	sum := 0 * m.Value // stays 0 unless something is infinite or NaN
	for _, g := range m.Gradient {
		sum += 0 * g
	}
	for _, h := range m.Hessian {
		sum += 0 * h
	}
	return sum == 0
}

// ascent sets step to the Newton step of the Hessian, its diagonal raised as far as it
// takes to make its negative positive definite: by one number for all, or by a share of
// each. It reports whether that took no more than a millionth, of the largest curvature
// or of each: on a ridge to infinity rounding decides the sign of the smallest.
func (n Newton) ascent(at Maximum, step, factor []float64) bool {
	const least = 1e-6
	size := len(step)
	scale := 0.0
	for i := range size {
		scale = max(scale, math.Abs(at.Hessian[i*size+i]))
	}
	if scale == 0 {
		scale = 1
	}
	for share := 0.0; ; share = max(4*share, least) {
		for i, h := range at.Hessian {
			factor[i] = -h
		}
		for i := range size {
			unit := scale
			if n.Shares {
				unit = max(math.Abs(at.Hessian[i*size+i]), 1e-12*scale)
			}
			factor[i*size+i] += share * unit
		}
		if !Cholesky(factor, size) {
			continue
		}
		copy(step, at.Gradient)
		CholeskySolve(factor, size, step)
		return share <= least
	}
}

func capStep(step []float64, limit float64) {
	largest := 0.0
	for _, s := range step {
		largest = max(largest, math.Abs(s))
	}
	if largest > limit {
		for i := range step {
			step[i] *= limit / largest
		}
	}
}
