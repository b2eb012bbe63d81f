package customer

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// ConsentLedger answers what may be done with the data of one or many subjects,
// from all that they ever said ([Consent]). It only grows: [ConsentLedger.With]
// returns a longer copy. It is immutable and safe to share between goroutines; the
// zero value knows no record and no law, and allows nothing.
type ConsentLedger struct {
	records  []Consent        // valid, in the order of compareConsents
	profiles []ConsentProfile // valid, one of each jurisdiction
	born     map[rapport.ID]time.Time
	merges   []ConsentMerge       // in order of time
	listed   map[rapport.ID][]int // the merges that list a subject, also those that KnownAt has cut off; in order
}

// ConsentOptions says by which laws and facts a [ConsentLedger] decides. Nil: by
// [GDPR] and [PIPL], no date of birth known, nobody merged.
type ConsentOptions struct {
	Profiles []ConsentProfile         // one for each jurisdiction; none: GDPR and PIPL
	Born     map[rapport.ID]time.Time // dates of birth, by subject; the date counts in UTC
	Merges   []ConsentMerge           // of subjects, in any order
}

// ConsentMerge says that several subjects are one since an instant. Of merges that
// follow each other, the later lists all subjects again: {a, b}, then {a, b, c}.
//
// Once it is undone each subject has its own records again, also those that were
// recorded under its id in between. Refusals recorded in between go on to count for
// all: whose they were nobody can tell.
type ConsentMerge struct {
	Members []rapport.ID
	At      time.Time // record time: when they were merged
	Undone  time.Time // record time: when that was undone; zero: it was not
}

// ConsentConflictError reports two records of one id that differ.
type ConsentConflictError struct{ ID rapport.ID }

// Error names the id.
func (e *ConsentConflictError) Error() string {
	return fmt.Sprintf("customer: consent %q is in the ledger with other content; a change is a new record", string(e.ID))
}

// NewConsentLedger returns the ledger of these records, in any order; one that
// comes twice counts once. The error is a [*ConsentConflictError] or a
// [*ValidationError] for a record, a profile, a date of birth or a merge.
func NewConsentLedger(records []Consent, o *ConsentOptions) (ConsentLedger, error) {
	if o == nil {
		o = &ConsentOptions{}
	}
	profiles := o.Profiles
	if len(profiles) == 0 {
		profiles = []ConsentProfile{GDPR(), PIPL()}
	}
	l := ConsentLedger{born: maps.Clone(o.Born)}
	var c checker
	for i, p := range profiles {
		p = p.clone()
		if err := p.check(); err != nil {
			return ConsentLedger{}, err
		}
		if _, known := l.profile(p.Jurisdiction); known {
			c.report(path{"profiles", i, "jurisdiction"}, Duplicate)
		}
		l.profiles = append(l.profiles, p)
	}
	for _, subject := range slices.Sorted(maps.Keys(l.born)) {
		l.born[subject] = c.instant(path{field: "born"}, l.born[subject], true).Truncate(24 * time.Hour)
	}
	for i, m := range o.Merges {
		m.At = c.instant(path{"merges", i, "at"}, m.At, true)
		m.Undone = c.instant(path{"merges", i, "undone"}, m.Undone, false)
		if !m.Undone.IsZero() && !m.Undone.After(m.At) {
			c.report(path{"merges", i, "undone"}, OutOfRange)
		}
		if m.Members = slices.Compact(slices.Sorted(slices.Values(m.Members))); len(m.Members) < 2 {
			c.report(path{"merges", i, "members"}, Missing)
		}
		l.merges = append(l.merges, m)
	}
	slices.SortStableFunc(l.merges, func(a, b ConsentMerge) int { return a.At.Compare(b.At) })
	l.listed = make(map[rapport.ID][]int)
	for i, m := range l.merges {
		for _, id := range m.Members {
			l.listed[id] = append(l.listed[id], i)
		}
	}
	if err := c.err("consent ledger", ""); err != nil {
		return ConsentLedger{}, err
	}
	return l.With(records...)
}

