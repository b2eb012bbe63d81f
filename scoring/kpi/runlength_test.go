package kpi_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// The R package spc, the figures to all the digits that were noted.
func TestRunLengthReferences(t *testing.T) {
	t.Parallel()
	type chart interface {
		RunLength(shift float64) (kpi.RunLength, error)
	}
	ewma := func(lambda, width float64) chart {
		return kpi.EWMA{Sigma: 1, Lambda: lambda, Width: width, Asymptotic: true}
	}
	cusum := func(decision float64, sides kpi.Sides) chart {
		return kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: decision, Sides: sides}
	}
	for _, c := range []struct {
		name            string
		chart           chart
		none, noneDigit float64
		one, oneDigit   float64
	}{
		{"shewhart", kpi.Shewhart{Sigma: 1}, 370.40, 1e-2, 43.895, 1e-3},
		{"cusum both h 5", cusum(5, kpi.BothSides), 465.4435, 1e-4, 10.37597, 1e-5},
		{"cusum both h 4", cusum(4, kpi.BothSides), 167.6838, 1e-4, 8.383132, 1e-6},
		{"cusum upper h 5", cusum(5, kpi.UpperSide), 930.887, 1e-3, 10.37598, 1e-5},
		{"ewma .1", ewma(0.1, 2.7), 368.9937, 1e-4, 9.730012, 1e-6},
		{"ewma .2", ewma(0.2, 2.962), 499.7351, 1e-4, 10.54167, 1e-5},
		{"ewma .4", ewma(0.4, 3), 421.1634, 1e-4, 13.35179, 1e-5},
		{"ewma .1 widening", kpi.EWMA{Sigma: 1, Lambda: 0.1, Width: 2.7}, 356.0951, 1e-4, 7.541276, 1e-6},
	} {
		none, err := c.chart.RunLength(0)
		require.NoError(t, err)
		one, err := c.chart.RunLength(1)
		require.NoError(t, err)
		require.InDelta(t, c.none, none.Mean, 0.51*c.noneDigit, c.name)
		require.InDelta(t, c.one, one.Mean, 0.51*c.oneDigit, c.name)
		require.Less(t, none.Accuracy, 1e-9)
	}
}

// What the limits or the decision interval must be for a false alarm every 500
// observations, by the R package spc.
func TestDesignReferences(t *testing.T) {
	t.Parallel()
	width, err := kpi.DesignEWMA(0.1, 500, true)
	require.NoError(t, err)
	require.InDelta(t, 2.81431, width, 5e-6)
	decision, err := kpi.DesignCUSUM(0.5, 500, kpi.BothSides)
	require.NoError(t, err)
	require.InDelta(t, 5.070704, decision, 5e-7)
	widening, err := kpi.DesignEWMA(0.4, 500, false)
	require.NoError(t, err)
	length, err := kpi.EWMA{Sigma: 1, Lambda: 0.4, Width: widening}.RunLength(0)
	require.NoError(t, err)
	require.InEpsilon(t, 500, length.Mean, 1e-9)
}

func Example_design() {
	decision, err := kpi.DesignCUSUM(0.5, 500, kpi.BothSides)
	if err != nil {
		fmt.Println(err)
		return
	}
	chart := kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: decision}
	calm, err := chart.RunLength(0)
	shifted, shiftedErr := chart.RunLength(1)
	fmt.Printf("h %.6f: a false alarm in %.0f points, a shift of one sigma found after %.2f\n", decision, calm.Mean, shifted.Mean)
	fmt.Println(err, shiftedErr)
	// Output:
	// h 5.070704: a false alarm in 500 points, a shift of one sigma found after 10.52
	// <nil> <nil>
}

// A chart of lambda 1 is a Shewhart chart, and a CUSUM whose interval vanishes signals
// at the first value above k: both have exact run lengths.
func TestRunLengthLimits(t *testing.T) {
	t.Parallel()
	for _, shift := range []float64{0, -1, 2.5} {
		shewhart, err := kpi.Shewhart{Sigma: 1, Width: 2.5}.RunLength(shift)
		require.NoError(t, err)
		for _, asymptotic := range []bool{false, true} {
			ewma, err := kpi.EWMA{Sigma: 1, Lambda: 1, Width: 2.5, Asymptotic: asymptotic}.RunLength(shift)
			require.NoError(t, err)
			require.InEpsilon(t, shewhart.Mean, ewma.Mean, 1e-11)
		}
	}
	tiny, err := kpi.CUSUM{Sigma: 1, Reference: 1, Decision: 1e-12, Sides: kpi.UpperSide}.RunLength(0)
	require.NoError(t, err)
	require.InEpsilon(t, 2/math.Erfc(1/math.Sqrt2), tiny.Mean, 1e-9)

	far, err := kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 5}.RunLength(50)
	require.NoError(t, err)
	require.InDelta(t, 1, far.Mean, 1e-12)
}

