package pipeline

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// History is what happened to one record, from its opening on: entries that are only ever
// appended to. The zero History is empty. It is not safe for use by several goroutines
// while one of them appends.
type History struct {
	entries  []Entry
	requests map[string]int // index of the entry by the name of its request
}

// HistoryError says which entry does not continue a history, and why.
type HistoryError struct {
	Record rapport.ID
	Index  int   // from 0
	Seq    int64 // of the entry
	Err    error
}

func (e *HistoryError) Error() string {
	return fmt.Sprintf("pipeline: history of %q: entry %d (seq %d): %s", e.Record, e.Index, e.Seq, bare(e.Err))
}

// Unwrap returns why.
func (e *HistoryError) Unwrap() error { return e.Err }

// DuplicateRequestError says that the name of a request was given to another one before.
type DuplicateRequestError struct {
	Record  rapport.ID
	Request string
	Seq     int64 // of the entry that the first has made
}

func (e *DuplicateRequestError) Error() string {
	return fmt.Sprintf("pipeline: request %q has made entry %d of %q already, with other content", e.Request, e.Seq, e.Record)
}

// NewHistory returns the history of entries that were stored, in their order. The error is
// a [*HistoryError].
func NewHistory(entries ...Entry) (*History, error) {
	h := &History{entries: make([]Entry, 0, len(entries))}
	for i := range entries {
		if err := h.Append(entries[i]); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Append adds an entry. The first one opens the record, with seq 1; each further one is of
// the same record, has the next seq, begins in the stage where the last one ended, is of
// the same definition unless it is a migration, and goes back in neither time. The error is
// a [*HistoryError], around a [*DuplicateRequestError] for a request that was there before;
// then nothing is added.
func (h *History) Append(e Entry) error {
	if err := h.continues(&e); err != nil {
		return &HistoryError{e.Record, len(h.entries), e.Seq, err}
	}
	if e.Request != "" {
		if h.requests == nil {
			h.requests = map[string]int{}
		}
		h.requests[e.Request] = len(h.entries)
	}
	h.entries = append(h.entries, e)
	return nil
}

// continues says why an entry does not follow the last one.
func (h *History) continues(e *Entry) error {
	if err := e.validate(); err != nil {
		return err
	}
	if len(h.entries) == 0 {
		if e.Seq != 1 || e.Kind != Began {
			return &InputError{Name: "first entry", Value: fmt.Sprintf("%v, seq %d", e.Kind, e.Seq), Want: "the opening of the record, seq 1"}
		}
		return nil
	}
	last := &h.entries[len(h.entries)-1]
	switch {
	case e.Record != last.Record:
		return &InputError{Name: "record", Value: string(e.Record), Want: string(last.Record)}
	case e.Seq != last.Seq+1:
		return &ConflictError{last.Seq, e.Seq - 1}
	case e.Kind == Began:
		return &InputError{Name: "kind", Value: e.Kind.String(), Want: "a change of a record that has begun"}
	case e.Kind != Migrated && e.Definition != last.Definition:
		return &StaleDefinitionError{last.Definition, e.Definition}
	case e.From != last.To:
		return &InputError{Name: "from", Value: string(e.From), Want: string(last.To)}
	case e.At.Before(last.At):
		return &TimeError{e.At, last.At}
	case e.stored().Before(last.stored()):
		return &TimeError{e.stored(), last.stored()}
	}
	if first, ok := h.Find(e.Request); ok {
		return &DuplicateRequestError{e.Record, e.Request, first.Seq}
	}
	return nil
}

// stored is when an entry was recorded; one that does not say was at its time.
func (e *Entry) stored() time.Time {
	if e.RecordedAt.IsZero() {
		return e.At
	}
	return e.RecordedAt
}

// Entries returns all entries in their order. They are shared: nobody may write to them.
func (h *History) Entries() []Entry { return slices.Clip(h.entries) }

// Len returns how many entries there are.
func (h *History) Len() int { return len(h.entries) }

// Find returns the entry that a request has made.
func (h *History) Find(request string) (Entry, bool) {
	if request == "" {
		return Entry{}, false
	}
	i, ok := h.requests[request]
	if !ok {
		return Entry{}, false
	}
	return h.entries[i], true
}

// Deal returns the deal as it is now, by replaying its history. The error is a
// [*HistoryError]. A deal without entries is the zero Deal.
func (h *History) Deal() (Deal, error) { return replay(h.entries) }

// AsOf returns the deal as it was at an instant of business time, with all that happened
// until then; the zero Deal before it was opened. The error is a [*HistoryError].
func (h *History) AsOf(at time.Time) (Deal, error) {
	return replay(h.entries[:h.until(at, (*Entry).at)])
}

// AsKnown returns the deal as the books had it at an instant: with all that was recorded
// until then. Entries that do not say when they were recorded count at their business time.
func (h *History) AsKnown(at time.Time) (Deal, error) {
	return replay(h.entries[:h.until(at, (*Entry).stored)])
}

// Position returns where the record, which may be other than a deal, stood at an instant of
// business time; the zero Position before it was opened.
func (h *History) Position(at time.Time) Position {
	n := h.until(at, (*Entry).at)
	if n == 0 {
		return Position{}
	}
	return h.entries[n-1].Position()
}

func (e *Entry) at() time.Time { return e.At }

// until returns how many entries there are up to an instant.
func (h *History) until(at time.Time, when func(*Entry) time.Time) int {
	return sort.Search(len(h.entries), func(i int) bool { return when(&h.entries[i]).After(at) })
}

// replay returns the deal after some first entries.
func replay(entries []Entry) (Deal, error) {
	var d Deal
	for i := range entries {
		e := &entries[i]
		d.ID = e.Record
		for j := range e.Changes {
			if err := d.change(&e.Changes[j]); err != nil {
				return Deal{}, &HistoryError{e.Record, i, e.Seq, err}
			}
		}
		d.trim()
		d.Position = e.Position()
	}
	return d, nil
}
