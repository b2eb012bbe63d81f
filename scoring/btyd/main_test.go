package btyd_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// The properties are tried on fewer draws under the race detector, which looks for races and
// not for numbers; a number given on the command line counts.
func TestMain(m *testing.M) {
	if underRace {
		if err := flag.Set("rapid.checks", "8"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}
