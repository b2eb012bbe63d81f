package identity

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// FileSource is the [customer.FileKind] of a [Source].
const FileSource customer.FileKind = "source-record"

// Source is what one system states about one customer. Sources are kept for ever: a
// golden record is made from them and never replaces them, which is why every merge can
// be undone.
//
// A system may state a customer again, in a further source with an id of its own: the
// latest statement (by At, then RecordedAt, then the lowest id) of a system about a
// customer id speaks, the earlier ones are history.
type Source struct {
	ID         rapport.ID        `json:"id"`                // of this statement
	System     string            `json:"system"`            // which system, branch or file states it, up to 128 bytes
	Trust      int               `json:"trust,omitzero"`    // how far the system is trusted, higher is more; see [Survivorship]
	Record     customer.Customer `json:"record"`            // as the source states it
	Verified   bool              `json:"verified,omitzero"` // somebody checked it against the customer or a document
	At         time.Time         `json:"at"`                // event time: since when the system states so
	RecordedAt time.Time         `json:"recorded_at"`       // record time
}

// Filing files the source under the customer that it is about.
func (s Source) Filing() customer.Filing {
	return customer.Filing{Kind: FileSource, ID: s.ID, Customer: s.Record.ID(), At: s.At, RecordedAt: s.RecordedAt}
}

// Validate returns nil or a [*customer.ValidationError].
func (s Source) Validate() error {
	var f faults
	f.id("id", s.ID)
	f.text("system", s.System, customer.MaxCodeLength, true)
	if s.Record.IsZero() {
		f.add("record", customer.Missing)
	}
	f.instant("at", s.At)
	f.instant("recorded_at", s.RecordedAt)
	return f.err("source record", s.ID)
}

// plainSource is a Source that writes its fields one by one.
type plainSource Source

type sourceForm struct {
	Format int `json:"format"`
	*plainSource
}

// MarshalJSON writes every field in a versioned form. Equal sources give the same bytes.
func (s Source) MarshalJSON() ([]byte, error) {
	s = s.normal()
	return json.Marshal(sourceForm{recordFormat, (*plainSource)(&s)})
}

// UnmarshalJSON reads what [Source.MarshalJSON] writes and checks it. An error, which is
// a [*customer.ValidationError], a [*customer.FormatError] or one about the JSON itself,
// leaves s as it is.
func (s *Source) UnmarshalJSON(text []byte) error {
	var read Source
	if err := decodeRecord("source record", text, &sourceForm{plainSource: (*plainSource)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*s = read.normal()
	return nil
}

// normal returns the source with its times as the library keeps them.
func (s Source) normal() Source {
	s.At, s.RecordedAt = s.At.UTC(), s.RecordedAt.UTC()
	return s
}

// newer orders statements: the one that speaks first.
func newer(a, b *Source) int {
	return cmp.Or(b.At.Compare(a.At), b.RecordedAt.Compare(a.RecordedAt), cmp.Compare(a.ID, b.ID))
}

// SourceReason is a stable code for what is wrong with a set of sources.
type SourceReason string

// The reasons.
const (
	NoSources       SourceReason = "no-sources"       // there is none
	DuplicateSource SourceReason = "duplicate-source" // two have the same id
	KindsDiffer     SourceReason = "kinds-differ"     // of customer: a person and an organisation are never one
	InvalidSource   SourceReason = "invalid-source"   // as Err says
	InvalidResult   SourceReason = "invalid-result"   // together they break a limit of a customer, as Err says
)

// SourceError reports sources that make no golden record.
type SourceError struct {
	Source rapport.ID // the first one that does not fit; "" for NoSources and InvalidResult
	Reason SourceReason
	Err    error // a [*customer.ValidationError] or nil
}

// Error names the source and what is wrong.
func (e *SourceError) Error() string {
	text := "identity: golden record: "
	if e.Source != "" {
		text += "source " + quoteID(e.Source) + ": "
	}
	text += string(e.Reason)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *SourceError) Unwrap() error { return e.Err }

// speaking splits the sources, which must be valid and have different ids, into those
// that speak, by id, and the ids of those that a later statement replaced.
func speaking(sources []Source) (speak []*Source, superseded []rapport.ID, err error) {
	if len(sources) == 0 {
		return nil, nil, &SourceError{Reason: NoSources}
	}
	all := make([]*Source, len(sources))
	for i := range sources {
		all[i] = &sources[i]
	}
	slices.SortFunc(all, func(a, b *Source) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.System, b.System)) // the system for a stable answer on duplicates
	})
	for i, s := range all {
		if err := s.Validate(); err != nil {
			return nil, nil, &SourceError{Source: s.ID, Reason: InvalidSource, Err: err}
		}
		if i > 0 && all[i-1].ID == s.ID {
			return nil, nil, &SourceError{Source: s.ID, Reason: DuplicateSource}
		}
	}
	type voice struct {
		system string
		id     rapport.ID
	}
	latest := make(map[voice]*Source, len(all))
	for _, s := range all {
		key := voice{s.System, s.Record.ID()}
		if had := latest[key]; had == nil || newer(s, had) < 0 {
			latest[key] = s
		}
	}
	for _, s := range all {
		if latest[voice{s.System, s.Record.ID()}] == s {
			speak = append(speak, s)
		} else {
			superseded = append(superseded, s.ID)
		}
	}
	return speak, superseded, nil
}
