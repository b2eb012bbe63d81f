package segment

import (
	"hash/maphash"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// checkRows checks n rows, each with an id of its own, by a function that returns the
// id of a row and what else is wrong with it. It tells whether the ids ascend, in which
// case none comes twice. Others are hashed, as ids of different hash differ: sorting a
// million numbers takes a fraction of the time and memory of a map of strings. Each id is
// read once, since in no order each reading is a miss of the cache.
func checkRows(n int, check func(i int) (rapport.ID, error)) (ascending bool, err error) {
	var before rapport.ID
	var hashes []uint64
	seed := maphash.MakeSeed() // keeps chosen ids from colliding; the answer does not depend on it
	for i := range n {
		id, wrong := check(i)
		if err := id.Validate(); err != nil {
			return false, &IDError{Index: i, ID: id, First: -1, Err: err}
		}
		if wrong != nil {
			return false, wrong
		}
		if hashes == nil && before >= id { // no valid id is empty
			hashes = make([]uint64, 0, n)
			for j := range i {
				earlier, _ := check(j)
				hashes = append(hashes, maphash.String(seed, string(earlier)))
			}
		}
		if hashes != nil {
			hashes = append(hashes, maphash.String(seed, string(id)))
		}
		before = id
	}
	if hashes == nil {
		return true, nil
	}
	numeric.RadixSort(hashes, func(h *uint64) uint64 { return *h })
	for i := 1; i < len(hashes); i++ {
		if hashes[i] == hashes[i-1] {
			return false, twice(n, check)
		}
	}
	return false, nil
}

// twice returns an [*IDError] for the first id that is in an earlier row already, nil if
// there is none and only two hashes were equal.
func twice(n int, check func(i int) (rapport.ID, error)) error {
	seen := make(map[rapport.ID]int, n)
	for i := range n {
		id, _ := check(i)
		if first, known := seen[id]; known {
			return &IDError{Index: i, ID: id, First: first}
		}
		seen[id] = i
	}
	return nil
}
