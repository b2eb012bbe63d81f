package identity

import (
	"fmt"

	"github.com/rapport-crm/rapport"
)

// MaxFields is the greatest number of fields of a [Schema].
const MaxFields = 32

// Field is one column that records are compared on.
type Field struct {
	Name string `json:"name"` // the column's name, the key of the field in a schema
	Kind Kind   `json:"kind"` // how its values are standardised and compared
}

// Schema names the fields of a record, in the order of [Record.Values].
type Schema struct {
	Fields []Field `json:"fields"`
}

// Record is one record of a source, as given.
type Record struct {
	ID     rapport.ID `json:"id"`     // unique in its table
	Values []string   `json:"values"` // Values[i] belongs to Fields[i]; "" and blanks are missing
}

// A SchemaError reports a schema that nothing can be compared by, or two that differ.
type SchemaError struct {
	Field  int    // the place of the field, from 0; -1: the schema as a whole
	Name   string // its name
	Reason string // such as "no name"
}

// Error says which field is wrong and why.
func (e *SchemaError) Error() string {
	if e.Field < 0 {
		return "identity: schema: " + e.Reason
	}
	return fmt.Sprintf("identity: schema: field %d %q: %s", e.Field, e.Name, e.Reason)
}

// A RecordError reports a record that a table cannot take.
type RecordError struct {
	Record int        // its place, from 0; -1: a record that was passed by itself
	ID     rapport.ID // as given
	Field  string     // the field, "" for the record as a whole
	Err    error
}

// Error says which record, which field, and why.
func (e *RecordError) Error() string {
	place := ""
	if e.Record >= 0 {
		place = fmt.Sprintf(" %d", e.Record)
	}
	if e.Field != "" {
		return fmt.Sprintf("identity: record%s %q, field %q: %v", place, e.ID, e.Field, e.Err)
	}
	return fmt.Sprintf("identity: record%s %q: %v", place, e.ID, e.Err)
}

// Unwrap returns the reason: [ErrDuplicateRecord], [ErrValueCount], [ErrNoRecord], the
// error of the id or of the standard form.
func (e *RecordError) Unwrap() error { return e.Err }

// Validate returns nil or a [*SchemaError]: a schema has 1 to [MaxFields] fields with
// names that differ and kinds that are known.
func (s Schema) Validate() error {
	if n := len(s.Fields); n == 0 || n > MaxFields {
		return &SchemaError{Field: -1, Reason: fmt.Sprintf("%d fields, want 1 to %d", n, MaxFields)}
	}
	seen := make(map[string]bool, len(s.Fields))
	for i, f := range s.Fields {
		switch {
		case f.Name == "":
			return &SchemaError{Field: i, Reason: "no name"}
		case seen[f.Name]:
			return &SchemaError{Field: i, Name: f.Name, Reason: "the name of an earlier field"}
		case !f.Kind.IsValid():
			return &SchemaError{Field: i, Name: f.Name, Reason: fmt.Sprintf("unknown kind %d", f.Kind)}
		}
		seen[f.Name] = true
	}
	return nil
}

// same returns nil if two schemas have the same fields in the same order.
func (s Schema) same(o Schema) error {
	if len(s.Fields) != len(o.Fields) {
		return &SchemaError{Field: -1, Reason: fmt.Sprintf("%d fields, want %d", len(o.Fields), len(s.Fields))}
	}
	for i, f := range s.Fields {
		if o.Fields[i] != f {
			return &SchemaError{Field: i, Name: o.Fields[i].Name,
				Reason: fmt.Sprintf("want field %q of kind %v", f.Name, f.Kind)}
		}
	}
	return nil
}
