package identity

import (
	"cmp"
	"math"
	"slices"
)

// bound rules out pairs that cannot reach a weight before all their values are
// compared. Which values are equal is seen at once; what the others can add at most is
// lowered by one comparison after the other.
type bound struct {
	s       *scorer
	base    float64     // the most that a pair of nothing but missing values has
	least   float64     // what is to be reached
	levels  [][]float64 // by field: the most that a level adds, without frequencies
	unequal []float64   // by field: the most that values which are not equal add
	tempers [][]float64 // by field: how much of the bits of frequencies count, least and most
	order   []int       // the fields that are compared one by one, the quickest first
	crossed []exchange
}

// rounding is what the bits of a bound and those of a weight may differ by because
// they are added in another order.
const rounding = 1e-6

func newBound(s *scorer, least float64) *bound {
	q := s.m.parameters
	b := &bound{s: s, base: logit2(q.prior), least: (least-s.m.shift)/s.m.slope - rounding, crossed: s.m.exchanges}
	if q.related > 0 {
		b.base -= math.Log2((1 - q.prior - q.related) / (1 - q.prior))
	}
	for c := range q.bits {
		most := make([]float64, len(q.bits[c][0]))
		for l := range most {
			most[l] = q.bits[c][0][l]
			for _, row := range q.bits[c] {
				most[l] = max(most[l], row[l])
			}
		}
		if c >= len(s.bits) {
			b.base += slices.Max(most)
			continue
		}
		b.levels = append(b.levels, most)
		b.unequal = append(b.unequal, slices.Max(most[exact+1:]))
		b.tempers = append(b.tempers, []float64{slices.Min(q.tempers[c]), slices.Max(q.tempers[c])})
		if !slices.ContainsFunc(s.m.exchanges, func(e exchange) bool { return e.Field == c || e.With == c }) {
			b.order = append(b.order, c)
		}
	}
	slices.SortStableFunc(b.order, func(f, g int) int { return cmp.Compare(effort(s.j.fields[f].Kind), effort(s.j.fields[g].Kind)) })
	return b
}

// effort ranks the kinds by the time that a comparison of two values takes.
func effort(kind Kind) int {
	switch kind {
	case Date:
		return 0
	case Phone:
		return 1
	case Code, Number:
		return 2
	case Name:
		return 3
	}
	return 4
}

// equal returns the most that a value adds which both records have.
func (b *bound) equal(f int, value uint32) float64 {
	bits := float64(b.s.bits[f][value])
	return b.levels[f][exact] + max(b.tempers[f][0]*bits, b.tempers[f][1]*bits)
}

// beyond reports whether a pair cannot reach the weight.
func (b *bound) beyond(compare *comparer, x, y int) bool {
	rowX, rowY := b.s.j.row(x), b.s.j.row(y)
	most := b.base
	for f, v := range rowX {
		switch w := rowY[f]; {
		case v == 0 || w == 0:
			most += b.levels[f][missing]
		case v == w:
			most += b.equal(f, v)
		default:
			most += b.unequal[f]
		}
	}
	for _, e := range b.crossed {
		most += b.exchange(e, rowX, rowY)
	}
	for _, f := range b.order {
		if most < b.least {
			return true
		}
		if v, w := rowX[f], rowY[f]; v != w && v != 0 && w != 0 {
			most += b.levels[f][compare.compare(f, v, w)] - b.unequal[f]
		}
	}
	return most < b.least
}

// exchange returns what more the values of two fields add at most if they are
// exchanged.
func (b *bound) exchange(e exchange, rowX, rowY []uint32) float64 {
	straight, other := 0.0, 0.0
	for _, f := range [][2]int{{e.Field, e.With}, {e.With, e.Field}} {
		v := rowX[f[0]]
		for i, sum := range []*float64{&straight, &other} {
			switch w := rowY[f[i]]; {
			case v == 0 || w == 0:
				*sum += b.levels[f[0]][missing]
			case v == w:
				*sum += b.equal(f[0], v)
			default:
				*sum += b.unequal[f[0]]
			}
		}
	}
	return max(other-straight, 0)
}
