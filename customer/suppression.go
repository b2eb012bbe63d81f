package customer

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileSuppression is the kind of a [SuppressionMark].
const FileSuppression FileKind = "suppression"

// MinSecretLength is how many bytes a [SuppressionKey] needs: those of its hash.
const MinSecretLength = sha256.Size

// SuppressionKey is a secret of the host under which suppression marks are made.
// Who has it can test whether a guessed address was erased, so it belongs with the
// host's other secrets. It does not print itself.
type SuppressionKey struct {
	Version uint32 // at least 1; the highest is the current one
	Secret  []byte // at least MinSecretLength bytes, from a random source
}

// String names the version and not the secret.
func (k SuppressionKey) String() string { return fmt.Sprintf("suppression key %d", k.Version) }

// GoString names the version and not the secret.
func (k SuppressionKey) GoString() string { return k.String() }

// KeyError reports a key that cannot be used.
type KeyError struct {
	Version uint32
	Reason  Reason // Missing: no key at all or version 0; OutOfRange: the secret is too short; Duplicate: two keys of a version; Unknown: marks of it, but no key
}

// Error names the version.
func (e *KeyError) Error() string {
	return fmt.Sprintf("customer: suppression key %d: %s", e.Version, e.Reason)
}

// SuppressionMark is what stays of an erased identifier or contact point: a keyed
// hash from which it cannot be read, but by which it is recognised when it comes
// again. It is comparable.
type SuppressionMark struct {
	Key        uint32            // version of the key
	Sum        [sha256.Size]byte // HMAC-SHA-256 (RFC 2104) of the normal form
	RecordedAt time.Time         // when it was made
}

// Filing returns under what the mark is kept: an id from its sum, and nobody.
func (m SuppressionMark) Filing() Filing {
	return Filing{Kind: FileSuppression, ID: rapport.ID(fmt.Sprintf("%d-%x", m.Key, m.Sum)), At: m.RecordedAt, RecordedAt: m.RecordedAt}
}

// Validate returns nil or a [*ValidationError].
func (m SuppressionMark) Validate() error { return m.check() }

func (m *SuppressionMark) check() error {
	var c checker
	if m.Key == 0 {
		c.report(path{field: "key"}, Missing)
	}
	if m.Sum == [sha256.Size]byte{} {
		c.report(path{field: "sum"}, Missing)
	}
	m.RecordedAt = c.instant(path{field: "recorded_at"}, m.RecordedAt, true)
	return c.err("suppression", string(m.Filing().ID))
}

type suppressionForm struct {
	Format     int       `json:"format"`
	Key        uint32    `json:"key"`
	Sum        string    `json:"sum"`
	RecordedAt time.Time `json:"recorded_at"`
}

// MarshalJSON writes the mark in a versioned form, its sum as hexadecimal digits.
func (m SuppressionMark) MarshalJSON() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	return json.Marshal(suppressionForm{jsonFormat, m.Key, hex.EncodeToString(m.Sum[:]), m.RecordedAt})
}

// UnmarshalJSON reads what [SuppressionMark.MarshalJSON] writes. Null leaves m as
// it is; so does an error.
func (m *SuppressionMark) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form suppressionForm
	if err := decodeStrict("suppression", text, &form); err != nil {
		return err
	}
	read := SuppressionMark{Key: form.Key, RecordedAt: form.RecordedAt}
	sum, err := hex.DecodeString(form.Sum)
	if err != nil || len(sum) != len(read.Sum) || hex.EncodeToString(sum) != form.Sum {
		return &ValidationError{Subject: "suppression", Problems: []Problem{{Field: "sum", Reason: OutOfRange}}}
	}
	copy(read.Sum[:], sum)
	if err := read.check(); err != nil {
		return err
	}
	*m = read
	return nil
}

// Suppressions knows which identifiers and contact points must not come back. It
// is immutable and safe to share between goroutines.
type Suppressions struct {
	keys   []SuppressionKey // by version, the current one last
	normal func(channel Channel, value string) string
	marks  []SuppressionMark // by key and sum
}

// SuppressionOptions are options of [NewSuppressions]. Nil is the same as none set.
type SuppressionOptions struct {
	// Normal returns the comparable form of a contact value, the same for equal
	// addresses. Nil: [NormalContact]. All marks must be made with the same one.
	Normal func(channel Channel, value string) string
}

// NewSuppressions returns the marks under the keys that they were made with. Marks
// cannot be made anew under another key, since nobody knows what they stand for:
// to rotate, add a key of a higher version and keep the old ones until their marks
// are no longer needed. The error is a [*KeyError] or a [*ValidationError].
func NewSuppressions(keys []SuppressionKey, marks []SuppressionMark, o *SuppressionOptions) (*Suppressions, error) {
	s := &Suppressions{normal: NormalContact}
	if o != nil && o.Normal != nil {
		s.normal = o.Normal
	}
	if len(keys) == 0 {
		return nil, &KeyError{Reason: Missing}
	}
	for _, k := range keys {
		switch {
		case k.Version == 0:
			return nil, &KeyError{Reason: Missing}
		case len(k.Secret) < MinSecretLength:
			return nil, &KeyError{Version: k.Version, Reason: OutOfRange}
		case s.hasKey(k.Version):
			return nil, &KeyError{Version: k.Version, Reason: Duplicate}
		}
		s.keys = append(s.keys, SuppressionKey{k.Version, slices.Clone(k.Secret)})
	}
	slices.SortFunc(s.keys, func(a, b SuppressionKey) int { return cmp.Compare(a.Version, b.Version) })
	return s.With(marks...)
}

