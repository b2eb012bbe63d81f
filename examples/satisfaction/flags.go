package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// options is the command line, checked.
type options struct {
	responses string // path of the CSV file; "-" is standard input, empty the invented survey
	model     string // name of a preset, or path of a SPEC.json
	weightCol string // empty for equal weights
	pls       pls.Options
	missing   bool // whether -missing was named; else the specification may say it
	rule      satisfaction.IndexRule
	bootstrap int
	seed      uint64
	format    string
	out       string
}

// mostResamples keeps what a resample leaves behind within memory.
const mostResamples = 100_000

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	var scheme, metric, missing, rule string
	fs := flag.NewFlagSet("satisfaction", flag.ContinueOnError)
	fs.StringVar(&o.responses, "responses", "", "CSV `FILE` with a header and one respondent a row; - reads standard input (default an invented survey)")
	fs.StringVar(&o.model, "model", "ecsi", "`MODEL`: "+strings.Join(presetNames(), ", ")+", or the path of a SPEC.json")
	fs.StringVar(&scheme, "scheme", "path", "inner weighting `SCHEME`: centroid, factorial or path")
	fs.StringVar(&metric, "metric", "standardised", "`METRIC` of the items: standardised or raw")
	fs.BoolVar(&o.pls.Consistent, "consistent", false, "correct for attenuation (PLSc)")
	fs.StringVar(&missing, "missing", "mean", "`TREATMENT` of missing answers: mean, casewise or pairwise; without it what SPEC.json says")
	fs.StringVar(&rule, "index", "normalised", "`RULE` of the weights in the index: normalised, unstandardised or equal")
	fs.StringVar(&o.weightCol, "weight-col", "", "`NAME` of the column with survey weights (default equal weights)")
	fs.IntVar(&o.bootstrap, "bootstrap", 0, fmt.Sprintf("`N` resamples for intervals, 0 or 2 to %d", mostResamples))
	fs.Uint64Var(&o.seed, "seed", 1, "`SEED` of the resamples")
	fs.Float64Var(&o.pls.Tolerance, "tol", 1e-10, "`TOLERANCE`: the largest change of a weight that ends the iteration")
	fs.StringVar(&o.format, "format", "table", "`FORMAT`: table, json or html")
	fs.StringVar(&o.out, "out", "", "`FILE` to write (default standard output)")
	if err := program.Parse(fs, args, "satisfaction estimates a satisfaction index from a survey.\n\nUsage: satisfaction [-responses FILE] [-model MODEL] [flags]", help); err != nil {
		return o, err
	}
	fs.Visit(func(f *flag.Flag) { o.missing = o.missing || f.Name == "missing" })
	if err := errors.Join(
		oneOf("scheme", scheme, "centroid", "factorial", "path"), o.pls.Scheme.UnmarshalText([]byte(scheme)),
		oneOf("metric", metric, "standardised", "raw"), o.pls.Metric.UnmarshalText([]byte(metric)),
		oneOf("missing", missing, "mean", "casewise", "pairwise"), o.pls.Missing.UnmarshalText([]byte(missing)),
		oneOf("index", rule, "normalised", "unstandardised", "equal"), o.rule.UnmarshalText([]byte(rule)),
		oneOf("format", o.format, "table", "json", "html"),
	); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return o, program.UsageError(first)
	}
	return o, o.check()
}

func oneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return program.UsageError(fmt.Sprintf("-%s %q: want %s", name, value, strings.Join(allowed, ", ")))
}

// check looks at what the values of the flags mean together.
func (o *options) check() error {
	switch {
	case o.bootstrap != 0 && (o.bootstrap < 2 || o.bootstrap > mostResamples):
		return program.UsageError(fmt.Sprintf("-bootstrap %d: want 0 or 2 to %d", o.bootstrap, mostResamples))
	case !(o.pls.Tolerance > 0 && o.pls.Tolerance < 1):
		return program.UsageError(fmt.Sprintf("-tol %v: want above 0 and below 1", o.pls.Tolerance))
	case o.pls.Consistent && o.pls.Metric == pls.Raw:
		return program.UsageError("-consistent needs -metric standardised")
	case o.pls.Consistent && o.pls.Missing == pls.Pairwise:
		return program.UsageError("-consistent needs -missing mean or casewise")
	}
	if !slices.Contains(presetNames(), o.model) && !strings.ContainsAny(o.model, `./\`) {
		return program.UsageError(fmt.Sprintf("-model %q: want %s, or the path of a file such as SPEC.json", o.model, strings.Join(presetNames(), ", ")))
	}
	return nil
}
