package identity

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// Threshold is what is to be expected of the pairs at or above a probability.
type Threshold struct {
	Probability float64
	Weight      float64       // in bits
	Pairs       float64       // at or above it, expected
	Precision   rapport.Ratio // matches expected among them
	Recall      rapport.Ratio // of the matches expected in all, those that blocking misses included
}

// histogram is the candidate pairs of a fit by weight.
type histogram struct {
	Pairs   []float64 `json:"pairs"`   // by step
	Matches []float64 `json:"matches"` // expected, by step
	Seen    int       `json:"seen"`    // pairs that were scored
}

const (
	lowestWeight  = -20.0 // of the first step, with all below
	stepsABit     = 8
	histogramSize = 60 * stepsABit
)

func newHistogram() histogram {
	return histogram{Pairs: make([]float64, histogramSize), Matches: make([]float64, histogramSize)}
}

func (h *histogram) add(weight, pairs float64) {
	i := min(max(int(math.Floor((weight-lowestWeight)*stepsABit)), 0), histogramSize-1)
	h.Pairs[i] += pairs
	h.Matches[i] += pairs * probability(weight)
	h.Seen++
}

// Thresholds returns what precision and recall are to be expected at probabilities,
// without labels: from the probabilities of the pairs that the model was fitted to.
// Without arguments they are .1, .2 … .9, .95 and .99. A model that was not fitted
// has none. A probability that is not above 0 and below 1 is an [*OptionError].
func (m *Model) Thresholds(at ...float64) ([]Threshold, error) {
	if len(at) == 0 {
		at = []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99}
	}
	var out []Threshold
	for _, p := range at {
		if !(p > 0 && p < 1) {
			return nil, &OptionError{Name: "threshold", Value: p, Range: "above 0 and below 1"}
		}
		if m.histogram.Seen == 0 {
			continue
		}
		t := Threshold{Probability: p, Weight: logit2(p)}
		matches := 0.0
		from := min(max(int(math.Ceil((m.uncalibrated(t.Weight)-lowestWeight)*stepsABit)), 0), histogramSize)
		for i := from; i < histogramSize; i++ {
			t.Pairs += m.histogram.Pairs[i]
			matches += m.expected(i)
		}
		all := 0.0
		for i := range m.histogram.Pairs {
			all += m.expected(i)
		}
		all += m.report.Missed
		t.Precision = rapport.Ratio{Num: matches, Den: t.Pairs, N: m.histogram.Seen}
		t.Recall = rapport.Ratio{Num: matches, Den: all, N: m.histogram.Seen}
		out = append(out, t)
	}
	return out, nil
}

// expected returns the matches expected among the pairs of a step.
func (m *Model) expected(i int) float64 {
	if m.slope == 1 && m.shift == 0 {
		return m.histogram.Matches[i]
	}
	middle := lowestWeight + (float64(i)+0.5)/stepsABit
	return m.histogram.Pairs[i] * probability(m.shift+m.slope*middle)
}

// uncalibrated returns the weight that labels turned into the given one.
func (m *Model) uncalibrated(weight float64) float64 { return (weight - m.shift) / m.slope }
