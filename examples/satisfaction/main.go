// Satisfaction estimates a customer satisfaction index from a survey.
//
//	go run ./examples/satisfaction
//	go run ./examples/satisfaction -responses survey.csv -model acsi -bootstrap 2000
//	go run ./examples/satisfaction -responses survey.csv -model SPEC.json -format html -out report.html
//
// The file is CSV with a header and one respondent a row. An empty field and NA are
// missing answers. Without -responses it reports an invented survey.
//
// # Models
//
// -model is acsi, ecsi (the default) or scsb, whose items are all columns that begin with
// IMAG (Image), CUEX (Expectation), PERQ (Quality), PERV (Value; in scsb Performance), CUSA
// (Satisfaction), CUSCO (Complaints, which means how they were handled) and CUSL (Loyalty),
// answered from 1 to 10; other columns are ignored. ACSI is a mark of others and names the
// published method here. Or it is a file:
//
//	{"constructs": [{"name": "Image", "mode": "A", "indicators": ["IMAG1", "IMAG2"]}, …],
//	 "paths": [["Image", "Satisfaction"], …],
//	 "scale": [1, 10], "target": "Satisfaction", "missing": "mean"}
//
// as satisfaction.ParseSpec reads it: the header of the CSV names the indicators, a mode is
// A, B or unit, the scale is one for all or an object with one for each indicator.
//
// -scheme is centroid, factorial or path (the default), -metric standardised (the default)
// or raw. -consistent corrects for attenuation. -missing is mean (the default), casewise or
// pairwise. -weight-col names a column of survey weights, which count by their share.
// -index says how items are weighed in the index: normalised (the default) and
// unstandardised by their weights divided by their standard deviations, equal alike.
// -bootstrap draws so many resamples, from -seed (1 by default), for the intervals of
// level 0.95; -tol is the change of weights that ends the iteration, 1e-10 by default.
//
// # What comes out
//
// -format is table, json or html, a page with charts that needs no other file; -out names
// a file for it. The exit code is 0; or 1 for data or a model at fault, with one line on
// standard error that names row and column; or 2 for a command line at fault.
//
// In JSON every key is always there and null stands for what does not exist. Scores have
// variance 1 with divisor n−1. "htmt" has each pair twice, from absolute correlations as
// in seminr; "f2" is by the construct at the end of a path and the one at its beginning,
// from the same scores as in cSEM; "srmr" and "gof" are those of cSEM, "srmr" of the
// correlations that the paths imply. In "index", se is the standard error of the mean with
// weights fixed, and with -bootstrap that of the bootstrap, whose interval is low and high.
// After these come "settings", "index_weights" (of answers as given, by -index; not those of
// "weights", which are of standardised items), "importance", "path_intervals" and
// "total_effect_intervals". An iteration that does not converge is reported as it
// ended, with a warning and "converged" false.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"

	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = estimate(ctx, o, stdin, stdout)
	}
	return program.Exit("satisfaction", err, stderr)
}

// estimate reads the answers, makes the report and writes it. Nothing is written before
// everything is computed.
func estimate(ctx context.Context, o options, stdin io.Reader, stdout io.Writer) error {
	r, err := newReport(ctx, o, stdin)
	if err != nil {
		return err
	}
	return files.Write(o.out, stdout, map[string]func(io.Writer) error{"table": r.writeTable, "json": r.writeJSON, "html": r.writeHTML}[o.format])
}
