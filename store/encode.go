package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/pipeline"
)

// encode returns a record or an entry as it is kept: its own JSON, which has a version.
// The error is an [*ArgumentError]: text that is not UTF-8 would not come back as it was.
func encode(name string, value json.Marshaler) (string, error) {
	text, err := value.MarshalJSON()
	if err != nil {
		return "", &ArgumentError{Name: name, Err: err}
	}
	if replaced(string(text)) {
		return "", &ArgumentError{Name: name, Reason: "holds text that is not UTF-8"}
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
	var record T
	err := decode(string(KindOf[T]()), any(&record).(json.Unmarshaler), doc)
	return record, err
}

// DecodeEntry reads [EntryRow].Doc, for back ends; its errors wrap [ErrCorrupt].
func DecodeEntry(doc string) (pipeline.Entry, error) {
	var e pipeline.Entry
	err := decode("entry", &e, doc)
	return e, err
}

func decode(name string, into json.Unmarshaler, doc string) error {
	if err := into.UnmarshalJSON([]byte(doc)); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrCorrupt, name, err)
	}
	return nil
}
