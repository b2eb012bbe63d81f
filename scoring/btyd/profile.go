package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// ProfileInterval is a confidence interval of a parameter from its profile likelihood:
// the values that a likelihood-ratio test does not refuse when all other parameters
// follow. Unlike an estimate ± a multiple of its standard error it does not
// depend on how the parameter is written, and it says so when the data set no
// limit, as happens with weakly identified parameters.
type ProfileInterval struct {
	Parameter string
	Value     float64 // at the maximum
	// Low and High are its ends. An end at which the likelihood has not fallen far
	// enough within a factor of 1e6 of Value is open: Low is then 0, or High +Inf.
	Low, High         float64
	LowOpen, HighOpen bool
	Level             float64
	// Fits is how many restricted fits it took.
	Fits int
}

const (
	profileReach = 1e6  // factor from the estimate within which ends are looked for
	profileSteps = 60   // restricted fits for one end
	profileFine  = 1e-6 // relative width to which an end is found
)

// Profile returns the profile-likelihood interval of a parameter of a model that was
// fitted to these rows, at a confidence level such as 0.95. A parameter that the
// fit fixed at a boundary has none. The error is an [*InputError], [ErrUnitMismatch] or a
// [*FitError] for the context or, for a family whose parameters restrict each other, with
// [ErrNotConverged] where they do: as at the end of m's range of [ParetoNBDCorrelated].
func Profile(ctx context.Context, model *Model, rows *Rows, parameter string, level float64, options *FitOptions) (ProfileInterval, error) {
	if !model.known() {
		return ProfileInterval{}, errNoModel()
	}
	at, err := profiled(model.Name(), model.family.Parameters(), model.params, parameter, level)
	if err != nil {
		return ProfileInterval{}, err
	}
	e, err := newEstimation(ctx, model.Name(), model.family.recipe(), rows, options)
	if err != nil {
		return ProfileInterval{}, err
	}
	if rows.unit != model.unit {
		return ProfileInterval{}, fmt.Errorf("btyd: %s: model in %s, rows in %s: %w", model.Name(), model.unit, rows.unit, ErrUnitMismatch)
	}
	if err := fitted(model.Name(), model.report); err != nil {
		return ProfileInterval{}, err
	}
	return e.profile(at, model.params, level)
}

// fitted refuses a model of known parameters, which are the maximum of nothing.
func fitted(model string, report FitReport) error {
	if report.Parameters == 0 {
		return aboutText("model", 0, model, "want one that was fitted to these customers, not one of known parameters")
	}
	return nil
}

// profiled returns the position of a parameter of which a profile can be made.
func profiled(model string, names []string, params []float64, parameter string, level float64) (int, error) {
	if !(level > 0 && level < 1) {
		return 0, &InputError{Name: "level", Value: level, Reason: "want a level above 0 and below 1"}
	}
	at := slices.Index(names, parameter)
	if at < 0 {
		return 0, aboutText("parameter", -1, parameter, fmt.Sprintf("want one of %v, those of %s", names, model))
	}
	if slices.Contains(params, 0) {
		return 0, &InputError{Name: parameter, Value: params[at], Reason: "want a model inside its family, not one at a boundary with a parameter of 0"}
	}
	return at, nil
}

// profile returns the interval of the parameter at that position, given the estimates.
func (e *estimation) profile(at int, params []float64, level float64) (ProfileInterval, error) {
	p := &profile{estimation: e, fixed: at, peak: e.coordinates(params)}
	best, err := p.fit(p.peak)
	if err != nil {
		return ProfileInterval{}, err
	}
	z := numeric.NormalQuantile((1 + level) / 2)
	p.floor = best.Value - z*z/2
	p.scale = p.curvatureScale(best)
	result := ProfileInterval{Parameter: e.recipe.names()[at], Value: params[at], Level: level}
	value := func(x float64) float64 {
		if at < e.positive {
			return math.Exp(x)
		}
		return x
	}
	low, lowOpen, err := p.end(-1)
	if err != nil {
		return ProfileInterval{}, err
	}
	high, highOpen, err := p.end(1)
	if err != nil {
		return ProfileInterval{}, err
	}
	result.Low, result.High, result.LowOpen, result.HighOpen, result.Fits = value(low), value(high), lowOpen, highOpen, p.fits
	if lowOpen {
		result.Low = 0
		if at >= e.positive {
			result.Low = math.Inf(-1)
		}
	}
	if highOpen {
		result.High = math.Inf(1)
	}
	return result, nil
}

// profile is the likelihood with one coordinate held fixed.
type profile struct {
	*estimation
	fixed int
	peak  []float64
	floor float64 // the likelihood at the ends
	scale float64 // a first step
	fits  int
}

// fit maximises over all coordinates but the fixed one, from x.
func (p *profile) fit(x []float64) (numeric.Maximum, error) {
	p.fits++
	best, err := p.climbHolding(p.fixed, x, max(p.options.Tolerance, 1e-7))
	if _, ok := p.recipe.(joint); ok && err == nil && !best.Converged {
		// The maximum may lie where the parameters restrict each other.
		err = ErrNotConverged
	}
	if err != nil {
		return best, &FitError{Model: "profile", Report: FitReport{Starts: p.fits}, Err: err}
	}
	return best, nil
}

// curvatureScale is the standard error of the fixed coordinate, or 1/2 without one.
func (p *profile) curvatureScale(best numeric.Maximum) float64 {
	size := len(p.peak)
	g, h := make([]float64, size), make([]float64, size*size)
	if _, err := p.objective(p.ctx, p.rows)(best.X, g, h); err != nil {
		return 0.5
	}
	for i := range h {
		h[i] = -h[i]
	}
	if inverse, ok := numeric.InversePositive(h, size); ok {
		if se := math.Sqrt(inverse[p.fixed*size+p.fixed]); se > 1e-6 && se < 5 {
			return se
		}
	}
	return 0.5
}

// end finds where the profile falls to the floor in that direction, and whether it
// does not.
func (p *profile) end(sign float64) (x float64, open bool, err error) {
	reach := math.Log(profileReach)
	from := p.peak[p.fixed]
	inside, start := 0.0, p.peak
	outside := math.Inf(1)
	step := 2 * p.scale
	// How far the likelihood lies over the floor at inside and under it at outside; the
	// number halves when its end stays twice, so that both ends come near.
	over, below := math.Inf(1), 0.0
	last := 0
	for range profileSteps {
		try := min(inside+step, reach)
		if !math.IsInf(outside, 1) {
			try = inside + (outside-inside)*secant(over, below)
		}
		at := slices.Clone(start)
		at[p.fixed] = from + sign*try
		best, err := p.fit(at)
		if err != nil {
			return 0, false, err
		}
		gap := best.Value - p.floor
		if gap >= 0 {
			if last > 0 {
				below /= 2
			}
			inside, start, over, last = try, best.X, gap, 1
			step *= 2
			if inside >= reach {
				return from + sign*inside, true, nil
			}
		} else {
			if last < 0 {
				over /= 2
			}
			outside, below, last = try, -gap, -1
		}
		if math.Abs(gap) < 1e-9 || outside-inside <= profileFine*max(1e-3, inside) {
			break
		}
	}
	return from + sign*inside, false, nil
}

// secant returns where between two points, over above and below under a level, a
// straight line crosses it, kept off the ends.
func secant(over, below float64) float64 {
	if math.IsInf(over, 1) {
		return 0.5
	}
	return min(max(over/(over+below), 0.02), 0.98)
}
