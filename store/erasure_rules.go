package store

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// ErasureRules say what becomes of each record in a valid [Erasure], for back ends.
type ErasureRules struct {
	IDs       []rapport.ID // whose records they are: each once and in byte order
	Pseudonym rapport.ID

	keep, remove       []customer.FileKind
	files              map[FileName]bool
	lines, talks       map[customer.ExternalKey]bool
	allLines, allTalks bool
}

// Fate is what becomes of a transaction or an interaction when its customer is erased.
type Fate uint8

// The fates.
const (
	Goes   Fate = iota + 1 // it is removed
	Stays                  // it stays as it is
	Hidden                 // it stays under the pseudonym, without text
)

func newErasureRules(e Erasure) ErasureRules {
	r := ErasureRules{
		IDs: slices.Compact(slices.Sorted(slices.Values(e.Customers))), Pseudonym: e.Pseudonym, keep: e.Keep, remove: e.Remove,
		files: map[FileName]bool{}, lines: map[customer.ExternalKey]bool{}, talks: map[customer.ExternalKey]bool{},
		allLines: e.KeepTransactions == nil, allTalks: e.KeepInteractions == nil,
	}
	for _, name := range e.KeepFiles {
		r.files[name] = true
	}
	for _, key := range e.KeepTransactions {
		r.lines[key] = true
	}
	for _, key := range e.KeepInteractions {
		r.talks[key] = true
	}
	return r
}

// Gone returns which states of a file are removed, of all that it has in the order of
// versions: every one if the last is the person's or found by the person, and else those
// that are, for the file has become somebody else's. The error is an [*ErasureError].
func (r ErasureRules) Gone(states []FileRow) ([]FileRow, error) {
	if len(states) == 0 {
		return nil, nil
	}
	last := states[len(states)-1]
	goes, err := r.Removes(last.Kind, last.ID)
	switch {
	case err != nil || !goes:
		return nil, err
	case r.names(last):
		return states, nil
	}
	var gone []FileRow
	for _, state := range states {
		if r.names(state) {
			gone = append(gone, state)
		}
	}
	return gone, nil
}

// names says whether a state of a file is one of the persons' or found by one.
func (r ErasureRules) names(state FileRow) bool {
	for _, id := range []rapport.ID{state.Customer, state.With} {
		if _, named := slices.BinarySearch(r.IDs, id); named {
			return true
		}
	}
	return false
}

// Removes says whether a file is removed; the error is an [*ErasureError].
func (r ErasureRules) Removes(kind customer.FileKind, id rapport.ID) (bool, error) {
	switch {
	case r.files[FileName{kind, id}], slices.Contains(r.keep, kind):
		return false, nil
	case r.remove == nil || slices.Contains(r.remove, kind):
		return true, nil
	}
	return false, &ErasureError{Kind: kind}
}

// Transaction says what becomes of a transaction.
func (r ErasureRules) Transaction(key customer.ExternalKey) Fate {
	if r.Pseudonym != "" && (r.allLines || r.lines[key]) {
		return Hidden
	}
	return Goes
}

// Interaction says what becomes of an interaction.
func (r ErasureRules) Interaction(key customer.ExternalKey) Fate {
	switch {
	case r.talks[key]:
		return Stays
	case r.allTalks && r.Pseudonym != "":
		return Hidden
	}
	return Goes
}

// Anonymous returns what is left of a hidden interaction.
func (r ErasureRules) Anonymous(i customer.Interaction) (customer.Interaction, error) {
	d := i.Draft()
	d.Customer, d.Topic, d.Outcome, d.Agent = r.Pseudonym, "", "", ""
	return customer.NewInteraction(d)
}

// Renamed returns what is left of a hidden transaction.
func (r ErasureRules) Renamed(t customer.Transaction) (customer.Transaction, error) {
	d := t.Draft()
	d.Customer = r.Pseudonym
	return customer.NewTransaction(d)
}
