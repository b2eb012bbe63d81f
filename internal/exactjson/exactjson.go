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
	"strings"
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
	return fieldsOnce(json.NewDecoder(bytes.NewReader(text)), freely, false)
}

// fieldsOnce reads a value; free means that it may be an object with any keys.
func fieldsOnce(decoder *json.Decoder, freely []string, free bool) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	object := token == json.Delim('{')
	if !object && token != json.Delim('[') {
		return nil
	}
	seen := map[string]bool{}
	for decoder.More() {
		inner := false
		if object {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			field, _ := token.(string) // a key always is
			switch {
			case !free && strings.Trim(field, "abcdefghijklmnopqrstuvwxyz_") != "":
				return fmt.Errorf("unknown field %q", field)
			case seen[field]:
				return fmt.Errorf("field %q comes twice", field)
			}
			seen[field], inner = true, slices.Contains(freely, field)
		}
		if err := fieldsOnce(decoder, freely, inner); err != nil {
			return err
		}
	}
	_, err = decoder.Token() // the closing bracket
	return err
}
