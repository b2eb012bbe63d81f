package btyd

import "math"

// index is an open-addressing table of positions in slices kept beside it.
type index struct {
	slots []slot
	shift uint
	count int32
	seen  int32 // keeps load from being dropped
}

// slot holds the upper half of an element's hash and its position + 1; 0 is empty.
type slot struct {
	hash     uint32
	position int32
}

// mix is the odd number next to 2^64 divided by the golden ratio.
const mix = 0x9e3779b97f4a7c15

// hash spreads two numbers.
func hash(a, b float64) uint64 {
	h := math.Float64bits(a)*mix ^ math.Float64bits(b)
	h ^= h >> 32
	h *= mix
	return h ^ h>>29
}

func newIndex(expected int) *index {
	bits := uint(2)
	for 1<<bits < expected+expected/2 {
		bits++
	}
	return &index{slots: make([]slot, 1<<bits), shift: 32 - bits}
}

// find returns the position of the element with that hash which equal accepts, or
// a new one at the end, which the caller must then append.
func (x *index) find(h uint64, equal func(at int32) bool) int32 {
	tag := uint32(h * mix >> 32)
	mask := uint32(len(x.slots) - 1)
	for at := tag >> x.shift; ; at = (at + 1) & mask {
		s := x.slots[at]
		if s.position == 0 {
			x.count++
			x.slots[at] = slot{tag, x.count}
			if int(x.count)*4 > len(x.slots)*3 {
				x.grow()
			}
			return x.count - 1
		}
		if s.hash == tag && equal(s.position-1) {
			return s.position - 1
		}
	}
}

// load brings the slot that find will look at first into the cache.
func (x *index) load(h uint64) {
	x.seen |= x.slots[uint32(h*mix>>32)>>x.shift].position
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, 2*len(old))
	x.shift--
	mask := uint32(len(x.slots) - 1)
	for _, s := range old {
		if s.position == 0 {
			continue
		}
		at := s.hash >> x.shift
		for x.slots[at].position != 0 {
			at = (at + 1) & mask
		}
		x.slots[at] = s
	}
}
