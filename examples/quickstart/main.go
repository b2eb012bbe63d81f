// Quickstart takes a shop's history from a database to what each customer is
// worth: it stores two years of sales in an embedded SQLite file, streams them
// into summaries, fits two models, tests the forecast on weeks that the models
// have not seen, scores and ranks every customer, prints what it found and
// writes a report with charts.
//
//	go run ./examples/quickstart
//
// The shop and its customers are invented. It needs no arguments; -dir chooses
// the folder of the two files.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", "", "`FOLDER` for the database and the report (default: a new one for temporary files)")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "quickstart takes an invented shop's history from a database to what each customer is worth.\n\nUsage: quickstart [-dir FOLDER]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "quickstart: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := run(context.Background(), os.Stdout, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run does the whole job. The two files are made in dir, which must not have the
// database of an earlier run.
func run(ctx context.Context, out io.Writer, dir string) error {
	dir, err := folder(dir)
	if err != nil {
		return err
	}
	database, page := filepath.Join(dir, "shop.db"), filepath.Join(dir, "report.html")

	if _, err := os.Stat(database); err == nil {
		return fmt.Errorf("%s is there already: choose another folder", database)
	}

	shop, err := newShop()
	if err != nil {
		return err
	}
	history, err := openHistory(ctx, database)
	if err != nil {
		return err
	}
	defer history.close()
	if err := history.record(ctx, shop); err != nil {
		return err
	}

	result, err := analyse(ctx, history, shop)
	if err != nil {
		return err
	}
	result.print(out)
	if err := result.writePage(page); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nReport:   %s\nDatabase: %s\n", page, database)
	return history.close()
}

// folder returns the folder to write to, made if it does not exist.
func folder(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "rapport-quickstart-")
	}
	return dir, os.MkdirAll(dir, 0o755)
}
