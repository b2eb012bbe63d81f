package kpi

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// ForecastMethod is a way to go on from a series.
type ForecastMethod uint8

// The methods, from the simplest on. The smoothing methods are the additive ones of R. J.
// Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting with Exponential
// Smoothing, 2008: ETS(A,N,N), (A,A,N) and (A,A,A).
const (
	Naive           ForecastMethod = iota + 1 // the last value
	SeasonalNaive                             // the value of one season before
	SimpleSmoothing                           // a level
	Holt                                      // a level and a trend
	HoltWinters                               // a level, a trend and seasonal terms that are added
)

func methodNames() []string {
	return []string{"none", "naive", "seasonal_naive", "simple_smoothing", "holt", "holt_winters"}
}

// String returns "naive", "seasonal_naive", "simple_smoothing", "holt" or "holt_winters".
func (m ForecastMethod) String() string { return nameOf("ForecastMethod", methodNames(), int(m)) }

// MarshalText writes the name of a method; the error is a [*CodeError].
func (m ForecastMethod) MarshalText() ([]byte, error) {
	return nameText("forecast_method", methodNames(), int(m))
}

// UnmarshalText reads what [ForecastMethod.MarshalText] writes; the error is a
// [*CodeError].
func (m *ForecastMethod) UnmarshalText(text []byte) error {
	i, err := nameIndex("forecast_method", methodNames(), text)
	if err == nil {
		*m = ForecastMethod(i)
	}
	return err
}

// seasonal tells whether a method needs a season.
func (m ForecastMethod) seasonal() bool { return m == SeasonalNaive || m == HoltWinters }

// ForecastModel is a method fitted to a series at equal distances in time. It is
// immutable, forecasts what follows the series, and is kept in JSON.
type ForecastModel struct {
	method             ForecastMethod
	season             int // periods; 0: none
	alpha, beta, gamma float64
	level, trend       float64
	terms              []float64 // seasonal; terms[0] is that of the first period to come
	sse                float64
	df, n              int
	spread             forecastSpread
}

// Method returns the method.
func (m *ForecastModel) Method() ForecastMethod { return m.method }

// Smoothing returns the weights of an error in level, trend and seasonal terms, in the
// error-correction form ℓ += α·e, b += β·e, s += γ·e with 0 ≤ β ≤ α ≤ 1 and γ ≤ 1 − α;
// 0 for those that the method does not have.
func (m *ForecastModel) Smoothing() (alpha, beta, gamma float64) { return m.alpha, m.beta, m.gamma }

// SSE returns the sum of the squared errors of forecasts one period ahead, and the
// degrees of freedom: errors less fitted parameters and starting values.
func (m *ForecastModel) SSE() (sum float64, df int) { return m.sse, m.df }

// FitForecast fits a method; season is the number of periods in a season, 0 for none.
// Weights and starting values make the squared errors of forecasts one period ahead
// least, which is the greatest likelihood for normal errors: the starting values exactly,
// the weights to about 1e-7.
//
// The error is an [*InputError] for an unknown method, a season below 2 where one is
// needed, or a negative one; a [*SeriesError]; or a [*ShortSeriesError]: naive needs 2
// values, seasonal naive one season and one value, simple smoothing 4, Holt 6,
// Holt–Winters two seasons and 5.
func FitForecast(method ForecastMethod, values []float64, season int) (*ForecastModel, error) {
	if err := demands("forecast", demand{"method", float64(method), method >= Naive && method <= HoltWinters, "one of the methods"},
		demand{"season", float64(season), season >= 0 && (season >= 2 || !method.seasonal()), "2 or more periods for a seasonal method"}); err != nil {
		return nil, err
	}
	for i, v := range values {
		if !(math.Abs(v) <= 1e100) {
			return nil, &SeriesError{Index: i, Value: v, Reason: "not a number up to 1e100"}
		}
	}
	if need := method.need(season); len(values) < need {
		return nil, &ShortSeriesError{For: method.String(), Have: len(values), Need: need}
	}
	m := &ForecastModel{method: method, n: len(values)}
	if method.seasonal() {
		m.season = season
	}
	switch method {
	case Naive:
		m.level = values[len(values)-1]
		m.repeat(values, 1)
	case SeasonalNaive:
		m.terms = slices.Clone(values[len(values)-season:])
		m.repeat(values, season)
	default:
		m.fitSmoothing(values)
	}
	return m, nil
}

// need is the least number of values.
func (m ForecastMethod) need(season int) int {
	switch m {
	case Naive:
		return 2
	case SeasonalNaive:
		return season + 1
	case SimpleSmoothing:
		return 4
	case Holt:
		return 6
	}
	return 2*season + 5
}

// repeat takes each value for the forecast of that lag periods later.
func (m *ForecastModel) repeat(values []float64, lag int) {
	for i, v := range values[lag:] {
		m.sse += (v - values[i]) * (v - values[i])
	}
	m.df = len(values) - lag
	m.spread = plainSpread(m.sse/float64(m.df), m.season > 0)
}

// Ahead forecasts so many periods, with intervals of a level of confidence, 0 for 0.95,
// by Student's distribution. They hold the errors to come, as far as they move later
// periods, and the uncertainty of starting values and weights, averaged by likelihood. A
// series that the method meets exactly has none. The error is an [*InputError].
//
// In simulations of 40 values from the method itself (TestForecastCoverage) intervals of
// 90 % hold 86 to 90 % of what comes.
func (m *ForecastModel) Ahead(periods int, level float64) ([]rapport.Estimate, error) {
	level, err := checkLevel("forecast", level)
	if err != nil {
		return nil, err
	}
	if err := demands("forecast", demand{"periods", float64(periods), periods >= 1 && periods <= 10_000, "from 1 to 10000"}); err != nil {
		return nil, err
	}
	if m.n == 0 {
		return nil, &InputError{Subject: "forecast", Name: "n", Value: 0, Reason: "want a model that is fitted"}
	}
	margin := stats.StudentMargin(level, float64(m.df))
	ahead := make([]rapport.Estimate, periods)
	moved := 0.0
	for i := range ahead {
		if i > 0 {
			moved += m.spread.moved(i, m.season)
		}
		e := rapport.Estimate{Value: m.level + float64(i+1)*m.trend, N: m.n}
		if m.season > 0 {
			e.Value += m.terms[i%m.season]
		}
		if variance := m.spread.Error + moved + m.spread.off(i+1); variance > 0 {
			e.SE = math.Sqrt(variance)
			e.Low, e.High, e.Level = e.Value-margin*e.SE, e.Value+margin*e.SE, level
		}
		if err := e.Validate(); err != nil {
			return nil, err
		}
		ahead[i] = e
	}
	return ahead, nil
}
