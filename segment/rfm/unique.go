package rfm

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// unique returns a [*RowError] for the first customer that is in an earlier row
// already. Ids of different hash differ, and sorting a million numbers takes a
// fraction of the time and memory of a map of strings: only where two hashes are
// equal are the ids looked at.
func unique(rows []Row) error {
	hashes := make([]uint64, len(rows))
	for i := range rows {
		hashes[i] = hash(rows[i].ID)
	}
	slices.Sort(hashes)
	if len(slices.Compact(hashes)) == len(rows) {
		return nil
	}
	seen := make(map[rapport.ID]int, len(rows))
	for i := range rows {
		id := rows[i].ID
		if first, twice := seen[id]; twice {
			return &RowError{Row: i, ID: id, Field: "id", First: first, Reason: "twice"}
		}
		seen[id] = i
	}
	return nil
}

// hash is FNV-1a of 64 bits.
func hash(id rapport.ID) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h
}
