package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
)

// watched is a series with what watches it.
type watched struct {
	*series
	gauge    kpi.Gauge
	gauged   bool
	state    kpi.GaugeState
	judged   map[time.Time][]kpi.Signal // of the control chart, in its second half
	position int
}

// watch goes through the rows of all series in time's order and notes what gauges,
// charts and alerts say. With staff, somebody takes care of critical alerts.
func (r *report) watch(list []*series, staff bool) error {
	desk, err := kpi.NewAlertDesk(kpi.AlertPolicy{CoolDown: 14 * 24 * time.Hour, EscalateAfter: 21 * 24 * time.Hour})
	if err != nil {
		return err
	}
	var all []*watched
	var ticks []time.Time
	for _, s := range list {
		w := &watched{series: s, judged: map[time.Time][]kpi.Signal{}}
		w.gauge, w.gauged = gauge(s.code)
		if err := r.chart(w); err != nil {
			return fmt.Errorf("%s: %w", s.code, err)
		}
		for _, row := range s.rows {
			ticks = append(ticks, row.at)
		}
		all = append(all, w)
	}
	slices.SortFunc(ticks, time.Time.Compare)
	ticks = slices.Compact(ticks)
	for _, at := range ticks {
		if staff {
			for _, a := range desk.Alerts() {
				if a.Open() && a.Worst == kpi.Critical && a.Acknowledged == nil {
					event, err := desk.Acknowledge(a.ID, kpi.Note{By: "service desk", At: at, Text: "fault reported"})
					if err != nil {
						return err
					}
					r.Alerts = append(r.Alerts, alertOf(event))
				}
			}
		}
		var conditions []kpi.Condition
		for _, w := range all {
			found, err := w.at(at)
			if err != nil {
				return err
			}
			conditions = append(conditions, found...)
		}
		events, err := desk.Apply(conditions, at)
		if err != nil {
			return err
		}
		for _, e := range events {
			r.Alerts = append(r.Alerts, alertOf(e))
		}
	}
	var instruments []kpi.Instrument
	for _, w := range all {
		if w.gauged {
			instruments = append(instruments, kpi.Instrument{Gauge: w.gauge, State: w.state})
		}
	}
	board, err := kpi.NewBoard(ticks[len(ticks)-1], instruments)
	if err != nil {
		return err
	}
	for i := range board.Dials {
		r.Gauges = append(r.Gauges, dialOf(&board.Dials[i]))
	}
	return nil
}

// at takes in the row of a time, if there is one, and says what is wrong then.
func (w *watched) at(at time.Time) ([]kpi.Condition, error) {
	var found []kpi.Condition
	if w.position < len(w.rows) && w.rows[w.position].at.Equal(at) {
		ratio := w.rows[w.position].ratio
		w.position++
		if w.gauged {
			var err error
			if w.state, _, err = w.gauge.Apply(w.state, kpi.RatioReading(at, ratio)); err != nil {
				return nil, err
			}
			found = append(found, w.state.Condition(w.gauge))
		}
		if signals, judged := w.judged[at]; judged {
			value, _ := ratio.Value()
			found = append(found, kpi.ControlCondition(w.code, value, signals))
		}
	}
	if w.gauged {
		found = append(found, w.state.SilenceCondition(w.gauge, at))
	}
	return found, nil
}

