package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// chunkCells is the number of cells of a partial sum.
const chunkCells = 64

// rising tabulates for k = 0, 1, … ln (z)ₖ, its derivative Σ 1/(z+i), minus its second,
// Σ 1/(z+i)², and 1/(z+k).
type rising struct {
	z                    float64
	log, d1, d2, inverse []float64
}

func newRising(size int, memory []float64) rising {
	return rising{log: memory[:size], d1: memory[size : 2*size], d2: memory[2*size : 3*size], inverse: memory[3*size : 4*size]}
}

func (t *rising) fill(z float64) {
	t.z = z
	factors := t.log[1:]
	for i := range factors {
		factors[i] = z + float64(i)
	}
	d1, d2 := 0.0, 0.0
	t.log[0], t.d1[0], t.d2[0] = 0, 0, 0
	for i, f := range factors {
		inverse := 1 / f
		d1 += inverse
		d2 += inverse * inverse
		t.d1[i+1], t.d2[i+1], t.inverse[i] = d1, d2, inverse
	}
	numeric.LogBlock(factors, factors)
	sum := 0.0
	for i, f := range factors {
		sum += f
		factors[i] = sum
	}
}

// historyLikelihood is the objective of [FitBGBB] in the logarithms of its parameters.
// All it takes are tables of five rising factorials; a cell is a sum over the
// opportunities after which its customers may have left.
type historyLikelihood struct {
	ctx     context.Context
	data    *histories
	workers int
	dropout bool

	alpha, beta, both, delta, gammaDelta rising
	gamma, inverseGamma                  float64
	back                                 []float64 // from d+1 to d: (α+β+d)(γ+δ+d+1)/(δ+d)
	sums                                 []cellSum
}

// cellSum is a log-likelihood with the gradient and the upper triangle of the Hessian
// in α, β, γ, δ themselves.
type cellSum struct {
	value    float64
	gradient [4]float64
	hessian  [10]float64
}

func newHistoryLikelihood(ctx context.Context, data *histories, workers int, dropout bool) *historyLikelihood {
	size := data.longest + 2
	memory := make([]float64, 21*size)
	l := &historyLikelihood{ctx: ctx, data: data, workers: workers, dropout: dropout}
	for i, t := range []*rising{&l.alpha, &l.beta, &l.both, &l.delta, &l.gammaDelta} {
		*t = newRising(size, memory[4*size*i:])
	}
	l.back = memory[20*size:]
	l.sums = make([]cellSum, (len(data.cells)+chunkCells-1)/chunkCells)
	return l
}

// evaluate is a [numeric.Objective].
func (l *historyLikelihood) evaluate(at, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	params := [4]float64{0, 0, 0, 1}
	for i, x := range at {
		params[i] = math.Exp(x)
	}
	alpha, beta, gamma, delta := params[0], params[1], params[2], params[3]
	l.alpha.fill(alpha)
	l.beta.fill(beta)
	l.both.fill(alpha + beta)
	if l.dropout {
		l.delta.fill(delta)
		l.gammaDelta.fill(gamma + delta)
		l.gamma, l.inverseGamma = gamma, 1/gamma
		for d := range l.back {
			k := float64(d)
			l.back[d] = (alpha + beta + k) * (gamma + delta + k + 1) * l.delta.inverse[d]
		}
	}
	each(l.workers, len(l.sums), func(i int) {
		l.sums[i] = cellSum{}
		cells := l.data.cells[i*chunkCells : min((i+1)*chunkCells, len(l.data.cells))]
		var buffer [chunkCells]float64
		logs := buffer[:len(cells)]
		for k, c := range cells {
			logs[k] = l.add(&l.sums[i], c)
		}
		numeric.LogBlock(logs, logs)
		for k, c := range cells {
			l.sums[i].value += c.Customers * logs[k]
		}
	})
	var s cellSum
	for i := range l.sums {
		part := &l.sums[i]
		s.value += part.value
		for k, g := range part.gradient {
			s.gradient[k] += g
		}
		for k, h := range part.hessian {
			s.hessian[k] += h
		}
	}
	size := len(at)
	for i := range size {
		gradient[i] = params[i] * s.gradient[i]
		for j := i; j < size; j++ {
			h := params[i] * params[j] * s.hessian[upper(i, j)]
			hessian[i*size+j], hessian[j*size+i] = h, h
		}
		hessian[i*size+i] += gradient[i]
	}
	if math.IsNaN(s.value) {
		return math.Inf(-1), nil
	}
	return s.value, nil
}

// upper is the place of element i ≤ j of a symmetric 4×4 matrix.
func upper(i, j int) int { return [4]int{0, 3, 5, 6}[i] + j }

