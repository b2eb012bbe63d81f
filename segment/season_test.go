package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment"
)

func indexes(s *segment.Seasons) (index []float64, n []int) {
	for _, season := range s.All() {
		index, n = append(index, season.Index), append(n, season.N)
	}
	return index, n
}

// Two years of quarters by hand: only the third to the sixth value have a whole cycle
// around them.
func TestSeasonsByHand(t *testing.T) {
	values := []float64{4, 4, 8, 8, 8, 4, 8, 12}
	// third: (2 + 4 + 8 + 8 + 4)/4 = 6.5; fourth: (2 + 8 + 8 + 8 + 2)/4 = 7;
	// fifth: (4 + 8 + 8 + 4 + 4)/4 = 7; sixth: (4 + 8 + 4 + 8 + 6)/4 = 7.5.
	raw := []float64{8 / 7.0, 4 / 7.5, 8 / 6.5, 8 / 7.0}
	mean := (raw[0] + raw[1] + raw[2] + raw[3]) / 4
	s, err := segment.FitSeasons(values, &segment.SeasonOptions{Cycle: 4})
	require.NoError(t, err)
	index, n := indexes(s)
	require.Equal(t, []int{1, 1, 1, 1}, n)
	for i := range raw {
		require.InEpsilon(t, raw[i]/mean, index[i], 1e-14) // a handful of roundings
	}

	// Means of the seasons 6 4 8 10, on average 7.
	s, err = segment.FitSeasons(values, &segment.SeasonOptions{Cycle: 4, Method: segment.PeriodMeans})
	require.NoError(t, err)
	index, n = indexes(s)
	require.Equal(t, []int{2, 2, 2, 2}, n)
	require.InDeltaSlice(t, []float64{6. / 7, 4. / 7, 8. / 7, 10. / 7}, index, 1e-15)
	require.Equal(t, []int{1, 2}, s.Off(1))
	require.Equal(t, s.At(1), s.At(5))
	require.Equal(t, s.At(4), s.At(0))

	// The same quarters, seen from a year that begins with the third.
	s, err = segment.FitSeasons(values, &segment.SeasonOptions{Cycle: 4, First: 3, Method: segment.PeriodMeans})
	require.NoError(t, err)
	require.InEpsilon(t, 8./7, s.At(1).Index, 1e-15)

	// The smallest numbers there are, 1 and 2 of them: on average 1.5.
	s, err = segment.FitSeasons([]float64{5e-324, 1e-323}, &segment.SeasonOptions{Cycle: 2, Method: segment.PeriodMeans})
	require.NoError(t, err)
	index, _ = indexes(s)
	require.InDeltaSlice(t, []float64{2. / 3, 4. / 3}, index, 1e-15)

	// An odd cycle: 1 2 3 | 1 2 3 has the average 2 everywhere.
	s, err = segment.FitSeasons([]float64{1, 2, 3, 1, 2, 3}, &segment.SeasonOptions{Cycle: 3})
	require.NoError(t, err)
	index, n = indexes(s)
	require.InDeltaSlice(t, []float64{.5, 1, 1.5}, index, 1e-15)
	require.Equal(t, []int{1, 2, 1}, n)
}

// A line times a pattern: the average of a whole cycle of a line is the line, so the
// ratio finds the pattern where the trend is small against it.
func TestSeasonsAgainstTrend(t *testing.T) {
	pattern := []float64{.6, .7, .9, 1, 1.1, 1.3, 1.5, 1.4, 1.1, .9, .8, .7}
	var values []float64
	for i := range 60 {
		values = append(values, (1000+float64(i))*pattern[i%12])
	}
	s, err := segment.FitSeasons(values, nil)
	require.NoError(t, err)
	for i, season := range s.All() {
		require.Equal(t, 4, season.N)
		require.InDelta(t, pattern[i], season.Index, .002)
	}
	require.Equal(t, []int{1, 2, 3, 10, 11, 12}, s.Off(.95))
	require.Equal(t, 12, s.Cycle())
}

