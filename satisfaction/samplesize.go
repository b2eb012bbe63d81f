package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// MaxSampleSize is the greatest number of respondents that a plan can come to.
const MaxSampleSize = 1_000_000_000

// IndexPlan is what the size of a sample for an index depends on.
type IndexPlan struct {
	// SD is the standard deviation of the respondents' own indices, in points, such as
	// that of an earlier wave ([ConstructIndex]).
	SD    float64
	Level float64 // confidence of interval and test; 0 stands for 0.95
	// DesignEffect is by how much clusters and unequal weights raise the variance; 0
	// stands for 1.
	DesignEffect float64
	// Population is how many customers there are; 0: so many that it does not matter.
	// From a small population fewer are needed: with S², divisor N−1, the variance of
	// the mean is S²(1/n − 1/N). (W. G. Cochran, Sampling Techniques, 1977, 4.)
	Population int
}

// settled returns the plan with defaults filled in, or an [*ArgumentError].
func (p IndexPlan) settled() (IndexPlan, error) {
	var err error
	if p.Level, err = levelOf(p.Level); err != nil {
		return p, err
	}
	if p.DesignEffect == 0 {
		p.DesignEffect = 1
	}
	switch {
	case !(p.SD > 0 && p.SD <= MaxAnswer):
		return p, &ArgumentError{Name: "standard deviation", Value: p.SD, Reason: "must be above 0 and at most 1e12"}
	case !(p.DesignEffect >= 1e-3 && p.DesignEffect <= 1e6):
		return p, &ArgumentError{Name: "design effect", Value: p.DesignEffect, Reason: "must be 0.001 to 1e6, or 0 for 1"}
	case p.Population < 0:
		return p, &ArgumentError{Name: "population", Value: float64(p.Population), Reason: "must be 0 or more"}
	}
	return p, nil
}

// SampleSize returns how many respondents bring the interval of an index, the normal
// one, to ± halfWidth points: the least n with
//
//	z · √(deff · S² · (1/n − 1/N)) ≤ halfWidth.
//
// The error is an [*ArgumentError], also where n is above [MaxSampleSize].
func (p IndexPlan) SampleSize(halfWidth float64) (int, error) {
	p, err := p.settled()
	if err != nil {
		return 0, err
	}
	if !(halfWidth > 0 && finite(halfWidth)) {
		return 0, &ArgumentError{Name: "half width", Value: halfWidth, Reason: "must be above 0"}
	}
	return p.size("half width", halfWidth, stats.NormalMargin(p.Level))
}

// HalfWidth returns by how much the interval of an index reaches to each side of it with
// so many respondents, in points: what [IndexPlan.SampleSize] turns round. All of a
// population leave 0. The error is an [*ArgumentError].
func (p IndexPlan) HalfWidth(respondents int) (float64, error) {
	p, err := p.settled()
	if err != nil {
		return 0, err
	}
	if respondents < 1 || p.Population > 0 && respondents > p.Population {
		return 0, &ArgumentError{Name: "respondents", Value: float64(respondents), Reason: "must be 1 or more and at most the population"}
	}
	return stats.NormalMargin(p.Level) * p.errorOf(float64(respondents)), nil
}

// GroupSize returns how many respondents each of two samples needs, so that a difference
// of so many points between their indices is found (two-sided, at 1 − Level) with the
// given power, above 0 and below 1, such as 0.8: the least n with
//
//	(z + z_power) · √(2 (1 − correlation) · deff · S² · (1/n − 1/N)) ≤ difference,
//
// where both have the standard deviation and the population of the plan. The correlation
// is 0 for different respondents; where the same answer twice it is that of their two
// answers, above −1 and below 1. The error is an [*ArgumentError], also where n is above
// [MaxSampleSize].
func (p IndexPlan) GroupSize(difference, power, correlation float64) (int, error) {
	p, err := p.settled()
	if err != nil {
		return 0, err
	}
	switch {
	case !(difference > 0 && finite(difference)):
		return 0, &ArgumentError{Name: "difference", Value: difference, Reason: "must be above 0"}
	case !(power > 0 && power < 1):
		return 0, &ArgumentError{Name: "power", Value: power, Reason: "must be above 0 and below 1"}
	case !(correlation > -1 && correlation < 1):
		return 0, &ArgumentError{Name: "correlation", Value: correlation, Reason: "must be above -1 and below 1"}
	}
	z := stats.NormalMargin(p.Level) + numeric.NormalQuantile(power)
	if z <= 0 {
		return 1, nil // less power than the test has without any difference
	}
	return p.size("difference", difference, z*math.Sqrt(2*(1-correlation)))
}

// errorOf is the standard error of the index of n respondents.
func (p IndexPlan) errorOf(n float64) float64 {
	left := 1 / n
	if p.Population > 0 {
		left = max(0, left-1/float64(p.Population))
	}
	return p.SD * math.Sqrt(p.DesignEffect*left)
}

// size returns the least n with z·error ≤ width.
func (p IndexPlan) size(name string, width, z float64) (int, error) {
	root := z * p.SD / width
	n := root * root * p.DesignEffect
	if p.Population > 0 {
		n = 1 / (1/n + 1/float64(p.Population))
		n = min(n, float64(p.Population)) // also where 1/n is 0
	}
	if !(n <= MaxSampleSize) {
		return 0, &ArgumentError{Name: name, Value: width, Reason: "needs more than 1e9 respondents"}
	}
	least := max(1, int(math.Ceil(n)))
	// The last rounding may go either way.
	for least > 1 && z*p.errorOf(float64(least-1)) <= width {
		least--
	}
	for z*p.errorOf(float64(least)) > width {
		least++
	}
	return least, nil
}
