package kpi

// Sides says which shifts a [CUSUM] looks for.
type Sides uint8

// The sides.
const (
	BothSides Sides = iota // up and down
	UpperSide
	LowerSide
)

func sidesNames() []string { return []string{"both", "upper", "lower"} }

// String returns "both", "upper" or "lower".
func (s Sides) String() string { return nameOf("Sides", sidesNames(), int(s)) }

// CUSUM is a chart of cumulative sums of standardised values z = (x − μ)/σ:
//
//	S⁺ₜ = max(0, S⁺ₜ₋₁ + z − k),  S⁻ₜ = max(0, S⁻ₜ₋₁ − z − k)
//
// which signals when a sum is above h (E. S. Page, Continuous Inspection Schemes,
// Biometrika 41, 1954). k is half the shift that is to be found soonest.
type CUSUM struct {
	Center    float64 // μ, in the unit of the figure
	Sigma     float64 // σ of one observation, above 0
	Reference float64 // k, in sigmas, 0 or more; 0.5 finds a shift of one sigma
	Decision  float64 // h, in sigmas, above 0
	Sides     Sides   // default both
	// HeadStart is where the sums begin, in sigmas, from 0 to Decision: half of it is
	// the fast initial response of J. M. Lucas and R. B. Crosier (Technometrics 24,
	// 1982), which finds a fault that is there from the start.
	HeadStart float64
}

// CUSUMPoint is the state of a [CUSUM] after a value.
type CUSUMPoint struct {
	Value        float64 // as given
	Upper, Lower float64 // S⁺ and S⁻ in sigmas, both 0 or more; 0 for a side that is not looked at
	Signals      []Signal
}

func (c CUSUM) validate() error {
	return demands("cusum", demand{"center", c.Center, true, ""}, demand{"sigma", c.Sigma, c.Sigma > 0, "above 0"},
		demand{"reference", c.Reference, c.Reference >= 0, "0 or more"}, demand{"decision", c.Decision, c.Decision > 0, "above 0"},
		demand{"sides", float64(c.Sides), c.Sides <= LowerSide, "both, upper or lower"},
		demand{"head_start", c.HeadStart, c.HeadStart >= 0 && c.HeadStart <= c.Decision, "from 0 to the decision interval"})
}

// Points returns the sums after each value. They are not set back after a signal, so
// that a lasting shift signals until it is over; a chart that starts anew is a new
// call. The error is a [*InputError] or a [*SeriesError].
func (c CUSUM) Points(values []float64) ([]CUSUMPoint, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	points := make([]CUSUMPoint, len(values))
	upper, lower := c.HeadStart, c.HeadStart
	for t, x := range values {
		z := (x - c.Center) / c.Sigma
		p := CUSUMPoint{Value: x}
		if c.Sides != LowerSide {
			upper = max(0, upper+z-c.Reference)
			p.Upper = upper
		}
		if c.Sides != UpperSide {
			lower = max(0, lower-z-c.Reference)
			p.Lower = lower
		}
		if !finite(p.Upper) || !finite(p.Lower) {
			return nil, &SeriesError{Index: t, Value: x, Reason: "so many sigmas from the centre that the sum is not finite"}
		}
		if p.Upper > c.Decision {
			p.Signals = append(p.Signals, Signal{Rule: BeyondLimit, Side: Above})
		}
		if p.Lower > c.Decision {
			p.Signals = append(p.Signals, Signal{Rule: BeyondLimit, Side: Below})
		}
		points[t] = p
	}
	return points, nil
}
