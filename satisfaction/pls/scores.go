package pls

import (
	"math"
	"slices"
)

// Scores returns the construct scores of respondents, row after row with a column per
// construct in the order of the model. In the sample of the fit a score has mean 0
// and variance 1 with divisor n−1. A missing answer counts as the item's mean under
// [MeanReplacement], but a respondent without any answer has no score, NaN; under the
// other treatments the scores that need the answer are NaN, and so is nothing else. The
// error is an [*ItemError] if the data do not have an item of
// the model, or the fit came from covariances and the means are not known.
func (r *Result) Scores(data *Data) ([]float64, error) {
	columns, err := r.plan.columns(data.columns)
	if err != nil {
		return nil, err
	}
	for k, mean := range r.means {
		if math.IsNaN(mean) {
			return nil, &ItemError{Item: r.plan.items[k], Fault: UnknownMean}
		}
	}
	count := r.plan.constructs()
	out := make([]float64, data.rows*count)
	for row := range data.rows {
		answers := data.row(row)
		empty := !slices.ContainsFunc(columns, func(at int) bool { return answers[at] == answers[at] })
		for j := range count {
			sum := 0.0
			for k := r.plan.first[j]; k < r.plan.first[j+1]; k++ {
				d := answers[columns[k]] - r.means[k]
				if math.IsNaN(d) && r.options.Missing == MeanReplacement && !empty {
					d = 0
				}
				sum += r.answerWeight(k) * d
			}
			out[row*count+j] = sum
		}
	}
	return out, nil
}

// answerWeight is the weight of item k's answer as it was given.
func (r *Result) answerWeight(k int) float64 {
	if r.options.Metric == Raw {
		return r.weights[k]
	}
	return r.weights[k] / r.deviations[k]
}
