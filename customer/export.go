package customer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// SubjectData is everything that a host holds about one subject. The lists may be
// in any order.
type SubjectData struct {
	Customer     Customer     // required
	Aliases      []rapport.ID // under which other ids it was known before it was merged
	Records      []Filed      // consents, relations, needs and all others
	Transactions []Transaction
	Interactions []Interaction
}

// ForeignRecordError reports a record that belongs to somebody else: in a subject's
// export it would give away another's data.
type ForeignRecordError struct {
	Subject rapport.ID
	Kind    FileKind
	ID      string     // its id, or "system/id" of its external key
	Owner   rapport.ID // whose it is
}

// Error names the record and both parties.
func (e *ForeignRecordError) Error() string {
	return fmt.Sprintf("customer: %s %q belongs to %q, not to %q", e.Kind, e.ID, string(e.Owner), string(e.Subject))
}

// sorted returns the data in one order: aliases by id, records by kind, event time
// and id, transactions and interactions by event time and key. It checks that all
// belong to the subject and are valid.
func (d SubjectData) sorted() (SubjectData, error) {
	subject := d.Customer.ID()
	if d.Customer.IsZero() {
		return SubjectData{}, &ValidationError{Subject: "subject", Problems: []Problem{{Field: "customer", Reason: Missing}}}
	}
	var c checker
	for i, alias := range d.Aliases {
		c.id(path{"aliases", i, ""}, alias)
	}
	if err := c.err("subject", string(subject)); err != nil {
		return SubjectData{}, err
	}
	d.Aliases = slices.Compact(slices.Sorted(slices.Values(d.Aliases)))
	check := func(kind FileKind, id string, owners ...rapport.ID) error {
		for _, owner := range owners {
			if owner == subject || slices.Contains(d.Aliases, owner) {
				return nil
			}
		}
		return &ForeignRecordError{Subject: subject, Kind: kind, ID: id, Owner: owners[0]}
	}
	for i, r := range d.Records {
		if r == nil {
			return SubjectData{}, &ValidationError{Subject: "subject", Name: string(subject),
				Problems: []Problem{{Field: path{"records", i, ""}.String(), Reason: Missing}}}
		}
		if err := r.Validate(); err != nil {
			return SubjectData{}, err
		}
		f := r.Filing()
		if err := check(f.Kind, string(f.ID), f.Customer, f.With); err != nil {
			return SubjectData{}, err
		}
	}
	for _, t := range d.Transactions {
		if err := check(FileTransaction, t.Key().String(), t.Customer()); err != nil {
			return SubjectData{}, err
		}
	}
	for _, i := range d.Interactions {
		if err := check(FileInteraction, i.Key().String(), i.Customer()); err != nil {
			return SubjectData{}, err
		}
	}
	d.Records, d.Transactions, d.Interactions = cloneList(d.Records), cloneList(d.Transactions), cloneList(d.Interactions)
	slices.SortStableFunc(d.Records, func(a, b Filed) int {
		x, y := a.Filing(), b.Filing()
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), x.At.Compare(y.At), cmp.Compare(x.ID, y.ID))
	})
	slices.SortStableFunc(d.Transactions, func(a, b Transaction) int { return cmp.Or(a.At().Compare(b.At()), compareKeys(a.Key(), b.Key())) })
	slices.SortStableFunc(d.Interactions, func(a, b Interaction) int { return cmp.Or(a.At().Compare(b.At()), compareKeys(a.Key(), b.Key())) })
	return d, nil
}

func compareKeys(a, b ExternalKey) int {
	return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.ID, b.ID))
}

// SubjectExport is the document that a subject gets of its data (GDPR 15 and 20,
// PIPL 45), as it is read back.
type SubjectExport struct {
	At           time.Time
	Customer     Customer
	Aliases      []rapport.ID
	Records      []ExportedRecord
	Transactions []Transaction
	Interactions []Interaction
}

// ExportedRecord is a record in its own written form; its kind says of which type.
type ExportedRecord struct {
	Kind   FileKind        `json:"kind"`
	Record json.RawMessage `json:"record"`
}

