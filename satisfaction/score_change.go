package satisfaction

import (
	"cmp"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ScoreChange is the difference of two independent scores, of two periods or of two
// segments, with a test of whether there is one. Samples of the same people in both
// periods are not independent: the test is then too cautious or, where they answered
// against their habit, too bold.
type ScoreChange struct {
	// Delta is the first score less the second, in their unit, its sign kept. It is
	// absent where one of them is; SE and interval where they cannot be stated.
	Delta  rapport.Estimate
	Method IntervalMethod
	// Tested says that there is a test: Statistic is its z or t, DF the degrees of
	// freedom of t (0: z), P the probability, 0 to 1, of one at least so far from 0 if
	// the true scores are equal.
	Tested    bool
	Statistic float64
	DF        float64
	P         float64
}

// usable checks a score that a caller may have put together: the figure itself and, if
// it has a value, that there is something behind it.
func usable(e rapport.Estimate, effective, low, high float64) error {
	if err := e.Validate(); err != nil {
		return err
	}
	switch {
	case !e.HasValue():
		return nil
	case !(effective > 0) || math.IsInf(effective, 1):
		return &ArgumentError{Name: "effective number of answers", Value: effective, Reason: "must be above 0 and finite: take the score as it was made"}
	case !(e.Value >= low && e.Value <= high):
		return &ArgumentError{Name: "score", Value: e.Value, Reason: fmt.Sprintf("must be from %v to %v: take the score as it was made", low, high)}
	}
	return nil
}

// normalTest puts in z and its two-sided probability.
func (c *ScoreChange) normalTest(z float64) {
	c.Tested, c.Statistic, c.P = true, z, 2*stats.NormalTail(math.Abs(z))
}

// CompareNPS tests one net promoter score against another, the first less the second:
// this period less the last one. The standard error is the root of the sum of the
// squares of the plain ones (Wald), whatever the method of the two intervals. Where a
// score has none, because all its answers are of one class, the adjusted counts of both
// serve instead for the test and the interval, which then lies round their
// difference: as far as it lies between 0 and the one observed, for an adjustment that
// is the stronger the fewer the answers must not make a difference of its own. Method
// says which it was. level is the confidence, 0: 0.95. The error is
// an [*ArgumentError] for it, or one for a score that [NetPromoter] did not make.
func CompareNPS(first, second NPS, level float64) (ScoreChange, error) {
	level, err := levelOf(level)
	if err != nil {
		return ScoreChange{}, err
	}
	if err := cmp.Or(usable(first.Score, first.Effective, -100, 100), usable(second.Score, second.Effective, -100, 100)); err != nil {
		return ScoreChange{}, err
	}
	change := ScoreChange{Method: Wald}
	if !first.Score.HasValue() || !second.Score.HasValue() {
		return change, nil
	}
	delta := first.Score.Value - second.Score.Value
	se1, se2 := first.plainSE(), second.plainSE()
	centre, se := delta, math.Hypot(se1, se2)
	if !(se1 > 0 && se2 > 0) {
		change.Method = AdjustedWald
		var score1, score2 float64
		score1, se1 = first.adjusted()
		score2, se2 = second.adjusted()
		centre, se = max(min(delta, 0), min(score1-score2, max(delta, 0))), math.Hypot(se1, se2)
	}
	if !(se > 0) { // shares that no answers have
		return ScoreChange{}, &ArgumentError{Name: "standard error", Value: se, Reason: "must be above 0: take the scores as they were made"}
	}
	margin := stats.NormalMargin(level) * se
	change.Delta = rapport.Estimate{Value: delta, SE: se, Low: centre - margin, High: centre + margin, Level: level,
		N: first.Score.N + second.Score.N}
	change.normalTest(centre / se)
	return change, nil
}

// CompareShares tests one share against another, the first less the second, with
// Newcombe's interval and the z test with the pooled share; both reckon with effective
// numbers where there are weights. Where all answers of both are inside their boxes,
// or all outside, there is an interval and no test. level is the confidence, 0: 0.95;
// the error is an [*ArgumentError] for it, or one for a score that was not made here.
func CompareShares(first, second ShareScore, level float64) (ScoreChange, error) {
	level, err := levelOf(level)
	if err != nil {
		return ScoreChange{}, err
	}
	if err := cmp.Or(usable(first.Share, first.Effective, 0, 1), usable(second.Share, second.Effective, 0, 1)); err != nil {
		return ScoreChange{}, err
	}
	change := ScoreChange{Method: Newcombe}
	if !first.Share.HasValue() || !second.Share.HasValue() {
		return change, nil
	}
	n1, n2 := first.Effective, second.Effective
	x1, x2 := min(first.Share.Value*n1, n1), min(second.Share.Value*n2, n2)
	_, low, high := stats.RateDifference(x1, n1, x2, n2, stats.NormalMargin(level))
	delta := first.Share.Value - second.Share.Value
	change.Delta = rapport.Estimate{Value: delta, SE: math.Hypot(first.Share.SE, second.Share.SE),
		Low: low, High: high, Level: level, N: first.Share.N + second.Share.N}
	pooled := (x1 + x2) / (n1 + n2)
	if se := math.Sqrt(max(0, pooled*(1-pooled)) * (1/n1 + 1/n2)); se > 0 {
		change.normalTest(delta / se)
	}
	return change, nil
}

// CompareMeans tests one mean against another, the first less the second, by Welch's t,
// which does not take the variances for equal. Both must be of one scale. Where neither
// varies, or one has fewer than two answers, there is neither interval nor test. level
// is the confidence, 0: 0.95; the error is an [*ArgumentError] for it, or one for a score
// that was not made here.
func CompareMeans(first, second MeanScore, level float64) (ScoreChange, error) {
	level, err := levelOf(level)
	if err != nil {
		return ScoreChange{}, err
	}
	if err := cmp.Or(usable(first.Mean, first.Effective, -2*MaxAnswer, 2*MaxAnswer), usable(second.Mean, second.Effective, -2*MaxAnswer, 2*MaxAnswer)); err != nil {
		return ScoreChange{}, err
	}
	change := ScoreChange{Method: Welch}
	if !first.Mean.HasValue() || !second.Mean.HasValue() {
		return change, nil
	}
	var df float64
	change.Delta, df = welch(first.Mean, first.Effective, second.Mean, second.Effective, level)
	if !change.Delta.HasInterval() {
		return change, nil
	}
	change.Tested, change.Statistic, change.DF = true, change.Delta.Value/change.Delta.SE, df
	change.P = 2 * stats.StudentTail(math.Abs(change.Statistic), max(1, df))
	return change, nil
}

// welch returns the difference of two independent means with Welch's interval and its
// degrees of freedom, n1 and n2 effective observations. Where neither varies, or one
// has fewer than two, there is no interval.
func welch(first rapport.Estimate, n1 float64, second rapport.Estimate, n2 float64, level float64) (difference rapport.Estimate, df float64) {
	difference = rapport.Estimate{Value: first.Value - second.Value, N: first.N + second.N}
	if single(n1) || single(n2) {
		return difference, 0
	}
	se, df := stats.Satterthwaite(first.SE, max(1, n1-1), second.SE, max(1, n2-1))
	if se > 0 {
		margin := stats.StudentMargin(level, max(1, df)) * se
		difference.SE, difference.Level = se, level
		difference.Low, difference.High = difference.Value-margin, difference.Value+margin
	}
	return difference, df
}

// single tells too few effective answers to say how much they vary.
func single(effective float64) bool { return effective < 2-1e-9 }
