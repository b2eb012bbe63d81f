package btyd

import (
	"context"
	"fmt"
	"math"
)

// CountCalibration compares the predicted distributions of the customers' counts with
// the counts.
type CountCalibration struct {
	// LogScore is the mean of −ln P(what the customer did), the lower the better. A
	// probability below 1e-15 counts as that.
	LogScore float64        `json:"log_score"`
	Bands    []BandCoverage `json:"bands"`
	// PIT are ten shares that are 0.1 each where the distributions are right: how the
	// counts fall on their own distributions, from their lowest to their highest
	// tenth, each count spread evenly over its probability. High at both ends means
	// that the distributions are too narrow, high in the middle too wide (Czado,
	// Gneiting and Held, "Predictive model assessment for count data", Biometrics 65
	// (2009) 1254–1261).
	PIT    []float64         `json:"pit"`
	Active ActiveCalibration `json:"active"`
}

// BandCoverage compares how many customers a predictive band should hold with how many
// it does. As counts are whole numbers a band holds more than Level by itself.
type BandCoverage struct {
	Level    float64 `json:"level"`
	Expected float64 `json:"expected"` // share of customers within, by the distributions themselves
	Actual   float64 `json:"actual"`   // share of customers within
	SE       float64 `json:"se"`       // standard error of Actual if the distributions are right
}

// ActiveCalibration compares the probability of at least one purchase with whether
// there was one: of P(alive) nothing else can be seen.
type ActiveCalibration struct {
	Expected float64 `json:"expected"` // share of customers
	Actual   float64 `json:"actual"`   // share of customers
	Brier    float64 `json:"brier"`    // mean of (probability − outcome)², the lower the better
	// BaseBrier is that of a forecast which says Actual of everybody.
	BaseBrier float64 `json:"base_brier"`
	LogScore  float64 `json:"log_score"` // as in [CountCalibration]
	// AUC is how often an active customer had the higher probability of the two,
	// compared with an inactive one: the area under the ROC curve; 0 if all did the same.
	AUC    float64            `json:"auc"`
	Groups []GroupCalibration `json:"groups"` // by the probability, the highest first
}

// pitBins is the number of bins of the histogram.
const pitBins = 10

// calibrate asks for every customer's distribution, chunk by chunk.
func calibrate(ctx context.Context, of func(i int) func(n int) float64, counts []int, o EvaluationOptions) (*CountCalibration, error) {
	active := make([]float64, len(counts))
	parts := make([]countScores, chunks(len(counts)))
	failures := make([]error, len(parts))
	each(o.Workers, len(parts), func(chunk int) {
		part := &parts[chunk]
		part.bands = make([]BandCoverage, len(o.Levels))
		for i := chunk * chunkRows; i < min((chunk+1)*chunkRows, len(counts)); i++ {
			if failures[chunk] = ctx.Err(); failures[chunk] != nil {
				return
			}
			p := remembered(of(i))
			if failures[chunk] = part.add(p, counts[i], o.Levels); failures[chunk] != nil {
				failures[chunk] = fmt.Errorf("%w (customer %d)", failures[chunk], i)
				return
			}
			active[i] = 1 - p(0)
		}
	})
	n := float64(len(counts))
	c := &CountCalibration{PIT: make([]float64, pitBins), Bands: make([]BandCoverage, len(o.Levels))}
	for chunk, part := range parts {
		if failures[chunk] != nil {
			return nil, failures[chunk]
		}
		c.LogScore += part.log / n
		for i, v := range part.pit {
			c.PIT[i] += v / n
		}
		for i, b := range part.bands {
			c.Bands[i].Expected += b.Expected / n
			c.Bands[i].Actual += b.Actual / n
			c.Bands[i].SE += b.SE
		}
	}
	for i, level := range o.Levels {
		b := &c.Bands[i]
		b.Level, b.SE = level, math.Sqrt(b.SE)/n
	}
	c.Active = activity(o.Groups, active, counts)
	return c, nil
}

// countScores are sums over customers.
type countScores struct {
	log   float64
	pit   [pitBins]float64
	bands []BandCoverage // SE is the variance here
}

// add judges the distribution of a customer who bought count times. The error is an
// [*InputError].
func (s *countScores) add(p func(n int) float64, count int, levels []float64) error {
	below := 0.0
	for n := range count {
		below += p(n)
	}
	if reached := below + p(count); !(p(count) >= 0 && reached >= 0 && reached <= 1+1e-6) {
		return &InputError{Name: fmt.Sprintf("P(Y ≤ %d)", count), Value: reached, Reason: "want a distribution: 0 to 1"}
	}
	s.log += surprise(p(count))
	// The count is spread over [below, below+p(count)] of its distribution.
	width := min(p(count), 1-below)
	for bin := range s.pit {
		low, high := float64(bin)/pitBins, float64(bin+1)/pitBins
		switch {
		case width > 1e-12:
			s.pit[bin] += max(0, min(high, below+width)-max(low, below)) / width
		case (below >= low && below < high) || (bin == pitBins-1 && below >= 1):
			s.pit[bin]++
		}
	}
	for i, level := range levels {
		b, err := band(p, level)
		if err != nil {
			return err
		}
		inside := 0.0
		for n := b.Low; n <= b.High; n++ {
			inside += p(n)
		}
		inside = min(1, inside)
		s.bands[i].Expected += inside
		s.bands[i].SE += inside * (1 - inside)
		if b.Low <= count && count <= b.High {
			s.bands[i].Actual++
		}
	}
	return nil
}

// remembered asks p for each count once.
func remembered(p func(n int) float64) func(n int) float64 {
	var known []float64
	return func(n int) float64 {
		for len(known) <= n {
			known = append(known, p(len(known)))
		}
		return known[n]
	}
}

// surprise returns −ln p, with p from 1e-15.
func surprise(p float64) float64 { return -math.Log(min(1, max(p, 1e-15))) }

// activity compares the probabilities of a purchase with the counts.
func activity(k int, predicted []float64, counts []int) ActiveCalibration {
	n := float64(len(counts))
	happened := make([]float64, len(counts))
	var a ActiveCalibration
	for i, p := range predicted {
		right := 1 - p
		if counts[i] > 0 {
			happened[i], right = 1, p
		}
		a.Brier += (1 - right) * (1 - right) / n
		a.LogScore += surprise(right) / n
	}
	a.Expected, a.Actual = sum(predicted)/n, sum(happened)/n
	a.BaseBrier = a.Actual * (1 - a.Actual)
	// By Mann and Whitney, from the ranks of the active ones; half of all pairs in no order.
	rankSum, yes := 0.0, sum(happened)
	for i, rank := range ranks(predicted, nil) {
		rankSum += happened[i] * rank
	}
	if yes > 0 && yes < n {
		a.AUC = 0.5 + rankSum/(yes*(n-yes))
	}
	a.Groups = groups(k, predicted, happened)
	return a
}
