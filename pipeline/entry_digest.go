package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Digest is a SHA-256 hash. The zero Digest is none; in text and JSON it is 64 letters of
// small hexadecimal, none for the zero value.
type Digest [sha256.Size]byte

// IsZero reports whether there is no hash.
func (d Digest) IsZero() bool { return d == Digest{} }

// String returns the hash in hexadecimal, nothing for the zero Digest.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// MarshalText writes what String returns.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (d *Digest) UnmarshalText(text []byte) error {
	var read Digest
	if len(text) > 0 {
		n, err := hex.Decode(read[:], text[:min(len(text), 2*len(read))])
		if err != nil || n != len(read) || len(text) != 2*n || read.String() != string(text) {
			return &InputError{Name: "digest", Value: string(text), Want: "64 small hexadecimal digits, not all 0"}
		}
	}
	*d = read
	return nil
}

// requested is what makes two requests the same: everything but when it came, in which
// roles, and which version the caller had seen.
type requested struct {
	Kind       string   `json:"kind"` // the trigger or the sort of change
	By         string   `json:"by"`
	OnBehalfOf string   `json:"on_behalf_of"`
	Reason     string   `json:"reason"`
	Note       string   `json:"note"`
	To         StageID  `json:"to"`
	Data       Values   `json:"data"`
	More       []string `json:"more"`
}

// digestRequest notes the digest of what a request asked for, if it has a name: the input,
// and more that came with it.
func (e *Entry) digestRequest(kind string, in *Input, more ...any) error {
	if in.Request == "" {
		return nil
	}
	r := requested{kind, in.By, in.OnBehalfOf, in.Reason, in.Note, in.To, in.Data, nil}
	for _, part := range more {
		text, err := json.Marshal(part)
		if err != nil {
			return &InputError{Name: fmt.Sprintf("%T", part), Value: err.Error(), Want: "what JSON can hold"}
		}
		r.More = append(r.More, fmt.Sprintf("%T%s", part, text))
	}
	text, err := json.Marshal(r)
	if err != nil {
		return &InputError{Name: "input", Value: err.Error(), Want: "what JSON can hold"}
	}
	e.Content = sha256.Sum256(text)
	return nil
}

// digestEdits is digestRequest for edits.
func (e *Entry) digestEdits(in *Input, edits []Edit) error {
	if in.Request == "" {
		return nil
	}
	more := make([]any, len(edits))
	for i := range edits {
		more[i] = edits[i]
	}
	return e.digestRequest(Edited.String(), in, more...)
}

// checkTexts refuses texts that JSON would not give back as they were.
func (in *Input) checkTexts() error {
	if valid(in.By) && valid(in.Note) && valid(in.OnBehalfOf) && valid(in.Request) && valid(in.Reason) {
		return nil
	}
	texts := map[string]string{"by": in.By, "note": in.Note, "on behalf of": in.OnBehalfOf, "request": in.Request, "reason": in.Reason}
	for _, name := range sortedKeys(texts) {
		if !utf8.ValidString(texts[name]) {
			return &InputError{Name: name, Value: texts[name], Want: "text in UTF-8"}
		}
	}
	return nil
}

// valid spares most texts, which are empty, the call.
func valid(text string) bool { return text == "" || utf8.ValidString(text) }

// checkText refuses a text that a [Value] would not give back as it was.
func checkText(name, text string) error {
	if !utf8.ValidString(text) || strings.TrimSpace(text) != text {
		return &InputError{Name: name, Value: text, Want: "text in UTF-8 without white space at its ends"}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
