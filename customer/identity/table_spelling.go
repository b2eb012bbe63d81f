package identity

import "slices"

// spellings are the further keys of the values of a column, which the option Keys of
// the standardiser derives: one name in two scripts has a key in common.
type spellings struct {
	keys    [][]uint64 // by value
	letters []uint64   // by value: the letters of its first key in any order; 0: no key
}

// newSpellings returns the keys of values, nil where none are derived. Only names meet
// by them.
func newSpellings(s *Standardiser, kind Kind, texts []string) *spellings {
	if s.options.Keys == nil || kind != Name {
		return nil
	}
	l := &spellings{keys: make([][]uint64, len(texts)), letters: make([]uint64, len(texts))}
	for v, text := range texts {
		for i, key := range s.Keys(kind, text) {
			l.keys[v] = append(l.keys[v], hashText(key))
			for at := 0; i == 0 && at < len(key); at++ {
				l.letters[v] += mix(uint64(key[at]))
			}
		}
		if len(l.keys[v]) > 0 {
			l.letters[v] |= 1
		}
	}
	return l
}

// share reports whether two values have a key in common.
func (l *spellings) share(a, b uint32) bool {
	return slices.ContainsFunc(l.keys[a], func(key uint64) bool { return slices.Contains(l.keys[b], key) })
}
