package stats_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// separable says whether whole numbers are separated: whether some direction has no
// row on its wrong side. Such directions form a cone; as the rows span the space, it
// has edges, and an edge is at right angles to two rows.
func separable(rows [][3]int) bool {
	inside := func(d [3]int) bool {
		for _, r := range rows {
			if d[0]*r[0]+d[1]*r[1]+d[2]*r[2] < 0 {
				return false
			}
		}
		return d != [3]int{}
	}
	for i, a := range rows {
		for _, b := range rows[:i] {
			d := [3]int{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
			if inside(d) || inside([3]int{-d[0], -d[1], -d[2]}) {
				return true
			}
		}
	}
	return false
}

func TestFitLogisticFindsEverySeparation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 16).Draw(t, "rows")
		size := rapid.SampledFrom([]int{1, 3, 9, 30, 1000}).Draw(t, "size")
		coordinate := rapid.IntRange(-size, size)
		data := stats.Logistic{Columns: make([][]float64, 2)}
		rows := make([][3]int, n)
		for i := range rows {
			x, y, outcome := coordinate.Draw(t, "x"), coordinate.Draw(t, "y"), rapid.IntRange(0, 1).Draw(t, "outcome")
			data.Columns[0] = append(data.Columns[0], float64(x))
			data.Columns[1] = append(data.Columns[1], float64(y))
			data.Outcomes = append(data.Outcomes, float64(outcome))
			sign := 2*outcome - 1
			rows[i] = [3]int{sign, sign * x, sign * y}
		}
		fit, err := stats.FitLogistic(data)
		if column := new(stats.ColumnError); errors.As(err, &column) || errors.Is(err, stats.ErrOneOutcome) {
			return
		}
		switch separated := separable(rows); {
		case separated:
			require.ErrorIs(t, err, stats.ErrSeparated)
		case size == 1000 && err != nil:
			// An overlap of 1 beside a thousand, in two columns, is near a millionth.
			require.True(t, errors.Is(err, stats.ErrSeparated) || errors.Is(err, stats.ErrNotConverged), "%v", err)
		default:
			require.NoError(t, err)
			require.NotNil(t, fit)
		}
	})
}

// The columns that separate are named: alone if one is enough, else together.
func TestSeparatorsAreNamed(t *testing.T) {
	random := numeric.Stream(3, 0)
	const n = 200
	noise, a, b, outcomes := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		noise[i], a[i], b[i] = random.NormFloat64(), random.NormFloat64(), random.NormFloat64()
		if a[i]-b[i] > 0 {
			outcomes[i] = 1
			a[i] += 0.1
		}
	}
	for _, c := range []struct {
		columns [][]float64
		want    []int
	}{
		{[][]float64{noise, a, b}, []int{1, 2}},
		{[][]float64{outcomes, noise, b}, []int{0}},
		{[][]float64{b, a, noise, outcomes}, []int{3}},
	} {
		_, err := stats.FitLogistic(stats.Logistic{Columns: c.columns, Outcomes: outcomes})
		var separated *stats.SeparatedError
		require.ErrorAs(t, err, &separated)
		require.Equal(t, c.want, separated.Columns)
		require.ErrorIs(t, err, stats.ErrSeparated)
	}
}
