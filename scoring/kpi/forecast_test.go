package kpi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// The orders of three years by quarter, 10 more every quarter and 20 less every fourth:
// the next quarters go on so.
func ExampleChooseForecast() {
	orders := []float64{100, 110, 120, 110, 140, 150, 160, 150, 180, 190, 200, 190, 220, 230, 240, 230, 260, 270, 280, 270}
	model, tried, err := kpi.ChooseForecast(orders, 4, &kpi.BackTestOptions{Origins: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range tried {
		mape, _ := row.MAPE.Value()
		fmt.Printf("%-17v MAPE %4.1f %%  RMSE %4.1f\n", row.Method, 100*mape, row.RMSE.Value)
	}
	next, err := model.Ahead(4, 0)
	fmt.Printf("%v: %.0f %.0f %.0f %.0f %v\n", model.Method(), next[0].Value, next[1].Value, next[2].Value, next[3].Value, err)
	// Output:
	// naive             MAPE  5.6 %  RMSE 17.3
	// seasonal_naive    MAPE 14.8 %  RMSE 40.0
	// simple_smoothing  MAPE  5.8 %  RMSE 17.5
	// holt              MAPE  3.3 %  RMSE  9.8
	// holt_winters      MAPE  0.0 %  RMSE  0.0
	// holt_winters: 300 310 320 310 <nil>
}

// Oil production in R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and
// Practice, 1st ed. 2014, section 7.1: α 0.89 makes the squared errors least.
func TestSimpleSmoothingPublished(t *testing.T) {
	t.Parallel()
	oil := []float64{446.6565, 454.4733, 455.6630, 423.6322, 456.2713, 440.5881, 425.3325, 485.1494, 506.0482, 526.7920, 514.2689, 494.2110}
	m, err := kpi.FitForecast(kpi.SimpleSmoothing, oil, 0)
	require.NoError(t, err)
	alpha, _, _ := m.Smoothing()
	require.InDelta(t, 0.89, alpha, 0.005)
	// Without a model the best of 10000 weights, each with its best start found from two.
	least := math.Inf(1)
	for i := range 10000 {
		weight := float64(i) / 10000
		sum := func(level float64) float64 {
			s := 0.0
			for _, v := range oil {
				s += (v - level) * (v - level)
				level += weight * (v - level)
			}
			return s
		}
		a, b, c := sum(440), sum(450), sum(460) // a parabola in the start
		bottom := 450 + 5*(a-c)/(a-2*b+c)
		least = min(least, sum(bottom))
	}
	sse, df := m.SSE()
	require.InEpsilon(t, least, sse, 1e-6)
	require.LessOrEqual(t, sse, least*(1+1e-12))
	require.Equal(t, 10, df)
}

// recursed runs the recursions of a method as the books have them and returns the squared
// errors; states are level, trend and terms.
func recursed(values []float64, season int, alpha, beta, gamma float64, states []float64) float64 {
	level, trend := states[0], states[1]
	terms := append([]float64{}, states[2:]...)
	sum := 0.0
	for t, v := range values {
		term := 0.0
		if season > 0 {
			term = terms[t%season]
		}
		e := v - level - trend - term
		sum += e * e
		level += trend + alpha*e
		trend += beta * e
		if season > 0 {
			terms[t%season] += gamma * e
		}
	}
	return sum
}

// No weights and starting values that one can draw make errors smaller than the fit by more
// than 1 %: the search could end in the second best of two hollows, though it has not.
func TestSmoothingIsLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		random := numeric.Stream(rapid.Uint64().Draw(t, "seed"), 0)
		const season = 3
		values := make([]float64, 18)
		for i := range values {
			values[i] = 50 + float64(i) + 8*float64(i%season) + 5*random.NormFloat64()
		}
		fits := map[kpi.ForecastMethod]float64{}
		for m := kpi.SimpleSmoothing; m <= kpi.HoltWinters; m++ {
			fit, err := kpi.FitForecast(m, values, season)
			require.NoError(t, err)
			fits[m], _ = fit.SSE()
		}
		for range 20 {
			alpha := random.Float64()
			beta, gamma := alpha*random.Float64(), (1-alpha)*random.Float64()
			states := []float64{50 + 10*random.NormFloat64(), 0, 0, 0, 0}
			require.GreaterOrEqual(t, recursed(values, 0, alpha, 0, 0, states), fits[kpi.SimpleSmoothing]*0.99)
			states[1] = 1 + random.NormFloat64()
			require.GreaterOrEqual(t, recursed(values, 0, alpha, beta, 0, states), fits[kpi.Holt]*0.99)
			states[2], states[3] = -8+2*random.NormFloat64(), 2*random.NormFloat64()
			states[4] = -states[2] - states[3]
			require.GreaterOrEqual(t, recursed(values, season, alpha, beta, gamma, states), fits[kpi.HoltWinters]*0.99)
		}
	})
}

