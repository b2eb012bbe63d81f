package lead

import (
	"cmp"
	"fmt"
	"slices"
)

// Baseline says what the points of a row are compared with.
type Baseline int

// What the points of a row are compared with.
const (
	BestBin     Baseline = iota // those of the best bin of the column
	AverageBins                 // the mean over the rows that the bins were made with
)

// ScoreReason is a column on which a row has fewer points than the baseline.
type ScoreReason struct {
	Column    string
	Bin       string // its label; "" for no bin
	Points    int
	Reference float64 // points of the baseline
	Lost      float64 // Reference − Points, above 0
}

// mostReasons is how many reasons are told if the caller does not say.
const mostReasons = 4

// Reasons tells for every row where it lost points: at most the given number of
// reasons, 4 for 0, the most points lost first and equal ones in the order of the
// variables. Errors are those of [Scorecard.Scores], and an [*OptionError].
func (s *Scorecard) Reasons(columns []Column, against Baseline, most int) ([][]ScoreReason, error) {
	if most == 0 {
		most = mostReasons
	}
	if most < 0 {
		return nil, &OptionError{Option: "most", Value: float64(most), Want: "0 or more"}
	}
	if against != BestBin && against != AverageBins {
		return nil, &OptionError{Option: "against", Value: float64(against), Want: "one of the constants"}
	}
	places, rows, err := s.assign(columns)
	if err != nil {
		return nil, err
	}
	references := make([]float64, len(s.variables))
	for v := range s.variables {
		references[v] = s.variables[v].reference(against)
	}
	reasons := make([][]ScoreReason, rows)
	for row := range reasons {
		list := []ScoreReason{}
		for v := range s.variables {
			r := ScoreReason{Column: s.variables[v].Column, Reference: references[v]}
			if at := places[v][row]; at >= 0 {
				bin := &s.variables[v].Bins[at]
				r.Bin, r.Points = bin.Label, bin.Points
			}
			if r.Lost = r.Reference - float64(r.Points); r.Lost > 0 {
				list = append(list, r)
			}
		}
		slices.SortStableFunc(list, func(a, b ScoreReason) int { return cmp.Compare(b.Lost, a.Lost) })
		reasons[row] = list[:min(most, len(list))]
	}
	return reasons, nil
}

// reference returns the points that a baseline has on the variable. Bins without rows
// are no bins to compare with.
func (v *Variable) reference(against Baseline) float64 {
	best, sum, rows, seen := 0, 0.0, 0, false
	for _, bin := range v.Bins {
		if bin.N == 0 {
			continue
		}
		if !seen || bin.Points > best {
			best, seen = bin.Points, true
		}
		sum += float64(bin.N) * float64(bin.Points)
		rows += bin.N
	}
	if against == AverageBins {
		return sum / float64(rows)
	}
	return float64(best)
}

// String returns "best-bin" or "average-bins".
func (b Baseline) String() string {
	switch b {
	case BestBin:
		return "best-bin"
	case AverageBins:
		return "average-bins"
	}
	return fmt.Sprintf("Baseline(%d)", int(b))
}
