// Valuereport tells from a log of purchases what each customer is worth.
//
//	go run ./examples/valuereport -transactions purchases.csv -until 2026-01-31
//	go run ./examples/valuereport -transactions purchases.csv -covariates customers.csv -model paretonbd
//	go run ./examples/valuereport -summary donations.csv -model bgbb -horizon 5
//
// The file is CSV with a header: customer_id, date and, if it has them, amount
// and cost; other columns are ignored, but one named Amount where amount is looked
// for is an error. The rows up to -until (by default all) fit a model of
// who comes back and how often, and, with amounts, a Gamma-Gamma model of
// spending. The report gives for every customer the chance of being active, the
// purchases expected over -horizon, their value after -discount, and a tier; and
// how the forecast did against the rows after -until.
//
// # Models
//
// -model names the model of purchases, as btyd.Family does:
//
//	bgnbd          a customer may leave after each repeat purchase (the default)
//	mbgnbd         it may leave right after the first purchase, too
//	paretonbd      it leaves at a rate of its own, whether it buys or not
//	paretonbd-cor  that rate is correlated with the rate of buying
//	ggomnbd        that rate grows with the customer's age
//	nbd            nobody leaves
//	bgcnbd-K       bgnbd with purchases more regular than at random, K = 1 to 12;
//	               without -K the data choose it
//	mbgcnbd-K      likewise for mbgnbd
//	auto           the one with the lowest BIC of nbd, bgnbd, mbgnbd, paretonbd, ggomnbd
//	               and, up to the K that is no better than the one before, the regular ones
//
// The report names the model as it was named, and the one that was chosen where the
// data chose; "selection" then says which were compared, by which criterion (bic) and
// the reason: lowest_bic; tie_simpler, as good as the lowest but with fewer
// parameters; or only_candidate, no other could be fitted. A candidate that could not be
// has a failure in place of its numbers.
//
// # Covariates
//
// -covariates names a file with a row for each customer: its id, in the column that
// -id-col names, and a number in every other column. They act on purchasing and on
// leaving; their effects are the parameters trans.NAME and life.NAME, and the other
// parameters are those of a customer whose covariates are all 0. Every customer of the
// log up to -until needs a row, and a row that belongs to no customer of the log is an
// error (unless rows of the log were skipped). Columns that are equal for all, or a
// linear function of others, are errors. They go with one model, not with auto.
//
// # Summaries
//
// -summary takes the place of -transactions where customers can buy at given
// opportunities only, or where a contract ends when a customer leaves. A log tells
// neither the opportunities nor the end of a contract, so these models refuse one.
//
//	-model bgbb    x,t_x,n,customers: so many customers bought at x of n opportunities,
//	               last at the t_x-th, which is 0 for x = 0
//	-model sbg     period,active: of those active at period 0, so many were left after
//	               each further period (shifted beta-geometric)
//	-model bdw     the same (beta-discrete-Weibull, whose c says how the inclination to
//	               leave changes with time)
//
// Numbers of customers need not be whole; other columns are ignored. -horizon counts
// opportunities or periods, a whole number up to 1000. -unit is the length of one: day,
// week, month or year (the default); it matters to -discount, which is a rate per year,
// and to the default horizon, 5 years or 52 weeks. What is k periods ahead counts
// (1+rate)^(−k/periods a year).
//
// For bgbb "customers" has a line for each row of the file, whose p_alive is the chance
// to be active at the next opportunity, n+1, as in the paper of 2010, and whose
// expected_transactions and discounted_transactions are those of one customer at the next
// -horizon opportunities. For sbg and bdw "customers" is null, and "periods" has a line for
// each period of the file and of the horizon: survival is the share of those who began,
// retention the share of those of the period before, expected_active up to the end of
// the file what the model expects of those who began, and after it what it expects of
// those who are left, with the 95 % interval and discounted_active.
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
// -format is table, json or html, a page with charts that needs no other file; -out
// names a file for it. The exit code is 0; or 1 for data or a model at fault, with one
// line on standard error that names row and field, and nothing on standard output; or 2
// for a command line at fault. With -skip-bad-rows, rows of the log at fault are listed on
// standard error and left out, and their number is in the report. A quoted field
// that runs to the end of the file, or over several lines in a row at fault, is an
// error all the same: nobody can tell which rows it has swallowed.
//
// In JSON every key is always there, and null stands for what does not exist:
// "selection" of a model that was named, "periods" of a log. "holdout" compares the
// forecast with the rows after -until, in sum, by period, by frequency and by_decile
// (tenths of the customers, the highest forecasts first), and has the mean absolute
// error (mae) and root mean square error (rmse) of a customer's forecast, the bias of the
// total (forecast less actual) and the coverage of predictive bands: the share of the
// customers that a band of that level should hold by the model, and the share it held.
//
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

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/examples/sheet"
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
	return program.Exit("valuereport", err, stderr)
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
	return files.Write(o.out, stdout, map[string]func(io.Writer) error{"table": r.writeTable, "json": r.writeJSON, "html": r.writeHTML}[o.format])
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
	summaries, repeats, log, err := summarize(ctx, o, input, stderr)
	if err != nil {
		return nil, inFile(input.name, err)
	}
	r, err := assess(ctx, o, summaries, repeats, log, covariates)
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

// summarize reads the log into one summary per customer, and counts the repeat
// purchases by period.
func summarize(ctx context.Context, o options, input *inputFile, stderr io.Writer) (*scoring.Summaries, *scoring.Repeats, *transactionLog, error) {
	var skip func(*sheet.RowError)
	if o.skipBadRows {
		skip = func(bad *sheet.RowError) {
			input.clearProgress()
			fmt.Fprintln(stderr, "valuereport: skipped "+program.OneLine(bad))
		}
	}
	defer input.clearProgress()
	log, err := openLog(input, o.columns, skip)
	if err != nil {
		return nil, nil, nil, err
	}
	if o.covariates != "" {
		log.seen = map[rapport.ID]bool{}
	}
	window := scoring.Window{Unit: o.unit, Until: o.until, ExtraDigits: amountDigits}
	if !o.until.IsZero() {
		window.Holdout = o.horizon
	}
	summaries, repeats, err := scoring.CountRepeats(ctx, log.purchases(), window)
	input.clearProgress()
	if log.skipped > 0 {
		fmt.Fprintf(stderr, "valuereport: skipped %d of %d rows\n", log.skipped, log.rows)
	}
	return summaries, repeats, log, explain(err, log)
}

// explain gives an error of CountRepeats in the words of the file.
func explain(err error, log *transactionLog) error {
	if bad, ok := errors.AsType[*sheet.RowError](err); ok {
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
		whose = "customer " + sheet.Quoted(string(over.Customer))
	}
	return fmt.Errorf("the %s of %s add up to more than %s: give them in thousands", what, whose, greatestAmount)
}
