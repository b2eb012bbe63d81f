package kpi

import (
	"encoding/json"
	"slices"
)

type forecastForm struct {
	Format int            `json:"format"`
	Method ForecastMethod `json:"method"`
	Season int            `json:"season"`
	Alpha  float64        `json:"alpha"`
	Beta   float64        `json:"beta"`
	Gamma  float64        `json:"gamma"`
	Level  float64        `json:"level"`
	Trend  float64        `json:"trend"`
	Terms  []float64      `json:"terms"`
	SSE    float64        `json:"sse"`
	DF     int            `json:"df"`
	N      int            `json:"n"`
	Spread spreadForm     `json:"spread"`
}

type spreadForm struct {
	Error   float64   `json:"error"`
	Moments []float64 `json:"moments"`
	Fixed   []float64 `json:"fixed"`
	Linear  []float64 `json:"linear"`
	Square  float64   `json:"square"`
}

// MarshalJSON writes the model with a version. The zero model is an [*InputError].
func (m *ForecastModel) MarshalJSON() ([]byte, error) {
	if m.n == 0 {
		return nil, &InputError{Subject: "forecast", Name: "n", Value: 0, Reason: "want a model that is fitted"}
	}
	terms := m.terms
	if terms == nil {
		terms = []float64{}
	}
	spread := spreadForm{m.spread.Error, m.spread.Moments[:], m.spread.Fixed, m.spread.Linear, m.spread.Square}
	return json.Marshal(forecastForm{format, m.method, m.season, m.alpha, m.beta, m.gamma, m.level, m.trend, terms, m.sse, m.df, m.n, spread})
}

// UnmarshalJSON reads what [ForecastModel.MarshalJSON] wrote. The error is that of the
// JSON, a [*FormatError], a [*CodeError] for a field that is missing, or a [*StateError];
// m is then unchanged.
func (m *ForecastModel) UnmarshalJSON(text []byte) error {
	var f forecastForm
	if err := decodeWhole("forecast", text, &f); err != nil {
		return err
	}
	season := 0
	if f.Method.seasonal() {
		season = f.Season
	}
	switch {
	case f.Method < Naive || f.Season != season || season != len(f.Terms) || season == 1 || season < 0:
		return &StateError{Subject: "forecast", Reason: "method, season and terms do not fit"}
	case f.Alpha < 0 || f.Alpha > 1 || f.Beta < 0 || f.Beta > f.Alpha || f.Gamma < 0 || f.Gamma > 1-f.Alpha:
		return &StateError{Subject: "forecast", Reason: "weights out of range"}
	case f.SSE < 0 || f.DF < 1 || f.DF >= f.N:
		return &StateError{Subject: "forecast", Reason: "errors and degrees of freedom do not fit"}
	case f.Spread.Error < 0 || len(f.Spread.Moments) != 6 || len(f.Spread.Fixed) != len(f.Spread.Linear) || len(f.Spread.Fixed) != 1 && len(f.Spread.Fixed) != season:
		return &StateError{Subject: "forecast", Reason: "the spread does not fit"}
	}
	*m = ForecastModel{
		method: f.Method, season: f.Season, alpha: f.Alpha, beta: f.Beta, gamma: f.Gamma, level: f.Level, trend: f.Trend,
		terms: slices.Clip(f.Terms), sse: f.SSE, df: f.DF, n: f.N,
		spread: forecastSpread{f.Spread.Error, [6]float64(f.Spread.Moments), f.Spread.Fixed, f.Spread.Linear, f.Spread.Square},
	}
	if len(m.terms) == 0 {
		m.terms = nil
	}
	return nil
}
