package lead_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// The index of the example is 0.05·ln 2 + 0.05·ln(4/3) + 0.05·ln(5/4) + 0.05·ln(3/2),
// each difference times its logarithm. With a thousand rows on either side that is
// surely drift, though not yet a reason to watch; the fewer rows, the less sure.
func ExampleMeasureDrift() {
	index, err := lead.PSI([]float64{.1, .2, .4, .2, .1}, []float64{.05, .15, .4, .25, .15})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.6f\n", index)
	for _, rows := range []int{1000, 100} {
		d, err := lead.MeasureDrift(nil,
			[]int{rows / 10, rows / 5, 2 * rows / 5, rows / 5, rows / 10},
			[]int{rows / 20, 3 * rows / 20, 2 * rows / 5, rows / 4, 3 * rows / 20}, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.6f %v, by chance %.3f on average, p %.2g\n", d.Index.Value, d.Verdict, d.Chance, d.P)
	}
	// Output:
	// 0.080472
	// 0.080472 stable, by chance 0.008 on average, p 3.9e-08
	// 0.080472 stable, by chance 0.080 on average, p 0.4
}

// Scores of the first and the last 500 rows, with cuts and counts of R scorecard 0.4.4;
// the chi-square tail of 9 degrees of freedom by mpmath.
func TestScoreDriftAgainstR(t *testing.T) {
	card, columns, _ := germanScorecard(t)
	scores, err := card.Scores(columns)
	require.NoError(t, err)
	d, err := lead.ScoreDrift(scores[:500], scores[500:], []float64{231, 285, 339, 394, 448, 502, 556, 610, 664}, nil)
	require.NoError(t, err)
	require.InDelta(t, .0263911, d.Index.Value, 5e-8)
	require.Equal(t, lead.DriftStable, d.Verdict)
	want := [][2]int{{3, 3}, {9, 10}, {27, 30}, {66, 77}, {99, 99}, {85, 90}, {88, 86}, {80, 56}, {32, 40}, {11, 9}}
	for i, class := range d.Classes {
		require.Equal(t, want[i], [2]int{class.Expected, class.Actual}, class.Label)
	}
	require.Equal(t, 9, d.DF)
	require.InEpsilon(t, 6.59777955117, d.ChiSquare, 1e-11)
	require.InEpsilon(t, .678915600564992, d.P, 1e-11)
	require.InDelta(t, 9*(1.0/500+1.0/500), d.Chance, 1e-15)
}

// What the columns add to the mean is its change.
func TestScorecardDriftAddsUp(t *testing.T) {
	card, columns, _ := germanScorecard(t)
	scores, err := card.Scores(columns)
	require.NoError(t, err)
	var late []lead.Column
	for _, c := range columns {
		if c.Labels == nil {
			c.Numbers = c.Numbers[700:]
		} else {
			c.Labels = c.Labels[700:]
		}
		late = append(late, c)
	}
	drifts, err := card.Drift(late, nil)
	require.NoError(t, err)
	moved, sum := 0.0, 0
	for _, d := range drifts {
		moved += d.Points.Value
		require.Greater(t, d.Points.SE, 0.0)
		require.Equal(t, lead.DriftStable, d.Drift.Verdict)
	}
	for _, score := range scores[700:] {
		sum += score
	}
	require.InDelta(t, float64(sum)/300-471.781, moved, 1e-9)
}

func TestDriftEdges(t *testing.T) {
	// Nobody then, nobody now: no data, and no numbers.
	for _, side := range [][2][]int{{{0, 0}, {1, 2}}, {{1, 2}, {0, 0}}, {{}, {}}} {
		d, err := lead.MeasureDrift(nil, side[0], side[1], nil)
		require.NoError(t, err)
		require.Equal(t, lead.DriftNoData, d.Verdict)
		require.False(t, d.Index.HasValue())
		require.Zero(t, d.DF)
	}
	// Half a row stands for none of ten.
	d, err := lead.MeasureDrift([]string{"a", "b", "c"}, []int{10, 0, 0}, []int{6, 4, 0}, nil)
	require.NoError(t, err)
	require.True(t, d.Classes[1].Adjusted)
	require.False(t, d.Classes[2].Adjusted)
	require.Zero(t, d.Classes[2].Part)
	require.InDelta(t, -.4*math.Log(.6)+.35*math.Log(8), d.Index.Value, 1e-12)
	require.Equal(t, 1, d.DF)
	require.Equal(t, lead.DriftAct, d.Verdict)
	// One class cannot drift.
	d, err = lead.MeasureDrift(nil, []int{10}, []int{6}, nil)
	require.NoError(t, err)
	require.Zero(t, d.DF)
	require.Equal(t, lead.DriftStable, d.Verdict)
	require.True(t, d.Index.HasValue())
	// 0.0804 is to be watched from 0.05, acted upon above 0.08.
	for watch, want := range map[float64]lead.DriftVerdict{.0804: lead.DriftWatch, .05: lead.DriftAct} {
		act := .5
		if want == lead.DriftAct {
			act = .08
		}
		d, err = lead.MeasureDrift(nil, []int{10, 20, 40, 20, 10}, []int{5, 15, 40, 25, 15}, &lead.DriftOptions{Watch: watch, Act: act})
		require.NoError(t, err)
		require.Equal(t, want, d.Verdict)
	}

	var length *lead.LengthError
	_, err = lead.MeasureDrift(nil, []int{1}, []int{1, 2}, nil)
	require.ErrorAs(t, err, &length)
	_, err = lead.MeasureDrift([]string{"a"}, []int{1, 2}, []int{1, 2}, nil)
	require.ErrorAs(t, err, &length)
	_, err = lead.PSI([]float64{1}, nil)
	require.ErrorAs(t, err, &length)
	var row *lead.RowError
	_, err = lead.MeasureDrift(nil, []int{1, -2}, []int{1, 2}, nil)
	require.ErrorAs(t, err, &row)
	require.Equal(t, -2.0, row.Value)
	for _, side := range [][2][]float64{{{1, 0}, {1, 1}}, {{1, 1}, {1, 0}}, {{-1}, {1}}, {{math.NaN()}, {1}}, {{1}, {math.Inf(1)}}, {{1e100, 1e-300}, {1, 1}}} {
		_, err = lead.PSI(side[0], side[1])
		require.ErrorAs(t, err, &row)
	}
	_, err = lead.PSI([]float64{0, 0}, []float64{0, 0})
	require.ErrorIs(t, err, lead.ErrNoRows)
	_, err = lead.ScoreDrift([]float64{1, math.NaN()}, []float64{1}, []float64{2}, nil)
	require.ErrorAs(t, err, &row)
	_, err = lead.ScoreDrift([]int{1}, []int{2}, []float64{2, 1}, nil)
	columnFault(t, err, "not above")
	for _, o := range []lead.DriftOptions{{Watch: -1}, {Act: .05}, {ZeroCount: 2}, {Level: 1}, {Watch: math.NaN()}, {Act: math.NaN()}} {
		_, err := lead.MeasureDrift(nil, []int{1}, []int{1}, &o)
		var option *lead.OptionError
		require.ErrorAs(t, err, &option)
	}
}

func TestDriftOfUnseen(t *testing.T) {
	b, err := lead.NewBinning(labels("x", "a", "a", "b", "b"), []bool{true, false, true, true}, lead.Cuts{}, nil)
	require.NoError(t, err)
	d, err := b.Drift(labels("x", "a", "z", "", "b", "y"), nil)
	require.NoError(t, err)
	var got []string
	for _, c := range d.Classes {
		got = append(got, fmt.Sprint(c.Label, c.Expected, c.Actual))
	}
	require.Equal(t, []string{"a2 1", "b2 1", "missing0 1", "unseen0 2"}, got)
	d, err = b.Drift(labels("x"), nil)
	require.NoError(t, err)
	require.Equal(t, lead.DriftNoData, d.Verdict)
}

// The index is symmetric, never negative, and 0 only without drift.
func TestPSIProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "classes")
		counts := rapid.SliceOfN(rapid.IntRange(0, 50), n, n)
		e, a := counts.Draw(t, "expected"), counts.Draw(t, "actual")
		there, err := lead.MeasureDrift(nil, e, a, nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := lead.MeasureDrift(nil, a, e, nil)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(there.Index.Value-back.Index.Value) > 1e-12*(1+there.Index.Value) || there.Index.Value < 0 {
			t.Fatalf("%v there, %v back", there.Index.Value, back.Index.Value)
		}
		if err := there.Index.Validate(); err != nil {
			t.Fatal(err)
		}
		if there.P < 0 || there.P > 1 || math.IsNaN(there.P) {
			t.Fatalf("P %v", there.P)
		}
		same, err := lead.MeasureDrift(nil, e, e, nil)
		if err != nil {
			t.Fatal(err)
		}
		if same.Index.Value != 0 {
			t.Fatalf("%v without drift", same.Index.Value)
		}
	})
}

