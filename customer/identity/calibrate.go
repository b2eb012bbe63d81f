package identity

import (
	"errors"
	"math"

	"github.com/rapport-crm/rapport/internal/stats"
)

// Label is the judgement of a person on a pair.
type Label struct {
	Weight float64 // that the model gave the pair, in bits; see [Pair] and [Model.Explain]
	Match  bool
}

// ErrNoLabels: there is nothing to calibrate by.
var ErrNoLabels = errors.New("identity: no labels")

// heldBy is how many labels at each of the weights −6 … 6 the model's own probabilities
// count for.
const heldBy = 0.5

// Calibrate returns the model with its weights W changed to a + b·W, where a and b
// are fitted to labels by logistic regression (Platt, Probabilistic outputs for support
// vector machines, 1999). The model's own probabilities count as half a label at each
// whole weight from −6 to 6, so that a few labels move it a little and many as far as
// they call for. Labels may be chosen by their weight, as a review queue does. The
// weights are those of this model. The errors are [ErrNoLabels], an [*OptionError] for
// a weight that is no number, and those of the regression.
func (m *Model) Calibrate(labels []Label) (*Model, error) {
	if len(labels) == 0 {
		return nil, ErrNoLabels
	}
	var weights, outcomes, counts []float64
	for _, l := range labels {
		if math.IsNaN(l.Weight) || math.IsInf(l.Weight, 0) {
			return nil, &OptionError{Name: "weight of a label", Value: l.Weight, Range: "a finite number"}
		}
		outcome := 0.0
		if l.Match {
			outcome = 1
		}
		// Beyond ±60 bits a probability is 0 or 1 to the last digit.
		weights, outcomes, counts = append(weights, min(max(l.Weight, -60), 60)), append(outcomes, outcome), append(counts, 1)
	}
	for w := -6.0; w <= 6; w++ {
		weights, outcomes, counts = append(weights, w), append(outcomes, probability(w)), append(counts, heldBy)
	}
	fit, err := stats.FitLogistic(stats.Logistic{Columns: [][]float64{weights}, Outcomes: outcomes, Weights: counts})
	if err != nil {
		return nil, err
	}
	shift, slope := fit.Coefficients[0]/math.Ln2, fit.Coefficients[1]/math.Ln2
	if !(slope > 0) {
		return nil, &OptionError{Name: "slope of the labels", Value: slope, Range: "above 0: matches have the greater weights"}
	}
	c := *m
	c.shift, c.slope = shift+slope*m.shift, slope*m.slope
	return &c, nil
}
