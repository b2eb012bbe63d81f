package pipeline

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Deal is an opportunity to sell: who, what, how much, when, and where it stands. Its
// methods return the changed deal and leave theirs as it was; slices and maps inside are
// never written to, so that copies may share them.
type Deal struct {
	Position
	ID       rapport.ID `json:"id"`
	Name     string     `json:"name,omitempty"`
	Customer rapport.ID `json:"customer,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	// Partner has registered the deal and sees it; empty for a deal of one's own.
	Partner rapport.ID    `json:"partner,omitempty"`
	Amount  rapport.Money `json:"amount,omitzero"` // what winning it brings
	Lines   []Line        `json:"lines,omitempty"`
	// Booked is the rate that was locked when the deal was closed.
	Booked Booking `json:"booked,omitzero"`
	// CloseDate is the day on which the deal is expected to be won, or was closed.
	CloseDate   Date     `json:"close_date,omitzero"`
	Products    []string `json:"products,omitempty"`
	Competitors []string `json:"competitors,omitempty"`
	// Override replaces what the stage says about probability and category.
	Override Override `json:"override,omitzero"`
	NextStep NextStep `json:"next_step,omitzero"`
	// TouchedAt is when somebody last worked on the deal with the customer.
	TouchedAt time.Time `json:"touched_at,omitzero"`
	Fields    Values    `json:"fields,omitempty"` // those that the definition declares
	Progress  Work      `json:"progress,omitzero"`
}

// Line is one product of a deal.
type Line struct {
	Product  string          `json:"product"`
	Quantity decimal.Decimal `json:"quantity"` // in Unit, not negative
	Unit     string          `json:"unit"`     // "piece", "t", "m2", "set"
	Price    rapport.Money   `json:"price"`    // for one unit
}

// Booking is an amount in the currency of the books at the rate of a day.
type Booking struct {
	Rate   decimal.Decimal `json:"rate"` // books' currency for one unit of the deal's
	Amount rapport.Money   `json:"amount"`
	On     Date            `json:"on"`
}

// Override is a person's judgement in place of the stage's figures.
type Override struct {
	Probability *int      `json:"probability,omitempty"` // percent; nil: as the stage says
	Category    Category  `json:"category,omitempty"`    // CategoryNone: as the stage says
	Reason      string    `json:"reason"`
	By          string    `json:"by"`
	At          time.Time `json:"at"`
}

// NextStep is what is to be done next, and by when.
type NextStep struct {
	Text string `json:"text"`
	Due  Date   `json:"due,omitzero"`
}

// Value returns what a field holds: one of the deal's own or of Fields.
func (d *Deal) Value(field string) Value {
	switch field {
	case FieldName:
		return Text(d.Name)
	case FieldAmount:
		return Amount(d.Amount)
	case FieldCloseDate:
		return Day(d.CloseDate)
	case FieldOwner:
		return Text(d.Owner)
	case FieldCustomer:
		return Text(string(d.Customer))
	}
	return d.Fields[field]
}

// Work returns the work on the deal.
func (d *Deal) Work() *Work { return &d.Progress }
