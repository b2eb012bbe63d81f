// Command accuracy fits every model to the reference data and prints, in Markdown,
// how far log-likelihoods, parameters and predictions are from the stored truths, beside what
// the tools of the field reached:
//
//	cd internal/compare && go run ./accuracy
//
// The data are looked for in ../shared, seen from the root of the core module, or
// where RAPPORT_DATA points.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// run prints all tables.
func run(ctx context.Context, w io.Writer) error {
	var sets []*dataSet
	for _, c := range []struct{ name, log, reference, until, covariates string }{
		{"CDNOW", "data/cdnow_sample.csv", "reference/clv/cdnow_sample.json", "1997-09-30", ""},
		{"apparel", "data/apparel.csv", "reference/clv/apparel.json", "2006-12-31", "data/apparel_covariates.csv"},
	} {
		set, err := readSet(ctx, c.name, c.log, c.reference, c.until, c.covariates)
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	for _, table := range []func(context.Context, io.Writer, []*dataSet) error{fits, predictions, holdouts} {
		if err := table(ctx, w, sets); err != nil {
			return err
		}
	}
	if err := discrete(ctx, w); err != nil {
		return err
	}
	return stress(w)
}
