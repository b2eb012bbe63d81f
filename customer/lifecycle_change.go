package customer

import (
	"encoding/json"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileLifecycleChange is the kind of record of a [LifecycleChange].
const FileLifecycleChange FileKind = "lifecycle-change"

// Evidence is a figure that a change of stage rests on.
type Evidence struct {
	Figure string  `json:"figure"` // a code, such as those of [Derivation.Evidence]
	Value  float64 `json:"value"`  // finite
}

// LifecycleChange is one entry of the history of a customer's stages. Entries are
// appended by [Lifecycle.Move] and never changed.
type LifecycleChange struct {
	ID         rapport.ID      `json:"id"`
	Customer   rapport.ID      `json:"customer"`
	Sequence   int             `json:"sequence"`       // its place in the customer's history, from 1
	From       Stage           `json:"from,omitzero"`  // 0: none before
	To         Stage           `json:"to"`             // From itself if the reason is blocked or unblocked
	Reason     LifecycleReason `json:"reason"`         // legal for From and To, see [LifecycleMoves]
	Cause      string          `json:"cause,omitzero"` // the host's code, such as why it left; up to 128 bytes
	At         time.Time       `json:"at"`             // event time
	RecordedAt time.Time       `json:"recorded_at"`    // record time
	Actor      string          `json:"actor,omitzero"` // who moved it, up to 128 bytes
	Evidence   []Evidence      `json:"evidence,omitzero"`
}

// Filing files the change under its customer.
func (c LifecycleChange) Filing() Filing {
	c.settle()
	return Filing{Kind: FileLifecycleChange, ID: c.ID, Customer: c.Customer, At: c.At, RecordedAt: c.RecordedAt}
}

// Validate returns nil or a [*ValidationError]; a move that is not legal is the
// reason NotAllowed of "to".
func (c LifecycleChange) Validate() error {
	check := c.check()
	if check.problems == nil && !legalMove(c.From, c.To, c.Reason) {
		check.report(path{field: "to"}, NotAllowed)
	}
	return check.err("lifecycle change", string(c.ID))
}

// check finds what is wrong with the fields one by one.
func (c *LifecycleChange) check() *checker {
	var check checker
	check.id(path{field: "id"}, c.ID)
	check.id(path{field: "customer"}, c.Customer)
	if c.Sequence < 1 {
		check.report(path{field: "sequence"}, OutOfRange)
	}
	if c.From != 0 && !c.From.IsValid() {
		check.report(path{field: "from"}, Unknown)
	}
	if !c.To.IsValid() {
		check.report(path{field: "to"}, enumReason(c.To == 0))
	}
	if !isLifecycleReason(c.Reason) {
		check.report(path{field: "reason"}, enumReason(c.Reason == ""))
	}
	check.optional(path{field: "cause"}, c.Cause, MaxCodeLength)
	check.instant(path{field: "at"}, c.At, true)
	check.instant(path{field: "recorded_at"}, c.RecordedAt, true)
	check.optional(path{field: "actor"}, c.Actor, MaxCodeLength)
	if entries(&check, "evidence", c.Evidence) {
		for i, e := range c.Evidence {
			check.required(path{"evidence", i, "figure"}, e.Figure, MaxCodeLength)
			if math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
				check.report(path{"evidence", i, "value"}, OutOfRange)
			}
		}
	}
	return &check
}

func (c *LifecycleChange) settle() { settleTimes(&c.At, &c.RecordedAt) }

type plainLifecycleChange LifecycleChange

type lifecycleChangeForm struct {
	Format int `json:"format"`
	*plainLifecycleChange
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [LifecycleChange.Validate] does.
func (c LifecycleChange) MarshalJSON() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.settle()
	return json.Marshal(lifecycleChangeForm{jsonFormat, (*plainLifecycleChange)(&c)})
}

// UnmarshalJSON reads what [LifecycleChange.MarshalJSON] writes and validates it.
// Null leaves c as it is; so does an error, which is a [*ValidationError], a
// [*FormatError] or one about the JSON itself.
func (c *LifecycleChange) UnmarshalJSON(text []byte) error {
	var read LifecycleChange
	return readFiled("lifecycle change", text, c, &read, &lifecycleChangeForm{plainLifecycleChange: (*plainLifecycleChange)(&read)})
}
