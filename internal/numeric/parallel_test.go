package numeric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestParallelDoesEachPieceOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7} {
		for _, n := range []int{0, 1, 5, 100} {
			done := make([]int, n)
			numeric.Parallel(workers, n, func(i int) { done[i]++ })
			for i, times := range done {
				require.Equal(t, 1, times, "piece %d of %d by %d workers", i, n, workers)
			}
		}
	}
}
