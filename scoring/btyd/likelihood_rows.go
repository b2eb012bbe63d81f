package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// rowSums are the sums over rows with y > 0. σ is the logistic function of D and
// τ = σ(1−σ); l is dD/dr, e = −dl/dln α, q = r+x, β = b/(b+y−1).
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

func (l *likelihood) rowChunk(rows segment, r, alpha float64) rowSums {
	var total rowSums
	var logs, gap, curve, odds, exps, soft, flow [blockRows]float64
	for from := 0; from < len(rows.kind); from += blockRows {
		n := min(blockRows, len(rows.kind)-from)
		kinds := rows.kind[from:][:n]
		recency, age := rows.recency[from:][:n], rows.age[from:][:n]
		weight := rows.weight[from:][:n]
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
