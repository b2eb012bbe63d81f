package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// paretoLikelihood is the objective of the fit of the Pareto/NBD.
type paretoLikelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int

	pairs      *paretoPairs // of the rows, made by the first evaluation
	times      []paretoTime
	races      paretoRaces
	race       []numeric.Race
	last, end  []paretoTerm
	endShare   []float64 // of a row: its weight times the share of G(x, T)
	lastWeight []float64 // of a pair: what the shares of its rows add up to
	endWeight  []float64
	sums       []paretoSums // one a chunk of rows or pairs
}

// paretoSums are the sums of a chunk.
type paretoSums struct {
	value    float64
	gradient [4]float64
	hessian  [16]float64
}

func (s *paretoSums) add(o *paretoSums) {
	s.value += o.value
	for i, v := range o.gradient {
		s.gradient[i] += v
	}
	for i, v := range o.hessian {
		s.hessian[i] += v
	}
}

func newParetoLikelihood(ctx context.Context, rows *Rows, workers int) *paretoLikelihood {
	return &paretoLikelihood{ctx: ctx, rows: rows, workers: workers}
}

func (l *paretoLikelihood) prepare() {
	l.pairs = newParetoPairs(l.rows)
	pairs, rows := len(l.pairs.time), len(l.pairs.weight)
	l.times = make([]paretoTime, len(l.pairs.times))
	l.race = make([]numeric.Race, pairs)
	l.last, l.end = make([]paretoTerm, pairs), make([]paretoTerm, pairs)
	l.lastWeight, l.endWeight = make([]float64, pairs), make([]float64, pairs)
	l.endShare = make([]float64, rows)
	l.sums = make([]paretoSums, max(chunks(rows), chunks(pairs)))
}

// Evaluate is a [numeric.Objective] in the logarithms of r, α, s and β.
func (l *paretoLikelihood) Evaluate(x, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if l.pairs == nil {
		l.prepare()
	}
	at := &paretoPoint{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])}
	pairParts, rowParts := chunks(len(l.race)), chunks(len(l.endShare))
	each(l.workers, chunks(len(l.times)), func(i int) {
		for k := i * chunkRows; k < min((i+1)*chunkRows, len(l.times)); k++ {
			l.times[k] = at.at(l.pairs.times[k])
		}
	})
	l.races.prepare(l.workers, l.pairs, at, l.times)
	each(l.workers, pairParts, func(i int) { l.pairChunk(i, at) })
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	each(l.workers, rowParts, func(i int) { l.rowChunk(i) })
	var total paretoSums
	for i := range rowParts {
		total.add(&l.sums[i])
	}
	l.share()
	each(l.workers, pairParts, func(i int) { l.curveChunk(i, at) })
	for i := range pairParts {
		total.add(&l.sums[i])
	}
	value, slope, curve := at.rising(l.rows)
	total.value += value
	total.gradient[0] += slope
	total.hessian[0] += curve
	total.value -= l.rows.sumX * math.Log(at.alpha)
	total.gradient[1] -= l.rows.sumX
	copy(gradient, total.gradient[:])
	for i := range 4 {
		for j := range 4 {
			hessian[i*4+j] = total.hessian[min(i, j)*4+max(i, j)]
		}
	}
	if math.IsNaN(total.value) {
		return math.Inf(-1), nil // far outside: a step that is refused
	}
	return total.value, nil
}

// pairChunk computes the terms of pairs.
func (l *paretoLikelihood) pairChunk(i int, at *paretoPoint) {
	end := min((i+1)*chunkRows, len(l.race))
	for k := i * chunkRows; k < end; k++ {
		if k%blockRows == 0 && l.ctx.Err() != nil {
			return
		}
		x, time := l.pairs.count[k], &l.times[l.pairs.time[k]]
		race := &l.race[k]
		*race = l.races.race(l.pairs, k, at, time)
		if l.pairs.asLast[k] {
			time.term(at, x, race, &l.last[k])
		}
		if l.pairs.asEnd[k] {
			rest := opposite(race)
			rest.Log = math.Log(max(rest.Value, 1e-300))
			time.term(at, x, &rest, &l.end[k])
		}
	}
}

