package kpi_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Lost calls of ten weeks make the limits; the eleventh and twelfth are judged by them.
func ExampleFitIndividuals() {
	fit, err := kpi.FitIndividuals([]float64{10, 12, 9, 11, 10, 30, 9, 11, 12, 10}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("outliers %v, centre %.3f, sigma %.4f\n", fit.Outliers, fit.Chart.Center, fit.Chart.Sigma)
	points, err := fit.Chart.Points([]float64{12, 16})
	fmt.Println(points[0].Signals, points[1].Signals, err)
	// Output:
	// outliers [5], centre 10.444, sigma 1.6459
	// [] [{beyond_limit above}] <nil>
}

func ExampleEWMA() {
	week := []float64{10, 11, 9, 12, 13, 13, 14}
	ewma, err := kpi.EWMA{Center: 10, Sigma: 1, Lambda: 0.2, Asymptotic: true}.Points(week)
	if err != nil {
		fmt.Println(err)
		return
	}
	cusum, err := kpi.CUSUM{Center: 10, Sigma: 1, Reference: 0.5, Decision: 5, Sides: kpi.UpperSide}.Points(week)
	for i := range week {
		fmt.Printf("%8.5f %v %4.1f %v\n", ewma[i].Value, len(ewma[i].Signals) > 0, cusum[i].Upper, len(cusum[i].Signals) > 0)
	}
	fmt.Println(err)
	// Output:
	// 10.00000 false  0.0 false
	// 10.20000 false  0.5 false
	//  9.96000 false  0.0 false
	// 10.36800 false  1.5 false
	// 10.89440 false  4.0 false
	// 11.31552 true  6.5 true
	// 11.85242 true 10.0 true
	// <nil>
}

func TestEWMALimits(t *testing.T) {
	t.Parallel()
	points, err := kpi.EWMA{Center: 10, Sigma: 2, Lambda: 0.2}.Points([]float64{10, 10, 10})
	require.NoError(t, err)
	// The first average has the variance λ²σ², the second λ²σ²(1 + 0.8²).
	require.InDelta(t, 10+3*0.4, points[0].Upper, 1e-14)
	require.InDelta(t, 10-3*0.4*math.Sqrt(1.64), points[1].Lower, 1e-14)
	long, err := kpi.EWMA{Sigma: 1, Lambda: 0.2, Width: 2.7, Asymptotic: true}.Points(make([]float64, 1))
	require.NoError(t, err)
	require.InDelta(t, 0.9, long[0].Upper, 1e-14) // 2.7·√(0.2/1.8)

	// With lambda 1 it is the Shewhart chart.
	values := []float64{1, -4, 3.5, 2}
	same, err := kpi.EWMA{Sigma: 1, Lambda: 1}.Points(values)
	require.NoError(t, err)
	shewhart, err := kpi.Shewhart{Sigma: 1}.Points(values)
	require.NoError(t, err)
	require.Equal(t, shewhart, same)
}

func TestCUSUMHeadStartAndSides(t *testing.T) {
	t.Parallel()
	chart := kpi.CUSUM{Center: 5, Sigma: 2, Reference: 0.5, Decision: 4, HeadStart: 2}
	points, err := chart.Points([]float64{5, 11, -5})
	require.NoError(t, err)
	require.Equal(t, kpi.CUSUMPoint{Value: 5, Upper: 1.5, Lower: 1.5}, points[0])
	require.Equal(t, kpi.CUSUMPoint{Value: 11, Upper: 4, Lower: 0}, points[1]) // 4 is not above 4
	require.Equal(t, kpi.CUSUMPoint{Value: -5, Upper: 0, Lower: 4.5, Signals: []kpi.Signal{{Rule: kpi.BeyondLimit, Side: kpi.Below}}}, points[2])
}

// d₂ and c₄ of the tables of ASTM (Manual on Presentation of Data and Control Chart
// Analysis, 1976), through the sigma of a chart: all ranges are 1.
func TestMeansConstants(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]float64{2: 1.128379, 3: 1.692569, 5: 2.325929, 10: 3.077505} {
		sample := make([]float64, n)
		sample[0] = 1
		fit, err := kpi.FitMeans([][]float64{sample, sample}, nil)
		require.NoError(t, err)
		require.InDelta(t, want, 1/(fit.Chart.Sigma*math.Sqrt(float64(n))), 1e-6, "d2(%d)", n)
	}
	sample := make([]float64, 25)
	sample[0] = 5 // standard deviation 1
	fit, err := kpi.FitMeans([][]float64{sample, sample}, nil)
	require.NoError(t, err)
	require.InDelta(t, 0.989640, 1/(fit.Chart.Sigma*5), 1e-6, "c4(25)")
}

