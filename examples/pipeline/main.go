// Pipeline tells the story of a few project sales, invented and always the same: how deals
// walk through the stages of a tender, which steps are refused and why, what a new version
// of the process would do to the deals in flight, and how it is carried out. It ends with
// the diagram of the new version.
//
// The other formats of -format are json, the whole story, and mermaid and dot, the diagram
// of the first version with what 200 simulated sales did in it.
//
//	go run ./examples/pipeline
//	go run ./examples/pipeline -format mermaid
//	go run ./examples/pipeline -definition process.json -format dot
//
// With -definition it checks a process of your own instead, prints everything that is
// wrong or odd about it, and lists or draws its stages. The form of the file is that of
// [pipeline.ParseDefinition]; -format json writes it in order.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(command(os.Args[1:], os.Stdout, os.Stderr)) }

// command returns the exit code: 0, 1 if the work failed or a definition is wrong, 2 for
// flags that cannot be.
func command(args []string, out, problems io.Writer) int {
	flags := flag.NewFlagSet("pipeline", flag.ContinueOnError)
	flags.SetOutput(problems)
	definition := flags.String("definition", "", "`FILE` with a process in JSON to check and draw, - for the standard input")
	format := flags.String("format", "table", "`FORMAT` of what is printed: table, json, mermaid or dot")
	flags.Usage = func() {
		fmt.Fprintln(problems, "pipeline tells the story of a few project sales, or checks and draws a process of yours.\n\nUsage: pipeline [-definition FILE] [-format table|json|mermaid|dot]")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case err == flag.ErrHelp:
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(problems, "pipeline: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	show, ok := formats()[*format]
	if !ok {
		fmt.Fprintf(problems, "pipeline: unknown format %q: want table, json, mermaid or dot\n", *format)
		return 2
	}
	work := show.story
	if *definition != "" {
		work = func(out io.Writer) error { return examine(*definition, show.process, out, problems) }
	}
	var text bytes.Buffer // printed in one go, so that one check is enough
	err := work(&text)
	if _, failed := text.WriteTo(out); err == nil {
		err = failed
	}
	if err != nil {
		fmt.Fprintln(problems, "pipeline:", err)
		return 1
	}
	return 0
}
