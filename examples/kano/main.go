// Kano reads the answers to a Kano questionnaire and says of each feature whether
// customers take it for granted, want more of it, are delighted by it or do not care.
//
//	go run ./examples/kano
//	go run ./examples/kano -answers answers.csv -table pouliot -rule berger -format json
//
// Without -answers it analyses a small invented questionnaire of a bicycle shop, always
// the same.
//
// The file is CSV in UTF-8 with a header and one answered feature a row: respondent,
// feature, functional and dysfunctional, and, if it has them, label and importance; other
// columns are ignored. The answers are like, must-be, neutral, live-with, dislike, or
// their numbers 1 to 5; importance is a whole number from 1 to 9. What is empty or NA is
// missing: rows without both answers are counted as skipped. - reads standard input.
//
// -table is how two answers make a category: berger; pouliot, for which two equal answers
// in the middle are questionable too; or short, for questionnaires with three answers
// (like, neutral, dislike; 1, 3, 5). -rule is how customers make the category of a feature:
// mode, the largest; priority, the first in the order M, O, A, I of two that are at most 6
// points apart; or berger, the largest of O, A and M if these are more than I, R and Q, else
// the largest of those.
//
// # What comes out
//
// -format is table or json. In JSON every key is always there, and null stands for what
// does not exist. "features" holds them by name; "mode", "priority" and
// "category_oam_vs_irq" are the categories by each rule, "category" is that of -rule;
// better and worse have 95 % intervals; "chi2" tests with three degrees of freedom
// whether M, O, A and I are equally frequent.
//
// The exit code is 0; or 1 for a file at fault, with one line on standard error that names
// file, row, column and value, and nothing on standard output; or 2 for flags at fault.
//
// A category is not a satisfaction index: nothing here measures how well a feature was
// delivered.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// options is the command line, checked.
type options struct {
	answers string // path of the CSV file; "-" is standard input; empty: the invented questionnaire
	table   kano.Table
	rule    kano.Rule
	write   func(*report, io.Writer) error
}

// run is the whole program; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = analyze(o, stdin, stdout)
	}
	return program.Exit("kano", err, stderr)
}

// parseFlags reads the command line. Help that was asked for goes to help.
func parseFlags(args []string, help io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("kano", flag.ContinueOnError)
	fs.StringVar(&o.answers, "answers", "", "CSV `FILE` with respondent, feature, functional, dysfunctional and, if it has them, label and importance; - reads standard input (default an invented questionnaire)")
	table := fs.String("table", "berger", "`TABLE` of categories: berger, pouliot or short")
	rule := fs.String("rule", "mode", "`RULE` for the category of a feature: mode, priority or berger")
	format := fs.String("format", "table", "`FORMAT`: table or json")
	if err := program.Parse(fs, args, "kano reads a Kano questionnaire and says of what kind each feature is.\n\nUsage: kano [-answers FILE] [-table berger|pouliot|short] [-rule mode|priority|berger] [-format table|json]", help); err != nil {
		return o, err
	}
	if err := program.NoneEmpty(fs); err != nil {
		return o, err
	}
	var err error
	if o.table, err = kano.ParseTable(*table); err != nil {
		return o, program.UsageError(fmt.Sprintf("unknown -table %q: want berger, pouliot or short", *table))
	}
	if o.rule, err = kano.ParseRule(*rule); err != nil {
		return o, program.UsageError(fmt.Sprintf("unknown -rule %q: want mode, priority or berger", *rule))
	}
	known := false
	if o.write, known = map[string]func(*report, io.Writer) error{"table": (*report).writeTable, "json": (*report).writeJSON}[*format]; !known {
		return o, program.UsageError(fmt.Sprintf("unknown -format %q: want table or json", *format))
	}
	return o, nil
}

// analyze reads, analyses and writes. Nothing is written before everything is computed.
func analyze(o options, stdin io.Reader, stdout io.Writer) error {
	s, name, err := o.read(stdin)
	if err != nil {
		return err
	}
	analysis, err := kano.Analyze(context.Background(), kano.Rows(s.responses), &kano.Options{Table: o.table, Rule: o.rule})
	if err != nil {
		return fmt.Errorf("%s: %w", name, s.explain(err))
	}
	var text bytes.Buffer
	if err := o.write(&report{survey: s, analysis: analysis, source: name}, &text); err != nil {
		return err
	}
	_, err = text.WriteTo(stdout)
	return err
}

// read returns the questionnaire and the name of its file.
func (o options) read(stdin io.Reader) (*survey, string, error) {
	file, name := stdin, "standard input"
	switch o.answers {
	case "":
		return invented(), "An invented questionnaire", nil
	case "-":
	default:
		opened, err := os.Open(o.answers)
		if err != nil {
			return nil, "", err
		}
		defer opened.Close()
		if info, err := opened.Stat(); err == nil && info.IsDir() {
			return nil, "", fmt.Errorf("%s is a directory, not a CSV file", o.answers)
		}
		file, name = opened, filepath.Base(o.answers)
	}
	s, err := readSurvey(file, o.table)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	return s, name, nil
}
