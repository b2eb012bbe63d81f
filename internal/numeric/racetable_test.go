package numeric_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// A table says what the races themselves say, wherever it is filled at all.
func TestRaceTable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var table numeric.RaceTable
	var first errorsOf
	filled := 0
	for range 300 {
		b, s := math.Exp(random.Float64()*16-7), math.Exp(random.Float64()*30-7)
		low := random.Float64()*36 - 18
		width := random.Float64() * 4
		if !table.Fill(b, s, numeric.NewRaceTrack(low+width), numeric.NewRaceTrack(low)) {
			continue
		}
		filled++
		for _, share := range []float64{0, 1, random.Float64(), random.Float64(), random.Float64()} {
			track := numeric.NewRaceTrack(low + share*width)
			want, got := track.Race(b, s), table.At(track)
			size := max(1, math.Abs(want.Log), math.Abs(b*want.B), math.Abs(s*want.S), math.Abs(want.K))
			for _, d := range [][3]float64{
				{want.Log, got.Log, 1}, {want.B, got.B, b}, {want.S, got.S, s}, {want.K, got.K, 1},
				{want.BB, got.BB, b * b}, {want.BS, got.BS, b * s}, {want.BK, got.BK, b},
				{want.SS, got.SS, s * s}, {want.SK, got.SK, s}, {want.KK, got.KK, 1},
			} {
				first.add(d[1]*d[2], d[0]*d[2], size, []float64{b, s, low, width, share})
			}
			require.InEpsilon(t, want.Value, got.Value, 1e-11)
		}
	}
	first.check(t, "table", 3e-13)
	require.Greater(t, filled, 290)

	track := numeric.NewRaceTrack(.3)
	require.True(t, table.Fill(2, .6, track, track), "one track alone")
	require.InDelta(t, track.Race(2, .6).Log, table.At(track).Log, 1e-14)
	require.Less(t, numeric.RaceTableCost(track, numeric.NewRaceTrack(2.3)), 30)
}
