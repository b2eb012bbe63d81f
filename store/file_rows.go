package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// NewFileRow checks a record and returns it as a row of the version that the write
// expects. The errors are an [*ArgumentError], which wraps that of the record's Validate.
func NewFileRow(record customer.Filed, version int64) (FileRow, error) {
	f := record.Filing()
	name := string(f.Kind)
	if err := ValidateFileKind(f.Kind); err != nil {
		return FileRow{}, err
	}
	if err := record.Validate(); err != nil {
		return FileRow{}, &ArgumentError{Name: name, Err: err}
	}
	row := FileRow{Kind: f.Kind, ID: f.ID, Version: version, Customer: f.Customer, With: f.With, Until: NoEnd}
	if err := row.validateIDs(); err != nil {
		return FileRow{}, err
	}
	var err error
	if row.At, err = nanos(name+" time", f.At); err != nil {
		return FileRow{}, err
	}
	if row.RecordedAt, err = nanos(name+" record time", f.RecordedAt); err != nil {
		return FileRow{}, err
	}
	marshaler, ok := record.(json.Marshaler)
	if !ok {
		return FileRow{}, &ArgumentError{Name: name, Reason: fmt.Sprintf("is a %T, which has no versioned JSON", record)}
	}
	row.Doc, err = encode(name, marshaler)
	return row, err
}

// Validate returns nil or an [*ArgumentError], for back ends: what [NewFileRow] has made
// is valid.
func (r FileRow) Validate() error {
	if err := ValidateFileKind(r.Kind); err != nil {
		return err
	}
	if err := r.validateIDs(); err != nil {
		return err
	}
	if r.Version < 0 || r.Doc == "" || r.Until != NoEnd || r.At == NoEnd || r.RecordedAt == NoEnd {
		return &ArgumentError{Name: "file row", Reason: fmt.Sprintf("%q has version %d, %d bytes, times %d and %d and end %d",
			r.Key(), r.Version, len(r.Doc), r.At, r.RecordedAt, r.Until)}
	}
	return nil
}

// validateIDs looks at the ids: a customer and what else it is found by may be missing.
func (r FileRow) validateIDs() error {
	for i, id := range []rapport.ID{r.ID, r.Customer, r.With} {
		if i > 0 && id == "" {
			continue
		}
		if err := validateID(string(r.Kind), id); err != nil {
			return err
		}
	}
	return nil
}

// Succeed returns the row as it is to be written by [FileRows.Put], with its version, for
// back ends. It is given the stored row, the zero row if there is none, and the last one
// that was stored before and is not any more.
func (r FileRow) Succeed(had, last FileRow) (FileRow, error) {
	if had.Version != r.Version {
		return FileRow{}, &VersionConflictError{Kind: RecordKind(r.Kind), ID: r.ID, Have: had.Version, Want: r.Version}
	}
	since, version := had.RecordedAt, had.Version
	if had.Version == 0 {
		since, version = last.Until, last.Version
	}
	if version > 0 && r.RecordedAt < since {
		return FileRow{}, NewRecordTimeError(RecordKind(r.Kind), r.ID, r.RecordedAt, since)
	}
	r.Version = version + 1
	return r, nil
}

// Ends says whether the row may be removed, for back ends: its version is the one given,
// and the instant not before its record time.
func (r FileRow) Ends(version, at int64) error {
	if r.Version != version {
		return &VersionConflictError{Kind: RecordKind(r.Kind), ID: r.ID, Have: r.Version, Want: version}
	}
	if at == NoEnd {
		return &ArgumentError{Name: "record time", Reason: fmt.Sprintf("%d stands for no end", at)}
	}
	if at < r.RecordedAt {
		return NewRecordTimeError(RecordKind(r.Kind), r.ID, at, r.RecordedAt)
	}
	return nil
}

// Appended says what [FileRows.Append] is to return for a row whose kind and id are
// stored, for back ends.
func (r FileRow) Appended(had FileRow) (Outcome, error) {
	if had.Doc == r.Doc {
		return Same, nil
	}
	return 0, &FileDifferenceError{Kind: r.Kind, ID: r.ID, Version: had.Version}
}

// StoodAt reports whether the row was current at an instant of record time, for back ends.
func (r FileRow) StoodAt(at int64) bool { return r.RecordedAt <= at && at < r.Until }

// DecodeFile reads [FileRow].Doc; its errors wrap [ErrCorrupt].
func DecodeFile[T customer.Filed](row FileRow) (T, error) {
	var record T
	into, ok := any(&record).(json.Unmarshaler)
	if !ok {
		return record, &ArgumentError{Name: string(row.Kind), Reason: fmt.Sprintf("is a %T, which reads no versioned JSON", record)}
	}
	err := decode(string(row.Kind), into, row.Doc)
	return record, err
}

// FileDifferenceError reports an event whose kind and id are stored with other content.
type FileDifferenceError struct {
	Kind    customer.FileKind
	ID      rapport.ID
	Version int64 // of what is stored
}

func (e *FileDifferenceError) Error() string {
	return fmt.Sprintf("store: %s %q is stored with other content, as version %d", e.Kind, e.ID, e.Version)
}

// Unwrap returns [ErrConflict].
func (e *FileDifferenceError) Unwrap() error { return ErrConflict }

// RecordTimeError reports a write whose record time lies before that of what is stored.
type RecordTimeError struct {
	Kind RecordKind // [KindCustomer], or the kind of a file
	ID   rapport.ID
	At   time.Time // record time of the write
	Last time.Time // record time of what is stored, or when it was removed
}

// NewRecordTimeError makes one of instants in nanoseconds since 1970 UTC, for back ends.
func NewRecordTimeError(kind RecordKind, id rapport.ID, at, last int64) *RecordTimeError {
	return &RecordTimeError{Kind: kind, ID: id, At: time.Unix(0, at).UTC(), Last: time.Unix(0, last).UTC()}
}

func (e *RecordTimeError) Error() string {
	return fmt.Sprintf("store: %s %q was recorded at %s, the write says %s", e.Kind, e.ID,
		e.Last.Format(time.RFC3339Nano), e.At.Format(time.RFC3339Nano))
}

// Unwrap returns [ErrConflict].
func (e *RecordTimeError) Unwrap() error { return ErrConflict }
