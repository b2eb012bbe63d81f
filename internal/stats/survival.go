package stats

import (
	"cmp"
	"math"
	"slices"
)

// A Lifetime is a time that ended, or that had lasted so long when it was last seen.
type Lifetime struct {
	Time  float64 // ≥ 0
	Ended bool
}

// survivalStep is the curve from a time on, up to the next step.
type survivalStep struct {
	at, survival float64
	spread       float64 // Greenwood's sum: the variance of ln S
}

// Survival is the product-limit curve of E. L. Kaplan and P. Meier, Nonparametric
// Estimation from Incomplete Observations, Journal of the American Statistical
// Association 53, 1958. Where one time both ended and was cut off, the end came first.
type Survival struct {
	steps []survivalStep
}

// NewSurvival makes the curve; the lifetimes are only read.
func NewSurvival(times []Lifetime) Survival {
	sorted := slices.Clone(times)
	slices.SortFunc(sorted, func(a, b Lifetime) int { return cmp.Compare(a.Time, b.Time) })
	var s Survival
	survival, spread := 1.0, 0.0
	for i := 0; i < len(sorted); {
		at, ended, risk := sorted[i].Time, 0.0, float64(len(sorted)-i)
		for ; i < len(sorted) && sorted[i].Time == at; i++ {
			if sorted[i].Ended {
				ended++
			}
		}
		if ended > 0 {
			survival *= (risk - ended) / risk
			spread += ended / (risk * (risk - ended)) // infinite where all have ended
			s.steps = append(s.steps, survivalStep{at: at, survival: survival, spread: spread})
		}
	}
	return s
}

// Quantile returns the first time at which the share p, 0 < p < 1, has ended; false if
// so many never did while they were seen.
func (s Survival) Quantile(p float64) (time float64, ok bool) {
	// A share such as 0.7 of 10 is met by 7 ends; the product may be rounded above.
	return s.first(func(step survivalStep) bool { return step.survival <= (1-p)*(1+1e-12) })
}

// QuantileInterval returns the times between which the curve may pass 1−p, at the
// normal quantile z: those where ln(−ln S) is within z standard errors of that of 1−p
// (R. Brookmeyer and J. Crowley, Biometrics 38, 1982, in the log-log form). An end that
// the curve does not reach makes it false.
func (s Survival) QuantileInterval(p, z float64) (low, high float64, ok bool) {
	aim := math.Log(-math.Log1p(-p))
	distance := func(step survivalStep) float64 {
		if step.survival <= 0 {
			return math.Inf(1)
		}
		hazard := -math.Log(step.survival)
		return (math.Log(hazard) - aim) * hazard / math.Sqrt(step.spread)
	}
	low, okLow := s.first(func(step survivalStep) bool { return distance(step) >= -z })
	high, okHigh := s.first(func(step survivalStep) bool { return distance(step) >= z && !math.IsInf(distance(step), 1) })
	return low, high, okLow && okHigh
}

func (s Survival) first(passed func(survivalStep) bool) (time float64, ok bool) {
	i := slices.IndexFunc(s.steps, passed)
	if i < 0 {
		return 0, false
	}
	return s.steps[i].at, true
}
