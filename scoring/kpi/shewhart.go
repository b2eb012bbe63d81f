package kpi

import (
	"slices"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Shewhart is a chart of single values, or of means of samples, between limits
// Center ± Width·Sigma (W. A. Shewhart, Economic Control of Quality of Manufactured
// Product, 1931). It is either known or the result of [FitIndividuals] or [FitMeans],
// and then judges values to come.
type Shewhart struct {
	Center float64 // in the unit of the figure
	Sigma  float64 // standard deviation of a plotted value, above 0: that of a mean where means are plotted
	Width  float64 // of the limits, in sigmas; 0: 3
	Rules  []Rule  // looked for besides [BeyondLimit]; nil: none
}

func (c Shewhart) validate() error {
	if err := demands("shewhart", demand{"center", c.Center, true, ""}, demand{"sigma", c.Sigma, c.Sigma > 0, "above 0"},
		demand{"width", c.Width, c.Width >= 0, "above 0, or 0 for 3"}, limitsFinite(c.Center, c.Width, c.Sigma)); err != nil {
		return err
	}
	for _, rule := range c.Rules {
		if !slices.Contains(Nelson(), rule) && !slices.Contains(WesternElectric(), rule) {
			return &RuleError{Rule: rule}
		}
	}
	return nil
}

func (c Shewhart) normal() Shewhart {
	if c.Width == 0 {
		c.Width = 3
	}
	return c
}

// Points returns a point for each value, in time's order, with the signals that it
// completes: that of the limits first, then those of the rules in their order. Rules
// look back at most 14 points, so a host that watches a long series may give the last
// ones only. The error is a [*InputError], a [*RuleError] or a [*SeriesError].
func (c Shewhart) Points(values []float64) ([]Point, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	c = c.normal()
	points := make([]Point, len(values))
	zones := make([]float64, len(values)) // distance from the centre in sigmas
	for i, x := range values {
		points[i] = limited(x, c.Center, c.Width*c.Sigma)
		points[i].judge()
		zones[i] = (x - c.Center) / c.Sigma
		for _, rule := range c.Rules {
			if side, found := rule.completes(values[:i+1], zones[:i+1]); found && !slices.Contains(points[i].Signals, Signal{rule, side}) {
				points[i].Signals = append(points[i].Signals, Signal{rule, side})
			}
		}
	}
	return points, nil
}

// RunLength returns the average run length when the mean has moved by shift sigmas of a
// plotted value: of the limits alone exactly 1/(Φ(−L+δ) + Φ(−L−δ)), 370.40 for 3 and 0;
// with rules that count zones that of their Markov chain, 91.75 for [WesternElectric].
// The error is an [*InputError], a [*RuleError], or a [*RunLengthError] for a run length
// beyond 1e300, or 1e9 with rules, and for [SixTrend], [FourteenAlternating] and
// [EightOutside].
func (c Shewhart) RunLength(shift float64) (RunLength, error) {
	if err := c.validate(); err != nil {
		return RunLength{}, err
	}
	if err := demands("shewhart", demand{"shift", shift, true, ""}); err != nil {
		return RunLength{}, err
	}
	rules, others := zoneRulesOf(c.Rules)
	if others > 0 {
		return RunLength{}, &RunLengthError{Of: "shewhart", Reason: "rules", Value: float64(others)}
	}
	c = c.normal()
	chance := stats.NormalTail(c.Width-shift) + stats.NormalTail(c.Width+shift)
	if chance < 1e-300 {
		return RunLength{}, &RunLengthError{Of: "shewhart", Reason: "too_long", Value: 1e300}
	}
	if rules == (zoneRules{}) {
		return RunLength{Mean: 1 / chance, Accuracy: 1e-13}, nil
	}
	length, ok := rulesRunLength(rules, c.Width, shift)
	if !ok || !(length >= 1 && length <= runLongest) {
		return RunLength{}, &RunLengthError{Of: "shewhart", Reason: "too_long", Value: runLongest}
	}
	return RunLength{Mean: length, Accuracy: runRounding * (100 + length)}, nil
}
