package btyd

import "math"

// deathSums are sums over the times of death of p, p·f, p·f·f′ and of second
// derivatives, f being l = ln((α+τ)/(α+t_x)), a, u = 1 + k − (s+1)h, w = L(τ) − L(t_x)
// and v = 1 − z.
type deathSums struct {
	p, l, a, u, w, v           float64
	ll, la, lu, lw, lv         float64
	aa, au, aw, av, uu, uw, uv float64
	ww, wv, vv                 float64
	h, vh, bend                float64 // p·(h, vh, k − (s+1)h(1+k−h))
}

// sums integrates over the time of death; vx is v at t_x.
func (d *deathNodes) sums(h *history, recency, vx float64) deathSums {
	d.start(h)
	var total deathSums
	var a, u, v, hs [16]float64
	b, s1 := h.path.b, h.path.s+1
	for i := range d.panels {
		n := d.panel(i, h)
		share, l, w := d.share[:n], d.gap[:n], d.w[:n]
		a, u, v, hs := a[:n], u[:n], v[:n], hs[:n]
		var p0, l0, ll, la, lu, lw, lv, bend float64
		for k, p := range share {
			t := d.t[k]
			kb := b * (recency + t)
			ha := kb / d.beta[k]
			hs[k], a[k], v[k] = ha, (recency+t)/(h.pole+t), vx+(1-vx)*d.risen[k]
			u[k] = 1 + kb - s1*ha
			bend += p * (kb - s1*ha*(1+kb-ha))
		}
		for k, p := range share {
			q := p * l[k]
			p0 += p
			l0 += q
			ll += q * l[k]
			la += q * a[k]
			lu += q * u[k]
			lw += q * w[k]
			lv += q * v[k]
		}
		var a0, aa, au, aw, av, u0, uu, uw, uv float64
		for k, p := range share {
			q, o := p*a[k], p*u[k]
			a0 += q
			aa += q * a[k]
			au += q * u[k]
			aw += q * w[k]
			av += q * v[k]
			u0 += o
			uu += o * u[k]
			uw += o * w[k]
			uv += o * v[k]
		}
		var w0, ww, wv, v0, vv, h0, vh float64
		for k, p := range share {
			q, o := p*w[k], p*v[k]
			w0 += q
			ww += q * w[k]
			wv += q * v[k]
			v0 += o
			vv += o * v[k]
			h0 += p * hs[k]
			vh += o * hs[k]
		}
		total.add(deathSums{
			p: p0, l: l0, a: a0, u: u0, w: w0, v: v0, ll: ll, la: la, lu: lu, lw: lw, lv: lv,
			aa: aa, au: au, aw: aw, av: av, uu: uu, uw: uw, uv: uv, ww: ww, wv: wv, vv: vv, h: h0, vh: vh, bend: bend,
		})
	}
	return total
}

func (d *deathSums) add(o deathSums) {
	d.p += o.p
	d.l += o.l
	d.a += o.a
	d.u += o.u
	d.w += o.w
	d.v += o.v
	d.ll += o.ll
	d.la += o.la
	d.lu += o.lu
	d.lw += o.lw
	d.lv += o.lv
	d.aa += o.aa
	d.au += o.au
	d.aw += o.aw
	d.av += o.av
	d.uu += o.uu
	d.uw += o.uw
	d.uv += o.uv
	d.ww += o.ww
	d.wv += o.wv
	d.vv += o.vv
	d.h += o.h
	d.vh += o.vh
	d.bend += o.bend
}

// customer adds weight customers of a history to the likelihood, the constant
// Γ(r+x)/Γ(r) apart.
func (d *derivatives) customer(nodes *deathNodes, g ggompertz, at *customer, weight float64) {
	h := at.history(g)
	m := nodes.sums(&h, at.recency, at.last.gone)
	r, s, q := g.r, g.s, h.shape
	since, clock := at.last.since, at.last.clock

	// Life at T: first and second derivatives.
	living := math.Exp(-h.fall)
	a, k, v := at.age/(g.alpha+at.age), g.b*at.age, at.now.gone
	hT := k / at.now.beta
	c := [gompertzSize]float64{-r * at.now.since, q*a - at.x, -s * hT, -s * at.now.clock, s * v}
	second := [...]float64{c[0], r * a, -q * a * (1 - a), -s * hT * (1 + k - hT), -s * hT, s * (1 - v) * hT, c[3], s * v, -s * v * (1 - v)}
	// Death before T: each first derivative is offset + slope·f.
	offset := [gompertzSize]float64{-r * since, -at.x, 0, 1 - s*clock, -1}
	slope := [gompertzSize]float64{-r, q, 1, -s, s + 1}
	first := [gompertzSize]float64{m.l, m.a, m.u, m.w, m.v}
	cross := [gompertzSize * gompertzSize]float64{
		m.ll, m.la, m.lu, m.lw, m.lv,
		0, m.aa, m.au, m.aw, m.av,
		0, 0, m.uu, m.uw, m.uv,
		0, 0, 0, m.ww, m.wv,
		0, 0, 0, 0, m.vv,
	}
	of := [...]float64{
		offset[0]*m.p + slope[0]*m.l, r * m.a, -q * (m.a - m.aa), m.bend, -s * m.h, (s + 1) * (m.h - m.vh),
		(offset[3]-1)*m.p + slope[3]*m.w, s * m.v, -(s + 1) * (m.v - m.vv),
	}

	inverse := 1 / (living + m.p)
	d.value += weight * (math.Log(living+m.p) - r*since - at.x*at.last.pole - s*clock)
	var mean [gompertzSize]float64
	for i := range mean {
		mean[i] = (living*c[i] + offset[i]*m.p + slope[i]*first[i]) * inverse
		d.gradient[i] += weight * mean[i]
	}
	for i := range gompertzSize {
		for j := i; j < gompertzSize; j++ {
			both := offset[i]*(offset[j]*m.p+slope[j]*first[j]) + slope[i]*(offset[j]*first[i]+slope[j]*cross[i*gompertzSize+j])
			d.hessian[i*gompertzSize+j] += weight * ((living*c[i]*c[j]+both)*inverse - mean[i]*mean[j])
		}
	}
	for i, at := range [...]int{0, 1, 6, 12, 13, 14, 18, 19, 24} {
		d.hessian[at] += weight * (living*second[i] + of[i]) * inverse
	}
}
