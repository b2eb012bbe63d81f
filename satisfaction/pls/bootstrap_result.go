package pls

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Bootstrapped is an estimated model with the uncertainty of its numbers. It is
// immutable and safe to share. Estimates are worked out when they are asked for: Value
// is that of the sample, SE the standard deviation of the resamples, N the number of
// respondents used. A number that does not vary has neither SE nor interval; one that
// the sample does not have is absent.
type Bootstrapped struct {
	result    *Result
	options   BootstrapOptions
	layout    *layout
	original  []float64
	resamples *resamples
	deleted   *resamples // the jackknife; nil without BCa
}

// Result returns the estimate from all respondents.
func (b *Bootstrapped) Result() *Result { return b.result }

// Options returns the options with defaults filled in.
func (b *Bootstrapped) Options() BootstrapOptions {
	o := b.options
	o.Statistics = slices.Clone(o.Statistics)
	return o
}

// Resamples returns the number of resamples that were estimated.
func (b *Bootstrapped) Resamples() int { return b.resamples.count }

// Failed counts the resamples that could not be estimated.
func (b *Bootstrapped) Failed() FailedResamples { return b.resamples.failed }

// Reversed returns in how many resamples a construct was reversed; 0 with [SignNone].
func (b *Bootstrapped) Reversed(construct string) int {
	if c, known := b.result.plan.place[construct]; known {
		return b.resamples.reversed[c]
	}
	return 0
}

// Parameters returns all numbers that were resampled: paths, weights, loadings, R²,
// correlations of constructs, total effects, statistics, indirect effects.
func (b *Bootstrapped) Parameters() []Parameter { return slices.Clone(b.layout.parameters) }

// Estimate returns a parameter, and whether there is such a one.
func (b *Bootstrapped) Estimate(p Parameter) (rapport.Estimate, bool) {
	at, known := b.layout.place[p]
	if !known {
		return rapport.Estimate{}, false
	}
	value := b.layout.value(b.original, at)
	if !finite(value) {
		return rapport.Estimate{}, true
	}
	values := b.resamples.column(b.layout, at)
	e := rapport.Estimate{Value: value, N: b.result.rows}
	if len(values) > 1 {
		_, e.SE = meanAndDeviation(values)
	}
	if e.SE == 0 || !finite(e.SE) {
		e.SE = 0
		return e, true
	}
	slices.Sort(values)
	low, high := (1-b.options.Level)/2, (1+b.options.Level)/2
	if b.options.Interval == BCa {
		var there bool
		if low, high, there = bca(value, values, b.deleted.column(b.layout, at), b.options.Level); !there {
			return e, true
		}
	}
	e.Low, e.High, e.Level = numeric.Quantile(values, low), numeric.Quantile(values, high), b.options.Level
	return e, true
}

// Mean returns the mean of a parameter over the resamples that have it, and their
// number, 0 if there is no such parameter. The mean less the estimate is the
// bootstrap's measure of bias.
func (b *Bootstrapped) Mean(p Parameter) (mean float64, resamples int) {
	values := b.Replicates(p)
	if len(values) == 0 {
		return 0, 0
	}
	mean, _ = meanAndDeviation(values)
	return mean, len(values)
}

// Replicates returns a parameter in all resamples that have it, in the order of the
// resamples.
func (b *Bootstrapped) Replicates(p Parameter) []float64 {
	at, known := b.layout.place[p]
	if !known {
		return nil
	}
	return b.resamples.column(b.layout, at)
}

// Path returns the coefficient of a path, and whether the model has it.
func (b *Bootstrapped) Path(from, to string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: PathParameter, From: from, To: to})
}

// Weight returns that of an item of a construct, and whether the model has it.
func (b *Bootstrapped) Weight(construct, item string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: WeightParameter, From: construct, Item: item})
}

// Loading returns that of an item of a construct, and whether the model has it.
func (b *Bootstrapped) Loading(construct, item string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: LoadingParameter, From: construct, Item: item})
}

// R2 returns the share of a construct's variance that others explain, and whether
// others act on it.
func (b *Bootstrapped) R2(construct string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: R2Parameter, From: construct})
}

// Correlation returns that of two constructs, in either order, and whether the model
// has both.
func (b *Bootstrapped) Correlation(one, other string) (rapport.Estimate, bool) {
	if e, known := b.Estimate(Parameter{Kind: CorrelationParameter, From: one, To: other}); known {
		return e, true
	}
	return b.Estimate(Parameter{Kind: CorrelationParameter, From: other, To: one})
}

// Total returns the effect of a construct on another over all ways, and whether there
// is a way.
func (b *Bootstrapped) Total(from, to string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: TotalParameter, From: from, To: to})
}

// Indirect returns the effect of a construct on another over all ways but the path
// that joins them, and whether there is such a way.
func (b *Bootstrapped) Indirect(from, to string) (rapport.Estimate, bool) {
	return b.Estimate(Parameter{Kind: IndirectParameter, From: from, To: to})
}

// Statistic returns a statistic by its name; an absent estimate if there is none of
// that name or it does not exist for the sample.
func (b *Bootstrapped) Statistic(name string) rapport.Estimate {
	e, _ := b.Estimate(Parameter{Kind: StatisticParameter, From: name})
	return e
}

// column returns the finite values of a parameter.
func (r *resamples) column(l *layout, at int) []float64 {
	out := make([]float64, 0, r.count)
	for b := range r.count {
		v := l.value(r.values[b*r.wide:(b+1)*r.wide], at)
		if finite(v) {
			out = append(out, v)
		}
	}
	return out
}

// meanAndDeviation returns the mean of values, at least one, and their standard
// deviation with divisor n−1, 0 for one value. Squares do not overflow.
func meanAndDeviation(values []float64) (mean, deviation float64) {
	n, first, widest := float64(len(values)), values[0], 0.0
	for _, v := range values {
		mean += (v - first) / n // equal values have exactly their mean
		widest = max(widest, math.Abs(v-first))
	}
	mean += first
	if n < 2 || widest == 0 {
		return mean, 0
	}
	for _, v := range values {
		d := (v - mean) / widest
		deviation += d * d
	}
	return mean, math.Sqrt(deviation/(n-1)) * widest
}
