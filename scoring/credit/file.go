package credit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

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
	return *f.Value, complete(text, f, kind)
}

// complete refuses a text without a field that is always written: read as nothing, a
// limit or a rule for holds that was lost on the way would let every order pass.
func complete(text []byte, value any, kind string) error {
	again, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("credit: %s: %w: %w", kind, ErrFormat, err)
	}
	var found, written any
	if err := errors.Join(json.Unmarshal(text, &found), json.Unmarshal(again, &written)); err != nil {
		return fmt.Errorf("credit: %s: %w: %w", kind, ErrFormat, err)
	}
	if field := lacking(found, written); field != "" {
		return fmt.Errorf("credit: %s: no field %q: %w", kind, field, ErrFormat)
	}
	return nil
}

// lacking returns the first field, in byte order, that is written and not found.
func lacking(found, written any) string {
	switch written := written.(type) {
	case map[string]any:
		fields, _ := found.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(written)) {
			if _, ok := fields[name]; !ok {
				return name
			}
			if field := lacking(fields[name], written[name]); field != "" {
				return field
			}
		}
	case []any:
		list, _ := found.([]any)
		for i, one := range written[:min(len(written), len(list))] {
			if field := lacking(list[i], one); field != "" {
				return field
			}
		}
	}
	return ""
}

// keep puts a value in place if it is valid.
func keep[T validator](into *T, got T) error {
	if err := got.Validate(); err != nil {
		return err
	}
	*into = got
	return nil
}
