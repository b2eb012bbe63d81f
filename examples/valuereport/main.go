// Valuereport tells from a log of purchases what each customer is worth.
//
//	go run ./examples/valuereport -transactions purchases.csv -until 2026-01-31
//
// The file is CSV with a header: customer_id, date and, if it has them, amount
// and cost; other columns are ignored, but one named Amount where amount is looked
// for is an error. The rows up to -until (by default all) fit a BG/NBD model of
// who comes back and how often, and, with amounts, a Gamma-Gamma model of
// spending. The report gives for every customer the chance of being active, the
// purchases expected over -horizon, their value after -discount, and a tier; and
// how the forecast did against the rows after -until.
//
// # What counts
//
// A purchase is a date on which a customer bought: rows of one date are one
// purchase, and an amount of zero is one too. Ids are kept as written. Dates are
// 2006-01-02, or timestamps whose date counts as written (2006-01-02 15:04:05,
// with T for the space, without the seconds, or with a zone such as +0100).
// Amounts are decimal numbers from zero up, exact to six decimals (further ones
// are rounded half to even); returns are refused. All amounts are in one
// currency; a column named currency, if there is one, is checked for that.
//
// value is expected spend times discounted expected transactions, times the
// margin of all purchases up to -until if the file has costs. Tiers go by
// value: the best 1 % of the customers are VIP, the next 4 % major, the next 15 %
// ordinary, the rest small; ties go by id. Where a customer has no value, all
// tiers go by expected transactions.
//
// # What comes out
//
// The exit code is 0; or 1 for data or a model at fault, with one line on
// standard error that names row and field, and nothing on standard output; or 2
// for a command line at fault. With -skip-bad-rows, rows at fault are listed on
// standard error and left out, and their number is in the report. A quoted field
// that runs to the end of the file, or over several lines in a row at fault, is an
// error all the same: nobody can tell which rows it has swallowed.
//
// In JSON every key is always there, and null stands for what does not exist.
// Warnings are codes, with a number or a reason after a colon where there is one:
// those of the library ("weakly_identified", "boundary:no_dropout", …) and
//
//	bad_rows_skipped:N               rows left out
//	no_spend_model:REASON            too_few_spenders or equal_spend: spend is null
//	no_margin:no_revenue             nothing was paid, so costs have no share of it: value is null
//	infinite_expected_spend:N        customers without a finite expected spend (in spend.warnings)
//	tiers_by_expected_transactions   because a customer has no value
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends a read that waits for input
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = valuate(ctx, o, stdin, stdout, stderr)
	}
	usage, isUsage := errors.AsType[usageError](err)
	switch {
	case err == nil || errors.Is(err, errHelp):
		return 0
	case isUsage:
		fmt.Fprintln(stderr, "valuereport: "+oneLine(usage)+" (valuereport -h lists the flags)")
		return 2
	}
	fmt.Fprintln(stderr, "valuereport: "+oneLine(err))
	return 1
}

// valuate reads the files, makes the report and writes it. Nothing is written
// before everything is computed.
func valuate(ctx context.Context, o options, stdin io.Reader, stdout, stderr io.Writer) error {
	prepare := prepareLog
	if o.model.readsSummary() {
		prepare = prepareSummary
	}
	r, err := prepare(ctx, o, stdin, stderr)
	if err != nil {
		return err
	}
	return writeReport(o.out, stdout, map[string]func(io.Writer) error{"table": r.writeTable, "json": r.writeJSON, "html": r.writeHTML}[o.format])
}

// formats are the forms in which every report can be written.
type formats interface {
	writeTable(io.Writer) error
	writeJSON(io.Writer) error
	writeHTML(io.Writer) error
}

// prepareLog makes the report of a log of purchases, which is then to be written.
func prepareLog(ctx context.Context, o options, stdin io.Reader, stderr io.Writer) (formats, error) {
	covariates, err := openCovariates(o, stdin)
	if err != nil {
		return nil, err
	}
	input, err := openInput(o.transactions, "transactions", o.out, stdin, stderr)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	summaries, log, err := summarize(ctx, o, input, stderr)
	if err != nil {
		return nil, inFile(input.name, err)
	}
	r, err := assess(ctx, o, summaries, log, covariates)
	return r, inFile(input.name, err)
}

// fileError says in which file something is wrong.
type fileError struct {
	name string
	err  error
}

func (e *fileError) Error() string { return e.name + ": " + e.err.Error() }

func (e *fileError) Unwrap() error { return e.err }

// inFile adds the name of the file to an error that has none.
func inFile(name string, err error) error {
	if _, named := errors.AsType[*fileError](err); named || err == nil {
		return err
	}
	return &fileError{name, err}
}

// summarize reads the log into one summary per customer.
func summarize(ctx context.Context, o options, input *inputFile, stderr io.Writer) (*scoring.Summaries, *transactionLog, error) {
	var skip func(*rowError)
	if o.skipBadRows {
		skip = func(bad *rowError) {
			input.clearProgress()
			fmt.Fprintln(stderr, "valuereport: skipped "+oneLine(bad))
		}
	}
	defer input.clearProgress()
	log, err := openLog(input, o.columns, skip)
	if err != nil {
		return nil, nil, err
	}
	if o.covariates != "" {
		log.seen = map[rapport.ID]bool{}
	}
	window := scoring.Window{Unit: o.unit, Until: o.until, ExtraDigits: amountDigits}
	if !o.until.IsZero() {
		window.Holdout = o.horizon
	}
	summaries, err := scoring.Summarize(ctx, log.purchases(), window)
	input.clearProgress()
	if log.skipped > 0 {
		fmt.Fprintf(stderr, "valuereport: skipped %d of %d rows\n", log.skipped, log.rows)
	}
	return summaries, log, explain(err, log)
}

// explain gives an error of Summarize in the words of the file.
func explain(err error, log *transactionLog) error {
	if bad, ok := errors.AsType[*rowError](err); ok {
		return bad // the line in the file says more than the position in the stream
	}
	if errors.Is(err, scoring.ErrNoPurchases) {
		if log.rows == 0 {
			return errors.New("the file has a header and no rows")
		}
		return fmt.Errorf("no row is left: all %d were skipped", log.skipped)
	}
	if early, ok := errors.AsType[*scoring.UntilError](err); ok {
		return fmt.Errorf("-until %s is before the first row, which is of %s", early.Until.Format("2006-01-02"), early.First.Format("2006-01-02"))
	}
	if over, ok := errors.AsType[*scoring.OverflowError](err); ok {
		return tooLarge(over)
	}
	return err
}

// tooLarge says which sum is beyond what can be counted.
func tooLarge(over *scoring.OverflowError) error {
	what, whose := "amounts", "all customers"
	if over.Sum == "cost" {
		what = "costs"
	}
	if over.Customer != "" {
		whose = "customer " + quoted(string(over.Customer))
	}
	return fmt.Errorf("the %s of %s add up to more than %s: give them in thousands", what, whose, greatestAmount)
}

// oneLine keeps a message on one line, whatever it quotes.
func oneLine(err error) string {
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(err.Error())
}