// The standard error and the chi-square test agree with 2000 pairs of samples: of bases
// that differ, the index scatters as much as the error says; of bases that do not, one
// test in twenty has P below 0.05 and the mean index is what chance makes.
func TestDriftErrorsBySimulation(t *testing.T) {
	then, now := []float64{.1, .2, .4, .2, .1}, []float64{.05, .1, .35, .3, .2}
	random := numeric.Stream(11, 0)
	sample := func(shares []float64, n int) []int {
		counts := make([]int, len(shares))
		for range n {
			left, class := random.Float64(), 0
			for class < len(shares)-1 && left >= shares[class] {
				left -= shares[class]
				class++
			}
			counts[class]++
		}
		return counts
	}
	const pairs, n, m = 2000, 500, 400
	var sum, squares, errors, chance, low float64
	for range pairs {
		d, err := lead.MeasureDrift(nil, sample(then, n), sample(now, m), nil)
		require.NoError(t, err)
		sum += d.Index.Value
		squares += d.Index.Value * d.Index.Value
		errors += d.Index.SE
		d, err = lead.MeasureDrift(nil, sample(then, n), sample(then, m), nil)
		require.NoError(t, err)
		chance += d.Index.Value
		if d.P < 0.05 {
			low++
		}
		require.InDelta(t, 4*(1.0/n+1.0/m), d.Chance, 1e-15)
	}
	mean := sum / pairs
	scatter := math.Sqrt(squares/pairs - mean*mean)
	// A standard deviation of 2,000 draws is known to 1.6 %: three times that.
	require.InEpsilon(t, scatter, errors/pairs, 0.05)
	require.InEpsilon(t, 4*(1.0/n+1.0/m), chance/pairs, 0.05)
	require.InDelta(t, 0.05, low/pairs, 0.015) // three standard errors
}
