package identity

import "math"

// evidence is the patterns of all pairs, counted: candidate pairs one by one, the
// others by a random sample. Patterns are rows of levels.
type evidence struct {
	fields   int         // comparisons of fields; those after them are of arrangements
	kinds    []int       // levels of each comparison, with missing
	kindred  []bool      // patterns that can be of related pairs; nil: all
	unequal  []level     // of fields: the level from which on values are not the same to the eye
	apart    []level     // of fields: the level from which on they rather are of two customers
	priors   [][]float64 // what is thought of the levels of matches before data
	rows     [][]level   // by comparison, then pattern
	weight   []float64   // pairs that a pattern stands for
	square   []float64   // Σ squared weights of the pairs seen
	total    float64     // all pairs
	strength float64     // how many matches the prior opinion about their levels counts for
}

// parameters are what agreement is worth: the probabilities of the levels of each
// comparison among matches, among related pairs, and among others.
//
// Matches and related pairs agree field by field on their own. Others may depend:
// towns agree where postcodes do. Related pairs are of several customers with
// something in common, such as a household or a chain of shops.
type parameters struct {
	prior    float64       // probability that a random pair matches
	related  float64       // that it is related
	parent   []int         // the comparison on which one depends among others; -1: none
	m, r     [][]float64   // [comparison][level]
	u        [][][]float64 // [comparison][parent's level][level]; row 0 without regard to the parent
	bits     [][][]float64 // log2(m/u)
	kin      [][][]float64 // log2(r/u)
	tempers  [][]float64   // [comparison][parent's level]: how much of the bits of frequencies count
	kinShare []float64     // [comparison]: how much of them counts for related pairs
}

// posterior is what each pattern probably is.
type posterior struct{ match, related []float64 }

// leastStrength is how many pairs what is thought of related pairs counts for.
const leastStrength = 8

// firmStrength is how many pairs the prior opinion about the levels of matches counts
// for, besides half of the matches that it finds. With less to hold it, the estimate
// turns to families and chains where they are more than the matches.
const firmStrength = 40

// shrink is how many pairs independence counts for when dependence is estimated.
const shrink = 10.0

// mostDifferent is the largest share of matches whose values of a field are different
// that is believed.
const mostDifferent = 0.3

// start returns parameters before the data are looked at: matches agree as the prior
// opinion says, and others as all pairs do.
func (e *evidence) start(matches float64) *parameters {
	k := len(e.kinds)
	p := &parameters{prior: matches / e.total, parent: make([]int, k), m: make([][]float64, k), r: make([][]float64, k),
		u: make([][][]float64, k), bits: make([][][]float64, k), kin: make([][][]float64, k),
		tempers: make([][]float64, k), kinShare: make([]float64, k)}
	for c := range k {
		p.parent[c] = -1
		p.m[c] = normalised(e.priors[c])
		p.r[c] = make([]float64, e.kinds[c])
	}
	e.maximise(p, e.nothing(), step{others: true})
	return p
}

// nothing says that no pattern is a match.
func (e *evidence) nothing() posterior {
	return posterior{make([]float64, len(e.weight)), make([]float64, len(e.weight))}
}

func normalised(v []float64) []float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x / sum
	}
	return out
}

// expect sets the posterior probabilities of the patterns. What related pairs are like
// is learned from patterns that can only be theirs.
func (e *evidence) expect(p *parameters, q posterior) {
	e.sum(p, p.bits, q.match)
	if p.related > 0 {
		e.sum(p, p.kin, q.related)
	}
	for i := range q.match {
		match := p.prior * math.Exp2(min(q.match[i], 1000))
		related := 0.0
		if p.related > 0 {
			related = p.related * math.Exp2(min(q.related[i], 1000))
		}
		all := match + related + 1 - p.prior - p.related
		q.match[i], q.related[i] = match/all, 0
		if e.kindred == nil || e.kindred[i] {
			q.related[i] = related / all
		}
	}
}

// sum adds the bits of the levels of each pattern.
func (e *evidence) sum(p *parameters, bits [][][]float64, out []float64) {
	clear(out)
	for c, rows := range e.rows {
		if p.parent[c] < 0 {
			for i, l := range rows {
				out[i] += bits[c][0][l]
			}
			continue
		}
		parent := e.rows[p.parent[c]]
		for i, l := range rows {
			out[i] += bits[c][parent[i]][l]
		}
	}
}

// step says which parameters are estimated.
type step struct {
	matches bool
	others  bool // and related pairs
}

