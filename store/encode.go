package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/pipeline"
)

// Stored are the records and entries that have a stored form.
type Stored interface{ Kept | pipeline.Entry }

// storedFormat is the version of the stored form. A later version reads the earlier
// ones.
const storedFormat = 1

type stored[T Stored] struct {
	Format int `json:"format"`
	Value  T   `json:"value"`
}

// Encode returns a record or an entry in the form in which it is kept, for back ends:
// JSON with a version. The error is an [*ArgumentError]: text that is not UTF-8 would
// not come back as it was.
func Encode[T Stored](value T) (string, error) {
	text, err := json.Marshal(stored[T]{storedFormat, value})
	if err != nil {
		return "", &ArgumentError{Name: fmt.Sprintf("%T", value), Err: err}
	}
	if replaced(string(text)) {
		return "", &ArgumentError{Name: fmt.Sprintf("%T", value), Reason: "holds text that is not UTF-8"}
	}
	return string(text), nil
}

// replaced reports whether JSON has text in place of which encoding/json wrote the sign
// for what is not UTF-8. It writes that sign with a backslash, and one that was in
// the text without.
func replaced(text string) bool {
	for {
		before, after, found := strings.Cut(text, `\ufffd`)
		if !found {
			return false
		}
		if (len(before)-len(strings.TrimRight(before, `\`)))%2 == 0 {
			return true
		}
		text = after
	}
}

// Decode is the way back; its errors wrap [ErrCorrupt].
func Decode[T Stored](text string) (T, error) {
	var none T
	var read stored[T]
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return none, fmt.Errorf("%w: %T: %w", ErrCorrupt, none, err)
	}
	if read.Format != storedFormat {
		return none, fmt.Errorf("%w: a %T has format %d, this program knows %d", ErrCorrupt, none, read.Format, storedFormat)
	}
	return read.Value, nil
}
