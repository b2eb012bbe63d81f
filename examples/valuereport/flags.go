package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// options is the command line, checked.
type options struct {
	transactions string // path of the CSV file; "-" is standard input
	columns      columnNames
	skipBadRows  bool
	unit         rapport.Unit
	until        time.Time // zero: the last date in the file
	horizon      float64   // in units
	discount     float64   // rate per year
	model        modelChoice
	format       string // "table", "json" or "html"
	out          string // path; empty is standard output
}

// columnNames says which columns of the file are read. The amount and cost
// columns may be missing in the file unless the user named them.
type columnNames struct {
	id, date, amount, cost string
	amountNamed, costNamed bool
}

// usageError is a command line that cannot be carried out: exit code 2.
type usageError string

func (e usageError) Error() string { return string(e) }

// errHelp says that the user asked for help and got it.
var errHelp = errors.New("help was printed")

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	var unit, until, model string
	fs := flag.NewFlagSet("valuereport", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.transactions, "transactions", "", "CSV `FILE` with a header and one purchase a row; - reads standard input")
	fs.StringVar(&unit, "unit", "week", "`UNIT` of time: day, week (7 days) or month (30.4375 days)")
	fs.StringVar(&until, "until", "", "end of the calibration period, a `DATE` such as 2026-01-31, inclusive (default the last date in the file, without hold-out)")
	fs.Float64Var(&o.horizon, "horizon", 0, "how many `UNITS` ahead to forecast (default 52 weeks, or as long in days or months)")
	fs.Float64Var(&o.discount, "discount", 0, "discount `RATE` per year, 0.1 for ten per cent")
	fs.StringVar(&model, "model", defaultModel, "`NAME` of the lifetime model: "+strings.Join(modelNames(), ", "))
	fs.StringVar(&o.format, "format", "table", "`FORMAT`: table, json or html")
	fs.StringVar(&o.out, "out", "", "`FILE` to write (default standard output)")
	fs.StringVar(&o.columns.id, "id-col", "customer_id", "`NAME` of the column with the customer's id, kept as written")
	fs.StringVar(&o.columns.date, "date-col", "date", "`NAME` of the column with the date: 2006-01-02, or a timestamp of which the date is used")
	fs.StringVar(&o.columns.amount, "amount-col", "amount", "`NAME` of the column with the amount; the file may lack the default one")
	fs.StringVar(&o.columns.cost, "cost-col", "cost", "`NAME` of the column with the cost; the file may lack the default one")
	fs.BoolVar(&o.skipBadRows, "skip-bad-rows", false, "list and count rows that cannot be read, instead of stopping at the first")

	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(help, "valuereport tells from a log of purchases what each customer is worth.\n\nUsage: valuereport -transactions FILE [flags]")
			fs.SetOutput(help)
			fs.PrintDefaults()
			return o, errHelp
		}
		return o, usageError(err.Error())
	}
	if fs.NArg() > 0 {
		return o, usageError(fmt.Sprintf("unexpected argument %q", fs.Arg(0)))
	}
	untilNamed, horizonNamed := false, false
	fs.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "until":
			untilNamed = true
		case "horizon":
			horizonNamed = true
		case "amount-col":
			o.columns.amountNamed = true
		case "cost-col":
			o.columns.costNamed = true
		}
	})
	if untilNamed { // an empty one is a script's variable that was not set: another question, not the default
		var err error
		if o.until, err = parseDate(until); err != nil || len(until) > len(time.DateOnly) {
			return o, usageError(fmt.Sprintf("-until %q: want a date such as 2026-01-31", until))
		}
	}
	return o, o.check(unit, model, horizonNamed)
}

// check validates the options and fills in what depends on others.
func (o *options) check(unit, model string, horizonNamed bool) error {
	if o.transactions == "" {
		return usageError("-transactions FILE is missing")
	}
	var err error
	if o.unit, err = rapport.ParseUnit(unit); err != nil {
		return usageError(fmt.Sprintf("-unit %q: want day, week or month", unit))
	}
	switch {
	case !horizonNamed:
		o.horizon = 52 * rapport.Week.Days() / o.unit.Days()
	case !(o.horizon > 0) || math.IsInf(o.horizon, 1):
		return usageError(fmt.Sprintf("-horizon %v: want a number of %ss above 0", o.horizon, o.unit))
	}
	if !(o.discount > -1) || math.IsInf(o.discount, 1) {
		return usageError(fmt.Sprintf("-discount %v: want a rate per year above -1, such as 0.1", o.discount))
	}
	var known bool
	if o.model, known = parseModel(model); !known {
		return usageError(fmt.Sprintf("-model %q: want one of: %s", model, strings.Join(modelNames(), ", ")))
	}
	if o.format != "table" && o.format != "json" && o.format != "html" {
		return usageError(fmt.Sprintf("-format %q: want table, json or html", o.format))
	}
	return o.columns.check()
}

func (c columnNames) check() error {
	flags := map[string]string{}
	for _, named := range [][2]string{{"-id-col", c.id}, {"-date-col", c.date}, {"-amount-col", c.amount}, {"-cost-col", c.cost}} {
		if named[1] == "" {
			return usageError(named[0] + " is empty")
		}
		if other, twice := flags[named[1]]; twice {
			return usageError(fmt.Sprintf("%s and %s both name the column %q", other, named[0], named[1]))
		}
		flags[named[1]] = named[0]
	}
	return nil
}
