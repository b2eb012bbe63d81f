package pls

import (
	"math"
	"slices"
)

// Equation is what is known of the regression of one construct on those that act on it.
type Equation struct {
	Construct  string
	R2         Figure
	AdjustedR2 Figure // does not exist for as many rows as coefficients
	// The criteria compare models of the same construct, for the same data: the lower
	// the better. With k coefficients including the constant and SSE = (n−1)(1−R²) they
	// are n·ln(SSE/n) plus 2k (AIC), n(n+k)/(n−k−2) (AICc), k·ln n (BIC), 2k·ln ln n (HQ),
	// 2nk·ln ln n/(n−k−2) (HQc); P. N. Sharma, M. Sarstedt, G. Shmueli, K. H. Kim, K. O.
	// Thiele, PLS-based model selection, Journal of the AIS 20, 2019. They do not exist
	// for R² of 1 or more, or too few rows.
	AIC, AICc, BIC, HQ, HQc Figure
}

// Equations returns all constructs that others act on, in the order of the model.
func (r *Result) Equations() []Equation {
	var out []Equation
	for j, in := range r.plan.in {
		if len(in) == 0 {
			continue
		}
		e := Equation{Construct: r.plan.name(j), R2: judged(MeasureR2, r.r2[j])}
		if r.rows > len(in)+1 {
			e.AdjustedR2 = figure(r.construct(j).AdjustedR2)
		}
		n, k := float64(r.rows), float64(len(in)+1)
		fit := n * math.Log((n-1)*unexplained(r.r2[j])/n)
		e.AIC, e.BIC, e.HQ = figure(fit+2*k), figure(fit+k*math.Log(n)), figure(fit+2*k*math.Log(math.Log(n)))
		if rest := n - k - 2; rest > 0 {
			e.AICc, e.HQc = figure(fit+n*(n+k)/rest), figure(fit+2*n*k*math.Log(math.Log(n))/rest)
		}
		out = append(out, e)
	}
	return out
}

// EffectSize is what a path adds to the R² of its end: f² = (R² − R²₀)/(1 − R²), with
// R²₀ without the path (J. Cohen 1988). The two ways of finding R²₀ differ because
// weights depend on the paths.
type EffectSize struct {
	Path
	// SameScores leaves the scores as they are and repeats the regression without the
	// path, as cSEM does.
	SameScores Figure
	// Rerun estimates the whole model anew without the path, as seminr does. It may be
	// below 0. It does not exist if that estimation fails, or if the result came from
	// available pairs of incomplete rows. Neither exists for R² of 1 or more.
	Rerun Figure
}

// EffectSizes returns f² of all paths in the order of the model.
func (r *Result) EffectSizes() []EffectSize {
	out := make([]EffectSize, len(r.plan.paths))
	for k, path := range r.plan.model.Paths {
		full := r.r2[r.plan.paths[k].to]
		size := func(without float64) Figure { return judged(MeasureF2, (full-without)/unexplained(full)) }
		out[k] = EffectSize{Path: path, SameScores: size(r.withoutSameScores(k))}
		if without, ok := r.withoutRerun(k); ok {
			out[k].Rerun = size(without)
		}
	}
	return out
}

// unexplained is 1 − R², NaN if that is not above rounding.
func unexplained(r2 float64) float64 {
	if rest := 1 - r2; rest > 1e-12 {
		return rest
	}
	return math.NaN()
}

// withoutSameScores returns the R² of the end of path k without it, by the
// correlations of the constructs; NaN if that regression has no solution.
func (r *Result) withoutSameScores(k int) float64 {
	to := r.plan.paths[k].to
	reduced := *r.plan
	reduced.in = slices.Clone(r.plan.in)
	reduced.in[to] = slices.DeleteFunc(slices.Clone(r.plan.in[to]), func(l int) bool { return l == k })
	s := newSolver(&reduced, r.options)
	b, err := s.regression(to, r.between)
	if err != nil {
		return math.NaN()
	}
	r2, count := 0.0, r.plan.constructs()
	for i, l := range reduced.in[to] {
		r2 += b[i] * r.between[r.plan.paths[l].from*count+to]
	}
	return r2
}

// withoutRerun returns the R² of the end of path k in the model without it, estimated
// anew, and whether there is one. A construct that no path is left for leaves the
// model; if the end has no other path into it, its R² is 0.
func (r *Result) withoutRerun(k int) (float64, bool) {
	end := r.plan.paths[k].to
	if len(r.plan.in[end]) == 1 {
		return 0, true
	}
	if r.report.Treatment == Pairwise {
		return 0, false
	}
	model := r.plan.model.clone()
	model.Paths = slices.Delete(model.Paths, k, k+1)
	model.Constructs = slices.DeleteFunc(model.Constructs, func(c Construct) bool {
		return !slices.ContainsFunc(model.Paths, func(p Path) bool { return p.From == c.Name || p.To == c.Name })
	})
	pl, err := newPlan(model)
	if err != nil {
		return 0, false
	}
	p := len(r.plan.items)
	columns := make([]int, len(pl.items))
	for i, item := range pl.items {
		columns[i] = slices.Index(r.plan.items, item)
	}
	m := make([]float64, 0, len(columns)*len(columns))
	for _, from := range columns {
		for _, to := range columns {
			m = append(m, r.metric()[from*p+to])
		}
	}
	s := newSolver(pl, r.options)
	if s.solve(m) != nil {
		return 0, false
	}
	return s.r2[pl.place[r.plan.name(end)]], true
}