// maximise sets the parameters to those that the posterior probabilities call for.
func (e *evidence) maximise(p *parameters, q posterior, do step) {
	matches, related := 0.0, 0.0
	for i, w := range e.weight {
		matches += q.match[i] * w
		related += q.related[i] * w
	}
	if do.matches {
		const least = 0.5
		p.prior = min(max(matches, least)/e.total, 0.5)
	}
	if p.related > 0 && do.others {
		p.related = min(max(related, 0.5)/e.total, 0.4)
	}
	for c, rows := range e.rows {
		k := e.kinds[c]
		m, r, u := make([]float64, k), make([]float64, k), make([]float64, k)
		for i, l := range rows {
			w := e.weight[i]
			m[l] += q.match[i] * w
			r[l] += q.related[i] * w
			u[l] += (1 - q.match[i] - q.related[i]) * w
		}
		if do.matches {
			smooth(p.m[c], m, normalised(e.priors[c]), e.strength)
			limit(p.m[c])
		}
		if !do.others {
			continue
		}
		p.u[c] = grow(p.u[c], 1, k)
		smooth(p.u[c][0], u, uniform(k), 0.5)
		smooth(p.r[c], r, p.u[c][0], leastStrength)
		if p.parent[c] >= 0 {
			e.conditional(p, c, q)
		} else {
			p.u[c] = p.u[c][:1]
		}
	}
	p.weigh()
}

// grow returns a table with that many rows.
func grow(table [][]float64, rows, columns int) [][]float64 {
	for len(table) < rows {
		table = append(table, make([]float64, columns))
	}
	return table[:rows]
}

// smooth sets shares to those of the counts with an opinion that counts for some.
// Missing levels have no share.
func smooth(shares, counts, opinion []float64, strength float64) {
	total := strength
	for _, n := range counts[1:] {
		total += n
	}
	shares[missing] = 0
	for l := 1; l < len(counts); l++ {
		shares[l] = (counts[l] + strength*opinion[l]) / total
	}
}

// limit bounds the share of the last level.
func limit(shares []float64) {
	last := len(shares) - 1
	if different := shares[last]; different > mostDifferent {
		for l := 1; l < last; l++ {
			shares[l] *= (1 - mostDifferent) / (1 - different)
		}
		shares[last] = mostDifferent
	}
}

func uniform(k int) []float64 {
	v := make([]float64, k)
	for l := 1; l < k; l++ {
		v[l] = 1 / float64(k-1)
	}
	return v
}

// conditional sets the shares of the levels of a comparison among others given its
// parent's, drawn towards those without regard to it where few pairs tell.
func (e *evidence) conditional(p *parameters, c int, q posterior) {
	parents, k := e.kinds[p.parent[c]], e.kinds[c]
	p.u[c] = grow(p.u[c], parents, k)
	counts := grow(nil, parents, k)
	sizes := make([][2]float64, parents) // Σ weight, Σ weight²
	above := e.rows[p.parent[c]]
	for i, l := range e.rows[c] {
		if l != missing {
			a, other := above[i], 1-q.match[i]-q.related[i]
			counts[a][l] += other * e.weight[i]
			sizes[a][0] += other * e.weight[i]
			sizes[a][1] += other * other * e.square[i]
		}
	}
	for a := 1; a < parents; a++ {
		pull := shrink
		if sizes[a][0] > 0 {
			pull *= max(1, sizes[a][1]/sizes[a][0]) // pairs that one pair of the sample stands for
		}
		smooth(p.u[c][a], counts[a], p.u[c][0], pull)
	}
}

// weigh sets the bits.
func (p *parameters) weigh() {
	for c := range p.m {
		k := len(p.m[c])
		p.bits[c] = grow(p.bits[c], len(p.u[c]), k)
		p.kin[c] = grow(p.kin[c], len(p.u[c]), k)
		p.tempers[c] = p.tempers[c][:0]
		for a, u := range p.u[c] {
			if a == 0 {
				u = p.u[c][0]
			}
			for l := 1; l < k; l++ {
				p.bits[c][a][l] = math.Log2(p.m[c][l] / u[l])
				p.kin[c][a][l] = math.Log2(p.r[c][l] / u[l])
			}
			p.tempers[c] = append(p.tempers[c], min(1, max(0, math.Log(u[exact])/math.Log(p.u[c][0][exact]))))
		}
		p.kinShare[c] = max(0, 1-p.u[c][0][exact]/p.r[c][exact])
	}
}

// fit repeats both steps until the parameters stand still.
func (e *evidence) fit(p *parameters, most int) (iterations int, converged bool) {
	q := e.nothing()
	last := p.prior
	for iterations = 1; iterations <= most; iterations++ {
		e.expect(p, q)
		e.maximise(p, q, step{matches: true})
		if math.Abs(math.Log(p.prior/last)) < 1e-5 {
			return iterations, true
		}
		last = p.prior
	}
	return most, false
}
