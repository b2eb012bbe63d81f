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
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/rapport-crm/rapport/internal/market"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, *dir)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run makes the two files in dir, which must not have those of an earlier run,
// and prints what was found. If it fails or is interrupted, it takes away what it
// has made.
func run(ctx context.Context, out io.Writer, dir string) error {
	temporary := dir == ""
	dir, err := folder(dir)
	if err != nil {
		return err
	}
	database, page := filepath.Join(dir, "shop.db"), filepath.Join(dir, "report.html")
	for _, path := range []string{database, page} {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s is there already: choose another folder", path)
		}
	}
	if err := work(ctx, out, database, page); err != nil {
		made := []string{page, database + "-wal", database + "-shm", database}
		if temporary {
			made = append(made, dir)
		}
		for _, path := range made {
			if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
		return err
	}
	return nil
}

// work does the whole job.
func work(ctx context.Context, out io.Writer, database, page string) error {
	shop, err := newShop()
	if err != nil {
		return err
	}
	history, err := openHistory(ctx, database)
	if err != nil {
		return fmt.Errorf("open %s: %w", database, err)
	}
	result, err := study(ctx, history, shop)
	if err := errors.Join(err, history.close()); err != nil {
		return err
	}
	if err := result.writePage(page); err != nil {
		return err
	}
	var text bytes.Buffer // printed in one go, so that one check is enough
	result.print(&text)
	fmt.Fprintf(&text, "\nReport:   %s\nDatabase: %s\n", page, database)
	_, err = text.WriteTo(out)
	return err
}

// study stores the shop's history and analyses what is stored.
func study(ctx context.Context, history *history, shop *market.World) (*analysis, error) {
	if err := history.record(ctx, shop); err != nil {
		return nil, err
	}
	return analyse(ctx, history, shop)
}

// folder returns the folder to write to, made if it does not exist.
func folder(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "rapport-quickstart-")
	}
	return dir, os.MkdirAll(dir, 0o755)
}
