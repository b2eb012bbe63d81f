package store

import (
	"github.com/rapport-crm/rapport"
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
