package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The log-likelihood of the BG/NBD and its relatives over all customers splits into
// three sums. A customer decides y times whether to leave: y = x in the BG/NBD and
// x + 1 in the MBG/NBD, where the first purchase counts too. With k = 1 event a
// purchase (see renewal for more):
//
//	over distinct x:  ln (r)ₓ + ln (b)_y − ln (a+b)_y
//	over distinct T:  −(r + x) ln(1+T/α) − x ln α
//	over rows, y > 0: softplus(D), D = ln a − ln(b+y−1) + (r+x) ln((α+T)/(α+t_x))
//
// so that no gamma function is needed per row, and rows with y = 0 leave the hot
// loop. For k events a purchase r + x becomes m = r + kx, and a row has another
// factor Q; see regularChunk. Derivatives are with respect to the logarithms of r, α,
// a, b.

// likelihood is the objective of the fit.
type likelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int
	timing
	dropout bool // false: nobody leaves, and r and α are all

	hot        []segment
	sums       []rowSums     // one a chunk of hot rows, k = 1
	regular    []regularSums // likewise, k > 1
	phases     []phaseTable  // by kind, k > 1
	times      []saturation
	base, beta []float64 // by kind: ln a − ln(b+y−1), b/(b+y−1)
	full       [4]float64
	gradient   [4]float64
	hessian    [16]float64
}

// timing is what the relatives of the BG/NBD differ in.
type timing struct {
	k     int     // events a purchase: the times between purchases are Erlang-k
	first float64 // 1 if a customer may leave right after its first purchase, else 0
}

// segment is a chunk of rows.
type segment struct {
	kind                 []int32
	recency, age, weight []float64
}

func newLikelihood(ctx context.Context, rows *Rows, workers int, t timing, dropout bool) *likelihood {
	l := &likelihood{
		ctx: ctx, rows: rows, workers: workers, timing: t, dropout: dropout,
		times: make([]saturation, chunks(len(rows.ages))),
		base:  make([]float64, len(rows.count)),
		beta:  make([]float64, len(rows.count)),
	}
	if t.k > 1 || dropout {
		l.hot = segments(nil, rows.kind, rows.recency, rows.age, rows.weight)
	}
	if idle := slices.Index(rows.count, 0); idle >= 0 && (t.k > 1 || (dropout && t.first > 0)) {
		var kind []int32
		var age, weight []float64
		for i, w := range rows.ageIdle {
			if w > 0 {
				kind, age, weight = append(kind, int32(idle)), append(age, rows.ages[i]), append(weight, w)
			}
		}
		l.hot = segments(l.hot, kind, make([]float64, len(kind)), age, weight)
	}
	if t.k > 1 {
		l.regular, l.phases = make([]regularSums, len(l.hot)), make([]phaseTable, len(rows.count))
	} else {
		l.sums = make([]rowSums, len(l.hot))
	}
	return l
}

// segments appends the rows in chunks to list.
func segments(list []segment, kind []int32, recency, age, weight []float64) []segment {
	for from := 0; from < len(kind); from += chunkRows {
		to := min(from+chunkRows, len(kind))
		list = append(list, segment{kind[from:to], recency[from:to], age[from:to], weight[from:to]})
	}
	return list
}

// Evaluate is a [numeric.Objective] in the logarithms of r, α and, with dropout,
// a and b.
func (l *likelihood) Evaluate(x, gradient, hessian []float64) (float64, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	copy(l.full[:], x)
	value := l.evaluate()
	n := len(x)
	copy(gradient, l.gradient[:n])
	for i := range n {
		copy(hessian[i*n:(i+1)*n], l.hessian[i*4:i*4+n])
	}
	if math.IsNaN(value) {
		return math.Inf(-1), nil // far outside: a step that is refused
	}
	return value, nil
}

func (l *likelihood) evaluate() float64 {
	r, alpha := math.Exp(l.full[0]), math.Exp(l.full[1])
	a, b := 0.0, 1.0
	if l.dropout {
		a, b = math.Exp(l.full[2]), math.Exp(l.full[3])
	}
	l.gradient, l.hessian = [4]float64{}, [16]float64{}
	g, h := &l.gradient, &l.hessian
	value := 0.0

	k := float64(l.k)
	for i, x := range l.rows.count {
		value += l.countTerms(i, x, r, a, b)
	}

	each(l.workers, len(l.times)+len(l.hot), func(i int) {
		if i < len(l.times) {
			l.times[i] = saturate(i, alpha, false, l.rows.ages, l.rows.ageWeight, l.rows.agePurchases)
		} else if i -= len(l.times); l.k > 1 {
			l.regular[i] = l.regularChunk(l.hot[i], r, alpha)
		} else {
			l.sums[i] = l.rowChunk(l.hot[i], r, alpha)
		}
	})

	var t saturation
	for _, part := range l.times {
		t.add(part)
	}
	value -= r*t.wl + k*t.xl + k*l.rows.sumX*math.Log(alpha)
	g[0] -= r * t.wl
	g[1] += r*t.wf - k*t.xu
	h[0] -= r * t.wl
	h[1] += r * t.wf
	h[5] -= r*t.wfu + k*t.xfu

	var s rowSums
	for _, part := range l.sums {
		s.add(part)
	}
	value += s.value
	s.derivatives(r, g, h)
	if l.k > 1 {
		var s regularSums
		for _, part := range l.regular {
			s.add(part)
		}
		lg, _ := math.Lgamma(k)
		value += s.value + (k-1)*l.rows.sumLogInterval - l.rows.sumX*lg
		s.derivatives(g, h)
	}
	for i := range 4 {
		for j := range i {
			h[i*4+j] = h[j*4+i]
		}
	}
	return value
}

// countTerms adds the terms of a distinct x, the i-th, to the derivatives, returns
// their value and prepares the rows of that x.
func (l *likelihood) countTerms(i int, x, r, a, b float64) (value float64) {
	g, h := &l.gradient, &l.hessian
	n, events, y := l.rows.copies[i], float64(l.k)*x, x+l.first
	if l.k > 1 {
		l.phases[i] = newPhaseTable(l.k, r+events)
	}
	if events > 0 {
		v, d, dd := numeric.Rising3(r, events)
		value += n * v
		g[0] += n * r * d
		h[0] += n * (r*d + r*r*dd)
	}
	if !l.dropout || y == 0 {
		l.base[i] = neverLeft
		return value
	}
	l.base[i] = math.Log(a / (b + (y - 1)))
	l.beta[i] = b / (b + (y - 1))
	vb, db, dbb := numeric.Rising3(b, y)
	vc, dc, dcc := numeric.Rising3(a+b, y)
	g[2] -= n * a * dc
	g[3] += n * b * (db - dc)
	h[10] -= n * (a*dc + a*a*dcc)
	h[11] -= n * a * b * dcc
	h[15] += n * (b*(db-dc) + b*b*(dbb-dcc))
	return value + n*(vb-vc)
}

// neverLeft stands for the logarithm of no odds: e^−10000 is 0, and no infinity
// enters the loops.
const neverLeft = -10000
