package pls

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// bca returns the probabilities at which the quantiles of the resamples are the ends
// of Efron's (1987) interval, and whether it exists:
//
//	z₀ = Φ⁻¹(share of resamples below the estimate, those equal to it counted by half)
//	a  = Σ(m−θᵢ)³ / 6(Σ(m−θᵢ)²)^1.5 over the estimates without one respondent, m their mean
//	α  = Φ(z₀ + (z₀+z)/(1 − a(z₀+z))) with z = ∓Φ⁻¹((1+level)/2)
func bca(value float64, resampled, deleted []float64, level float64) (low, high float64, exists bool) {
	below := 0.0
	for _, v := range resampled {
		switch {
		case v < value:
			below++
		case v == value:
			below += 0.5
		}
	}
	share := below / float64(len(resampled))
	if !(share > 0 && share < 1) {
		return 0, 0, false
	}
	z0, a := numeric.NormalQuantile(share), acceleration(deleted)
	end := func(z float64) float64 {
		steep := 1 - a*(z0+z)
		if steep <= 0 {
			exists = false
			return 0
		}
		return math.Erfc(-(z0+(z0+z)/steep)/math.Sqrt2) / 2
	}
	z := numeric.NormalQuantile((1 + level) / 2)
	exists = true
	low, high = end(-z), end(z)
	return low, high, exists
}

// acceleration is that of the jackknife; 0 where nothing varies.
func acceleration(deleted []float64) float64 {
	if len(deleted) == 0 {
		return 0
	}
	mean, deviation := meanAndDeviation(deleted)
	if deviation == 0 || !finite(deviation) {
		return 0
	}
	second, third := 0.0, 0.0
	for _, v := range deleted {
		d := (mean - v) / deviation // the scale cancels
		second += d * d
		third += d * d * d
	}
	return third / (6 * second * math.Sqrt(second))
}
