package pipeline

import (
	"slices"
	"time"

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
	Amount  rapport.Money `json:"amount"` // what winning it brings
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

// Value returns what a field holds: one of the deal's own or of Fields. The products are
// those that are named and those of the lines, each once, as a [List].
func (d *Deal) Value(field string) Value {
	if d == nil {
		return Value{}
	}
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
	case FieldProducts:
		return List(d.AllProducts()...)
	case FieldCompetitors:
		return List(d.Competitors...)
	}
	return d.Fields[field]
}

// AllProducts returns the products that are named and those of the lines, each once.
func (d *Deal) AllProducts() []string {
	var all []string
	once := func(product string) {
		if !slices.Contains(all, product) {
			all = append(all, product)
		}
	}
	for _, product := range d.Products {
		once(product)
	}
	for i := range d.Lines {
		once(d.Lines[i].Product)
	}
	return all
}

// holds reports whether a field holds anything.
func (d *Deal) holds(field string) bool {
	if d == nil {
		return false
	}
	switch field {
	case FieldName:
		return d.Name != ""
	case FieldAmount:
		return d.Amount.Currency() != 0
	case FieldCloseDate:
		return d.CloseDate != Date{}
	case FieldOwner:
		return d.Owner != ""
	case FieldCustomer:
		return d.Customer != ""
	case FieldProducts:
		return len(d.Products)+len(d.Lines) > 0
	case FieldCompetitors:
		return len(d.Competitors) > 0
	}
	return !d.Fields[field].Empty()
}

// Work returns the work on the deal.
func (d *Deal) Work() *Work {
	if d == nil {
		return nil
	}
	return &d.Progress
}

// Outlook returns the probability of winning in percent and the category of the forecast:
// 100 and [CategoryClosed] for a deal that is won, 0 and [CategoryOmitted] for one that is
// lost, else what Override says, else what the stage says. The probability of an open deal
// is 0 if nobody typed one; judged says that Override has spoken. The error is a
// [*StaleDefinitionError] or an [*UnknownStageError].
func (d *Deal) Outlook(m *Machine) (probability int, category Category, judged bool, err error) {
	if d.Definition != m.ref {
		return 0, 0, false, &StaleDefinitionError{d.Definition, m.ref}
	}
	i := m.stage(d.Stage)
	if i < 0 {
		return 0, 0, false, &UnknownStageError{m.ref, d.Stage}
	}
	probability, category, judged = m.stages[i].outlook(&d.Override)
	return probability, category, judged, nil
}

func (s *stage) outlook(o *Override) (probability int, category Category, judged bool) {
	switch s.Kind {
	case Won:
		return 100, CategoryClosed, false
	case Lost:
		return 0, CategoryOmitted, false
	}
	probability, category = s.Probability, s.Category
	if o.Probability != nil {
		probability, judged = *o.Probability, true
	}
	if o.Category != CategoryNone {
		category, judged = o.Category, true
	}
	return probability, category, judged
}
