package lead

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// decode reads a form of this package strictly. The format is looked at first, since
// a newer one explains unknown fields.
func decode(subject string, text []byte, form any) error {
	found, err := exactjson.DecodeFormat(text, jsonFormat, form)
	if err == nil && found != jsonFormat {
		return &FormatError{Subject: subject, Format: found}
	}
	if err == nil {
		err = complete(text, form)
	}
	if err != nil {
		return fmt.Errorf("lead: %s: %w", subject, err)
	}
	return nil
}

// complete refuses text in which something is absent that the form writes, or is null
// where the form has a value: it was read as 0, and a scorecard without its points or its
// intercept would score on.
func complete(text []byte, form any) error {
	written, err := json.Marshal(form)
	if err != nil {
		return err
	}
	var want, got any
	if err := json.Unmarshal(written, &want); err != nil {
		return err
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	return holds(got, want)
}

// holds returns nil if a value that was given has all the parts of the one that was read.
func holds(given, read any) error {
	if given == nil && read != nil {
		return errors.New("null stands where a value should be")
	}
	switch read := read.(type) {
	case map[string]any:
		fields, _ := given.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(read)) {
			field, there := fields[name]
			if !there {
				return fmt.Errorf("field %q is absent", name)
			}
			if err := holds(field, read[name]); err != nil {
				return fmt.Errorf("field %q: %w", name, err)
			}
		}
	case []any:
		list, _ := given.([]any)
		for i := range min(len(list), len(read)) {
			if err := holds(list[i], read[i]); err != nil {
				return fmt.Errorf("entry %d: %w", i, err)
			}
		}
	}
	return nil
}