func TestSeasonsRefused(t *testing.T) {
	ones := func(n int) []float64 { return make([]float64, n) }
	for message, tc := range map[string]struct {
		values  []float64
		options segment.SeasonOptions
	}{
		"values 0: less than two cycles":                {nil, segment.SeasonOptions{}},
		"values 23: less than two cycles":               {ones(23), segment.SeasonOptions{}},
		"values 11: less than one cycle":                {ones(11), segment.SeasonOptions{Method: segment.PeriodMeans}},
		"cycle 1: out of range":                         {ones(24), segment.SeasonOptions{Cycle: 1}},
		"first 13: out of range":                        {ones(24), segment.SeasonOptions{First: 13}},
		"method 2: unknown":                             {ones(24), segment.SeasonOptions{Method: 2}},
		"value 6 is 0: zero over a whole cycle":         {ones(24), segment.SeasonOptions{}},
		"average 0: zero over a whole cycle":            {ones(24), segment.SeasonOptions{Method: segment.PeriodMeans}},
		"value 1 is NaN: not a number of size up to Ma": {[]float64{1, math.NaN()}, segment.SeasonOptions{Cycle: 2, Method: segment.PeriodMeans}},
		"value 0 is -1: negative":                       {[]float64{-1, 1}, segment.SeasonOptions{Cycle: 2, Method: segment.PeriodMeans}},
	} {
		_, err := segment.FitSeasons(tc.values, &tc.options)
		_, ok := errors.AsType[*segment.SeasonError](err)
		require.True(t, ok, "%s: %v", message, err)
		require.ErrorContains(t, err, message)
	}
}

func TestSeasonsProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := segment.SeasonOptions{Cycle: rapid.IntRange(2, 13).Draw(r, "cycle"), Method: segment.SeasonMethod(rapid.IntRange(0, 1).Draw(r, "method"))}
		o.First = rapid.IntRange(1, o.Cycle).Draw(r, "first")
		values := rapid.SliceOfN(rapid.Float64Range(0, 1e6), 2*o.Cycle, 5*o.Cycle).Draw(r, "values")
		values[o.Cycle]++ // so that no cycle is all zero
		values[0]++
		s, err := segment.FitSeasons(values, &o)
		if err != nil {
			require.ErrorContains(r, err, "zero over a whole cycle")
			return
		}
		total, n := 0.0, 0
		for _, season := range s.All() {
			require.GreaterOrEqual(r, season.Index, 0.0)
			total += season.Index
			n += season.N
		}
		require.InEpsilon(r, float64(o.Cycle), total, 1e-12)
		if o.Method == segment.PeriodMeans {
			require.Equal(r, len(values), n)
		} else {
			require.Equal(r, len(values)-2*(o.Cycle/2), n)
		}
		text, err := json.Marshal(s)
		require.NoError(r, err)
		var read segment.Seasons
		require.NoError(r, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func TestSeasonsJSON(t *testing.T) {
	s, err := segment.FitSeasons([]float64{1, 3}, &segment.SeasonOptions{Cycle: 2, Method: segment.PeriodMeans})
	require.NoError(t, err)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"method":"period_means","seasons":[{"index":0.5,"n":1},{"index":1.5,"n":1}]}`, string(text))
	for _, swap := range [][2]string{{"0.5", "0.6"}, {"0.5", "-0.5"}, {"period_means", "guess"}, {`"n":1`, `"n":0`}, {`"format":1`, `"format":2`}, {`,{"index":1.5,"n":1}`, ``}} {
		require.Error(t, s.UnmarshalJSON([]byte(strings.Replace(string(text), swap[0], swap[1], 1))), fmt.Sprint(swap))
	}
	_, err = json.Marshal(new(segment.Seasons))
	require.Error(t, err)
	require.Zero(t, new(segment.Seasons).At(3))
}

func BenchmarkFitSeasons(b *testing.B) {
	values := make([]float64, 1200)
	for i := range values {
		values[i] = 100 + float64(i%12)
	}
	b.Run("n=1200", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := segment.FitSeasons(values, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
