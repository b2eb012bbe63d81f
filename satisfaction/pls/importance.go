package pls

import (
	"fmt"
	"math"
)

// Range is what answers to an item can be, from the lowest to the highest.
type Range struct {
	Low, High float64
}

// RangeError reports an item whose range is missing, empty or does not hold its mean.
type RangeError struct {
	Item   string
	Range  Range
	Reason string
}

// Error names the item and its range.
func (e *RangeError) Error() string {
	return fmt.Sprintf("pls: item %q, range %v to %v: %s", e.Item, e.Range.Low, e.Range.High, e.Reason)
}

// WeightSumError reports a construct whose items' weights cancel, or sum to less than
// 0, so that no weighted mean of its answers exists.
type WeightSumError struct {
	Construct string
	Sum       float64 // of the weights of the answers as given
}

// Error names the construct.
func (e *WeightSumError) Error() string {
	return fmt.Sprintf("pls: construct %q: weights sum to %.6g, a weighted mean needs more than 0", e.Construct, e.Sum)
}

// ImportanceMap sets what matters to a target beside how well it is done: the
// importance–performance map (J. A. Martilla, J. C. James 1977; C. M. Ringle, M.
// Sarstedt 2016). A construct is measured by the mean of its answers with the weights
// of its score, taken to the answers' scale and to the sum 1.
type ImportanceMap struct {
	Target      string
	Performance Figure // of the target, on the answers' scale; does not exist if only covariances were given
	Percent     Figure // the same from 0 to 100; exists if ranges were given
	Constructs  []ConstructImportance
	Items       []ItemImportance
}

// ConstructImportance is a construct that acts on the target.
type ConstructImportance struct {
	Construct string
	// Effect is the total effect: what one unit more on the answers' scale of this
	// construct adds to the target on its own.
	Effect float64
	// PercentEffect is the same with both from 0 to 100; exists if ranges were given.
	PercentEffect Figure
	Performance   Figure // mean on the answers' scale
	Percent       Figure // mean from 0 to 100
}

// ItemImportance is an item of a construct that acts on the target, or of the target.
type ItemImportance struct {
	Item      string
	Construct string
	// Effect is the item's share in its construct times the construct's effect; of an
	// item of the target itself, its share.
	Effect        float64
	PercentEffect Figure
	Performance   Figure
	Percent       Figure
}

// ImportanceMap returns the map of a target, constructs and items in the order of the
// model. Ranges are those of all items, or nil: what is from 0 to 100 does not exist
// then. If the estimation is consistent, effects are those of the constructs, while
// performance is that of their scores. The error is a [*ModelError] for an unknown
// target, a [*WeightSumError] or a [*RangeError].
func (r *Result) ImportanceMap(target string, ranges map[string]Range) (*ImportanceMap, error) {
	to, known := r.plan.place[target]
	if !known {
		return nil, &ModelError{Fault: UnknownConstruct, Construct: target}
	}
	scales, err := r.scales(ranges)
	if err != nil {
		return nil, err
	}
	own := scales[to]
	out := &ImportanceMap{Target: target, Performance: own.mean, Percent: own.percent}
	count := r.plan.constructs()
	for j, s := range scales {
		effect := Figure{Value: 1, Exists: true}
		percent := Figure{Value: 1, Exists: s.wide > 0}
		if j != to {
			if !r.plan.leads[j*count+to] {
				continue
			}
			total := r.effects[j*count+to]
			// Scores have variance 1, so that a mean with weights a/Σa has the standard
			// deviation 1/Σa, and 100/Σa(high−low) from 0 to 100.
			effect.Value = total * s.sum / own.sum
			if percent.Exists {
				percent.Value = total * s.wide / own.wide
			}
			out.Constructs = append(out.Constructs, ConstructImportance{
				Construct: r.plan.name(j), Effect: effect.Value, PercentEffect: whole(percent), Performance: s.mean, Percent: s.percent,
			})
		}
		for i := r.plan.first[j]; i < r.plan.first[j+1]; i++ {
			item := r.itemPerformance(i, ranges)
			item.Construct = r.plan.name(j)
			item.Effect = effect.Value * r.answerWeight(i) / s.sum
			if percent.Exists {
				span := ranges[item.Item]
				item.PercentEffect = figure(percent.Value * r.answerWeight(i) * (span.High - span.Low) / s.wide)
			}
			out.Items = append(out.Items, item)
		}
	}
	return out, nil
}

// whole drops the value of a figure that does not exist.
func whole(f Figure) Figure {
	if !f.Exists {
		return Figure{}
	}
	return f
}

// itemPerformance is the mean of item i, as it is and from 0 to 100.
func (r *Result) itemPerformance(i int, ranges map[string]Range) ItemImportance {
	out := ItemImportance{Item: r.plan.items[i], Performance: figure(r.means[i])}
	if span, given := ranges[out.Item]; given {
		out.Percent = figure(100 * (r.means[i] - span.Low) / (span.High - span.Low))
	}
	return out
}

// scale is a construct on the scale of its answers.
type scale struct {
	sum, wide     float64 // Σa and Σa(high−low) of the answers' weights a; wide is 0 without ranges
	mean, percent Figure
}

// scales returns the scales of all constructs.
func (r *Result) scales(ranges map[string]Range) ([]scale, error) {
	out := make([]scale, r.plan.constructs())
	for j := range out {
		s := &out[j]
		size, mean, low := 0.0, 0.0, 0.0
		for i := r.plan.first[j]; i < r.plan.first[j+1]; i++ {
			a := r.answerWeight(i)
			s.sum += a
			size += math.Abs(a)
			mean += a * r.means[i]
			if ranges == nil {
				continue
			}
			span, err := r.rangeOf(i, ranges)
			if err != nil {
				return nil, err
			}
			s.wide += a * (span.High - span.Low)
			low += a * span.Low
		}
		if !(s.sum > 1e-9*size) || ranges != nil && !(s.wide > 0) {
			return nil, &WeightSumError{Construct: r.plan.name(j), Sum: s.sum}
		}
		s.mean = figure(mean / s.sum)
		if ranges != nil {
			s.percent = figure(100 * (mean - low) / s.wide)
		}
	}
	return out, nil
}

// rangeOf returns the range of item i.
func (r *Result) rangeOf(i int, ranges map[string]Range) (Range, error) {
	span, given := ranges[r.plan.items[i]]
	fault := func(reason string) error {
		return &RangeError{Item: r.plan.items[i], Range: span, Reason: reason}
	}
	switch {
	case !given:
		return span, fault("is not given")
	case !(span.High > span.Low) || math.IsInf(span.High-span.Low, 0):
		return span, fault("high must be above low, both finite")
	case r.means[i] < span.Low || r.means[i] > span.High:
		return span, fault(fmt.Sprintf("does not hold the mean %v", r.means[i]))
	}
	return span, nil
}
