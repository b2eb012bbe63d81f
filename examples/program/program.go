// Package program holds what the programs of examples do alike with their command line
// and their errors.
//
// The exit code is 0; or 1 for input at fault, with one line on standard error; or 2 for
// flags at fault.
package program

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// UsageError is a command line that cannot be carried out: exit code 2.
type UsageError string

// Error returns the text.
func (e UsageError) Error() string { return string(e) }

// Exit says on stderr, in one line, why the program of that name ends, and returns its
// exit code: 0 for nil and for help that was given ([flag.ErrHelp]), 2 for a
// [UsageError], 1 for any other error.
func Exit(name string, err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if usage, ok := errors.AsType[UsageError](err); ok {
		fmt.Fprintf(stderr, "%s: %s (%s -h lists the flags)\n", name, OneLine(usage), name)
		return 2
	}
	fmt.Fprintf(stderr, "%s: %s\n", name, OneLine(err))
	return 1
}

// OneLine keeps a message on one line, whatever it quotes.
func OneLine(err error) string {
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(err.Error())
}

// Parse reads a command line without arguments. Help that was asked for goes to help,
// after what the program is about, and the error is [flag.ErrHelp] then; any other is a
// [UsageError].
func Parse(flags *flag.FlagSet, args []string, about string, help io.Writer) error {
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(help, about)
		flags.SetOutput(help)
		flags.PrintDefaults()
		return flag.ErrHelp
	case err != nil:
		return UsageError(err.Error())
	case flags.NArg() > 0:
		return UsageError(fmt.Sprintf("unexpected argument %q", flags.Arg(0)))
	}
	return nil
}

// NoneEmpty returns a [UsageError] for a flag that was given an empty value: that is a
// script's variable that was not set, and no wish for the default.
func NoneEmpty(flags *flag.FlagSet) error {
	var err error
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			err = UsageError("-" + f.Name + " is empty")
		}
	})
	return err
}
