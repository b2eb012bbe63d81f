package kpi

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
)

// RateKind says what the numbers of a [RateChart] count.
type RateKind uint8

// The kinds.
const (
	Proportions RateKind = iota + 1 // p-chart: so many of n, such as lost calls; variance p(1−p)/n
	Rates                           // u-chart: events on an exposure, such as complaints a thousand visits; variance u/n
)

// String returns "proportions" or "rates".
func (k RateKind) String() string {
	return nameOf("RateKind", []string{"none", "proportions", "rates"}, int(k))
}

// RateChart is a Shewhart chart of proportions (p-chart) or of rates (u-chart), whose
// limits are wider where the denominator is small:
//
//	p̄ ± L·σz·√(p̄(1−p̄)/n)  or  ū ± L·σz·√(ū/n)
//
// within what is possible. σz is 1 or, for figures that vary more or less than counts do
// by chance, the moving-range sigma of the standardised values (D. B. Laney, Improved
// Control Charts for Attributes, Quality Engineering 14, 2002).
type RateChart struct {
	Kind      RateKind
	Center    float64 // p̄, above 0 and below 1, or ū, above 0
	Width     float64 // L; 0: 3
	Inflation float64 // σz; 0: 1
}

// RatePoint is a point of a [RateChart].
type RatePoint struct {
	Point
	Missing bool // the denominator is 0: no value, no limits, no signal
}

func (c RateChart) normal() RateChart {
	if c.Width == 0 {
		c.Width = 3
	}
	if c.Inflation == 0 {
		c.Inflation = 1
	}
	return c
}

func (c RateChart) validate() error {
	return demands("rate_chart", demand{"kind", float64(c.Kind), c.Kind == Proportions || c.Kind == Rates, "proportions or rates"},
		demand{"center", c.Center, c.Center > 0 && (c.Center < 1 || c.Kind == Rates), "above 0 and, for proportions, below 1"},
		demand{"width", c.Width, c.Width >= 0, "above 0, or 0 for 3"},
		demand{"inflation", c.Inflation, c.Inflation >= 0 && c.Inflation <= 1e50 && c.Width <= 1e50, "above 0, or 0 for 1; with the width at most 1e50"})
}

// Points returns a point for each ratio, numerator over denominator. The error is an
// [*InputError], or a [*SeriesError] for a number that is not finite or negative, or a
// proportion above 1.
func (c RateChart) Points(rows []rapport.Ratio) ([]RatePoint, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if err := c.Kind.fits(rows); err != nil {
		return nil, err
	}
	c = c.normal()
	points := make([]RatePoint, len(rows))
	for i, r := range rows {
		value, ok := r.Value()
		if !ok {
			points[i].Missing = true
			continue
		}
		p := c.limited(value, r.Den)
		if !finite(p.Upper) {
			return nil, &SeriesError{Index: i, Value: r.Den, Reason: "a denominator so small that the limits are not finite"}
		}
		p.judge()
		points[i].Point = p
	}
	return points, nil
}

// limited returns a figure with that denominator and its limits, not yet judged.
func (c RateChart) limited(value, n float64) Point {
	p := limited(value, c.Center, c.Width*c.Inflation*c.sigma(n))
	p.Lower = max(0, p.Lower)
	if c.Kind == Proportions {
		p.Upper = min(1, p.Upper)
	}
	return p
}

// sigma is the standard deviation of a figure with that denominator, by the counts alone.
func (c RateChart) sigma(n float64) float64 {
	if c.Kind == Proportions {
		return math.Sqrt(c.Center * (1 - c.Center) / n)
	}
	return math.Sqrt(c.Center / n)
}

// fits refuses ratios that are none of the kind.
func (k RateKind) fits(rows []rapport.Ratio) error {
	for i, r := range rows {
		wrong := &SeriesError{Index: i, Value: r.Num}
		switch {
		case !finite(r.Num) || !finite(r.Den):
			wrong.Reason = "numerator or denominator not finite"
		case r.Den < 0:
			wrong.Reason, wrong.Value = "negative denominator", r.Den
		case r.Num < 0:
			wrong.Reason = "negative numerator"
		case r.Den == 0 && r.Num > 0:
			wrong.Reason = "numerator above a denominator of 0"
		case k == Proportions && r.Num > r.Den:
			wrong.Reason = fmt.Sprintf("above the denominator %v", r.Den)
		case r.Den > 0 && !finite(r.Num/r.Den):
			wrong.Reason = fmt.Sprintf("over %v is not finite", r.Den)
		default:
			continue
		}
		return wrong
	}
	return nil
}

