package kpi_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// Lost calls of four days: 40 of 400 together, so that the limits are 0.1 ± 3·√(0.09/n):
// 0.19 for a day of 100 calls, 0.145 for one of 400.
func ExampleFitRates() {
	days := []rapport.Ratio{{Num: 8, Den: 100}, {Num: 11, Den: 100}, {Num: 12, Den: 100}, {Num: 9, Den: 100}}
	fit, err := kpi.FitRates(kpi.Proportions, days, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	points, err := fit.Chart.Points([]rapport.Ratio{{Num: 15, Den: 100}, {Num: 60, Den: 400}, {}})
	for _, p := range points {
		fmt.Printf("%.3f limits %.3f to %.3f %v no data %v\n", p.Value, p.Lower, p.Upper, p.Signals, p.Missing)
	}
	fmt.Println(err)
	// Output:
	// 0.150 limits 0.010 to 0.190 [] no data false
	// 0.150 limits 0.055 to 0.145 [{beyond_limit above}] no data false
	// 0.000 limits 0.000 to 0.000 [] no data true
	// <nil>
}

func TestRateFits(t *testing.T) {
	t.Parallel()
	rows := []rapport.Ratio{{Num: 4, Den: 1}, {Num: 12, Den: 4}, {}, {Num: 8, Den: 3}, {Num: 90, Den: 2}}
	fit, err := kpi.FitRates(kpi.Rates, rows, nil)
	require.NoError(t, err)
	require.Equal(t, []int{4}, fit.Outliers)
	require.Equal(t, 3, fit.N)
	require.InDelta(t, 3, fit.Chart.Center, 1e-15) // 24 over 8
	require.InDelta(t, 3+3*math.Sqrt(0.75), fit.Points[1].Upper, 1e-14)
	require.Zero(t, fit.Points[0].Lower)
	all, err := kpi.FitRates(kpi.Rates, rows, &kpi.RateOptions{KeepOutliers: true})
	require.NoError(t, err)
	require.InDelta(t, 11.4, all.Chart.Center, 1e-14)

	// By hand: p̄ = 0.5, standardised −1, 1, −1, 1, moving ranges 2 each.
	laney, err := kpi.FitRates(kpi.Proportions, []rapport.Ratio{{Num: 45, Den: 100}, {Num: 55, Den: 100}, {Num: 45, Den: 100}, {Num: 55, Den: 100}}, &kpi.RateOptions{Laney: true})
	require.NoError(t, err)
	require.InDelta(t, math.Sqrt(math.Pi), laney.Chart.Inflation, 1e-12)
	require.InDelta(t, 0.5+3*0.05*math.Sqrt(math.Pi), laney.Points[0].Upper, 1e-12)
}

func TestRateBadInput(t *testing.T) {
	t.Parallel()
	good := rapport.Ratio{Num: 1, Den: 2}
	for _, wrong := range []rapport.Ratio{{Num: 3, Den: 2}, {Num: -1, Den: 2}, {Num: 1, Den: -2}, {Num: 1}, {Num: math.NaN(), Den: 1}, {Num: 1, Den: math.Inf(1)}} {
		_, err := kpi.FitRates(kpi.Proportions, []rapport.Ratio{good, wrong}, nil)
		require.ErrorAs(t, err, new(*kpi.SeriesError))
	}
	for _, c := range []struct {
		kind kpi.RateKind
		rows []rapport.Ratio
		o    *kpi.RateOptions
		as   any
	}{
		{0, []rapport.Ratio{good, good}, nil, new(*kpi.InputError)},
		{kpi.Rates, []rapport.Ratio{good, good}, &kpi.RateOptions{Width: -1}, new(*kpi.InputError)},
		{kpi.Rates, []rapport.Ratio{good, {}}, nil, new(*kpi.ShortSeriesError)},
		{kpi.Rates, nil, nil, new(*kpi.ShortSeriesError)},
		{kpi.Rates, []rapport.Ratio{good, good}, &kpi.RateOptions{Laney: true}, new(*kpi.ShortSeriesError)},
		{kpi.Rates, []rapport.Ratio{{Den: 1}, {Den: 2}}, nil, new(*kpi.ConstantSeriesError)},
		{kpi.Proportions, []rapport.Ratio{{Num: 1, Den: 1}, {Num: 2, Den: 2}}, nil, new(*kpi.ConstantSeriesError)},
		{kpi.Proportions, []rapport.Ratio{good, good, good}, &kpi.RateOptions{Laney: true}, new(*kpi.ConstantSeriesError)},
	} {
		_, err := kpi.FitRates(c.kind, c.rows, c.o)
		require.ErrorAs(t, err, c.as)
	}
	_, err := kpi.RateChart{Kind: kpi.Proportions, Center: 1.2}.Points(nil)
	require.ErrorAs(t, err, new(*kpi.InputError))
}

// Limits never leave what is possible, narrow as the denominator grows, and a proportion
// and its complement signal together.
func TestRateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows, complement []rapport.Ratio
		for range rapid.IntRange(2, 30).Draw(t, "n") {
			den := rapid.IntRange(0, 500).Draw(t, "den")
			num := rapid.IntRange(0, den).Draw(t, "num")
			rows = append(rows, rapport.Ratio{Num: float64(num), Den: float64(den)})
			complement = append(complement, rapport.Ratio{Num: float64(den - num), Den: float64(den)})
		}
		o := &kpi.RateOptions{Width: 2, KeepOutliers: true}
		fit, err := kpi.FitRates(kpi.Proportions, rows, o)
		other, otherErr := kpi.FitRates(kpi.Proportions, complement, o)
		require.Equal(t, err == nil, otherErr == nil)
		if err != nil {
			return
		}
		for i, p := range fit.Points {
			require.True(t, p.Lower >= 0 && p.Upper <= 1)
			if near := min(math.Abs(p.Value-p.Upper), math.Abs(p.Value-p.Lower)); near > 1e-9 {
				require.Equal(t, len(p.Signals), len(other.Points[i].Signals))
			}
			for j, q := range fit.Points {
				if rows[i].Den > rows[j].Den && rows[j].Den > 0 {
					require.LessOrEqual(t, p.Upper-p.Lower, q.Upper-q.Lower)
				}
			}
		}
	})
}

