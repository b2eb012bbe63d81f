package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The log-likelihood of the BG/NBD over all customers splits into three sums:
//
//	over distinct x:  ln (r)ₓ + ln (b)ₓ − ln (a+b)ₓ
//	over distinct T:  −(r + x) ln(1+T/α) − x ln α
//	over rows, x > 0: softplus(D), D = ln a − ln(b+x−1) + (r+x) ln((α+T)/(α+t_x))
//
// so that no gamma function is needed per row, and rows with x = 0 leave the hot
// loop. Derivatives are with respect to the logarithms of r, α, a, b.

// likelihood is the objective of the fit.
type likelihood struct {
	ctx     context.Context
	rows    *Rows
	workers int
	dropout bool // false: the NBD, of r and α only

	sums       []rowSums // one a chunk of rows
	times      []saturation
	base, beta []float64 // by kind: ln a − ln(b+x−1), b/(b+x−1)
	full       [4]float64
	gradient   [4]float64
	hessian    [16]float64
}

func newLikelihood(ctx context.Context, rows *Rows, workers int, dropout bool) *likelihood {
	return &likelihood{
		ctx: ctx, rows: rows, workers: workers, dropout: dropout,
		sums:  make([]rowSums, chunks(len(rows.kind))),
		times: make([]saturation, chunks(len(rows.ages))),
		base:  make([]float64, len(rows.count)),
		beta:  make([]float64, len(rows.count)),
	}
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

	for k, x := range l.rows.count {
		if x == 0 {
			continue
		}
		n := l.rows.copies[k]
		vr, dr, drr := numeric.Rising3(r, x)
		value += n * vr
		g[0] += n * r * dr
		h[0] += n * (r*dr + r*r*drr)
		if !l.dropout {
			continue
		}
		l.base[k] = math.Log(a / (b + (x - 1)))
		l.beta[k] = b / (b + (x - 1))
		vb, db, dbb := numeric.Rising3(b, x)
		vc, dc, dcc := numeric.Rising3(a+b, x)
		value += n * (vb - vc)
		g[2] -= n * a * dc
		g[3] += n * b * (db - dc)
		h[10] -= n * (a*dc + a*a*dcc)
		h[11] -= n * a * b * dcc
		h[15] += n * (b*(db-dc) + b*b*(dbb-dcc))
	}

	parts := len(l.times)
	if l.dropout {
		parts += len(l.sums)
	}
	each(l.workers, parts, func(i int) {
		if i < len(l.times) {
			l.times[i] = saturate(i, alpha, false, l.rows.ages, l.rows.ageWeight, l.rows.agePurchases)
		} else {
			i -= len(l.times)
			l.sums[i] = l.rowChunk(i, r, alpha)
		}
	})

	var t saturation
	for _, part := range l.times {
		t.add(part)
	}
	value -= r*t.wl + t.xl + l.rows.sumX*math.Log(alpha)
	g[0] -= r * t.wl
	g[1] += r*t.wf - t.xu
	h[0] -= r * t.wl
	h[1] += r * t.wf
	h[5] -= r*t.wfu + t.xfu

	if l.dropout {
		var s rowSums
		for _, part := range l.sums {
			s.add(part)
		}
		value += s.value
		s.derivatives(r, g, h)
	}
	for i := range 4 {
		for j := range i {
			h[i*4+j] = h[j*4+i]
		}
	}
	return value
}

// rowSums are the sums over rows with x > 0. σ is the logistic function of D and
// τ = σ(1−σ); l is dD/dr, e = −dl/dln α, q = r+x, β = b/(b+x−1).
type rowSums struct {
	value                                       float64
	s, sl, sqe, sb, sqem, se, sbb               float64 // Σ σ·(1, l, qe, β, qe(1−u−v), e, β(1−β))
	tll, tlq, tl, tlb, tqq, tq, tqb, t, tb, tbb float64 // Σ τ·(l², l qe, l, lβ, (qe)², qe, qeβ, 1, β, β²)
}

