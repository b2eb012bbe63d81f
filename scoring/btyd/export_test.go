package btyd

import "context"

// EvaluateBGNBD returns the log-likelihood of rows at the logarithms of r, α, a and
// b with its gradient and Hessian (row major), as the fit sees them.
func EvaluateBGNBD(rows *Rows, logs []float64, workers int) (value float64, gradient, hessian []float64) {
	gradient, hessian = make([]float64, 4), make([]float64, 16)
	value, _ = newLikelihood(context.Background(), rows, workers, true).Evaluate(logs, gradient, hessian)
	return value, gradient, hessian
}
