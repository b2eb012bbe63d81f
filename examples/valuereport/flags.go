package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/program"
)

// options is the command line, checked.
type options struct {
	transactions string // path of the CSV file; "-" is standard input
	covariates   string // path of the CSV file of the customers' covariates; empty for none
	summary      string // path of the CSV file of a summary, in place of transactions
	columns      columnNames
	skipBadRows  bool
	unit         rapport.Unit // of a log
	period       period       // of a summary
	until        time.Time    // zero: the last date in the file
	horizon      float64      // in units
	discount     float64      // rate per year
	model        modelChoice
	format       string          // "table", "json" or "html"
	out          string          // path; empty is standard output
	named        map[string]bool // the flags on the command line
}

// columnNames says which columns of the file are read. The amount and cost
// columns may be missing in the file unless the user named them.
type columnNames struct {
	id, date, amount, cost string
	amountNamed, costNamed bool
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	var unit, until, model string
	fs := flag.NewFlagSet("valuereport", flag.ContinueOnError)
	fs.StringVar(&o.transactions, "transactions", "", "CSV `FILE` with a header and one purchase a row; - reads standard input")
	fs.StringVar(&o.covariates, "covariates", "", "CSV `FILE` with one customer a row and a column for each covariate of its purchases and its lifetime")
	fs.StringVar(&o.summary, "summary", "", "CSV `FILE` in place of transactions: x,t_x,n,customers for -model bgbb; period,active for sbg and bdw")
	fs.StringVar(&unit, "unit", "", "`UNIT` of time: day, week (7 days) or month (30.4375 days); with -summary also year, the length of a period (default week, with -summary year)")
	fs.StringVar(&until, "until", "", "end of the calibration period, a `DATE` such as 2026-01-31, inclusive (default the last date in the file, without hold-out)")
	fs.Float64Var(&o.horizon, "horizon", 0, "how many `UNITS` ahead to forecast (default 52 weeks, or as long in days or months; with -summary 5 years or 52 weeks, in periods)")
	fs.Float64Var(&o.discount, "discount", 0, "discount `RATE` per year, 0.1 for ten per cent")
	fs.StringVar(&model, "model", defaultModel, "`NAME` of the model: "+strings.Join(modelNames(), ", ")+"; K is 1 to 12, and without -K the data choose it")
	fs.StringVar(&o.format, "format", "table", "`FORMAT`: table, json or html")
	fs.StringVar(&o.out, "out", "", "`FILE` to write (default standard output)")
	fs.StringVar(&o.columns.id, "id-col", "customer_id", "`NAME` of the column with the customer's id, kept as written")
	fs.StringVar(&o.columns.date, "date-col", "date", "`NAME` of the column with the date: 2006-01-02, or a timestamp of which the date is used")
	fs.StringVar(&o.columns.amount, "amount-col", "amount", "`NAME` of the column with the amount; the file may lack the default one")
	fs.StringVar(&o.columns.cost, "cost-col", "cost", "`NAME` of the column with the cost; the file may lack the default one")
	fs.BoolVar(&o.skipBadRows, "skip-bad-rows", false, "list and count rows that cannot be read, instead of stopping at the first")

	if err := program.Parse(fs, args, "valuereport tells from a log of purchases what each customer is worth.\n\nUsage: valuereport -transactions FILE [flags]\n       valuereport -summary FILE -model bgbb|sbg|bdw [flags]", help); err != nil {
		return o, err
	}
	o.named = map[string]bool{}
	fs.Visit(func(f *flag.Flag) { o.named[f.Name] = true })
	o.columns.amountNamed, o.columns.costNamed = o.named["amount-col"], o.named["cost-col"]
	if o.named["until"] { // an empty one is a script's variable that was not set: another question, not the default
		var err error
		if o.until, err = parseDate(until); err != nil || len(until) > len(time.DateOnly) {
			return o, program.UsageError(fmt.Sprintf("-until %q: want a date such as 2026-01-31", until))
		}
	}
	return o, o.check(unit, model)
}
