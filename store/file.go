package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Stored is a record as the store has it. The version is the store's own and no part of
// the record.
type Stored[T any] struct {
	Record  T
	Version int64
	// Until is the record time at which this state was overwritten or removed; zero: it is
	// the current one.
	Until time.Time
}

// File keeps the records of one sort about the customers of one tenant. It is a typed
// view of [FileRows], which says how each method behaves.
type File[T customer.Filed] struct {
	rows  FileRows
	kind  customer.FileKind
	check func(context.Context, customer.Filed) error // of [Suppressing]; nil: none
}

// FileOf returns the records of the sort of T, a struct whose Filing names its kind also
// for the zero value, and which has versioned JSON. The error wraps
// [errors.ErrUnsupported] if the back end keeps no files, and is an [*ArgumentError] if T
// is no such type.
func FileOf[T customer.Filed](tx Tx) (File[T], error) {
	f, err := Files(tx)
	if err != nil {
		return File[T]{}, err
	}
	kind, err := kindOf[T]()
	if err != nil {
		return File[T]{}, err
	}
	return File[T]{rows: f.Files(), kind: kind, check: filedCheck(tx)}, nil
}

// kindOf returns the kind of the sort of T. Of a pointer or an interface, whose zero value
// cannot be asked, there is no pointer that reads JSON.
func kindOf[T customer.Filed]() (customer.FileKind, error) {
	var none T
	_, writes := any(none).(json.Marshaler)
	if _, reads := any(&none).(json.Unmarshaler); !writes || !reads {
		return "", &ArgumentError{Name: "file", Reason: fmt.Sprintf("of %T: is no struct with versioned JSON", none)}
	}
	kind := none.Filing().Kind
	return kind, ValidateFileKind(kind)
}

// Get returns the record with its version, or [ErrNotFound].
func (f File[T]) Get(ctx context.Context, id rapport.ID) (Stored[T], error) {
	row, err := f.rows.Get(ctx, f.kind, id)
	return decodeStored[T](row, err)
}

// Put stores the record if version is the stored one, 0 meaning that there is none now,
// and returns it with the next version. Else the error is a [*VersionConflictError].
func (f File[T]) Put(ctx context.Context, record T, version int64) (Stored[T], error) {
	row, err := f.row(ctx, record, version)
	if err != nil {
		return Stored[T]{}, err
	}
	row, err = f.rows.Put(ctx, row)
	return decodeStored[T](row, err)
}

// Append stores an event once; see [FileRows.Append].
func (f File[T]) Append(ctx context.Context, record T) (Outcome, error) {
	row, err := f.row(ctx, record, 0)
	if err != nil {
		return 0, err
	}
	return f.rows.Append(ctx, row)
}

func (f File[T]) row(ctx context.Context, record T, version int64) (FileRow, error) {
	row, err := NewFileRow(record, version)
	if err == nil && row.Kind != f.kind {
		err = &ArgumentError{Name: string(f.kind), Reason: fmt.Sprintf("%q is of the kind %q", row.ID, row.Kind)}
	}
	if err == nil && f.check != nil {
		if err = f.check(ctx, record); err != nil {
			err = &SuppressedError{Kind: RecordKind(row.Kind), ID: row.ID, Err: err}
		}
	}
	return row, err
}

// Remove ends the record at an instant of record time; see [FileRows.Remove].
func (f File[T]) Remove(ctx context.Context, id rapport.ID, version int64, at time.Time) error {
	end, err := nanos("record time", at)
	if err != nil {
		return err
	}
	return f.rows.Remove(ctx, f.kind, id, version, end)
}

// AsOf returns the record as it was recorded at the instant, or [ErrNotFound].
func (f File[T]) AsOf(ctx context.Context, id rapport.ID, at time.Time) (Stored[T], error) {
	row, err := f.rows.AsOf(ctx, f.kind, id, AsOfNanos(at))
	return decodeStored[T](row, err)
}

// History streams every state of the record in the order of versions, which is that of
// record time.
func (f File[T]) History(ctx context.Context, id rapport.ID) iter.Seq2[Stored[T], error] {
	return f.decoded(f.rows.History(ctx, f.kind, id))
}

// Page returns a page of records ordered by event time and id.
func (f File[T]) Page(ctx context.Context, q FileQuery, r PageRequest) (Page[Stored[T]], error) {
	if err := f.narrow(&q); err != nil {
		return Page[Stored[T]]{}, err
	}
	rows, err := f.rows.Page(ctx, q, r)
	if err != nil {
		return Page[Stored[T]]{}, err
	}
	items, err := FilesIn[T](rows.Items)
	if err != nil {
		return Page[Stored[T]]{}, err
	}
	return Page[Stored[T]]{Items: items, Next: rows.Next}, nil
}

// All streams records in the order of Page.
func (f File[T]) All(ctx context.Context, q FileQuery) iter.Seq2[Stored[T], error] {
	if err := f.narrow(&q); err != nil {
		return func(yield func(Stored[T], error) bool) { yield(Stored[T]{}, err) }
	}
	return f.decoded(f.rows.All(ctx, q))
}

// narrow limits a query to the records of f.
func (f File[T]) narrow(q *FileQuery) error {
	if q.Kind != "" && q.Kind != f.kind {
		return &ArgumentError{Name: "query kind", Reason: fmt.Sprintf("is %q in the file of %q", q.Kind, f.kind)}
	}
	q.Kind = f.kind
	return nil
}

func (f File[T]) decoded(rows iter.Seq2[FileRow, error]) iter.Seq2[Stored[T], error] {
	return func(yield func(Stored[T], error) bool) {
		for row, err := range rows {
			stored, err := decodeStored[T](row, err)
			if !yield(stored, err) || err != nil {
				return
			}
		}
	}
}

// RecordsOf yields the records of a stream without their versions, as the functions of
// the domain packages read them.
func RecordsOf[T any](stored iter.Seq2[Stored[T], error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for s, err := range stored {
			if !yield(s.Record, err) {
				return
			}
		}
	}
}

// FilesIn returns the records of the sort of T among rows of any sort, in their order.
// Its errors wrap [ErrCorrupt], and for a T that [FileOf] refuses are those of FileOf.
func FilesIn[T customer.Filed](rows []FileRow) ([]Stored[T], error) {
	kind, err := kindOf[T]()
	if err != nil {
		return nil, err
	}
	var all []Stored[T]
	for _, row := range rows {
		if row.Kind != kind {
			continue
		}
		stored, err := decodeStored[T](row, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, stored)
	}
	return all, nil
}

func decodeStored[T customer.Filed](row FileRow, err error) (Stored[T], error) {
	if err != nil {
		return Stored[T]{}, err
	}
	record, err := DecodeFile[T](row)
	if err != nil {
		return Stored[T]{}, err
	}
	return Stored[T]{Record: record, Version: row.Version, Until: endOf(row.Until)}, nil
}

// endOf is the way back from [NoEnd] and nanoseconds.
func endOf(until int64) time.Time {
	if until == NoEnd {
		return time.Time{}
	}
	return time.Unix(0, until).UTC()
}
