package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Erasure says what is to be removed about a person for good, and what stays.
type Erasure struct {
	// Customers are all the ids of the person, those that a merge has replaced too; see
	// [Identities].
	Customers []rapport.ID
	// Keep are the kinds of files that stay as they are, such as a consent ledger that has
	// to be kept as evidence, or suppression marks. Files of other kinds are removed with
	// all that they were, both those of the person and those of others that are found by
	// the person (With). A file that was the person's and has become somebody else's
	// stays, without the states in which it was the person's.
	Keep []customer.FileKind
	// Remove, if it is not nil, lists the kinds that are removed. A stored file of a kind
	// in neither list is then an [*ErasureError], so that a plan made before that kind
	// existed decides nothing about it.
	Remove []customer.FileKind
	// KeepFiles are single files that stay as they are, whatever their kind.
	KeepFiles []FileName
	// Pseudonym is the id under which transactions and interactions stay: amounts,
	// products, times and the keys of other systems are kept for the books; the topic,
	// outcome and agent of interactions are not. It must be no customer. "": none stays,
	// but for KeepInteractions.
	Pseudonym rapport.ID
	// KeepTransactions, if it is not nil, lists those that stay under the pseudonym; the
	// others are removed. Nil: all stay, if there is a pseudonym.
	KeepTransactions []customer.ExternalKey
	// KeepInteractions, if it is not nil, lists those that stay as they are, with their
	// text and under the old id; the others are removed. Nil: all stay under the
	// pseudonym, if there is one.
	KeepInteractions []customer.ExternalKey
}

// FileName names a record about a customer.
type FileName struct {
	Kind customer.FileKind
	ID   rapport.ID
}

// ErasureOf returns the erasure that a plan of package customer asks for. The aliases are
// the ids that were merged into its subject. What was filed since the plan was made is
// removed; so it is made and carried out in one Update.
func ErasureOf(plan customer.ErasurePlan, aliases ...rapport.ID) Erasure {
	e := Erasure{
		Customers:        append([]rapport.ID{plan.Subject}, aliases...),
		KeepTransactions: []customer.ExternalKey{}, KeepInteractions: []customer.ExternalKey{},
	}
	for _, step := range plan.Steps {
		switch {
		case step.Action == customer.EraseRecord:
		case step.Kind == customer.FileTransaction:
			e.KeepTransactions, e.Pseudonym = append(e.KeepTransactions, step.Key), plan.Pseudonym
		case step.Kind == customer.FileInteraction:
			e.KeepInteractions = append(e.KeepInteractions, step.Key)
		default:
			e.KeepFiles = append(e.KeepFiles, FileName{step.Kind, step.ID})
		}
	}
	return e
}

// Erasing removes what is stored about persons, for [UnsafeErase].
type Erasing interface {
	// Erase does what [UnsafeErase] says.
	Erase(ctx context.Context, r ErasureRules) (ErasureReport, error)
}

// ErasureReport counts what an erasure has removed or changed.
type ErasureReport struct {
	Customers    int // removed, with their identifiers and aliases
	Files        int // removed
	States       int // past states of customers and files, removed
	Transactions int // removed, or kept under the pseudonym
	Interactions int // removed, or kept under the pseudonym without their text
	// Records are the deals and cases that still name one of the ids, in byte order. Their
	// histories are never rewritten; what happens to them is the host's decision.
	Records []rapport.ID
}

// UnsafeErase removes all that is stored about a person, and cannot be undone: the
// customer with every version, its identifiers and aliases, its files by the lists of the
// erasure, and its transactions and interactions unless there is a pseudonym. It is part
// of the Update around it, in which the host also writes the suppression marks that keep
// the person from being imported again; see [Suppressing]. Each removed record is in the
// [Feed] as [Erased].
//
// Ids are keys and are not erased from feed, outbox and histories: they should say
// nothing about a person. A back end says in its documentation what is left on its medium
// and how that is cleaned.
//
// An id of which nothing is stored is no error. The error is an [*ArgumentError] for an
// erasure that names nobody, and an [*ErasureError]; then nothing is removed.
func UnsafeErase(ctx context.Context, tx Tx, e Erasure) (ErasureReport, error) {
	if err := e.Validate(); err != nil {
		return ErasureReport{}, err
	}
	f, err := Files(tx)
	if err != nil {
		return ErasureReport{}, err
	}
	return f.Erasures().Erase(ctx, newErasureRules(e))
}

// Validate returns nil or an [*ArgumentError].
func (e Erasure) Validate() error {
	if err := (FileQuery{Customers: e.Customers}).Validate(); err != nil || e.Customers == nil {
		return &ArgumentError{Name: "erasure customers", Reason: "name nobody, or too many", Err: err}
	}
	for _, kind := range slices.Concat(e.Keep, e.Remove) {
		if err := ValidateFileKind(kind); err != nil {
			return err
		}
	}
	for _, kind := range e.Keep {
		if slices.Contains(e.Remove, kind) {
			return &ArgumentError{Name: "erasure", Reason: fmt.Sprintf("both keeps and removes %q", kind)}
		}
	}
	if e.Pseudonym == "" {
		return nil
	}
	if slices.Contains(e.Customers, e.Pseudonym) {
		return &ArgumentError{Name: "erasure pseudonym", Reason: fmt.Sprintf("is %q, which is to be erased", e.Pseudonym)}
	}
	return validateID("erasure pseudonym", e.Pseudonym)
}

// ErasureError reports an erasure that the stored records do not allow.
type ErasureError struct {
	Kind      customer.FileKind // of a file that the plan neither keeps nor removes
	Pseudonym rapport.ID        // that is the id of a customer, or an alias of one
}

func (e *ErasureError) Error() string {
	if e.Kind == "" {
		return fmt.Sprintf("store: the pseudonym %q is the id of a customer", e.Pseudonym)
	}
	return fmt.Sprintf("store: the erasure neither keeps nor removes files of the kind %q, and there are some", e.Kind)
}

// Unwrap returns [ErrConflict].
func (e *ErasureError) Unwrap() error { return ErrConflict }
