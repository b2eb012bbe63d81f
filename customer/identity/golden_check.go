package identity

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// recordFormat is the version of the JSON forms of sources and merge events, in their
// field "format". It is raised when a field is added or its meaning changes; older
// formats stay readable.
const recordFormat = 1

// decodeRecord reads one JSON value strictly into a form. The format comes first: a newer
// one explains unknown fields.
func decodeRecord(subject string, text []byte, form any) error {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("identity: decode %s: %w", subject, err)
	}
	if head.Format != recordFormat {
		return &customer.FormatError{Subject: subject, Format: head.Format}
	}
	if err := exactjson.Decode(text, form); err != nil {
		return fmt.Errorf("identity: decode %s: %w", subject, err)
	}
	return nil
}

// faults gathers what is wrong with a record. Its zero value is ready to use.
type faults struct {
	problems []customer.Problem
}

func (f *faults) add(field string, reason customer.Reason) {
	f.problems = append(f.problems, customer.Problem{Field: field, Reason: reason})
}

func (f *faults) err(subject string, id rapport.ID) error {
	if len(f.problems) == 0 {
		return nil
	}
	name := string(id)
	if len(name) > rapport.MaxIDLength {
		name = name[:rapport.MaxIDLength] + "…"
	}
	return &customer.ValidationError{Subject: subject, Name: name, Problems: f.problems}
}

func (f *faults) id(field string, id rapport.ID) {
	switch {
	case id == "":
		f.add(field, customer.Missing)
	case id.Validate() != nil: // an id may be blank, a text may not
		f.add(field, lineReason(string(id), rapport.MaxIDLength))
	}
}

func (f *faults) text(field, text string, limit int, required bool) {
	if text == "" {
		if required {
			f.add(field, customer.Missing)
		}
		return
	}
	if reason := lineReason(text, limit); reason != "" {
		f.add(field, reason)
	} else if strings.TrimSpace(text) == "" {
		f.add(field, customer.Blank)
	}
}

// lineReason returns what is wrong with one line of text, "" if nothing.
func lineReason(text string, limit int) customer.Reason {
	switch {
	case len(text) > limit:
		return customer.TooLong
	case !utf8.ValidString(text):
		return customer.NotUTF8
	case strings.ContainsFunc(text, unicode.IsControl):
		return customer.ControlCharacter
	}
	return ""
}

// instant asks for a time in the years that package customer keeps.
func (f *faults) instant(field string, t time.Time) {
	if t.IsZero() {
		f.add(field, customer.Missing)
	} else if year := t.UTC().Year(); year < 1678 || year > 2261 {
		f.add(field, customer.OutOfRange)
	}
}

// at is the path of a field of an entry of a list.
func at(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i) + "]." + field
}

// quoteID quotes an id for a message; an overlong one is cut.
func quoteID(id rapport.ID) string {
	if len(id) > rapport.MaxIDLength {
		id = id[:rapport.MaxIDLength] + "…"
	}
	return strconv.Quote(string(id))
}
