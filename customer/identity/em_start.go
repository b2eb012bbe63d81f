package identity

// settle finds where to begin: with the prior opinion about matches held, what others
// and related pairs are like. Fields that agree together, as town and postcode do or
// the surname of those who live together, would else be taken for what makes a match.
func (e *evidence) settle(p *parameters) {
	q := e.nothing()
	near := make([]bool, len(e.weight))
	e.support(p, near)
	e.without(p, near)
	e.support(p, near)
	e.without(p, near)
	e.support(p, near)
	e.relate(p, near)
	e.rounds(p, q, step{others: true})
	e.believe(q)
	if p.related > 0 && !e.kinship(p) {
		// Matches with errors may hide the others: they move to the matches first.
		e.rounds(p, q, step{matches: true})
		e.rounds(p, q, step{others: true})
	}
	if p.related > 0 && !e.kinship(p) {
		p.related = 0
		for c := range p.m {
			p.m[c] = normalised(e.priors[c])
		}
		e.without(p, near)
		e.rounds(p, q, step{others: true})
	}
	e.believe(q)
}

// rounds repeats both steps a few times.
func (e *evidence) rounds(p *parameters, q posterior, do step) {
	for range 6 {
		e.expect(p, q)
		e.maximise(p, q, do)
	}
}

// believe sets how much the prior opinion about matches counts: half of those found.
func (e *evidence) believe(q posterior) {
	matches := 0.0
	for i, w := range e.weight {
		matches += q.match[i] * w
	}
	e.strength = max(leastStrength, matches/2)
}

// support marks the patterns that would be matches if nothing spoke against it.
func (e *evidence) support(p *parameters, near []bool) {
	sum := make([]float64, len(e.weight))
	for c := range e.fields {
		for i, l := range e.rows[c] {
			row := level(0)
			if p.parent[c] >= 0 {
				row = e.rows[p.parent[c]][i]
			}
			sum[i] += max(p.bits[c][row][l], 0)
		}
	}
	chance := logit2(p.prior)
	for i := range sum {
		near[i] = sum[i]+chance > 0
	}
}

// without learns what others are like from the patterns that are not near.
func (e *evidence) without(p *parameters, near []bool) {
	q := e.nothing()
	for i := range near {
		if near[i] {
			q.match[i] = 1
		}
	}
	e.depend(p, q)
	e.maximise(p, q, step{others: true})
}

// informative reports whether it tells much that a field agrees.
func (p *parameters) informative(c int) bool { return p.u[c][0][exact] < 1.0/16 }

// relate begins the related pairs with those that are near although two or more
// fields that tell much are different.
func (e *evidence) relate(p *parameters, near []bool) {
	different := make([]int, len(e.weight))
	for c := range e.fields {
		if p.informative(c) {
			for i, l := range e.rows[c] {
				if int(l) == e.kinds[c]-1 {
					different[i]++
				}
			}
		}
	}
	q := e.nothing()
	number := 0.0
	for i := range near {
		if near[i] && different[i] >= 2 {
			q.related[i] = 1
			number += e.weight[i]
		} else if near[i] {
			q.match[i] = 1
		}
	}
	if number > 0 {
		p.related = min(number/e.total, 0.4)
		e.maximise(p, q, step{others: true})
	}
}

// kinship reports whether the related pairs are other customers with something in
// common: two fields that tell much differ among them nearly as often as among others. Matches
// with errors differ here and there.
func (e *evidence) kinship(p *parameters) bool {
	own := 0
	for c := range e.fields {
		last := e.kinds[c] - 1
		if p.informative(c) && p.r[c][last] > 0.7*p.u[c][0][last] {
			own++
		}
	}
	return own >= 2
}