// rowChunk adds up the rows' logarithms of G + S and the part of their Hessian that
// is a product of first derivatives; it leaves the shares of G.
func (l *paretoLikelihood) rowChunk(i int) {
	total := paretoSums{}
	var odds, exps, soft [blockRows]float64
	stop := min((i+1)*chunkRows, len(l.endShare))
	for from := i * chunkRows; from < stop; from += blockRows {
		n := min(blockRows, stop-from)
		last, end := l.pairs.last[from:][:n], l.pairs.end[from:][:n]
		weight, share := l.pairs.weight[from:][:n], l.endShare[from:][:n]
		ex := exps[:n]
		value := 0.0
		for k, at := range last {
			s, g := l.last[at].value, l.end[end[k]].value
			odds[k] = g - s
			ex[k] = -math.Abs(odds[k])
			value += weight[k] * max(s, g)
		}
		numeric.ExpBlock(ex, ex)
		numeric.Log1pBlock(soft[:n], ex)
		var h0, h1, h2, h3, h5, h6, h7, h10, h11, h15 float64
		for k, at := range last {
			e, w := ex[k], weight[k]
			value += w * soft[k]
			p := w / (1 + e)
			// The share of G is 1/(1+e) where it is the larger, e/(1+e) elsewhere,
			// without a branch.
			mask := uint64(int64(math.Float64bits(odds[k])) >> 63)
			const one = 0x3ff0000000000000
			share[k] = p * math.Float64frombits(math.Float64bits(e)&mask|one&^mask)
			flow := p * (e / (1 + e))
			s, g := &l.last[at].gradient, &l.end[end[k]].gradient
			d0, d1, d2, d3 := g[0]-s[0], g[1]-s[1], g[2]-s[2], g[3]-s[3]
			f0, f1, f2 := flow*d0, flow*d1, flow*d2
			h0 += f0 * d0
			h1 += f0 * d1
			h2 += f0 * d2
			h3 += f0 * d3
			h5 += f1 * d1
			h6 += f1 * d2
			h7 += f1 * d3
			h10 += f2 * d2
			h11 += f2 * d3
			h15 += flow * d3 * d3
		}
		total.add(&paretoSums{value: value, hessian: [16]float64{h0, h1, h2, h3, 0, h5, h6, h7, 0, 0, h10, h11, 0, 0, 0, h15}})
	}
	l.sums[i] = total
}

// share adds the shares of rows up by pair: in one go, so that the order is fixed.
func (l *paretoLikelihood) share() {
	clear(l.lastWeight)
	clear(l.endWeight)
	for i, share := range l.endShare {
		l.endWeight[l.pairs.end[i]] += share
		l.lastWeight[l.pairs.last[i]] += l.pairs.weight[i] - share
	}
}

// curveChunk adds up the derivatives of pairs.
func (l *paretoLikelihood) curveChunk(i int, at *paretoPoint) {
	total := paretoSums{}
	stop := min((i+1)*chunkRows, len(l.race))
	for k := i * chunkRows; k < stop; k++ {
		x, time := l.pairs.count[k], &l.times[l.pairs.time[k]]
		if w := l.lastWeight[k]; w > 0 {
			time.addHessian(at, x, &l.race[k], w, &total.hessian)
			for j, g := range l.last[k].gradient {
				total.gradient[j] += w * g
			}
		}
		if w := l.endWeight[k]; w > 0 {
			rest := opposite(&l.race[k])
			time.addHessian(at, x, &rest, w, &total.hessian)
			for j, g := range l.end[k].gradient {
				total.gradient[j] += w * g
			}
		}
	}
	l.sums[i] = total
}
