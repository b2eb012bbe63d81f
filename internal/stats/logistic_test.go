package stats_test

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

//go:embed testdata/logistic.json
var logisticTable []byte

func TestFitLogisticAgreesWithTheTable(t *testing.T) {
	var table struct {
		Cases []struct {
			Name                     string
			Columns                  [][]float64
			Outcomes, Weights        []float64
			L2                       float64
			Robust                   bool
			Coefficients, Covariance []float64
			Log                      float64 `json:"log_likelihood"`
			NullLog                  float64 `json:"null_log_likelihood"`
		}
	}
	require.NoError(t, json.Unmarshal(logisticTable, &table))
	require.Len(t, table.Cases, 7)
	worst := 0.0
	for _, c := range table.Cases {
		fit, err := stats.FitLogistic(stats.Logistic{Columns: c.Columns, Outcomes: c.Outcomes, Weights: c.Weights, L2: c.L2, Robust: c.Robust})
		require.NoError(t, err, c.Name)
		size := len(c.Coefficients)
		for i, want := range c.Coefficients {
			// An intercept far from the data is a difference of large terms.
			unit := max(math.Abs(want), math.Sqrt(c.Covariance[i*size+i]))
			worst = max(worst, math.Abs(fit.Coefficients[i]-want)/unit)
		}
		for i := range size {
			for j := range size {
				unit := math.Sqrt(c.Covariance[i*size+i] * c.Covariance[j*size+j])
				worst = max(worst, math.Abs(fit.Covariance[i*size+j]-c.Covariance[i*size+j])/unit)
			}
		}
		require.InEpsilon(t, c.Log, fit.LogLikelihood, 1e-13, c.Name)
		require.InEpsilon(t, c.NullLog, fit.NullLogLikelihood, 1e-13, c.Name)
	}
	t.Logf("largest error %.1e", worst)
	require.Less(t, worst, 1e-10)
}

// With one column of 0 and 1 the maximum is in closed form: log odds of the two
// rows of the table, variances the sums of reciprocals.
func TestFitLogisticOfATwoByTwoTable(t *testing.T) {
	a, b, c, d := 12.0, 5.0, 7.0, 9.0 // successes and failures at 0, then at 1
	data := stats.Logistic{Columns: [][]float64{{0, 0, 1, 1}}, Outcomes: []float64{1, 0, 1, 0}, Weights: []float64{a, b, c, d}}
	for _, robust := range []bool{false, true} {
		if robust { // which wants rows, not counts
			data = expanded(data)
			data.Robust = true
		}
		fit, err := stats.FitLogistic(data)
		require.NoError(t, err)
		require.InDelta(t, math.Log(a/b), fit.Coefficients[0], 1e-13)
		require.InDelta(t, math.Log(c/d)-math.Log(a/b), fit.Coefficients[1], 1e-13)
		require.InDelta(t, 1/a+1/b, fit.Covariance[0], 1e-13)
		require.InDelta(t, -1/a-1/b, fit.Covariance[1], 1e-13)
		require.InDelta(t, 1/a+1/b+1/c+1/d, fit.Covariance[3], 1e-13)
	}
}

// expanded repeats each row as often as its whole weight says.
func expanded(data stats.Logistic) stats.Logistic {
	rows := stats.Logistic{Columns: make([][]float64, len(data.Columns)), L2: data.L2}
	for row, w := range data.Weights {
		for range int(w) {
			for j := range data.Columns {
				rows.Columns[j] = append(rows.Columns[j], data.Columns[j][row])
			}
			rows.Outcomes = append(rows.Outcomes, data.Outcomes[row])
		}
	}
	return rows
}