func (s *rowSums) add(o rowSums) {
	s.value += o.value
	s.s += o.s
	s.sl += o.sl
	s.sqe += o.sqe
	s.sb += o.sb
	s.sqem += o.sqem
	s.se += o.se
	s.sbb += o.sbb
	s.tll += o.tll
	s.tlq += o.tlq
	s.tl += o.tl
	s.tlb += o.tlb
	s.tqq += o.tqq
	s.tq += o.tq
	s.tqb += o.tqb
	s.t += o.t
	s.tb += o.tb
	s.tbb += o.tbb
}

// derivatives adds the sums to the upper triangle: the first derivatives of D are
// (r l, −q e, 1, −β); its second ones r l, −r e, −q e (1−u−v) and −β(1−β).
func (s *rowSums) derivatives(r float64, g *[4]float64, h *[16]float64) {
	g[0] += r * s.sl
	g[1] -= s.sqe
	g[2] += s.s
	g[3] -= s.sb
	h[0] += r*s.sl + r*r*s.tll
	h[1] += -r*s.se - r*s.tlq
	h[2] += r * s.tl
	h[3] -= r * s.tlb
	h[5] += -s.sqem + s.tqq
	h[6] -= s.tq
	h[7] += s.tqb
	h[10] += s.t
	h[11] -= s.tb
	h[15] += -s.sbb + s.tbb
}

func (l *likelihood) rowChunk(i int, r, alpha float64) rowSums {
	var total rowSums
	var logs, gap, curve, odds, exps, soft, flow [blockRows]float64
	end := min((i+1)*chunkRows, len(l.rows.kind))
	for from := i * chunkRows; from < end; from += blockRows {
		n := min(blockRows, end-from)
		kinds := l.rows.kind[from:][:n]
		recency, age := l.rows.recency[from:][:n], l.rows.age[from:][:n]
		weight := l.rows.weight[from:][:n]
		ln, ex := logs[:n], exps[:n]
		for k, t := range age {
			tx := recency[k]
			iu, iv := 1/(alpha+t), 1/(alpha+tx)
			ln[k] = (t - tx) * iv
			gap[k] = alpha * (t - tx) * iu * iv
			curve[k] = 1 - alpha*(iu+iv)
		}
		numeric.Log1pBlock(ln, ln)
		for k, kind := range kinds {
			d := l.base[kind] + (r+l.rows.count[kind])*ln[k]
			odds[k] = d
			ex[k] = -math.Abs(d)
		}
		numeric.ExpBlock(ex, ex)
		numeric.Log1pBlock(soft[:n], ex)
		var value, s0, sl, sqe, sb, sqem, se, sbb float64
		for k, kind := range kinds {
			e, d, w := ex[k], odds[k], weight[k]
			p := w / (1 + e)
			// σ = 1/(1+e) for d ≥ 0, e/(1+e) below, without a branch.
			mask := uint64(int64(math.Float64bits(d)) >> 63)
			const one = 0x3ff0000000000000
			s := p * math.Float64frombits(math.Float64bits(e)&mask|one&^mask)
			flow[k] = p * (e / (1 + e))
			value += w * (max(d, 0) + soft[k])
			qe := (r + l.rows.count[kind]) * gap[k]
			beta := l.beta[kind]
			s0 += s
			sl += s * ln[k]
			sqe += s * qe
			sb += s * beta
			sqem += s * qe * curve[k]
			se += s * gap[k]
			sbb += s * beta * (1 - beta)
		}
		part := rowSums{value: value, s: s0, sl: sl, sqe: sqe, sb: sb, sqem: sqem, se: se, sbb: sbb}
		var tll, tlq, tl, tlb, tqq, tq, tqb, t0, tb, tbb float64
		for k, kind := range kinds {
			t, lk := flow[k], ln[k]
			qe := (r + l.rows.count[kind]) * gap[k]
			beta := l.beta[kind]
			tlk, tqk, tbk := t*lk, t*qe, t*beta
			tll += tlk * lk
			tlq += tlk * qe
			tl += tlk
			tlb += tlk * beta
			tqq += tqk * qe
			tq += tqk
			tqb += tqk * beta
			t0 += t
			tb += tbk
			tbb += tbk * beta
		}
		part.tll, part.tlq, part.tl, part.tlb, part.tqq = tll, tlq, tl, tlb, tqq
		part.tq, part.tqb, part.t, part.tb, part.tbb = tq, tqb, t0, tb, tbb
		total.add(part)
	}
	return total
}
