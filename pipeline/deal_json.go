package pipeline

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// DealFormat is the version of the written form of a [Deal].
const DealFormat = 1

// plainDeal is a Deal that writes its fields one by one.
type plainDeal Deal

type dealForm struct {
	Format int `json:"format"`
	*plainDeal
}

// DealError says what is wrong with the written form of a deal.
type DealError struct {
	ID  rapport.ID
	Err error
}

func (e *DealError) Error() string { return fmt.Sprintf("pipeline: deal %q: %s", e.ID, bare(e.Err)) }

// Unwrap returns what is wrong.
func (e *DealError) Unwrap() error { return e.Err }

// MarshalJSON writes the deal with the version of the form, [DealFormat]. The error is a
// [*DealError].
func (d Deal) MarshalJSON() ([]byte, error) {
	if err := d.checkForm(); err != nil {
		return nil, &DealError{d.ID, err}
	}
	text, err := json.Marshal(dealForm{DealFormat, (*plainDeal)(&d)})
	if err != nil {
		return nil, &DealError{d.ID, err}
	}
	return text, nil
}

// UnmarshalJSON reads what MarshalJSON writes, of this version; after an error, which is a
// [*DealError], the deal is unchanged. It does not ask whether the deal fits a machine: that
// does whatever is done with it.
func (d *Deal) UnmarshalJSON(text []byte) error {
	var read Deal
	form := dealForm{plainDeal: (*plainDeal)(&read)}
	if err := exactjson.Decode(text, &form, "fields"); err != nil {
		return &DealError{read.ID, err}
	}
	if form.Format != DealFormat {
		return &DealError{read.ID, &InputError{Name: "format", Value: fmt.Sprint(form.Format), Want: fmt.Sprint(DealFormat)}}
	}
	for _, at := range read.times() {
		*at = at.UTC()
	}
	if err := read.checkForm(); err != nil {
		return &DealError{read.ID, err}
	}
	*d = read
	return nil
}

// checkForm refuses what could not be written and read.
func (d *Deal) checkForm() error {
	numbers := []decimal.Decimal{d.Booked.Rate}
	for i := range d.Lines {
		numbers = append(numbers, d.Lines[i].Quantity)
	}
	for _, n := range numbers {
		if !writable(n) {
			return &InputError{Name: "number", Value: n.Coefficient().String(), Want: "at most 64 digits before and after the point"}
		}
	}
	for field, v := range d.Fields {
		if v.Empty() {
			return &InputError{Name: "field", Value: field, Want: "a value, or no such field"}
		}
	}
	for _, text := range []string{string(d.ID), d.Definition.ID, string(d.Stage), string(d.Held)} {
		if !utf8.ValidString(text) {
			return &InputError{Name: "id or stage", Value: text, Want: "text in UTF-8"}
		}
	}
	for _, c := range compareDeals(&Deal{}, d) {
		if !utf8.ValidString(c.Field + c.After.text) { // JSON would replace the bytes
			return &InputError{Name: c.Field, Value: c.After.text, Want: "text in UTF-8"}
		}
	}
	return nil
}

// times are all instants that a deal holds.
func (d *Deal) times() []*time.Time {
	all := []*time.Time{&d.TouchedAt, &d.Override.At}
	w := &d.Progress
	for i := range w.Done {
		all = append(all, &w.Done[i].At)
	}
	for i := range w.Problems {
		all = append(all, &w.Problems[i].OpenedAt, &w.Problems[i].SolvedAt)
	}
	for i := range w.Approvals {
		all = append(all, &w.Approvals[i].At)
	}
	return all
}
