package segment

import (
	"hash/maphash"
	"math/bits"

	"github.com/rapport-crm/rapport"
)

// rowBits is how many bits of an entry of the index hold a row: enough for any
// slice of strings that fits in memory.
const rowBits = 40

// unique returns an [*IDError] for the first id that is in an earlier row
// already. The index is an open-addressed table of numbers: the row, and the
// rest of the hash, which spares nearly all looks at other ids. For a million ids
// it is one allocation of 16 MB, where a map takes several times the time and
// memory.
func unique(ids []rapport.ID) error {
	size := 1 << bits.Len(uint(2*len(ids)))
	const rowMask = 1<<rowBits - 1
	table := make([]uint64, size) // 0: free, else hash above, row + 1 below
	seed := maphash.MakeSeed()    // keeps chosen ids from colliding; the answer does not depend on it
	for i, id := range ids {
		hash := maphash.String(seed, string(id))
		tag := hash &^ rowMask
		slot := hash & uint64(size-1)
		for ; table[slot] != 0; slot = (slot + 1) & uint64(size-1) {
			if table[slot]&^rowMask != tag {
				continue
			}
			if first := int(table[slot]&rowMask) - 1; ids[first] == id {
				return &IDError{Index: i, ID: id, First: first}
			}
		}
		table[slot] = tag | uint64(i+1)
	}
	return nil
}
