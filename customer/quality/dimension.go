package quality

// Dimension is one side of data quality: a code.
type Dimension string

// The dimensions.
const (
	Completeness Dimension = "completeness" // required fields that are filled, by weight
	Validity     Dimension = "validity"     // filled fields with a format whose value is valid
	Uniqueness   Dimension = "uniqueness"   // records less expected duplicates
	Consistency  Dimension = "consistency"  // rules that apply and hold
	Timeliness   Dimension = "timeliness"   // how much confirmed values still count
	Accuracy     Dimension = "accuracy"     // checked values that were right
	Overall      Dimension = "overall"      // the weighted mean of the others
)

// Dimensions returns the six dimensions that are measured, without Overall, in the
// order of the constants.
func Dimensions() []Dimension {
	return []Dimension{Completeness, Validity, Uniqueness, Consistency, Timeliness, Accuracy}
}

// of returns the weight of a dimension, 1 if all are 0.
func (w Weights) of(d Dimension) float64 {
	if w == (Weights{}) {
		return 1
	}
	switch d {
	case Completeness:
		return w.Completeness
	case Validity:
		return w.Validity
	case Uniqueness:
		return w.Uniqueness
	case Consistency:
		return w.Consistency
	case Timeliness:
		return w.Timeliness
	case Accuracy:
		return w.Accuracy
	}
	return 0
}
