package identity

import (
	"math"
)

// evidence is the patterns of all pairs, counted: candidate pairs one by one, the
// others by a random sample. Patterns are rows of levels.
type evidence struct {
	fields int   // comparisons of fields; those after them are of arrangements
	kinds  []int // levels of each comparison, with missing
	priors [][]float64
	rows   [][]level // by comparison, then pattern
	weight []float64 // pairs that a pattern stands for
	square []float64 // Σ squared weights of the pairs seen
	total  float64   // all pairs
	least  float64   // matches below which there are none
}

// parameters are what agreement is worth: for each comparison the probabilities of
// its levels among matches and among others, given the level of the comparison
// that it depends on.
type parameters struct {
	prior         float64       // probability that a random pair matches
	parent        []int         // -1: none
	order         []int         // parents before children
	matchesDepend bool          // the dependence is estimated among matches too
	m, u          [][][]float64 // [comparison][parent's level][level]; row 0 without regard to the parent
	bits          [][][]float64 // log2(m/u)
	tempers       [][]float64   // [comparison][parent's level]: how much of the bits of frequencies count
}

// strength is how many pairs the prior opinion about the levels of matches counts for.
const strength = 8

// start returns parameters before the data are looked at: matches mostly agree, and
// others as random pairs do.
func (e *evidence) start(matches float64) *parameters {
	k := len(e.kinds)
	p := &parameters{prior: matches / e.total, parent: make([]int, k), order: make([]int, k),
		m: make([][][]float64, k), u: make([][][]float64, k), bits: make([][][]float64, k), tempers: make([][]float64, k)}
	for c := range k {
		p.parent[c], p.order[c] = -1, c
		p.m[c] = [][]float64{normalised(e.priors[c])}
		p.u[c] = [][]float64{make([]float64, e.kinds[c])}
		p.bits[c] = [][]float64{make([]float64, e.kinds[c])}
	}
	posterior := make([]float64, len(e.weight))
	e.maximise(p, posterior, true)
	return p
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

// expect sets the posterior probability of each pattern.
func (e *evidence) expect(p *parameters, posterior []float64) {
	odds := logit2(p.prior)
	for i := range posterior {
		posterior[i] = odds
	}
	for c, rows := range e.rows {
		bits := p.bits[c]
		if p.parent[c] < 0 {
			for i, l := range rows {
				posterior[i] += bits[0][l]
			}
			continue
		}
		parent := e.rows[p.parent[c]]
		for i, l := range rows {
			posterior[i] += bits[parent[i]][l]
		}
	}
	for i, w := range posterior {
		posterior[i] = probability(w)
	}
}

// maximise sets the parameters to those that the posterior probabilities call for.
func (e *evidence) maximise(p *parameters, posterior []float64, keepM bool) {
	matches := 0.0
	for i, q := range posterior {
		matches += q * e.weight[i]
	}
	if !keepM {
		p.prior = min(max(matches, e.least)/e.total, 0.5)
	}
	for c, rows := range e.rows {
		k := e.kinds[c]
		m, u := make([]float64, k), make([]float64, k)
		for i, l := range rows {
			m[l] += posterior[i] * e.weight[i]
			u[l] += (1 - posterior[i]) * e.weight[i]
		}
		opinion := normalised(e.priors[c])
		if !keepM {
			smooth(p.m[c][0], m, opinion, strength)
		}
		smooth(p.u[c][0], u, uniform(k), 0.5)
		if p.parent[c] >= 0 {
			e.conditional(p, c, posterior)
		}
	}
	p.weigh()
}

// smooth sets shares to those of the counts with an opinion that counts for some.
// Missing levels have no share.
func smooth(shares, counts, opinion []float64, strength float64) {
	total := strength
	for _, n := range counts[1:] {
		total += n
	}
	for l := range counts {
		shares[l] = 0
		if l > 0 {
			shares[l] = (counts[l] + strength*opinion[l]) / total
		}
	}
}

func uniform(k int) []float64 {
	v := make([]float64, k)
	for l := 1; l < k; l++ {
		v[l] = 1 / float64(k-1)
	}
	return v
}

// conditional sets the shares of the levels of a comparison given its parent's,
// drawn towards those without regard to it where few pairs tell.
func (e *evidence) conditional(p *parameters, c int, posterior []float64) {
	parents, k := e.kinds[p.parent[c]], e.kinds[c]
	m, u := make([][]float64, parents), make([][]float64, parents)
	sizes := make([][2]float64, parents) // Σ weight, Σ weight² of the others
	for l := range parents {
		m[l], u[l] = make([]float64, k), make([]float64, k)
	}
	above, rows := e.rows[p.parent[c]], e.rows[c]
	for i, l := range rows {
		if l == missing {
			continue
		}
		a, q := above[i], posterior[i]
		m[a][l] += q * e.weight[i]
		u[a][l] += (1 - q) * e.weight[i]
		sizes[a][0] += (1 - q) * e.weight[i]
		sizes[a][1] += (1 - q) * (1 - q) * e.square[i]
	}
	for a := 1; a < parents; a++ {
		if p.matchesDepend {
			smooth(p.m[c][a], m[a], p.m[c][0], shrink)
		} else {
			copy(p.m[c][a], p.m[c][0])
		}
		pull := shrink
		if sizes[a][0] > 0 {
			pull *= max(1, sizes[a][1]/sizes[a][0]) // pairs that one pair of the sample stands for
		}
		smooth(p.u[c][a], u[a], p.u[c][0], pull)
	}
}

// shrink is how many pairs independence counts for when dependence is estimated.
const shrink = 10.0

// weigh sets the bits.
func (p *parameters) weigh() {
	for c := range p.m {
		for a := range p.m[c] {
			for l := range p.m[c][a] {
				p.bits[c][a][l] = 0
				if l > 0 {
					p.bits[c][a][l] = math.Log2(p.m[c][a][l] / p.u[c][a][l])
				}
			}
		}
		p.tempers[c] = p.tempers[c][:0]
		for a := range p.u[c] {
			share := 1.0
			if a > 0 {
				share = min(1, max(0, math.Log(p.u[c][a][exact])/math.Log(p.u[c][0][exact])))
			}
			p.tempers[c] = append(p.tempers[c], share)
		}
	}
}

// settle repeats both steps with the prior opinion about matches held, until the
// others are known with their dependence. Fields that agree together, as town and
// postcode do or the surname of those who live together, would else be taken for what
// makes a match.
func (e *evidence) settle(p *parameters) {
	const rounds = 5
	posterior := make([]float64, len(e.weight))
	for round := range rounds {
		e.expect(p, posterior)
		if round == 0 {
			e.seed(p, posterior)
		}
		e.depend(p, posterior)
		e.maximise(p, posterior, true)
	}
}

// seed leaves as matches the patterns without any sign against.
func (e *evidence) seed(p *parameters, posterior []float64) {
	for c := range e.fields {
		bits := p.bits[c][0]
		for i, l := range e.rows[c] {
			if bits[l] < 0 {
				posterior[i] = 0
			}
		}
	}
}

// fit repeats both steps until the parameters stand still.
func (e *evidence) fit(p *parameters, most int) (iterations int, converged bool) {
	posterior := make([]float64, len(e.weight))
	last := p.prior
	for iterations = 1; iterations <= most; iterations++ {
		e.expect(p, posterior)
		e.maximise(p, posterior, false)
		if math.Abs(math.Log(p.prior/last)) < 1e-6 {
			return iterations, true
		}
		last = p.prior
	}
	return most, false
}

// depend finds for each comparison the one that it depends on most, among matches
// and among others: the tree of the greatest mutual information (Chow and Liu, IEEE
// Transactions on Information Theory 14, 1968; within classes as Friedman, Geiger and
// Goldszmidt, Machine Learning 29, 1997).
func (e *evidence) depend(p *parameters, posterior []float64) {
	k := e.fields
	score := make([][]float64, k)
	for c := range k {
		score[c] = make([]float64, k)
		for d := range c {
			score[c][d] = e.information(c, d, posterior, p.matchesDepend)
			score[d][c] = score[c][d]
		}
	}
	order := append([]int(nil), p.order[k:]...)
	p.order = nil
	in := make([]bool, k)
	for len(p.order) < k {
		best, from, value := -1, -1, leastInformation
		for c := range k {
			if in[c] {
				continue
			}
			for _, d := range p.order {
				if score[c][d] > value {
					best, from, value = c, d, score[c][d]
				}
			}
		}
		if best < 0 { // the next tree begins with the comparison that tells most about others
			most := -1.0
			for c := range k {
				sum := 0.0
				for d := range k {
					sum += score[c][d]
				}
				if !in[c] && sum > most {
					best, most = c, sum
				}
			}
		}
		p.parent[best] = from
		in[best] = true
		p.order = append(p.order, best)
	}
	p.order = append(p.order, order...)
	for c := range k {
		rows := 1
		if p.parent[c] >= 0 {
			rows = e.kinds[p.parent[c]]
		}
		p.m[c], p.u[c], p.bits[c] = p.m[c][:1], p.u[c][:1], p.bits[c][:1]
		for len(p.m[c]) < rows {
			p.m[c] = append(p.m[c], append([]float64(nil), p.m[c][0]...))
			p.u[c] = append(p.u[c], append([]float64(nil), p.u[c][0]...))
			p.bits[c] = append(p.bits[c], append([]float64(nil), p.bits[c][0]...))
		}
	}
}

// leastInformation is the share of what one comparison leaves open that another must
// tell for a dependence to be taken up.
const leastInformation = 0.01

// information is how much two comparisons tell about each other, as a share of what
// the one that leaves less open does: the sum over matches and others.
func (e *evidence) information(c, d int, posterior []float64, matches bool) float64 {
	kc, kd := e.kinds[c], e.kinds[d]
	sum := 0.0
	for _, match := range [2]bool{true, false} {
		if match && !matches {
			continue
		}
		table := make([]float64, kc*kd)
		total, square := 0.0, 0.0
		for i, q := range posterior {
			a, b := e.rows[c][i], e.rows[d][i]
			if a == missing || b == missing {
				continue
			}
			if !match {
				q = 1 - q
			}
			table[int(a)*kd+int(b)] += q * e.weight[i]
			total += q * e.weight[i]
			square += q * q * e.square[i]
		}
		if total <= 0 {
			continue
		}
		rows, cols := make([]float64, kc), make([]float64, kd)
		for a := range kc {
			for b := range kd {
				table[a*kd+b] /= total
				rows[a] += table[a*kd+b]
				cols[b] += table[a*kd+b]
			}
		}
		mutual, hc, hd := 0.0, 0.0, 0.0
		for a := range kc {
			for b := range kd {
				if x := table[a*kd+b]; x > 0 {
					mutual += x * math.Log(x/(rows[a]*cols[b]))
				}
			}
		}
		for _, x := range rows {
			if x > 0 {
				hc -= x * math.Log(x)
			}
		}
		for _, x := range cols {
			if x > 0 {
				hd -= x * math.Log(x)
			}
		}
		// Less what chance gives: degrees of freedom over twice the pairs seen.
		mutual -= float64((kc-2)*(kd-2)) * square / (2 * total * total)
		if h := min(hc, hd); h > 0 && mutual > 0 {
			sum += mutual / h
		}
	}
	return sum
}
