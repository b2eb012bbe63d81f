package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// definitionFormat is the version of the JSON form of a definition, in its field
// "format". It is raised when a field is added or its meaning changes; older formats
// stay readable.
const definitionFormat = 1

const (
	// MaxDefinitionText is the size in bytes up to which the text of a definition is read.
	MaxDefinitionText = 4 << 20
	// maxNesting is deeper than any definition; deeper text is not looked at.
	maxNesting = 16
)

// TextError says that a text is no definition that this version of the package reads.
// It is not about what the definition says: see [Inspect].
type TextError struct {
	Format int   // of the text if it is not the one that is read, 0 for none
	Err    error // what is wrong with the text otherwise
}

func (e *TextError) Error() string {
	switch {
	case e.Err == nil && e.Format == 0:
		return fmt.Sprintf(`pipeline: the definition has no "format", want %d`, definitionFormat)
	case e.Err == nil:
		return fmt.Sprintf("pipeline: the definition has format %d, this version reads %d", e.Format, definitionFormat)
	}
	return fmt.Sprintf("pipeline: text of a definition: %s", bare(e.Err))
}

// Unwrap returns what is wrong with the text.
func (e *TextError) Unwrap() error { return e.Err }

// definitionForm is a definition in JSON, with its format first.
type definitionForm struct {
	Format int `json:"format"`
	plainDefinition
}

type plainDefinition Definition

// ParseDefinition reads the JSON of a definition: an object with "format": 1 and the
// fields of [Definition] under the names in their tags, of which those that are empty may
// be left out. Kinds, categories and severities are the words of their String methods, a
// [Span] is a text such as "8h working". The text is taken literally: a field that there
// is not, that comes twice or in other letter case, text that follows, and bytes that are
// no UTF-8 are errors. The error is a [*TextError]; what the definition says is for
// [Compile] to check.
func ParseDefinition(text []byte) (Definition, error) {
	refuse := func(format string, args ...any) (Definition, error) {
		return Definition{}, &TextError{Err: fmt.Errorf(format, args...)}
	}
	if len(text) > MaxDefinitionText {
		return refuse("%d bytes, at most %d are read", len(text), MaxDefinitionText)
	}
	if err := outsized(text); err != nil {
		return refuse("%w", err)
	}
	// The format comes first: a newer one explains unknown fields.
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return refuse("%w", located(text, err))
	}
	if head.Format != definitionFormat {
		return Definition{}, &TextError{Format: head.Format}
	}
	var form definitionForm
	if err := exactjson.Decode(text, &form); err != nil {
		return refuse("%w", located(text, err))
	}
	return Definition(form.plainDefinition), nil
}

// located says in which line of a text, and in which field of a definition, an error of
// encoding/json lies, for whoever writes definitions by hand.
func located(text []byte, err error) error {
	line := func(offset int64) int { return 1 + bytes.Count(text[:min(int(offset), len(text))], []byte("\n")) }
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &locatedError{fmt.Sprintf("line %d: %v", line(e.Offset), e), err}
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := strings.TrimPrefix(strings.TrimPrefix(e.Field, "plainDefinition"), ".")
		if field == "" {
			field = "the definition"
		}
		return &locatedError{fmt.Sprintf("line %d: %s is a JSON %s, want %s", line(e.Offset), field, e.Value, wanted(e.Type.Kind().String())), err}
	}
	return &locatedError{strings.TrimPrefix(err.Error(), "json: "), err}
}

// wanted says what JSON has for a kind of Go's.
func wanted(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "string":
		return "a string"
	case "slice":
		return "an array"
	case "struct":
		return "an object"
	}
	return "a whole number"
}

// locatedError has a text of its own for an error of encoding/json.
type locatedError struct {
	text string
	err  error
}

func (e *locatedError) Error() string { return e.text }

func (e *locatedError) Unwrap() error { return e.err }

// outsized says why a text is not worth reading, from its brackets and commas alone: a few
// bytes of a list make hundreds of a stage.
func outsized(text []byte) error {
	open, entries, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
		case c == '}' || c == ']':
			open--
		case c == ',' && open == 2: // in a list of the definition itself
			entries++
		}
		if open > maxNesting {
			return fmt.Errorf("more than %d brackets are open", maxNesting)
		}
		if entries > MaxNames {
			return fmt.Errorf("more than %d entries of lists", MaxNames)
		}
	}
	return nil
}

// Text returns the definition as JSON that people can read and compare: indented, in the
// order of the fields, with a newline at its end. [ParseDefinition] reads it, and the
// definition that it reads has the same text, byte for byte. The error is an
// [*InputError] for a text that is no UTF-8 or a kind that is none of the constants.
func (d Definition) Text() ([]byte, error) {
	text, err := d.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// MarshalJSON writes what [ParseDefinition] reads. The errors are those of Text.
func (d Definition) MarshalJSON() ([]byte, error) {
	if !utf8.ValidString(fmt.Sprint(plainDefinition(d))) { // JSON would replace the bytes
		return nil, &InputError{Name: "definition", Value: d.ID, Want: "texts in UTF-8"}
	}
	d = d.clone()
	d.Stages, d.Transitions = some(d.Stages), some(d.Transitions)
	for i := range d.Stages {
		d.Stages[i].Enter, d.Stages[i].Leave = d.Stages[i].Enter.normal(), d.Stages[i].Leave.normal()
	}
	for i := range d.Transitions {
		d.Transitions[i].Gate = d.Transitions[i].Gate.normal()
	}
	for i := range d.Reasons {
		d.Reasons[i].Reasons = some(d.Reasons[i].Reasons)
	}
	for i := range d.Checklists {
		d.Checklists[i].Items = some(d.Checklists[i].Items)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(definitionForm{definitionFormat, plainDefinition(d)}); err != nil {
		if bad, ok := errors.AsType[*InputError](err); ok {
			return nil, bad
		}
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads what ParseDefinition reads, with its errors; JSON null changes
// nothing.
func (d *Definition) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	read, err := ParseDefinition(text)
	if err == nil {
		*d = read
	}
	return err
}

// normal returns the one form of a gate that demands nothing.
func (g Gate) normal() Gate {
	if g.empty() {
		return Gate{}
	}
	return g
}

// some returns an empty list for none, so that JSON has a list and no null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
