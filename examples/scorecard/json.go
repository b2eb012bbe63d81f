package main

import (
	"encoding/json"
	"fmt"
	"io"
)

type writtenBin struct {
	Label  string  `json:"label"`
	N      int     `json:"n"`
	Events int     `json:"events"`
	WOE    float64 `json:"woe"`
	Points int     `json:"points"`
}

type writtenVariable struct {
	Name string       `json:"name"`
	IV   float64      `json:"iv"`
	Bins []writtenBin `json:"bins"`
}

type writtenWeak struct {
	Name string  `json:"name"`
	IV   float64 `json:"iv"`
}

type writtenFigures struct {
	AUC     *float64 `json:"auc"`
	KS      *float64 `json:"ks"`
	LogLoss float64  `json:"log_loss"`
	AUCLow  *float64 `json:"auc_low"`
	AUCHigh *float64 `json:"auc_high"`
	N       int      `json:"n"`
	Events  int      `json:"events"`
}

func (f *figures) written() *writtenFigures {
	if f == nil {
		return nil
	}
	w := &writtenFigures{LogLoss: f.logLoss.Value, N: f.rows, Events: f.events}
	if f.auc.HasValue() {
		w.AUC = &f.auc.Value
	}
	if f.auc.HasInterval() {
		w.AUCLow, w.AUCHigh = &f.auc.Low, &f.auc.High
	}
	if f.ks != nil {
		w.KS = &f.ks.Value
	}
	return w
}

// writeJSON writes for programs. Bins are those of the training rows.
func (r *report) writeJSON(out io.Writer) error {
	base, _ := r.card.Base()
	written := struct {
		Variables    []writtenVariable  `json:"variables"`
		Intercept    float64            `json:"intercept"`
		Coefficients map[string]float64 `json:"coefficients"`
		BasePoints   int                `json:"base_points"`
		Train        *writtenFigures    `json:"train"`
		Validation   *writtenFigures    `json:"validation"`
		Scores       []int              `json:"scores"`
		LeftOut      []writtenWeak      `json:"left_out"`
		NotUsed      []string           `json:"not_used"`
		NoPoints     []string           `json:"no_points"`
	}{
		Intercept: r.card.Intercept().Value, Coefficients: map[string]float64{}, BasePoints: base,
		Train: r.training.written(), Validation: r.validation.written(), Scores: r.scores,
		LeftOut: []writtenWeak{}, NotUsed: append([]string{}, r.skipped...), NoPoints: append([]string{}, r.neutral...),
	}
	for _, v := range r.card.Variables() {
		w := writtenVariable{Name: v.Column, IV: v.IV.Value}
		for _, bin := range v.Bins {
			w.Bins = append(w.Bins, writtenBin{bin.Label, bin.N, bin.Events, bin.WOE, bin.Points})
		}
		written.Variables = append(written.Variables, w)
		written.Coefficients[v.Column] = v.Coefficient.Value
	}
	for _, b := range r.weak {
		written.LeftOut = append(written.LeftOut, writtenWeak{b.Column(), b.IV().Value})
	}
	text, err := json.MarshalIndent(written, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}
