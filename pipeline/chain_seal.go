package pipeline

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"time"
)

// personal is a value of an entry that may be erased.
type personal struct {
	plain  *string // one of these
	digest *Digest
	value  *Value
	field  string // of a change, or what plain is
}

// personal yields all values that may be erased with their places, also empty ones, always
// in this order.
func (e *Entry) personal() iter.Seq2[string, personal] {
	return func(yield func(string, personal) bool) {
		ok := yield("by", personal{plain: &e.By, field: "/by"}) &&
			yield("on_behalf_of", personal{plain: &e.OnBehalfOf, field: "/by"}) &&
			yield("note", personal{plain: &e.Note, field: "/text"}) &&
			yield("owner", personal{plain: &e.Owner, field: FieldOwner}) &&
			yield("content", personal{digest: &e.Content})
		for i := range e.Changes {
			c := &e.Changes[i]
			ok = ok && yield(changePlace(i, "before"), personal{value: &c.Before, field: c.Field}) &&
				yield(changePlace(i, "after"), personal{value: &c.After, field: c.Field})
		}
	}
}

// text returns the value with its kind, nothing for none.
func (p personal) text() string {
	switch {
	case p.plain != nil:
		return *p.plain
	case p.digest != nil:
		return p.digest.String()
	case p.value.Empty():
		return ""
	}
	return p.value.kind.String() + " " + p.value.text
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
	if p.digest != nil || p.text() == "" {
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
	s.texts(string(e.Record), e.Definition.ID, string(e.Trigger), string(e.From), string(e.To), e.Reason, e.Request, string(e.Held))
	s.number(int64(e.Kind))
	s.number(int64(e.Definition.Version))
	s.number(int64(e.Outcome))
	s.time(e.At)
	s.time(e.RecordedAt)
	s.texts(e.Amount.String(), e.Rate.String(), e.CloseDate.String())
	s.number(int64(e.Probability))
	s.number(int64(e.Category))
	s.flag(e.Judged)
	s.number(int64(e.Cycle))
	s.clock(e.Entered)
	s.clock(e.Opened)
	s.time(e.PausedAt)
	s.number(int64(len(e.Effects)))
	for i := range e.Effects {
		s.texts(e.Effects[i].Name, string(e.Effects[i].Stage))
		s.number(int64(e.Effects[i].When))
	}
	s.number(int64(len(e.Changes)))
	for i := range e.Changes {
		s.texts(e.Changes[i].Field)
	}
	for place, value := range e.personal() {
		s.slot(place, value.text())
	}
}

// slot writes the digest of a personal value, nothing if there was none.
func (s *sealer) slot(place, value string) {
	var digest Digest
	switch listed := s.next < len(s.link.Slots) && s.link.Slots[s.next].Place == place; {
	case listed:
		slot := &s.link.Slots[s.next]
		s.next++
		digest = slot.Digest
		if slot.Salt.IsZero() == slot.Digest.IsZero() || (value == "") != slot.Salt.IsZero() {
			s.ok = false // it is either there, with its salt, or erased
		}
		if value != "" {
			digest = digestOf(slot.Salt, value)
		}
	case value == "":
		s.buf = append(s.buf, 0)
		return
	case len(s.link.Slots) > 0 || s.link.Salt.IsZero():
		s.ok = false
	default:
		digest = digestOf(saltOf(s.link.Salt, place), value)
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
	s.time(c.Since)
	s.number(int64(c.Paused))
	s.number(int64(c.Worktime))
}
