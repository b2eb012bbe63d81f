package rapport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// member is one name of a JSON object and the pointer that its value goes to.
type member struct {
	name   string
	target any
}

// readObject reads a JSON object that has each of the members exactly once and
// no other. encoding/json alone would take the last of two, fold letter case and
// pass over what it does not know, and a misspelt member would become a zero.
// Targets are pointers to pointers where null must be told from a value.
func readObject(kind string, data []byte, members ...member) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil {
		return objectError(kind, err)
	} else if open != json.Delim('{') {
		return objectError(kind, "want an object")
	}
	seen := make([]bool, len(members))
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return objectError(kind, err)
		}
		name, _ := key.(string) // a key is always a string
		at := slices.IndexFunc(members, func(m member) bool { return m.name == name })
		switch {
		case at < 0:
			return objectError(kind, "unknown member "+quote(name))
		case seen[at]:
			return objectError(kind, "member "+quote(name)+" comes twice")
		}
		seen[at] = true
		if err := dec.Decode(members[at].target); err != nil {
			return objectError(kind, err)
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return objectError(kind, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return objectError(kind, "more than one value")
	}
	if at := slices.Index(seen, false); at >= 0 {
		return objectError(kind, "no member "+quote(members[at].name))
	}
	return nil
}

// objectError is a message about JSON; what is an error is wrapped.
func objectError(kind string, what any) error {
	if err, ok := what.(error); ok {
		return fmt.Errorf("rapport: %s in JSON: %w", kind, err)
	}
	return fmt.Errorf("rapport: %s in JSON: %v", kind, what)
}
