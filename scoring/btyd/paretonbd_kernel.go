package btyd

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// paretoKernel computes P(alive) = 1/(1 − φ(x, T) + ρ φ(x, t_x)) in blocks, with φ of
// each count x that many customers share as polynomials in ln(1+t/m), m = min(α, β).
// Like all tables of a scorer they are for x below [tabledX].
type paretoKernel struct {
	law          paretoNBD
	near, far    float64 // m and max(α, β)
	customers    []int32 // by x, in the summaries at hand
	first        []int32 // by x: its first polynomial, −1 for none, −2 for none that serve
	polynomials  []numeric.Interpolant
	coefficients []float64
	work         []float64
	segments     int // of the summaries at hand
	tabled       int // of the tables
}

// paretoSegment is the width of one polynomial, segmentsMost how many a time may need
// before tables are not worth their room, and paretoSteep where ρ nears the end of the
// range of float64.
const (
	paretoSegment = 2
	segmentsMost  = 16
	paretoSteep   = 600
)

func (l paretoNBD) kernel() aliveKernel {
	if l.s == 0 {
		return plainKernel{l}
	}
	return &paretoKernel{
		law: l, near: min(l.alpha, l.beta), far: max(l.alpha, l.beta),
		customers: make([]int32, tabledX), first: make([]int32, tabledX),
		work: make([]float64, 2*numeric.InterpolationNodes(paretoSegment/2)),
	}
}

func (p *paretoKernel) alive(dst []float64, summaries *scoring.Summaries, from int) {
	if from == 0 {
		p.tabulate(summaries)
	}
	var recency, age, nearGap, farGap [blockRows]float64
	n := len(dst)
	for k := range dst {
		_, tx, t := summaries.History(from + k)
		recency[k], age[k] = tx/p.near, t/p.near
		nearGap[k], farGap[k] = (t-tx)/(p.near+tx), (t-tx)/(p.far+tx)
	}
	numeric.Log1pBlock(recency[:n], recency[:n])
	numeric.Log1pBlock(age[:n], age[:n])
	numeric.Log1pBlock(nearGap[:n], nearGap[:n])
	numeric.Log1pBlock(farGap[:n], farGap[:n])
	rate, life := nearGap[:n], farGap[:n]
	if p.law.alpha > p.law.beta {
		rate, life = life, rate
	}
	for k := range dst {
		x, _, _ := summaries.History(from + k)
		dst[k] = (p.law.r+float64(x))*rate[k] + p.law.s*life[k]
		rate[k] = dst[k]
	}
	numeric.ExpBlock(dst, dst)
	for k, rho := range dst {
		x, tx, t := summaries.History(from + k)
		if x >= tabledX || p.segments == 0 || p.first[x] < 0 || rate[k] > paretoSteep {
			dst[k] = logistic(-p.law.deadOdds(scoring.Summary{X: x, TX: tx, T: t}))
			continue
		}
		table := p.polynomials[p.first[x]:]
		last := table[min(int(recency[k]/paretoSegment), p.tabled-1)].At(recency[k])
		end := table[min(int(age[k]/paretoSegment), p.tabled-1)].At(age[k])
		dst[k] = 1 / max(1, 1+(rho*last-end))
	}
}

// tabulate makes the tables that the summaries need and that are not there yet.
func (p *paretoKernel) tabulate(summaries *scoring.Summaries) {
	clear(p.customers)
	oldest := 0.0
	for i := range summaries.Len() {
		x, _, age := summaries.History(i)
		if x < tabledX {
			p.customers[x]++
		}
		oldest = max(oldest, age)
	}
	p.segments = 0
	reach := math.Log1p(oldest/p.near) / paretoSegment
	if !(reach < segmentsMost) {
		return
	}
	p.segments = 1 + int(reach)
	if p.segments > p.tabled {
		p.tabled = p.segments
		p.polynomials, p.coefficients = p.polynomials[:0], p.coefficients[:0]
		for x := range p.first {
			p.first[x] = -1
		}
	}
	nodes := len(p.work) / 2
	for x, n := range p.customers {
		if p.first[x] == -1 && int(n) > p.tabled*nodes {
			p.table(x, nodes)
		}
	}
}

// table makes the polynomials of one count.
func (p *paretoKernel) table(x, nodes int) {
	p.first[x] = int32(len(p.polynomials))
	for segment := range p.tabled {
		at := len(p.coefficients)
		p.coefficients = append(p.coefficients, make([]float64, nodes)...)
		low := float64(segment * paretoSegment)
		polynomial, ok := numeric.Interpolate(low, low+paretoSegment, p.coefficients[at:at+nodes:at+nodes], p.work, func(y float64) float64 {
			now := p.near * math.Exp(y) // the nearer scale at this time, and the other
			ratio := math.Log((now + (p.far - p.near)) / now)
			if p.law.alpha > p.law.beta {
				ratio = -ratio
			}
			return numeric.NewRaceTrack(ratio).Race(p.law.r+float64(x), p.law.s).Value
		})
		p.polynomials = append(p.polynomials, polynomial)
		if !ok {
			p.first[x] = -2
		}
	}
}
