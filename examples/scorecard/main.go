// Scorecard makes a scorecard from a table of past cases whose outcome is known: which
// values of which column speak for the event, how much, and how many points each value
// has. More points mean a smaller chance of the event.
//
//	go run ./examples/scorecard
//	go run ./examples/scorecard -data loans.csv -target paid -event no -format json
//	go run ./examples/scorecard -data loans.csv -target bad -bins bins.json -train-col year -train-max 2024 -scores
//
// Without -data it makes one of an invented bicycle hire, always the same.
//
// The file is CSV in UTF-8 with a header and one case a row; - reads standard input.
// -target names the column of the outcome, which has two values; -event says which of
// them is the event, and may be left out if they are 0 and 1. The other columns are what
// is known of a case: numbers where all values are numbers, else labels. What is empty
// or NA is missing, and has a bin of its own.
//
// # Bins
//
// -bins is a JSON file such as
//
//	{"age": {"breaks": [26, 35]}, "job": {"groups": [["clerk", "nurse"], ["none"]]}}
//
// Then only these columns are used, in this order. A number on a break is of the bin
// above it; the groups name every label of the file, and NA is a label if one of them
// names it. Without -bins each column is divided so that its information value is as large
// as it can be with at most five bins of five per cent of the rows and with evidence that
// only rises or only falls. What says too little (an information value below 0.02) or has
// more than 50 different labels is left out, and named.
//
// # Training and validation
//
// With -train-col and -train-max, rows in which that column is at most so much make the
// scorecard, and the others test it. -train-max is a number, or a date in the form of the
// column: 2024-06, 2024-06-30 or 2024-06-30T12:00:00Z. The column itself is no part of
// the card. What is missing in the latter only has no points, nor, without -bins, has a
// label that comes in the latter only.
//
// # What comes out
//
// -format is table or json. WOE is ln(share of all events / share of all others), so
// that positive evidence speaks for the event. A score is the base points and those of
// one bin for each column; -points stand for odds of 1 to -odds for the event, and -pdo
// more points halve them. -scores adds the score of every row, in the order of the
// file. In JSON the keys are always there, and null stands for what does not exist.
//
// The exit code is 0; or 1 for a file at fault, with one line on standard error that
// names file, row, column and value, and nothing on standard output; or 2 for flags at
// fault.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/scoring/lead"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// options is the command line, checked.
type options struct {
	data, target, event, bins string // empty: not given
	trainColumn               string
	trainMax                  bound
	scale                     lead.Scale
	scores                    bool
	write                     func(*report, io.Writer) error
}

// run is the whole program; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = score(o, stdin, stdout)
	}
	return program.Exit("scorecard", err, stderr)
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	o := options{scale: lead.DefaultScale()}
	fs := flag.NewFlagSet("scorecard", flag.ContinueOnError)
	fs.StringVar(&o.data, "data", "", "CSV `FILE` of cases with a header; - reads standard input (default an invented bicycle hire)")
	fs.StringVar(&o.target, "target", "", "`COLUMN` of the outcome")
	fs.StringVar(&o.event, "event", "", "`VALUE` of the target that is the event (default 1 if the target is 0 or 1)")
	fs.StringVar(&o.bins, "bins", "", "JSON `FILE` of breaks and groups by column (default the best monotone bins)")
	fs.StringVar(&o.trainColumn, "train-col", "", "`COLUMN` of numbers or dates that tells training from validation rows")
	trainMax := fs.String("train-max", "", "largest `VALUE` in that column of a training row: a number, or a date such as 2024-06-30")
	fs.Float64Var(&o.scale.Points, "points", o.scale.Points, "`POINTS` that stand for the odds")
	fs.Float64Var(&o.scale.Odds, "odds", o.scale.Odds, "`ODDS`: so many others to one event")
	fs.Float64Var(&o.scale.PDO, "pdo", o.scale.PDO, "`POINTS` to double the odds")
	fs.BoolVar(&o.scores, "scores", false, "tell the score of every row")
	format := fs.String("format", "table", "`FORMAT`: table or json")
	if err := program.Parse(fs, args, "scorecard makes a scorecard from cases whose outcome is known.\n\nUsage: scorecard -data FILE.csv -target COL [-event VALUE] [-bins FILE.json] [-train-col COL -train-max X] [-points 600 -odds 19 -pdo 50] [-scores] [-format table|json]", help); err != nil {
		return o, err
	}
	given, empty := map[string]bool{}, ""
	fs.Visit(func(f *flag.Flag) {
		given[f.Name] = true
		if f.Value.String() == "" { // a script's variable that was not set: not the default
			empty = f.Name
		}
	})
	if empty != "" {
		return o, program.UsageError("-" + empty + " is empty")
	}
	if given["train-max"] {
		var err error
		if o.trainMax, err = parseBound(*trainMax); err != nil {
			return o, err
		}
	}
	return o, o.check(given, *format)
}

// check refuses flags that do not fit together.
func (o *options) check(given map[string]bool, format string) error {
	if o.data == "" {
		for _, name := range []string{"target", "event", "bins", "train-col", "train-max"} {
			if given[name] {
				return program.UsageError("-" + name + " without -data")
			}
		}
	}
	var known bool
	if o.write, known = map[string]func(*report, io.Writer) error{"table": (*report).writeTable, "json": (*report).writeJSON}[format]; !known {
		return program.UsageError(fmt.Sprintf("unknown -format %q: want table or json", format))
	}
	if err := o.scale.Validate(); err != nil {
		return program.UsageError(err.Error())
	}
	switch {
	case o.data != "" && o.target == "":
		return program.UsageError("-target is required: the column of the outcome")
	case given["train-col"] != given["train-max"]:
		return program.UsageError("-train-col and -train-max go together")
	case o.trainColumn != "" && o.trainColumn == o.target:
		return program.UsageError("-train-col is the target")
	}
	return nil
}

// score reads, fits and writes. Nothing is written before everything is computed.
func score(o options, stdin io.Reader, stdout io.Writer) error {
	t, err := o.read(stdin)
	if err != nil {
		return err
	}
	var cuts []columnCuts
	if o.bins != "" {
		if cuts, err = readCuts(o.bins); err != nil {
			return err
		}
	}
	c, err := t.cases(&o, cuts)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	r, err := c.fit(context.Background(), &o)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	r.source = t.name
	var text bytes.Buffer
	if err := o.write(r, &text); err != nil {
		return err
	}
	_, err = text.WriteTo(stdout)
	return err
}