// With returns the suppressions with further marks; errors are those of
// [NewSuppressions].
func (s *Suppressions) With(marks ...SuppressionMark) (*Suppressions, error) {
	longer := *s
	longer.marks = slices.Grow(slices.Clone(s.marks), len(marks))
	for _, m := range marks {
		if err := m.check(); err != nil {
			return nil, err
		}
		if !s.hasKey(m.Key) {
			return nil, &KeyError{Version: m.Key, Reason: Unknown}
		}
		longer.marks = append(longer.marks, m)
	}
	slices.SortFunc(longer.marks, func(a, b SuppressionMark) int {
		return cmp.Or(a.compareTo(b.Key, b.Sum), a.RecordedAt.Compare(b.RecordedAt))
	})
	longer.marks = slices.CompactFunc(longer.marks, func(a, b SuppressionMark) bool { return a.Key == b.Key && a.Sum == b.Sum })
	return &longer, nil
}

func (s *Suppressions) hasKey(version uint32) bool {
	return slices.ContainsFunc(s.keys, func(k SuppressionKey) bool { return k.Version == version })
}

// searched is how many bytes of a sum the marks are searched by. They are of a
// keyed hash, so the time that takes tells nothing about the value; the rest is
// compared in constant time.
const searched = 8

func (m SuppressionMark) compareTo(key uint32, sum [sha256.Size]byte) int {
	return cmp.Or(cmp.Compare(m.Key, key), slices.Compare(m.Sum[:searched], sum[:searched]))
}

// String tells how many marks there are, and no secret.
func (s *Suppressions) String() string { return fmt.Sprintf("%d suppression marks", len(s.marks)) }

// GoString is the same as String.
func (s *Suppressions) GoString() string { return s.String() }

// Marks returns the marks now held, in order of key and sum.
func (s *Suppressions) Marks() []SuppressionMark { return slices.Clone(s.marks) }

// BlocksIdentifier reports whether an identifier belongs to somebody who was erased.
// Its value and its normal form count alike.
func (s *Suppressions) BlocksIdentifier(id Identifier) bool {
	return s.blocks(identifierWords(id, id.Key().Value)) || s.blocks(identifierWords(id, id.Value))
}

// BlocksContact reports whether a contact point belongs to somebody who was erased.
func (s *Suppressions) BlocksContact(p ContactPoint) bool { return s.blocks(s.contactWords(p)) }

// Blocks reports whether any identifier or contact point of a customer, past ones
// included, belongs to somebody who was erased: an import leaves such a record out.
func (s *Suppressions) Blocks(c Customer) bool {
	return slices.ContainsFunc(c.draft.Identifiers, s.BlocksIdentifier) || slices.ContainsFunc(c.draft.Contacts, s.BlocksContact)
}

// MarksOf returns the marks, under the current key, that block every identifier
// and contact point of a customer. Made again after a rotation, for a customer
// that an old mark has just blocked, they renew it. The error is a [*KeyError] if
// there is no key, or a [*ValidationError] for the time.
func (s *Suppressions) MarksOf(c Customer, recordedAt time.Time) ([]SuppressionMark, error) {
	if len(s.keys) == 0 {
		return nil, &KeyError{Reason: Missing}
	}
	current := s.keys[len(s.keys)-1]
	var marks []SuppressionMark
	add := func(words []string) error {
		if words == nil {
			return nil
		}
		m := SuppressionMark{Key: current.Version, Sum: current.sum(words), RecordedAt: recordedAt}
		if err := m.check(); err != nil {
			return err
		}
		marks = append(marks, m)
		return nil
	}
	for _, id := range c.draft.Identifiers {
		for _, form := range []string{id.Value, id.Key().Value} {
			if err := add(identifierWords(id, form)); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range c.draft.Contacts {
		if err := add(s.contactWords(p)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(marks, func(a, b SuppressionMark) int { return slices.Compare(a.Sum[:], b.Sum[:]) })
	return slices.Compact(marks), nil
}

func (s *Suppressions) blocks(words []string) bool {
	if words == nil {
		return false
	}
	found := false
	for _, key := range s.keys {
		sum := key.sum(words)
		i, _ := slices.BinarySearchFunc(s.marks, sum, func(m SuppressionMark, sum [sha256.Size]byte) int { return m.compareTo(key.Version, sum) })
		for ; i < len(s.marks) && s.marks[i].compareTo(key.Version, sum) == 0; i++ {
			found = hmac.Equal(s.marks[i].Sum[:], sum[:]) || found
		}
	}
	return found
}

// sum hashes words with their lengths, so that no two lists of words are alike.
func (k SuppressionKey) sum(words []string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, k.Secret)
	for _, w := range append([]string{"rapport suppression 1"}, words...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(w))))
		h.Write([]byte(w))
	}
	h.Sum(sum[:0])
	return sum
}
