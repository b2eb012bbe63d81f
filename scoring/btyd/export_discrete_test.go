package btyd

import "context"

// EvaluateBGBB returns the log-likelihood of cells at the logarithms of α, β, γ and δ, or
// of α and β without dropout, with its gradient and Hessian.
func EvaluateBGBB(cells []Cell, logs []float64, workers int) (value float64, gradient, hessian []float64, err error) {
	data, err := newHistories(cells)
	if err != nil {
		return 0, nil, nil, err
	}
	size := len(logs)
	gradient, hessian = make([]float64, size), make([]float64, size*size)
	value, err = newHistoryLikelihood(context.Background(), data, workers, size == 4).evaluate(logs, gradient, hessian)
	return value, gradient, hessian, err
}

// EvaluateContract returns the log-likelihood of cohorts at the logarithms of α, β and
// perhaps c, with its gradient and Hessian.
func EvaluateContract(cohorts []Cohort, logs []float64) (value float64, gradient, hessian []float64, err error) {
	data, err := newLosses(cohorts)
	if err != nil {
		return 0, nil, nil, err
	}
	size := len(logs)
	gradient, hessian = make([]float64, size), make([]float64, size*size)
	return data.evaluate(logs, gradient, hessian), gradient, hessian, nil
}
