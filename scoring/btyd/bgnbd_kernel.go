package btyd

import (
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// bgnbdKernel computes P(alive) in blocks.
type bgnbdKernel struct {
	law  bgnbdLaw
	odds []float64 // by x: ln(a/(b+y−1))
}

func (l bgnbdLaw) kernel() aliveKernel {
	k := &bgnbdKernel{law: l, odds: make([]float64, tabledX)}
	for x := range k.odds {
		// e^700 to 1 are no odds: P(alive) is exactly 1, and no infinity slows the loop.
		k.odds[x] = max(-700, leftOdds(l.a, l.b, float64(x)+l.first))
	}
	return k
}

func (b *bgnbdKernel) alive(dst []float64, summaries *scoring.Summaries, from int) {
	var powers, odds [blockRows]float64
	alpha, r, table := b.law.alpha, b.law.r, b.odds
	for k := range dst {
		x, recency, age := summaries.History(from + k)
		// One division less than ln(1 + (T−t_x)/(α+t_x)); rounding costs (r+x)·1e-16.
		dst[k] = (alpha + age) / (alpha + recency)
		powers[k] = r + float64(x)
		if x < len(table) {
			odds[k] = table[x]
		} else {
			odds[k] = leftOdds(b.law.a, b.law.b, float64(x)+b.law.first)
		}
	}
	numeric.LogBlock(dst, dst)
	for k, l := range dst {
		dst[k] = -(odds[k] + powers[k]*l)
	}
	numeric.ExpBlock(dst, dst)
	for k, e := range dst {
		dst[k] = e / (1 + e)
	}
}
