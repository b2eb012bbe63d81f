package kpi

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Arm is one group of a trial: how many customers were in it, and how many did what was
// hoped for.
type Arm struct {
	Customers, Successes int
}

// Trial is a measure tried on one segment, next to a control group that was drawn from
// the same segment by lot.
type Trial struct {
	Segment            string
	Treatment, Control Arm
}

// SegmentUplift is what a measure did in one segment.
type SegmentUplift struct {
	Segment            string
	Treatment, Control rapport.Ratio // successes of customers
	// Effect is the rate of the treated less that of the control, with the interval of
	// R. G. Newcombe (1998, method 10).
	Effect rapport.Estimate
	// P is the two-sided probability of such a difference without an effect, by the
	// N − 1 chi-squared test (E. S. Pearson, Biometrika 34, 1947; I. Campbell, Statistics
	// in Medicine 26, 2007); 1 where all or none succeeded.
	P float64
	// Adjusted is P for the number of segments, by Holm (1979). The segments in which it
	// is at most 1 − level may be called changed, all of them together.
	Adjusted float64
	Changed  bool // Adjusted ≤ 1 − level
}

// SegmentedUplift is what a measure did, segment by segment.
type SegmentedUplift struct {
	Segments []SegmentUplift // in the order given
	// Overall is the mean effect on a treated customer: the effects of the segments
	// weighted by their treated, so that a segment in which more were treated than in
	// another does not pass for an effect. Its interval combines those of the segments
	// (G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008).
	Overall rapport.Estimate
	// Incremental is Overall × the treated: the successes that the control does not
	// explain.
	Incremental rapport.Estimate
}

// UpliftBySegment compares each segment with its control. One trial without segments, with
// the growth of new customers and of contribution beside it, is scoring.Campaign. The
// level is that of the intervals, 0 for 0.95.
//
// The error is an [*InputError] for no trials, an arm without customers, more successes
// than customers or a level that is not between 0 and 1; or a [*CodeError] for a segment
// that comes twice.
func UpliftBySegment(level float64, trials ...Trial) (SegmentedUplift, error) {
	const subject = "uplift"
	level, err := checkLevel(subject, level)
	if err != nil {
		return SegmentedUplift{}, err
	}
	if len(trials) == 0 {
		return SegmentedUplift{}, &InputError{Subject: subject, Name: "trials", Value: 0, Reason: "want at least one"}
	}
	var u SegmentedUplift
	seen := make(map[string]bool, len(trials))
	p := make([]float64, len(trials))
	var sum combined
	for i, trial := range trials {
		if seen[trial.Segment] {
			return SegmentedUplift{}, &CodeError{Subject: "segment", Code: trial.Segment, Reason: "twice"}
		}
		seen[trial.Segment] = true
		s, err := trial.effect(level)
		if err != nil {
			return SegmentedUplift{}, err
		}
		p[i] = s.P
		u.Segments = append(u.Segments, s)
		sum.add(s.Treatment.Den, s.Effect)
	}
	for i, adjusted := range stats.Holm(p) {
		u.Segments[i].Adjusted = adjusted
		u.Segments[i].Changed = adjusted <= 1-level
	}
	treated := 0.0
	for _, s := range u.Segments {
		treated += s.Treatment.Den
	}
	u.Incremental = sum.estimate(1, level)
	u.Overall = sum.estimate(1/treated, level)
	return u, nil
}

// combined adds weighted independent estimates with their intervals: the squares of the
// distances to the ends add up, each side for itself (Zou and Donner 2008).
type combined struct {
	value, below, above float64
	n                   int
}

func (c *combined) add(weight float64, e rapport.Estimate) {
	below, above := weight*(e.Value-e.Low), weight*(e.High-e.Value)
	if weight < 0 {
		below, above = above, below
	}
	c.value += weight * e.Value
	c.below = math.Hypot(c.below, below)
	c.above = math.Hypot(c.above, above)
	c.n += e.N
}

func (c *combined) estimate(scale, level float64) rapport.Estimate {
	return rapport.Estimate{Value: scale * c.value, Low: scale * (c.value - c.below), High: scale * (c.value + c.above), Level: level, N: c.n}
}

func (t Trial) effect(level float64) (SegmentUplift, error) {
	s := SegmentUplift{Segment: t.Segment}
	var err error
	if s.Treatment, err = t.Treatment.rate("treatment of " + t.Segment); err != nil {
		return s, err
	}
	if s.Control, err = t.Control.rate("control of " + t.Segment); err != nil {
		return s, err
	}
	s.Effect = rateDifference(s.Treatment, s.Control, level)
	n := s.Treatment.Den + s.Control.Den
	pooled := (s.Treatment.Num + s.Control.Num) / n
	s.P = 1
	if pooled > 0 && pooled < 1 {
		z := math.Abs(s.Effect.Value) / math.Sqrt(pooled*(1-pooled)*(1/s.Treatment.Den+1/s.Control.Den)*n/(n-1))
		s.P = 2 * stats.NormalTail(z)
	}
	return s, nil
}

func (a Arm) rate(name string) (rapport.Ratio, error) {
	if err := checkCounts(name, count{"customers", a.Customers}, count{"successes", a.Successes}); err != nil {
		return rapport.Ratio{}, err
	}
	switch {
	case a.Customers == 0:
		return rapport.Ratio{}, &InputError{Subject: name, Name: "customers", Value: 0, Reason: "want some"}
	case a.Successes > a.Customers:
		return rapport.Ratio{}, &InputError{Subject: name, Name: "successes", Value: float64(a.Successes), Reason: fmt.Sprintf("want up to customers, %d", a.Customers)}
	}
	return rapport.Ratio{Num: float64(a.Successes), Den: float64(a.Customers), N: a.Customers}, nil
}

// rateDifference returns a − b with Newcombe's interval.
func rateDifference(a, b rapport.Ratio, level float64) rapport.Estimate {
	e := rapport.Estimate{Level: level, N: a.N + b.N}
	e.Value, e.Low, e.High = stats.RateDifference(a.Num, a.Den, b.Num, b.Den, stats.NormalMargin(level))
	return e
}
