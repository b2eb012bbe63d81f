package store

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
	"github.com/rapport-crm/rapport/pipeline"
)

// Case is a record that a machine moves and that is no deal: a service case, a work
// order, a survey, a claim. It is what guards and gates ask for, and no more; what else
// a host knows of it stays with the host, under the same id. Slices and maps inside are
// never written to, so that copies may share them.
type Case struct {
	pipeline.Position
	ID       rapport.ID      `json:"id"`
	Customer rapport.ID      `json:"customer,omitempty"`
	Owner    string          `json:"owner,omitempty"`
	Partner  rapport.ID      `json:"partner,omitempty"` // who may see it, see [Records]
	Fields   pipeline.Values `json:"fields,omitempty"`
	Progress pipeline.Work   `json:"progress,omitzero"`
}

// Value returns what a field holds: owner and customer, or one of Fields.
func (c *Case) Value(field string) pipeline.Value {
	switch field {
	case pipeline.FieldOwner:
		return pipeline.Text(c.Owner)
	case pipeline.FieldCustomer:
		return pipeline.Text(string(c.Customer))
	}
	return c.Fields[field]
}

// Work returns the work on the case.
func (c *Case) Work() *pipeline.Work { return &c.Progress }

// CaseFormat is the version of the written form of a [Case].
const CaseFormat = 1

// plainCase is a Case that writes its fields one by one.
type plainCase Case

type caseForm struct {
	Format int `json:"format"`
	*plainCase
}

// MarshalJSON writes the case with the version of the form, [CaseFormat].
func (c Case) MarshalJSON() ([]byte, error) {
	return json.Marshal(caseForm{CaseFormat, (*plainCase)(&c)})
}

// UnmarshalJSON reads what MarshalJSON writes, of this version; after an error, which is an
// [*ArgumentError], the case is unchanged.
func (c *Case) UnmarshalJSON(text []byte) error {
	var read Case
	form := caseForm{plainCase: (*plainCase)(&read)}
	if err := exactjson.Decode(text, &form, "fields"); err != nil {
		return &ArgumentError{Name: "case", Err: err}
	}
	if form.Format != CaseFormat {
		return &ArgumentError{Name: "case", Reason: fmt.Sprintf("has format %d, this program knows %d", form.Format, CaseFormat)}
	}
	*c = read
	return nil
}
