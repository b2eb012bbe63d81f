package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// spendLikelihood is the objective of the fit in the logarithms of p, q and v and,
// behind them, in the coefficients of covariates. Only ln(1 + xm/v) is needed per
// row; gamma functions per distinct x.
type spendLikelihood struct {
	ctx     context.Context
	workers int
	rows    *SpendRows
	design  *spendDesign // nil without covariates

	pieces []spendPiece
	sums   []saturation
	shifts []float64 // of ln v, by group

	lowest, highest, meanSpend, sumLogMean float64
}

// spendPiece is a run of rows that share v, short enough for one partial sum.
type spendPiece struct {
	from, to, group              int
	customers, logTotal          float64 // Σ 1 and Σ ln total over the customers
	purchases, purchasesLogTotal float64 // Σ x and Σ x ln total
}

// spendDesign says which covariates the rows have. Rows of a group follow each other.
type spendDesign struct {
	values    [][]float64 // by group, in standard form
	spreads   []spread    // of the covariates
	unit      float64     // of the coefficients of values: 1, or the spread of [narrowLikelihood]
	ends      []int       // where the rows of a group end
	penalties []float64   // λ in −Σ λ γ², by covariate
	ranks     grouping    // of the customers with spend
}

func newSpendLikelihood(ctx context.Context, rows *SpendRows, design *spendDesign, workers int) *spendLikelihood {
	f := &spendLikelihood{ctx: ctx, workers: workers, rows: rows, design: design, lowest: math.Inf(1), meanSpend: rows.meanSpend()}
	for _, m := range rows.mean {
		f.lowest, f.highest = min(f.lowest, m), max(f.highest, m)
	}
	if design == nil {
		design = &spendDesign{values: [][]float64{nil}, ends: []int{len(rows.mean)}}
	}
	from := 0
	for group, end := range design.ends {
		for ; from < end; from = min(from+chunkRows, end) {
			f.pieces = append(f.pieces, rows.piece(from, min(from+chunkRows, end), group))
		}
	}
	f.sums, f.shifts = make([]saturation, len(f.pieces)), make([]float64, len(design.ends))
	for _, piece := range f.pieces {
		f.sumLogMean += piece.logTotal
	}
	for k, x := range rows.count {
		f.sumLogMean -= rows.copies[k] * math.Log(x)
	}
	return f
}

// piece adds up what does not depend on the parameters.
func (r *SpendRows) piece(from, to, group int) spendPiece {
	piece := spendPiece{from: from, to: to, group: group}
	var buffer [chunkRows]float64
	logs := buffer[:to-from]
	numeric.LogBlock(logs, r.total[from:to])
	for i, l := range logs {
		w, n := r.weight[from+i], r.purchases[from+i]
		piece.customers += w
		piece.logTotal += w * l
		piece.purchases += n
		piece.purchasesLogTotal += n * l
	}
	return piece
}

// Evaluate is a [numeric.Objective].
func (f *spendLikelihood) Evaluate(at, gradient, hessian []float64) (float64, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	p, q, size := math.Exp(at[0]), math.Exp(at[1]), len(at)
	f.shift(at[3:])
	each(f.workers, len(f.pieces), func(i int) {
		piece := &f.pieces[i]
		logV := at[2] + f.shifts[piece.group]
		r, from, to := f.rows, piece.from, piece.to
		f.sums[i] = saturate(0, math.Exp(logV), piece.below(logV), r.total[from:to], r.weight[from:to], r.purchases[from:to])
	})
	clear(gradient)
	clear(hessian)
	value := -f.sumLogMean
	for i := range f.pieces {
		value += f.addPiece(&f.pieces[i], &f.sums[i], at, gradient, hessian)
	}
	for k, x := range f.rows.count {
		n := f.rows.copies[k]
		_, d1, d2 := numeric.Rising3(p*x, q)
		_, e1, e2 := numeric.Rising3(q, p*x)
		value -= n * numeric.LogBeta(p*x, q)
		gradient[0] += n * p * x * d1
		gradient[1] += n * q * e1
		hessian[0] += n * p * x * p * x * d2
		hessian[1] += n * p * x * q * numeric.Trigamma(p*x+q)
		hessian[size+1] += n * q * q * e2
	}
	// In logarithms the second derivative has the first one as well.
	hessian[0] += gradient[0]
	hessian[size+1] += gradient[1]
	value += f.penalize(at, gradient, hessian)
	mirror(hessian, size)
	if math.IsNaN(value) {
		return math.Inf(-1), nil
	}
	return value, nil
}

// mirror copies the upper triangle of a matrix to the lower one.
func mirror(matrix []float64, size int) {
	for i := range size {
		for j := range i {
			matrix[i*size+j] = matrix[j*size+i]
		}
	}
}

// below reports whether v lies below the totals of the piece. With l = ln(1+v/total)
// nothing cancels as v → 0, with ln(1+total/v) as v → ∞.
func (p *spendPiece) below(logV float64) bool { return logV < p.logTotal/p.customers }

// addPiece adds what a piece contributes beside gamma functions, the upper triangle of
// the Hessian only: p Σ x ln(total/(v+total)) − q Σ ln(1+total/v).
func (f *spendLikelihood) addPiece(piece *spendPiece, s *saturation, at, gradient, hessian []float64) float64 {
	p, q, logV := math.Exp(at[0]), math.Exp(at[1]), at[2]+f.shifts[piece.group]
	share, growth := -s.xl, s.wl+piece.logTotal-piece.customers*logV
	if !piece.below(logV) {
		share, growth = piece.purchasesLogTotal-piece.purchases*logV-s.xl, s.wl
	}
	size := len(at)
	gradient[0] += p * share
	gradient[1] -= q * growth
	// A covariate moves ln v by its value: its derivatives are those of v times that.
	byV, vv := q*s.wf-p*s.xu, -(p*s.xfu + q*s.wfu)
	for i := 2; i < size; i++ {
		z := f.moves(piece.group, i)
		gradient[i] += z * byV
		hessian[i] -= z * p * s.xu
		hessian[size+i] += z * q * s.wf
		for j := i; j < size; j++ {
			hessian[i*size+j] += z * f.moves(piece.group, j) * vv
		}
	}
	return p*share - q*growth
}

// moves returns d ln v / d at[i] in a group.
func (f *spendLikelihood) moves(group, i int) float64 {
	if i == 2 {
		return 1
	}
	return f.design.values[group][i-3]
}

// shift computes γ'z of each group.
func (f *spendLikelihood) shift(coefficients []float64) {
	if len(coefficients) == 0 {
		return
	}
	for g, z := range f.design.values {
		f.shifts[g] = 0
		for i, c := range coefficients {
			f.shifts[g] += c * z[i]
		}
	}
}

// penalize adds −Σ λ γ², of coefficients in their unit.
func (f *spendLikelihood) penalize(at, gradient, hessian []float64) float64 {
	if f.design == nil {
		return 0
	}
	value := 0.0
	for k, penalty := range f.design.penalties {
		penalty *= f.design.unit * f.design.unit
		i := 3 + k
		value -= penalty * at[i] * at[i]
		gradient[i] -= 2 * penalty * at[i]
		hessian[i*len(at)+i] -= 2 * penalty
	}
	return value
}
