package pipeline

import (
	"encoding/binary"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sealPlace is where a personal value stands in an entry.
type sealPlace struct {
	name   string // of the entry's field, or the side of a change
	change int    // its number from 1, 0 for none
}

const contentName = "content"

func (p sealPlace) String() string { return string(p.append(nil)) }

func (p sealPlace) append(buf []byte) []byte {
	if p.change > 0 {
		buf = strconv.AppendInt(append(buf, "changes/"...), int64(p.change-1), 10)
		buf = append(buf, '/')
	}
	return append(buf, p.name...)
}

// personal is a value of an entry that may be erased.
type personal struct {
	plain  *string // one of these
	digest *Digest
	value  *Value
	field  string // of a change, or what plain is
}

// personal yields all values that may be erased with their places, also empty ones, always
// in this order.
func (e *Entry) personal() iter.Seq2[sealPlace, personal] {
	return func(yield func(sealPlace, personal) bool) {
		ok := yield(sealPlace{name: "by"}, personal{plain: &e.By, field: "/by"}) &&
			yield(sealPlace{name: "on_behalf_of"}, personal{plain: &e.OnBehalfOf, field: "/by"}) &&
			yield(sealPlace{name: "note"}, personal{plain: &e.Note, field: "/text"}) &&
			yield(sealPlace{name: "owner"}, personal{plain: &e.Owner, field: FieldOwner}) &&
			yield(sealPlace{name: contentName}, personal{digest: &e.Content}) &&
			(e.listed() || yield(sealPlace{name: "reason"}, personal{plain: &e.Reason, field: "/text"}))
		for i := range e.Changes {
			c := &e.Changes[i]
			ok = ok && yield(sealPlace{"before", i + 1}, personal{value: &c.Before, field: c.Field}) &&
				yield(sealPlace{"after", i + 1}, personal{value: &c.After, field: c.Field})
		}
	}
}

// listed reports whether the reason of an entry is one of a list, and no free text.
func (e *Entry) listed() bool { return e.Trigger != "" }

func (p personal) empty() bool {
	switch {
	case p.plain != nil:
		return *p.plain == ""
	case p.digest != nil:
		return p.digest.IsZero()
	}
	return p.value.Empty()
}

// append writes the value as it is hashed, one of a field with its kind.
func (p personal) append(buf []byte) []byte {
	switch {
	case p.plain != nil:
		return append(buf, *p.plain...)
	case p.digest != nil:
		return append(buf, p.digest[:]...)
	}
	return append(append(buf, byte(p.value.kind)), p.value.text...)
}

func (p personal) blank() {
	switch {
	case p.plain != nil:
		*p.plain = ""
	case p.value != nil:
		*p.value = Value{}
	}
}

// hit reports whether there is something that is to be erased.
func (p personal) hit(x Erasure) bool {
	if p.digest != nil || p.empty() {
		return false
	}
	if slices.Contains(x.Fields, p.field) {
		return true
	}
	ends := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(p.field, name) })
	}
	if p.field == FieldOwner || strings.HasPrefix(p.field, "/") && ends("/by", "/solved_by") {
		content := p.plain
		if content == nil {
			content = &p.value.text
		}
		return slices.Contains(x.People, *content)
	}
	return x.Notes && strings.HasPrefix(p.field, "/") && ends("/text", "/resolution", "/override/reason")
}

// sealer writes an entry as the bytes that are hashed: numbers and texts with their
// lengths, in a fixed order, personal values as digests.
type sealer struct {
	buf   []byte
	link  *Link
	next  int // slot
	slots bool
	ok    bool
}

// sealFormat is the version of the bytes that are hashed.
const sealFormat = 1

func (s *sealer) entry(e *Entry) {
	s.buf = append(s.buf, sealFormat)
	s.buf = append(s.buf, s.link.Previous[:]...)
	s.number(e.Seq)
	s.texts(string(e.Record), e.Definition.ID, string(e.Trigger), string(e.From), string(e.To), e.Request, string(e.Held))
	if e.listed() {
		s.texts(e.Reason)
	}
	s.number(int64(e.Kind))
	s.number(int64(e.Definition.Version))
	s.number(int64(e.Outcome))
	s.time(e.At)
	s.time(e.RecordedAt)
	s.texts(e.Amount.String(), e.Rate.String())
	s.number(int64(e.CloseDate.Year))
	s.number(int64(e.CloseDate.Month))
	s.number(int64(e.CloseDate.Day))
	s.number(int64(e.Probability))
	s.number(int64(e.Category))
	s.flag(e.Judged)
	s.number(int64(e.Cycle))
	s.clock(e.Entered)
	s.clock(e.Opened)
	s.time(e.PausedAt.Time())
	s.number(int64(len(e.Effects)))
	for i := range e.Effects {
		s.texts(e.Effects[i].Name, string(e.Effects[i].Stage))
		s.number(int64(e.Effects[i].When))
	}
	s.number(int64(len(e.Changes)))
	for i := range e.Changes {
		s.texts(e.Changes[i].Field)
	}
	for at, value := range e.personal() {
		s.slot(at, value)
	}
}

// slot writes the digest of a personal value, nothing if there was none.
func (s *sealer) slot(at sealPlace, value personal) {
	var digest Digest
	switch listed := s.next < len(s.link.Slots) && s.link.Slots[s.next].Place == at.String(); {
	case listed:
		slot := &s.link.Slots[s.next]
		s.next++
		digest = slot.Digest
		if slot.Salt.IsZero() == slot.Digest.IsZero() || value.empty() != slot.Salt.IsZero() {
			s.ok = false // it is either there, with its salt, or erased
		}
		if !value.empty() {
			digest = digestOf(slot.Salt, value)
		}
	case value.empty():
		s.buf = append(s.buf, 0)
		return
	case len(s.link.Slots) > 0 || s.link.Salt.IsZero():
		s.ok = false
	default:
		digest = digestOf(saltOf(s.link.Salt, at), value)
	}
	s.slots = true
	s.buf = append(append(s.buf, 1), digest[:]...)
}

func (s *sealer) number(n int64) { s.buf = binary.AppendVarint(s.buf, n) }

func (s *sealer) texts(texts ...string) {
	for _, t := range texts {
		s.number(int64(len(t)))
		s.buf = append(s.buf, t...)
	}
}

func (s *sealer) flag(yes bool) {
	if yes {
		s.number(1)
	} else {
		s.number(0)
	}
}

func (s *sealer) time(t time.Time) {
	s.number(t.Unix())
	s.number(int64(t.Nanosecond()))
}

func (s *sealer) clock(c Clock) {
	s.time(c.Since.Time())
	s.number(int64(c.Paused))
	s.number(int64(c.Worktime))
}
