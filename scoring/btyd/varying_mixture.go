package btyd

import "math"

// varyingClock holds A and B from the first purchase on, with the derivatives of A in the
// effects on purchases and of B in those on leaving: first ones, then the upper triangle
// of second ones.
type varyingClock struct {
	a, b   float64
	da, db []float64
}

// move sets c to from after a time in a row.
func (c *varyingClock) move(from *varyingClock, row *varyingRow, time float64) {
	c.a, c.da = warp(c.da, from.a, from.da, row.buy*time, row.x)
	c.b, c.db = warp(c.db, from.b, from.db, row.leave*time, row.z)
}

func warp(dst []float64, value float64, derivatives []float64, step float64, z []float64) (float64, []float64) {
	dst = append(dst[:0], derivatives...)
	at := len(z)
	for i, zi := range z {
		dst[i] += zi * step
		for _, zj := range z[i:] {
			dst[at] += zi * zj * step
			at++
		}
	}
	return value + step, dst
}

// clocks returns those at the beginning of each stretch and at the end.
func (p *varyingPoint) clocks(memory []varyingClock, stretches []stretch) []varyingClock {
	for len(memory) <= len(stretches) {
		memory = append(memory, varyingClock{
			da: make([]float64, p.buying+p.buying*(p.buying+1)/2), db: make([]float64, p.leaving+p.leaving*(p.leaving+1)/2),
		})
	}
	memory[0].a, memory[0].b = 0, 0
	clear(memory[0].da)
	clear(memory[0].db)
	for i, s := range stretches {
		memory[i+1].move(&memory[i], &p.rows[s.row], s.length)
	}
	return memory
}

// mixture adds terms e^h: their mass, that times the gradients of h, and times their outer
// products and Hessians; all relative to e^top.
type mixture struct {
	top, mass     float64
	first, second []float64 // of second the upper triangle
	clock         varyingClock
}

func newMixture(size int) mixture {
	return mixture{first: make([]float64, size), second: make([]float64, size*size)}
}

func (m *mixture) reset() {
	m.top, m.mass = math.Inf(-1), 0
	clear(m.first)
	clear(m.second)
}

func (m *mixture) set(o *mixture) {
	m.top, m.mass = o.top, o.mass
	copy(m.first, o.first)
	copy(m.second, o.second)
}

// raise moves top to the height where that is far above it.
func (m *mixture) raise(height float64) {
	if !(height > m.top+50) {
		return
	}
	factor := math.Exp(m.top - height)
	m.top = height
	m.mass *= factor
	for i := range m.first {
		m.first[i] *= factor
	}
	for i := range m.second {
		m.second[i] *= factor
	}
}

// stretch adds those who left between from and to in a stretch that begins at start.
func (m *mixture) stretch(p *varyingPoint, shape float64, start varyingClock, row int32, from, to float64, g []float64) {
	if !(to > from) {
		return
	}
	r := &p.rows[row]
	a, b := start.a+r.buy*from, start.b+r.leave*from
	departureNodes(p.alpha+a, r.buy, p.beta+b, r.leave, to-from, shape, p.s+1, func(tau, weight float64) {
		m.clock.move(&start, r, from+tau)
		m.add(p, shape, &m.clock, r, weight, g)
	})
}

// add adds a term: at a clock in a row with a weight of its own, or being alive if row is
// nil.
func (m *mixture) add(p *varyingPoint, shape float64, c *varyingClock, row *varyingRow, weight float64, g []float64) {
	size := len(g)
	la, lb := math.Log1p(c.a/p.alpha), math.Log1p(c.b/p.beta)
	u, v := 1/(p.alpha+c.a), 1/(p.beta+c.b)
	leave := p.s
	if row != nil {
		leave++
	}
	h := -shape*la - leave*lb
	g[0], g[1] = -p.r*la, shape*c.a*u
	g[2], g[3] = -p.s*lb, leave*c.b*v
	life := 4 + p.buying
	for k := range p.buying {
		g[4+k] = -shape * u * c.da[k]
	}
	for k := range p.leaving {
		g[life+k] = -leave * v * c.db[k]
	}
	if row != nil {
		h += math.Log(p.s / p.beta * row.leave)
		g[2]++
		g[3]--
		for k, z := range row.z {
			g[life+k] += z
		}
	}
	m.raise(h)
	w := weight * math.Exp(h-m.top)
	m.mass += w
	for i, gi := range g {
		m.first[i] += w * gi
		for j := i; j < size; j++ {
			m.second[i*size+j] += w * gi * g[j]
		}
	}
	m.curve(0, 4, p.r, shape, p.alpha, la, c.a, u, w, c.da[:p.buying], c.da[p.buying:], size)
	m.curve(2, life, p.s, leave, p.beta, lb, c.b, v, w, c.db[:p.leaving], c.db[p.leaving:], size)
}

// curve adds the second derivatives of −power·ln(1+a/scale), where shape is the part of power
// whose logarithm is coordinate at, the scale's is the next, and effects begin at effect.
func (m *mixture) curve(at, effect int, shape, power, scale, log, a, u, w float64, d, dd []float64, size int) {
	row, next := m.second[at*size:], m.second[(at+1)*size:]
	row[at] -= w * shape * log
	row[at+1] += w * shape * a * u
	next[at+1] -= w * power * scale * a * u * u
	i := 0
	for k, dk := range d {
		row[effect+k] -= w * shape * u * dk
		next[effect+k] += w * power * scale * u * u * dk
		for j, dj := range d[k:] {
			m.second[(effect+k)*size+effect+k+j] += w * power * u * (u*dk*dj - dd[i])
			i++
		}
	}
}
