package customer

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// RelationChange is the beginning or the end of a relation.
type RelationChange struct {
	At       time.Time
	Begins   bool
	Relation Relation
}

// RelationChanges returns what began and what ended within a period, as recorded until
// known (zero: all), in the order of time; at one instant ends come first, then by
// relation id. The errors are those of [NewGraph] about single relations.
func RelationChanges(relations []Relation, period rapport.Interval, known time.Time) ([]RelationChange, error) {
	current, err := latest(relations, known)
	if err != nil {
		return nil, err
	}
	var changes []RelationChange
	for _, r := range current {
		if start := r.Valid.Start(); !start.IsZero() && period.Contains(start) {
			changes = append(changes, RelationChange{At: start, Begins: true, Relation: r})
		}
		if end := r.Valid.End(); !end.IsZero() && period.Contains(end) {
			changes = append(changes, RelationChange{At: end, Relation: r})
		}
	}
	slices.SortFunc(changes, func(a, b RelationChange) int {
		if a.Begins != b.Begins && a.At.Equal(b.At) {
			if b.Begins {
				return -1
			}
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Relation.ID, b.Relation.ID))
	})
	return changes, nil
}

// RelationReader finds relations that are kept: the last version of each.
type RelationReader interface {
	// RelationsFrom returns the relations of a kind whose From is id.
	RelationsFrom(kind RelationKind, id rapport.ID) ([]Relation, error)
	// RelationsTo returns the relations of a kind whose To is id.
	RelationsTo(kind RelationKind, id rapport.ID) ([]Relation, error)
}

// AdmitRelation returns nil if a relation may be kept beside those that the reader
// finds, which go together: [CheckRelations] for one more, which reads only what lies
// below it. What the reader finds under the id of the relation is taken as replaced.
// The error is one of [CheckRelations] or of the reader.
func AdmitRelation(next Relation, kept RelationReader) error {
	next, err := next.checked()
	if err != nil {
		return err
	}
	beside := []Relation{next}
	add := func(found []Relation) (added []Relation) {
		for _, r := range found {
			if r.ID != next.ID && r.Valid.Overlaps(next.Valid) {
				added = append(added, r)
			}
		}
		beside = append(beside, added...)
		return added
	}
	switch {
	case next.Kind == RelationOwns:
		found, err := kept.RelationsTo(next.Kind, next.To)
		if err != nil {
			return err
		}
		add(found)
	case next.Kind.IsHierarchy():
		// A circle that is new goes through next.
		seen := map[rapport.ID]bool{next.To: true}
		for open := []rapport.ID{next.To}; len(open) > 0; {
			id := open[len(open)-1]
			open = open[:len(open)-1]
			if id == next.From {
				continue // what lies below is above next, and was without a circle
			}
			found, err := kept.RelationsFrom(next.Kind, id)
			if err != nil {
				return err
			}
			for _, r := range add(found) {
				if !seen[r.To] {
					seen[r.To] = true
					open = append(open, r.To)
				}
			}
		}
		if !seen[next.From] {
			return nil
		}
	}
	return CheckRelations(beside)
}
