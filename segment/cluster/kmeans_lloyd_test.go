package cluster

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// points prepares rows of two figures in their own units.
func points(t require.TestingT, rows [][2]float64) *Prepared {
	columns := []Column{{Name: "a"}, {Name: "b"}}
	for _, row := range rows {
		columns[0].Values, columns[1].Values = append(columns[0].Values, row[0]), append(columns[1].Values, row[1])
	}
	s := &Scaler{features: []Feature{{Name: "a", Scale: 1}, {Name: "b", Scale: 1}}}
	data, err := s.Apply(columns)
	require.NoError(t, err)
	return data
}

// The bounds spare distances and change nothing: step by step, labels and centres are
// those of a run that forgets its bounds before each step.
func TestBoundsChangeNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]float64 {
			return [2]float64{rapid.Float64Range(-3, 3).Draw(r, "a"), rapid.Float64Range(-3, 3).Draw(r, "b")}
		}), 4, 60).Draw(r, "rows")
		data := points(r, rows)
		k := rapid.IntRange(1, 4).Draw(r, "k")
		centers := slices.Clone(data.rows[:2*k])
		bounded, plain := newLloyd(data, slices.Clone(centers), 1), newLloyd(data, slices.Clone(centers), 2)
		for range 8 {
			plain.forget()
			require.Equal(r, plain.assign(), bounded.assign())
			require.Equal(r, plain.labels, bounded.labels)
			one, err := plain.move()
			if err != nil {
				return // fewer points differ than there are centres
			}
			two, err := bounded.move()
			require.NoError(r, err)
			require.Equal(r, one, two)
			if two {
				bounded.forget()
			}
			require.Equal(r, plain.centers, bounded.centers)
		}
	})
}

// A centre that nobody is near gets the point that is farthest from its own.
func TestEmptyClusterIsRefilled(t *testing.T) {
	data := points(t, [][2]float64{{0, 0}, {1, 0}, {10, 0}, {11, 0}, {30, 0}})
	l := newLloyd(data, []float64{0, 0, 12, 0, 1000, 0}, 1)
	_, converged, err := l.run(t.Context(), 100, 0)
	require.NoError(t, err)
	require.True(t, converged)
	sizes, within := l.finish()
	require.Equal(t, []int{2, 2, 1}, sizes)
	require.Equal(t, []float64{0.5, 0.5, 0}, within)

	same := points(t, [][2]float64{{1, 1}, {1, 1}, {2, 2}})
	_, _, err = newLloyd(same, []float64{1, 1, 2, 2, 9, 9}, 1).run(t.Context(), 10, 0)
	var few *CountError
	require.ErrorAs(t, err, &few)
	require.Equal(t, 2, few.Distinct)
}

// Lloyd's steps stay where 0, 2 and 4 are together: 4 is 2 off their mean and 2.5 off the
// 6.5. But with 4 gone their mean follows, and the sum of squares falls from 8 to 5.125.
func TestPolishLeavesWhereLloydStays(t *testing.T) {
	data := points(t, [][2]float64{{0, 0}, {2, 0}, {4, 0}, {6.5, 0}})
	l := newLloyd(data, []float64{2, 0, 6.5, 0}, 1)
	_, _, err := l.run(t.Context(), 100, 0)
	require.NoError(t, err)
	sizes, within := l.finish()
	require.Equal(t, []int{3, 1}, sizes)
	require.Equal(t, 8.0, sum(within))
	_, ended, err := l.polish(t.Context(), sizes, 100)
	require.NoError(t, err)
	require.True(t, ended)
	require.Equal(t, []int{2, 2}, sizes) // 2 + 3.125
	_, within = l.finish()
	require.InDelta(t, 5.125, sum(within), 1e-12)
}

func TestSampleIsFairAndOrdered(t *testing.T) {
	counts := make([]int, 10)
	for seed := range uint64(2000) {
		rows := sample(10, 3, numeric.Stream(seed, sampleStream))
		require.Len(t, rows, 3)
		require.True(t, slices.IsSorted(rows))
		for _, row := range rows {
			counts[row]++
		}
	}
	for _, n := range counts { // 600 each, standard deviation 20
		require.InDelta(t, 600, n, 100)
	}
}