// Run lengths by sums of binomial and Poisson probabilities in Python, with the limits of
// points; and a false alarm of the chart itself on counts that are drawn.
func TestRateRunLength(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind                  kpi.RateKind
		center, n, rate, want float64
	}{
		{kpi.Proportions, 0.1, 100, 0.1, 498.72270515641185},
		{kpi.Proportions, 0.1, 100, 0.15, 9.385763362560635},
		{kpi.Proportions, 0.03, 1000, 0.03, 407.7775106512868},
		{kpi.Proportions, 0.5, 60, 0.5, 374.47064602823485},
		{kpi.Proportions, 0.4, 50, 0.2, 2.2535698119839176},
		{kpi.Rates, 3, 4, 3, 319.77018451811307},
		{kpi.Rates, 3, 4, 5, 3.5792428234705143},
		{kpi.Rates, 20, 1.5, 20, 349.9397508678},
		{kpi.Rates, 0.5, 2, 0.5, 273.2354787442774},
		{kpi.Rates, 20, 1.5, 9, 1.9295816850366052},
	} {
		got, err := kpi.RateChart{Kind: c.kind, Center: c.center}.RunLength(c.n, c.rate)
		require.NoError(t, err)
		require.InEpsilon(t, c.want, got.Mean, 1e-9, "%+v", c)
	}
	random := numeric.Stream(3, 0)
	chart := kpi.RateChart{Kind: kpi.Rates, Center: 3}
	rows := make([]rapport.Ratio, 100_000)
	for i := range rows {
		rows[i] = rapport.Ratio{Num: numeric.DrawPoisson(random, 12), Den: 4}
	}
	points, err := chart.Points(rows)
	require.NoError(t, err)
	signals := 0.0
	for _, p := range points {
		signals += float64(len(p.Signals))
	}
	length, err := chart.RunLength(4, 3)
	require.NoError(t, err)
	require.InDelta(t, 1e5/length.Mean, signals, 4*math.Sqrt(1e5/length.Mean))

	for _, c := range []struct {
		chart   kpi.RateChart
		n, rate float64
		as      any
	}{
		{kpi.RateChart{Kind: kpi.Proportions, Center: 0.1}, 10.5, 0.1, new(*kpi.InputError)},
		{kpi.RateChart{Kind: kpi.Proportions, Center: 0.1}, 10, 1, new(*kpi.InputError)},
		{kpi.RateChart{Kind: kpi.Proportions, Center: 0.1}, 0, 0.1, new(*kpi.InputError)},
		{kpi.RateChart{Kind: kpi.Rates, Center: 0.1}, math.NaN(), 0.1, new(*kpi.InputError)},
		{kpi.RateChart{Kind: kpi.Rates, Center: 0.1}, 1, math.Inf(1), new(*kpi.InputError)},
		{kpi.RateChart{}, 1, 1, new(*kpi.InputError)},
		{kpi.RateChart{Kind: kpi.Rates, Center: 2, Inflation: 1.2}, 1, 2, new(*kpi.RunLengthError)},
		{kpi.RateChart{Kind: kpi.Proportions, Center: 0.5}, 4, 0.5, new(*kpi.RunLengthError)}, // 4 of 4 are within the limits
		{kpi.RateChart{Kind: kpi.Rates, Center: 1e250, Width: 1e-40}, 1, 1e-250, new(*kpi.InputError)},
	} {
		got, err := c.chart.RunLength(c.n, c.rate)
		if err == nil {
			t.Log(c, got)
		}
		require.ErrorAs(t, err, c.as, "%+v", c)
	}
}