// A series that a method describes goes on exactly, also far from 0.
func TestForecastExact(t *testing.T) {
	t.Parallel()
	for _, offset := range []float64{0, 1e6} {
		line, wave := make([]float64, 20), make([]float64, 20)
		for i := range line {
			line[i] = offset + 3*float64(i)
			wave[i] = line[i] + []float64{5, -1, -4, 0}[i%4]
		}
		for m, values := range map[kpi.ForecastMethod][]float64{kpi.Holt: line, kpi.HoltWinters: wave} {
			fit, err := kpi.FitForecast(m, values, 4)
			require.NoError(t, err)
			ahead, err := fit.Ahead(5, 0)
			require.NoError(t, err)
			for h, e := range ahead {
				want := offset + 3*float64(20+h)
				if m == kpi.HoltWinters {
					want += []float64{5, -1, -4, 0}[h%4]
				}
				require.InDelta(t, want, e.Value, 1e-9*(1+offset/1e3), "%v %v", m, h)
				require.False(t, e.HasInterval())
			}
		}
	}
	fit, err := kpi.FitForecast(kpi.SeasonalNaive, []float64{1, 2, 3, 4, 6}, 3)
	require.NoError(t, err)
	ahead, err := fit.Ahead(4, 0)
	require.NoError(t, err)
	require.Equal(t, []float64{3, 4, 6, 3}, []float64{ahead[0].Value, ahead[1].Value, ahead[2].Value, ahead[3].Value})
	require.InDelta(t, math.Sqrt((9.0+16)/2), ahead[0].SE, 1e-12)
	require.InDelta(t, ahead[0].SE*math.Sqrt2, ahead[3].SE, 1e-12)
	naive, err := kpi.FitForecast(kpi.Naive, []float64{1, 3, 2}, 0)
	require.NoError(t, err)
	far, err := naive.Ahead(4, 0)
	require.NoError(t, err)
	require.InDelta(t, 2*math.Sqrt(2.5), far[3].SE, 1e-12) // two steps' mean square 2.5, four steps
}

var series = flag.Int("series", 0, "how many series of each method the coverage of forecasts is measured on; 0: few")

// Intervals of 90 % hold what comes next in about so many of the series that the method
// describes, one and four periods ahead; with a trend on 40 values a few points fewer. In
// 1500 series (-series 1500): naive 90 and 89 %, simple smoothing 90 and 90, Holt 89 and 86,
// Holt-Winters 90 and 90.
func TestForecastCoverage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method             kpi.ForecastMethod
		alpha, beta, gamma float64
	}{{kpi.Naive, 1, 0, 0}, {kpi.SimpleSmoothing, 0.4, 0, 0}, {kpi.Holt, 0.4, 0.1, 0}, {kpi.HoltWinters, 0.3, 0.05, 0.2}} {
		covered := [2]float64{}
		runs := map[kpi.ForecastMethod]int{kpi.Naive: 1500, kpi.SimpleSmoothing: 300, kpi.Holt: 40, kpi.HoltWinters: 6}[c.method]
		if *series > 0 {
			runs = *series
		}
		for run := range runs {
			random := numeric.Stream(5, uint64(run))
			level, trend, terms := 100.0, 0.0, []float64{6, -2, -5, 1}
			if c.method >= kpi.Holt {
				trend = 1
			}
			if c.method != kpi.HoltWinters {
				clear(terms)
			}
			values := make([]float64, 44)
			for i := range values {
				e := random.NormFloat64()
				values[i] = level + trend + terms[i%4] + e
				level += trend + c.alpha*e
				trend += c.beta * e
				terms[i%4] += c.gamma * e
			}
			fit, err := kpi.FitForecast(c.method, values[:40], 4)
			require.NoError(t, err)
			ahead, err := fit.Ahead(4, 0.9)
			require.NoError(t, err)
			for i, h := range []int{0, 3} {
				if v := values[40+h]; v >= ahead[h].Low && v <= ahead[h].High {
					covered[i] += 1 / float64(runs)
				}
			}
		}
		t.Log(c.method, covered)
		noise := 4 * math.Sqrt(0.9*0.1/float64(runs))
		for _, share := range covered {
			require.InDelta(t, 0.88, share, 0.02+noise, "%v", c.method)
		}
	}
}

