package kpi

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// ControlOptions say how limits are made from past values. Nil and zero are the
// defaults.
type ControlOptions struct {
	Width        float64 // of the limits in sigmas; 0: 3
	Rules        []Rule  // of the chart; nil: the limits alone
	KeepOutliers bool    // limits from all values; otherwise the one farthest beyond the limits is left out, until none is
}

func (o *ControlOptions) normal() ControlOptions {
	n := ControlOptions{Width: 3}
	if o != nil {
		n.Rules, n.KeepOutliers = slices.Clone(o.Rules), o.KeepOutliers
		if o.Width != 0 {
			n.Width = o.Width
		}
	}
	return n
}

// ControlFit is a chart made from past values (phase 1), which judges those to come
// (phase 2) by [Shewhart.Points].
type ControlFit struct {
	Chart    Shewhart
	Points   []Point // the past values, the outliers among them, by the limits of the chart
	Outliers []int   // indexes of those that the limits leave out, ascending
	N        int     // values or samples behind the limits
}

// FitIndividuals makes the chart of single values by their moving ranges: σ̂ is the mean
// of |xₜ − xₜ₋₁| over 2/√π = 1.128379, what it is for independent normal values of
// sigma 1. Ranges to and from a value that is left out are left out.
//
// The error is a [*InputError], a [*RuleError], a [*SeriesError], a
// [*ShortSeriesError] where fewer than two ranges remain, or a [*ConstantSeriesError].
func FitIndividuals(values []float64, o *ControlOptions) (*ControlFit, error) {
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	return fitControl("individuals chart", values, o, func(kept []bool) (center, sigma float64, err error) {
		sum, n := 0.0, 0
		ranges, pairs := 0.0, 0
		for i, x := range values {
			if !kept[i] {
				continue
			}
			sum += x
			n++
			if i > 0 && kept[i-1] {
				ranges += math.Abs(x - values[i-1])
				pairs++
			}
		}
		if pairs < 2 {
			return 0, 0, &ShortSeriesError{For: "individuals chart", Have: n, Need: 3}
		}
		return sum / float64(n), ranges / float64(pairs) / meanRange(2), nil
	})
}

// FitMeans makes the chart of the means of samples of equal size m, from 2 on. σ̂ is
// within samples: their mean range over d₂(m) for sizes up to 10, else their mean
// standard deviation over c₄(m), both constants exact for normal values. The sigma of
// the chart is that of a mean, σ̂/√m.
//
// The errors are those of [FitIndividuals]; the index of a [*SeriesError] is that of
// the sample.
func FitMeans(samples [][]float64, o *ControlOptions) (*ControlFit, error) {
	means, spreads := make([]float64, len(samples)), make([]float64, len(samples))
	size := 0
	for i, sample := range samples {
		if i == 0 {
			size = len(sample)
		}
		if len(sample) < 2 || len(sample) != size {
			return nil, &SeriesError{Index: i, Value: float64(len(sample)), Reason: "not the size of a sample: want 2 or more, and all samples alike"}
		}
		// From the first value on, so that equal values have no deviation by rounding.
		means[i] = sample[0]
		for _, x := range sample {
			if !finite(x) {
				return nil, &SeriesError{Index: i, Value: x, Reason: "not finite"}
			}
			means[i] += (x - sample[0]) / float64(size)
		}
		if size <= 10 {
			spreads[i] = slices.Max(sample) - slices.Min(sample)
			continue
		}
		for _, x := range sample {
			spreads[i] += (x - means[i]) * (x - means[i])
		}
		spreads[i] = math.Sqrt(spreads[i] / float64(size-1))
	}
	return fitControl("means chart", means, o, func(kept []bool) (center, sigma float64, err error) {
		n := 0.0
		for i := range means {
			if kept[i] {
				center += means[i]
				sigma += spreads[i]
				n++
			}
		}
		if n < 2 {
			return 0, 0, &ShortSeriesError{For: "means chart", Have: int(n), Need: 2}
		}
		constant := meanDeviation(size)
		if size <= 10 {
			constant = meanRange(size)
		}
		return center / n, sigma / n / constant / math.Sqrt(float64(size)), nil
	})
}

// fitControl makes a Shewhart chart whose centre and sigma are those of the values that
// are kept.
func fitControl(of string, values []float64, o *ControlOptions, limits func(kept []bool) (center, sigma float64, err error)) (*ControlFit, error) {
	options := o.normal()
	fit := &ControlFit{}
	kept := slices.Repeat([]bool{true}, len(values))
	var err error
	fit.Outliers, err = settle(kept, options.KeepOutliers, func() (func(i int) Point, error) {
		fit.Chart = Shewhart{Width: options.Width, Rules: options.Rules}
		var err error
		if fit.Chart.Center, fit.Chart.Sigma, err = limits(kept); err != nil {
			return nil, err
		}
		if fit.Chart.Sigma == 0 {
			return nil, &ConstantSeriesError{For: of, Value: fit.Chart.Center, N: len(values)}
		}
		return func(i int) Point { return limited(values[i], fit.Chart.Center, fit.Chart.Width*fit.Chart.Sigma) }, fit.Chart.validate()
	})
	if err != nil {
		return nil, err
	}
	if fit.Points, err = fit.Chart.Points(values); err != nil {
		return nil, err
	}
	fit.N = len(values) - len(fit.Outliers)
	return fit, nil
}

// settle sets limits from the points that are kept, leaves out the one that is farthest
// beyond its limit, measured by the distance of the limit from the centre, and begins
// again, until none is beyond: a gross outlier, which draws the centre to itself, does not
// take good points with it. It returns the indexes of those left out.
func settle(kept []bool, keepAll bool, limits func() (at func(i int) Point, err error)) (outliers []int, err error) {
	for {
		at, err := limits()
		if err != nil || keepAll {
			return nil, err
		}
		farthest, most := -1, 0.0
		for i := range kept {
			if !kept[i] {
				continue
			}
			p := at(i)
			if p.Value >= p.Lower && p.Value <= p.Upper {
				continue
			}
			limit := p.Upper
			if p.Value < p.Lower {
				limit = p.Lower
			}
			if by := (p.Value - p.Center) / (limit - p.Center); by > most {
				farthest, most = i, by
			}
		}
		if farthest < 0 {
			slices.Sort(outliers)
			return outliers, nil
		}
		kept[farthest] = false
		outliers = append(outliers, farthest)
	}
}

// meanRange is d₂, the mean range of n standard normal values: ∫ 1 − Φⁿ − (1−Φ)ⁿ
// (L. H. C. Tippett, Biometrika 17, 1925).
func meanRange(n int) float64 {
	if n == 2 {
		return 2 / math.Sqrt(math.Pi)
	}
	sum := 0.0
	for panel := range 20 {
		sum += numeric.GaussLegendre(float64(panel-10), float64(panel-9), func(x float64) float64 {
			below, above := math.Erfc(-x/math.Sqrt2)/2, math.Erfc(x/math.Sqrt2)/2
			return 1 - math.Pow(below, float64(n)) - math.Pow(above, float64(n))
		})
	}
	return sum
}

// meanDeviation is c₄, the mean standard deviation of n standard normal values.
func meanDeviation(n int) float64 {
	half, _ := math.Lgamma(float64(n) / 2)
	less, _ := math.Lgamma(float64(n-1) / 2)
	return math.Sqrt(2/float64(n-1)) * math.Exp(half-less)
}
