package lead

import (
	"cmp"
	"math"
	"slices"
)

// A Contribution is what one column adds to the log odds of a row: next to the mean
// of the rows that were learned from for a [Logistic], next to a row about which
// nothing is known for a [Bayes].
type Contribution struct {
	Column  string
	LogOdds float64
}

// TopReasons returns the at most k contributions that raise the log odds most and the
// k that lower them most, the largest first, those of equal size in the order given:
// the reason codes of a score. What adds nothing is no reason.
func TopReasons(contributions []Contribution, k int) (raise, lower []Contribution) {
	sorted := slices.Clone(contributions)
	slices.SortStableFunc(sorted, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds))
	})
	for _, c := range sorted {
		switch {
		case c.LogOdds > 0 && len(raise) < k:
			raise = append(raise, c)
		case c.LogOdds < 0 && len(lower) < k:
			lower = append(lower, c)
		}
	}
	return raise, lower
}

// probability returns 1/(1+exp(−odds)); it keeps the digits of small ones.
func probability(logOdds float64) float64 {
	if logOdds < 0 {
		e := math.Exp(logOdds)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-logOdds))
}
