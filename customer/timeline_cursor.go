package customer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"slices"
	"strings"
	"time"
)

// The sizes of a page of a timeline.
const (
	DefaultTimelinePage = 50
	MaxTimelinePage     = 1000
)

// TimelineCursor marks a place in a timeline: opaque text, safe in a URL. The empty
// cursor is the start of a timeline and, as [TimelinePage].Next, its end. It names
// the last event of a page and not a number of events, so it stays valid when events
// are added or taken away. It belongs to one customer, one filter and one direction,
// and carries the version of its form.
//
// It is checked, not signed: a forged one can name another place of the timeline
// that the caller asked for and nothing else.
type TimelineCursor string

// TimelinePage is a part of a timeline.
type TimelinePage struct {
	Events []Event
	Next   TimelineCursor // where the next page starts; "": there is none
}

// CursorError reports a cursor that does not fit a timeline.
type CursorError struct {
	Reason CursorReason
}

// CursorReason is a stable code for what is wrong with a cursor.
type CursorReason string

// The reasons.
const (
	CursorDamaged       CursorReason = "damaged"        // not a text that a page returned
	CursorVersion       CursorReason = "version"        // of a form that this version does not read
	CursorOtherTimeline CursorReason = "other-timeline" // of another customer, filter or direction
)

// Error names the reason.
func (e *CursorError) Error() string { return "customer: timeline cursor: " + string(e.Reason) }

// Page returns the events after a place in the timeline that [TimelineQuery.Merge]
// gives: at most limit of them (1 to [MaxTimelinePage]; 0 stands for
// [DefaultTimelinePage]). The sources start at the beginning, or anywhere before the
// place. The error is a [*CursorError], or as of Merge; a limit out of range is a
// [*ValidationError].
func (q TimelineQuery) Page(after TimelineCursor, limit int, sources ...iter.Seq2[Event, error]) (TimelinePage, error) {
	if limit == 0 {
		limit = DefaultTimelinePage
	}
	if limit < 1 || limit > MaxTimelinePage {
		return TimelinePage{}, &ValidationError{Subject: "timeline", Name: string(q.Customer), Problems: []Problem{{"limit", OutOfRange}}}
	}
	if err := q.Validate(); err != nil {
		return TimelinePage{}, err
	}
	var place *Event
	if after != "" {
		event, err := q.place(after)
		if err != nil {
			return TimelinePage{}, err
		}
		place = &event
	}
	var page TimelinePage
	for event, err := range q.merge(place, sources) {
		if err != nil {
			return TimelinePage{}, err
		}
		if len(page.Events) == limit {
			page.Next = q.cursor(&page.Events[limit-1])
			break
		}
		page.Events = append(page.Events, event)
	}
	return page, nil
}

// cursorVersion is the first byte of a cursor.
const cursorVersion = 1

// cursorHead is the version and what stands for the query.
const cursorHead = 1 + 16

// cursor returns the place after an event.
func (q *TimelineQuery) cursor(last *Event) TimelineCursor {
	stamp := q.stamp()
	e := encoding{bytes: append([]byte{cursorVersion}, stamp[:]...)}
	e.number(last.At.UnixNano())
	e.text(string(last.Kind))
	e.text(last.Key.System)
	e.text(last.Key.ID)
	e.bytes = binary.BigEndian.AppendUint32(e.bytes, crc32.ChecksumIEEE(e.bytes))
	return TimelineCursor(base64.RawURLEncoding.EncodeToString(e.bytes))
}

// stamp stands for the customer, the filter and the direction. The order of channels
// and kinds does not matter, nor do repetitions.
func (q *TimelineQuery) stamp() (stamp [cursorHead - 1]byte) {
	e := newEncoding("timeline")
	e.text(string(q.Customer))
	for _, list := range [][]string{sortedTexts(q.Channels), sortedTexts(q.Kinds)} {
		e.number(int64(len(list)))
		for _, text := range list {
			e.text(text)
		}
	}
	e.text(q.Period.String())
	e.text(fmt.Sprint(q.Descending))
	sum := sha256.Sum256(e.bytes)
	copy(stamp[:], sum[:])
	return stamp
}

func sortedTexts[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// place reads a cursor: the event after which the page starts, as far as it is
// needed to compare others with it.
func (q *TimelineQuery) place(after TimelineCursor) (Event, error) {
	// The decoder skips line breaks; a cursor has none.
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(after))
	if err != nil || strings.ContainsAny(string(after), "\r\n") || len(raw) < cursorHead+8+4 {
		return Event{}, &CursorError{CursorDamaged}
	}
	body := raw[:len(raw)-4]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(raw[len(raw)-4:]) {
		return Event{}, &CursorError{CursorDamaged}
	}
	if body[0] != cursorVersion {
		return Event{}, &CursorError{CursorVersion}
	}
	if stamp := q.stamp(); string(body[1:cursorHead]) != string(stamp[:]) {
		return Event{}, &CursorError{CursorOtherTimeline}
	}
	rest := body[cursorHead:]
	event := Event{At: time.Unix(0, int64(binary.BigEndian.Uint64(rest))).UTC(), Customer: q.Customer}
	rest = rest[8:]
	for _, field := range []*string{(*string)(&event.Kind), &event.Key.System, &event.Key.ID} {
		length, size := binary.Uvarint(rest)
		if size <= 0 || length > uint64(len(rest)-size) {
			return Event{}, &CursorError{CursorDamaged}
		}
		*field, rest = string(rest[size:size+int(length)]), rest[size+int(length):]
	}
	if len(rest) > 0 || event.check() != nil {
		return Event{}, &CursorError{CursorDamaged}
	}
	return event, nil
}
