package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// valued is a recipe whose log-likelihood comes cheaper without derivatives.
type valued interface {
	// value is the objective's value at x. It is for one goroutine.
	value(ctx context.Context, rows *Rows) func(x []float64) (float64, error)
}

func (paretoRecipe) value(ctx context.Context, rows *Rows) func(x []float64) (float64, error) {
	v := &paretoValue{ctx: ctx, rows: rows, pairs: newParetoPairs(rows)}
	v.times = make([]paretoTime, len(v.pairs.times))
	v.last, v.end = make([]float64, len(v.pairs.time)), make([]float64, len(v.pairs.time))
	return v.at
}

// paretoValue is the log-likelihood of [paretoLikelihood] alone.
type paretoValue struct {
	ctx       context.Context
	rows      *Rows
	pairs     *paretoPairs
	times     []paretoTime
	last, end []float64 // of a pair: ln S and ln G
}

func (v *paretoValue) at(x []float64) (float64, error) {
	p := paretoPoint{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])}
	for i, t := range v.pairs.times {
		v.times[i] = p.at(t)
	}
	for k, at := range v.pairs.time {
		if k%blockRows == 0 && v.ctx.Err() != nil {
			return 0, v.ctx.Err()
		}
		t := &v.times[at]
		shape := p.r + v.pairs.count[k]
		first := t.track.Value(shape, p.s)
		common := -shape*t.lnRate - p.s*t.lnLife
		v.last[k] = common + math.Log(first)
		if v.pairs.asEnd[k] {
			v.end[k] = common + math.Log(max(1e-300, 1-first))
		}
	}
	total := 0.0
	var low, high [blockRows]float64
	for from := 0; from < len(v.pairs.weight); from += blockRows {
		n := min(blockRows, len(v.pairs.weight)-from)
		for k, at := range v.pairs.last[from:][:n] {
			s, g := v.last[at], v.end[v.pairs.end[from+k]]
			high[k], low[k] = max(s, g), -math.Abs(s-g)
		}
		numeric.ExpBlock(low[:n], low[:n])
		numeric.Log1pBlock(low[:n], low[:n])
		for k, w := range v.pairs.weight[from:][:n] {
			total += w * (high[k] + low[k])
		}
	}
	for k, count := range v.rows.count {
		total += v.rows.copies[k] * numeric.LogRising(p.r, count)
	}
	return total - v.rows.sumX*math.Log(p.alpha), nil
}
