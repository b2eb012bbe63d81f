package kpi

import (
	"cmp"
	"errors"
	"math"

	"github.com/rapport-crm/rapport"
)

// BackTestOptions say how methods are tried. Nil and zero are the defaults.
type BackTestOptions struct {
	Methods []ForecastMethod // none: all that the season allows
	Horizon int              // periods ahead; 0: 1
	// Origins is how many times a method is fitted to what was known and asked for what
	// followed; 0: a third of the series, at most 24, and fewer, down to 4, if a method
	// could not be fitted to what is then left.
	Origins int
	Level   float64 // of the intervals that are tried; 0: 0.95
}

// BackTestRow is how a method did.
type BackTestRow struct {
	Method ForecastMethod
	// MAPE is the mean of |error|/|actual|, a share; no value where an actual is 0.
	MAPE rapport.Ratio
	// MASE is the mean of |error| over the mean change from season to season (or from
	// value to value) before the origin: below 1 is better than the naive method was
	// (R. J. Hyndman and A. B. Koehler, Another look at measures of forecast accuracy,
	// International Journal of Forecasting 22, 2006). No value where nothing changed.
	MASE rapport.Ratio
	RMSE rapport.Estimate // root of the mean squared error, in the unit of the series; without interval
	// Covered is the share of actuals within the intervals, of those forecasts that have one.
	Covered rapport.Ratio
	// Short says why the method was not tried; nil if it was. Its figures have no value.
	Short *ShortSeriesError
}

// BackTest tries methods on a series by rolling origins: each is fitted to the values
// before an origin only, and its forecasts of the periods after it are compared with what
// came. A method for which the first of these series is too short is not tried and says
// so.
//
// The error is an [*InputError], a [*SeriesError], or a [*ShortSeriesError] if no method
// can be tried.
func BackTest(values []float64, season int, o *BackTestOptions) ([]BackTestRow, error) {
	var options BackTestOptions
	if o != nil {
		options = *o
	}
	options.Horizon = cmp.Or(options.Horizon, 1)
	if len(options.Methods) == 0 {
		for m := Naive; m <= HoltWinters; m++ {
			if season >= 2 || !m.seasonal() {
				options.Methods = append(options.Methods, m)
			}
		}
	}
	if options.Origins == 0 {
		options.Origins = min(24, max(1, len(values)/3))
		for _, m := range options.Methods {
			if room := len(values) - options.Horizon + 1 - m.need(season); room >= 4 {
				options.Origins = min(options.Origins, room)
			}
		}
	}
	level, err := checkLevel("forecast", options.Level)
	if err != nil {
		return nil, err
	}
	if err := demands("forecast", demand{"horizon", float64(options.Horizon), options.Horizon > 0, "1 or more"},
		demand{"origins", float64(options.Origins), options.Origins > 0, "1 or more"},
		demand{"season", float64(season), season >= 0, "0 or more"}); err != nil {
		return nil, err
	}
	if err := finiteSeries(values); err != nil {
		return nil, err
	}
	options.Level = level
	first := len(values) - options.Horizon - options.Origins + 1
	tried := 0
	rows := make([]BackTestRow, len(options.Methods))
	for i, method := range options.Methods {
		rows[i], err = backTest(method, values, season, first, options)
		if rows[i].Short, _ = errors.AsType[*ShortSeriesError](err); rows[i].Short == nil {
			if err != nil {
				return nil, err
			}
			tried++
		}
	}
	if tried == 0 {
		need := options.Horizon + options.Origins - 1
		least := math.MaxInt
		for _, row := range rows {
			least = min(least, row.Short.Need)
		}
		return nil, &ShortSeriesError{For: "back_test", Have: len(values), Need: need + least}
	}
	return rows, nil
}

// backTest tries one method.
func backTest(method ForecastMethod, values []float64, season, first int, o BackTestOptions) (BackTestRow, error) {
	row := BackTestRow{Method: method}
	lag := max(1, season)
	squares, zero, still := 0.0, false, false
	for origin := first; origin+o.Horizon <= len(values); origin++ {
		m, err := FitForecast(method, values[:max(0, origin)], season)
		if err != nil {
			return BackTestRow{Method: method}, err
		}
		ahead, err := m.Ahead(o.Horizon, o.Level)
		if err != nil {
			return BackTestRow{Method: method}, err
		}
		change := 0.0
		for i := lag; i < origin; i++ {
			change += math.Abs(values[i]-values[i-lag]) / float64(origin-lag)
		}
		still = still || change == 0
		for h, e := range ahead {
			actual := values[origin+h]
			miss := actual - e.Value
			squares += miss * miss
			row.RMSE.N++
			zero = zero || actual == 0
			row.MAPE.Num += math.Abs(miss / actual)
			row.MASE.Num += math.Abs(miss) / change
			if e.HasInterval() {
				row.Covered.Den++
				if actual >= e.Low && actual <= e.High {
					row.Covered.Num++
				}
			}
		}
	}
	n := row.RMSE.N
	row.RMSE.Value = math.Sqrt(squares / float64(n))
	row.MAPE.Den, row.MAPE.N, row.MASE.Den, row.MASE.N, row.Covered.N = float64(n), n, float64(n), n, int(row.Covered.Den)
	if zero || !finite(row.MAPE.Num) {
		row.MAPE = rapport.Ratio{N: n}
	}
	if still || !finite(row.MASE.Num) {
		row.MASE = rapport.Ratio{N: n}
	}
	if !finite(row.RMSE.Value) {
		row.RMSE = rapport.Estimate{}
	}
	return row, nil
}

// ChooseForecast fits the method that did best in a back-test, by RMSE and, of equals,
// the earlier one in the list, and returns the back-test with it. The errors are those of
// [BackTest].
func ChooseForecast(values []float64, season int, o *BackTestOptions) (*ForecastModel, []BackTestRow, error) {
	rows, err := BackTest(values, season, o)
	if err != nil {
		return nil, nil, err
	}
	best := -1
	for i, row := range rows {
		if row.RMSE.HasValue() && (best < 0 || row.RMSE.Value < rows[best].RMSE.Value) {
			best = i
		}
	}
	if best < 0 {
		return nil, nil, &SeriesError{Index: 0, Value: values[0], Reason: "of a series too large to be squared"}
	}
	m, err := FitForecast(rows[best].Method, values, season)
	return m, rows, err
}
