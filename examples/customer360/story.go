package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// story is all that happened.
type story struct {
	Files    []branchFile
	Matching *matching
	Before   readiness // of the records as they came
	Merges   []identity.MergeEvent
	Refused  []*identity.RefusedError // merges that a guard refused
	After    readiness                // of the customers after the merges
	View     view                     // on the day of the merge
	Steps    []caseStep
	Last     view     // before the unmerge
	Undone   *undoing // nil: the customer was never merged
}

// tell plays the story through: import, match, merge, show, work, unmerge. who is the
// customer that is shown, "" for the merged one of whom most is known.
func tell(ctx context.Context, b *book, folder fs.FS, who rapport.ID) (*story, error) {
	standard, err := identity.NewStandardiser(&identity.StandardOptions{CallingCode: "44", DayFirst: true})
	if err != nil {
		return nil, err
	}
	s := &story{}
	if s.Files, err = readBranches(folder, standard); err != nil {
		return nil, err
	}
	known := make(map[rapport.ID]bool)
	for _, f := range s.Files {
		for _, source := range f.Sources {
			known[source.ID] = true
		}
	}
	if who != "" && !known[who] {
		return nil, fmt.Errorf("-customer %q is in no branch file", who)
	}
	list, err := optional(folder, "activity.csv", known, readActivity)
	if err != nil {
		return nil, err
	}
	decisions, err := optional(folder, "decisions.csv", known, readDecisions)
	if err != nil {
		return nil, err
	}
	if s.Matching, err = match(ctx, s.Files, decisions, standard); err != nil {
		return nil, err
	}
	if who == "" {
		who = s.Matching.wellKnown(list)
	}
	return s, s.play(ctx, b, list, who)
}

// play stores everything and lets it happen.
func (s *story) play(ctx context.Context, b *book, list []activity, who rapport.ID) (err error) {
	var old, later []activity
	for _, a := range list {
		if a.at.Before(merged()) {
			old = append(old, a)
		} else {
			later = append(later, a)
		}
	}
	if err = b.keepSources(ctx, s.Files); err != nil {
		return err
	}
	if err = b.keepActivity(ctx, old); err != nil {
		return err
	}
	if s.Before, err = b.readiness(ctx, s.Matching, imported()); err != nil {
		return err
	}
	before, err := b.sourceBytes(ctx)
	if err != nil {
		return err
	}
	if s.Merges, s.Refused, err = b.mergeAll(ctx, s.Matching); err != nil {
		return err
	}
	if s.After, err = b.readiness(ctx, s.Matching, merged()); err != nil {
		return err
	}
	if s.View, err = b.readView(ctx, who, today()); err != nil {
		return err
	}
	if len(s.View.Card.Cases) > 0 {
		if s.Steps, err = b.handle(ctx, s.View.Card.Cases[0]); err != nil {
			return err
		}
	}
	if err = b.keepActivity(ctx, later); err != nil {
		return err
	}
	if s.Last, err = b.readView(ctx, who, unmerged()); err != nil {
		return err
	}
	for _, event := range s.Merges {
		concerns := slices.ContainsFunc(event.Members, func(m identity.Member) bool { return m.ID == who })
		if event.Type == identity.Merged && concerns {
			if s.Undone, err = b.unmerge(ctx, event, before, list, unmerged()); err != nil {
				return err
			}
		}
	}
	return nil
}

// wellKnown returns an id of the cluster of which most happened; the first record of all
// if none was found.
func (m *matching) wellKnown(list []activity) rapport.ID {
	best, most := m.Records[0].ID, -1
	for _, ids := range m.Clusters {
		count := 0
		for _, a := range list {
			if slices.Contains(ids, a.customer) {
				count++
			}
		}
		if count > most {
			best, most = ids[0], count
		}
	}
	return best
}

// optional reads a file that a folder may do without.
func optional[T any](folder fs.FS, name string, known map[rapport.ID]bool, read func(io.Reader, map[rapport.ID]bool) ([]T, error)) ([]T, error) {
	file, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := read(file, known)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// persons counts customers of a kind in a file.
func (f *branchFile) persons() (persons, organisations int) {
	for _, s := range f.Sources {
		if s.Record.Kind() == customer.Organisation {
			organisations++
		} else {
			persons++
		}
	}
	return persons, organisations
}
