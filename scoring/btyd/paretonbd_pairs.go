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
	times         []float64 // distinct ones
	count         []float64 // of a pair, and the position of its time
	time          []int32
	asLast, asEnd []bool  // how a pair is used
	kind          []int32 // of a pair: which of the kinds its count is
	kinds         []paretoKind
	last, end     []int32 // of a row: its pairs (x, t_x) and (x, T)
	weight        []float64
}

// paretoKind are the pairs of one count.
type paretoKind struct {
	count         float64
	pairs         int
	oldest, young int32 // of their times
}

func newParetoPairs(rows *Rows) *paretoPairs {
	n := len(rows.kind)
	p := &paretoPairs{
		last: make([]int32, 0, n+len(rows.ages)), end: make([]int32, 0, n+len(rows.ages)),
		weight: append(make([]float64, 0, n+len(rows.ages)), rows.weight...),
	}
	pairs, times := newIndex(min(2*n, 1<<16)), newIndex(1024)
	find := func(x, time float64) int32 {
		h := hash(time, x)
		at := pairs.find(h, func(at int32) bool { return p.times[p.time[at]] == time && p.count[at] == x })
		if int(at) == len(p.time) {
			when := times.find(hash(time, 0), func(at int32) bool { return p.times[at] == time })
			if int(when) == len(p.times) {
				p.times = append(p.times, time)
			}
			p.count, p.time = append(p.count, x), append(p.time, when)
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
	p.sort()
	return p
}

// sort finds the kinds.
func (p *paretoPairs) sort() {
	kinds := newIndex(64)
	p.kind = make([]int32, len(p.count))
	for k, x := range p.count {
		time := p.time[k]
		at := kinds.find(hash(x, 0), func(at int32) bool { return p.kinds[at].count == x })
		if int(at) == len(p.kinds) {
			p.kinds = append(p.kinds, paretoKind{x, 0, time, time})
		}
		kind := &p.kinds[at]
		kind.pairs++
		if p.times[time] > p.times[kind.oldest] {
			kind.oldest = time
		}
		if p.times[time] < p.times[kind.young] {
			kind.young = time
		}
		p.kind[k] = at
	}
}

// paretoRaces are the races of pairs at one point: from a table of their count where
// there are many of it.
type paretoRaces struct {
	tables []numeric.RaceTable // by kind
	serves []bool
}

// raceTableUse is how many times as many pairs as the races that it takes make a table
// worth while.
const raceTableUse = 2

// prepare fills the tables.
func (r *paretoRaces) prepare(workers int, pairs *paretoPairs, at *paretoPoint, times []paretoTime) {
	if r.tables == nil {
		r.tables, r.serves = make([]numeric.RaceTable, len(pairs.kinds)), make([]bool, len(pairs.kinds))
	}
	each(workers, len(pairs.kinds), func(i int) {
		kind := &pairs.kinds[i]
		from, to := times[kind.young].track, times[kind.oldest].track
		r.serves[i] = kind.pairs >= raceTableUse*numeric.RaceTableCost(from, to) && r.tables[i].Fill(at.r+kind.count, at.s, from, to)
	})
}

// race returns that of a pair.
func (r *paretoRaces) race(pairs *paretoPairs, pair int, at *paretoPoint, time *paretoTime) numeric.Race {
	if kind := pairs.kind[pair]; r.serves[kind] {
		return r.tables[kind].At(time.track)
	}
	return time.track.Race(at.r+pairs.count[pair], at.s)
}

// rising adds up ln Γ(r+x)/Γ(r) with its derivatives in ln r.
func (p *paretoPoint) rising(rows *Rows) (value, slope, curve float64) {
	for k, count := range rows.count {
		n := rows.copies[k]
		v, d, dd := numeric.Rising3(p.r, count)
		value += n * v
		slope += n * p.r * d
		curve += n * (p.r*d + p.r*p.r*dd)
	}
	return value, slope, curve
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

// paretoTime is what a time t is to a point.
type paretoTime struct {
	lnRate, lnLife      float64 // ln(1+t/α), ln(1+t/β)
	early, late         float64 // α/(α+t), t/(α+t)
	earlyLife, lateLife float64 // β/(β+t), t/(β+t)
	track               numeric.RaceTrack
}

func (p *paretoPoint) at(t float64) paretoTime {
	rate, life := p.alpha+t, p.beta+t
	ratio := math.Log(life / rate)
	if gap := (p.beta - p.alpha) / rate; math.Abs(gap) < 0.5 {
		ratio = math.Log1p(gap)
	}
	return paretoTime{
		lnRate: math.Log1p(t / p.alpha), lnLife: math.Log1p(t / p.beta),
		early: p.alpha / rate, late: t / rate, earlyLife: p.beta / life, lateLife: t / life,
		track: numeric.NewRaceTrack(ratio),
	}
}

// term turns the logarithm of φ or of 1−φ, of a pair with the count x, into that of S
// or G.
func (t *paretoTime) term(p *paretoPoint, x float64, f *numeric.Race, out *paretoTerm) {
	shape := p.r + x
	out.value = f.Log - shape*t.lnRate - p.s*t.lnLife
	out.gradient = [4]float64{
		p.r * (f.B - t.lnRate),
		shape*t.late - t.early*f.K,
		p.s * (f.S - t.lnLife),
		t.earlyLife*f.K + p.s*t.lateLife,
	}
}

// addHessian adds w times the second derivatives of ln S or ln G to the upper triangle.
func (t *paretoTime) addHessian(p *paretoPoint, x float64, f *numeric.Race, w float64, h *[16]float64) {
	h[0] += w * (p.r*p.r*f.BB + p.r*(f.B-t.lnRate))
	h[1] += w * p.r * (t.late - t.early*f.BK)
	h[2] += w * p.r * p.s * f.BS
	h[3] += w * p.r * t.earlyLife * f.BK
	h[5] += w * t.early * (t.early*f.KK - t.late*(f.K+p.r+x))
	h[6] -= w * p.s * t.early * f.SK
	h[7] -= w * t.early * t.earlyLife * f.KK
	h[10] += w * (p.s*p.s*f.SS + p.s*(f.S-t.lnLife))
	h[11] += w * p.s * (t.earlyLife*f.SK + t.lateLife)
	h[15] += w * t.earlyLife * (t.earlyLife*f.KK + t.lateLife*(f.K-p.s))
}

// certainRace is how close to 1 φ may come before 1−φ is only rounding and taken as 0.
const certainRace = 1e-14

// opposite turns ln φ into ln(1−φ), Log apart, which is for the caller: it needs φ and
// its derivatives, and ln(1−φ) not always.
func opposite(f *numeric.Race) numeric.Race {
	rest := 1 - f.Value
	if rest < certainRace {
		return numeric.Race{}
	}
	e := f.Value / rest // the odds
	c := e * (1 + e)
	return numeric.Race{
		Value: rest,
		B:     -e * f.B, S: -e * f.S, K: -e * f.K,
		BB: -e*f.BB - c*f.B*f.B, BS: -e*f.BS - c*f.B*f.S, BK: -e*f.BK - c*f.B*f.K,
		SS: -e*f.SS - c*f.S*f.S, SK: -e*f.SK - c*f.S*f.K, KK: -e*f.KK - c*f.K*f.K,
	}
}
