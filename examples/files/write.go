// Package files opens the files that the programs of examples read, and writes reports
// that appear whole or not at all.
package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes to the file at path, or to stdout if path is empty or "-".
// A file appears whole or not at all: it is written beside its place and then
// renamed. A place that is no regular file, such as a pipe, is written to; a
// symbolic link stays, and what it points to is replaced. A new file has the
// permissions that the user's umask grants, an older one keeps its own.
func Write(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return buffered(stdout, write)
	}
	place := path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		place = target
	}
	mode := fs.FileMode(0o666)
	info, err := os.Stat(place)
	older := err == nil
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("-out %s is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		file, err := os.OpenFile(place, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(buffered(file, write), file.Close())
	case err == nil:
		mode = info.Mode().Perm()
	}
	file, err := createBeside(place, mode)
	if err != nil {
		return fmt.Errorf("-out %s: %w", path, err)
	}
	if older {
		err = file.Chmod(mode) // the umask may have taken some of it away
	}
	err = errors.Join(err, buffered(file, write), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), place)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("-out %s: %w", path, err), os.Remove(file.Name()))
	}
	return nil
}

// createBeside creates a new file in the folder of path. It is not
// [os.CreateTemp], whose files are for their owner only whatever the umask says.
func createBeside(path string, mode fs.FileMode) (*os.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".rapport-%d-%d", os.Getpid(), try))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}
