package numeric_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestRaceAgainstTable(t *testing.T) {
	text, err := os.ReadFile("testdata/race_truth.json")
	require.NoError(t, err)
	var file struct {
		Typical [][]float64 `json:"typical"`
		Extreme [][]float64 `json:"extreme"`
		Steady  [][]float64 `json:"steady"` // s from 1e3 to 1e8, s e^−k from 0.01 to 100
	}
	require.NoError(t, json.Unmarshal(text, &file))
	for name, rows := range map[string][][]float64{"typical": file.Typical, "extreme": file.Extreme, "steady": file.Steady} {
		require.GreaterOrEqual(t, len(rows), 150, name)
		limits := [3]float64{1e-13, 1e-13, 1e-13}
		var value, alone, first, second errorsOf
		for _, row := range rows {
			b, s := row[0], row[1]
			r := numeric.NewRaceTrack(row[2]).Race(b, s)
			value.add(r.Log, row[3], 1, row)
			value.add(r.Value, math.Exp(row[3]), 1e-300, row)
			alone.add(numeric.NewRaceTrack(row[2]).Value(b, s), math.Exp(row[3]), 1e-300, row)
			// As a fit sees them: derivatives in ln b, ln s and k.
			first.add(b*r.B, b*row[4], 1, row)
			first.add(s*r.S, s*row[5], 1, row)
			first.add(r.K, row[6], 1, row)
			for _, d := range [][2]float64{
				{b * b * r.BB, b * b * row[7]}, {b * s * r.BS, b * s * row[8]}, {b * r.BK, b * row[9]},
				{s * s * r.SS, s * s * row[10]}, {s * r.SK, s * row[11]}, {r.KK, row[12]},
			} {
				second.add(d[0], d[1], max(1, math.Abs(b*row[4]), math.Abs(s*row[5]), math.Abs(row[6])), row)
			}
		}
		value.check(t, name+" ln φ", limits[0])
		alone.check(t, name+" φ alone", 1e-12)
		first.check(t, name+" first", limits[1])
		second.check(t, name+" second", limits[2])
	}
}
