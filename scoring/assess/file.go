package assess

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// format is the version of the files that this release writes.
const format = 1

// heading opens every file. Field order is part of the forms: what was written once is
// written again byte for byte.
type heading struct {
	Format int    `json:"format"`
	Kind   string `json:"kind"`
}

func headingOf(kind string) heading { return heading{format, "rapport/assess-" + kind} }

// read decodes a file of a kind. The heading is looked at first, so that a later
// format is named as such and not by a field that this one does not know.
func read(text []byte, kind string, into any) error {
	var found heading
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("assess: %s: %w: %w", kind, ErrFormat, err)
	}
	if want := headingOf(kind); found != want {
		return fmt.Errorf("assess: kind %.40q format %d, want %q format %d: %w", found.Kind, found.Format, want.Kind, want.Format, ErrFormat)
	}
	if err := exactjson.Decode(text, into); err != nil {
		return fmt.Errorf("assess: %s: %w: %w", kind, ErrFormat, err)
	}
	return nil
}
