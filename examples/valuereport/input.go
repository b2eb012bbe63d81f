package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
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
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a directory, not a CSV file", path)
	case out != "":
		if target, found := os.Stat(out); found == nil && os.SameFile(info, target) {
			err = usageError(fmt.Sprintf("-out %s would overwrite the %s", out, what))
		}
	}
	if err != nil {
		_ = file.Close() // the first error says more
		return nil, err
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
