// Customer360 makes one customer of many records, and takes it back. Three branches of an
// invented tea shop have a file of customers each, with other columns, other ways to write
// a number and their own typing errors. The program
//
//   - reads the files into source records, which are kept for ever;
//   - finds who is one customer, says why in bits, and leaves what is doubtful to a person;
//   - merges: the event, the aliases and the golden record in one transaction;
//   - shows a customer: where each field comes from, what may be sent, stage, points,
//     needs, cases and the timeline over all branches;
//   - works on a complaint with a process of package pipeline (casework.go is the recipe);
//   - unmerges, and checks that everything is as it was, byte for byte.
//
// It needs no arguments:
//
//	go run ./examples/customer360
//	go run ./examples/customer360 -db tea.db -format json
//	go run ./examples/customer360 -customer website:W216
//
// With -dir it reads shop.csv, website.csv and callcentre.csv from a folder of yours, with
// the columns of those in testdata, and activity.csv and decisions.csv if they are there.
// -db keeps everything in a new SQLite file. The dates of the story are fixed, so each run
// prints the same. The form of -format json is that of the type document; it says its
// version in "format", and fields are only ever added to a version.
package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"

	"github.com/rapport-crm/rapport"
)

//go:embed testdata/*.csv
var invented embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command returns the exit code: 0, 1 if the work failed, 2 for flags that cannot be.
func command(ctx context.Context, args []string, out, problems io.Writer) int {
	flags := flag.NewFlagSet("customer360", flag.ContinueOnError)
	flags.SetOutput(problems)
	db := flags.String("db", "", "new SQLite `FILE` to keep everything in (default: memory)")
	dir := flags.String("dir", "", "`FOLDER` with shop.csv, website.csv and callcentre.csv (default: invented ones)")
	who := flags.String("customer", "", "`ID` of the customer to show, such as shop:S104 (default: the merged one of whom most is known)")
	format := flags.String("format", "table", "`FORMAT` of what is printed: table or json")
	flags.Usage = func() {
		fmt.Fprintln(problems, "customer360 makes one customer of the records of three branches, shows it, and takes the merge back.\n\nUsage: customer360 [-dir FOLDER] [-db FILE] [-customer ID] [-format table|json]")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(problems, "customer360: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	write, ok := map[string]func(*story, io.Writer) error{"table": (*story).print, "json": (*story).writeJSON}[*format]
	if !ok {
		fmt.Fprintf(problems, "customer360: unknown format %q: want table or json\n", *format)
		return 2
	}
	folder, err := folderOf(*dir)
	var text bytes.Buffer // printed in one go, so that one check is enough
	if err == nil {
		err = run(ctx, *db, folder, rapport.ID(*who), func(s *story) error { return write(s, &text) })
	}
	if err == nil {
		_, err = text.WriteTo(out)
	}
	if err != nil {
		fmt.Fprintln(problems, "customer360:", strings.NewReplacer("\r", " ", "\n", " ").Replace(err.Error()))
		return 1
	}
	return 0
}

// folderOf returns the folder of a path, that of the invented files for none.
func folderOf(path string) (fs.FS, error) {
	if path == "" {
		return fs.Sub(invented, "testdata")
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("-dir %s is not a folder", path)
	}
	return os.DirFS(path), err
}

// run tells the story in a store and hands it over. If it fails, it takes away the file
// that it has made.
func run(ctx context.Context, db string, folder fs.FS, who rapport.ID, show func(*story) error) error {
	b, err := openBook(ctx, db)
	if err != nil {
		return err
	}
	s, err := tell(ctx, b, folder, who)
	if err == nil {
		err = show(s)
	}
	if err = errors.Join(err, b.close()); err != nil && db != "" {
		for _, path := range []string{db + "-wal", db + "-shm", db} {
			if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}
	return err
}
