package store

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Aliases says for the customers of one tenant which id now stands for an old one, as
// after a merge. The table is flat: what an alias points to is never an alias itself, so
// one look-up resolves any id. It is written in the same Update as the event that changes
// it.
type Aliases interface {
	// Resolve returns the id that stands for the given one: itself if it is no alias.
	// Whether a customer has that id is not asked.
	Resolve(ctx context.Context, id rapport.ID) (rapport.ID, error)
	// Put changes aliases, all or none; one whose Current is its own Old is taken away.
	// Where the table would not be flat any more the error is an [*AliasError]; so merging
	// B into C names the aliases of B too, and taking the merge back points them to B
	// again.
	Put(ctx context.Context, aliases ...Alias) error
	// Of returns the aliases of an id in byte order: all ids that it stands for.
	Of(ctx context.Context, current rapport.ID) ([]rapport.ID, error)
	// All streams the aliases in byte order of the old id.
	All(ctx context.Context) iter.Seq2[Alias, error]
}

// Alias says that Current stands for Old.
type Alias struct {
	Old, Current rapport.ID
}

// Identities returns every id of one customer: the one that stands for the given id,
// first, and all of its aliases in byte order. Records about a merged customer are filed
// under any of them, so this is what [FileQuery.Customers] is given.
func Identities(ctx context.Context, tx Tx, id rapport.ID) ([]rapport.ID, error) {
	f, err := Files(tx)
	if err != nil {
		return nil, err
	}
	current, err := f.Aliases().Resolve(ctx, id)
	if err != nil {
		return nil, err
	}
	old, err := f.Aliases().Of(ctx, current)
	if err != nil {
		return nil, err
	}
	return append([]rapport.ID{current}, old...), nil
}

// AliasError reports a change after which an alias would point to another alias.
type AliasError struct {
	Old     rapport.ID
	Current rapport.ID // which is an alias too,
	Next    rapport.ID // of this
}

func (e *AliasError) Error() string {
	return fmt.Sprintf("store: %q cannot be an alias of %q, which is one of %q", e.Old, e.Current, e.Next)
}

// Unwrap returns [ErrConflict].
func (e *AliasError) Unwrap() error { return ErrConflict }

// CheckAliases returns why a change of aliases is refused, for back ends. It is given what
// is stored: what an id resolves to, and what points to it.
func CheckAliases(aliases []Alias, resolve func(rapport.ID) (rapport.ID, error), of func(rapport.ID) ([]rapport.ID, error)) error {
	next := make(map[rapport.ID]rapport.ID, len(aliases))
	for i, a := range aliases {
		for _, id := range []rapport.ID{a.Old, a.Current} {
			if err := validateID(fmt.Sprintf("aliases[%d]", i), id); err != nil {
				return err
			}
		}
		if _, twice := next[a.Old]; twice {
			return &ArgumentError{Name: fmt.Sprintf("aliases[%d]", i), Reason: fmt.Sprintf("names %q a second time", a.Old)}
		}
		next[a.Old] = a.Current
	}
	after := func(id rapport.ID) (rapport.ID, error) {
		if to, changed := next[id]; changed {
			return to, nil
		}
		return resolve(id)
	}
	for _, a := range aliases {
		if a.Current == a.Old {
			continue
		}
		switch to, err := after(a.Current); {
		case err != nil:
			return err
		case to != a.Current:
			return &AliasError{Old: a.Old, Current: a.Current, Next: to}
		}
		pointing, err := of(a.Old)
		if err != nil {
			return err
		}
		slices.Sort(pointing)
		for _, old := range pointing {
			if to, changed := next[old]; !changed || to == a.Old {
				return &AliasError{Old: old, Current: a.Old, Next: a.Current}
			}
		}
	}
	return nil
}
