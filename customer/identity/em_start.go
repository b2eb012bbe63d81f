package identity

// settle repeats both steps with the prior opinion about matches held, until the
// others are known with their dependence. Fields that agree together, as town and
// postcode do or the surname of those who live together, would else be taken for what
// makes a match.
func (e *evidence) settle(p *parameters) {
	const rounds = 5
	q := e.nothing()
	for round := range rounds {
		e.expect(p, q)
		if round == 0 {
			e.relate(p, q)
		}
		e.depend(p, q)
		e.maximise(p, q, true)
	}
}

// relate looks at patterns that would be matches but for some signs against. Where
// most of those differ in the same fields and agree in others, they are not matches
// with errors but other customers with something in common, and become the start of
// the related pairs. q is what the patterns are without regard to dependence; those
// with signs against are no matches after it.
func (e *evidence) relate(p *parameters, q posterior) {
	against := make([]bool, len(e.weight))
	support := make([]float64, len(e.weight))
	for c := range e.fields {
		bits := p.bits[c][0]
		for i, l := range e.rows[c] {
			if bits[l] < 0 {
				against[i] = true
			} else {
				support[i] += bits[l]
			}
		}
	}
	chance := logit2(p.prior)
	number := 0.0
	for i, w := range e.weight {
		if against[i] {
			q.match[i] = 0
			q.related[i] = probability(support[i] + chance)
			number += q.related[i] * w
		}
	}
	shared, own := 0, 0
	r := make([][]float64, len(e.kinds))
	for c := range e.kinds {
		r[c] = make([]float64, e.kinds[c])
		for i, l := range e.rows[c] {
			r[c][l] += q.related[i] * e.weight[i]
		}
		smooth(r[c], r[c], p.u[c][0], strength)
		last := len(r[c]) - 1
		switch informative := p.u[c][0][exact] < 1.0/16; {
		case r[c][last] < 0.4*p.u[c][0][last]:
			shared++
		case informative:
			own++
			copy(r[c], p.u[c][0])
		}
	}
	clear(q.related)
	if shared == 0 || own == 0 {
		return
	}
	p.r, p.related = r, number/e.total
	p.weigh()
	e.expect(p, q)
	for i := range against {
		if against[i] {
			q.match[i] = 0
		}
	}
}
