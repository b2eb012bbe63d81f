package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
)

// writeCSV writes the pairs for a spreadsheet, and the figures to notes.
func writeCSV(r *result, out, notes *bytes.Buffer) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"left_id", "right_id", "probability", "cluster"}); err != nil {
		return err
	}
	for _, p := range r.pairs {
		left, right := r.ids(p)
		cluster := ""
		if a, b := r.nodes(p); r.of[a] == r.of[b] {
			cluster = strconv.Itoa(r.of[a])
		}
		if err := w.Write([]string{string(left), string(right), strconv.FormatFloat(p.Probability, 'f', 6, 64), cluster}); err != nil {
			return err
		}
	}
	w.Flush()
	for _, line := range r.metricLines() {
		fmt.Fprintln(notes, "dedupe: "+line)
	}
	return w.Error()
}

// Written forms of JSON; a pointer that is nil is null: what has no value.
type (
	writtenPair struct {
		Left        rapport.ID `json:"left"`
		Right       rapport.ID `json:"right"`
		Probability float64    `json:"probability"`
		Weight      float64    `json:"weight"`
	}
	writtenQuality struct {
		Precision *float64 `json:"precision"`
		Recall    *float64 `json:"recall"`
		F1        *float64 `json:"f1"`
	}
	writtenBin struct {
		Low    float64  `json:"low"`
		High   float64  `json:"high"`
		Pairs  int      `json:"pairs"`
		Stated *float64 `json:"stated"`
		True   *float64 `json:"true"`
	}
	writtenCalibration struct {
		Stated *float64     `json:"stated_precision"`
		True   *float64     `json:"true_precision"`
		Brier  *float64     `json:"brier"`
		Bins   []writtenBin `json:"bins"`
	}
	writtenMetrics struct {
		Pairwise    writtenQuality     `json:"pairwise"`
		Clustered   writtenQuality     `json:"clustered"`
		Calibration writtenCalibration `json:"calibration"`
	}
	written struct {
		Fields   []field         `json:"fields"`
		Pairs    []writtenPair   `json:"pairs"`
		Clusters [][]rapport.ID  `json:"clusters"`
		Metrics  *writtenMetrics `json:"metrics"`
	}
)

// writeJSON writes for programs.
func writeJSON(r *result, out, _ *bytes.Buffer) error {
	w := written{Fields: r.fields, Pairs: make([]writtenPair, len(r.pairs)), Clusters: make([][]rapport.ID, len(r.clusters))}
	for i, p := range r.pairs {
		left, right := r.ids(p)
		w.Pairs[i] = writtenPair{left, right, p.Probability, p.Weight}
	}
	for i, nodes := range r.clusters {
		for _, node := range nodes {
			w.Clusters[i] = append(w.Clusters[i], r.id(node))
		}
	}
	if m := r.metrics; m != nil {
		w.Metrics = &writtenMetrics{Pairwise: quality(m.pairwise), Clustered: quality(m.clustered), Calibration: writtenCalibration{
			Stated: value(m.calibration.Stated), True: value(m.calibration.True), Brier: value(m.calibration.Brier)}}
		for _, b := range m.calibration.Bins {
			if b.True.N > 0 {
				w.Metrics.Calibration.Bins = append(w.Metrics.Calibration.Bins, writtenBin{b.Low, b.High, b.True.N, value(b.Stated), value(b.True)})
			}
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(w)
}

func quality(q identity.Quality) writtenQuality {
	w := writtenQuality{Precision: value(q.Precision), Recall: value(q.Recall)}
	if f1, ok := q.F1(); ok {
		w.F1 = &f1
	}
	return w
}

func value(r rapport.Ratio) *float64 {
	if v, ok := r.Value(); ok {
		return &v
	}
	return nil
}
