package store

import (
	"encoding/json"
	"errors"
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
	entries []pipeline.Entry
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
	Doc               string // for [DecodeRecord]
}

// EntryRow is an entry with the columns by which it is found, for back ends.
type EntryRow struct {
	Record  rapport.ID
	Seq     int64
	At      int64 // nanoseconds since 1970 UTC
	Request string
	Doc     string // for [DecodeEntry]
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
	if last := entries[len(entries)-1]; last.Position() != position {
		return Commitment{}, &ArgumentError{Name: "entries", Reason: fmt.Sprintf("end with %d in stage %q, the %s has version %d in stage %q or other clocks",
			last.Seq, last.To, row.Kind, position.Version, position.Stage)}
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
	c.Record.Doc, err = encode(string(row.Kind), any(record).(json.Marshaler))
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

func newCommitment(row RecordRow, entries []pipeline.Entry) (Commitment, error) {
	if len(entries) == 0 {
		return Commitment{}, &ArgumentError{Name: "entries", Reason: "are missing: what happened is stored with the record"}
	}
	if err := row.ID.Validate(); err != nil {
		return Commitment{}, &ArgumentError{Name: string(row.Kind) + " id", Err: err}
	}
	c := Commitment{Record: row, Entries: make([]EntryRow, len(entries)), entries: entries}
	requests := map[string]bool{}
	for i, e := range entries {
		name := fmt.Sprintf("entries[%d]", i)
		var wrong error
		switch {
		case e.Record != row.ID:
			wrong = fmt.Errorf("it is of record %q, not of %q", e.Record, row.ID)
		case i > 0 && e.Seq != entries[i-1].Seq+1:
			wrong = fmt.Errorf("sequence number %d follows %d", e.Seq, entries[i-1].Seq)
		case i > 0:
			wrong = follows(&entries[i-1], &e)
		}
		if wrong == nil && requests[e.Request] {
			wrong = fmt.Errorf("another one has request %q too", e.Request)
		}
		if wrong != nil {
			return Commitment{}, &ArgumentError{Name: name, Err: wrong}
		}
		requests[e.Request] = e.Request != ""
		at, err := nanos(name+" time", e.At)
		if err != nil {
			return Commitment{}, err
		}
		doc, err := encode(name, e)
		if err != nil {
			return Commitment{}, err
		}
		c.Entries[i] = EntryRow{Record: e.Record, Seq: e.Seq, At: at, Request: e.Request, Doc: doc}
	}
	return c, nil
}

// follows says why an entry does not go on where the last one ended.
func follows(last, e *pipeline.Entry) error {
	switch {
	case e.Kind == pipeline.Began:
		return errors.New("the record has begun before")
	case e.At.Before(last.At):
		return &pipeline.TimeError{At: e.At, Last: last.At}
	case e.From != last.To:
		return fmt.Errorf("it begins in stage %q, the one before ended in %q", e.From, last.To)
	case e.Definition != last.Definition && e.Kind != pipeline.Migrated:
		return &pipeline.StaleDefinitionError{Have: last.Definition, Want: e.Definition}
	}
	return nil
}

// Decide says what is to become of a commitment, for back ends: [Inserted] if it is to be
// written, [Same] if it is stored already, or the error with which it is refused. It is
// given what is stored: the kind and version of the record, "" and 0 if there is none; the
// last entry of its history; and for each entry of the commitment the one with the name
// of its request, if it has a name. The zero row says that there is no such entry.
func (c Commitment) Decide(kind RecordKind, version int64, last EntryRow, requests []EntryRow) (Outcome, error) {
	if version == 0 && last.Seq > 0 {
		kind, version = KindHistory, last.Seq
	}
	if version > 0 && kind != c.Record.Kind {
		return 0, &RecordKindError{ID: c.Record.ID, Have: kind, Want: c.Record.Kind}
	}
	known := 0
	for i, had := range requests {
		if had.Seq == 0 {
			continue
		}
		stored, err := DecodeEntry(had.Doc)
		if err != nil {
			return 0, err
		}
		if !sameRequest(c.entries[i], stored) {
			return 0, &RequestConflictError{Record: c.Record.ID, Request: stored.Request, Seq: had.Seq}
		}
		known++
	}
	first := &c.entries[0]
	switch {
	case known == len(c.Entries):
		return Same, nil
	case version != first.Seq-1 || version != last.Seq:
		return 0, &VersionConflictError{Kind: c.Record.Kind, ID: c.Record.ID, Have: version, Want: first.Seq - 1}
	case version == 0 && first.Kind != pipeline.Began:
		return 0, &ArgumentError{Name: "entries[0]", Reason: fmt.Sprintf("is %q: the first one of a record is that it began", first.Kind)}
	case version == 0:
		return Inserted, nil
	}
	// Only where it ended is asked for: reading all of an entry takes ten times as long.
	var ended struct {
		To         pipeline.StageID `json:"to"`
		At         time.Time        `json:"at"`
		Definition pipeline.Ref     `json:"definition"`
	}
	if err := json.Unmarshal([]byte(last.Doc), &ended); err != nil {
		return 0, fmt.Errorf("%w: entry: %w", ErrCorrupt, err)
	}
	if err := follows(&pipeline.Entry{To: ended.To, At: ended.At, Definition: ended.Definition}, first); err != nil {
		return 0, &ArgumentError{Name: "entries[0]", Err: err}
	}
	return Inserted, nil
}

// sameRequest reports whether two entries are of one request: it asked for the same, or
// they are the same but for when they were recorded.
func sameRequest(a, b pipeline.Entry) bool {
	if !a.Content.IsZero() && a.Content == b.Content {
		return true
	}
	a.RecordedAt, b.RecordedAt = time.Time{}, time.Time{}
	first, err := encode("entry", a)
	if err != nil {
		return false
	}
	second, err := encode("entry", b)
	return err == nil && first == second
}
