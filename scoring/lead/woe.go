package lead

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// evidence compares how two totals fall into classes: p of one class against q of it.
type evidence struct {
	woe      float64 // ln of the ratio of the shares
	part     float64 // of the divergence, never negative
	p, q     float64 // the shares, a zero adjusted
	adjusted bool
}

// weigh compares the counts of one class, zero standing for one that is 0. A class
// empty on both sides says nothing.
func weigh(p, q int, totalP, totalQ, zero float64) evidence {
	if p == 0 && q == 0 {
		return evidence{}
	}
	inP, inQ := float64(p), float64(q)
	if p == 0 {
		inP = zero
	}
	if q == 0 {
		inQ = zero
	}
	e := evidence{p: inP / totalP, q: inQ / totalQ, adjusted: p == 0 || q == 0}
	// The ratio of the shares with one rounding only, so that classes of equal evidence,
	// 1 of 3 and 2 of 6, have equal weights and rows in them are ties.
	e.woe = math.Log(inP * totalQ / (inQ * totalP))
	e.part = (e.p - e.q) * e.woe
	return e
}

// divergence is the sum Σ (p−q)·ln(p/q) over classes with its interval: the information
// value where p is of events and q of other outcomes, the stability index where they
// are of a later and an earlier base. (H. Jeffreys, An invariant form for the prior
// probability in estimation problems, Proceedings of the Royal Society A 186, 1946.)
//
// The standard error is that of the delta method for two multinomial samples. It
// vanishes with the divergence itself, where a test by chi-square takes its place.
func divergence(classes []evidence, totalP, totalQ, level float64) rapport.Estimate {
	var sum, p1, p2, q1, q2 float64
	for _, e := range classes {
		if e.p == 0 {
			continue
		}
		sum += e.part
		slopeP, slopeQ := e.woe+1-e.q/e.p, -e.woe+1-e.p/e.q
		p1, p2 = p1+e.p*slopeP, p2+e.p*slopeP*slopeP
		q1, q2 = q1+e.q*slopeQ, q2+e.q*slopeQ*slopeQ
	}
	variance := max(0, p2-p1*p1)/totalP + max(0, q2-q1*q1)/totalQ
	// The level was checked and all is finite, so there is no error.
	e, _ := between(sum, math.Sqrt(variance), level, int(totalP+totalQ), 0, math.Inf(1))
	return e
}
