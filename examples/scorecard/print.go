package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rapport-crm/rapport/examples/texttable"
)

const absent = "–"

// writeTable writes for people.
func (r *report) writeTable(out io.Writer) error {
	fmt.Fprintf(out, "%s: the event is %s = %s\n\n", plain(r.source), plain(r.target), plain(r.event))
	r.writeFigures(out)
	r.writeBins(out)
	r.writeNotes(out)
	r.writeScores(out)
	return nil
}

func (r *report) writeFigures(out io.Writer) {
	list := [][]string{{"rows", "n", "events", "AUC", "95 %", "KS", "log-loss"}}
	for _, part := range []struct {
		name string
		f    *figures
	}{{"training", r.training}, {"validation", r.validation}} {
		if part.f == nil {
			continue
		}
		row := []string{part.name, fmt.Sprint(part.f.rows), fmt.Sprint(part.f.events), absent, absent, absent, fmt.Sprintf("%.4f", part.f.logLoss.Value)}
		if part.f.auc.HasValue() {
			row[3] = fmt.Sprintf("%.4f", part.f.auc.Value)
		}
		if part.f.auc.HasInterval() {
			row[4] = fmt.Sprintf("%.4f to %.4f", part.f.auc.Low, part.f.auc.High)
		}
		if part.f.ks != nil {
			row[5] = fmt.Sprintf("%.4f", part.f.ks.Value)
		}
		list = append(list, row)
	}
	lines(out, []bool{false, true, true, true, true, true, true}, list)
}

func (r *report) writeBins(out io.Writer) {
	variables := [][]string{{"column", "IV", "coefficient", "95 %"}}
	bins := [][]string{{"column", "bin", "n", "events", "WOE", "points"}}
	for _, v := range r.card.Variables() {
		row := []string{v.Column, fmt.Sprintf("%.4f", v.IV.Value), fmt.Sprintf("%.4f", v.Coefficient.Value), absent}
		if v.Coefficient.HasInterval() {
			row[3] = fmt.Sprintf("%.4f to %.4f", v.Coefficient.Low, v.Coefficient.High)
		}
		variables = append(variables, row)
		name := v.Column
		for _, bin := range v.Bins {
			mark := ""
			if bin.Adjusted {
				mark = "*"
			}
			bins = append(bins, []string{name, shortened(bin.Label), fmt.Sprint(bin.N), fmt.Sprint(bin.Events), fmt.Sprintf("%.4f%s", bin.WOE, mark), fmt.Sprint(bin.Points)})
			name = ""
		}
	}
	fmt.Fprintln(out)
	lines(out, []bool{false, true, true, true}, variables)
	fmt.Fprintln(out)
	lines(out, []bool{false, false, true, true, true, true}, bins)
}

// shortened cuts long lists of labels.
func shortened(label string) string {
	const most = 60
	label = strings.ReplaceAll(label, "%,%", " | ")
	if runes := []rune(label); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return label
}

func (r *report) writeNotes(out io.Writer) {
	scale := r.card.Scale()
	base, _ := r.card.Base()
	fmt.Fprintf(out, "\nBase %d points. A score of %v stands for odds of %v to 1 against the event, %v more points double them.\n", base, scale.Points, scale.Odds, scale.PDO)
	var wrong, adjusted []string
	for _, v := range r.card.Variables() {
		if v.WrongSign {
			wrong = append(wrong, v.Column)
		}
		for _, bin := range v.Bins {
			if bin.Adjusted {
				adjusted = append(adjusted, v.Column)
				break
			}
		}
	}
	weak := make([]string, len(r.weak))
	for i, b := range r.weak {
		weak[i] = fmt.Sprintf("%s (%.4f)", b.Column(), b.IV().Value)
	}
	for _, note := range []struct {
		words string
		list  []string
	}{
		{fmt.Sprintf("Left out, information value below %v", leastIV), weak},
		{"Not used", r.skipped},
		{"Values of no bin, without points", r.neutral},
		{"Points run against the evidence (negative coefficient)", wrong},
		{"* One outcome does not occur in a bin: half a row stands for it", adjusted},
	} {
		if len(note.list) > 0 {
			fmt.Fprintf(out, "%s: %s.\n", note.words, plain(strings.Join(note.list, ", ")))
		}
	}
}

func (r *report) writeScores(out io.Writer) {
	if r.scores == nil {
		return
	}
	list := [][]string{{"row", "score"}}
	for i, score := range r.scores {
		list = append(list, []string{fmt.Sprint(i + 1), fmt.Sprint(score)})
	}
	fmt.Fprintln(out)
	lines(out, []bool{true, true}, list)
}

func lines(out io.Writer, right []bool, rows [][]string) {
	for _, row := range rows {
		for i, cell := range row {
			row[i] = plain(cell)
		}
	}
	for _, line := range texttable.Lines(right, rows) {
		fmt.Fprintln(out, line)
	}
}

// plain keeps the ends of lines and the commands to a terminal that a file may hold from
// the output.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\ufffd'
		}
		return r
	}, text)
}
