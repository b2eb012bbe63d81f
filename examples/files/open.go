package files

import (
	"errors"
	"fmt"
	"os"
)

// OverwriteError reports a report that would be written over what it is made of.
type OverwriteError struct {
	Out  string // path of the report
	What string // that it would overwrite
}

// Error names both.
func (e *OverwriteError) Error() string {
	return fmt.Sprintf("-out %s would overwrite the %s", e.Out, e.What)
}

// Open opens a CSV file that holds what. The report must not be written over it: out is
// the path of the report, empty for none. The error is an [*OverwriteError] or one of
// opening a file.
func Open(path, what, out string) (*os.File, error) {
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
			err = &OverwriteError{Out: out, What: what}
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