// chart makes limits from the first half of a series, judges the second half by them, and
// adds moving average and sums of the standardised values.
func (r *report) chart(w *watched) error {
	known := slices.DeleteFunc(slices.Clone(w.rows), func(r row) bool { return r.ratio.Den == 0 })
	half := len(known) / 2
	points, z, c, err := shewhart(w.series, known, half)
	// A series that is too short or stands still has no chart, which is no fault of the file.
	_, short := errors.AsType[*kpi.ShortSeriesError](err)
	_, still := errors.AsType[*kpi.ConstantSeriesError](err)
	if short || still {
		r.Charts = append(r.Charts, chart{KPI: w.code, Kind: "none", Why: new(err.Error()), Outliers: []string{}})
		return nil
	}
	if err != nil {
		return err
	}
	for i, p := range points {
		w.judged[known[half+i].at] = p.Signals
	}
	c.KPI, c.Limits, c.Judged = w.code, half, len(points)
	c.Shewhart.first(known[half:], len(points), func(i int) bool { return len(points[i].Signals) > 0 })
	var limits runner = kpi.Shewhart{Sigma: 1}
	if c.Kind == "proportions" {
		total := 0.0
		for _, row := range known[half:] {
			total += row.ratio.Den
		}
		limits = counts{kpi.RateChart{Kind: kpi.Proportions, Center: *c.Center}, max(1, math.Round(total/float64(len(points))))}
	}
	if err := c.Shewhart.runs(limits); err != nil {
		return err
	}
	width, err := kpi.DesignEWMA(0.2, 500, true)
	if err != nil {
		return err
	}
	ewma := kpi.EWMA{Sigma: 1, Lambda: 0.2, Width: width, Asymptotic: true}
	averages, err := ewma.Points(z)
	if err != nil {
		return err
	}
	c.EWMA.first(known[half:], len(z), func(i int) bool { return len(averages[i].Signals) > 0 })
	if err := c.EWMA.runs(ewma); err != nil {
		return err
	}
	decision, err := kpi.DesignCUSUM(0.5, 500, kpi.BothSides)
	if err != nil {
		return err
	}
	cusum := kpi.CUSUM{Sigma: 1, Reference: 0.5, Decision: decision}
	sums, err := cusum.Points(z)
	if err != nil {
		return err
	}
	c.CUSUM.first(known[half:], len(z), func(i int) bool { return len(sums[i].Signals) > 0 })
	if err := c.CUSUM.runs(cusum); err != nil {
		return err
	}
	r.Charts = append(r.Charts, c)
	return nil
}

// shewhart makes the chart that fits a series from the rows before half, and judges those
// from half on; z are their distances from the centre in sigmas.
func shewhart(s *series, known []row, half int) (points []kpi.Point, z []float64, c chart, err error) {
	if s.proportions() {
		var ratios []rapport.Ratio
		for _, r := range known {
			ratios = append(ratios, r.ratio)
		}
		fit, err := kpi.FitRates(kpi.Proportions, ratios[:half], nil)
		if err != nil {
			return nil, nil, c, err
		}
		p := fit.Chart.Center
		c = chart{Kind: "proportions", Center: &p, Outliers: dates(known, fit.Outliers)}
		rated, err := fit.Chart.Points(ratios[half:])
		for i, point := range rated {
			points = append(points, point.Point)
			z = append(z, (point.Value-p)/math.Sqrt(p*(1-p)/ratios[half+i].Den))
		}
		return points, z, c, err
	}
	var values []float64
	for _, r := range known {
		v, _ := r.ratio.Value()
		values = append(values, v)
	}
	fit, err := kpi.FitIndividuals(values[:half], nil)
	if err != nil {
		return nil, nil, c, err
	}
	c = chart{Kind: "individuals", Center: new(fit.Chart.Center), Outliers: dates(known, fit.Outliers)}
	points, err = fit.Chart.Points(values[half:])
	for _, p := range points {
		z = append(z, (p.Value-fit.Chart.Center)/fit.Chart.Sigma)
	}
	return points, z, c, err
}

func dates(rows []row, indexes []int) []string {
	list := []string{}
	for _, i := range indexes {
		list = append(list, rows[i].at.Format(time.DateOnly))
	}
	return list
}

// forecast adds the back-test of a series and what is to be expected; nothing for one
// that is too short, and why.
func (r *report) forecast(s *series, season, periods int) error {
	values, passed := s.values(), 0
	if season > 0 {
		values, passed = s.unbroken()
	}
	f := forecast{KPI: s.code, Methods: []method{}, Ahead: []expected{}}
	model, tried, err := kpi.ChooseForecast(values, season, &kpi.BackTestOptions{Origins: max(1, min(12, len(values)/4))})
	if _, short := errors.AsType[*kpi.ShortSeriesError](err); short {
		f.Why = new(err.Error())
		r.Forecasts = append(r.Forecasts, f)
		return nil
	}
	if err != nil {
		return err
	}
	for _, t := range tried {
		m := method{Method: t.Method.String(), MAPE: valueOf(t.MAPE), MASE: valueOf(t.MASE), Covered: valueOf(t.Covered)}
		if t.RMSE.HasValue() {
			m.RMSE = new(t.RMSE.Value)
		}
		f.Methods = append(f.Methods, m)
	}
	f.Chosen = new(model.Method().String())
	ahead, err := model.Ahead(passed+periods, 0.95)
	if err != nil {
		return err
	}
	for _, e := range ahead[passed:] {
		f.Ahead = append(f.Ahead, expectedOf(e))
	}
	r.Forecasts = append(r.Forecasts, f)
	return nil
}
