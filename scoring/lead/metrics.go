package lead

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ErrNoRows reports that there is nothing to measure or to learn from.
var ErrNoRows = errors.New("lead: no rows")

// maxSize bounds scores and weights, so that sums and squares of them stay finite.
const maxSize = 1e100

// A RowError reports a number that cannot be used, and where it stands.
type RowError struct {
	What   string // "score", "weight", "probability" or the name of a column
	Row    int    // from 0
	Value  float64
	Reason string
}

// Error names the row, its number and what is wrong with it.
func (e *RowError) Error() string {
	return fmt.Sprintf("lead: %s of row %d is %v: %s", e.What, e.Row, e.Value, e.Reason)
}

// A LengthError reports slices that should run in parallel and do not.
type LengthError struct {
	What      string
	Got, Want int
}

// Error gives both lengths.
func (e *LengthError) Error() string {
	return fmt.Sprintf("lead: %d %s for %d rows", e.Got, e.What, e.Want)
}

// A Sample is rows that were scored and whose outcome is known: what the figures of
// this package are measured on, with their uncertainty where it can be told. They speak
// of the rows given, and a model's own training rows flatter it ([Validate]).
//
// Scores are finite and at most 1e100 in size; a higher one should mean the event.
// Methods on probabilities want them from 0 to 1. Weights are from 1e-100
// to 1e100. What is not so is a [*RowError], slices of unequal length a [*LengthError],
// no rows [ErrNoRows].
type Sample struct {
	Scores   []float64
	Outcomes []bool    // true: the event
	Weights  []float64 // how much each row counts; nil: 1 each
}

func (s Sample) check() error {
	if err := checkOutcomes(s.Outcomes, s.Weights); err != nil {
		return err
	}
	if len(s.Scores) != len(s.Outcomes) {
		return &LengthError{What: "scores", Got: len(s.Scores), Want: len(s.Outcomes)}
	}
	for i, x := range s.Scores {
		if !(math.Abs(x) <= maxSize) {
			return &RowError{What: "score", Row: i, Value: x, Reason: "want a number of size up to 1e100"}
		}
	}
	return nil
}

// checkProbabilities is check for scores that are probabilities.
func (s Sample) checkProbabilities() error {
	if err := s.check(); err != nil {
		return err
	}
	for i, p := range s.Scores {
		if p < 0 || p > 1 {
			return &RowError{What: "probability", Row: i, Value: p, Reason: "want 0 to 1"}
		}
	}
	return nil
}

func checkOutcomes(outcomes []bool, weights []float64) error {
	if len(outcomes) == 0 {
		return ErrNoRows
	}
	if weights != nil && len(weights) != len(outcomes) {
		return &LengthError{What: "weights", Got: len(weights), Want: len(outcomes)}
	}
	for i, w := range weights {
		if !(w >= 1/maxSize && w <= maxSize) {
			return &RowError{What: "weight", Row: i, Value: w, Reason: "want a number from 1e-100 to 1e100"}
		}
	}
	return nil
}

func checkConfidence(level float64) error {
	if !(level > 0 && level < 1) {
		return &OptionError{Option: "level", Value: level, Want: "above 0 and below 1, such as 0.95"}
	}
	return nil
}

func (s Sample) weight(row int) float64 {
	if s.Weights == nil {
		return 1
	}
	return s.Weights[row]
}

// A step is the rows of one score.
type step struct {
	score                      float64
	rows                       int
	events, others             float64 // sums of weights
	eventSquares, otherSquares float64 // sums of their squares
	eventsBefore, othersBefore float64 // sums of weights of all lower scores
}

// ladder is a sample in ascending order of scores, ties on one step.
type ladder struct {
	steps                []step
	order                []int32 // the rows, in that order
	events, others       float64
	eventRows, otherRows int
}

func (l *ladder) rows() int { return l.eventRows + l.otherRows }

