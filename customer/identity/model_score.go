package identity

import (
	"context"
	"math"
	"slices"
)

// scorer weighs pairs of tables.
type scorer struct {
	m    *Model
	j    *joint
	bits [][]float32 // of the values, by field
}

func (m *Model) scorer(j *joint) *scorer {
	s := &scorer{m: m, j: j, bits: make([][]float32, len(j.cols))}
	for f := range j.cols {
		s.bits[f] = make([]float32, len(j.cols[f].texts))
		for v, text := range j.cols[f].texts {
			if v > 0 {
				s.bits[f][v] = float32(m.frequencies[f].of(text))
			}
		}
	}
	return s
}

func logit2(p float64) float64 { return math.Log2(p / (1 - p)) }

// base is the weight of a pattern without the frequencies and without regard to
// related pairs, and the bits by which it speaks for those.
func (m *Model) base(p pattern) (weight, kin float64) {
	q := m.parameters
	weight = logit2(q.prior)
	for c := range q.bits {
		row := level(0)
		if q.parent[c] >= 0 {
			row = p.at(q.parent[c])
		}
		l := p.at(c)
		weight += q.bits[c][row][l]
		kin += q.kin[c][row][l]
	}
	return weight, kin
}

// kinship is the bits that the chance of a related pair takes from the weight: the
// denominator of the odds is the sum over related pairs and others.
func (p *parameters) kinship(kin float64) float64 {
	if p.related == 0 {
		return 0
	}
	others := (1 - p.prior - p.related) / (1 - p.prior)
	return -math.Log2(others + p.related/(1-p.prior)*math.Exp2(min(kin, 1000)))
}

// weight is the weight of a pair.
func (s *scorer) weight(x int, p pattern) float64 {
	w, kin := s.m.base(p)
	q := s.m.parameters
	for f := range s.bits {
		if p.at(f) != exact {
			continue
		}
		row := level(0)
		if q.parent[f] >= 0 {
			row = p.at(q.parent[f])
		}
		bits := q.tempers[f][row] * float64(s.bits[f][s.j.cols[f].codes[x]])
		w += bits
		kin += q.kinShare[f] * bits
	}
	return s.m.shift + s.m.slope*(w+q.kinship(kin))
}

func probability(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// fits returns an error if the tables do not have the fields of the model.
func (m *Model) fits(left, right *Table) error {
	if err := m.schema.same(left.schema); err != nil || right == nil {
		return err
	}
	return m.schema.same(right.schema)
}

// Pairs returns the candidate pairs of one table (right is nil) or of two that match
// at least as probably as [Options.MinProbability] says, in the order of their places.
// Where two tables are linked, those that are not each other's best are left out; see
// [Options.Linking]. The tables may be others than those of the fit. The errors are a
// [*SchemaError] and that of a ctx that is done.
func (m *Model) Pairs(ctx context.Context, left, right *Table) ([]Pair, error) {
	b, err := m.blocks(left, right)
	if err != nil {
		return nil, err
	}
	j := b.j
	s := m.scorer(j)
	least := logit2(m.options.MinProbability)
	most := newBound(s, least)
	pieces := make([][]Pair, len(b.chunks()))
	err = b.run(ctx, m.options.Workers, func(piece int, c chunk) {
		compare := newComparer(j, m.exchanges)
		var out []Pair
		b.each(c, func(x, y int) {
			if most.beyond(compare, x, y) {
				return
			}
			p := compare.pattern(x, y)
			if w := s.weight(x, p); w >= least {
				pair := Pair{Left: x, Right: y, Weight: w, Probability: probability(w)}
				if j.linking() {
					pair.Right -= j.split
				}
				out = append(out, pair)
			}
		})
		pieces[piece] = out
	})
	if err != nil {
		return nil, err
	}
	pairs := slices.Concat(pieces...)
	slices.SortFunc(pairs, byPlace)
	if right != nil && m.oneEach(pairs, left.Len(), right.Len()) {
		pairs = MutuallyBest(pairs)
	}
	return pairs, nil
}

// oneEach reports whether a record of one of two tables matches one of the other at
// most: as the options say, or where fewer than a tenth of the records with a nearly
// sure match have two of them.
func (m *Model) oneEach(pairs []Pair, left, right int) bool {
	switch m.options.Linking {
	case LinkOne:
		return true
	case LinkMany:
		return false
	}
	const sure = 0.99
	lefts, rights := make([]uint32, left), make([]uint32, right)
	for _, p := range pairs {
		if p.Probability >= sure {
			lefts[p.Left]++
			rights[p.Right]++
		}
	}
	for _, counts := range [][]uint32{lefts, rights} {
		one, more := 0, 0
		for _, n := range counts {
			if n > 0 {
				one++
			}
			if n > 1 {
				more++
			}
		}
		if 10*more > one {
			return false
		}
	}
	return true
}
