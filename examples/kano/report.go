package main

import (
	"fmt"
	"io"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/texttable"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// report is an analysis that is to be written.
type report struct {
	survey   *survey
	analysis *kano.Analysis
	source   string
}

const absent = "–"

// writeTable writes for people: features in the order of the file.
func (r *report) writeTable(out io.Writer) error {
	respondents := map[rapport.ID]bool{}
	for i := range r.survey.responses {
		respondents[r.survey.responses[i].Respondent] = true
	}
	a := r.analysis
	fmt.Fprintf(out, "%s: %d respondents, %d features; table %v, rule %v\n\n", r.source, len(respondents), len(a.Features), a.Table, a.Rule)
	counts := [][]string{{"feature", "n", "skipped", "M", "O", "A", "I", "R", "Q", "category", "mode", "priority", "berger"}}
	figures := [][]string{{"feature", "better", "95 %", "worse", "95 %", "strength", "total", "Fong", "chi²", "p", "importance"}}
	means := [][]string{{"feature", "functional", "sd", "dysfunctional", "sd", "by importance", "", "quadrant"}}
	for _, name := range r.survey.features {
		f := a.Feature(name)
		row := []string{name, fmt.Sprint(f.N), fmt.Sprint(f.Skipped)}
		for _, category := range kano.Categories() {
			row = append(row, fmt.Sprint(f.Counts.Of(category)))
		}
		v := f.Verdicts
		counts = append(counts, append(row, kind(f.Category), letter(v.Mode), letter(v.Priority), letter(v.Majority)))
		figures = append(figures, []string{
			name, number(f.Better), interval(f.Better), number(f.Worse), interval(f.Worse), percent(f.CategoryStrength), percent(f.TotalStrength),
			fong(f.Fong), statistic(f.Equality), chance(f.Equality), number(f.Importance),
		})
		c := f.Continuous
		means = append(means, []string{
			name, number(c.Functional), number(c.FunctionalSD), number(c.Dysfunctional), number(c.DysfunctionalSD),
			quotient(c.ImportantFunctional), quotient(c.ImportantDysfunctional), kind(c.Quadrant),
		})
	}
	for i, rows := range [][][]string{counts, figures, means} {
		if i > 0 {
			fmt.Fprintln(out)
		}
		right := make([]bool, len(rows[0]))
		for column := 1; column < len(right); column++ {
			right[column] = i > 0 || column < 9
		}
		right[len(right)-1] = i == 1
		for _, line := range texttable.Lines(right, rows) {
			fmt.Fprintln(out, line)
		}
	}
	for i, name := range r.survey.labelled() {
		if i == 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "  %s: %s\n", name, r.survey.labels[name])
	}
	_, err := fmt.Fprintln(out, "\nA category says of what kind a feature is; none of these figures is a satisfaction index.")
	return err
}

func letter(c kano.Category) string {
	if c == kano.None {
		return absent
	}
	return c.String()
}

func kind(c kano.Category) string {
	if c == kano.None {
		return absent
	}
	return c.String() + " " + c.Name()
}

func number(e rapport.Estimate) string {
	if !e.HasValue() {
		return absent
	}
	return fmt.Sprintf("%.3f", e.Value)
}

func interval(e rapport.Estimate) string {
	if !e.HasInterval() {
		return absent
	}
	return fmt.Sprintf("%.3f to %.3f", e.Low, e.High)
}

func quotient(r rapport.Ratio) string {
	v, ok := r.Value()
	if !ok {
		return absent
	}
	return fmt.Sprintf("%.3f", v)
}

func percent(r rapport.Ratio) string {
	v, ok := r.Value()
	if !ok {
		return absent
	}
	return fmt.Sprintf("%.1f %%", 100*v)
}

func fong(f kano.Fong) string {
	if f.N == 0 {
		return absent
	}
	verdict := "no"
	if f.Significant {
		verdict = "yes"
	}
	return fmt.Sprintf("%s: %v of %.1f", verdict, f.Difference, f.Threshold)
}

func statistic(t kano.ChiSquare) string {
	if t.N == 0 {
		return absent
	}
	return fmt.Sprintf("%.2f", t.Statistic)
}

func chance(t kano.ChiSquare) string {
	switch {
	case t.N == 0:
		return absent
	case t.Small():
		return fmt.Sprintf("about %.2g", t.P)
	case t.P < 0.0001:
		return "< 0.0001"
	}
	return fmt.Sprintf("%.4f", t.P)
}
