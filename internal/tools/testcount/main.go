// Testcount reads the events of `go test -json` from standard input, prints a
// line for each package and what failing tests said, and appends the counts of
// passed, failed and skipped tests to a file, so that several runs add up.
// It exits with 1 if something failed or no test ran.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	tally := flag.String("tally", "", "file to append the counts to, as \"passed failed skipped\"")
	flag.Parse()
	counts, err := read(os.Stdin, os.Stdout)
	if err == nil && *tally != "" {
		err = appendLine(*tally, counts.tally())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcount:", err)
		os.Exit(1)
	}
	fmt.Println(counts)
	if !counts.good() {
		os.Exit(1)
	}
}

func appendLine(name, line string) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, line)
	return errors.Join(err, file.Close())
}
