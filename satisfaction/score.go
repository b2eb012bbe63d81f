package satisfaction

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ShareOptions says which answers [TopBox] counts; nil or zero: all defaults.
type ShareOptions struct {
	Level float64 // confidence, above 0 and below 1; 0: 0.95
	// From and To are the answers that count, both included, within the scale of the
	// item; both 0: the top two marks, from the high end less 1, or the high end alone
	// where the scale has but two marks. [EffortShare] has its own default.
	From, To float64
}

// ShareScore is the share of answers in a box of the scale, 0 to 1, such as CSAT.
type ShareScore struct {
	// Share has the standard error √(p(1−p)/n), with weights the linearised one, and
	// Wilson's interval, with weights at the effective number.
	Share     rapport.Estimate
	Counts    rapport.Ratio // answers in the box over all; with weights, sums of weights
	From, To  float64       // the box
	Low, High float64       // the scale
	Method    IntervalMethod
	Effective float64 // (Σw)²/Σw², n without weights
}

// Rule returns which answers count, such as "4 to 5 of 1 to 5, wilson".
func (s ShareScore) Rule() string {
	return fmt.Sprintf("%v to %v of %v to %v, %s", s.From, s.To, s.Low, s.High, s.Method)
}

// BoxError reports a box that is not within the scale of its item.
type BoxError struct {
	Item      string
	From, To  float64 // the box
	Low, High float64 // the scale
}

func (e *BoxError) Error() string {
	return fmt.Sprintf("satisfaction: item %q: the answers %v to %v that count are not within %v to %v", e.Item, e.From, e.To, e.Low, e.High)
}

// TopBox returns the share of answers in the top box: of an item from 1 to 5 the
// customer satisfaction score (CSAT), the share of 4 and 5. Without answers the share
// is absent. The error is an [*ArgumentError] for the level or a [*BoxError].
func TopBox(c Column, opts *ShareOptions) (ShareScore, error) {
	from := c.item.High - 1
	if from <= c.item.Low {
		from = c.item.High
	}
	return shareOf(c, opts, from)
}

// EffortShare returns the share of answers from 5 to 7 to an item from 1 to 7, "it was
// made easy for me": the customer effort score (CES) as a share. Options may name
// another box; another scale is a [*ScaleError] unless they do. The other errors are
// those of [TopBox].
func EffortShare(c Column, opts *ShareOptions) (ShareScore, error) {
	unnamed := opts == nil || opts.From == 0 && opts.To == 0
	if unnamed && (c.item.Low != 1 || c.item.High != 7) {
		return ShareScore{}, &ScaleError{Item: c.item.Key, Low: c.item.Low, High: c.item.High, Wanted: "1 to 7, or a box to count"}
	}
	return shareOf(c, opts, 5)
}

// shareOf counts from the mark given where the options name no box.
func shareOf(c Column, opts *ShareOptions, from float64) (ShareScore, error) {
	var o ShareOptions
	if opts != nil {
		o = *opts
	}
	level, err := levelOf(o.Level)
	if err != nil {
		return ShareScore{}, err
	}
	low, high := c.item.Low, c.item.High
	if o.From == 0 && o.To == 0 {
		o.From, o.To = from, high
	}
	if !(o.From >= low && o.From <= o.To && o.To <= high) {
		return ShareScore{}, &BoxError{Item: c.item.Key, From: o.From, To: o.To, Low: low, High: high}
	}
	got := ShareScore{From: o.From, To: o.To, Low: low, High: high, Method: Wilson}
	if c.Len() == 0 {
		return got, nil
	}
	marks, inside, all := c.marked(o.From, o.To)
	_, variance, effective := stats.Mean(marks, c.weights)
	got.fill(inside, all, c.Len(), math.Sqrt(variance), effective, level)
	return got, nil
}

// fill puts in a share with Wilson's interval.
func (s *ShareScore) fill(inside, all float64, n int, se, effective, level float64) {
	s.Counts = rapport.Ratio{Num: inside, Den: all, N: n}
	s.Effective = effective
	share := inside / all
	_, low, high := stats.Wilson(min(share*effective, effective), effective, stats.NormalMargin(level))
	// The share times an effective number is rounded; the interval holds it all the same.
	s.Share = rapport.Estimate{Value: share, SE: se, Low: min(low, share), High: max(high, share), Level: level, N: n}
}

// MeanScore is the mean of answers, on the scale of the item.
type MeanScore struct {
	// Mean has the standard error sd/√n, with weights the linearised
	// √(n/(n−1)·Σw²(x−m)²)/Σw with the effective n, and Student's interval. Fewer than
	// two (effective) answers and answers that are all the same have neither.
	Mean      rapport.Estimate
	Low, High float64 // the scale
	Method    IntervalMethod
	Effective float64 // (Σw)²/Σw², n without weights
}

// Rule returns what the figure is, such as "mean of 1 to 7, student_t".
func (m MeanScore) Rule() string { return fmt.Sprintf("mean of %v to %v, %s", m.Low, m.High, m.Method) }

// MeanOf returns the mean answer: of an item from 1 to 7 the customer effort score
// (CES) as a mean. Without answers it is absent. level is the confidence, 0: 0.95; the
// error is an [*ArgumentError] for it.
func MeanOf(c Column, level float64) (MeanScore, error) {
	level, err := levelOf(level)
	if err != nil {
		return MeanScore{}, err
	}
	got := MeanScore{Low: c.item.Low, High: c.item.High, Method: StudentT}
	if c.Len() == 0 {
		return got, nil
	}
	mean, variance, effective := c.mean()
	got.Effective = effective
	got.Mean = studentEstimate(mean, math.Sqrt(variance), level, effective, c.Len())
	return got, nil
}
