package credit

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// format is the version of the files that this release writes.
const format = 1

// file is the form of everything that is kept: {"format":1,"kind":"rapport/credit-…",
// "value":{…}}. Field order is part of it: what was written once is written again byte
// for byte.
type file[T any] struct {
	Format int    `json:"format"`
	Kind   string `json:"kind"`
	Value  *T     `json:"value"`
}

type validator interface{ Validate() error }

// write marshals the body of a valid value.
func write[T any](kind string, v validator, body T) ([]byte, error) {
	if err := v.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(file[T]{format, "rapport/credit-" + kind, &body})
}

// read decodes a file of a kind. Format and kind are looked at first, so that a later
// format is named as such and not by a field that this one does not know.
func read[T any](text []byte, kind string) (body T, err error) {
	var found struct {
		Format int    `json:"format"`
		Kind   string `json:"kind"`
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return body, fmt.Errorf("credit: %s: %w: %w", kind, ErrFormat, err)
	}
	if want := "rapport/credit-" + kind; found.Kind != want || found.Format != format {
		return body, fmt.Errorf("credit: kind %.40q format %d, want %q format %d: %w", found.Kind, found.Format, want, format, ErrFormat)
	}
	var f file[T]
	if err := exactjson.Decode(text, &f); err != nil {
		return body, fmt.Errorf("credit: %s: %w: %w", kind, ErrFormat, err)
	}
	if f.Value == nil {
		return body, fmt.Errorf("credit: %s: no value: %w", kind, ErrFormat)
	}
	return *f.Value, nil
}

// keep puts a value in place if it is valid.
func keep[T validator](into *T, got T) error {
	if err := got.Validate(); err != nil {
		return err
	}
	*into = got
	return nil
}
