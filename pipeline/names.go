package pipeline

// names finds the number of a short name in a few nanoseconds: an open table, at most
// half full, whose hash looks at the length and three bytes, with a factor that keeps
// the names apart if one does.
type names struct {
	slots  []slot // the length is a power of two
	factor uint32
}

type slot struct {
	key string
	id  int // 1 + number of the key, 0 for none
}

func newNames(keys []string) names {
	size := 4
	for size < 4*len(keys) {
		size *= 2
	}
	var best names
	fewest := len(keys) + 1
	for factor := uint32(1); factor < 200 && fewest > 0; factor += 2 {
		n := names{make([]slot, size), factor}
		crowded := 0
		for i, key := range keys {
			at := n.hash(key)
			if n.slots[at].id != 0 {
				crowded++
			}
			for n.slots[at].id != 0 {
				at = (at + 1) & (size - 1)
			}
			n.slots[at] = slot{key, i + 1}
		}
		if crowded < fewest {
			best, fewest = n, crowded
		}
	}
	return best
}

// find returns the number of a name, −1 if there is none.
func (n *names) find(key string) int {
	slots := n.slots
	for at := n.hash(key); len(slots) > 0; at++ {
		s := &slots[at&(len(slots)-1)]
		if s.key == key {
			return s.id - 1
		}
		if s.id == 0 {
			return -1
		}
	}
	return -1 // the zero names
}

func (n *names) hash(key string) int {
	size := len(key)
	if size == 0 {
		return 0
	}
	h := (uint32(key[0])*n.factor+uint32(key[size-1]))*n.factor + uint32(key[size/2]) + uint32(size)
	return int(h) & (len(n.slots) - 1)
}