// Against runs of the charts themselves, where integral equations are hardest: long
// memory, a small reference value, head starts.
func TestRunLengthSimulated(t *testing.T) {
	t.Parallel()
	type chart interface {
		RunLength(shift float64) (kpi.RunLength, error)
	}
	for i, c := range []struct {
		name  string
		chart chart
		shift float64
	}{
		{"lambda .01", kpi.EWMA{Sigma: 1, Lambda: 0.01, Width: 1.2, Asymptotic: true}, 0},
		{"lambda .01 widening", kpi.EWMA{Sigma: 1, Lambda: 0.01, Width: 1.7}, 0.1},
		{"lambda .7", kpi.EWMA{Sigma: 1, Lambda: 0.7, Width: 2}, 0.5},
		{"k 0", kpi.CUSUM{Sigma: 1, Decision: 8}, 0},
		{"k .02 upper", kpi.CUSUM{Sigma: 1, Reference: 0.02, Decision: 6, Sides: kpi.UpperSide}, 0.1},
		{"lower", kpi.CUSUM{Sigma: 1, Reference: 0.3, Decision: 3, Sides: kpi.LowerSide}, -0.4},
		{"head start", kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 3, HeadStart: 1.5}, 0.2},
		{"western electric", kpi.Shewhart{Sigma: 1, Rules: kpi.WesternElectric()}, 1},
		{"zone rules of nelson", kpi.Shewhart{Sigma: 1, Width: 2.5, Rules: []kpi.Rule{kpi.NineSameSide, kpi.FifteenInside, kpi.TwoOfThree}}, -0.3},
		{"upper head start", kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 3, HeadStart: 3, Sides: kpi.UpperSide}, 0},
	} {
		got, err := c.chart.RunLength(c.shift)
		require.NoError(t, err, c.name)
		random := numeric.Stream(11, uint64(i))
		const runs = 600
		total, squares := 0.0, 0.0
		for range runs {
			n := float64(simulate(t, c.chart, func() float64 { return c.shift + random.NormFloat64() }))
			total += n
			squares += n * n
		}
		mean := total / runs
		require.InDelta(t, mean, got.Mean, 4*math.Sqrt((squares/runs-mean*mean)/runs), c.name)
	}
}

// simulate returns when a chart signals first.
func simulate(t *testing.T, chart any, draw func() float64) int {
	var values []float64
	for {
		for range len(values) + 64 {
			values = append(values, draw())
		}
		switch c := chart.(type) {
		case interface {
			Points(values []float64) ([]kpi.Point, error)
		}:
			points, err := c.Points(values)
			require.NoError(t, err)
			for i, p := range points {
				if len(p.Signals) > 0 {
					return i + 1
				}
			}
		case kpi.CUSUM:
			points, err := c.Points(values)
			require.NoError(t, err)
			for i, p := range points {
				if len(p.Signals) > 0 {
					return i + 1
				}
			}
		}
	}
}

func TestRunLengthBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  func() error
		as   any
	}{
		{"rules", func() error { _, err := kpi.Shewhart{Sigma: 1, Rules: kpi.Nelson()}.RunLength(0); return err }, new(*kpi.RunLengthError)},
		{"shewhart too long", func() error { _, err := kpi.Shewhart{Sigma: 1, Width: 60}.RunLength(0); return err }, new(*kpi.RunLengthError)},
		{"nan shift", func() error { _, err := kpi.Shewhart{Sigma: 1}.RunLength(math.NaN()); return err }, new(*kpi.InputError)},
		{"small lambda", func() error { _, err := kpi.EWMA{Sigma: 1, Lambda: 1e-4, Asymptotic: true}.RunLength(0); return err }, new(*kpi.InputError)},
		{"huge width", func() error { _, err := kpi.EWMA{Sigma: 1, Lambda: 0.5, Width: 8}.RunLength(0); return err }, new(*kpi.RunLengthError)},
		{"huge reference", func() error { _, err := kpi.CUSUM{Sigma: 1, Reference: 20, Decision: 20}.RunLength(0); return err }, new(*kpi.RunLengthError)},
		{"head start", func() error {
			_, err := kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 5, HeadStart: 4}.RunLength(0)
			return err
		}, new(*kpi.RunLengthError)},
		{"target 1", func() error { _, err := kpi.DesignEWMA(0.1, 1, true); return err }, new(*kpi.InputError)},
		{"target nan", func() error { _, err := kpi.DesignCUSUM(0.5, math.NaN(), kpi.BothSides); return err }, new(*kpi.InputError)},
		{"target below h 0", func() error { _, err := kpi.DesignCUSUM(3, 100, kpi.UpperSide); return err }, new(*kpi.InputError)},
	} {
		err := c.err()
		require.ErrorAs(t, err, c.as, c.name)
		t.Log(err)
	}
}