func TestBackTest(t *testing.T) {
	t.Parallel()
	// By hand: naive forecasts of 4, 8 and 4 are 2, 4 and 8.
	rows, err := kpi.BackTest([]float64{1, 2, 4, 8, 4}, 0, &kpi.BackTestOptions{Methods: []kpi.ForecastMethod{kpi.Naive, kpi.Holt}, Origins: 3})
	require.NoError(t, err)
	mape, _ := rows[0].MAPE.Value()
	require.InDelta(t, (0.5+0.5+1)/3, mape, 1e-15)
	mase, _ := rows[0].MASE.Value()
	require.InDelta(t, (2+4/1.5+4/(7.0/3))/3, mase, 1e-14)
	require.InDelta(t, math.Sqrt(36.0/3), rows[0].RMSE.Value, 1e-14)
	require.Equal(t, 3, rows[0].RMSE.N)
	require.Nil(t, rows[0].Short)
	require.EqualError(t, rows[1].Short, "kpi: holt needs at least 6 values, got 2")
	require.False(t, rows[1].RMSE.HasValue())

	zero, err := kpi.BackTest([]float64{1, 2, 4, 0, 4}, 0, &kpi.BackTestOptions{Methods: []kpi.ForecastMethod{kpi.Naive}, Origins: 2})
	require.NoError(t, err)
	_, ok := zero[0].MAPE.Value()
	require.False(t, ok, "an actual of 0: no data")
	still, err := kpi.BackTest([]float64{2, 2, 2, 2, 2}, 0, &kpi.BackTestOptions{Methods: []kpi.ForecastMethod{kpi.Naive}, Origins: 2})
	require.NoError(t, err)
	_, ok = still[0].MASE.Value()
	require.False(t, ok)
	require.Zero(t, still[0].Covered.Den)

	// Three years by month are enough for Holt-Winters at seven origins, not at twelve.
	months := make([]float64, 36)
	for i := range months {
		months[i] = float64(i%12 + i%5)
	}
	years, err := kpi.BackTest(months, 12, &kpi.BackTestOptions{Methods: []kpi.ForecastMethod{kpi.Naive, kpi.HoltWinters}})
	require.NoError(t, err)
	require.Nil(t, years[1].Short)
	require.Equal(t, 7, years[1].RMSE.N)

	_, err = kpi.BackTest([]float64{1, 2, 3}, 0, &kpi.BackTestOptions{Horizon: 2})
	require.EqualError(t, err, "kpi: back_test needs at least 4 values, got 3")
	_, _, err = kpi.ChooseForecast(nil, 12, nil)
	require.ErrorAs(t, err, new(*kpi.ShortSeriesError))
}

// What comes after the last actual cannot change a back-test, and the unit of the series
// changes neither MAPE nor MASE.
func TestBackTestUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		random := numeric.Stream(rapid.Uint64().Draw(t, "seed"), 0)
		values, scaled := make([]float64, 20), make([]float64, 20)
		for i := range values {
			values[i] = 20 + float64(i%5) + random.NormFloat64()
			scaled[i] = 1024 * values[i]
		}
		options := kpi.BackTestOptions{Methods: []kpi.ForecastMethod{kpi.Naive, kpi.SeasonalNaive, kpi.SimpleSmoothing}, Origins: 2, Horizon: 2}
		rows, err := kpi.BackTest(values, 5, &options)
		require.NoError(t, err)
		others, err := kpi.BackTest(scaled, 5, &options)
		require.NoError(t, err)
		for i := range rows {
			require.InEpsilon(t, rows[i].MAPE.Num, others[i].MAPE.Num, 1e-6)
			require.InEpsilon(t, rows[i].MASE.Num, others[i].MASE.Num, 1e-6)
			require.InEpsilon(t, 1024*rows[i].RMSE.Value, others[i].RMSE.Value, 1e-6)
		}
	})
}

func TestForecastBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method kpi.ForecastMethod
		values []float64
		season int
		want   string
	}{
		{0, []float64{1, 2}, 0, "kpi: forecast: method 0: want one of the methods"},
		{kpi.HoltWinters, []float64{1, 2}, 1, "kpi: forecast: season 1: want 2 or more periods for a seasonal method"},
		{kpi.Naive, []float64{1}, 0, "kpi: naive needs at least 2 values, got 1"},
		{kpi.SeasonalNaive, make([]float64, 12), 12, "kpi: seasonal_naive needs at least 13 values, got 12"},
		{kpi.HoltWinters, make([]float64, 28), 12, "kpi: holt_winters needs at least 29 values, got 28"},
		{kpi.Naive, []float64{1, math.Inf(1)}, 0, "kpi: value 1 of the series is +Inf: not a number up to 1e100"},
		{kpi.Naive, []float64{1e200, -1e200}, 0, "kpi: value 0 of the series is 1e+200: not a number up to 1e100"},
		{kpi.Holt, []float64{1e200, -1e200, 0, 0, 0, 1}, 0, "kpi: value 0 of the series is 1e+200: not a number up to 1e100"},
		{kpi.Holt, []float64{1, -1e200, 0, 0, 0, 1}, 0, "kpi: value 1 of the series is -1e+200: not a number up to 1e100"},
	} {
		_, err := kpi.FitForecast(c.method, c.values, c.season)
		require.EqualError(t, err, c.want)
	}
	m, err := kpi.FitForecast(kpi.Naive, []float64{1, 2}, 0)
	require.NoError(t, err)
	for _, periods := range []int{0, -1, 1e6} {
		_, err = m.Ahead(periods, 0)
		require.ErrorAs(t, err, new(*kpi.InputError))
	}
	_, err = m.Ahead(1, 1.5)
	require.ErrorAs(t, err, new(*kpi.InputError))
	for _, method := range []kpi.ForecastMethod{kpi.SimpleSmoothing, kpi.Holt, kpi.HoltWinters} {
		constant, err := kpi.FitForecast(method, []float64{7, 7, 7, 7, 7, 7, 7, 7, 7}, 2)
		require.NoError(t, err)
		ahead, err := constant.Ahead(1, 0)
		require.NoError(t, err)
		require.InDelta(t, 7, ahead[0].Value, 1e-12)
		require.False(t, ahead[0].HasInterval())
	}
}

