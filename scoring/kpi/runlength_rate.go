package kpi

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// RunLength returns the average run length of points that all have the denominator n when
// the true proportion or rate is rate: exactly 1/P(a count is beyond the limits), by the
// binomial or the Poisson distribution. Without a shift, where rate is [RateChart.Center],
// that is often far from the 370.40 of normal values: 498.72 for a proportion of 0.1 and
// n 100, where 20 and more and 0 of 100 signal.
//
// For proportions n is a whole number up to 1e6, for rates n times rate, and n times the
// centre, is at most 1e6. The error is an [*InputError], a [*SeriesError] for a denominator
// so small that the limits are not finite, or a [*RunLengthError] for an inflation other
// than 1, with which counts have no known distribution, and for run lengths beyond 1e300:
// no count may be beyond the limits.
func (c RateChart) RunLength(n, rate float64) (RunLength, error) {
	if err := c.validate(); err != nil {
		return RunLength{}, err
	}
	c = c.normal()
	if err := demands("rate_chart", demand{"n", n, n > 0 && (c.Kind == Rates && n*c.Center <= 1e6 || n == math.Floor(n) && n <= 1e6 && c.Kind == Proportions), "above 0 and, for proportions, whole and at most 1e6; for rates at most 1e6 over the centre"},
		demand{"rate", rate, rate > 0 && (c.Kind == Rates && n*rate <= 1e6 || rate < 1 && c.Kind == Proportions), "above 0 and, for proportions, below 1; for rates at most 1e6 over n"}); err != nil {
		return RunLength{}, err
	}
	if c.Inflation != 1 {
		return RunLength{}, &RunLengthError{Of: "rate_chart", Reason: "inflation", Value: c.Inflation}
	}
	points, err := c.Points([]rapport.Ratio{{Den: n}})
	if err != nil {
		return RunLength{}, err
	}
	limits := points[0].Point
	// The first count above the upper limit and the first that is not below the lower one,
	// by the quotients that points have.
	above, inside := math.Floor(limits.Upper*n), math.Floor(limits.Lower*n)
	for ; above/n <= limits.Upper && above < 1e15; above++ {
	}
	for ; inside/n < limits.Lower; inside++ {
	}
	_, below := c.Kind.tails(inside, n, rate)
	beyond, _ := c.Kind.tails(above, n, rate)
	if chance := below + beyond; chance >= 1e-300 {
		return RunLength{Mean: 1 / chance, Accuracy: 1e-9}, nil
	}
	return RunLength{}, &RunLengthError{Of: "rate_chart", Reason: "too_long", Value: 1e300}
}

// tails are the chances of a count of so many and more, and of fewer.
func (k RateKind) tails(count, n, rate float64) (from, below float64) {
	switch {
	case count <= 0:
		return 1, 0
	case k == Rates:
		return numeric.GammaTails(count, n*rate)
	case count > n:
		return 0, 1
	}
	return numeric.BetaTails(count, n-count+1, rate/(1-rate))
}