func TestFitLogisticErrors(t *testing.T) {
	fit := func(columns [][]float64, outcomes ...float64) error {
		_, err := stats.FitLogistic(stats.Logistic{Columns: columns, Outcomes: outcomes})
		return err
	}
	require.ErrorIs(t, fit([][]float64{{1, 2, 3}}, 1, 1, 1), stats.ErrOneOutcome)
	require.ErrorIs(t, fit(nil, 0, 0), stats.ErrOneOutcome)
	require.ErrorIs(t, fit(nil, 1, 1, 1, 1, 1, 1, 1, 1, 1), stats.ErrOneOutcome, "nine ninths add up to less than 1")
	require.Equal(t, &stats.ColumnError{Column: 1, Constant: true}, fit([][]float64{{1, 2, 3}, {4, 4, 4}}, 1, 0, 1))
	require.Equal(t, &stats.ColumnError{Column: 1}, fit([][]float64{{1, 2, 3, 4}, {3, 5, 7, 9}}, 1, 0, 0, 1))
	for name, c := range map[string]struct {
		columns  [][]float64
		outcomes []float64
	}{
		"complete":                  {[][]float64{{1, 2, 3, 4}}, []float64{0, 0, 1, 1}},
		"complete, falling":         {[][]float64{{1, 2, 3, 4}}, []float64{1, 1, 0, 0}},
		"with a tie":                {[][]float64{{1, 2, 2, 3}}, []float64{0, 0, 1, 1}},
		"one level certain":         {[][]float64{{0, 0, 0, 0, 1, 1}}, []float64{0, 1, 1, 0, 1, 1}},
		"by a difference":           {[][]float64{{1, 5, 9, 2, 6, 10}, {2, 6, 10, 1, 5, 9}}, []float64{0, 0, 0, 1, 1, 1}},
		"a level beside a trend":    {[][]float64{{0, 0, 0, 0, 0, 0, 1, 1}, {1, 2, 3, 4, 5, 6, 3, 4}}, []float64{0, 1, 0, 1, 0, 1, 1, 1}},
		"far from zero":             {[][]float64{{1e6 + 1, 1e6 + 2, 1e6 + 2, 1e6 + 3}}, []float64{0, 0, 1, 1}},
		"one row beside a thousand": {[][]float64{append(make([]float64, 1000), 1)}, append(alternating(1000), 1)},
	} {
		require.ErrorIs(t, fit(c.columns, c.outcomes...), stats.ErrSeparated, name)
	}
	// A row on the wrong side far away, and a steep but finite slope.
	require.NoError(t, fit([][]float64{{1, 2, 3, 4, 100}}, 0, 0, 1, 1, 0))
	require.NoError(t, fit([][]float64{{1, 2, 2.01, 3, 3.01, 400}}, 0, 0, 1, 0, 1, 1))
}

func alternating(n int) []float64 {
	outcomes := make([]float64, n)
	for i := range outcomes {
		outcomes[i] = float64(i % 2)
	}
	return outcomes
}

// drawLogistic draws rows whose outcomes overlap by construction: each row stands
// there with both outcomes, in different weights.
func drawLogistic(t *rapid.T) stats.Logistic {
	n := rapid.IntRange(4, 40).Draw(t, "rows")
	first := rapid.SliceOfNDistinct(rapid.IntRange(-100, 100), n, n, rapid.ID).Draw(t, "first")
	second := rapid.SliceOfN(rapid.IntRange(0, 9), n, n).Draw(t, "second")
	second[0], second[1], second[2] = 0, 9, first[2]&7 // not all alike
	data := stats.Logistic{Columns: make([][]float64, 2)}
	for i := range n {
		for outcome := range 2 {
			data.Columns[0] = append(data.Columns[0], float64(first[i]))
			data.Columns[1] = append(data.Columns[1], float64(second[i]))
			data.Outcomes = append(data.Outcomes, float64(outcome))
			data.Weights = append(data.Weights, float64(rapid.IntRange(1, 5).Draw(t, "weight")))
		}
	}
	return data
}

func TestFitLogisticProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := drawLogistic(t)
		fit, err := stats.FitLogistic(data)
		if column := new(stats.ColumnError); err != nil {
			require.ErrorAs(t, err, &column, "only dependent columns are refused")
			return
		}
		// At the maximum the weighted residuals are orthogonal to the columns.
		var gradient [3]float64
		for row, y := range data.Outcomes {
			x := [3]float64{1, data.Columns[0][row], data.Columns[1][row]}
			odds := 0.0
			for j, b := range fit.Coefficients {
				odds += b * x[j]
			}
			for j := range x {
				gradient[j] += data.Weights[row] * (y - 1/(1+math.Exp(-odds))) * x[j]
			}
		}
		for j, g := range gradient {
			require.InDelta(t, 0, g*math.Sqrt(fit.Covariance[4*j]), 1e-7)
		}
		require.GreaterOrEqual(t, fit.LogLikelihood, fit.NullLogLikelihood-1e-12*math.Abs(fit.NullLogLikelihood))

		again, err := stats.FitLogistic(expanded(data))
		require.NoError(t, err, "rows repeated")
		requireNear(t, fit, again.Coefficients, again.Covariance)

		moved := data
		moved.Columns = [][]float64{nil, data.Columns[1]}
		for _, x := range data.Columns[0] {
			moved.Columns[0] = append(moved.Columns[0], -3*x)
		}
		moved.Weights = nil
		for _, w := range data.Weights {
			moved.Weights = append(moved.Weights, 1e-200*w)
		}
		again, err = stats.FitLogistic(moved)
		require.NoError(t, err, "another unit")
		again.Coefficients[1] *= -3
		for _, i := range []int{1, 3, 5, 7} {
			again.Covariance[i] *= -3
		}
		again.Covariance[4] *= 9
		for i := range again.Covariance {
			again.Covariance[i] *= 1e-200
		}
		requireNear(t, fit, again.Coefficients, again.Covariance)
	})
}

func requireNear(t *rapid.T, want *stats.LogisticFit, coefficients, covariance []float64) {
	size := len(coefficients)
	for i := range size {
		require.InDelta(t, want.Coefficients[i], coefficients[i], 1e-7*math.Sqrt(want.Covariance[i*size+i]))
		for j := range size {
			require.InDelta(t, want.Covariance[i*size+j], covariance[i*size+j], 1e-7*math.Sqrt(want.Covariance[i*size+i]*want.Covariance[j*size+j]))
		}
	}
}

func TestFitLogisticPenaltyShrinks(t *testing.T) {
	columns, outcomes := [][]float64{{1, 2, 3, 4, 5, 6}}, []float64{0, 1, 0, 1, 0, 1}
	last := math.Inf(1)
	for _, l2 := range []float64{0, 0.1, 1, 10, 1e6} {
		fit, err := stats.FitLogistic(stats.Logistic{Columns: columns, Outcomes: outcomes, L2: l2})
		require.NoError(t, err)
		require.Less(t, fit.Coefficients[1], last)
		require.Positive(t, fit.Coefficients[1])
		last = fit.Coefficients[1]
	}
	require.InDelta(t, 0, last, 1e-5)
}

// simulated draws rows of a known logistic regression.
func simulated(rows, columns int) stats.Logistic {
	random := numeric.Stream(7, 0)
	data := stats.Logistic{Columns: make([][]float64, columns), Outcomes: make([]float64, rows)}
	for j := range data.Columns {
		data.Columns[j] = make([]float64, rows)
	}
	for i := range rows {
		odds := -0.5
		for j := range columns {
			x := 4*random.Float64() - 2
			data.Columns[j][i] = x
			odds += x * (float64(j%5) - 2) / 5
		}
		if random.Float64() < 1/(1+math.Exp(-odds)) {
			data.Outcomes[i] = 1
		}
	}
	return data
}

func TestFitLogisticRecoversTheTruth(t *testing.T) {
	fit, err := stats.FitLogistic(simulated(20000, 5))
	require.NoError(t, err)
	for j, b := range fit.Coefficients {
		truth := -0.5
		if j > 0 {
			truth = (float64((j-1)%5) - 2) / 5
		}
		require.InDelta(t, truth, b, 4*math.Sqrt(fit.Covariance[j*6+j]))
	}
}

func BenchmarkFitLogistic(b *testing.B) {
	data := simulated(100_000, 20)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.FitLogistic(data); err != nil {
			b.Fatal(err)
		}
	}
}
