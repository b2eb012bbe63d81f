package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

func TestHysteresisLevel(t *testing.T) {
	t.Parallel()
	gauge := []stats.Threshold{{Enter: 5, Leave: 4}, {Enter: 8, Leave: 7}}
	level := 0
	var levels []int
	for _, value := range []float64{4.9, 5.1, 4.5, 3.9, 4.5, 9, 7, 6.9, 4, 3} {
		level = stats.HysteresisLevel(gauge, level, value)
		levels = append(levels, level)
	}
	require.Equal(t, []int{0, 1, 1, 0, 0, 2, 2, 1, 1, 0}, levels)
}

// A value that stays between Leave and Enter of its level never changes it.
func TestHysteresisLevelDoesNotFlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var thresholds []stats.Threshold
		enter, leave := 0.0, 0.0
		for range rapid.IntRange(1, 5).Draw(t, "levels") {
			enter += rapid.Float64Range(0, 5).Draw(t, "rise")
			leave = max(leave, enter-rapid.Float64Range(0, 8).Draw(t, "gap"))
			thresholds = append(thresholds, stats.Threshold{Enter: enter, Leave: leave})
		}
		level := rapid.IntRange(0, len(thresholds)).Draw(t, "level")
		value := rapid.Float64Range(-10, 30).Draw(t, "value")
		next := stats.HysteresisLevel(thresholds, level, value)
		require.Equal(t, next, stats.HysteresisLevel(thresholds, next, value), "the same value again changes nothing")
		if next > level {
			require.GreaterOrEqual(t, value, thresholds[next-1].Enter)
		}
		if next < level {
			require.Less(t, value, thresholds[next].Leave)
		}
	})
}
