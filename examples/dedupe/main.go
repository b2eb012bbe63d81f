// Dedupe finds which records of a CSV file, or of two, are of the same person, company or place,
// without being told an example: it learns from the file what agreement is worth.
//
//	go run ./examples/dedupe
//	go run ./examples/dedupe -a customers.csv
//	go run ./examples/dedupe -a crm.csv -b shop.csv -threshold .9 -format csv >pairs.csv
//
// Without -a it takes a small invented file of people, always the same.
//
// The files are CSV in UTF-8 with a header and one record a row; blanks around names and values
// are trimmed. - reads standard input. With -b, records of the first file are looked for in
// the second, and columns are compared that both have.
//
// -id is the column with the ids of the records, which are unique in a file; by default
// the first column if its values are unique, and else the number of the row, as an editor
// counts. -entity is a column that tells who a record is of, -labels a CSV file with the
// columns left_id and right_id that lists all pairs that belong together: the truth, to
// hold the result against. Neither is ever compared.
//
// The other columns are recognised by name and content; what each was taken for, and what
// was left out and why, goes to standard error. -spec names them instead:
//
//	{"id": "rec_id", "fields": [{"column": "given_name", "kind": "name"}, …]}
//
// with the kinds name, organisation, text, address, date, phone, email, code and number.
//
// # What comes out
//
// All pairs whose probability is at or above -threshold: with -b the first file on the
// left, within one file the lesser id in byte order. Clusters are what pairs connect, as
// far as records are not held together by too few of them; a record without any is in none.
//
// -format csv has left_id,right_id,probability,cluster, the last one empty if the two
// records ended up in different clusters; figures about the truth go to standard error. json has
// "fields", "pairs", "clusters" and "metrics", which is null without a truth. table is for
// people: the strongest and the weakest pairs, and why the weakest is one.
//
// The exit code is 0; or 1 for a file at fault, with one line on standard error that names
// file, row, column and value, and nothing on standard output; or 2 for flags at fault.
package main

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/rapport-crm/rapport/examples/program"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the whole program; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stdout)
	if err == nil {
		err = dedupe(o, stdin, stdout, stderr)
	}
	return program.Exit("dedupe", err, stderr)
}

// dedupe reads, matches and writes. Nothing is written before everything is computed.
func dedupe(o options, stdin io.Reader, stdout, stderr io.Writer) error {
	s, err := o.read(stdin)
	if err != nil {
		return err
	}
	fields, notes, err := s.fields(o)
	if err != nil {
		return err
	}
	r, err := match(context.Background(), s, fields, o.threshold)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := o.write(r, &text, &notes); err != nil {
		return err
	}
	if _, err := notes.WriteTo(stderr); err != nil {
		return err
	}
	_, err = text.WriteTo(stdout)
	return err
}
