package store

import (
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Commitment is a commit or an appending that was checked, for back ends. What it
// means for what is stored, [Commitment.Decide] says.
type Commitment struct {
	Record  RecordRow // of the kind [KindHistory] if the host keeps the record
	Entries []EntryRow
}

// RecordRow is a record with the columns by which it is found, for back ends.
type RecordRow struct {
	Kind              RecordKind
	ID                rapport.ID
	Version           int64
	Definition        pipeline.Ref
	Stage             pipeline.StageID
	Owner             string
	Customer, Partner rapport.ID
	Due               int64  // nanoseconds since 1970 UTC, [NoDue] for none
	Doc               string // by [Encode]
}

// EntryRow is an entry with the columns by which it is found, for back ends.
type EntryRow struct {
	Record  rapport.ID
	Seq     int64
	At      int64 // nanoseconds since 1970 UTC
	Request string
	Doc     string // by [Encode]
	entry   pipeline.Entry
}

// NoDue stands for no timer.
const NoDue = math.MaxInt64

// NewCommitment checks what [Records.Commit] is given, for back ends. The errors are
// an [*ArgumentError].
func NewCommitment[T Kept](record T, due time.Time, entries []pipeline.Entry) (Commitment, error) {
	row, position := row(record)
	c, err := newCommitment(row, entries)
	if err != nil {
		return Commitment{}, err
	}
	if last := entries[len(entries)-1]; !samePlace(last, position) {
		return Commitment{}, &ArgumentError{Name: "entries", Reason: fmt.Sprintf("end with %d in stage %q of %q, the record has version %d in stage %q of %q",
			last.Seq, last.To, last.Definition.ID, position.Version, position.Stage, position.Definition.ID)}
	}
	for _, id := range []rapport.ID{row.Customer, row.Partner} {
		if id == "" {
			continue
		}
		if err := id.Validate(); err != nil {
			return Commitment{}, &ArgumentError{Name: string(row.Kind), Err: err}
		}
	}
	if c.Record.Due, err = DueNanos(due); err != nil {
		return Commitment{}, err
	}
	c.Record.Doc, err = Encode(record)
	return c, err
}

// NewAppending checks what [Histories.Append] is given, for back ends. The errors are
// an [*ArgumentError].
func NewAppending(entries []pipeline.Entry) (Commitment, error) {
	row := RecordRow{Kind: KindHistory, Due: NoDue}
	if len(entries) > 0 {
		row.ID = entries[0].Record
	}
	return newCommitment(row, entries)
}

// DueNanos returns the instant of a timer in nanoseconds since 1970 UTC, [NoDue] for the
// zero time, for back ends. The error is an [*ArgumentError].
func DueNanos(due time.Time) (int64, error) {
	if due.IsZero() {
		return NoDue, nil
	}
	return nanos("due", due)
}

func nanos(name string, at time.Time) (int64, error) {
	if year := at.UTC().Year(); year < 1678 || year > 2261 {
		return 0, &ArgumentError{Name: name, Reason: fmt.Sprintf("%s is outside the years 1678 to 2261", at.UTC().Format(time.RFC3339))}
	}
	return at.UnixNano(), nil
}

// row returns a record's columns but Due and Doc, and its position.
func row[T Kept](record T) (RecordRow, pipeline.Position) {
	r := RecordRow{Kind: KindOf[T]()}
	var p pipeline.Position
	switch record := any(record).(type) {
	case pipeline.Deal:
		r.ID, r.Owner, r.Customer, r.Partner, p = record.ID, record.Owner, record.Customer, record.Partner, record.Position
	case Case:
		r.ID, r.Owner, r.Customer, r.Partner, p = record.ID, record.Owner, record.Customer, record.Partner, record.Position
	}
	r.Version, r.Definition, r.Stage = p.Version, p.Definition, p.Stage
	return r, p
}

// samePlace reports whether an entry says a position.
func samePlace(e pipeline.Entry, p pipeline.Position) bool {
	return e.Seq == p.Version && e.Definition == p.Definition && e.To == p.Stage && e.At.Equal(p.ChangedAt)
}

func newCommitment(row RecordRow, entries []pipeline.Entry) (Commitment, error) {
	if len(entries) == 0 {
		return Commitment{}, &ArgumentError{Name: "entries", Reason: "are missing: what happened is stored with the record"}
	}
	if err := row.ID.Validate(); err != nil {
		return Commitment{}, &ArgumentError{Name: string(row.Kind) + " id", Err: err}
	}
	c := Commitment{Record: row, Entries: make([]EntryRow, len(entries))}
	requests := map[string]bool{}
	for i, e := range entries {
		name := fmt.Sprintf("entries[%d]", i)
		switch {
		case e.Record != row.ID:
			return Commitment{}, &ArgumentError{Name: name, Reason: fmt.Sprintf("is of record %q, not of %q", e.Record, row.ID)}
		case e.Seq < 1 || i > 0 && e.Seq != entries[i-1].Seq+1:
			return Commitment{}, &ArgumentError{Name: name, Reason: fmt.Sprintf("has sequence number %d: they count from 1, one by one", e.Seq)}
		case i > 0 && e.At.Before(entries[i-1].At):
			return Commitment{}, &ArgumentError{Name: name, Err: &pipeline.TimeError{At: e.At, Last: entries[i-1].At}}
		case e.Request != "" && requests[e.Request]:
			return Commitment{}, &ArgumentError{Name: name, Reason: fmt.Sprintf("has request %q, as another one has", e.Request)}
		}
		requests[e.Request] = true
		at, err := nanos(name+" time", e.At)
		if err != nil {
			return Commitment{}, err
		}
		doc, err := Encode(e)
		if err != nil {
			return Commitment{}, err
		}
		c.Entries[i] = EntryRow{Record: e.Record, Seq: e.Seq, At: at, Request: e.Request, Doc: doc, entry: e}
	}
	return c, nil
}

// Decide says what is to become of a commitment, for back ends: [Inserted] if it is to be
// written, [Same] if it is stored already, or the error with which it is refused. It is
// given what is stored: the kind and version of the record, of a history the number of
// its last entry, and 0 if there is neither; the time of the last entry; and for each
// entry the stored one with the name of its request, the zero Entry if there is none.
func (c Commitment) Decide(kind RecordKind, version, lastAt int64, requests []pipeline.Entry) (Outcome, error) {
	if version > 0 && kind != c.Record.Kind {
		return 0, &RecordKindError{ID: c.Record.ID, Have: kind, Want: c.Record.Kind}
	}
	known, first := 0, c.Entries[0]
	for i, had := range requests {
		if had.Seq == 0 {
			continue
		}
		if !sameRequest(c.Entries[i].entry, had) {
			return 0, &RequestConflictError{Record: c.Record.ID, Request: had.Request, Seq: had.Seq}
		}
		known++
	}
	switch {
	case known == len(c.Entries):
		return Same, nil
	case version != first.Seq-1:
		return 0, &VersionConflictError{Kind: c.Record.Kind, ID: c.Record.ID, Have: version, Want: first.Seq - 1}
	case version > 0 && first.At < lastAt:
		return 0, &ArgumentError{Name: "entries[0]", Err: &pipeline.TimeError{At: first.entry.At, Last: time.Unix(0, lastAt).UTC()}}
	}
	return Inserted, nil
}

// sameRequest reports whether two entries are of one request: they are the same but for
// when they were recorded.
func sameRequest(a, b pipeline.Entry) bool {
	a.RecordedAt, b.RecordedAt = time.Time{}, time.Time{}
	first, err := Encode(a)
	if err != nil {
		return false
	}
	second, err := Encode(b)
	return err == nil && first == second
}
