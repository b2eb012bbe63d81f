package lead

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// AUC returns the area under the receiver operating curve: the chance that a row with
// the event scores higher than one without, ties counted half. 0.5 is no better than
// a coin, below it the scores run the wrong way.
//
// The interval, cut to 0 … 1, is that of E. R. DeLong, D. M. DeLong and
// D. L. Clarke-Pearson, Comparing the areas under two or more correlated receiver
// operating characteristic curves, Biometrics 44, 1988. With weights the same sums
// are weighted: exact for the area, linearised for its error. An area of 0 or 1, or a
// single row of an outcome, has no standard error. It takes time n ln n. Rows of one
// outcome only are [ErrOneOutcome].
func (s Sample) AUC(level float64) (rapport.Estimate, error) {
	l, err := s.twoSided()
	if err != nil {
		return rapport.Estimate{}, err
	}
	return l.auc(level)
}

// Gini returns 2·AUC − 1, also called the accuracy ratio or Somers' D: 0 for a coin,
// 1 for a perfect order. Errors and interval are those of [Sample.AUC].
func (s Sample) Gini(level float64) (rapport.Estimate, error) {
	l, err := s.twoSided()
	if err != nil {
		return rapport.Estimate{}, err
	}
	return l.gini(level)
}

func (l *ladder) auc(level float64) (rapport.Estimate, error) {
	a := l.area()
	return between(a.value, math.Sqrt(a.variance), level, l.rows(), 0, 1)
}

func (l *ladder) gini(level float64) (rapport.Estimate, error) {
	a := l.area()
	return between(2*a.value-1, 2*math.Sqrt(a.variance), level, l.rows(), -1, 1)
}

// area is an area under the curve with its variance. The placements are DeLong's
// structural components by step: of an event the share of others that it beats, of
// another the share of events that beat it.
type area struct {
	value, variance        float64
	eventPlace, otherPlace []float64
}

func (l *ladder) area() area {
	a := area{eventPlace: make([]float64, len(l.steps)), otherPlace: make([]float64, len(l.steps))}
	pairs := 0.0
	for i, at := range l.steps {
		a.eventPlace[i] = (at.othersBefore + at.others/2) / l.others
		a.otherPlace[i] = (l.events - at.eventsBefore - at.events/2) / l.events
		pairs += at.events / l.events * (at.othersBefore + at.others/2)
	}
	a.value = min(1, pairs/l.others)
	if l.exact() { // whole counts lose nothing before the division
		pairs = 0
		for _, at := range l.steps {
			pairs += at.events * (at.othersBefore + at.others/2)
		}
		a.value = pairs / (l.events * l.others)
	}
	if l.eventRows == 1 || l.otherRows == 1 {
		return a
	}
	m, n := float64(l.eventRows), float64(l.otherRows)
	var events, others float64
	for i, at := range l.steps {
		d, e := a.eventPlace[i]-a.value, a.otherPlace[i]-a.value
		events += at.eventSquares / l.events / l.events * d * d
		others += at.otherSquares / l.others / l.others * e * e
	}
	a.variance = events*m/(m-1) + others*n/(n-1)
	if a.value == 0 || a.value == 1 { // what is left is rounding
		a.variance = 0
	}
	return a
}

// exact tells whether all weights are 1.
func (l *ladder) exact() bool {
	return l.events == float64(l.eventRows) && l.others == float64(l.otherRows)
}

// An AUCDifference compares two scores on the same rows.
type AUCDifference struct {
	First, Second rapport.Estimate
	Difference    rapport.Estimate // first less second
	// P is the two-sided probability of a difference at least so large if the areas
	// are equal. It means nothing, and is 0, if the difference has no standard error:
	// where both scores put the rows in the same order, or the right one.
	P float64
}

// CompareAUC compares the area under the curve of the sample's scores with that of
// other scores of the same rows, whose errors go together: the test of DeLong, DeLong
// and Clarke-Pearson, 1988 (see [Sample.AUC]).
func (s Sample) CompareAUC(other []float64, level float64) (*AUCDifference, error) {
	second := Sample{Scores: other, Outcomes: s.Outcomes, Weights: s.Weights}
	lb, err := second.twoSided()
	if err != nil {
		return nil, err
	}
	la, err := s.twoSided()
	if err != nil {
		return nil, err
	}
	a, b := la.area(), lb.area()
	var d AUCDifference
	n := len(s.Scores)
	if d.First, err = between(a.value, math.Sqrt(a.variance), level, n, 0, 1); err != nil {
		return nil, err
	}
	if d.Second, err = between(b.value, math.Sqrt(b.variance), level, n, 0, 1); err != nil {
		return nil, err
	}
	se := math.Sqrt(s.differenceVariance(&la, &lb, a, b))
	if d.Difference, err = between(a.value-b.value, se, level, n, -1, 1); err != nil {
		return nil, err
	}
	if se > 0 {
		d.P = 2 * stats.NormalTail(math.Abs(a.value-b.value)/se)
	}
	return &d, nil
}

// differenceVariance is that of the first area less the second: the variance of the
// differences of the components, row by row, so that nothing cancels.
func (s Sample) differenceVariance(la, lb *ladder, a, b area) float64 {
	if la.eventRows == 1 || la.otherRows == 1 {
		return 0
	}
	gap := la.placements(a, s.Outcomes)
	largest := 0.0
	for row, place := range lb.placements(b, s.Outcomes) {
		gap[row] -= place
	}
	var events, others float64
	for row, g := range gap {
		d := g - (a.value - b.value)
		largest = max(largest, math.Abs(d))
		if w := s.weight(row); s.Outcomes[row] {
			events += w / la.events * (w / la.events) * d * d
		} else {
			others += w / la.others * (w / la.others) * d * d
		}
	}
	if largest < 1e-14 { // equal but for rounding
		return 0
	}
	m, n := float64(la.eventRows), float64(la.otherRows)
	return events*m/(m-1) + others*n/(n-1)
}

// placements returns the component of each row.
func (l *ladder) placements(a area, outcomes []bool) []float64 {
	by := make([]float64, len(l.order))
	next := 0
	for i, at := range l.steps {
		for range at.rows {
			row := l.order[next]
			by[row] = a.otherPlace[i]
			if outcomes[row] {
				by[row] = a.eventPlace[i]
			}
			next++
		}
	}
	return by
}
