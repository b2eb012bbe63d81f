package rfm

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// checkAll checks every row and that no customer comes twice. Ids in ascending
// order, as [Aggregate] gives them, need no memory for it. Others are hashed, as
// ids of different hash differ: sorting a million numbers takes a fraction of the
// time and memory of a map of strings. Each id is read once, since in no order each
// reading is a miss of the cache.
func checkAll(rows []Row) error {
	var hashes []uint64
	for i := range rows {
		if err := rows[i].check(i); err != nil {
			return err
		}
		if hashes == nil && i > 0 && rows[i-1].ID >= rows[i].ID {
			hashes = make([]uint64, 0, len(rows))
			for _, before := range rows[:i] {
				hashes = append(hashes, hash(before.ID))
			}
		}
		if hashes != nil {
			hashes = append(hashes, hash(rows[i].ID))
		}
	}
	numeric.RadixSort(hashes, func(h *uint64) uint64 { return *h })
	if hashes == nil || len(slices.Compact(hashes)) == len(rows) {
		return nil
	}
	return twice(rows)
}

// twice returns a [*RowError] for the first customer that is in an earlier row
// already, nil if there is none and only two hashes were equal.
func twice(rows []Row) error {
	seen := make(map[rapport.ID]int, len(rows))
	for i := range rows {
		id := rows[i].ID
		if first, known := seen[id]; known {
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
