package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// contractReport is what a model of contracts says of customers who began together.
type contractReport struct {
	options options
	model   fit
	seen    int // the last period of the file
	periods []contractPeriod
}

// contractPeriod is one period of a contract, as it was or as it is expected.
type contractPeriod struct {
	Period    int     `json:"period"`
	Active    figure  `json:"active"`    // as the file says
	Survival  float64 `json:"survival"`  // share of those who began
	Retention figure  `json:"retention"` // share of those of the period before
	// Expected is, as far as the file goes, what the model expected at the start, and
	// after that what it expects of those who are left; Low and High are its interval.
	Expected float64 `json:"expected_active"`
	Low      figure  `json:"expected_active_low"`
	High     figure  `json:"expected_active_high"`
	// Discounted counts a customer k periods ahead as (1+rate)^−k.
	Discounted figure `json:"discounted_active"`
}

// assessCohort fits the model and asks it.
func assessCohort(ctx context.Context, o options, cohort btyd.Cohort, discount float64) (*contractReport, error) {
	fitContract := btyd.FitShiftedBetaGeometric
	if o.model.name == "bdw" {
		fitContract = btyd.FitBetaDiscreteWeibull
	}
	model, err := fitContract(ctx, []btyd.Cohort{cohort}, nil)
	if err != nil && !usable(err, model) {
		return nil, err
	}
	r := &contractReport{options: o, model: fitOf(model.Name(), model.Parameters(), model.Report()), seen: len(cohort.Active) - 1}
	left := cohort.Active[r.seen]
	for t := range r.seen + 1 + int(o.horizon) {
		p := contractPeriod{Period: t, Survival: model.Survival(t)}
		if t > 0 {
			p.Retention = figureOf(model.Retention(t))
		}
		if ahead := t - r.seen; ahead <= 0 {
			p.Active, p.Expected = figureOf(cohort.Active[t]), cohort.Active[0]*p.Survival
		} else {
			p.Expected = left * model.Stay(r.seen, ahead)
			p.Discounted = figureOf(p.Expected * math.Pow(1+discount, -float64(ahead)))
			if left > 0 {
				e, err := model.ExpectedActive(ctx, left, r.seen, ahead, intervalLevel)
				if err != nil {
					return nil, err
				}
				if e.Level > 0 { // there is none where nobody can leave
					p.Low, p.High = figureOf(max(e.Low, 0)), figureOf(min(e.High, left))
				}
			}
		}
		r.periods = append(r.periods, p)
	}
	return r, nil
}

// discounted is what the customers who are left are worth, in payments of one period.
func (r *contractReport) discounted() float64 {
	sum := 0.0
	for _, p := range r.periods {
		sum += p.Discounted.value
	}
	return sum
}

func (r *contractReport) writeJSON(w io.Writer) error {
	d := document{model: &r.model, periods: linesOf(r.periods)}
	return d.write(w)
}

func (r *contractReport) writeTable(w io.Writer) error {
	out := &textWriter{w: w}
	out.line("%s", r.subtitle())
	out.line("")
	out.line("model     %s", r.model.text())
	out.line("forecast  %s", r.forecast())
	for _, warning := range r.model.warnings {
		out.line("warning   %s", warning)
	}
	out.line("")
	out.line("By %s, as it was and as it is expected:", r.options.period.name)
	out.table(contractAlign, r.lines())
	return out.err
}

// subtitle says what was read.
func (r *contractReport) subtitle() string {
	first, last := r.periods[0], r.periods[r.seen]
	return fmt.Sprintf("%s customers began and %s were left after %s", first.Active.text(0), last.Active.text(0), r.options.period.span(float64(r.seen)))
}

// forecast says how many stay.
func (r *contractReport) forecast() string {
	end := r.periods[len(r.periods)-1]
	text := fmt.Sprintf("after another %s %s are left", r.options.period.span(r.options.horizon), htmlreport.Number(end.Expected, 1))
	if end.Low.known {
		text += fmt.Sprintf(" (%s: %s to %s)", htmlreport.Percent(intervalLevel, 0), end.Low.text(0), end.High.text(0))
	}
	text += "; until then they renew " + htmlreport.Number(r.discounted(), 1) + " times"
	if r.options.discount != 0 {
		text += ", discounted at " + htmlreport.Percent(r.options.discount, 1) + " a year"
	}
	return text
}

// contractAlign aligns the columns of [contractReport.lines].
const contractAlign = "rrrrrr"

// lines is the table of the periods with its heading.
func (r *contractReport) lines() [][]string {
	lines := [][]string{{r.options.period.name, "active", "expected", fmt.Sprintf("%s interval", htmlreport.Percent(intervalLevel, 0)), "survival", "retention"}}
	for _, p := range r.periods {
		interval := htmlreport.Missing
		if p.Low.known {
			interval = p.Low.text(0) + " to " + p.High.text(0)
		}
		retention := htmlreport.Missing
		if p.Retention.known {
			retention = htmlreport.Percent(p.Retention.value, 1)
		}
		lines = append(lines, []string{fmt.Sprint(p.Period), p.Active.text(0), htmlreport.Number(p.Expected, 1), interval, htmlreport.Percent(p.Survival, 1), retention})
	}
	return lines
}
