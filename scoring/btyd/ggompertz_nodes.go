package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

const (
	// nodeWidth and nodeFall bound a panel of 16 nodes: its width in y and the
	// logarithm by which the integrand falls on it. For a share of either fewer nodes
	// do: the relative error of the integral stays below 1e-13 in all.
	nodeWidth, nodeFall = 1.6, 14.0
	twelveNodes         = 0.6
	eightNodes          = 0.3
	// nodeEnd is the fall beyond which the rest is left out.
	nodeEnd = 40.0
	// mostPanels bounds the work where the integrand falls off a cliff.
	mostPanels = 64
)

// deathNodes integrates over the time of death of one customer after another with
// Gauss–Legendre panels in the variable of [path], in loops over a panel's nodes:
// for the predictions of one customer, for all of them and for the fit.
type deathNodes struct {
	eight, twelve, sixteen numeric.Legendre
	rough                  bool // 8 nodes always: to six digits or so
	rule                   *numeric.Legendre
	panels                 int
	height                 float64 // of a panel in y

	// By node of a panel: time and clock since t_x, ln((α+τ)/(α+t_x)), the β of the
	// remaining life, 1 − e^−w, the share of the integral.
	t, w, gap, beta, risen, share [16]float64
	lost                          [16]float64
}

func newDeathNodes() deathNodes {
	return deathNodes{eight: numeric.NewLegendre(8), twelve: numeric.NewLegendre(12), sixteen: numeric.NewLegendre(16)}
}

// start sets the panels for a customer; there are none if it was not silent.
func (d *deathNodes) start(h *history) {
	d.panels, d.rule = 0, &d.sixteen
	if h.silence == 0 {
		return
	}
	top, fall := h.path.end(h.silence), h.fall
	for low, step := 0.0, 0; step < 60 && fall > nodeEnd+nodeFall; step++ {
		mid := low + (top-low)/2
		if f := h.drop(h.path.at(mid)); f < nodeEnd {
			low = mid
		} else {
			top, fall = mid, f
		}
	}
	need := min(max(top/nodeWidth, fall/nodeFall), mostPanels)
	if math.IsNaN(need) {
		return // out of the range of float64
	}
	switch {
	case need < eightNodes || d.rough:
		d.rule = &d.eight
	case need < twelveNodes:
		d.rule = &d.twelve
	}
	d.panels = int(math.Ceil(need))
	d.height = top / float64(d.panels)
}

// panel computes the nodes of panel i.
func (d *deathNodes) panel(i int, h *history) int {
	n := d.rule.N
	t, w, gap, beta, risen, share, lost := d.t[:n], d.w[:n], d.gap[:n], d.beta[:n], d.risen[:n], d.share[:n], d.lost[:n]
	low := float64(i) * d.height
	for k, x := range d.rule.Node[:n] {
		t[k] = low + d.height*x
	}
	numeric.Expm1Block(t, t)
	p, m := h.path, h.path.m
	scale := p.s * d.height
	if p.beta < 1 {
		more := 1/p.beta - 1
		for k, e := range t {
			t[k] = m * e
			lost[k] = -p.b * t[k]
		}
		numeric.Expm1Block(lost, lost)
		for k, v := range lost {
			w[k] = -v * more
			beta[k] = p.beta - (1-p.beta)*v
			risen[k] = -v / beta[k]
		}
		numeric.Log1pBlock(w, w)
		for k := range w {
			w[k] += p.b * t[k]
			share[k] = scale * d.rule.Weight[k] * p.b * (t[k] + m) / beta[k]
		}
	} else {
		less, inverse := p.beta-1, 1/p.b
		for k, e := range t {
			w[k] = m * e
			lost[k] = -w[k]
		}
		numeric.Expm1Block(lost, lost)
		for k, v := range lost {
			t[k] = -v * less
			beta[k] = p.beta / (1 - less*v)
			risen[k] = -v
		}
		numeric.Log1pBlock(t, t)
		for k := range t {
			t[k] = (t[k] + w[k]) * inverse
			share[k] = scale * d.rule.Weight[k] * (w[k] + m)
		}
	}
	inverse := 1 / h.pole
	for k := range gap {
		gap[k] = t[k] * inverse
	}
	numeric.Log1pBlock(gap, gap)
	for k := range gap {
		lost[k] = -p.s*w[k] - h.shape*gap[k] - h.extra*t[k]
	}
	numeric.ExpBlock(lost, lost)
	for k, e := range lost {
		share[k] *= e
	}
	return n
}

// sum returns the integral of f at (t, β of the remaining life); nil stands for 1.
func (d *deathNodes) sum(h *history, f func(t, beta float64) float64) float64 {
	d.start(h)
	total := 0.0
	for i := range d.panels {
		n := d.panel(i, h)
		for k, v := range d.share[:n] {
			if f != nil {
				v *= f(d.t[k], d.beta[k])
			}
			total += v
		}
	}
	return total
}