func TestRules(t *testing.T) {
	t.Parallel()
	up := func(n int, x float64) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = x
		}
		return list
	}
	for _, c := range []struct {
		rule   kpi.Rule
		values []float64
		side   kpi.Side
	}{
		{kpi.TwoOfThree, []float64{-2.5, 0, -2.1}, kpi.Below},
		{kpi.FourOfFive, []float64{1.1, 1.2, 0, 1.3, 1.1}, kpi.Above},
		{kpi.EightSameSide, up(8, 0.1), kpi.Above},
		{kpi.NineSameSide, up(9, -0.1), kpi.Below},
		{kpi.SixTrend, []float64{-1, -0.5, 0, 0.1, 0.2, 0.3}, kpi.Above},
		{kpi.FourteenAlternating, []float64{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, kpi.Neither},
		{kpi.FifteenInside, up(15, 0.5), kpi.Neither},
		{kpi.EightOutside, []float64{1.1, -1.1, 1.1, 1.1, -1.1, 1.1, -1.1, 1.1}, kpi.Neither},
	} {
		points, err := kpi.Shewhart{Sigma: 1, Rules: []kpi.Rule{c.rule}}.Points(c.values)
		require.NoError(t, err)
		for i, p := range points {
			if i < len(points)-1 {
				require.Empty(t, p.Signals, "%s at %d", c.rule, i)
			} else {
				require.Equal(t, []kpi.Signal{{Rule: c.rule, Side: c.side}}, p.Signals)
			}
		}
	}
	for _, c := range []struct {
		rule   kpi.Rule
		values []float64
	}{
		{kpi.TwoOfThree, []float64{2.5, 2.5, 0}}, // but this point is the second of two already
		{kpi.TwoOfThree, []float64{2, 0, 2}},
		{kpi.TwoOfThree, []float64{2.5, 0, -2.5}},
		{kpi.SixTrend, []float64{0, 0.1, 0.2, 0.3, 0.3, 0.4}},
		{kpi.NineSameSide, append(up(8, 0.1), 0)},
		{kpi.EightOutside, up(8, 1.5)},
	} {
		points, err := kpi.Shewhart{Sigma: 1, Rules: []kpi.Rule{c.rule}}.Points(c.values)
		require.NoError(t, err)
		require.Empty(t, points[len(points)-1].Signals, "%s", c.rule)
	}
}

