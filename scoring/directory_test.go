package scoring_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// TestDirectoryWithCollisions gives ids hashes that a good function never would:
// all equal, all in the last slot, so that probes run over the end of the table,
// and equal in what decides the slot. Each id keeps its number while the table
// grows from 256 to 4096 slots.
func TestDirectoryWithCollisions(t *testing.T) {
	const n = 3000
	for name, hash := range map[string]func(i int) uint32{
		"one hash":           func(int) uint32 { return 0 },
		"the last slot":      func(int) uint32 { return math.MaxUint32 },
		"a few hashes":       func(i int) uint32 { return uint32(i%n%7) * 0x2492_4924 },
		"one slot, two sets": func(i int) uint32 { return math.MaxUint32 - uint32(i%n%2) },
		"all slots":          func(i int) uint32 { return uint32(i%n) << 16 },
	} {
		t.Run(name, func(t *testing.T) {
			ids := make([]rapport.ID, 0, 2*n)
			for i := range 2 * n {
				ids = append(ids, rapport.ID(fmt.Sprintf("customer %d", i%n)))
			}
			numbers, err := scoring.FindAll(ids, hash)
			require.NoError(t, err)
			for i, number := range numbers {
				require.EqualValues(t, i%n, number, "id %q", ids[i])
			}
		})
	}
}
