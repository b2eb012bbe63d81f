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
type ConsentMerge struct {
	Members []rapport.ID
	At      time.Time // record time: when they were merged
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
		if m.Members = slices.Compact(slices.Sorted(slices.Values(m.Members))); len(m.Members) < 2 {
			c.report(path{"merges", i, "members"}, Missing)
		}
		l.merges = append(l.merges, m)
	}
	slices.SortStableFunc(l.merges, func(a, b ConsentMerge) int { return a.At.Compare(b.At) })
	l.setMerges(l.merges)
	if err := c.err("consent ledger", ""); err != nil {
		return ConsentLedger{}, err
	}
	return l.With(records...)
}

// setMerges takes merges in order of time, and indexes them.
func (l *ConsentLedger) setMerges(merges []ConsentMerge) {
	l.merges, l.listed = merges, make(map[rapport.ID][]int)
	for i, m := range merges {
		for _, id := range m.Members {
			l.listed[id] = append(l.listed[id], i)
		}
	}
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
	l.merges = l.merges[:merged:merged]
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

// members returns all subjects that merges connect with one, itself included, in
// the order of their ids.
func (l *ConsentLedger) members(subject rapport.ID) []rapport.ID {
	found, seen := []rapport.ID{subject}, map[rapport.ID]bool{subject: true}
	for next := 0; next < len(found); next++ {
		for _, merge := range l.mergesOf(found[next]) {
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

// heard returns what counts for a member of a merged subject: what it said itself,
// and what any other said that was recorded once the two were one.
func (l *ConsentLedger) heard(member rapport.ID, members []rapport.ID) []Consent {
	heard := slices.Clone(l.of(member))
	for _, other := range members {
		since, joined := l.joined(member, other)
		if other == member || !joined {
			continue
		}
		for _, r := range l.of(other) {
			if !r.RecordedAt.Before(since) {
				heard = append(heard, r)
			}
		}
	}
	return heard
}

// joined returns since when two subjects are listed as one.
func (l *ConsentLedger) joined(a, b rapport.ID) (time.Time, bool) {
	for _, merge := range l.mergesOf(a) {
		if m := &l.merges[merge]; slices.Contains(m.Members, b) {
			return m.At, true
		}
	}
	return time.Time{}, false
}