func BenchmarkRunLength(b *testing.B) {
	b.Run("ewma", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = kpi.EWMA{Sigma: 1, Lambda: 0.1, Width: 2.7, Asymptotic: true}.RunLength(0)
		}
	})
	b.Run("ewma-widening", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = kpi.EWMA{Sigma: 1, Lambda: 0.1, Width: 2.7}.RunLength(0)
		}
	})
	b.Run("zone-rules", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = kpi.Shewhart{Sigma: 1, Rules: []kpi.Rule{kpi.NineSameSide, kpi.TwoOfThree, kpi.FourOfFive, kpi.FifteenInside}}.RunLength(0)
		}
	})
	b.Run("cusum", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: 5}.RunLength(0)
		}
	})
}

// C. W. Champ and W. H. Woodall, Exact Results for Shewhart Control Charts With
// Supplementary Runs Rules, Technometrics 29 (1987), table 1, without a shift and, for
// most, after one sigma.
func TestRunLengthOfRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules     []kpi.Rule
		calm, one float64
	}{
		{[]kpi.Rule{kpi.TwoOfThree}, 225.44, 20.01},
		{[]kpi.Rule{kpi.FourOfFive}, 166.05, 12.66},
		{[]kpi.Rule{kpi.EightSameSide}, 152.73, 14.58},
		{[]kpi.Rule{kpi.TwoOfThree, kpi.FourOfFive}, 132.89, 0},
		{[]kpi.Rule{kpi.TwoOfThree, kpi.EightSameSide}, 122.05, 11.73},
		{[]kpi.Rule{kpi.FourOfFive, kpi.EightSameSide}, 105.78, 0},
		{kpi.WesternElectric(), 91.75, 9.22},
	} {
		chart := kpi.Shewhart{Center: 7, Sigma: 2, Rules: c.rules}
		calm, err := chart.RunLength(0)
		require.NoError(t, err)
		require.InDelta(t, c.calm, calm.Mean, 0.006, "%v", c.rules)
		one, err := chart.RunLength(1)
		require.NoError(t, err)
		t.Log(c.rules, calm.Mean, one.Mean)
		if c.one > 0 {
			require.InDelta(t, c.one, one.Mean, 0.006, "%v", c.rules)
		}
	}
	down, err := kpi.Shewhart{Sigma: 1, Rules: []kpi.Rule{kpi.TwoOfThree}}.RunLength(-1)
	require.NoError(t, err)
	require.InDelta(t, 20.01, down.Mean, 0.006, "as upwards")
	// Runs of chance p alone: fifteen in a row take (p⁻¹⁵ − 1)/(1 − p) points on average.
	inside, err := kpi.Shewhart{Sigma: 1, Width: 12, Rules: []kpi.Rule{kpi.FifteenInside}}.RunLength(0)
	require.NoError(t, err)
	p := math.Erf(1 / math.Sqrt2)
	require.InEpsilon(t, (math.Pow(p, -15)-1)/(1-p), inside.Mean, 1e-9)
}

// Designs answer for all targets that they take, also where a step of the search is far
// beyond what can be computed, and charts of the design have that run length.
func TestDesignInverse(t *testing.T) {
	t.Parallel()
	for _, target := range []float64{1e4, 1e7, 1e8} {
		for _, reference := range []float64{0.25, 1, 3} {
			decision, err := kpi.DesignCUSUM(reference, target, kpi.BothSides)
			require.NoError(t, err, "%v %v", reference, target)
			length, err := kpi.CUSUM{Sigma: 1, Reference: reference, Decision: decision}.RunLength(0)
			require.NoError(t, err)
			require.InEpsilon(t, target, length.Mean, 1e-6)
		}
		for _, lambda := range []float64{0.1, 0.7, 1} {
			width, err := kpi.DesignEWMA(lambda, target, true)
			require.NoError(t, err, "%v %v", lambda, target)
			length, err := kpi.EWMA{Sigma: 1, Lambda: lambda, Width: width, Asymptotic: true}.RunLength(0)
			require.NoError(t, err)
			require.InEpsilon(t, target, length.Mean, 1e-6)
		}
	}
}

// Where one side's run length is beyond all computing the head start still counts: the
// answer is that of the side that signals, and goes on from where both are computed.
func TestHeadStartFarFromCalm(t *testing.T) {
	t.Parallel()
	mean := func(decision, shift float64, sides kpi.Sides) float64 {
		r, err := kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: decision, HeadStart: decision / 2, Sides: sides}.RunLength(shift)
		require.NoError(t, err)
		return r.Mean
	}
	for _, shift := range []float64{1, 1.5, 2, 4} {
		both, one := mean(10, shift, kpi.BothSides), mean(10, shift, kpi.UpperSide)
		require.InEpsilon(t, one, both, 1e-6, "shift %v", shift)
		require.LessOrEqual(t, both, one)
		require.InEpsilon(t, both, mean(10, -shift, kpi.BothSides), 1e-12)
	}
	for h := 6.0; h < 12; h += 0.25 {
		less, more := mean(h, 1, kpi.BothSides), mean(h+0.25, 1, kpi.BothSides)
		require.InDelta(t, 0.25, more-less, 0.02, "one more point for a sigma more, half of it by the head start")
	}
}