// With returns the ledger with further records; errors are those of
// [NewConsentLedger]. The cost is that of a copy of the ledger.
func (l ConsentLedger) With(records ...Consent) (ConsentLedger, error) {
	all := make([]Consent, 0, len(l.records)+len(records))
	all = append(all, l.records...)
	for _, r := range records {
		if err := r.check(); err != nil {
			return ConsentLedger{}, err
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, compareConsents)
	all = slices.Compact(all)
	seen := make(map[rapport.ID]struct{}, len(all))
	for i := range all {
		if _, twice := seen[all[i].ID]; twice {
			return ConsentLedger{}, &ConsentConflictError{ID: all[i].ID}
		}
		seen[all[i].ID] = struct{}{}
	}
	l.records = all
	return l, nil
}

// KnownAt returns the ledger as it stood at a record time: what was recorded, and
// who was merged, up to and including that instant.
func (l ConsentLedger) KnownAt(recorded time.Time) ConsentLedger {
	var known []Consent
	for _, r := range l.records {
		if !r.RecordedAt.After(recorded) {
			known = append(known, r)
		}
	}
	l.records = known
	merged := sort.Search(len(l.merges), func(i int) bool { return l.merges[i].At.After(recorded) })
	l.merges = slices.Clone(l.merges[:merged])
	for i := range l.merges {
		if l.merges[i].Undone.After(recorded) {
			l.merges[i].Undone = time.Time{}
		}
	}
	return l
}

// Len returns the number of records.
func (l ConsentLedger) Len() int { return len(l.records) }

// Records returns what a subject said, in order of event time, record time and id.
// What others said who were merged with it is not among them.
func (l ConsentLedger) Records(subject rapport.ID) []Consent { return slices.Clone(l.of(subject)) }

// of returns the part of the records that is a subject's.
func (l *ConsentLedger) of(subject rapport.ID) []Consent {
	from := sort.Search(len(l.records), func(i int) bool { return l.records[i].Subject >= subject })
	to := from
	for to < len(l.records) && l.records[to].Subject == subject {
		to++
	}
	return l.records[from:to:to]
}

func (l *ConsentLedger) profile(j Jurisdiction) (*ConsentProfile, bool) {
	for i := range l.profiles {
		if l.profiles[i].Jurisdiction == j {
			return &l.profiles[i], true
		}
	}
	return nil, false
}

// mergesOf returns the places of the merges that list a subject, in order of time.
func (l *ConsentLedger) mergesOf(subject rapport.ID) []int {
	listed := l.listed[subject]
	known, _ := slices.BinarySearch(listed, len(l.merges))
	return listed[:known]
}

// members returns all subjects that are one with a subject, itself included, in the
// order of their ids.
func (l *ConsentLedger) members(subject rapport.ID) []rapport.ID {
	found, seen := []rapport.ID{subject}, map[rapport.ID]bool{subject: true}
	for next := 0; next < len(found); next++ {
		for _, merge := range l.mergesOf(found[next]) {
			if !l.merges[merge].Undone.IsZero() {
				continue
			}
			for _, id := range l.merges[merge].Members {
				if !seen[id] {
					found, seen[id] = append(found, id), true
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// heard returns what counts for a subject: what it said itself, and what was recorded
// of another while the two were one; of a merge that is undone only the refusals.
func (l *ConsentLedger) heard(subject rapport.ID) []Consent {
	heard := slices.Clone(l.of(subject))
	var others []rapport.ID
	for _, merge := range l.mergesOf(subject) {
		others = append(others, l.merges[merge].Members...)
	}
	slices.Sort(others)
	for _, other := range slices.Compact(others) {
		if other == subject {
			continue
		}
		for _, r := range l.of(other) {
			if shared, counts := l.shared(r, subject); counts {
				heard = append(heard, shared)
			}
		}
	}
	return heard
}

// shared returns what a record of another counts as for a subject, if it does.
func (l *ConsentLedger) shared(r Consent, subject rapport.ID) (shared Consent, counts bool) {
	for _, merge := range l.mergesOf(subject) {
		m := &l.merges[merge]
		switch {
		case !slices.Contains(m.Members, r.Subject) || r.RecordedAt.Before(m.At):
		case m.Undone.IsZero():
			return r, true
		case r.RecordedAt.Before(m.Undone) && r.Status != ConsentGiven:
			shared, counts = r, true
			shared.GivenAt, shared.Expires = time.Time{}, time.Time{}
		}
	}
	return shared, counts
}
