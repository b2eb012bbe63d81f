package scoring

import (
	"cmp"
	"slices"
)

// ranked is an account by the part of its id that sorts it.
type ranked struct {
	key    uint64
	number uint32
}

// byteOrder returns the numbers of the accounts in ascending byte order of the
// id. Comparing strings in place would miss the cache twice per comparison, so
// the eight bytes that follow the prefix common to all ids are compared first,
// as a number; most ids are told apart by them.
func byteOrder(accounts *pool[account]) []ranked {
	order := make([]ranked, accounts.length)
	if len(order) == 0 {
		return order
	}
	common := string(accounts.at(0).id)
	for i := range order {
		common = commonPrefix(common, string(accounts.at(uint32(i)).id))
	}
	for i := range order {
		order[i] = ranked{key: leading(string(accounts.at(uint32(i)).id)[len(common):]), number: uint32(i)}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return compareIDs(accounts.at(a.number).id, accounts.at(b.number).id)
	})
	return order
}

// commonPrefix returns the longest prefix of a that b has too.
func commonPrefix(a, b string) string {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return a[:i]
		}
	}
	return a[:n]
}

// leading returns the first eight bytes of a text as a number that sorts like
// them. A shorter text is filled with zero bytes, which no id contains.
func leading(text string) uint64 {
	var key uint64
	for i := range 8 {
		key <<= 8
		if i < len(text) {
			key |= uint64(text[i])
		}
	}
	return key
}