func TestForecastFormat(t *testing.T) {
	t.Parallel()
	values := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 9, 7}
	for method := kpi.Naive; method <= kpi.HoltWinters; method++ {
		m, err := kpi.FitForecast(method, values, 3)
		require.NoError(t, err)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		read := new(kpi.ForecastModel)
		require.NoError(t, json.Unmarshal(text, read))
		require.Equal(t, m, read)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		for old, wrong := range map[string]string{`"format":1`: `"format":2`, `"df":`: `"df":9`, `"terms":[`: `"terms":[1e9,`, `"sse":`: `"sse":-`} {
			got := new(kpi.ForecastModel)
			broken := strings.Replace(string(text), old, wrong, 1)
			broken = strings.Replace(broken, "1e9,]", "1e9]", 1)
			require.Error(t, json.Unmarshal([]byte(broken), got), broken)
			require.Equal(t, kpi.ForecastModel{}, *got)
		}
	}
	_, err := json.Marshal(new(kpi.ForecastModel))
	require.ErrorAs(t, err, new(*kpi.InputError))
}

func BenchmarkFitForecast(b *testing.B) {
	random := numeric.Stream(1, 0)
	values := make([]float64, 104)
	for i := range values {
		values[i] = 100 + 2*float64(i) + 10*math.Sin(float64(i)*math.Pi/6) + random.NormFloat64()
	}
	for _, method := range []kpi.ForecastMethod{kpi.SimpleSmoothing, kpi.Holt, kpi.HoltWinters} {
		b.Run(method.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = kpi.FitForecast(method, values, 12)
			}
		})
	}
}

// An empty list of methods is no list.
func TestBackTestWithoutMethods(t *testing.T) {
	t.Parallel()
	values := []float64{1, 2, 4, 3, 5, 6, 5, 7, 8, 9, 8, 10}
	want, err := kpi.BackTest(values, 0, nil)
	require.NoError(t, err)
	got, err := kpi.BackTest(values, 0, &kpi.BackTestOptions{Methods: []kpi.ForecastMethod{}})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// A model or a baseline of which a field is missing would forecast 0 without a word.
func TestForecastFieldsMissing(t *testing.T) {
	t.Parallel()
	m, err := kpi.FitForecast(kpi.SimpleSmoothing, []float64{3, 1, 4, 1, 5, 9, 2}, 0)
	require.NoError(t, err)
	b, err := kpi.FitBaseline([]float64{1, 2, 1, 3, 2, 3.5}, 2, false)
	require.NoError(t, err)
	for _, c := range []struct{ from, into any }{{m, new(kpi.ForecastModel)}, {b, new(kpi.Baseline)}} {
		text, err := json.Marshal(c.from)
		require.NoError(t, err)
		var fields map[string]any
		require.NoError(t, json.Unmarshal(text, &fields))
		for name := range fields {
			if name == "format" {
				continue
			}
			less := maps.Clone(fields)
			delete(less, name)
			broken, err := json.Marshal(less)
			require.NoError(t, err)
			require.ErrorAs(t, json.Unmarshal(broken, c.into), new(*kpi.CodeError), name)
		}
	}
	require.ErrorAs(t, json.Unmarshal([]byte(`{"format":1,"additive":false,"level":3,"index":[1,3],"spread":0,"n":6}`), new(kpi.Baseline)), new(*kpi.StateError))
	require.ErrorAs(t, json.Unmarshal([]byte(`{"format":1,"additive":true,"level":3,"index":[1,1],"spread":0,"n":6}`), new(kpi.Baseline)), new(*kpi.StateError))
}
