package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/stats"
)

// The remission times of the 21 patients under 6-MP of E. J. Freireich and others,
// Blood 21, 1963, the textbook case of the product-limit curve: .857 at 6, .807 at 7,
// .753 at 10, .690 at 13, .627 at 16, .538 at 22, .448 at 23; median 23, interval from
// 13 with an open upper end.
func TestSurvivalOnRemissions(t *testing.T) {
	var times []stats.Lifetime
	for _, at := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		times = append(times, stats.Lifetime{Time: at, Ended: true})
	}
	for _, at := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		times = append(times, stats.Lifetime{Time: at})
	}
	s := stats.NewSurvival(times)
	for p, want := range map[float64]float64{0.142: 6, 0.144: 7, 0.19: 7, 0.2: 10, 0.3: 13, 0.32: 16, 0.4: 22, 0.5: 23, 0.55: 23} {
		got, ok := s.Quantile(p)
		require.True(t, ok, p)
		require.Equal(t, want, got, p)
	}
	_, ok := s.Quantile(0.56)
	require.False(t, ok)
	low, _, ok := s.QuantileInterval(0.5, z95)
	require.False(t, ok)
	require.Equal(t, 13.0, low)
}

// Without open ends the quantile is that of the sorted times: 4 of 8 have ended at the
// fourth. The interval by hand: at the first time S = 7/8, ln(−ln S) = −2.0134, with
// error √(1/56)/.13353 = 1.0008 it is 1.65 errors below −.3665; the seventh has
// S = 1/8, (.7321+.3665)·2.0794/√(7/8) = 2.44 errors above; the sixth 1.13·… below 1.96.
func TestSurvivalWithoutOpenEnds(t *testing.T) {
	var times []stats.Lifetime
	for _, at := range []float64{8, 1, 7, 2, 6, 3, 5, 4} {
		times = append(times, stats.Lifetime{Time: at, Ended: true})
	}
	s := stats.NewSurvival(times)
	for p, want := range map[float64]float64{0.125: 1, 0.25: 2, 0.5: 4, 0.51: 5, 0.999: 8} {
		got, ok := s.Quantile(p)
		require.True(t, ok)
		require.Equal(t, want, got, p)
	}
	low, high, ok := s.QuantileInterval(0.5, z95)
	require.True(t, ok)
	require.Equal(t, []float64{1, 7}, []float64{low, high})
	_, ok = stats.NewSurvival(nil).Quantile(0.5)
	require.False(t, ok)
}
