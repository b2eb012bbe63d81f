package quality

import (
	"iter"
	"math"

	"github.com/rapport-crm/rapport"
)

// ScoredPair is a pair of records with the probability that they are of one party,
// as a matcher gives it. Left and Right are places in the list of records.
type ScoredPair struct {
	Left, Right int
	Probability float64 // from 0 to 1
}

// MaxRecords is how many records [TwinProbabilities] takes: 100 million.
const MaxRecords = 100_000_000

// TwinProbabilities returns, for each of a number of records, the probability that
// an earlier record is of the same party, so that it is a duplicate:
//
//	1 − Π (1 − p) over its pairs with earlier records
//
// with pairs taken as independent. Three records of one party count as two
// duplicates and not, as the sum over pairs would, as three. Each pair comes once, in
// either direction; pairs that are not listed are of probability 0. The error is a
// [*SpecError].
func TwinProbabilities(records int, pairs iter.Seq[ScoredPair]) ([]float64, error) {
	if records < 0 || records > MaxRecords {
		return nil, &SpecError{Item: "records", Reason: NotInRange, Value: float64(records)}
	}
	twins := make([]float64, records)
	for i := range twins {
		twins[i] = 1 // first the probability that there is no twin
	}
	for p := range pairs {
		first, later := min(p.Left, p.Right), max(p.Left, p.Right)
		switch {
		case first < 0:
			return nil, &SpecError{Item: "pair", Name: "place", Reason: NotInRange, Value: float64(first)}
		case later >= records:
			return nil, &SpecError{Item: "pair", Name: "place", Reason: NotInRange, Value: float64(later)}
		case first == later:
			return nil, &SpecError{Item: "pair", Name: "place", Reason: GivenTwice, Value: float64(later)}
		case !share(p.Probability):
			return nil, &SpecError{Item: "pair", Name: "probability", Reason: NotInRange, Value: p.Probability}
		}
		twins[later] *= 1 - p.Probability
	}
	for i := range twins {
		twins[i] = 1 - twins[i]
	}
	return twins, nil
}

// UniquenessOf returns 1 − expected duplicates / records from what
// [TwinProbabilities] gave, with the standard error √(Σ q(1−q)) / records of a sum
// of independent events and its 95 % interval within 0 and 1. It has no value without
// records. The error is a [*SpecError].
func UniquenessOf(twins []float64) (rapport.Estimate, error) {
	var expected, variance float64
	for _, q := range twins {
		if !share(q) {
			return rapport.Estimate{}, &SpecError{Item: "twin", Reason: NotInRange, Value: q}
		}
		expected += q
		variance += q * (1 - q)
	}
	if len(twins) == 0 {
		return rapport.Estimate{}, nil
	}
	n := float64(len(twins))
	e, err := rapport.NormalEstimate(1-expected/n, math.Sqrt(variance)/n, 0.95, len(twins))
	if e.HasInterval() {
		e.Low, e.High = max(0, e.Low), min(1, e.High)
	}
	return e, err
}