// RateOptions say how limits are made from past ratios. Nil and zero are the defaults.
type RateOptions struct {
	Width        float64 // of the limits; 0: 3
	Laney        bool    // estimate the inflation; otherwise it is 1
	KeepOutliers bool    // limits from all ratios; otherwise the one farthest beyond the limits is left out, until none is
}

// RateFit is a chart made from past ratios, which judges those to come.
type RateFit struct {
	Chart    RateChart
	Points   []RatePoint // by the limits of the chart
	Outliers []int       // indexes of those that the limits leave out, ascending
	N        int         // ratios behind the limits
}

// FitRates makes the chart of a kind from past ratios: the centre is the sum of the
// numerators over that of the denominators. Ratios with the denominator 0 are left out.
//
// The error is an [*InputError], a [*SeriesError], a [*ShortSeriesError] for fewer than
// two ratios, or three with Laney, or a [*ConstantSeriesError] if all numerators are 0
// or all proportions are 1, or if the standardised values of Laney do not vary.
func FitRates(kind RateKind, rows []rapport.Ratio, o *RateOptions) (*RateFit, error) {
	if o == nil {
		o = &RateOptions{}
	}
	if err := (RateChart{Kind: kind, Center: 0.5, Width: o.Width}).validate(); err != nil {
		return nil, err
	}
	if err := kind.fits(rows); err != nil {
		return nil, err
	}
	kept := make([]bool, len(rows))
	for i, r := range rows {
		kept[i] = r.Den > 0
	}
	fit := &RateFit{}
	var err error
	fit.Outliers, err = settle(kept, o.KeepOutliers, func() (func(i int) Point, error) {
		var err error
		fit.N = counted(kept, func(is bool) bool { return is })
		fit.Chart, err = rateChart(kind, rows, kept, o)
		return func(i int) Point { return fit.Chart.limited(rows[i].Num/rows[i].Den, rows[i].Den) }, err
	})
	if err != nil {
		return nil, err
	}
	if fit.Points, err = fit.Chart.Points(rows); err != nil {
		return nil, err
	}
	return fit, nil
}

// rateChart makes a chart of the ratios that are kept.
func rateChart(kind RateKind, rows []rapport.Ratio, kept []bool, o *RateOptions) (RateChart, error) {
	c := RateChart{Kind: kind, Width: o.Width}.normal()
	num, den, n := 0.0, 0.0, 0
	for i, r := range rows {
		if kept[i] {
			num += r.Num
			den += r.Den
			n++
		}
	}
	need := 2
	if o.Laney {
		need = 3
	}
	if n < need {
		return c, &ShortSeriesError{For: kind.String() + " chart", Have: n, Need: need}
	}
	c.Center = num / den
	if c.Center == 0 || kind == Proportions && c.Center == 1 {
		return c, &ConstantSeriesError{For: kind.String() + " chart", Value: c.Center, N: n}
	}
	if err := c.validate(); err != nil {
		return c, err
	}
	if !o.Laney {
		return c, nil
	}
	sum, pairs, before := 0.0, 0, math.NaN()
	for i, r := range rows {
		z := math.NaN()
		if kept[i] {
			z = (r.Num/r.Den - c.Center) / c.sigma(r.Den)
		}
		if step := math.Abs(z - before); !math.IsNaN(step) {
			sum += step
			pairs++
		}
		before = z
	}
	if pairs < 2 {
		return c, &ShortSeriesError{For: kind.String() + " chart", Have: n, Need: 3}
	}
	if c.Inflation = sum / float64(pairs) / meanRange(2); c.Inflation == 0 {
		return c, &ConstantSeriesError{For: kind.String() + " chart", Value: c.Center, N: n}
	}
	return c, nil
}
