package identity

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// What a [*RecordError] can wrap besides the errors of ids and of values.
var (
	// ErrDuplicateRecord: another record of the table has the same id.
	ErrDuplicateRecord = errors.New("the id of an earlier record")
	// ErrValueCount: a record has more or fewer values than the schema has fields.
	ErrValueCount = errors.New("the number of values is not that of the fields")
	// ErrNoRecord: no record has this id.
	ErrNoRecord = errors.New("no record has this id")
)

// TableOptions says how a table is made; nil means the defaults.
type TableOptions struct {
	// Standardiser brings values into standard form; nil: that of [NewStandardiser]
	// without options.
	Standardiser *Standardiser
	// Workers bounds the goroutines; 0 means GOMAXPROCS. The table does not depend on it.
	Workers int
}

// Table is the records of one source in standard form, each distinct value of a
// field once. It is immutable and safe to share.
type Table struct {
	schema       Schema
	standardiser *Standardiser
	ids          []rapport.ID
	columns      []column
}

// column is the values of one field. Value 0 is the missing one.
type column struct {
	forms []string // distinct standard forms in the order of their first record; forms[0] is ""
	codes []uint32 // the place in forms, by record
}

// NewTable standardises records. Its errors are a [*SchemaError], or a [*RecordError]
// for the first record that has a bad id, an id twice, or a value that its kind
// cannot take. No records are a table too.
func NewTable(schema Schema, records []Record, o *TableOptions) (*Table, error) {
	if err := schema.Validate(); err != nil {
		return nil, err
	}
	options, err := o.orDefault()
	if err != nil {
		return nil, err
	}
	t := &Table{
		schema:       Schema{Fields: append([]Field(nil), schema.Fields...)},
		standardiser: options.Standardiser,
		ids:          make([]rapport.ID, len(records)),
		columns:      make([]column, len(schema.Fields)),
	}
	seen := make(map[rapport.ID]struct{}, len(records))
	for i, r := range records {
		if err := checkRecord(i, r, len(schema.Fields)); err != nil {
			return nil, err
		}
		if _, ok := seen[r.ID]; ok {
			return nil, &RecordError{Record: i, ID: r.ID, Err: ErrDuplicateRecord}
		}
		seen[r.ID] = struct{}{}
		t.ids[i] = r.ID
	}
	problems := make([]*RecordError, len(t.columns))
	numeric.Parallel(options.Workers, len(t.columns), func(f int) {
		t.columns[f], problems[f] = newColumn(t.standardiser, schema.Fields[f], f, records)
	})
	var first *RecordError
	for _, p := range problems {
		if p != nil && (first == nil || p.Record < first.Record) {
			first = p
		}
	}
	if first != nil {
		return nil, first
	}
	return t, nil
}

func (o *TableOptions) orDefault() (TableOptions, error) {
	var c TableOptions
	if o != nil {
		c = *o
	}
	if c.Workers < 0 {
		return c, &OptionError{Name: "Workers", Value: float64(c.Workers), Range: "0 or more"}
	}
	if c.Standardiser == nil {
		s, err := NewStandardiser(nil)
		if err != nil {
			return c, err
		}
		c.Standardiser = s
	}
	return c, nil
}

// checkRecord checks what can be checked of a record by itself.
func checkRecord(place int, r Record, fields int) error {
	if err := r.ID.Validate(); err != nil {
		return &RecordError{Record: place, ID: r.ID, Err: err}
	}
	if len(r.Values) != fields {
		return &RecordError{Record: place, ID: r.ID,
			Err: fmt.Errorf("%w: %d values for %d fields", ErrValueCount, len(r.Values), fields)}
	}
	return nil
}

// newColumn standardises one field of all records, each distinct value once.
func newColumn(s *Standardiser, field Field, f int, records []Record) (column, *RecordError) {
	c := column{forms: []string{""}, codes: make([]uint32, len(records))}
	given := map[string]uint32{"": 0}
	standard := map[string]uint32{"": 0}
	for i := range records {
		value := records[i].Values[f]
		code, ok := given[value]
		if !ok {
			form, err := s.Form(field.Kind, value)
			if err != nil {
				return c, &RecordError{Record: i, ID: records[i].ID, Field: field.Name, Err: err}
			}
			if code, ok = standard[form.Text]; !ok {
				code = uint32(len(c.forms))
				c.forms = append(c.forms, form.Text)
				standard[form.Text] = code
			}
			given[value] = code
		}
		c.codes[i] = code
	}
	return c, nil
}

// Len returns the number of records.
func (t *Table) Len() int { return len(t.ids) }

// ID returns the id of the record at a place, from 0 to Len()−1.
func (t *Table) ID(place int) rapport.ID { return t.ids[place] }

// Schema returns the fields.
func (t *Table) Schema() Schema {
	return Schema{Fields: append([]Field(nil), t.schema.Fields...)}
}

// Form returns the standard form of a field of the record at a place; "" is missing.
func (t *Table) Form(place, field int) string {
	c := &t.columns[field]
	return c.forms[c.codes[place]]
}
