package pipeline

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Entry is one line of a history: what changed, who did it, when and why, and where the
// record stood after it. Histories are only ever appended to.
type Entry struct {
	Seq        int64      `json:"seq"` // the version of the record after the change, from 1
	Record     rapport.ID `json:"record"`
	Kind       MoveKind   `json:"kind"`
	Definition Ref        `json:"definition"` // after the change
	Trigger    TriggerID  `json:"trigger,omitempty"`
	From       StageID    `json:"from,omitempty"`
	To         StageID    `json:"to"`
	Outcome    Kind       `json:"outcome"`
	Reason     string     `json:"reason,omitempty"`
	Note       string     `json:"note,omitempty"`
	By         string     `json:"by,omitempty"`
	OnBehalfOf string     `json:"on_behalf_of,omitempty"`
	At         time.Time  `json:"at"`                   // business time
	RecordedAt time.Time  `json:"recorded_at,omitzero"` // when it was stored
	Request    string     `json:"request,omitempty"`
	// What the forecast needs, after the change.
	Amount      rapport.Money   `json:"amount,omitzero"`
	Rate        decimal.Decimal `json:"rate,omitzero"` // booked, 0 for none
	CloseDate   Date            `json:"close_date,omitzero"`
	Probability int             `json:"probability,omitempty"` // percent
	Category    Category        `json:"category,omitempty"`
	Owner       string          `json:"owner,omitempty"`
	Changes     []Change        `json:"changes,omitempty"`
	Effects     []Effect        `json:"effects,omitempty"`
}

// Change is a field before and after.
type Change struct {
	Field  string `json:"field"`
	Before Value  `json:"before,omitzero"`
	After  Value  `json:"after,omitzero"`
}
