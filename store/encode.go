package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/pipeline"
)

// storedFormat is the version of the form of a stored record. A later version reads the
// earlier ones. Entries carry a version of their own.
const storedFormat = 1

type storedRecord[T Kept] struct {
	Format int `json:"format"`
	Record T   `json:"record"`
}

// encodeRecord returns a record as it is kept. The error is an [*ArgumentError]: text
// that is not UTF-8 would not come back as it was.
func encodeRecord[T Kept](record T) (string, error) {
	text, err := json.Marshal(storedRecord[T]{storedFormat, record})
	if err != nil {
		return "", &ArgumentError{Name: string(KindOf[T]()), Err: err}
	}
	if replaced(string(text)) {
		return "", &ArgumentError{Name: string(KindOf[T]()), Reason: "holds text that is not UTF-8"}
	}
	return string(text), nil
}

// replaced reports whether JSON has text in place of which encoding/json wrote the sign
// for what is not UTF-8. It writes that sign with a backslash, and one that was in the
// text without.
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

// DecodeRecord reads [RecordRow].Doc, for back ends; its errors wrap [ErrCorrupt].
func DecodeRecord[T Kept](doc string) (T, error) {
	var none T
	var read storedRecord[T]
	if err := json.Unmarshal([]byte(doc), &read); err != nil {
		return none, fmt.Errorf("%w: %s: %w", ErrCorrupt, KindOf[T](), err)
	}
	if read.Format != storedFormat {
		return none, fmt.Errorf("%w: a %s has format %d, this program knows %d", ErrCorrupt, KindOf[T](), read.Format, storedFormat)
	}
	return read.Record, nil
}

func encodeEntry(e pipeline.Entry) (string, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return "", &ArgumentError{Name: "entry", Err: err}
	}
	return string(text), nil
}

// DecodeEntry reads [EntryRow].Doc, for back ends; its errors wrap [ErrCorrupt].
func DecodeEntry(doc string) (pipeline.Entry, error) {
	var e pipeline.Entry
	if err := json.Unmarshal([]byte(doc), &e); err != nil {
		return pipeline.Entry{}, fmt.Errorf("%w: entry: %w", ErrCorrupt, err)
	}
	return e, nil
}
