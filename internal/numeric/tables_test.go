package numeric_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// truth is testdata/special_truth.json; "columns" there says what the rows hold.
type truth struct {
	Gamma3  [][]float64 `json:"gamma3"`
	Rising  [][]float64 `json:"rising"`
	LogBeta [][]float64 `json:"log_beta"`
	Tail    [][]float64 `json:"tail"`
	Exp     [][]float64 `json:"exp"`
	Log     [][]float64 `json:"log"`
}

func loadTruth(t *testing.T) truth {
	t.Helper()
	text, err := os.ReadFile("testdata/special_truth.json")
	require.NoError(t, err)
	var all truth
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

// errorsOf collects errors and fails on the worst one.
type errorsOf struct {
	values []float64
	worst  []float64 // its row
}

func (e *errorsOf) add(got, want, floor float64, row []float64) {
	rel := math.Abs(got-want) / max(math.Abs(want), floor)
	if got == want {
		rel = 0
	}
	if math.IsNaN(rel) {
		rel = math.Inf(1)
	}
	if len(e.values) == 0 || rel > slices.Max(e.values) {
		e.worst = row
	}
	e.values = append(e.values, rel)
}

func (e *errorsOf) check(t *testing.T, name string, limit float64) {
	t.Helper()
	require.NotEmpty(t, e.values, name)
	slices.Sort(e.values)
	n := len(e.values)
	t.Logf("%-16s n %d median %.1e p99 %.1e max %.1e", name, n, e.values[n/2], e.values[n*99/100], e.values[n-1])
	if worst := e.values[n-1]; !(worst <= limit) {
		t.Errorf("%s: error %.2e > %.0e at row %v", name, worst, limit, e.worst)
	}
}

func TestGammaFamilyAgainstTable(t *testing.T) {
	var lg, psi, psi1, psi1Alone, rise, rise3, d1, d2, beta errorsOf
	all := loadTruth(t)
	for _, row := range all.Gamma3 {
		a, b, c := numeric.LogGamma3(row[0])
		lg.add(a, row[1], 1, row)
		psi.add(b, row[2], 1, row)
		psi1.add(c, row[3], 0, row)
		psi1Alone.add(numeric.Trigamma(row[0]), row[3], 0, row)
	}
	for _, row := range all.Rising {
		rise.add(numeric.LogRising(row[0], row[1]), row[2], 1, row)
		a, b, c := numeric.Rising3(row[0], row[1])
		rise3.add(a, row[2], 1, row)
		d1.add(b, row[3], 0, row)
		d2.add(c, row[4], 0, row)
	}
	for _, row := range all.LogBeta {
		beta.add(numeric.LogBeta(row[0], row[1]), row[2], 1, row)
	}
	lg.check(t, "ln gamma", 1e-14)
	psi.check(t, "digamma", 1e-14)
	psi1.check(t, "trigamma", 1e-14)
	psi1Alone.check(t, "trigamma alone", 1e-14)
	rise.check(t, "ln rising", 1e-14)
	rise3.check(t, "ln rising 3", 1e-14)
	d1.check(t, "rising'", 1e-13)
	d2.check(t, "rising''", 1e-13)
	beta.check(t, "ln beta", 1e-13)
}

func TestNegativeBinomialTailAgainstTable(t *testing.T) {
	var tail, point, near errorsOf
	for _, row := range loadTruth(t).Tail {
		if row[3] < 1e-290 || row[4] < 1e-290 {
			continue // below the range of normal numbers
		}
		gotTail, gotPoint := numeric.NegativeBinomialTail(int(row[0]), row[1], row[2])
		tail.add(gotTail, row[3], 0, row)
		point.add(gotPoint, row[4], 0, row)
		if row[0] < 100 && row[1] < 100 {
			near.add(gotTail, row[3], 0, row)
		}
	}
	tail.check(t, "P(N>=n)", 1e-9)
	near.check(t, "P(N>=n) near", 1e-11)
	point.check(t, "P(N=n)", 1e-9)
}

func TestBlockedExpAndLogAgainstTable(t *testing.T) {
	var exp, log, log1p errorsOf
	all := loadTruth(t)
	for _, row := range all.Exp {
		out := []float64{row[0]}
		numeric.ExpBlock(out, out)
		if row[1] > 1e-300 {
			exp.add(out[0], row[1], 0, row)
		}
	}
	for _, row := range all.Log {
		out := []float64{row[0]}
		numeric.LogBlock(out, out)
		log.add(out[0], row[1], 1./3, row)
		out[0] = row[2]
		numeric.Log1pBlock(out, out)
		log1p.add(out[0], row[3], 0, row)
	}
	exp.check(t, "exp", 4e-16)
	log.check(t, "log", 3e-16)
	log1p.check(t, "log1p", 5e-16)
}

func TestBlockedExpAtTheEnds(t *testing.T) {
	out := []float64{-1e9, -746, -745.5, -740, 0, 709.7, 1e9, math.Inf(-1), math.Inf(1)}
	want := []float64{0, 0, 0, math.Exp(-740), 1, 1.6549840276802644e308, 1.7928227943945155e308, 0, 1.7928227943945155e308}
	numeric.ExpBlock(out, out)
	for i := range out {
		require.InEpsilonf(t, want[i]+1e-320, out[i]+1e-320, 1e-3, "position %d: got %g want %g", i, out[i], want[i])
	}
}

// The values were computed with mpmath 1.3.0 at 40 digits: log(x) − psi(0, x) and
// 1 − x·psi(1, x).
func TestDigammaDeficit(t *testing.T) {
	for _, row := range [][3]float64{
		{0.001, 993.6678166528282, -999.0016425331959},
		{0.3, 2.2985514178741973, -2.6736093638323193},
		{1, 0.5772156649015329, -0.6449340668482264},
		{5.5, 0.09365494365667411, -0.09638312844295213},
		{11.9, 0.04260486323494624, -0.04319209416104981},
		{12, 0.042244969812188296, -0.042822474461220686},
		{40, 0.012552080079093177, -0.012604153651641126},
		{1e4, 5.00008333333325e-05, -5.000166666666333e-05},
		{1e9, 5.000000000833333e-10, -5.000000001666667e-10},
		{1e16, 5e-17, -5e-17},
	} {
		deficit, slope := numeric.DigammaDeficit(row[0])
		require.InEpsilonf(t, row[1], deficit, 1e-13, "deficit at %v", row[0])
		require.InEpsilonf(t, row[2], slope, 1e-13, "slope at %v", row[0])
	}
}
