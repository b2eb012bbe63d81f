package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/examples/texttable"
)

// print writes what was found as text.
func (a *analysis) print(out io.Writer) {
	fmt.Fprintf(out, "%s, an invented shop: %s customers, %s to %s, amounts in %s\n",
		shopName, count(len(a.customers)), day(a.first), day(a.last), currency)
	fmt.Fprintf(out, "%s transaction lines stored; %s came twice and were recognised\n", count(a.lines), count(a.repeated))

	fmt.Fprint(out, "\nWHO IS WORTH WHAT\n")
	printTable(out, a.tierTable())
	printTable(out, a.topTable(5))

	fmt.Fprint(out, "\nWHO IS SLIPPING AWAY\n")
	printTable(out, a.slippingTable(5))

	fmt.Fprint(out, "\nHOW SURE WE ARE\n\n"+wrap(a.verdict(), "", 100))
	printTable(out, a.groupTable())
	printTable(out, a.truthTable())
}

// verdict says how the forecast did.
func (a *analysis) verdict() string {
	f, actual := a.test.forecast, float64(a.test.actual)
	where := "inside"
	if actual < f.Low || actual > f.High {
		where = "outside"
	}
	return fmt.Sprintf("A model that saw the weeks to %s forecast %s repeat purchases for the next %d weeks (%s interval %s to %s). "+
		"There were %s, %s the interval: the forecast was %s.",
		day(a.tested), amount(f.Value), weeksHeldOut, percent(f.Level), amount(f.Low), amount(f.High), count(a.test.actual), where, missed(f.Value, actual))
}

// missed says by how much a forecast missed what came.
func missed(forecast, actual float64) string {
	switch miss := forecast/actual - 1; {
	case miss < 0:
		return htmlreport.Percent(-miss, 1) + " too low"
	case miss > 0:
		return htmlreport.Percent(miss, 1) + " too high"
	}
	return "exact"
}

// printTable writes a table in columns of equal width.
func printTable(out io.Writer, table htmlreport.Table) {
	header, right := make([]string, len(table.Columns)), make([]bool, len(table.Columns))
	for i, column := range table.Columns {
		header[i], right[i] = column.Name, column.Numeric
	}
	fmt.Fprintf(out, "\n%s\n", table.Title)
	for _, line := range texttable.Lines(right, append([][]string{header}, table.Rows...)) {
		fmt.Fprintln(out, line)
	}
	if table.Note != "" {
		fmt.Fprint(out, wrap(table.Note, "  ", 100))
	}
}

// wrap breaks a text at its plain spaces into indented lines.
func wrap(text, indent string, limit int) string {
	var out strings.Builder
	line := indent
	for word := range strings.SplitSeq(text, " ") {
		if line != indent && texttable.Width(line)+1+texttable.Width(word) > limit {
			out.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	out.WriteString(line + "\n")
	return out.String()
}
