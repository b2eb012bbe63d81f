package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// report is what comes out; nil is null: what does not exist.
type report struct {
	Source    string     `json:"source"`
	Figures   []figure   `json:"figures"`
	Gauges    []dial     `json:"gauges"`
	Alerts    []alert    `json:"alerts"`
	Charts    []chart    `json:"charts"`
	Forecasts []forecast `json:"forecasts"`
	Firm      *firm      `json:"firm"` // null with -data
}

type expected struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

type figure struct {
	KPI     string   `json:"kpi"`
	Formula string   `json:"formula"`
	Num     *float64 `json:"num"`
	Den     *float64 `json:"den"`
	expected
	Before  *float64 `json:"before"`
	Verdict string   `json:"verdict"`
}

type dial struct {
	KPI     string    `json:"kpi"`
	Level   string    `json:"level"`
	Since   string    `json:"since"`
	Value   *float64  `json:"value"`
	Target  *float64  `json:"target"`
	Reached bool      `json:"reached"`
	Trend   string    `json:"trend"`
	Silent  bool      `json:"silent"`
	Recent  []float64 `json:"recent"`
}

type alert struct {
	At      string   `json:"at"`
	Event   string   `json:"event"`
	KPI     string   `json:"kpi"`
	Cause   string   `json:"cause"`
	Level   string   `json:"level"`
	Value   *float64 `json:"value"`
	Limit   *float64 `json:"limit"`
	Episode int      `json:"episode"`
	By      *string  `json:"by"`
}

type chart struct {
	KPI      string   `json:"kpi"`
	Kind     string   `json:"kind"`
	Why      *string  `json:"why_none"`
	Center   *float64 `json:"center"`
	Limits   int      `json:"rows_for_limits"`
	Judged   int      `json:"rows_judged"`
	Outliers []string `json:"outliers"`
	Shewhart signals  `json:"shewhart"`
	EWMA     signals  `json:"ewma"`
	CUSUM    signals  `json:"cusum"`
}

type signals struct {
	First *string  `json:"first_signal"`
	Calm  *float64 `json:"run_length"`
	Moved *float64 `json:"run_length_shifted"`
}

// first notes the first row of n that signals.
func (s *signals) first(rows []row, n int, at func(i int) bool) {
	for i := range n {
		if at(i) {
			s.First = new(rows[i].at.Format(time.DateOnly))
			return
		}
	}
}

// runner is a chart that knows how long it takes.
type runner interface {
	RunLength(shift float64) (kpi.RunLength, error)
}

// runs computes how long a chart takes without a shift and after one of a sigma; a chart
// that practically never signals has no answer.
func (s *signals) runs(c runner) error {
	for shift, into := range []**float64{&s.Calm, &s.Moved} {
		length, err := c.RunLength(float64(shift))
		if _, none := errors.AsType[*kpi.RunLengthError](err); none {
			continue
		}
		if err != nil {
			return err
		}
		*into = new(length.Mean)
	}
	return nil
}

// counts is a chart of proportions with the same denominator in all rows.
type counts struct {
	chart kpi.RateChart
	n     float64
}

// RunLength is that of counts, from a million on that of normal values, which is the same
// then. A proportion does not move past 1.
func (c counts) RunLength(shift float64) (kpi.RunLength, error) {
	p := c.chart.Center
	moved := p + shift*math.Sqrt(p*(1-p)/c.n)
	switch {
	case c.n > 1e6:
		return kpi.Shewhart{Sigma: 1}.RunLength(shift)
	case moved >= 1:
		return kpi.RunLength{}, &kpi.RunLengthError{Of: "rate_chart", Reason: "shift", Value: shift}
	}
	return c.chart.RunLength(c.n, moved)
}

type forecast struct {
	KPI     string     `json:"kpi"`
	Why     *string    `json:"why_none"`
	Methods []method   `json:"methods"`
	Chosen  *string    `json:"chosen"`
	Ahead   []expected `json:"ahead"`
}

type method struct {
	Method  string   `json:"method"`
	MAPE    *float64 `json:"mape"`
	MASE    *float64 `json:"mase"`
	RMSE    *float64 `json:"rmse"`
	Covered *float64 `json:"covered"`
}

func expectedOf(e rapport.Estimate) expected {
	var x expected
	if e.HasValue() {
		x.Value = new(e.Value)
	}
	if e.HasInterval() {
		x.Low, x.High = new(e.Low), new(e.High)
	}
	return x
}

func valueOf(r rapport.Ratio) *float64 {
	if v, ok := r.Value(); ok {
		return &v
	}
	return nil
}

func alertOf(e kpi.AlertEvent) alert {
	a := alert{
		At: e.At.Format(time.DateOnly), Event: e.Kind.String(), KPI: e.Alert.ID.Key, Cause: e.Alert.ID.Cause.String(), Level: e.Alert.Worst.String(),
		Episode: e.Alert.Episode,
	}
	if e.Alert.ID.Cause != kpi.NoData {
		a.Value = new(e.Now.Value)
	}
	if e.Alert.ID.Cause == kpi.OverLimit && e.Now.Level > kpi.Normal {
		a.Limit = new(e.Now.Limit)
	}
	if e.Kind == kpi.AlertAcknowledged {
		a.By = new(e.Alert.Acknowledged.By)
	}
	return a
}

func dialOf(d *kpi.Dial) dial {
	return dial{
		KPI: d.Key, Level: d.Level.String(), Since: d.Since.Format(time.DateOnly), Value: d.Value, Target: d.Target, Reached: d.Reached,
		Trend: string(d.Trend), Silent: d.Silent, Recent: append([]float64{}, d.Spark...),
	}
}

// empty returns a report whose lists are [] in JSON, not null.
func empty(source string) *report {
	return &report{Source: source, Figures: []figure{}, Gauges: []dial{}, Alerts: []alert{}, Charts: []chart{}, Forecasts: []forecast{}}
}

// writeJSON writes for programs.
func (r *report) writeJSON(out io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}