func (s Sample) ladder() ladder {
	type place struct {
		score float64
		row   int32
	}
	places := make([]place, len(s.Scores))
	for i, score := range s.Scores {
		places[i] = place{score, int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch { // scores are numbers, which cmp.Compare would ask
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return cmp.Compare(a.row, b.row)
	})
	steps := 0
	for i := range places {
		if i == 0 || places[i].score != places[i-1].score {
			steps++
		}
	}
	l := ladder{order: make([]int32, len(places)), steps: make([]step, 0, steps)}
	for i, p := range places {
		if i == 0 || p.score != places[i-1].score {
			l.steps = append(l.steps, step{score: p.score, eventsBefore: l.events, othersBefore: l.others})
		}
		l.order[i] = p.row
		at, w := &l.steps[len(l.steps)-1], s.weight(int(p.row))
		at.rows++
		if s.Outcomes[p.row] {
			at.events, at.eventSquares = at.events+w, at.eventSquares+w*w
			l.events, l.eventRows = l.events+w, l.eventRows+1
		} else {
			at.others, at.otherSquares = at.others+w, at.otherSquares+w*w
			l.others, l.otherRows = l.others+w, l.otherRows+1
		}
	}
	return l
}

// twoSided returns the ladder of a sample that has both outcomes.
func (s Sample) twoSided() (ladder, error) {
	if err := s.check(); err != nil {
		return ladder{}, err
	}
	l := s.ladder()
	return l, l.bothOutcomes()
}

func (l *ladder) bothOutcomes() error {
	if l.eventRows == 0 || l.otherRows == 0 {
		return fmt.Errorf("%w: %d of %d rows are events", ErrOneOutcome, l.eventRows, l.rows())
	}
	return nil
}

// between returns value ± z·se, cut to the range that the figure can have.
func between(value, se, level float64, n int, low, high float64) (rapport.Estimate, error) {
	if err := checkConfidence(level); err != nil {
		return rapport.Estimate{}, err
	}
	e, err := rapport.NormalEstimate(value, se, level, n)
	if err == nil && e.HasInterval() {
		e.Low, e.High = max(e.Low, low), min(e.High, high)
	}
	return e, err
}

// meanOf returns the weighted mean of figures of the rows that are never negative.
func (s Sample) meanOf(figures []float64, level float64) (rapport.Estimate, error) {
	mean, variance, _ := stats.Mean(figures, s.Weights)
	n := float64(len(figures))
	if n > 1 {
		variance *= n / (n - 1)
	}
	return between(mean, math.Sqrt(variance), level, len(figures), 0, math.Inf(1))
}

// LogLoss returns the mean of −ln of the probability that was given to what came,
// in nats: ln 2 = 0.693 for one half each time, 0 for certainty that was right. Its
// standard error is that of a mean. Something that came at probability 0 makes the
// loss infinite and is a [*RowError].
func (s Sample) LogLoss(level float64) (rapport.Estimate, error) {
	if err := s.checkProbabilities(); err != nil {
		return rapport.Estimate{}, err
	}
	losses := make([]float64, len(s.Scores))
	for i, p := range s.Scores {
		losses[i] = -math.Log1p(-p)
		if s.Outcomes[i] {
			losses[i] = -math.Log(p)
		}
		if math.IsInf(losses[i], 0) {
			return rapport.Estimate{}, &RowError{What: "probability", Row: i, Value: p, Reason: "the opposite came: the loss is infinite"}
		}
	}
	return s.meanOf(losses, level)
}

// Brier returns the mean of the squared difference between probability and outcome
// (G. W. Brier, Monthly Weather Review 78, 1950): 0 for certainty that was right,
// 0.25 for one half each time. [Sample.Reliability] takes it apart.
func (s Sample) Brier(level float64) (rapport.Estimate, error) {
	if err := s.checkProbabilities(); err != nil {
		return rapport.Estimate{}, err
	}
	squares := make([]float64, len(s.Scores))
	for i, p := range s.Scores {
		squares[i] = p * p
		if s.Outcomes[i] {
			squares[i] = (1 - p) * (1 - p)
		}
	}
	return s.meanOf(squares, level)
}
