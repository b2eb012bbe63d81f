// Kpis watches the figures of a firm through a year: gauges, alerts, control charts with
// their run lengths, forecasts with back-tests, and beside them channels, goals, maturity,
// cohorts and a trial.
//
//	go run ./examples/kpis
//	go run ./examples/kpis -seed 7 -format json
//	go run ./examples/kpis -data figures.csv -season 12
//
// Without -data it invents a bicycle mail order, the same one for the same -seed: a
// telephone fault in June raises lost calls, in July nobody counts answered calls for
// three weeks, and from October on a little more calls are lost every week, which gauges
// do not show and sums do.
//
// The file is CSV in UTF-8 with a header and the columns date (2026-03-31), kpi, num and
// den; other columns are ignored. A row is a figure, num over den, at a date; den is 1 for
// a plain count and 0 for no data. Dates of a KPI rise. Rates of kpi.Standard, such as
// lost_call_rate, are from 0 to 1; these have gauges where the firm set limits. A KPI whose numerators are whole
// and never above their denominators, and these above 1, has a chart of proportions, any
// other one of single values. The first half of its rows makes the limits, the second half
// is judged by them.
//
// Forecasts and charts take the rows of a KPI to be at equal distances in time and pass over
// those without data; a period that is left out is for them as if it had not been. -season
// is how many rows a season of the forecasts has: then the rows without data count, and only
// what comes after the last of them that data follow is known.
//
// # What comes out
//
// -format is table or json. In JSON every key is always there, and null stands for what
// does not exist. "alerts" are events in their order; in "charts" the run lengths are
// numbers of rows: without a shift, and after one of a standard deviation. They are those of
// normal values, but for the limits of proportions, which have that of counts out of the
// mean denominator of the rows that are judged, null where no count is beyond the limits.
//
// The exit code is 0; or 1 for a file at fault, with one line on standard error that names
// file, row, column and value, and nothing on standard output; or 2 for flags at fault.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rapport-crm/rapport/examples/program"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// options is the command line, checked.
type options struct {
	data   string // path of the CSV file; "-" is standard input; empty: the invented firm
	season int
	seed   uint64
	write  func(*report, io.Writer) error
}

// run is the whole program; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = watch(o, stdin, stdout)
	}
	return program.Exit("kpis", err, stderr)
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("kpis", flag.ContinueOnError)
	fs.StringVar(&o.data, "data", "", "CSV `FILE` with date, kpi, num and den; - reads standard input (default an invented firm)")
	fs.IntVar(&o.season, "season", 0, "`ROWS` in a season of the forecasts, with -data (default none)")
	fs.Uint64Var(&o.seed, "seed", 1, "`SEED` of the invented firm")
	format := fs.String("format", "table", "`FORMAT`: table or json")
	if err := program.Parse(fs, args, "kpis watches the figures of a firm: gauges, alerts, control charts, forecasts.\n\nUsage: kpis [-data FILE [-season ROWS]] [-seed SEED] [-format table|json]", help); err != nil {
		return o, err
	}
	given := map[string]string{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	_, withData := given["data"]
	_, withSeason := given["season"]
	_, withSeed := given["seed"]
	switch {
	case withData && o.data == "": // a script's variable that was not set: not the default
		return o, program.UsageError("-data is empty")
	case o.season < 0 || o.season == 1 || o.season > 1000:
		return o, program.UsageError(fmt.Sprintf("-season is %d: want 2 to 1000 rows, or 0 for none", o.season))
	case withSeason && !withData:
		return o, program.UsageError("-season goes with -data: the invented firm has its own")
	case withSeed && withData:
		return o, program.UsageError("-seed is for the invented firm, not for -data")
	}
	var known bool
	if o.write, known = map[string]func(*report, io.Writer) error{"table": (*report).writeTable, "json": (*report).writeJSON}[*format]; !known {
		return o, program.UsageError(fmt.Sprintf("unknown -format %q: want table or json", *format))
	}
	return o, nil
}

// watch reads, computes and writes. Nothing is written before everything is computed.
func watch(o options, stdin io.Reader, stdout io.Writer) error {
	r, err := o.report(stdin)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := o.write(r, &text); err != nil {
		return err
	}
	_, err = text.WriteTo(stdout)
	return err
}

// report makes the report of the file or of the invented firm.
func (o options) report(stdin io.Reader) (*report, error) {
	file, name := stdin, "standard input"
	switch o.data {
	case "":
		return inventedReport(o.seed)
	case "-":
	default:
		opened, err := os.Open(o.data)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		if info, err := opened.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s is a directory, not a CSV file", o.data)
		}
		file, name = opened, filepath.Base(o.data)
	}
	list, err := readSeries(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r := empty(name)
	if err := r.watch(list, false); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, s := range list {
		if err := r.forecast(s, o.season, 3); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, s.code, err)
		}
	}
	return r, nil
}
