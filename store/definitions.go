package store

import (
	"context"
	"fmt"
	"iter"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Definitions keeps the processes of one tenant as text, each version once and for
// all: records and histories name the version under which they stand.
type Definitions interface {
	// Put stores the text of a version, byte for byte. The same text again is [Same];
	// another one for a version that is stored is a [*DefinitionConflictError]: what
	// changes is the next version.
	Put(ctx context.Context, d DefinitionText) (Outcome, error)
	// Get returns the text of a version, or [ErrNotFound].
	Get(ctx context.Context, ref pipeline.Ref) (DefinitionText, error)
	// Page returns a page of definitions ordered by id and version.
	Page(ctx context.Context, q DefinitionQuery, r PageRequest) (Page[DefinitionText], error)
	// All streams definitions in the order of Page.
	All(ctx context.Context, q DefinitionQuery) iter.Seq2[DefinitionText, error]
}

// DefinitionText is one version of a process as text, such as the JSON of a
// [pipeline.Definition].
type DefinitionText struct {
	Ref  pipeline.Ref
	Text string
}

// Validate returns nil or an [*ArgumentError].
func (d DefinitionText) Validate() error {
	if err := rapport.ID(d.Ref.ID).Validate(); err != nil {
		return &ArgumentError{Name: "definition id", Err: err}
	}
	switch {
	case d.Ref.Version < 1:
		return &ArgumentError{Name: "definition version", Reason: fmt.Sprintf("%d is below 1", d.Ref.Version)}
	case d.Text == "":
		return &ArgumentError{Name: "definition text", Reason: "is empty"}
	case !utf8.ValidString(d.Text):
		return &ArgumentError{Name: "definition text", Reason: "is not UTF-8"}
	}
	return nil
}

// DefinitionQuery chooses definitions; the zero value chooses all.
type DefinitionQuery struct {
	ID string // of the process, "": of every one
}

// DefinitionConflictError reports a version that is stored with another text.
type DefinitionConflictError struct {
	Ref pipeline.Ref
}

func (e *DefinitionConflictError) Error() string {
	return fmt.Sprintf("store: version %d of definition %q is stored with another text; a change is a new version", e.Ref.Version, e.Ref.ID)
}

// Unwrap returns [ErrConflict].
func (e *DefinitionConflictError) Unwrap() error { return ErrConflict }
