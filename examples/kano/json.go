package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// writtenFeature is a feature in JSON; nil is null: what does not exist.
type writtenFeature struct {
	Label            *string           `json:"label"`
	N                int               `json:"n"`
	Skipped          int               `json:"skipped"`
	Counts           map[string]int    `json:"counts"`
	Category         *string           `json:"category"`
	Mode             *string           `json:"mode"`
	Priority         *string           `json:"priority"`
	Majority         *string           `json:"category_oam_vs_irq"`
	CategoryStrength *float64          `json:"category_strength"`
	TotalStrength    *float64          `json:"total_strength"`
	Better           writtenEstimate   `json:"better"`
	Worse            writtenEstimate   `json:"worse"`
	Fong             writtenFong       `json:"fong"`
	ChiSquare        *float64          `json:"chi2"`
	P                *float64          `json:"p_value"`
	Importance       *float64          `json:"importance_mean"`
	Continuous       writtenContinuous `json:"continuous"`
}

type writtenEstimate struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

type writtenFong struct {
	Difference  *float64 `json:"difference"`
	Threshold   *float64 `json:"threshold"`
	Significant *bool    `json:"significant"`
}

type writtenContinuous struct {
	Functional             *float64 `json:"functional_mean"`
	Dysfunctional          *float64 `json:"dysfunctional_mean"`
	FunctionalSD           *float64 `json:"functional_sd"`
	DysfunctionalSD        *float64 `json:"dysfunctional_sd"`
	ImportantFunctional    *float64 `json:"importance_weighted_functional"`
	ImportantDysfunctional *float64 `json:"importance_weighted_dysfunctional"`
	Quadrant               *string  `json:"quadrant"`
}

// writeJSON writes for programs.
func (r *report) writeJSON(out io.Writer) error {
	a := r.analysis
	written := struct {
		Table    kano.Table                `json:"table"`
		Rule     kano.Rule                 `json:"rule"`
		Features map[string]writtenFeature `json:"features"`
	}{a.Table, a.Rule, map[string]writtenFeature{}}
	for i := range a.Features {
		f := &a.Features[i]
		c := f.Continuous
		w := writtenFeature{
			N: f.N, Skipped: f.Skipped, Counts: map[string]int{},
			Category: known(f.Category.String(), f.Category != kano.None), Mode: known(f.Verdicts.Mode.String(), f.N > 0),
			Priority: known(f.Verdicts.Priority.String(), f.N > 0), Majority: known(f.Verdicts.Majority.String(), f.N > 0),
			CategoryStrength: known(f.CategoryStrength.Value()), TotalStrength: known(f.TotalStrength.Value()),
			Better: writtenOf(f.Better), Worse: writtenOf(f.Worse),
			Fong:      writtenFong{known(f.Fong.Difference, f.Fong.N > 0), known(f.Fong.Threshold, f.Fong.N > 0), known(f.Fong.Significant, f.Fong.N > 0)},
			ChiSquare: known(f.Equality.Statistic, f.Equality.N > 0), P: known(f.Equality.P, f.Equality.N > 0), Importance: writtenOf(f.Importance).Value,
			Continuous: writtenContinuous{
				Functional: writtenOf(c.Functional).Value, Dysfunctional: writtenOf(c.Dysfunctional).Value,
				FunctionalSD: writtenOf(c.FunctionalSD).Value, DysfunctionalSD: writtenOf(c.DysfunctionalSD).Value,
				ImportantFunctional: known(c.ImportantFunctional.Value()), ImportantDysfunctional: known(c.ImportantDysfunctional.Value()),
				Quadrant: known(c.Quadrant.String(), c.Quadrant != kano.None),
			},
		}
		if label, said := r.survey.labels[f.Name]; said {
			w.Label = &label
		}
		for _, category := range kano.Categories() {
			w.Counts[category.String()] = int(f.Counts.Of(category))
		}
		written.Features[f.Name] = w
	}
	text, err := json.MarshalIndent(written, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

// known returns a value that exists, else nil.
func known[T any](value T, exists bool) *T {
	if !exists {
		return nil
	}
	return &value
}

func writtenOf(e rapport.Estimate) writtenEstimate {
	return writtenEstimate{known(e.Value, e.HasValue()), known(e.Low, e.HasInterval()), known(e.High, e.HasInterval())}
}
