package pipeline

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Record is the host's record as guards and gates read it: the fields by name, and the
// work on it. A [*Deal] is one.
type Record interface {
	// Value returns what a field holds, nothing for a field that is not there.
	Value(field string) Value
	// Work returns what is done and what stands in the way, nil for none.
	Work() *Work
}

// Work is what happens to a record beside its stage: items done, problems, approvals,
// and how its sub-processes stand. The zero Work is empty. It is a value that is changed
// by replacing it; its slices are never written to. [Deal.Edit] changes that of a deal and
// checks the names against the definition; on a record of its own the host writes it, and
// what names nothing of the definition counts for nothing.
type Work struct {
	Done      []Done      `json:"done,omitempty"`
	Problems  []Problem   `json:"problems,omitempty"`
	Approvals []Vote      `json:"approvals,omitempty"`
	Parts     []PartState `json:"parts,omitempty"`
}

// Done says that an item of a checklist was done.
type Done struct {
	Checklist string    `json:"checklist"`
	Item      string    `json:"item"`
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at"`
}

// Problem is an entry of the problem log.
type Problem struct {
	ID         rapport.ID `json:"id"`
	Stage      StageID    `json:"stage"` // in which it came up
	Severity   Severity   `json:"severity"`
	Text       string     `json:"text"`
	By         string     `json:"by,omitempty"`
	OpenedAt   time.Time  `json:"opened_at"`
	SolvedAt   time.Time  `json:"solved_at,omitzero"` // zero while it is open
	SolvedBy   string     `json:"solved_by,omitempty"`
	Resolution string     `json:"resolution,omitempty"`
}

// Open reports whether the problem is not solved.
func (p Problem) Open() bool { return p.SolvedAt.IsZero() }

// Vote is one person's approval. The last in the list of a person under a name counts, if it was
// given in a role that may and not before the record entered its stage.
type Vote struct {
	Name string    `json:"name"` // of the [Approval]
	By   string    `json:"by"`
	Role string    `json:"role,omitempty"` // in which it was given, one of the approval's
	At   time.Time `json:"at"`
	No   bool      `json:"no,omitempty"` // a refusal, or the withdrawal of an approval
}

// PartState is how a sub-process stands.
type PartState struct {
	Name     string     `json:"name"` // of the [Part]
	ID       rapport.ID `json:"id"`   // of the record that runs it
	Position Position   `json:"position"`
	Outcome  Kind       `json:"outcome"`
}
