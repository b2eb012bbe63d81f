package segment

import (
	"maps"
	"slices"
)

// maxSteps is how many steps [left] takes.
const maxSteps = 20_000

// parts are those of one side of a box that are in it.
type parts []bool

// box is a set of customers: those who are, on every side of the space, in one of the
// parts of the box.
type box []parts

func (b box) empty() bool {
	return slices.ContainsFunc(b, func(p parts) bool { return !slices.Contains(p, true) })
}

func (b box) overlaps(other box) bool {
	_, overlaps := b.beyond(other)
	return overlaps
}

// space has one side for the cell, one for the tier, and one for each segment and each
// measure that a condition asks for.
type space struct {
	cells, tiers []string // by part; another one is the next part where they may be any, not known the last
	anyCell      bool
	anyTier      bool
	segments     []string    // parts: not in, in, not known
	measures     []string    // parts: below limit 0, on it, between it and limit 1, …, not known
	limits       [][]float64 // of each measure, ascending
}

func (p *Playbook) space() *space {
	s := &space{cells: p.options.Cells, tiers: p.options.Tiers, anyCell: len(p.options.Cells) == 0, anyTier: len(p.options.Tiers) == 0}
	segments, limits := map[string]bool{}, map[string][]float64{}
	for _, play := range p.plays {
		for _, c := range play.When {
			switch {
			case c.Segment != "":
				segments[c.Segment] = true
			case c.Measure != "":
				limits[c.Measure] = append(limits[c.Measure], c.Value)
			}
			if s.anyCell {
				s.cells = union(s.cells, c.Cell)
			}
			if s.anyTier {
				s.tiers = union(s.tiers, c.Tier)
			}
		}
	}
	s.segments = slices.Sorted(maps.Keys(segments))
	s.measures = slices.Sorted(maps.Keys(limits))
	for _, name := range s.measures {
		slices.Sort(limits[name])
		s.limits = append(s.limits, slices.Compact(limits[name]))
	}
	return s
}

