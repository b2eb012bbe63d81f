package main

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// inadmissible ends the warnings of an estimate that describes no population.
const inadmissible = "; the estimate is inadmissible"

// warn gathers what is odd about the estimate, each with a code, a colon and words.
func (r *report) warn(result *satisfaction.Result) {
	add := func(code, format string, args ...any) {
		r.warnings = append(r.warnings, code+": "+fmt.Sprintf(format, args...))
	}
	missing := r.fit.Missing()
	if missing.Cells > 0 {
		what := map[pls.Missing]string{
			pls.MeanReplacement:     "means stand in their place",
			pls.Casewise:            "rows with one are left out",
			pls.Pairwise:            "each step uses the rows that have what it needs",
			pls.PairwiseCorrelation: "each correlation uses the rows that have both answers",
		}[missing.Treatment]
		add("missing_answers", "%d answers are missing in %d of %d rows: %s, %d rows are used", missing.Cells, missing.Rows-missing.Complete, missing.Rows, what, missing.Used)
	}
	if missing.Empty > 0 {
		add("empty_rows", "%d rows without any answer are left out", missing.Empty)
	}
	for _, f := range r.fit.Admissibility() {
		add(string(f.Code), "%s"+inadmissible, describe(f))
	}
	for _, f := range r.fit.Warnings() {
		add(string(f.Code), "%s", describe(f))
	}
	for _, w := range result.Warnings {
		add(string(w.Kind), "%s", describeIndex(w))
	}
}

// describe says what a finding found.
func describe(f pls.Finding) string {
	what := string(f.Code)
	switch f.Code {
	case pls.NotConverged:
		return fmt.Sprintf("the iteration ended while weights still changed by %.3g", f.Value)
	case pls.ConstructsIndefinite:
		return fmt.Sprintf("the corrected correlations of the constructs have the eigenvalue %.4f, below 0", f.Value)
	case pls.ImpliedItemsIndefinite:
		return fmt.Sprintf("the correlations of the items that the model implies have the eigenvalue %.4f, below 0", f.Value)
	case pls.LoadingBeyondOne:
		what = "a loading beyond 1"
	case pls.ReliabilityAboveOne:
		what = "a reliability rho_A above 1"
	case pls.ReversedPath:
		what = "the coefficient has another sign than the correlation"
	case pls.ReversedItem:
		what = "a negative loading, do its answers run the other way?"
	case pls.WeakItem:
		what = "a loading below 0.40"
	case pls.StrayItem:
		return fmt.Sprintf("%s: correlates more with %s (%.3f)", where(f), f.Other, f.Value)
	case pls.CollinearPath, pls.CollinearItem:
		what = "a variance inflation factor above 5"
	case pls.SimilarConstructs:
		what = "hardly told apart, an HTMT above 0.90"
	case pls.LowAVE:
		what = "its items share less than half of their variance with it, an AVE below 0.50"
	case pls.Unreliable:
		what = "a composite reliability rho_C below 0.60"
	case pls.RedundantItems:
		what = "items that repeat each other, a rho_C of 0.95 or more"
	case pls.SecondFactor:
		what = "items that seem to measure two things, a second eigenvalue above 1"
	}
	return fmt.Sprintf("%s: %s (%.3f)", where(f), what, f.Value)
}

// where says what a finding concerns.
func where(f pls.Finding) string {
	switch {
	case f.Item != "":
		return f.Item + " of " + f.Construct
	case f.Path != pls.Path{}:
		return f.Path.String()
	case f.Code == pls.SimilarConstructs:
		return f.Construct + " and " + f.Other
	}
	return f.Construct
}

func describeIndex(w satisfaction.IndexWarning) string {
	switch w.Kind {
	case satisfaction.NegativeWeight:
		return fmt.Sprintf("%s of %s counts against it, with a share of %.3f in the index", w.Item, w.Construct, w.Value)
	case satisfaction.CancelledWeights:
		return w.Construct + ": the weights cancel out, there is no index"
	case satisfaction.IndexOutOfRange:
		return fmt.Sprintf("%s: the index of %.2f lies outside 0 to 100", w.Construct, w.Value)
	case satisfaction.WrongSign:
		expected := "positive"
		if w.Path.Sign == satisfaction.NegativePath {
			expected = "negative"
		}
		return fmt.Sprintf("%v should be %s, and is %.3f", w.Path, expected, w.Value)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %.3f", w.Construct, w.Item, w.Value))
}

// notices are what makes the estimate inadmissible.
func (r *report) notices() []htmlreport.Block {
	var blocks []htmlreport.Block
	for _, warning := range r.warnings {
		if _, words, _ := strings.Cut(warning, ": "); strings.HasSuffix(words, inadmissible) {
			blocks = append(blocks, htmlreport.Notice("Warning: "+words))
		}
	}
	return blocks
}

// cautionSection lists all warnings.
func (r *report) cautionSection() htmlreport.Section {
	t := htmlreport.Table{Title: "Warnings", Columns: []htmlreport.Column{{Name: "warning"}, {Name: "what"}}}
	for _, warning := range r.warnings {
		code, words, _ := strings.Cut(warning, ": ")
		t.Rows = append(t.Rows, []string{strings.ReplaceAll(code, "_", " "), words})
	}
	return htmlreport.Section{Title: "What to be careful about", Blocks: []htmlreport.Block{t}}
}
