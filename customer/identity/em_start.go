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

// believe sets how much the prior opinion about matches counts: half of those found, and
// a few dozen, so that little data do not turn to the related pairs.
func (e *evidence) believe(q posterior) {
	matches := 0.0
	for i, w := range e.weight {
		matches += q.match[i] * w
	}
	e.strength = firmStrength + matches/2
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

// relate begins the related pairs with those that are near although of the fields that
// tell much two are unequal, one of them as different as can be. No other pair can be
// related: a match with an error in one field would else move to them.
func (e *evidence) relate(p *parameters, near []bool) {
	different, unequal := make([]int, len(e.weight)), make([]int, len(e.weight))
	for c := range e.fields {
		if !p.informative(c) {
			continue
		}
		for i, l := range e.rows[c] {
			if l >= e.unequal[c] {
				unequal[i]++
			}
			if int(l) == e.kinds[c]-1 {
				different[i]++
			}
		}
	}
	q := e.nothing()
	number := 0.0
	e.kindred = make([]bool, len(near))
	for i := range near {
		e.kindred[i] = different[i] >= 1 && unequal[i] >= 2
		if near[i] && e.kindred[i] {
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
// common: two fields that tell much are apart among them nearly as often as among others,
// and one is as different. Matches with errors differ here and there.
func (e *evidence) kinship(p *parameters) bool {
	const nearly = 0.7
	far, different := 0, 0
	for c := range e.fields {
		if !p.informative(c) {
			continue
		}
		if from := e.apart[c]; total(p.r[c][from:]) > nearly*total(p.u[c][0][from:]) {
			far++
		}
		if last := e.kinds[c] - 1; p.r[c][last] > nearly*p.u[c][0][last] {
			different++
		}
	}
	return far >= 2 && different >= 1
}

func total(shares []float64) float64 {
	sum := 0.0
	for _, x := range shares {
		sum += x
	}
	return sum
}
