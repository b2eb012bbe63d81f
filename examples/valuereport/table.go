package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/examples/texttable"
)

// listed is how many customers the lists of the table and the page show.
const listed = 10

// customerAlign aligns the columns of [report.headings].
const customerAlign = "lrrrrrrl"

// writeTable writes the report for a terminal.
func (r *report) writeTable(w io.Writer) error {
	out := &textWriter{w: w}
	out.line("%s of %s; calibration up to %s; %s first bought later", r.count("customer", len(r.customers)), r.count("row", r.rows-r.skipped), r.summaries.Until().Format("2006-01-02"), r.count("customer", r.summaries.CustomersAfter()))
	if r.skipped > 0 {
		out.line("%s could not be read and were skipped", r.count("row", r.skipped))
	}
	out.line("")
	out.line("model     %s", r.model.text())
	if r.selection != nil {
		out.line("chosen    %s", r.selection.text(r.model.name))
	}
	if r.spend != nil {
		out.line("spend     %s", r.spend.text())
	} else if !r.hasAmounts {
		out.line("spend     none: the file has no column %s (-amount-col names it), so no customer has a value", sheet.Quoted(r.options.columns.amount))
	}
	out.line("hold-out  %s", r.holdoutText())
	if r.holdout != nil {
		out.line("          %s", r.holdout.errors())
	}
	out.line("forecast  next %s: %s", r.span(r.options.horizon), totalText(r.ahead, 1))
	for _, warning := range r.warnings() {
		out.line("warning   %s", warning)
	}
	out.line("")
	out.line("Tiers, over the next %s:", r.span(r.options.horizon))
	out.table("lrrrr", r.tierLines())
	out.line("")
	out.line("Most valuable customers:")
	out.table(customerAlign, r.lines(r.top(listed)))
	out.line("")
	if risky := r.atRisk(listed); len(risky) > 0 {
		out.line("Most valuable customers at risk (P(alive) below %.1f):", atRiskBelow)
		out.table(customerAlign, r.lines(risky))
	} else {
		out.line("Nobody at risk: P(alive) is %.1f or more for every customer.", atRiskBelow)
	}
	if r.selection != nil {
		out.line("")
		out.line("Models compared, the best %d:", min(listed, len(r.selection.Candidates)))
		out.table(candidateAlign, r.selection.lines(listed))
	}
	return out.err
}

func (r *report) count(noun string, n int) string { return plural(noun, noun+"s", n) }

// title is the model's name in print.
func (f *fit) title() string { return describe(f.name).title }

// text writes a model with its standard errors.
func (f *fit) text() string {
	var out strings.Builder
	out.WriteString(f.title() + ":")
	for i, p := range f.params {
		if i > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(&out, " %s %.5g", p.name, p.value)
		if p.stdError.known {
			fmt.Fprintf(&out, " (± %.3g)", p.stdError.value)
		}
	}
	fmt.Fprintf(&out, "; log-likelihood %s of %s customers", htmlreport.Number(f.logLikelihood, 2), htmlreport.Number(float64(f.customers), 0))
	if !f.converged {
		out.WriteString("; NOT CONVERGED")
	}
	return out.String()
}

func (r *report) holdoutText() string {
	if r.holdout == nil {
		return "none: no rows after the calibration end"
	}
	h := r.holdout
	return fmt.Sprintf("%s: %s repeat purchases came, forecast %s, off by %s", r.span(h.Periods), htmlreport.Number(float64(h.Actual), 0), totalText(r.held, 1), r.miss())
}

// errors says how far the forecasts of single customers were off.
func (h *holdout) errors() string {
	var text strings.Builder
	fmt.Fprintf(&text, "a customer: MAE %s, RMSE %s, bias of all %s", htmlreport.Number(h.MAE, 3), htmlreport.Number(h.RMSE, 3), htmlreport.Number(h.Bias, 1))
	for _, c := range h.Coverage {
		fmt.Fprintf(&text, "; %s band held %s (should %s)", htmlreport.Percent(c.Level, 0), htmlreport.Percent(c.Actual, 1), htmlreport.Percent(c.Expected, 1))
	}
	return text.String()
}

// totalText writes a forecast total with its interval.
func totalText(e rapport.Estimate, decimals int) string {
	return htmlreport.Number(e.Value, decimals) + " purchases" + interval(e)
}

// interval writes the interval of a forecast total, if there is one. There are
// no purchases below 0, whatever a symmetric interval says.
func interval(e rapport.Estimate) string {
	if e.Level == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s: %s to %s)", htmlreport.Percent(e.Level, 0), htmlreport.Number(max(e.Low, 0), 0), htmlreport.Number(e.High, 0))
}

// miss is how far the forecast of the hold-out was off, in per cent of what came.
func (r *report) miss() string {
	if r.holdout.Actual == 0 {
		return htmlreport.Missing
	}
	off := r.holdout.Predicted/float64(r.holdout.Actual) - 1
	if off > 0 {
		return "+" + htmlreport.Percent(off, 1)
	}
	return htmlreport.Percent(off, 1)
}

// warnings lists the codes of both models.
func (r *report) warnings() []string {
	warnings := append([]string(nil), r.model.warnings...)
	if r.spend != nil {
		for _, code := range r.spend.warnings {
			warnings = append(warnings, "spend: "+code)
		}
	}
	return warnings
}

// tierLines is the table of tiers with its heading.
func (r *report) tierLines() [][]string {
	lines := [][]string{{"tier", "customers", "expected purchases", r.valueName(), "share"}}
	all := r.totals()
	for _, tier := range append(r.tierTotals(), all) {
		part := share(tier.expected, all.expected)
		if all.value.known {
			part = share(tier.value.value, all.value.value)
		}
		lines = append(lines, []string{tier.name, htmlreport.Number(float64(tier.customers), 0), htmlreport.Number(tier.expected, 1), tier.value.text(2), part})
	}
	return lines
}

// lines is a list of customers with its heading.
func (r *report) lines(customers []*customer) [][]string {
	lines := [][]string{r.headings()}
	for _, c := range customers {
		lines = append(lines, r.line(c))
	}
	return lines
}

// textWriter writes lines and keeps the first error.
type textWriter struct {
	w   io.Writer
	err error
}

func (t *textWriter) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

// table writes a heading and lines; align has l or r for each column.
func (t *textWriter) table(align string, lines [][]string) {
	right := make([]bool, len(align))
	for i := range align {
		right[i] = align[i] == 'r'
	}
	for _, line := range texttable.Lines(right, lines) {
		t.line("%s", line)
	}
}
