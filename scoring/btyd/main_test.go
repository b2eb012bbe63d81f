package btyd_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// The properties are tried on 40 draws a family, and on fewer under the race detector,
// which looks for races and not for numbers. -rapid.checks tries more.
func TestMain(m *testing.M) {
	checks := "40"
	if underRace {
		checks = "8"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	flag.Parse()
	os.Exit(m.Run())
}
