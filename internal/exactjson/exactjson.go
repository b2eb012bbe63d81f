// Package exactjson refuses JSON that encoding/json would read as something else than
// what is written.
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Decode reads one value into a struct whose fields have names of small letters and
// underscores. It refuses text after it, bytes that are no UTF-8, which the decoder
// replaces, and fields that the struct does not have, that come twice or are in other
// letter case, which it drops, overwrites or takes for the struct's. Objects in a
// field of freely lists have keys of any letters, none twice.
func Decode(text []byte, into any, freely ...string) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("text after the value")
	}
	if !utf8.Valid(text) {
		return errors.New("the text is not UTF-8")
	}
	return fieldsOnce(text, freely)
}

// DecodeFormat is [Decode] for a struct with a field "format", the version of the form.
// It returns the format that the text has, 0 for none. If that is not the wanted one,
// nothing is read and the error is nil: a newer format explains fields that are unknown.
func DecodeFormat(text []byte, want int, into any) (format int, err error) {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return 0, err
	}
	if head.Format != want {
		return head.Format, nil
	}
	return want, Decode(text, into)
}

// level is an object or an array that is open.
type level struct {
	object, free bool            // free: its keys may be any
	first        int             // of its keys
	seen         map[string]bool // its keys, once they are too many to go through
}

// fewKeys is how many keys of an object are gone through one by one.
const fewKeys = 32

// fieldsOnce checks the keys of all objects in JSON that has been read without an error.
func fieldsOnce(text []byte, freely []string) error {
	var open []level
	var keys [][]byte // of all levels
	key, free := false, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			key = text[i] == '{'
			open = append(open, level{object: key, free: free && key, first: len(keys)})
			free = false
		case '}', ']':
			keys = keys[:open[len(open)-1].first]
			open = open[:len(open)-1]
			key = false
		case ',':
			key, free = open[len(open)-1].object, false
		case '"':
			from := i + 1
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if !key {
				continue
			}
			key = false
			name := text[from:i]
			if bytes.IndexByte(name, '\\') >= 0 {
				var plain string
				if err := json.Unmarshal(text[from-1:i+1], &plain); err != nil {
					return err
				}
				name = []byte(plain)
			}
			if err := open[len(open)-1].add(name, keys); err != nil {
				return err
			}
			keys, free = append(keys, name), slices.Contains(freely, string(name))
		}
	}
	return nil
}

// add checks the next key of an object; keys are those of all levels before it.
func (l *level) add(name []byte, keys [][]byte) error {
	if !l.free {
		for _, c := range name {
			if (c < 'a' || c > 'z') && c != '_' {
				return fmt.Errorf("unknown field %q", name)
			}
		}
	}
	mine, twice := keys[l.first:], false
	switch {
	case len(mine) < fewKeys:
		twice = slices.ContainsFunc(mine, func(had []byte) bool { return bytes.Equal(had, name) })
	case l.seen == nil:
		l.seen = make(map[string]bool, 2*fewKeys)
		for _, had := range mine {
			l.seen[string(had)] = true
		}
		fallthrough
	default:
		twice = l.seen[string(name)]
		l.seen[string(name)] = true
	}
	if twice {
		return fmt.Errorf("field %q comes twice", name)
	}
	return nil
}
