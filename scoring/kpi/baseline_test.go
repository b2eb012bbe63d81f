package kpi_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Visits of three years by quarter, with the level 100, then 200, then 400 and indexes
// 0.5, 1, 1.5 and 1; one quarter went wrong.
func ExampleFitBaseline() {
	visits := []float64{50, 100, 150, 100, 100, 200, 300, 20, 200, 400, 600, 400}
	usual, err := kpi.FitBaseline(visits, 4, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := usual.Expect(3, 0)
	fmt.Println(usual.Level(), usual.Index(), next.Value, err)
	// Output:
	// 400 [0.5 1 1.5 1] 600 <nil>
}

func TestBaselineAdditive(t *testing.T) {
	t.Parallel()
	values := []float64{99} // before the first full season
	for s := range 4 {
		for _, term := range []float64{-3, 0, 4, -1} {
			values = append(values, float64(10*s-20)+term)
		}
	}
	b, err := kpi.FitBaseline(values, 4, true)
	require.NoError(t, err)
	require.Equal(t, []float64{-3, 0, 4, -1}, b.Index())
	require.InDelta(t, 10, b.Level(), 1e-12)
	e, err := b.Expect(7, 0)
	require.NoError(t, err)
	require.InDelta(t, 14, e.Value, 1e-12)
	require.False(t, e.HasInterval(), "without spread")
	_, err = kpi.FitBaseline(values, 4, false)
	require.EqualError(t, err, "kpi: value 1 of the series is -23: below 0: want additive indexes")
}

// The spread is about that of the values, also with one in twelve gone wrong, and a band
// of 95 % holds about so many of the next values.
func TestBaselineSpread(t *testing.T) {
	t.Parallel()
	covered, total, spread := 0, 0, 0.0
	const runs = 200
	for run := range runs {
		random := numeric.Stream(3, uint64(run))
		values := make([]float64, 72)
		for i := range values {
			values[i] = 100 * (1 + 0.3*math.Sin(float64(i)*math.Pi/6)) * (1 + 0.05*random.NormFloat64())
		}
		known := values[:60]
		for s := range 5 {
			known[12*s+random.IntN(12)] *= 3
		}
		b, err := kpi.FitBaseline(known, 12, false)
		require.NoError(t, err)
		spread += b.Spread() / runs
		for i, v := range values[60:] {
			e, err := b.Expect(i+1, 0.95)
			require.NoError(t, err)
			if v >= e.Low && v <= e.High {
				covered++
			}
			total++
		}
	}
	share := float64(covered) / float64(total)
	t.Log(spread, share)
	require.InDelta(t, 0.0625, spread, 0.0075)
	require.InDelta(t, 0.95, share, 0.025)
}

func TestBaselineBadInput(t *testing.T) {
	t.Parallel()
	_, err := kpi.FitBaseline(make([]float64, 11), 4, true)
	require.EqualError(t, err, "kpi: baseline needs at least 12 values, got 11")
	_, err = kpi.FitBaseline(make([]float64, 12), 4, false)
	require.ErrorAs(t, err, new(*kpi.SeriesError))
	_, err = kpi.FitBaseline(make([]float64, 12), 1, false)
	require.ErrorAs(t, err, new(*kpi.InputError))
	_, err = kpi.FitBaseline([]float64{1, math.NaN(), 1, 1, 1, 1}, 2, false)
	require.ErrorAs(t, err, new(*kpi.SeriesError))
	_, err = kpi.FitBaseline([]float64{0, 1, 5, 0, 0, 1, 5, 0, 1, 0, 0, 5}, 4, false)
	require.ErrorAs(t, err, new(*kpi.SeriesError))
	_, err = kpi.FitBaseline([]float64{1e308, -1e308, 1e308, -1e308, 1e308, -1e308}, 2, true)
	if err != nil {
		require.ErrorAs(t, err, new(*kpi.SeriesError))
	}
}

func TestBaselineFormat(t *testing.T) {
	t.Parallel()
	b, err := kpi.FitBaseline([]float64{1, 2, 1, 3, 2, 3.5}, 2, false)
	require.NoError(t, err)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	read := new(kpi.Baseline)
	require.NoError(t, json.Unmarshal(text, read))
	require.Equal(t, b, read)
	for old, wrong := range map[string]string{`"format":1`: `"format":3`, `"n":6`: `"n":4`, `"spread":`: `"spread":-`, `"index":[`: `"index":[-`} {
		got := new(kpi.Baseline)
		require.Error(t, json.Unmarshal([]byte(strings.Replace(string(text), old, wrong, 1)), got), wrong)
		require.Zero(t, *got)
	}
	_, err = json.Marshal(new(kpi.Baseline))
	require.ErrorAs(t, err, new(*kpi.InputError))
	for _, ahead := range []int{0, -3} {
		_, err = b.Expect(ahead, 0)
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
}

func TestZeroBaseline(t *testing.T) {
	t.Parallel()
	_, err := new(kpi.Baseline).Expect(1, 0)
	require.ErrorAs(t, err, new(*kpi.InputError))
}

// What FitBaseline makes of any values comes back from its JSON to the same bytes.
func TestBaselineRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		season, additive := rapid.IntRange(2, 4).Draw(t, "season"), rapid.Bool().Draw(t, "additive")
		some := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 7, 5e-324, 1e-300, 1e15, 1e300}), rapid.Float64Range(0, 10))
		values := rapid.SliceOfN(some, 3*season, 4*season).Draw(t, "values")
		b, err := kpi.FitBaseline(values, season, additive)
		if err != nil {
			return
		}
		text, err := json.Marshal(b)
		require.NoError(t, err)
		read := new(kpi.Baseline)
		require.NoError(t, json.Unmarshal(text, read), "%s", text)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}
