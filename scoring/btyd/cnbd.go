package btyd

import (
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// BGCNBD returns the family of the BG/CNBD-k model: the BG/NBD for customers who buy
// more regularly than at random. BGCNBD(1) is [BGNBD]; k up to 12 are supported, and
// for others the result is no family.
func BGCNBD(k int) Family { return regularFamily(k, BGNBD, bgcnbd) }

// MBGCNBD returns the family of the MBG/CNBD-k model, as [BGCNBD] does for customers
// who may leave right after their first purchase. MBGCNBD(1) is [MBGNBD].
func MBGCNBD(k int) Family { return regularFamily(k, MBGNBD, mbgcnbd) }

func regularFamily(k int, random, regular Family) Family {
	switch {
	case k == 1:
		return random
	case k > 1 && k <= largestRegularity:
		return regular + Family(k)
	}
	return 0
}

// Regularity returns k: the times between the purchases of a customer are Erlang-k,
// with a coefficient of variation of 1/√k. It is 1 for families of random purchases, 0
// for no family.
func (f Family) Regularity() int {
	switch k := int(f & 0xff); {
	case !f.IsValid():
		return 0
	case k > 0:
		return k
	}
	return 1
}

// NewBGCNBD returns the BG/CNBD-k with known parameters: as for [NewBGNBD], but r and
// alpha are of the rate λ of the hidden events of which every k-th is a purchase, so
// that the mean time between purchases is k/λ. See [New].
func NewBGCNBD(unit rapport.Unit, k int, r, alpha, a, b float64) (*Model, error) {
	return newRegular(BGCNBD, unit, k, r, alpha, a, b)
}

// NewMBGCNBD returns the MBG/CNBD-k with known parameters; see [NewBGCNBD] for their
// meaning.
func NewMBGCNBD(unit rapport.Unit, k int, r, alpha, a, b float64) (*Model, error) {
	return newRegular(MBGCNBD, unit, k, r, alpha, a, b)
}

func newRegular(family func(k int) Family, unit rapport.Unit, k int, params ...float64) (*Model, error) {
	if k < 1 || k > largestRegularity {
		return nil, &InputError{Name: "k", Value: float64(k), Reason: "want 1 to 12"}
	}
	return New(family(k), unit, params...)
}

// law returns the mathematics of the BG/NBD or a relative.
func (t timing) law(r, alpha, a, b float64) law {
	l := bgnbdLaw{r: r, alpha: alpha, a: a, b: b, first: t.first}
	if t.k == 1 {
		return l
	}
	return regularLaw{random: l, k: t.k}
}

// regularLaw is a relative of the BG/NBD with k > 1 events a purchase; random is the
// one with k = 1.
type regularLaw struct {
	random bgnbdLaw
	k      int
}

// renewal is what the customer does if alive. A new customer has no event behind it.
func (l regularLaw) renewal(s scoring.Summary) renewal {
	p := l.random.process(s)
	p.shape = l.random.r + float64(l.k*s.X)
	return renewal{process: p, k: l.k, u: (s.T - s.TX) / p.rate}
}

// deadOdds is ln(a/(b+y−1)) + m ln((α+T)/(α+t_x)) − ln Q with m = r + kx: a customer
// who is alive has had any number of events below k since its last purchase.
func (l regularLaw) deadOdds(s scoring.Summary) float64 {
	p := l.renewal(s)
	return leftOdds(l.random.a, l.random.b, l.random.choices(s)) +
		p.shape*math.Log1p((s.T-s.TX)/(l.random.alpha+s.TX)) - math.Log(p.phases(nil))
}

func (l regularLaw) logLikelihood(s scoring.Summary) float64 {
	x, p := float64(s.X), l.renewal(s)
	events := x * float64(l.k)
	lg, _ := math.Lgamma(float64(l.k))
	ll := numeric.LogRising(l.random.r, events) - l.random.r*math.Log1p(s.T/l.random.alpha) - events*math.Log(p.rate)
	ll += float64(l.k-1)*s.SumLogInterval - x*lg
	ll += stayed(l.random.a, l.random.b, l.random.choices(s))
	return ll + math.Log(p.phases(nil)) + softplus(l.deadOdds(s))
}

func (l regularLaw) alive(s scoring.Summary) future {
	p := l.renewal(s)
	return &p
}

// idleOrigin: with x = 0 the time since the last purchase is the age.
func (l regularLaw) idleOrigin() float64 { return l.random.alpha }

func (l regularLaw) aliveIn(memory future, s scoring.Summary) future {
	p, ok := memory.(*renewal)
	if !ok {
		return l.alive(s)
	}
	*p = l.renewal(s)
	return p
}

// posterior: purchases come at λ/k.
func (l regularLaw) posterior(s scoring.Summary) (purchase, dropout float64) {
	odds, p := l.deadOdds(s), l.renewal(s)
	alive, dead := logistic(-odds), logistic(odds)
	var weights [largestRegularity]float64
	total, events := p.phases(&weights), 0.0
	for j, w := range weights {
		events += float64(j) * w / total
	}
	purchase = (alive*(p.shape+events)/p.rate + dead*p.shape/(l.random.alpha+s.TX)) / float64(l.k)
	return purchase, (alive*l.random.a + dead*(l.random.a+1)) / (l.random.a + l.random.b + l.random.choices(s))
}
