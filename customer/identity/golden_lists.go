package identity

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// list is the plan of a field with many values.
func list[T any](name string, at func(*customer.Draft) *[]T, of entries[T]) fieldPlan {
	return fieldPlan{
		name:   name,
		many:   true,
		rules:  []SurvivorRule{Union, Trusted, RecentVerified},
		fits:   func(rule SurvivorRule) bool { return ofAnyField(rule) || rule == Union },
		filled: func(d *customer.Draft) int { return len(*at(d)) },
		settle: func(all []*witness, rules []SurvivorRule, into *customer.Draft) (Provenance, bool) {
			stating := slices.DeleteFunc(slices.Clone(all), func(w *witness) bool { return len(*at(&w.draft)) == 0 })
			if len(stating) == 0 {
				return Provenance{}, false
			}
			if rules[0] != Union {
				ranked := rank(stating, rules)
				of.adoptAll(*at(&ranked[0].draft), ranked[0].source, len(all))
				return bestList(ranked, at, rules, into), true
			}
			var u union[T]
			for _, w := range rank(stating, rules[1:]) {
				own := *at(&w.draft)
				of.adoptAll(own, w.source, len(all))
				for _, entry := range own {
					if len(all) == 1 { // nothing to reconcile: the list stays as it is
						u.add(entry, Entry{Sources: []rapport.ID{w.source.ID}})
					} else {
						u.put(entry, w.source.ID, &of)
					}
				}
				if len(u.list) > customer.MaxEntries {
					break // too many already, as the customer will say
				}
			}
			u.settleRivals(&of)
			*at(into) = u.list
			return Provenance{Rule: Union, Entries: u.from}, true
		},
	}
}

// adoptAll prepares the entries of one source for a record of several.
func (of *entries[T]) adoptAll(list []T, s *Source, sources int) {
	if of.adopt == nil || sources == 1 {
		return
	}
	for i := range list {
		of.adopt(&list[i], s)
	}
}

// bestList takes the whole list of the best source.
func bestList[T any](ranked []*witness, at func(*customer.Draft) *[]T, rules []SurvivorRule, into *customer.Draft) Provenance {
	best := ranked[0]
	*at(into) = *at(&best.draft)
	from := provenance(best, Undisputed)
	for i, w := range ranked[1:] {
		if i == 0 {
			from.Rule = LowestSource
			for _, rule := range rules {
				if better(rule, best, w) != 0 {
					from.Rule = rule
					break
				}
			}
		}
		from.Alternatives = append(from.Alternatives, Alternative{Source: w.source.ID})
	}
	for range *at(into) {
		from.Entries = append(from.Entries, Entry{Sources: []rapport.ID{best.source.ID}})
	}
	return from
}

// union is a list in the making, with where each entry is from. An entry in front is of
// a better source, or earlier in the list of the same one.
type union[T any] struct {
	list []T
	from []Entry
}

func (u *union[T]) add(entry T, from Entry) {
	u.list, u.from = append(u.list, entry), append(u.from, from)
}

// put adds an entry of a source that is not better than those before, uniting it with
// all that are the same at some time: its period may reach several, and then they are
// one as well.
func (u *union[T]) put(entry T, source rapport.ID, of *entries[T]) {
	place, from := len(u.list), Entry{Sources: []rapport.ID{source}}
	for i := 0; i < len(u.list); i++ {
		had := &u.list[i]
		if !of.same(had, &entry) || of.valid != nil && !of.valid(had).Overlaps(*of.valid(&entry)) {
			continue
		}
		if i < place {
			entry, from = of.unite(*had, entry, u.from[i], from)
			place = i
		} else {
			entry, from = of.unite(entry, *had, from, u.from[i])
		}
		u.list, u.from = slices.Delete(u.list, i, i+1), slices.Delete(u.from, i, i+1)
		i = -1 // the longer period may reach what the shorter one did not
	}
	u.list, u.from = slices.Insert(u.list, place, entry), slices.Insert(u.from, place, from)
}

// unite returns the entry as the better source states it, with the earlier start if both
// agree.
func (of *entries[T]) unite(better, worse T, from, other Entry) (T, Entry) {
	if of.agree != nil && !of.agree(&better, &worse) {
		from.Overruled = both(from.Overruled, other.Sources)
		return better, from
	}
	if of.valid != nil {
		valid, reach := of.valid(&better), of.valid(&worse)
		if reach.Start().Before(valid.Start()) { // an open start is the zero time
			if longer, err := rapport.NewInterval(reach.Start(), valid.End()); err == nil {
				*valid = longer
			}
		}
	}
	if of.fold != nil {
		of.fold(&better, &worse)
	}
	return better, Entry{Sources: both(from.Sources, other.Sources), Overruled: both(from.Overruled, other.Overruled)}
}

// both appends what is new.
func both(ids, more []rapport.ID) []rapport.ID {
	for _, id := range more {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// settleRivals lets the better one of two have what only one can have.
func (u *union[T]) settleRivals(of *entries[T]) {
	if of.rival == nil {
		return
	}
	for i := range u.list {
		if of.rival(u.list[:i], &u.list[i]) {
			of.yield(&u.list[i])
			u.from[i].Yielded = true
		}
	}
}
