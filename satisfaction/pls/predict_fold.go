package pls

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// validation carries out a cross-validation.
type validation struct {
	*plan
	fitted  Options
	options PredictOptions
	rows    int
	answers []float64 // rows×items of the model
	weights []float64

	targets      []int  // items that are predicted
	owner        []int  // their constructs
	hasLinear    []bool // by construct
	notConverged int
	sums         []errorSums // by target
	inside       []insideSum // by row and target
}

// errorSums are weighted sums of errors of one item.
type errorSums struct {
	weight              float64
	model, linear, mean squares
	inside, linearIn    squares
	insideWeight        float64
}

// squares are sums of squared and of absolute errors.
type squares struct{ square, absolute float64 }

func (s *squares) add(e, w float64) {
	s.square += w * e * e
	s.absolute += w * math.Abs(e)
}

func (s squares) errors(weight float64) Errors {
	return Errors{RMSE: math.Sqrt(s.square / weight), MAE: s.absolute / weight}
}

// insideSum adds up predictions of one answer by estimations that used it.
type insideSum struct {
	model, linear float64
	count         int
}

func newValidation(pl *plan, fitted Options, data *Data, columns []int) (*validation, error) {
	v := &validation{plan: pl, fitted: fitted, hasLinear: make([]bool, pl.constructs())}
	for row := range data.rows {
		all := data.row(row)
		answers := make([]float64, len(columns))
		for k, at := range columns {
			answers[k] = all[at]
		}
		if fitted.Missing == Casewise && slices.ContainsFunc(answers, math.IsNaN) {
			continue
		}
		v.answers = append(v.answers, answers...)
		v.weights = append(v.weights, data.weight(row))
		v.rows++
	}
	for j := range pl.constructs() {
		if len(pl.in[j]) == 0 {
			continue
		}
		v.hasLinear[j] = true
		for i := pl.first[j]; i < pl.first[j+1]; i++ {
			v.targets, v.owner = append(v.targets, i), append(v.owner, j)
		}
	}
	v.sums = make([]errorSums, len(v.targets))
	// What any training set would lack is better said of all rows at once.
	if _, err := v.estimate(func(int) bool { return true }); err != nil {
		return nil, err
	}
	v.notConverged = 0
	return v, nil
}

func (v *validation) row(row int) []float64 {
	p := len(v.items)
	return v.answers[row*p : (row+1)*p]
}

// estimate fits the model to the rows that take part.
func (v *validation) estimate(takes func(row int) bool) (*Result, error) {
	moments, err := NewMoments(v.items)
	if err != nil {
		return nil, err
	}
	for row := range v.rows {
		if takes(row) {
			moments.add(v.row(row), v.weights[row])
		}
	}
	covariance, err := moments.Covariance(v.fitted.Missing)
	if err != nil {
		return nil, err
	}
	result, err := fit(v.plan, v.fitted, covariance)
	if slow := (*NotConvergedError)(nil); errors.As(err, &slow) {
		v.notConverged++
		err = nil
	}
	return result, err
}

// repeat divides the rows into folds once and predicts each.
func (v *validation) repeat(ctx context.Context, repetition uint64) error {
	fold := make([]int, v.rows)
	for place, row := range numeric.Stream(v.options.Seed, repetition).Perm(v.rows) {
		fold[row] = place * v.options.Folds / v.rows
	}
	v.inside = make([]insideSum, v.rows*len(v.targets))
	for f := range v.options.Folds {
		if err := ctx.Err(); err != nil {
			return err
		}
		result, err := v.estimate(func(row int) bool { return fold[row] != f })
		if err != nil {
			return err
		}
		v.predict(result, func(row int) bool { return fold[row] == f })
	}
	v.closeInside()
	return nil
}

// predict predicts all rows by an estimation from the rows that were not left out.
func (v *validation) predict(r *Result, left func(row int) bool) {
	p := len(v.items)
	lines := make([][]float64, len(v.targets)) // by target: coefficients of all items
	for j := range v.constructs() {
		if v.hasLinear[j] {
			v.hasLinear[j] = v.regressItems(r, j, lines)
		}
	}
	offset, scores, predicted := make([]float64, p), make([]float64, v.constructs()), make([]float64, v.constructs())
	for row := range v.rows {
		answers := v.row(row)
		for k, a := range answers {
			offset[k] = a - r.means[k]
			if offset[k] != offset[k] {
				offset[k] = 0
			}
		}
		v.score(r, offset, scores, predicted)
		for t, item := range v.targets {
			if math.IsNaN(answers[item]) {
				continue
			}
			byModel := r.means[item] + r.deviations[item]*r.loadings[item]*predicted[v.owner[t]]
			byLine := r.means[item]
			for k, b := range lines[t] {
				byLine += b * offset[k]
			}
			if !left(row) {
				in := &v.inside[row*len(v.targets)+t]
				in.model, in.linear, in.count = in.model+byModel, in.linear+byLine, in.count+1
				continue
			}
			s, w := &v.sums[t], v.weights[row]
			s.weight += w
			s.model.add(answers[item]-byModel, w)
			s.linear.add(answers[item]-byLine, w)
			s.mean.add(answers[item]-r.means[item], w)
		}
	}
}

// score computes the scores of a row and what the paths predict of them.
func (v *validation) score(r *Result, offset, scores, predicted []float64) {
	for j := range scores {
		scores[j] = 0
		for k := v.first[j]; k < v.first[j+1]; k++ {
			scores[j] += r.answerWeight(k) * offset[k]
		}
	}
	for _, j := range v.order {
		predicted[j] = scores[j]
		if len(v.in[j]) == 0 {
			continue
		}
		predicted[j] = 0
		for _, path := range v.in[j] {
			by := v.plan.paths[path].from
			from := scores[by]
			if v.options.Antecedents == EarliestAntecedents {
				from = predicted[by]
			}
			predicted[j] += r.paths[path] * from
		}
	}
}

// regressItems regresses the items of construct j on those of the benchmark, and fills
// their lines. It reports whether there is a solution.
func (v *validation) regressItems(r *Result, j int, lines [][]float64) bool {
	var from []int
	for c := range v.constructs() {
		if v.informs(c, j) {
			for i := v.first[c]; i < v.first[c+1]; i++ {
				from = append(from, i)
			}
		}
	}
	p, n := len(v.items), len(from)
	if r.rows <= n+1 {
		return false
	}
	l := make([]float64, 0, n*n)
	for _, a := range from {
		for _, b := range from {
			l = append(l, r.correlations[a*p+b])
		}
	}
	if !numeric.Cholesky(l, n) {
		return false
	}
	b := make([]float64, n)
	for t, item := range v.targets {
		if v.owner[t] != j {
			continue
		}
		for i, a := range from {
			b[i] = r.correlations[a*p+item]
		}
		numeric.CholeskySolve(l, n, b)
		lines[t] = make([]float64, p)
		for i, a := range from {
			lines[t][a] = b[i] * r.deviations[item] / r.deviations[a]
		}
	}
	return true
}

// informs reports whether the benchmark for construct j uses the items of construct c.
func (v *validation) informs(c, j int) bool {
	switch {
	case v.options.Benchmark == OtherItems:
		return c != j
	case v.options.Antecedents == EarliestAntecedents:
		return len(v.in[c]) == 0
	}
	return slices.ContainsFunc(v.in[j], func(path int) bool { return v.plan.paths[path].from == c })
}
