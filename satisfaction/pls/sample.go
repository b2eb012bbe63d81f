package pls

import (
	"math"
	"slices"
)

// Sample is one estimate as a [Statistic] sees it: that of a resample, or of all
// answers ([Result.Sample]). Numbers are by place: construct c, item i of its block,
// path k, all from 0 in the order of the model. A place that the model does not have
// panics, as a slice does. In a resample it is valid only during the call.
type Sample struct {
	plan     *plan
	raw      bool // matrix holds covariances, not correlations
	means    []float64
	spread   []float64 // standard deviations of the items
	matrix   []float64
	weights  []float64
	loadings []float64
	between  []float64
	paths    []float64
	r2       []float64
	effects  []float64
}

// Sample returns the estimate in the form that a [Statistic] takes.
func (r *Result) Sample() *Sample {
	return &Sample{
		plan: r.plan, raw: r.options.Metric == Raw, means: r.means, spread: r.deviations, matrix: r.metric(),
		weights: r.weights, loadings: r.loadings, between: r.between, paths: r.paths, r2: r.r2, effects: r.effects,
	}
}

// item is the place of item i of construct c.
func (s *Sample) item(c, i int) int {
	from, to := s.plan.first[c], s.plan.first[c+1]
	_ = s.plan.items[from:to][i]
	return from + i
}

// Weight is that of an item in the construct's score, as in [ItemResult].
func (s *Sample) Weight(c, i int) float64 { return s.weights[s.item(c, i)] }

// AnswerWeight is the weight of an item's answer as it was given: Weight/SD in the
// standardised metric, Weight in the raw one.
func (s *Sample) AnswerWeight(c, i int) float64 { return s.answerWeight(s.item(c, i)) }

func (s *Sample) answerWeight(at int) float64 {
	if s.raw {
		return s.weights[at]
	}
	return s.weights[at] / s.spread[at]
}

// Mean is that of an item's answers; NaN where only covariances were given.
func (s *Sample) Mean(c, i int) float64 { return s.means[s.item(c, i)] }

// SD is the standard deviation of an item's answers, with divisor n−1.
func (s *Sample) SD(c, i int) float64 { return s.spread[s.item(c, i)] }

// Loading is that of an item on its construct, as in [ItemResult].
func (s *Sample) Loading(c, i int) float64 { return s.loadings[s.item(c, i)] }

// Path is the coefficient of path k.
func (s *Sample) Path(k int) float64 { return s.paths[k] }

// R2 is the share of a construct's variance that its predecessors explain.
func (s *Sample) R2(c int) float64 { return s.r2[c] }

// Correlation is that of two constructs, as in [Result.Correlation].
func (s *Sample) Correlation(c, d int) float64 { return s.between[c*len(s.r2) : (c+1)*len(s.r2)][d] }

// Total is the total effect of construct c on construct d, 0 where no way of paths
// leads from one to the other.
func (s *Sample) Total(c, d int) float64 { return s.effects[c*len(s.r2) : (c+1)*len(s.r2)][d] }

// ItemCorrelation is the correlation of the answers to item i of construct c and to
// item k of construct d.
func (s *Sample) ItemCorrelation(c, i, d, k int) float64 {
	a, b := s.item(c, i), s.item(d, k)
	if a == b {
		return 1
	}
	v := s.matrix[a*len(s.means)+b]
	if s.raw {
		v /= s.spread[a] * s.spread[b]
	}
	return v
}

// Size is the number of items of construct c.
func (s *Sample) Size(c int) int { return s.plan.size(c) }

// own returns a sample that shares no memory with s but what never changes.
func (s *Sample) own() *Sample {
	out := *s
	for _, part := range []*[]float64{&out.means, &out.spread, &out.matrix, &out.weights, &out.loadings, &out.between, &out.paths, &out.r2, &out.effects} {
		*part = slices.Clone(*part)
	}
	return &out
}

// align reverses the constructs whose scores covary negatively, by the covariances of
// this sample, with those that the answer weights reference make of the same answers.
// It notes in reversed which they are and returns how many.
func (s *Sample) align(reference []float64, reversed []bool) int {
	p, count := len(s.means), 0
	for c := range s.r2 {
		from, to := s.plan.first[c], s.plan.first[c+1]
		sum := 0.0
		for i := from; i < to; i++ {
			// Of the items as they are in the matrix.
			w := reference[i]
			if !s.raw {
				w *= s.spread[i]
			}
			row := s.matrix[i*p+from : i*p+to]
			for k, v := range s.weights[from:to] {
				sum += w * row[k] * v
			}
		}
		reversed[c] = sum < 0
		if sum < 0 {
			s.reverse(c)
			count++
		}
	}
	return count
}

// reverse turns construct c around.
func (s *Sample) reverse(c int) {
	count := len(s.r2)
	for i := s.plan.first[c]; i < s.plan.first[c+1]; i++ {
		s.weights[i], s.loadings[i] = -s.weights[i], -s.loadings[i]
	}
	for d := range count {
		if d != c {
			s.between[c*count+d], s.between[d*count+c] = -s.between[c*count+d], -s.between[d*count+c]
			s.effects[c*count+d], s.effects[d*count+c] = -s.effects[c*count+d], -s.effects[d*count+c]
		}
	}
	for k, path := range s.plan.paths {
		if path.from == c || path.to == c {
			s.paths[k] = -s.paths[k]
		}
	}
}

// answerWeights are the weights of all items' answers.
func (s *Sample) answerWeights() []float64 {
	out := make([]float64, len(s.weights))
	for at := range out {
		out[at] = s.answerWeight(at)
	}
	return out
}

// admissible reports whether no loading and no correlation of constructs lies beyond
// 1, which correction for attenuation can bring about. Rounding apart.
func (s *Sample) admissible() bool {
	beyond := func(r float64) bool { return math.Abs(r) > 1+1e-9 }
	return !slices.ContainsFunc(s.loadings, beyond) && !slices.ContainsFunc(s.between, beyond)
}
