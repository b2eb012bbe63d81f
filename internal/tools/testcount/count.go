package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build output
	Test       string
	Elapsed    float64
	Output     string
}

type counts struct {
	Passed, Failed, Skipped int
}

func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.Passed, c.Failed, c.Skipped)
}

func (c counts) tally() string { return fmt.Sprintf("%d %d %d", c.Passed, c.Failed, c.Skipped) }

func (c counts) good() bool { return c.Failed == 0 && c.Passed > 0 }

// read counts tests and subtests. A package that fails without a failed test
// of its own (it does not build, or its process died) counts as one failure.
func read(in io.Reader, out io.Writer) (counts, error) {
	var c counts
	said := make(map[string][]string) // output lines by package and test
	failedIn := make(map[string]bool) // packages with a failed test
	decoder := json.NewDecoder(bufio.NewReader(in))
	for {
		var e event
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			return c, nil
		} else if err != nil {
			return c, fmt.Errorf("the input is not the output of go test -json: %w", err)
		}
		key := e.Package + "\n" + e.Test
		switch e.Action {
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "output":
			if !strings.HasPrefix(e.Output, "=== ") { // a test began, paused or went on
				said[key] = append(said[key], e.Output)
			}
		case "pass", "fail", "skip":
			lines := said[key]
			delete(said, key)
			c.end(e, lines, failedIn, out)
		}
	}
}

// end takes the last event of a test or, with no test named, of a package.
func (c *counts) end(e event, lines []string, failedIn map[string]bool, out io.Writer) {
	switch {
	case e.Test != "" && e.Action == "pass":
		c.Passed++
	case e.Test != "" && e.Action == "fail":
		c.Failed++
		failedIn[e.Package] = true
		fmt.Fprint(out, strings.Join(lines, ""))
	case e.Test != "":
		c.Skipped++
		fmt.Fprintf(out, "skipped %s %s\n%s", e.Package, e.Test, strings.Join(lines, ""))
	case e.Action == "fail":
		if !failedIn[e.Package] {
			c.Failed++
		}
		fmt.Fprint(out, strings.Join(lines, ""))
		fmt.Fprintf(out, "FAIL %s\n", e.Package)
	case e.Action == "pass":
		fmt.Fprintf(out, "ok   %s %.1fs\n", e.Package, e.Elapsed)
	}
}
