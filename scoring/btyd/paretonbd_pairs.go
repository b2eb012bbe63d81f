package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// The likelihood of a customer under the Pareto/NBD, up to a factor of x alone, is
//
//	α^−x (G(x, T) + S(x, t_x)),  S(x, t) = φ (1+t/α)^−(r+x) (1+t/β)^−s,  G the same with 1−φ,
//
// where φ(x, t) is [numeric.ParetoRace]: S is the part of those who leave after t_x
// without another purchase, of which those who leave after T are taken away and added
// as what they are. Both are functions of a pair (x, time) of which there are far
// fewer than rows: all special functions are of pairs, rows only add two of them.

// paretoPairs are the distinct pairs of the rows, and the rows as positions in them.
// Customers without repeat purchase are rows with t_x = 0.
type paretoPairs struct {
	count, time   []float64
	last, end     []int32 // of a row: its pairs (x, t_x) and (x, T)
	weight        []float64
	asLast, asEnd []bool // how a pair is used
}

func newParetoPairs(rows *Rows) *paretoPairs {
	n := len(rows.kind)
	p := &paretoPairs{
		last: make([]int32, 0, n+len(rows.ages)), end: make([]int32, 0, n+len(rows.ages)),
		weight: append(make([]float64, 0, n+len(rows.ages)), rows.weight...),
	}
	pairs := newIndex(min(2*n, 1<<16))
	find := func(x, time float64) int32 {
		at := pairs.find(hash(time, x), func(at int32) bool { return p.time[at] == time && p.count[at] == x })
		if int(at) == len(p.time) {
			p.count, p.time = append(p.count, x), append(p.time, time)
			p.asLast, p.asEnd = append(p.asLast, false), append(p.asEnd, false)
		}
		return at
	}
	add := func(x, recency, age float64) {
		last, end := find(x, recency), find(x, age)
		p.asLast[last], p.asEnd[end] = true, true
		p.last, p.end = append(p.last, last), append(p.end, end)
	}
	for i, kind := range rows.kind {
		add(rows.count[kind], rows.recency[i], rows.age[i])
	}
	for i, idle := range rows.ageIdle {
		if idle > 0 {
			add(0, 0, rows.ages[i])
			p.weight = append(p.weight, idle)
		}
	}
	return p
}

// paretoTerm is ln S or ln G of a pair with its gradient in ln r, ln α, ln s, ln β.
type paretoTerm struct {
	value    float64
	gradient [4]float64
}

// paretoPoint is where the likelihood is evaluated.
type paretoPoint struct {
	r, alpha, s, beta float64
}

// paretoPlace is what a pair's time is to a point.
type paretoPlace struct {
	shape               float64 // r+x
	lnRate, lnLife      float64 // ln(1+t/α), ln(1+t/β)
	early, late         float64 // α/(α+t), t/(α+t)
	earlyLife, lateLife float64
	ratio               float64 // ln((β+t)/(α+t))
}

func (p paretoPoint) place(x, t float64) paretoPlace {
	rate, life := p.alpha+t, p.beta+t
	l := paretoPlace{
		shape: p.r + x, lnRate: math.Log1p(t / p.alpha), lnLife: math.Log1p(t / p.beta),
		early: p.alpha / rate, late: t / rate, earlyLife: p.beta / life, lateLife: t / life,
	}
	if gap := (p.beta - p.alpha) / rate; math.Abs(gap) < 0.5 {
		l.ratio = math.Log1p(gap)
	} else {
		l.ratio = math.Log(life / rate)
	}
	return l
}

// term turns the logarithm of φ or of 1−φ into that of S or G.
func (l paretoPlace) term(p paretoPoint, f numeric.Race) paretoTerm {
	return paretoTerm{
		value: f.Log - l.shape*l.lnRate - p.s*l.lnLife,
		gradient: [4]float64{
			p.r * (f.B - l.lnRate),
			l.shape*l.late - l.early*f.K,
			p.s * (f.S - l.lnLife),
			l.earlyLife*f.K + p.s*l.lateLife,
		},
	}
}

// addHessian adds w times the second derivatives of ln S or ln G to the upper triangle.
func (l paretoPlace) addHessian(p paretoPoint, f numeric.Race, w float64, h *[16]float64) {
	h[0] += w * (p.r*p.r*f.BB + p.r*(f.B-l.lnRate))
	h[1] += w * p.r * (l.late - l.early*f.BK)
	h[2] += w * p.r * p.s * f.BS
	h[3] += w * p.r * l.earlyLife * f.BK
	h[5] += w * l.early * (l.early*f.KK - l.late*(f.K+l.shape))
	h[6] -= w * p.s * l.early * f.SK
	h[7] -= w * l.early * l.earlyLife * f.KK
	h[10] += w * (p.s*p.s*f.SS + p.s*(f.S-l.lnLife))
	h[11] += w * p.s * (l.earlyLife*f.SK + l.lateLife)
	h[15] += w * l.earlyLife * (l.earlyLife*f.KK + l.lateLife*(f.K-p.s))
}

// certainRace is how close to 1 φ may come before 1−φ is only rounding and taken as 0.
const certainRace = 1e-14

// opposite turns ln φ into ln(1−φ).
func opposite(f numeric.Race) numeric.Race {
	if f.Log > -certainRace {
		return numeric.Race{Log: -690}
	}
	rest := -math.Expm1(f.Log)
	e := math.Exp(f.Log) / rest // the odds
	c := e * (1 + e)
	return numeric.Race{
		Log: math.Log(rest),
		B:   -e * f.B, S: -e * f.S, K: -e * f.K,
		BB: -e*f.BB - c*f.B*f.B, BS: -e*f.BS - c*f.B*f.S, BK: -e*f.BK - c*f.B*f.K,
		SS: -e*f.SS - c*f.S*f.S, SK: -e*f.SK - c*f.S*f.K, KK: -e*f.KK - c*f.K*f.K,
	}
}
