package lead

// A Curve turns scores into probabilities: a [Platt] or an [Isotonic].
type Curve interface {
	// Probabilities returns the probability of each score.
	Probabilities(scores []float64) ([]float64, error)
}

// Calibrated is a [Model] whose probabilities pass through a curve. The curve is to be
// learned from the model's probabilities of rows that the model was not learned from,
// such as CrossValidation.Probabilities.
type Calibrated struct {
	Model Model
	Curve Curve
}

// Probabilities returns the curve's probability of each row. Without a model or a curve
// the error is [ErrNotFitted].
func (c Calibrated) Probabilities(columns []Column) ([]float64, error) {
	if c.Model == nil || c.Curve == nil {
		return nil, ErrNotFitted
	}
	scores, err := c.Model.Probabilities(columns)
	if err != nil {
		return nil, err
	}
	return c.Curve.Probabilities(scores)
}