func union(names, more []string) []string {
	names = slices.Clip(names)
	for _, name := range more {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// all returns the box of all customers.
func (s *space) all() box {
	sizes := []int{len(s.cells) + 1, len(s.tiers) + 1}
	if s.anyCell {
		sizes[0]++
	}
	if s.anyTier {
		sizes[1]++
	}
	for range s.segments {
		sizes = append(sizes, 3)
	}
	for i := range s.measures {
		sizes = append(sizes, 2*len(s.limits[i])+2)
	}
	b := make(box, len(sizes))
	for side, n := range sizes {
		b[side] = slices.Repeat(parts{true}, n)
	}
	for i, limits := range s.limits {
		measure := b[2+len(s.segments)+i]
		for part := 0; part <= 2*len(limits); part += 2 { // of the gaps some hold no number
			_, measure[part] = valueIn(limits, part)
		}
	}
	return b
}

// of returns the box of the customers for whom a rule holds.
func (s *space) of(play *Play) box {
	b := s.all()
	for i := range play.When {
		c := &play.When[i]
		side, holds := s.side(c)
		for part := range b[side] {
			known := part < len(b[side])-1
			b[side][part] = b[side][part] && known && holds(part) != c.Not
		}
	}
	return b
}

// side returns the side that a condition is about, and for which of its parts, of what
// is known, the condition without its Not holds.
func (s *space) side(c *Condition) (int, func(part int) bool) {
	among := func(names, wanted []string) func(int) bool {
		return func(part int) bool { return part < len(names) && slices.Contains(wanted, names[part]) }
	}
	switch {
	case len(c.Cell) > 0:
		return 0, among(s.cells, c.Cell)
	case len(c.Tier) > 0:
		return 1, among(s.tiers, c.Tier)
	case c.Segment != "":
		return 2 + slices.Index(s.segments, c.Segment), func(part int) bool { return part == 1 }
	}
	measure := slices.Index(s.measures, c.Measure)
	limit, _ := slices.BinarySearch(s.limits[measure], c.Value)
	// The part of the limit has an odd number; as numbers the parts compare with it as
	// their values do with the limit.
	return 2 + len(s.segments) + measure, func(part int) bool { return c.Op.holds(float64(part), float64(2*limit+1)) }
}

// search looks for customers of a box who are in none of others.
type search struct {
	steps int // comparisons of boxes that may still be made
}

// left returns a part of a box without others, nil if nothing is left. It follows one
// piece to the end before the next, so that somebody who is left is soon found; false if
// it takes too many steps.
func left(from box, taken []box) (box, bool) {
	if from.empty() {
		return nil, true
	}
	s := search{steps: maxSteps}
	found := s.left(from, slices.DeleteFunc(slices.Clone(taken), func(t box) bool { return !from.overlaps(t) }))
	return found, found != nil || s.steps > 0
}

// left goes on with the box that takes the most: if it takes all, there is nothing left.
func (s *search) left(from box, taken []box) box {
	var near []box // of those taken
	best, fewest := -1, 0
	for _, t := range taken {
		s.steps--
		if n, overlaps := from.beyond(t); overlaps {
			if near = append(near, t); best < 0 || n < fewest {
				best, fewest = len(near)-1, n
			}
		}
	}
	if best < 0 {
		return from
	}
	pieces := from.cut(near[best])
	near = slices.Delete(near, best, best+1)
	for _, piece := range pieces {
		if s.steps <= 0 {
			return nil
		}
		if found := s.left(piece, near); found != nil {
			return found
		}
	}
	return nil
}

// cut returns what is left of a box without another one that overlaps it: for each side
// what lies beyond the other there, and within it on the sides before.
func (b box) cut(other box) []box {
	var pieces []box
	rest := slices.Clone(b)
	for side := range b {
		inside, beyond := make(parts, len(b[side])), make(parts, len(b[side]))
		for i, in := range b[side] {
			inside[i], beyond[i] = in && other[side][i], in && !other[side][i]
		}
		if slices.Contains(beyond, true) {
			piece := slices.Clone(rest)
			piece[side] = beyond
			pieces = append(pieces, piece)
		}
		rest[side] = inside
	}
	return pieces
}

// beyond returns on how many sides a box reaches beyond another one: in so many pieces
// [box.cut] cuts it.
func (b box) beyond(other box) (sides int, overlaps bool) {
	for side := range b {
		both, out := false, false
		for i, in := range b[side] {
			both, out = both || in && other[side][i], out || in && !other[side][i]
		}
		if !both {
			return 0, false
		}
		if out {
			sides++
		}
	}
	return sides, true
}

// example returns a customer of a box, one of whom as much as possible is known.
func (s *space) example(b box) Profile {
	first := func(side int) int { return slices.Index(b[side], true) }
	name := func(names []string, part int, size int) string {
		switch {
		case part < len(names):
			return names[part]
		case part < size-1:
			other := "another"
			for slices.Contains(names, other) {
				other += " one"
			}
			return other
		}
		return ""
	}
	profile := Profile{Cell: name(s.cells, first(0), len(b[0])), Tier: name(s.tiers, first(1), len(b[1]))}
	for i, segment := range s.segments {
		switch first(2 + i) {
		case 1:
			profile.Segments = append(profile.Segments, segment)
		case 2:
			profile.Unsure = append(profile.Unsure, segment)
		}
	}
	for i, measure := range s.measures {
		limits, part := s.limits[i], first(2+len(s.segments)+i)
		if part == 2*len(limits)+1 {
			continue // not known
		}
		if profile.Measures == nil {
			profile.Measures = map[string]float64{}
		}
		profile.Measures[measure], _ = valueIn(limits, part)
	}
	return profile
}

// valueIn returns a value of a part of a measure; false if the part holds none that a
// measure can have: two limits may be neighbours, or one at the end of what there is.
func valueIn(limits []float64, part int) (float64, bool) {
	at := part / 2
	switch {
	case part%2 == 1:
		return limits[at], true
	case at == 0:
		v := max(-MaxValue, limits[0]-max(1, limits[0]/2, -limits[0]/2))
		return v, v < limits[0]
	case at == len(limits):
		v := min(MaxValue, limits[at-1]+max(1, limits[at-1]/2, -limits[at-1]/2))
		return v, v > limits[at-1]
	}
	v := limits[at-1] + (limits[at]-limits[at-1])/2
	return v, limits[at-1] < v && v < limits[at]
}
