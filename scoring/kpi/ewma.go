package kpi

import "math"

// EWMA is a chart of the exponentially weighted moving average
//
//	z₀ = μ,  zₜ = λxₜ + (1−λ)zₜ₋₁,  limits μ ± Lσ√(λ/(2−λ)·(1 − (1−λ)²ᵗ))
//
// which notices small lasting shifts that a [Shewhart] chart takes long to see (S. W.
// Roberts, Control Chart Tests Based on Geometric Moving Averages, Technometrics 1,
// 1959). Its values are independent in time; the limits are exact from the first
// point on, or, with Asymptotic, those of a long series.
type EWMA struct {
	Center     float64 // μ, in the unit of the figure
	Sigma      float64 // σ of one observation, above 0
	Lambda     float64 // λ, above 0, at most 1
	Width      float64 // L, in standard deviations of the average; 0: 3
	Asymptotic bool    // leave out the factor 1 − (1−λ)²ᵗ
}

func (c EWMA) normal() EWMA {
	if c.Width == 0 {
		c.Width = 3
	}
	return c
}

func (c EWMA) validate() error {
	return demands("ewma", demand{"center", c.Center, true, ""}, demand{"sigma", c.Sigma, c.Sigma > 0, "above 0"},
		demand{"lambda", c.Lambda, c.Lambda > 0 && c.Lambda <= 1, "above 0, at most 1"},
		demand{"width", c.Width, c.Width >= 0, "above 0, or 0 for 3"}, limitsFinite(c.Center, c.Width, c.Sigma))
}

// Points returns the moving average with its limits after each value. A point signals
// [BeyondLimit] above the upper or below the lower limit. The error is a
// [*InputError] or a [*SeriesError].
func (c EWMA) Points(values []float64) ([]Point, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	c = c.normal()
	points := make([]Point, len(values))
	z := c.Center
	for t, x := range values {
		z = c.Lambda*x + (1-c.Lambda)*z
		variance := c.Lambda / (2 - c.Lambda)
		if !c.Asymptotic && c.Lambda < 1 {
			variance *= -math.Expm1(2 * float64(t+1) * math.Log1p(-c.Lambda))
		}
		points[t] = limited(z, c.Center, c.Width*c.Sigma*math.Sqrt(variance))
		points[t].judge()
	}
	return points, nil
}
