package customer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/rapport-crm/rapport"
)

// Fingerprint stands for the content of a transaction or an interaction: the
// first byte is the version of the encoding, the others are a SHA-256. When a
// record arrives again under the same external key, the same fingerprint means
// "nothing new", another one of the same version means "different content".
//
// The content is every field but the record time and the import, which say how it
// came to be recorded and not what happened: a file read twice is recorded at two
// times, perhaps with two batches, and is still the same. Amounts count by value (1.5 equals 1.50),
// times by instant. The fingerprints of a version never change.
type Fingerprint [1 + sha256.Size]byte

// fingerprintVersion is raised when the encoding changes, for instance because a
// field is added.
const fingerprintVersion = 1

// String returns the fingerprint in hexadecimal.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// Fingerprint returns the fingerprint of the content. That of the zero value is
// the zero fingerprint.
func (t Transaction) Fingerprint() Fingerprint {
	if t.IsZero() {
		return Fingerprint{}
	}
	d := &t.draft
	e := newEncoding("transaction")
	e.text(d.Key.System)
	e.text(d.Key.ID)
	e.text(d.Kind.String())
	e.text(string(d.Customer))
	e.number(d.At.UnixNano())
	e.money(d.Amount)
	e.text(d.Product)
	e.text(string(d.Channel))
	e.text(d.Branch)
	e.text(d.Order)
	e.text(d.Line)
	e.text(d.Of.System)
	e.text(d.Of.ID)
	return e.fingerprint()
}

// Fingerprint returns the fingerprint of the content. That of the zero value is
// the zero fingerprint.
func (i Interaction) Fingerprint() Fingerprint {
	if i.IsZero() {
		return Fingerprint{}
	}
	d := &i.draft
	e := newEncoding("interaction")
	e.text(d.Key.System)
	e.text(d.Key.ID)
	e.text(string(d.Customer))
	e.text(string(d.Channel))
	e.text(d.Direction.String())
	e.number(d.At.UnixNano())
	e.number(int64(d.Duration))
	e.text(d.Topic)
	e.text(d.Outcome)
	e.money(d.Cost)
	e.text(d.Agent)
	return e.fingerprint()
}

// encoding joins fields so that no two records give the same bytes: each text
// comes after its length, each number has eight bytes.
type encoding struct {
	bytes []byte
}

func newEncoding(subject string) encoding {
	e := encoding{bytes: make([]byte, 0, 256)} // room for nearly every record
	e.text(subject)
	return e
}

func (e *encoding) text(s string) {
	e.bytes = binary.AppendUvarint(e.bytes, uint64(len(s)))
	e.bytes = append(e.bytes, s...)
}

func (e *encoding) number(n int64) {
	e.bytes = binary.BigEndian.AppendUint64(e.bytes, uint64(n))
}

// money writes the text form, which is one for amounts of equal value; nothing for
// the zero Money.
func (e *encoding) money(m rapport.Money) {
	if m.Currency() == 0 {
		e.text("")
		return
	}
	e.text(m.String())
}

func (e *encoding) fingerprint() Fingerprint {
	sum := sha256.Sum256(e.bytes)
	var f Fingerprint
	f[0] = fingerprintVersion
	copy(f[1:], sum[:])
	return f
}
