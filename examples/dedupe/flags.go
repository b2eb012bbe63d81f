package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"

	"github.com/rapport-crm/rapport/examples/program"
)

// options is the command line, checked.
type options struct {
	a, b      string // paths of the CSV files; "-" is standard input; a empty: the invented people; b empty: one file
	id        string // column; empty: by default
	entity    string // column; empty: none
	labels    string // path; empty: none
	spec      string // path; empty: columns are recognised
	threshold float64
	write     func(r *result, out, notes *bytes.Buffer) error
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("dedupe", flag.ContinueOnError)
	fs.StringVar(&o.a, "a", "", "CSV `FILE` of records; - reads standard input (default an invented file)")
	fs.StringVar(&o.b, "b", "", "second CSV `FILE`: look for the records of -a in it")
	fs.StringVar(&o.id, "id", "", "`COLUMN` of ids (default the first column if its values are unique, else the row)")
	fs.StringVar(&o.entity, "entity", "", "`COLUMN` that tells who a record is of, to hold the result against")
	fs.StringVar(&o.labels, "labels", "", "CSV `FILE` with left_id and right_id of all true pairs, to hold the result against")
	fs.StringVar(&o.spec, "spec", "", "JSON `FILE` that names the columns to compare and their kinds")
	fs.Float64Var(&o.threshold, "threshold", 0.5, "least `PROBABILITY` of a pair, 0 to 1")
	format := fs.String("format", "table", "`FORMAT`: table, csv or json")
	if err := program.Parse(fs, args, "dedupe finds records of the same person, company or place in one or two CSV files.\n\n"+
		"Usage: dedupe [-a FILE [-b FILE]] [-id COLUMN] [-entity COLUMN | -labels FILE] [-spec FILE] [-threshold P] [-format table|csv|json]", help); err != nil {
		return o, err
	}
	if err := program.NoneEmpty(fs); err != nil {
		return o, err
	}
	switch {
	case !(o.threshold >= 0 && o.threshold <= 1):
		return o, program.UsageError(fmt.Sprintf("-threshold %v is not a probability: want 0 to 1", o.threshold))
	case o.b != "" && o.a == "":
		return o, program.UsageError("-b needs -a")
	case o.a == "-" && o.b == "-":
		return o, program.UsageError("-a and -b cannot both be standard input")
	case o.entity != "" && o.labels != "":
		return o, program.UsageError("-entity and -labels both tell the truth: give one of them")
	case o.entity != "" && o.entity == o.id:
		return o, program.UsageError(fmt.Sprintf("-id and -entity both name the column %q", o.id))
	}
	known := false
	if o.write, known = map[string]func(*result, *bytes.Buffer, *bytes.Buffer) error{"table": writeTable, "csv": writeCSV, "json": writeJSON}[*format]; !known {
		return o, program.UsageError(fmt.Sprintf("unknown -format %q: want table, csv or json", *format))
	}
	if o.a == "" && o.id == "" && o.entity == "" && o.labels == "" && o.spec == "" {
		o.entity = "person" // what the invented file calls it
	}
	return o, nil
}
