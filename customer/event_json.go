package customer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// eventFormat is the version of the forms of transactions and interactions. Format 2
// added the import; what has format 1 was not imported.
const eventFormat = 2

// onlySince2 refuses the import in JSON of format 1, which had none.
func onlySince2(subject string, format int, i Import) error {
	if format < 2 && !i.IsZero() {
		return fmt.Errorf("customer: decode %s: unknown field \"imported\" in format %d", subject, format)
	}
	return nil
}

type keyJSON struct {
	System string `json:"system"`
	ID     string `json:"id"`
}

type transactionJSON struct {
	Format     int             `json:"format"`
	Key        keyJSON         `json:"key"`
	Kind       TransactionKind `json:"kind"`
	Customer   string          `json:"customer"`
	At         time.Time       `json:"at"`
	RecordedAt time.Time       `json:"recorded_at"`
	Amount     rapport.Money   `json:"amount"`
	Product    string          `json:"product,omitzero"`
	Channel    Channel         `json:"channel,omitzero"`
	Branch     string          `json:"branch,omitzero"`
	Order      string          `json:"order,omitzero"`
	Line       string          `json:"line,omitzero"`
	Of         keyJSON         `json:"of,omitzero"`
	Imported   Import          `json:"imported,omitzero"`
}

// MarshalJSON writes every field in a versioned form; null for the zero value.
// Equal transactions give the same bytes.
func (t Transaction) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	d := &t.draft
	return json.Marshal(transactionJSON{
		Format: eventFormat, Key: keyJSON(d.Key), Kind: d.Kind, Customer: string(d.Customer),
		At: d.At, RecordedAt: d.RecordedAt, Amount: d.Amount,
		Product: d.Product, Channel: d.Channel, Branch: d.Branch,
		Order: d.Order, Line: d.Line, Of: keyJSON(d.Of), Imported: d.Imported,
	})
}

// UnmarshalJSON reads what [Transaction.MarshalJSON] writes and checks it as
// [NewTransaction] does. Null leaves t as it is; so does an error, which is a
// [*ValidationError], a [*FormatError] or one about the JSON itself.
func (t *Transaction) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form transactionJSON
	if err := decodeStrict("transaction", text, &form); err != nil {
		return err
	}
	if err := onlySince2("transaction", form.Format, form.Imported); err != nil {
		return err
	}
	read, err := NewTransaction(TransactionDraft{
		Key: ExternalKey(form.Key), Kind: form.Kind, Customer: rapport.ID(form.Customer),
		At: form.At, RecordedAt: form.RecordedAt, Amount: form.Amount,
		Product: form.Product, Channel: form.Channel, Branch: form.Branch,
		Order: form.Order, Line: form.Line, Of: ExternalKey(form.Of), Imported: form.Imported,
	})
	if err != nil {
		return err
	}
	*t = read
	return nil
}

type interactionJSON struct {
	Format     int            `json:"format"`
	Key        keyJSON        `json:"key"`
	Customer   string         `json:"customer"`
	Channel    Channel        `json:"channel"`
	Direction  Direction      `json:"direction"`
	At         time.Time      `json:"at"`
	RecordedAt time.Time      `json:"recorded_at"`
	Duration   time.Duration  `json:"duration_ns,omitzero"`
	Topic      string         `json:"topic,omitzero"`
	Outcome    string         `json:"outcome,omitzero"`
	Cost       *rapport.Money `json:"cost,omitempty"` // a pointer, not omitzero: 0.00 CNY is a known cost
	Agent      string         `json:"agent,omitzero"`
	Imported   Import         `json:"imported,omitzero"`
}

// MarshalJSON writes every field in a versioned form; null for the zero value.
// Equal interactions give the same bytes.
func (i Interaction) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	d := &i.draft
	form := interactionJSON{
		Format: eventFormat, Key: keyJSON(d.Key), Customer: string(d.Customer), Channel: d.Channel, Direction: d.Direction,
		At: d.At, RecordedAt: d.RecordedAt, Duration: d.Duration,
		Topic: d.Topic, Outcome: d.Outcome, Agent: d.Agent, Imported: d.Imported,
	}
	if d.Cost.Currency() != 0 {
		form.Cost = &d.Cost
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Interaction.MarshalJSON] writes and checks it as
// [NewInteraction] does. Null leaves i as it is; so does an error, which is a
// [*ValidationError], a [*FormatError] or one about the JSON itself.
func (i *Interaction) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form interactionJSON
	if err := decodeStrict("interaction", text, &form); err != nil {
		return err
	}
	if err := onlySince2("interaction", form.Format, form.Imported); err != nil {
		return err
	}
	var cost rapport.Money
	if form.Cost != nil {
		cost = *form.Cost
	}
	read, err := NewInteraction(InteractionDraft{
		Key: ExternalKey(form.Key), Customer: rapport.ID(form.Customer), Channel: form.Channel, Direction: form.Direction,
		At: form.At, RecordedAt: form.RecordedAt, Duration: form.Duration,
		Topic: form.Topic, Outcome: form.Outcome, Cost: cost, Agent: form.Agent, Imported: form.Imported,
	})
	if err != nil {
		return err
	}
	*i = read
	return nil
}
