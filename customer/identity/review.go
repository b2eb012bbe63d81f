package identity

import (
	"cmp"
	"math"
	"slices"
)

// ReviewOptions say which pairs a person should look at; nil and the zero value:
// those with a probability from .1 to .9.
type ReviewOptions struct {
	Low  float64 // below it the pair is taken for two entities; 0: .1
	High float64 // above it for one; 0: .9
	// Decided reports a pair on which somebody has decided already; nil: none is.
	Decided func(left, right int) bool
	Limit   int // the most pairs; 0: all
}

// ReviewItem is a pair for a person to decide on.
type ReviewItem struct {
	Pair
	Place int // in the list that was given
	// Doubt is what an answer would tell, in bits: the entropy of the probability, 1 at
	// .5 and towards 0 at the ends.
	Doubt float64
}

// Review returns the pairs between two thresholds, the most doubtful first, equal
// ones by their places in the tables. The errors are an [*OptionError] and a
// [*PairError] for a probability outside of 0 to 1.
func Review(pairs []Pair, o *ReviewOptions) ([]ReviewItem, error) {
	if o == nil {
		o = &ReviewOptions{}
	}
	low, high := cmp.Or(o.Low, .1), cmp.Or(o.High, .9)
	switch {
	case !(low >= 0 && low <= 1):
		return nil, &OptionError{Name: "Low", Value: low, Range: "0 to 1"}
	case !(high >= low && high <= 1):
		return nil, &OptionError{Name: "High", Value: high, Range: "Low to 1"}
	case o.Limit < 0:
		return nil, &OptionError{Name: "Limit", Value: float64(o.Limit), Range: "at least 0"}
	}
	var queue []ReviewItem
	for i, p := range pairs {
		if !(p.Probability >= 0 && p.Probability <= 1) {
			return nil, &PairError{Index: i, Left: p.Left, Right: p.Right, Reason: "has a probability outside of 0 to 1"}
		}
		if p.Probability < low || p.Probability > high || o.Decided != nil && o.Decided(p.Left, p.Right) {
			continue
		}
		queue = append(queue, ReviewItem{Pair: p, Place: i, Doubt: entropy(p.Probability)})
	}
	slices.SortStableFunc(queue, func(a, b ReviewItem) int {
		return cmp.Or(cmp.Compare(b.Doubt, a.Doubt), byPlace(a.Pair, b.Pair))
	})
	if o.Limit > 0 && len(queue) > o.Limit {
		queue = queue[:o.Limit]
	}
	return queue, nil
}

// entropy is that of a coin with heads at the given rate, in bits.
func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}
