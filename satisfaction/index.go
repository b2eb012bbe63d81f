package satisfaction

import (
	"fmt"
	"math"
	"slices"
)

// IndexRule says how the items of a construct make its index from 0 to 100.
type IndexRule uint8

// The rules. With the weights w of the path model, of items divided by their standard
// deviations s, an answer as it was given has the weight v = w/s, or v = w in the raw
// metric. The index of C. Fornell et al. (Journal of Marketing 60, 1996) is
//
//	100 · (Σ v·x̄ − Σ v·low) / (Σ v·high − Σ v·low)
//
// with the means x̄ and the ends of the scales, the same for any multiple of v:
// [NormalisedWeights] and [UnstandardisedWeights] differ in the weights that are
// reported, not in the index.
const (
	NormalisedWeights     IndexRule = iota // v divided by its sum
	UnstandardisedWeights                  // v as it is: the score has variance 1
	// EqualWeights takes no notice of the path model: the mean of the items' own
	// indices 100·(x̄ − low)/(high − low). With three items from 1 to 10 it is
	// (x̄₁ + x̄₂ + x̄₃ − 3)/27 · 100.
	EqualWeights
)

func (r IndexRule) names() []string { return []string{"normalised", "unstandardised", "equal"} }

// String returns "normalised", "unstandardised" or "equal", and "IndexRule(9)" for a
// number that is no rule.
func (r IndexRule) String() string {
	if names := r.names(); int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("IndexRule(%d)", uint8(r))
}

// MarshalText returns the name of a rule; the error is an [*ArgumentError].
func (r IndexRule) MarshalText() ([]byte, error) {
	if int(r) >= len(r.names()) {
		return nil, r.unknown()
	}
	return []byte(r.String()), nil
}

// UnmarshalText accepts what [IndexRule.MarshalText] writes; the error is an
// [*ArgumentError], and r is then unchanged.
func (r *IndexRule) UnmarshalText(text []byte) error {
	at := slices.Index(r.names(), string(text))
	if at < 0 {
		return &ArgumentError{Name: fmt.Sprintf("index rule %.40q", text), Reason: "must be normalised, unstandardised or equal"}
	}
	*r = IndexRule(at)
	return nil
}

func (r IndexRule) unknown() error {
	return &ArgumentError{Name: "index rule", Value: float64(r), Reason: "must be normalised, unstandardised or equal"}
}

// IndexOf returns the index from 0 to 100 of items with means on their scales under
// weights of the answers as given: the formula at [NormalisedWeights], for weights known
// from elsewhere. Reversed items have their means and weights already turned, high is
// good. With weights of both signs it may lie outside 0 to 100. The error is a
// [*LengthError], a [*SurveyError] for an item, an [*AnswerError] for a mean that is not
// on its scale, with the place of the item as row, or an [*ArgumentError] for a weight
// that is not finite and for weights that cancel out.
func IndexOf(items []Item, weights, means []float64) (float64, error) {
	for _, numbers := range [...][]float64{weights, means} {
		if len(numbers) != len(items) || len(items) == 0 {
			return 0, &LengthError{Values: len(items), Weights: len(numbers)}
		}
	}
	places := make([]float64, len(items))
	largest := 0.0
	for i, item := range items {
		item = item.withScale()
		if err := (&Survey{}).check(item); err != nil {
			return 0, err
		}
		if !(means[i] >= item.Low && means[i] <= item.High) {
			return 0, &AnswerError{Row: i, Item: item.Key, Value: means[i], Low: item.Low, High: item.High, Reason: "out of range"}
		}
		if !finite(weights[i]) {
			return 0, &ArgumentError{Name: "weight of " + item.Key, Value: weights[i], Reason: "must be finite"}
		}
		places[i] = item.percent(means[i])
		largest = max(largest, math.Abs(weights[i]))
	}
	scaled := make([]float64, len(items))
	for i, w := range weights {
		scaled[i] = w / largest // NaN where all are 0, which shares refuses
	}
	shares, ok := indexShares(items, scaled)
	if !ok {
		return 0, &ArgumentError{Name: "sum of weights times scales", Value: 0, Reason: "must not cancel out"}
	}
	return weighted(shares, places), nil
}

// percent takes an answer to 0 at the low end and 100 at the high end of the scale. One
// that was turned may lie beyond an end by a rounding.
func (i Item) percent(answer float64) float64 {
	return max(0, min(100, 100*((answer-i.Low)/(i.High-i.Low))))
}

// indexShares returns the weights that items placed from 0 to 100 have in the index, with
// sum 1, from the weights v of their answers: v·(high − low) over its sum. It is false if
// the sum is 0 or nothing beside its terms, so that there is no index.
func indexShares(items []Item, v []float64) (shares []float64, ok bool) {
	shares = make([]float64, len(v))
	sum, size := 0.0, 0.0
	for i, item := range items {
		item = item.withScale()
		shares[i] = v[i] * (item.High - item.Low)
		sum += shares[i]
		size += math.Abs(shares[i])
	}
	if !(math.Abs(sum) > 1e-9*size) || !finite(size) {
		return nil, false
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares, true
}

// weighted is Σ share·place for shares with sum 1: exactly the place where all are equal.
func weighted(shares, places []float64) float64 {
	sum := 0.0
	for i, share := range shares {
		sum += share * (places[i] - places[0])
	}
	return places[0] + sum
}