// add adds a cell but for the logarithm, which it returns the argument of: those of all
// cells are taken together. Its probability is that of the terms of those who stayed for all
// opportunities and of those who left after d = n−1, n−2, … of them, which follow from
// each other by ratios. With w the probability of a term given the history and v the
// gradient of its logarithm, the gradient is E[v] and the Hessian E[∂v] + Var[v]; v is
// measured from that of those who stayed, so that near-certain cells lose nothing.
func (l *historyLikelihood) add(s *cellSum, c Cell) float64 {
	x, n := c.X, c.N
	both, beta := l.both.d1[n], l.beta.d1[n-x]
	both2, beta2 := l.both.d2[n], l.beta.d2[n-x]
	unit, sum := l.alpha.log[x]+l.beta.log[n-x]-l.both.log[n], 1.0
	var lives, stays, lives2, stays2, gone float64
	var mean [4]float64
	var square [10]float64
	if l.dropout {
		lives, stays, lives2, stays2 = l.gammaDelta.d1[n], l.delta.d1[n], l.gammaDelta.d2[n], l.delta.d2[n]
		unit += l.delta.log[n] - l.gammaDelta.log[n]
		// Sums of w and of w times the second derivatives.
		sumBoth, sumBeta, sumLives, sumStays := both2, beta2, lives2, stays2
		w := l.gamma / (l.gammaDelta.z + float64(n))
		for d := n - 1; d >= c.TX; d-- {
			w *= l.back[d] * l.beta.inverse[d-x]
			if w > 1e200 {
				// Measured in this term from now on.
				unit += math.Log(w)
				shrink := 1 / w
				sum, gone, w = sum*shrink, gone*shrink, 1
				sumBoth, sumBeta, sumLives, sumStays = sumBoth*shrink, sumBeta*shrink, sumLives*shrink, sumStays*shrink
				for i := range mean {
					mean[i] *= shrink
				}
				for i := range square {
					square[i] *= shrink
				}
			}
			gone += w
			sumBoth += w * l.both.d2[d]
			sumBeta += w * l.beta.d2[d-x]
			sumLives += w * l.gammaDelta.d2[d+1]
			sumStays += w * l.delta.d2[d]
			v0 := both - l.both.d1[d]
			v1 := v0 + l.beta.d1[d-x] - beta
			v2 := l.inverseGamma + lives - l.gammaDelta.d1[d+1]
			v3 := v2 - l.inverseGamma + l.delta.d1[d] - stays
			w0, w1, w2, w3 := w*v0, w*v1, w*v2, w*v3
			mean[0] += w0
			mean[1] += w1
			mean[2] += w2
			mean[3] += w3
			square[0] += w0 * v0
			square[1] += w0 * v1
			square[2] += w0 * v2
			square[3] += w0 * v3
			square[4] += w1 * v1
			square[5] += w1 * v2
			square[6] += w1 * v3
			square[7] += w2 * v2
			square[8] += w2 * v3
			square[9] += w3 * v3
		}
		sum += gone
		both2, beta2, lives2, stays2, gone = sumBoth/sum, sumBeta/sum, sumLives/sum, sumStays/sum, gone/sum
	}
	weight, share := c.Customers, 1/sum
	for i := range mean {
		mean[i] *= share
	}
	for i := range square {
		square[i] *= share
	}
	s.value += weight * unit
	s.gradient[0] += weight * (l.alpha.d1[x] - both + mean[0])
	s.gradient[1] += weight * (beta - both + mean[1])
	s.gradient[2] += weight * (mean[2] - lives)
	s.gradient[3] += weight * (stays - lives + mean[3])
	s.hessian[0] += weight * (both2 - l.alpha.d2[x] + square[0] - mean[0]*mean[0])
	s.hessian[1] += weight * (both2 + square[1] - mean[0]*mean[1])
	s.hessian[2] += weight * (square[2] - mean[0]*mean[2])
	s.hessian[3] += weight * (square[3] - mean[0]*mean[3])
	s.hessian[4] += weight * (both2 - beta2 + square[4] - mean[1]*mean[1])
	s.hessian[5] += weight * (square[5] - mean[1]*mean[2])
	s.hessian[6] += weight * (square[6] - mean[1]*mean[3])
	s.hessian[7] += weight * (lives2 - gone*l.inverseGamma*l.inverseGamma + square[7] - mean[2]*mean[2])
	s.hessian[8] += weight * (lives2 + square[8] - mean[2]*mean[3])
	s.hessian[9] += weight * (lives2 - stays2 + square[9] - mean[3]*mean[3])
	return sum
}
