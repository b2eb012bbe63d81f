package main

import (
	"errors"
	"io"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/program"
)

// inputFile is the file that is read, with a progress bar if somebody watches.
type inputFile struct {
	io.Reader
	name  string
	close func() error
	bar   *progressbar.ProgressBar // nil if nobody watches
}

// openInput opens a file that holds what, or takes standard input for "-". The report
// must not be written over it.
func openInput(path, what, out string, stdin io.Reader, stderr io.Writer) (*inputFile, error) {
	if path == "-" {
		return &inputFile{Reader: stdin, name: "standard input", close: func() error { return nil }}, nil
	}
	file, err := files.Open(path, what, out)
	if over, ok := errors.AsType[*files.OverwriteError](err); ok {
		return nil, program.UsageError(over.Error())
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	in := &inputFile{Reader: file, name: filepath.Base(path), close: file.Close}
	if isTerminal(stderr) && info.Mode().IsRegular() {
		in.bar = progressbar.NewOptions64(info.Size(),
			progressbar.OptionSetWriter(stderr),
			progressbar.OptionSetDescription("reading "+in.name),
			progressbar.OptionShowBytes(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return in, nil
}

// Read reads from the file and moves the progress bar.
func (in *inputFile) Read(p []byte) (int, error) {
	n, err := in.Reader.Read(p)
	if in.bar != nil {
		_ = in.bar.Add(n) // a bar that cannot be drawn is no reason to stop
	}
	return n, err
}

// clearProgress takes the bar away so that a line can be printed.
func (in *inputFile) clearProgress() {
	if in.bar != nil {
		_ = in.bar.Clear()
	}
}

// Close closes the file.
func (in *inputFile) Close() error { return in.close() }

func isTerminal(w io.Writer) bool {
	file, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(file.Fd()))
}
