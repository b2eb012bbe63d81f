package pipeline

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Link ties an entry to the one before it, so that a record of a history that was changed,
// taken out, put in or moved is found. Personal values are not in the hash themselves but
// as digests with a salt, so that they can be erased and the chain still holds.
type Link struct {
	Previous Digest `json:"previous,omitzero"` // hash of the entry before, none for the first
	Hash     Digest `json:"hash"`
	// Salt is the secret from which the salts of the personal values come. It is none if
	// there are no such values, and once some were erased.
	Salt Digest `json:"salt,omitzero"`
	// Slots stand in for Salt after an erasure: one for each personal value.
	Slots []Slot `json:"slots,omitempty"`
}

// Slot is a personal value in a chain after an erasure: with its own salt if it is still
// there, with its digest if it was erased.
type Slot struct {
	Place  string `json:"place"` // "by", "changes/2/after"
	Salt   Digest `json:"salt,omitzero"`
	Digest Digest `json:"digest,omitzero"`
}

// ChainBreak says how a chain is broken.
type ChainBreak string

// The ways in which a chain is broken.
const (
	// BreakUnlinked: the entry has no link.
	BreakUnlinked ChainBreak = "unlinked"
	// BreakOrder: it does not follow the entry before it: one of them was put in, taken out,
	// moved or replaced.
	BreakOrder ChainBreak = "order"
	// BreakContent: it is not what it was when it was linked.
	BreakContent ChainBreak = "content"
	// BreakHead: the last entry is not the head that was asked for: entries were taken off
	// the end, added, or all written anew.
	BreakHead ChainBreak = "head"
)

// ChainError names the first record at which a chain is broken.
type ChainError struct {
	Index int   // from 0; the number of entries if the head is missing
	Seq   int64 // of the entry, or the one that is missing
	Break ChainBreak
}

func (e *ChainError) Error() string {
	return fmt.Sprintf("pipeline: the chain is broken at entry %d (seq %d): %s", e.Index, e.Seq, e.Break)
}

// Linked returns the entry with a link to the one before it, whose hash is previous: none
// for the first. The salt is 32 bytes that nobody can guess, such as crypto/rand gives,
// other ones for each entry. RecordedAt is in the hash: it is set before. The error is an
// [*EntryError].
func (e Entry) Linked(previous, salt Digest) (Entry, error) {
	if err := e.validate(); err != nil {
		return Entry{}, err
	}
	if salt.IsZero() || e.Link != nil {
		return Entry{}, &EntryError{e.Record, e.Seq, &InputError{Name: "salt", Value: salt.String(), Want: "one, for an entry without a link"}}
	}
	link := &Link{Previous: previous, Salt: salt}
	e.Link = link
	var slots bool
	link.Hash, slots, _ = e.seal()
	if !slots {
		link.Salt = Digest{} // it would be a value that no hash guards
	}
	return e, nil
}

// Head returns the hash of the last entry of a chain, none for no entries or one that is
// not linked. Whoever wants to notice that the end of a chain was cut off keeps it elsewhere.
func Head(entries []Entry) Digest {
	if n := len(entries); n > 0 && entries[n-1].Link != nil {
		return entries[n-1].Link.Hash
	}
	return Digest{}
}

// Verify checks the chain of a whole history from its first entry on. The error is a
// [*ChainError] with the first entry that is not what was linked. Entries that were cut off
// the end leave a chain that holds: only a head that was kept elsewhere shows it, see
// [Head]; with the zero Digest the head is not checked.
func Verify(entries []Entry, head Digest) error {
	var previous Digest
	for i := range entries {
		e := &entries[i]
		broken := func(how ChainBreak) error { return &ChainError{i, e.Seq, how} }
		if e.Link == nil {
			return broken(BreakUnlinked)
		}
		if e.Link.Previous != previous {
			return broken(BreakOrder)
		}
		hash, slots, ok := e.seal()
		if !ok || hash != e.Link.Hash || !slots && !e.Link.Salt.IsZero() {
			return broken(BreakContent)
		}
		previous = hash
	}
	if !head.IsZero() && previous != head {
		return &ChainError{len(entries), int64(len(entries)) + 1, BreakHead}
	}
	return nil
}

// seal returns the hash of an entry with a link, and whether it has personal values. It is
// not ok if the slots are not those of the values.
func (e *Entry) seal() (hash Digest, slots, ok bool) {
	s := sealer{buf: make([]byte, 0, 1024), link: e.Link, ok: true}
	s.entry(e)
	if s.next != len(s.link.Slots) || s.next > 0 && !s.link.Salt.IsZero() {
		s.ok = false
	}
	return sha256.Sum256(s.buf), s.slots, s.ok
}

// saltOf returns the salt of a personal value of an entry with a secret.
func saltOf(secret Digest, at sealPlace) Digest {
	buf := make([]byte, 0, 96)
	return sha256.Sum256(at.append(append(buf, secret[:]...)))
}

// digestOf returns the digest of a personal value.
func digestOf(salt Digest, value personal) Digest {
	buf := make([]byte, 0, 256)
	return sha256.Sum256(value.append(append(buf, salt[:]...)))
}

// Erasure says what is to be erased from a history when a person is to be forgotten.
type Erasure struct {
	// Fields are blanked, in all changes: those that [Machine.PersonalFields] names, or
	// others such as [FieldName].
	Fields []string
	// People are blanked where entries name who acted, owned, voted, judged or solved.
	People []string
	// Notes says that notes and all other free texts are blanked: those of problems, next
	// steps and judgements.
	Notes bool
}

// PersonalFields returns the fields that the definition declares as personal.
func (m *Machine) PersonalFields() []string {
	var fields []string
	for _, f := range m.definition.Fields {
		if f.Personal {
			fields = append(fields, f.ID)
		}
	}
	return fields
}

// Erased returns the history with values erased. It replays, to a deal without them, and
// its chain holds, if it has one: of an erased value the link keeps a digest whose salt is
// gone. The digest of a request's content goes with it, so that the name of the request
// alone decides whether it comes twice.
func (h *History) Erased(x Erasure) *History {
	erased := &History{entries: make([]Entry, len(h.entries)), requests: h.requests}
	for i := range h.entries {
		erased.entries[i] = h.entries[i].erased(x)
	}
	return erased
}

func (e *Entry) erased(x Erasure) Entry {
	c := *e
	c.Changes = slices.Clone(e.Changes)
	var hit []sealPlace
	for at, value := range c.personal() {
		if value.hit(x) {
			value.blank()
			hit = append(hit, at)
		}
	}
	if hit == nil {
		return *e
	}
	c.Content = Digest{}
	hit = append(hit, sealPlace{name: contentName})
	if e.Link != nil {
		c.Link = e.Link.without(e, hit)
	}
	return c
}

// without returns the link with the salts of the values that stay, and the digests of those
// that are gone.
func (l *Link) without(e *Entry, gone []sealPlace) *Link {
	c := &Link{Previous: l.Previous, Hash: l.Hash}
	earlier := l.Slots
	for at, value := range e.personal() {
		var slot Slot
		switch {
		case len(earlier) > 0 && earlier[0].Place == at.String():
			slot, earlier = earlier[0], earlier[1:]
		case value.empty():
			continue
		default:
			slot = Slot{Place: at.String(), Salt: saltOf(l.Salt, at)}
		}
		if !value.empty() && slices.Contains(gone, at) {
			slot = Slot{Place: slot.Place, Digest: digestOf(slot.Salt, value)}
		}
		c.Slots = append(c.Slots, slot)
	}
	return c
}