func TestControlBadInput(t *testing.T) {
	t.Parallel()
	_, err := kpi.FitIndividuals([]float64{1, math.NaN(), 3}, nil)
	require.EqualError(t, err, "kpi: value 1 of the series is NaN: not finite")
	_, err = kpi.FitIndividuals([]float64{1, 2}, nil)
	require.EqualError(t, err, "kpi: individuals chart needs at least 3 values, got 2")
	_, err = kpi.FitIndividuals(nil, nil)
	require.ErrorAs(t, err, new(*kpi.ShortSeriesError))
	_, err = kpi.FitIndividuals([]float64{4, 4, 4, 4}, nil)
	require.EqualError(t, err, "kpi: individuals chart: no limits from 4 values without scatter round 4")
	_, err = kpi.FitIndividuals([]float64{4, 5, 4, 4}, &kpi.ControlOptions{Rules: []kpi.Rule{"else"}})
	require.ErrorAs(t, err, new(*kpi.RuleError))
	_, err = kpi.FitMeans([][]float64{{1, 2}, {1, 2, 3}}, nil)
	require.ErrorAs(t, err, new(*kpi.SeriesError))
	_, err = kpi.FitMeans([][]float64{{1, 1}, {1, 1}}, nil)
	require.ErrorAs(t, err, new(*kpi.ConstantSeriesError))
	for _, chart := range []kpi.Shewhart{{}, {Sigma: -1}, {Sigma: math.NaN()}, {Center: math.Inf(1), Sigma: 1}, {Sigma: 1, Width: -3}, {Sigma: 1e308}, {Center: 1e308, Sigma: 1e308}} {
		_, err = chart.Points([]float64{1})
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
	for _, chart := range []kpi.EWMA{{Sigma: 1}, {Sigma: 1, Lambda: 1.1}, {Lambda: 0.1}, {Sigma: 1, Lambda: 0.1, Width: math.NaN()}} {
		_, err = chart.Points(nil)
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
	for _, chart := range []kpi.CUSUM{{Sigma: 1}, {Sigma: 1, Decision: 5, Reference: -1}, {Sigma: 1, Decision: 5, HeadStart: 6}, {Sigma: 1, Decision: 5, Sides: 7}} {
		_, err = chart.Points(nil)
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
}

// Numbers at the end of what float64 holds give an error or finite points.
func TestControlHugeNumbers(t *testing.T) {
	t.Parallel()
	huge := []float64{1e308, -1e308, 1e308, 5}
	_, err := kpi.FitIndividuals(huge, nil)
	require.Error(t, err)
	_, err = kpi.FitMeans([][]float64{{1e308, -1e308}, {1, 2}}, nil)
	require.Error(t, err)
	_, err = kpi.CUSUM{Sigma: 1e-10, Decision: 5}.Points(huge)
	require.ErrorAs(t, err, new(*kpi.SeriesError))
	points, err := kpi.EWMA{Sigma: 1, Lambda: 0.5}.Points(huge)
	require.NoError(t, err)
	for _, p := range points {
		require.False(t, math.IsInf(p.Value, 0) || math.IsNaN(p.Value))
	}
	_, err = kpi.RateChart{Kind: kpi.Rates, Center: 1e300}.Points([]rapport.Ratio{{Num: 1, Den: 5e-324}})
	require.ErrorAs(t, err, new(*kpi.SeriesError))
}

// A chart does not depend on the unit of the figure or where it has its zero, and what
// it names as outliers is what is beyond its limits.
func TestIndividualsProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-100, 100), 3, 40).Draw(t, "values")
		values, moved := make([]float64, len(whole)), make([]float64, len(whole))
		for i, v := range whole {
			values[i], moved[i] = float64(v), 4*float64(v)+1024 // exact in binary
		}
		fit, err := kpi.FitIndividuals(values, nil)
		other, otherErr := kpi.FitIndividuals(moved, nil)
		if err != nil {
			require.Error(t, otherErr)
			return
		}
		require.NoError(t, otherErr)
		require.Len(t, values, fit.N+len(fit.Outliers))
		require.InEpsilon(t, 4*fit.Chart.Sigma, other.Chart.Sigma, 1e-9)
		for i, p := range fit.Points {
			require.Equal(t, p.Value < p.Lower || p.Value > p.Upper, len(p.Signals) == 1, "value %d", i)
		}
	})
}

// Samples of equal values have no scatter, whatever the rounding of their mean.
func TestMeansWithoutScatter(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 10, 11, 25} {
		sample := slices.Repeat([]float64{0.1}, size)
		_, err := kpi.FitMeans([][]float64{sample, sample, sample}, nil)
		require.ErrorAs(t, err, new(*kpi.ConstantSeriesError), "size %d", size)
	}
}

// A rule that is named twice is one signal, and the limits are one.
func TestRulesTwice(t *testing.T) {
	t.Parallel()
	points, err := kpi.Shewhart{Sigma: 1, Rules: []kpi.Rule{kpi.BeyondLimit, kpi.TwoOfThree, kpi.TwoOfThree}}.Points([]float64{4, 4})
	require.NoError(t, err)
	require.Equal(t, []kpi.Signal{{Rule: kpi.BeyondLimit, Side: kpi.Above}, {Rule: kpi.TwoOfThree, Side: kpi.Above}}, points[1].Signals)
}
