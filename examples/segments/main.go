// Segments says of a base of customers who deserves what: tiers, the concentration of
// value, matrices, right and wrong customers, sleeping giants and hidden gems, seasons,
// a loyalty ladder with its benefits, service, contacts that are due, segments by rules,
// a playbook that says what to do for whom and why, and clusters.
//
//	go run ./examples/segments
//	go run ./examples/segments -orders orders.csv -date-col order_date -amount-col revenue -format json
//
// Without -orders it analyses an invented wholesaler of garden supplies, always the same
// for a -seed: three years of orders with costs, potentials, contacts and complaints.
//
// The file is CSV in UTF-8 with a header and one order a row; the columns are named by
// -id-col, -date-col and -amount-col, others are ignored. Dates are like 2026-01-31, an
// amount is a number of any sign. - reads standard input. Orders alone tell nothing of
// profits, potentials, contacts and complaints: parts that need them are left out and
// named, what takes a contact takes the last order for it, and in the playbook rules that
// ask for what is not known do not fire. The day of the analysis is the one after the
// last order. Four clusters are made, as many as the house wants to treat apart; the
// silhouettes and how often they come again tell how far the data bear that out.
//
// # What comes out
//
// -format is table or json. In JSON every key is always there; null stands for a part
// that the data do not allow, and "left_out" says why.
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
	"path/filepath"
	"strings"

	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/program"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// options is the command line, checked.
type options struct {
	orders  string // path of the CSV file; "-" is standard input; empty: the invented wholesaler
	columns columns
	seed    uint64
	write   func(*report, io.Writer) error
}

// run is the whole program; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = analyze(o, stdin, stdout)
	}
	return program.Exit("segments", err, stderr)
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("segments", flag.ContinueOnError)
	fs.StringVar(&o.orders, "orders", "", "CSV `FILE` with a header and one order a row; - reads standard input (default an invented wholesaler)")
	fs.StringVar(&o.columns.id, "id-col", "customer_id", "`NAME` of the column with the customer's id, kept as written")
	fs.StringVar(&o.columns.date, "date-col", "date", "`NAME` of the column with the date")
	fs.StringVar(&o.columns.amount, "amount-col", "amount", "`NAME` of the column with the amount")
	fs.Uint64Var(&o.seed, "seed", 7, "`SEED` of the invented wholesaler and of the clusters")
	format := fs.String("format", "table", "`FORMAT`: table or json")
	if err := program.Parse(fs, args, "segments says of a base of customers who deserves what.\n\nUsage: segments [-orders FILE [-id-col NAME] [-date-col NAME] [-amount-col NAME]] [-seed SEED] [-format table|json]", help); err != nil {
		return o, err
	}
	empty, column := "", ""
	fs.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" { // a script's variable that was not set: not the default
			empty = f.Name
		}
		if strings.HasSuffix(f.Name, "-col") {
			column = f.Name
		}
	})
	switch {
	case empty != "":
		return o, program.UsageError("-" + empty + " is empty")
	case column != "" && o.orders == "":
		return o, program.UsageError("-" + column + " needs -orders")
	}
	known := false
	if o.write, known = map[string]func(*report, io.Writer) error{"table": (*report).writeTable, "json": (*report).writeJSON}[*format]; !known {
		return o, program.UsageError(fmt.Sprintf("unknown -format %q: want table or json", *format))
	}
	return o, nil
}

// analyze reads, analyses and writes. Nothing is written before everything is computed.
func analyze(o options, stdin io.Reader, stdout io.Writer) error {
	b, err := o.read(stdin)
	if err != nil {
		return err
	}
	r, err := b.report(context.Background(), o.seed)
	if err != nil {
		return fmt.Errorf("%s: %w", b.source, err)
	}
	var text bytes.Buffer
	if err := o.write(r, &text); err != nil {
		return err
	}
	_, err = text.WriteTo(stdout)
	return err
}

// read returns the base of customers.
func (o options) read(stdin io.Reader) (*base, error) {
	file, name := stdin, "standard input"
	switch o.orders {
	case "":
		return invented(o.seed), nil
	case "-":
	default:
		opened, err := files.Open(o.orders, "orders", "")
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		file, name = opened, filepath.Base(o.orders)
	}
	b, err := readOrders(file, o.columns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b.source = name
	return b, nil
}