// Export writes everything about a subject as one JSON document in a versioned form
// and in a stated order (by kind, event time and key), entry by entry, so that the
// document is never in memory. Equal data give the same bytes. After an error of w
// what was written is cut short and no JSON; errors of the data come before the
// first byte: a [*ForeignRecordError] or a [*ValidationError].
func (d SubjectData) Export(w io.Writer, at time.Time) error {
	d, err := d.sorted()
	if err != nil {
		return err
	}
	var c checker
	at = c.instant(path{field: "at"}, at, true)
	if err := c.err("export", string(d.Customer.ID())); err != nil {
		return err
	}
	e := exporter{w: w}
	e.text(`{"format":1,"at":`)
	e.value(at)
	e.text(`,"customer":`)
	e.value(d.Customer)
	exportList(&e, "aliases", d.Aliases, func(id rapport.ID) any { return id })
	exportList(&e, "records", d.Records, func(r Filed) any {
		return struct {
			Kind   FileKind `json:"kind"`
			Record Filed    `json:"record"`
		}{r.Filing().Kind, r}
	})
	exportList(&e, "transactions", d.Transactions, func(t Transaction) any { return t })
	exportList(&e, "interactions", d.Interactions, func(i Interaction) any { return i })
	e.text("}")
	return e.err
}

// exporter writes until the first error.
type exporter struct {
	w   io.Writer
	err error
}

func (e *exporter) text(text string) {
	if e.err == nil {
		_, e.err = io.WriteString(e.w, text)
	}
}

func (e *exporter) value(value any) {
	if e.err != nil {
		return
	}
	var text []byte
	if text, e.err = json.Marshal(value); e.err == nil {
		_, e.err = e.w.Write(text)
	}
}

// exportList writes a member that is a list; an empty one is left out.
func exportList[T any](e *exporter, name string, list []T, form func(T) any) {
	for i, entry := range list {
		if i == 0 {
			e.text(`,"` + name + `":[`)
		} else {
			e.text(",")
		}
		e.value(form(entry))
	}
	if len(list) > 0 {
		e.text("]")
	}
}

type exportForm struct {
	Format       int              `json:"format"`
	At           time.Time        `json:"at"`
	Customer     Customer         `json:"customer"`
	Aliases      []rapport.ID     `json:"aliases,omitempty"`
	Records      []ExportedRecord `json:"records,omitempty"`
	Transactions []Transaction    `json:"transactions,omitempty"`
	Interactions []Interaction    `json:"interactions,omitempty"`
}

// MarshalJSON writes the document as [SubjectData.Export] does.
func (x SubjectExport) MarshalJSON() ([]byte, error) {
	return json.Marshal(exportForm{jsonFormat, x.At.UTC(), x.Customer, x.Aliases, x.Records, x.Transactions, x.Interactions})
}

// UnmarshalJSON reads what [SubjectData.Export] writes, byte for byte but for blanks
// between the values. Null leaves x as it is; so does an error, which is a
// [*FormatError], a [*ValidationError] of a part or one about the JSON itself.
func (x *SubjectExport) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form exportForm
	// Records keep objects of free keys, which decodeStrict refuses.
	if err := json.Unmarshal(text, &form); err != nil {
		return fmt.Errorf("customer: decode export: %w", err)
	}
	if form.Format != jsonFormat {
		return &FormatError{Subject: "export", Format: form.Format}
	}
	read := SubjectExport{form.At, form.Customer, form.Aliases, form.Records, form.Transactions, form.Interactions}
	written, err := read.MarshalJSON()
	if err != nil {
		return fmt.Errorf("customer: decode export: %w", err)
	}
	var given bytes.Buffer
	if err := json.Compact(&given, text); err != nil {
		return fmt.Errorf("customer: decode export: %w", err)
	}
	if !bytes.Equal(given.Bytes(), written) {
		return errors.New("customer: decode export: fields that are unknown, come twice or are in another order")
	}
	*x = read
	return nil
}
