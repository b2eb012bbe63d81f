package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// Rules are rules that are kept as a file.
type Rules []Rule

// The versions of the written forms.
const (
	rulesVersion = 1
	firedVersion = 1
)

type rulesFile struct {
	Version int    `json:"version"`
	Rules   []Rule `json:"rules"`
}

// FileError says that a text is no file of its kind.
type FileError struct {
	Kind string // "rules", "fired rules", …
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("pipeline: %s: %s", e.Kind, inner(e.Err)) }

// inner is the message of an error within another of this package.
func inner(err error) string { return strings.TrimPrefix(err.Error(), "pipeline: ") }

// Unwrap returns what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// Check returns everything that is wrong with the rules by themselves, each a
// [*RuleError], joined; nil for rules that will do.
func (r Rules) Check() error {
	var wrong []error
	seen := make(map[string]bool, len(r))
	for i := range r {
		reason := r[i].problem()
		if seen[r[i].ID] {
			reason = "another rule has the id"
		}
		if reason != "" {
			wrong = append(wrong, &RuleError{i, r[i].ID, reason})
		}
		seen[r[i].ID] = true
	}
	return errors.Join(wrong...)
}

// MarshalJSON writes the rules with a version. The error is that of Check.
func (r Rules) MarshalJSON() ([]byte, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	return json.Marshal(rulesFile{rulesVersion, append([]Rule{}, r...)})
}

// UnmarshalJSON reads what MarshalJSON writes. It refuses fields that rules do not have,
// that come twice or are in other letters. The error is a [*FileError], or that of Check;
// r is then unchanged.
func (r *Rules) UnmarshalJSON(text []byte) error {
	var file rulesFile
	if err := readFile("rules", text, &file, &file.Version, rulesVersion, "parameters"); err != nil {
		return err
	}
	if err := Rules(file.Rules).Check(); err != nil {
		return err
	}
	*r = file.Rules
	return nil
}

// readFile reads a versioned form.
func readFile(kind string, text []byte, file any, version *int, want int, freely ...string) error {
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return &FileError{kind, errors.New("want an object")}
	}
	if err := exactjson.Decode(text, file, freely...); err != nil {
		return &FileError{kind, err}
	}
	if *version != want {
		return &FileError{kind, fmt.Errorf("version %d, want %d", *version, want)}
	}
	return nil
}

type firedFile struct {
	Version int         `json:"version"`
	Record  rapport.ID  `json:"record"`
	Seq     int64       `json:"seq"`
	Cycle   int         `json:"cycle"`
	Rules   []firedRule `json:"rules,omitempty"`
}

// MarshalJSON writes the value with a version.
func (f Fired) MarshalJSON() ([]byte, error) {
	return json.Marshal(firedFile{firedVersion, f.record, f.seq, f.cycle, f.rules})
}

// UnmarshalJSON reads what MarshalJSON writes. The error is a [*FileError]; f is then
// unchanged.
func (f *Fired) UnmarshalJSON(text []byte) error {
	var file firedFile
	if err := readFile("fired rules", text, &file, &file.Version, firedVersion); err != nil {
		return err
	}
	read := Fired{file.Record, file.Seq, file.Cycle, file.Rules}
	if reason := read.problem(); reason != "" {
		return &FileError{"fired rules", errors.New(reason)}
	}
	*f = read
	return nil
}

func (f *Fired) problem() string {
	if f.record == "" {
		if f.seq != 0 || f.cycle != 0 || len(f.rules) > 0 {
			return "no record"
		}
		return ""
	}
	if f.record.Validate() != nil || f.seq < 0 || f.cycle < 0 {
		return "a record without id, or negative numbers"
	}
	last := ""
	for i := range f.rules {
		r := &f.rules[i]
		if !wellFormed(r.Rule) || r.Rule <= last || r.Times < 0 || r.Cycle < 0 {
			return fmt.Sprintf("rule %.80q: want ids in ascending order and no negative numbers", r.Rule)
		}
		last = r.Rule
	}
	return ""
}
