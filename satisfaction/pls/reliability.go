package pls

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Reliability says how well the items of a construct measure one thing. A construct
// with one item counts as measured without error: its reliabilities are 1 and say
// nothing, so that they have no verdict. In mode B items need not correlate, so that
// only the eigenvalues exist.
type Reliability struct {
	Construct string
	// Alpha is Cronbach's of the standardised items, k·r̄/(1+(k−1)r̄) with the mean r̄
	// of their correlations (L. J. Cronbach 1951). It exists in mode A and for unit
	// weights.
	Alpha Figure
	// RawAlpha is Cronbach's alpha of the answers as they are, which favours items
	// with a wide spread.
	RawAlpha Figure
	// RhoA is the reliability of the score by its weights (T. K. Dijkstra, J. Henseler
	// 2015). It exists in mode A, and may exceed 1 where the items do not fit a factor.
	RhoA Figure
	// RhoC is the composite reliability (Σl)²/((Σl)²+Σ(1−l²)) of the loadings l
	// (K. G. Jöreskog 1971). It exists in mode A and for unit weights.
	RhoC Figure
	// AVE is the average variance extracted, the mean of the squared loadings (C.
	// Fornell, D. F. Larcker 1981). It exists where RhoC does.
	AVE Figure
	// DillonGoldstein is RhoC with the correlations of the items with their first
	// principal component for loadings (W. R. Dillon, M. Goldstein 1984), as plspm has it.
	DillonGoldstein Figure
	// First and Second are the largest eigenvalues of the correlations of the items: a
	// block is of one dimension if only the first exceeds 1 (M. Tenenhaus et al. 2005).
	// Second is 0 for a construct with one item.
	First, Second float64
}

// Reliability returns the reliability of all constructs in the order of the model.
func (r *Result) Reliability() []Reliability {
	out := make([]Reliability, r.plan.constructs())
	for j := range out {
		out[j] = r.reliabilityOf(j)
	}
	return out
}

func (r *Result) reliabilityOf(j int) Reliability {
	out := Reliability{Construct: r.plan.name(j)}
	size, from, p := r.plan.size(j), r.plan.first[j], len(r.plan.items)
	if size == 1 {
		one := Figure{Value: 1, Exists: true}
		out.Alpha, out.RawAlpha, out.RhoA, out.RhoC, out.AVE, out.DillonGoldstein = one, one, one, one, one, one
		out.First = 1
		return out
	}
	block := blockOf(r.correlations, p, from, size)
	values, vectors := numeric.Eigen(block, size)
	out.First, out.Second = values[0], values[1]
	if r.plan.mode[j] == ModeB {
		return out
	}
	out.Alpha = judged(MeasureReliability, alpha(block, size))
	out.RawAlpha = judged(MeasureReliability, alpha(blockOf(r.matrix, p, from, size), size))
	loadings := r.loadings[from : from+size]
	out.RhoC = judged(MeasureReliability, compositeReliability(loadings))
	out.AVE = judged(MeasureAVE, meanSquare(loadings))
	component := make([]float64, size)
	for i, v := range vectors[0] {
		component[i] = v * math.Sqrt(values[0])
	}
	out.DillonGoldstein = judged(MeasureReliability, compositeReliability(component))
	if r.plan.mode[j] == ModeA {
		if _, rho, ok := reliabilityA(r.metric(), p, from, r.weights[from:from+size]); ok {
			out.RhoA = judged(MeasureReliability, rho)
		}
	}
	return out
}

// blockOf copies the size×size block of a p×p matrix that starts at from.
func blockOf(m []float64, p, from, size int) []float64 {
	out := make([]float64, 0, size*size)
	for i := from; i < from+size; i++ {
		out = append(out, m[i*p+from:i*p+from+size]...)
	}
	return out
}

// alpha is Cronbach's for an n×n covariance matrix, n ≥ 2: n/(n−1)·(1 − trace/sum). It
// is NaN if the items cancel, so that their sum has no variance beyond rounding.
func alpha(m []float64, n int) float64 {
	trace, sum := 0.0, 0.0
	for i := range n {
		trace += m[i*n+i]
		for k := range n {
			sum += m[i*n+k]
		}
	}
	if !(sum > 1e-12*trace) {
		return math.NaN()
	}
	return float64(n) / float64(n-1) * (1 - trace/sum)
}

// compositeReliability is ρC for loadings.
func compositeReliability(loadings []float64) float64 {
	sum, rest := 0.0, 0.0
	for _, l := range loadings {
		sum += l
		rest += 1 - l*l
	}
	return sum * sum / (sum*sum + rest)
}

func meanSquare(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v * v
	}
	return sum / float64(len(values))
}
