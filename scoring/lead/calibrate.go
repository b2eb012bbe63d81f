package lead

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Platt turns a score into a probability by a curve of two numbers,
// P(event) = 1/(1+exp(−Intercept−Slope·score)). It is for few rows and for scores that
// are log odds but too bold or too shy; the slope is negative if the scores run the
// wrong way. It is immutable and safe to share.
type Platt struct {
	intercept, slope float64
	fitted           bool
}

// FitPlatt learns the curve from rows whose outcome is known and which, to be honest,
// the score was not learned from. The targets are drawn in from 1 and 0 to (m+1)/(m+2)
// and 1/(n+2) for m events and n others, so that scores without an overlap have a
// curve too. (J. Platt, Probabilistic outputs for support vector machines, 1999;
// H.-T. Lin, C.-J. Lin and R. C. Weng, A note on Platt's probabilistic outputs, Machine
// Learning 68, 2007.) Scores that are all the same are a [*ColumnError] named
// "score", rows of one outcome only [ErrOneOutcome]; see [Sample] for the others.
func FitPlatt(s Sample) (*Platt, error) {
	l, err := s.twoSided()
	if err != nil {
		return nil, err
	}
	targets := make([]float64, len(s.Scores))
	for row, came := range s.Outcomes {
		targets[row] = 1 / (l.others + 2)
		if came {
			targets[row] = (l.events + 1) / (l.events + 2)
		}
	}
	fit, err := stats.FitLogistic(stats.Logistic{Columns: [][]float64{s.Scores}, Outcomes: targets, Weights: s.Weights})
	if _, constant := errors.AsType[*stats.ColumnError](err); constant {
		return nil, &ColumnError{Column: "score", Reason: "the same value in all rows"}
	}
	if err != nil {
		return nil, fmt.Errorf("lead: Platt's curve: %w: %w", ErrNotConverged, err)
	}
	p := &Platt{intercept: fit.Coefficients[0], slope: fit.Coefficients[1], fitted: true}
	if !p.valid() {
		return nil, &ColumnError{Column: "score", Reason: "the numbers are too close together: take a smaller unit"}
	}
	return p, nil
}

func (p *Platt) valid() bool {
	return p.fitted && math.Abs(p.intercept) <= maxSize*maxSize && math.Abs(p.slope) <= maxSize
}

// Coefficients returns the intercept and the slope.
func (p *Platt) Coefficients() (intercept, slope float64) { return p.intercept, p.slope }

// Probabilities returns the probability of each score; a score that is no number of
// size up to 1e100 is a [*RowError], a curve that was not fitted [ErrNotFitted].
func (p *Platt) Probabilities(scores []float64) ([]float64, error) {
	if !p.valid() {
		return nil, ErrNotFitted
	}
	return calibrated(scores, func(score float64) float64 { return probability(p.intercept + p.slope*score) })
}

// ErrNotFitted says that a calibration is the zero value, or that a [Learner] returned
// no model.
var ErrNotFitted = errors.New("lead: not fitted")

func calibrated(scores []float64, curve func(float64) float64) ([]float64, error) {
	p := make([]float64, len(scores))
	for row, score := range scores {
		if !(math.Abs(score) <= maxSize) {
			return nil, &RowError{What: "score", Row: row, Value: score, Reason: "want a number of size up to 1e100"}
		}
		p[row] = curve(score)
	}
	return p, nil
}

// Isotonic turns a score into a probability by the rising curve that fits best,
// whatever its shape. It wants some hundred rows. It is immutable and safe to share.
type Isotonic struct {
	knots []Knot
}

// A Knot is a point of an [Isotonic] curve.
type Knot struct {
	Score, Probability float64
}

// FitIsotonic learns the curve with the least squared error among those that never
// fall, by pooling adjacent violators (M. Ayer and others, Annals of Mathematical
// Statistics 26, 1955): exactly, in time n ln n, with rows of one score together. At
// both ends the probability may be 0 or 1, which log-loss does not forgive. See
// [Sample] for the errors; rows of one outcome only are [ErrOneOutcome].
func FitIsotonic(s Sample) (*Isotonic, error) {
	l, err := s.twoSided()
	if err != nil {
		return nil, err
	}
	type block struct {
		low, high, events, weight float64
	}
	rate := func(b block) float64 { return b.events / b.weight }
	var blocks []block
	for _, at := range l.steps {
		b := block{at.score, at.score, at.events, at.events + at.others}
		for len(blocks) > 0 && rate(blocks[len(blocks)-1]) >= rate(b) {
			before := blocks[len(blocks)-1]
			b = block{before.low, b.high, before.events + b.events, before.weight + b.weight}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	c := &Isotonic{}
	for _, b := range blocks {
		p := min(1, rate(b))
		c.knots = append(c.knots, Knot{b.low, p})
		if b.high > b.low {
			c.knots = append(c.knots, Knot{b.high, p})
		}
	}
	return c, nil
}

// Knots returns the points of the curve by score.
func (c *Isotonic) Knots() []Knot { return slices.Clone(c.knots) }

// Probabilities returns the probability of each score: on a straight line between the
// knots, that of the nearest beyond them. Errors as [Platt.Probabilities].
func (c *Isotonic) Probabilities(scores []float64) ([]float64, error) {
	if len(c.knots) == 0 {
		return nil, ErrNotFitted
	}
	return calibrated(scores, c.at)
}

func (c *Isotonic) at(score float64) float64 {
	above := sort.Search(len(c.knots), func(i int) bool { return c.knots[i].Score >= score })
	switch {
	case above == len(c.knots):
		return c.knots[above-1].Probability
	case above == 0 || c.knots[above].Score == score:
		return c.knots[above].Probability
	}
	low, high := c.knots[above-1], c.knots[above]
	share := (score - low.Score) / (high.Score - low.Score)
	return min(low.Probability+share*(high.Probability-low.Probability), high.Probability)
}
