package kpi

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// RunLength is how many observations a chart takes on average until it signals, the
// one that signals among them. Without a shift that is the time between false alarms;
// with one, the delay until it is noticed.
type RunLength struct {
	Mean     float64 // in observations, 1 or more
	Accuracy float64 // estimated relative error of Mean, at most 1e-6
}

// RunLengthError reports a chart whose run length has no answer here.
type RunLengthError struct {
	Of     string  // "shewhart", "ewma", "cusum" or "rate_chart"
	Reason string  // "rules", "head_start", "inflation", "too_long" or "accuracy"
	Value  float64 // the number of rules, the head start, the inflation, the limit of run lengths or the accuracy
}

func (e *RunLengthError) Error() string {
	switch e.Reason {
	case "rules":
		return fmt.Sprintf("kpi: %s: no run length for charts with %v rules that look at more than zones", e.Of, e.Value)
	case "head_start":
		return fmt.Sprintf("kpi: %s: no run length for two sides with a head start of %v: it is above half the decision interval plus the reference value", e.Of, e.Value)
	case "inflation":
		return fmt.Sprintf("kpi: %s: no run length for counts that vary %v times as much as by chance: their distribution is not known", e.Of, e.Value)
	case "too_long":
		return fmt.Sprintf("kpi: %s: the run length is too long to be computed: beyond %.0g", e.Of, e.Value)
	}
	return fmt.Sprintf("kpi: %s: the run length is only known to a relative %.2g", e.Of, e.Value)
}

const (
	// runPanel is the width of a panel of nodes, in standard deviations of one step.
	runPanel = 3.0
	// runAccuracy is the largest relative error that is still an answer.
	runAccuracy = 1e-6
	// runRounding is the relative error per observation of run length: the equations'
	// condition number is about the run length.
	runRounding = 2e-16
	// runLongest is the longest run length that is an answer, by then of few digits.
	runLongest = 1e9
)

// runNodes returns nodes and weights of a Gauss–Legendre rule on [low, high], with that
// many nodes, 12 or 16, a panel.
func runNodes(low, high, panel float64, nodes int) (at, weight []float64) {
	rule := numeric.NewLegendre(nodes)
	panels := max(1, int(math.Ceil((high-low)/panel)))
	width := (high - low) / float64(panels)
	for p := range panels {
		for i := range rule.N {
			at = append(at, low+width*(float64(p)+rule.Node[i]))
			weight = append(weight, width*rule.Weight[i])
		}
	}
	return at, weight
}

// agreed computes a run length with 12 and with 16 nodes a panel; their difference
// bounds the error of the better one.
func agreed(of string, compute func(nodes int) (float64, bool)) (RunLength, error) {
	coarse, ok := compute(12)
	fine, known := compute(16)
	if !ok || !known || !(fine >= 1) || fine > runLongest {
		return RunLength{}, &RunLengthError{Of: of, Reason: "too_long", Value: runLongest}
	}
	r := RunLength{Mean: fine, Accuracy: math.Abs(fine-coarse)/fine + runRounding*(1+fine)}
	if r.Accuracy > runAccuracy {
		return RunLength{}, &RunLengthError{Of: of, Reason: "accuracy", Value: r.Accuracy}
	}
	return r, nil
}

// design finds the parameter in [low, high] at which a rising run length is target.
func design(of, name string, low, high, target float64, length func(parameter float64) (RunLength, error)) (float64, error) {
	if !finite(target) || target <= 1 || target > 1e8 {
		return 0, &InputError{Subject: of, Name: "target", Value: target, Reason: "want a run length above 1, at most 1e8"}
	}
	goal := math.Log(target)
	excess := func(parameter float64) (float64, error) {
		r, err := length(parameter)
		if err != nil {
			return 0, err
		}
		return math.Log(r.Mean) - goal, nil
	}
	a, fa := low, 0.0
	b, fb := low, 0.0
	var err error
	if fa, err = excess(a); err != nil {
		return 0, err
	}
	if fa > 0 {
		return 0, &InputError{Subject: of, Name: "target", Value: target, Reason: fmt.Sprintf("want at least the run length %.6g of %s %v", target*math.Exp(fa), name, low)}
	}
	wall := math.Inf(1) // from here on the run length has no answer
	for fb = fa; fb < 0; {
		if a, fa = b, fb; b >= high {
			return 0, &InputError{Subject: of, Name: "target", Value: target, Reason: fmt.Sprintf("want a run length that a %s up to %v reaches", name, high)}
		}
		for b = min(high, 1.5*b+0.1, (b+wall)/2); ; b = (a + wall) / 2 {
			fb, err = excess(b)
			if _, beyond := errors.AsType[*RunLengthError](err); !beyond || b-a < 1e-6*b {
				break
			}
			wall = b
		}
		if err != nil {
			return 0, err
		}
	}
	// The Illinois form of false position: it keeps the bracket and does not stall.
	side := 0
	for range 100 {
		if b-a <= 1e-12*b {
			break
		}
		c := b - fb*(b-a)/(fb-fa)
		fc, err := excess(c)
		if err != nil {
			return 0, err
		}
		switch {
		case math.Abs(fc) < 1e-12:
			return c, nil
		case fc > 0:
			b, fb = c, fc
			if side == 1 {
				fa /= 2
			}
			side = 1
		default:
			a, fa = c, fc
			if side == -1 {
				fb /= 2
			}
			side = -1
		}
	}
	return b, nil
}

// normalDensity is the density of the standard normal distribution.
func normalDensity(x float64) float64 {
	return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
}
