package pipeline

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// EntryFormat is the version of the written form of an [Entry].
const EntryFormat = 1

// entryFields is an Entry that writes its fields one by one.
type entryFields Entry

type entryForm struct {
	Format int `json:"format"`
	*entryFields
}

// EntryError says what is wrong with an entry.
type EntryError struct {
	Record rapport.ID
	Seq    int64
	Err    error
}

func (e *EntryError) Error() string {
	return fmt.Sprintf("pipeline: entry %d of %q: %s", e.Seq, e.Record, bare(e.Err))
}

// Unwrap returns what is wrong.
func (e *EntryError) Unwrap() error { return e.Err }

// MarshalJSON writes the entry with the version of the form, [EntryFormat]. The error is
// an [*EntryError] for an entry that could not be read again.
func (e Entry) MarshalJSON() ([]byte, error) {
	if err := e.validate(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(entryForm{EntryFormat, (*entryFields)(&e)})
	if err != nil {
		return nil, &EntryError{e.Record, e.Seq, err}
	}
	return text, nil
}

// UnmarshalJSON reads what MarshalJSON writes, of this version; after an error, which is an
// [*EntryError], the entry is unchanged.
func (e *Entry) UnmarshalJSON(text []byte) error {
	var read Entry
	form := entryForm{entryFields: (*entryFields)(&read)}
	if err := exactjson.Decode(text, &form); err != nil {
		return &EntryError{read.Record, read.Seq, err}
	}
	if form.Format != EntryFormat {
		return &EntryError{read.Record, read.Seq, &InputError{Name: "format", Value: fmt.Sprint(form.Format), Want: fmt.Sprint(EntryFormat)}}
	}
	for _, at := range read.times() {
		*at = at.UTC()
	}
	if err := read.validate(); err != nil {
		return err
	}
	*e = read
	return nil
}

func (e *Entry) times() []*time.Time {
	return []*time.Time{&e.At, &e.RecordedAt}
}

// validate refuses what is no entry, or could not be written and read.
func (e *Entry) validate() error {
	wrong := func(name, value, want string) error {
		return &EntryError{e.Record, e.Seq, &InputError{Name: name, Value: value, Want: want}}
	}
	if err := e.Record.Validate(); err != nil {
		return wrong("record", string(e.Record), "an id")
	}
	if e.Seq < 1 || e.Cycle < 1 {
		return wrong("seq and cycle", fmt.Sprint(e.Seq, e.Cycle), "numbers from 1")
	}
	if e.Kind < Began || e.Kind > Migrated {
		return wrong("kind", e.Kind.String(), "what a move can be")
	}
	if e.Outcome > Lost || e.Category > CategoryClosed {
		return wrong("outcome and category", fmt.Sprint(e.Outcome, e.Category), "one of the constants")
	}
	if e.To == "" || e.At.IsZero() {
		return wrong("to and at", string(e.To), "a stage and a time")
	}
	for _, at := range e.times() {
		if at.Unix() >= endOfYears || at.Year() < 1 || *at != at.Round(0).UTC() {
			return wrong("time", at.String(), "UTC in the years 1 to 9999")
		}
	}
	for _, text := range []string{
		e.Definition.ID, string(e.Trigger), string(e.From), string(e.To), e.Reason, e.Note, e.By, e.OnBehalfOf, e.Request, e.Owner, string(e.Held),
	} {
		if !utf8.ValidString(text) {
			return wrong("text", text, "UTF-8")
		}
	}
	if !writable(e.Rate) {
		return wrong("rate", e.Rate.Coefficient().String(), "at most 64 digits before and after the point")
	}
	if e.CloseDate != (Date{}) && !e.CloseDate.IsValid() {
		return wrong("close date", e.CloseDate.String(), "a date")
	}
	for _, c := range e.Changes {
		if c.Field == "" || !utf8.ValidString(c.Field) {
			return wrong("field", c.Field, "a name in UTF-8")
		}
		for _, v := range [...]Value{c.Before, c.After} {
			if flaw := v.flaw(); flaw != "" {
				return wrong("field "+c.Field, v.text, strings.TrimPrefix(flaw, "want "))
			}
		}
	}
	for _, x := range e.Effects {
		if x.When > OnEnter || !utf8.ValidString(x.Name) || !utf8.ValidString(string(x.Stage)) {
			return wrong("effect", x.Name, "a name in UTF-8 and a time")
		}
	}
	if e.Link != nil {
		for _, slot := range e.Link.Slots {
			if !utf8.ValidString(slot.Place) {
				return wrong("slot", slot.Place, "a place in UTF-8")
			}
		}
	}
	return nil
}

// writable reports whether a number has few enough digits to be written out.
func writable(n decimal.Decimal) bool {
	const most = rapport.MaxAmountDigits
	return n.Exponent() >= -2*most && n.Exponent() <= most && n.NumDigits() <= 3*most
}
