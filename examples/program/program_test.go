package program_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/examples/program"
)

func ExampleExit() {
	flags := flag.NewFlagSet("tiers", flag.ContinueOnError)
	flags.String("format", "table", "`FORMAT`: table or json")
	err := program.Parse(flags, []string{"-form", "json"}, "tiers cuts a ranking into tiers.", os.Stdout)
	fmt.Println(program.Exit("tiers", err, os.Stdout))
	// Output:
	// tiers: flag provided but not defined: -form (tiers -h lists the flags)
	// 2
}

func TestExit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		err  error
		code int
		says string
	}{
		{nil, nil, 0, ""},
		{[]string{"-h"}, nil, 0, ""},
		{[]string{"now"}, nil, 2, "p: unexpected argument \"now\" (p -h lists the flags)\n"},
		{[]string{"-a", ""}, nil, 2, "p: -a is empty (p -h lists the flags)\n"},
		{nil, errors.New("row 3:\r\nno date"), 1, "p: row 3:  no date\n"},
	} {
		flags := flag.NewFlagSet("p", flag.ContinueOnError)
		flags.String("a", "x", "`FILE`")
		var help, stderr strings.Builder
		err := program.Parse(flags, c.args, "p is a program.", &help)
		if err == nil {
			err = program.NoneEmpty(flags)
		}
		if err == nil {
			err = c.err
		}
		require.Equal(t, c.code, program.Exit("p", err, &stderr), "%q", c.args)
		require.Equal(t, c.says, stderr.String(), "%q", c.args)
		require.Equal(t, len(c.args) > 0 && c.args[0] == "-h", strings.HasPrefix(help.String(), "p is a program.\n  -a FILE"), "%q", c.args)
	}
}
