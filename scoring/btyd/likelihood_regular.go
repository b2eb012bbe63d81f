package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// With k > 1 events a purchase a row of the likelihood has, beside softplus(D), the
// factor Q that says how many of its k−1 hidden events may have come since the last
// purchase, in w = T − t_x:
//
//	ln Q + softplus(D), Q = Σⱼ₍ⱼ₍ₖ₎₎ (m)ⱼ uʲ/j!, u = w/(α+T), m = r + kx,
//	D = ln a − ln(b+y−1) + m ln((α+T)/(α+t_x)) − ln Q.
//
// All terms of Q are positive; its derivatives in m and in ln u are further sums
// over the same powers.

// phaseTable holds the coefficients of uʲ in Q and in its derivatives by m.
type phaseTable struct {
	m          float64
	q, qm, qmm [largestRegularity]float64
}

func newPhaseTable(k int, m float64) phaseTable {
	t := phaseTable{m: m}
	c, h1, h2 := 1.0, 0.0, 0.0 // (m)ⱼ/j!, Σ 1/(m+i), Σ 1/(m+i)²
	for j := range k {
		t.q[j], t.qm[j], t.qmm[j] = c, c*h1, c*(h1*h1-h2)
		i := 1 / (m + float64(j))
		c *= (m + float64(j)) / float64(j+1)
		h1 += i
		h2 += i * i
	}
	return t
}

// regularSums are sums over rows: of the value and of its derivatives, the second
// ones in the order rr, rα, ra, rb, αα, αa, αb, aa, ab, bb.
type regularSums struct {
	value  float64
	first  [4]float64
	second [10]float64
}

func (s *regularSums) add(o regularSums) {
	s.value += o.value
	for i, v := range o.first {
		s.first[i] += v
	}
	for i, v := range o.second {
		s.second[i] += v
	}
}

// derivatives adds the sums to the gradient and the upper triangle.
func (s *regularSums) derivatives(g *[4]float64, h *[16]float64) {
	at := 0
	for i := range 4 {
		g[i] += s.first[i]
		for j := i; j < 4; j++ {
			h[i*4+j] += s.second[at]
			at++
		}
	}
}

// regularRow is what a row's Q gives: derivatives of ln Q in ln r and ln α.
type regularRow struct {
	r, alpha, rr, ra, aa float64
}

func (l *likelihood) regularChunk(rows segment, r, alpha float64) regularSums {
	var total regularSums
	var logs, odds, exps, soft, sums [blockRows]float64
	var ofQ [blockRows]regularRow
	for from := 0; from < len(rows.kind); from += blockRows {
		n := min(blockRows, len(rows.kind)-from)
		kinds, weight := rows.kind[from:][:n], rows.weight[from:][:n]
		recency, age := rows.recency[from:][:n], rows.age[from:][:n]
		ln, ex := logs[:n], exps[:n]
		for i, t := range age {
			tx := recency[i]
			iu := 1 / (alpha + t)
			ln[i] = (t - tx) / (alpha + tx)
			sums[i], ofQ[i] = l.phases[kinds[i]].at(l.k, (t-tx)*iu, alpha*iu, r)
		}
		numeric.Log1pBlock(ln, ln)
		numeric.LogBlock(sums[:n], sums[:n])
		for i, kind := range kinds {
			odds[i] = l.base[kind] + l.phases[kind].m*ln[i] - sums[i]
			ex[i] = -math.Abs(odds[i])
		}
		numeric.ExpBlock(ex, ex)
		numeric.Log1pBlock(soft[:n], ex)
		for i, kind := range kinds {
			w, q := weight[i], &ofQ[i]
			m, beta := l.phases[kind].m, l.beta[kind]
			v, vx := alpha/(alpha+age[i]), alpha/(alpha+recency[i])
			e := alpha * (age[i] - recency[i]) / ((alpha + age[i]) * (alpha + recency[i]))
			total.value += w * (sums[i] + max(odds[i], 0) + soft[i])
			left := 1 / (1 + ex[i])
			if odds[i] < 0 {
				left *= ex[i]
			}
			s, t := w*left, w*left*(1-left)
			if odds[i] > 0 {
				t = w * left * ex[i] / (1 + ex[i])
			}
			// The derivatives of D are (dr, da, 1, −β).
			dr, da := r*ln[i]-q.r, -m*e-q.alpha
			total.first[0] += w*q.r + s*dr
			total.first[1] += w*q.alpha + s*da
			total.first[2] += s
			total.first[3] -= s * beta
			h := &total.second
			h[0] += w*q.rr + s*(r*ln[i]-q.rr) + t*dr*dr
			h[1] += w*q.ra - s*(r*e+q.ra) + t*dr*da
			h[2] += t * dr
			h[3] -= t * dr * beta
			h[4] += w*q.aa - s*(m*e*(1-v-vx)+q.aa) + t*da*da
			h[5] += t * da
			h[6] -= t * da * beta
			h[7] += t
			h[8] -= t * beta
			h[9] += beta * (t*beta - s*(1-beta))
		}
	}
	return total
}

// at returns Q at u, and the derivatives of its logarithm where d ln u/d ln α = −v.
func (p *phaseTable) at(k int, u, v, r float64) (float64, regularRow) {
	q, q1, q2 := 1.0, 0.0, 0.0 // Σ, Σ j, Σ j² of the terms
	m, m1, mm := 0.0, 0.0, 0.0 // of their derivatives by m
	power := 1.0
	for j := 1; j < k; j++ {
		power *= u
		f := float64(j)
		a, b := p.q[j]*power, p.qm[j]*power
		q += a
		q1 += f * a
		q2 += f * f * a
		m += b
		m1 += f * b
		mm += p.qmm[j] * power
	}
	inverse := 1 / q
	q1, q2, m, m1, mm = q1*inverse, q2*inverse, m*inverse, m1*inverse, mm*inverse
	return q, regularRow{
		r: r * m, alpha: -v * q1,
		rr: r*m + r*r*(mm-m*m), ra: -r * v * (m1 - m*q1), aa: v*v*(q2-q1*q1) - v*(1-v)*q1,
	}
}
