package rule

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Event is something that happened to a customer, or is going to: it counts from its
// time on.
type Event struct {
	ID     rapport.ID // unique among the events of its kind of a customer
	Kind   string
	At     time.Time         // event time, in the years 1700 to 2249
	Amount rapport.Money     // in the currency of its kind, whole minor units; zero Money where the kind has none
	Fields map[string]string // of those that the kind has; may be nil
}

// event is what is kept of one.
type event struct {
	at     int64
	amount int64
	id     rapport.ID
	match  uint32 // which selectors of its kind it passes
}

// inOrder is the order in which events are held: by time, then id.
func inOrder(a, b event) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) }

// PutEvent adds an event, or puts it in the place of the one of the same kind and id:
// so an event that comes twice counts once, and one that was wrong is corrected. The
// latest event costs the same however many are held; an earlier one moves those after
// it. The error is a [*FactError].
func (f *Facts) PutEvent(e Event) error {
	_, err := f.putEvent(e)
	return err
}

// putEvent is PutEvent, and tells whether anything that rules see is different.
func (f *Facts) putEvent(e Event) (bool, error) {
	k, kept, err := f.set.event(e)
	if err != nil {
		return false, &FactError{f.id, e.Kind, err}
	}
	if k < 0 {
		return false, nil
	}
	list := f.events[k]
	if i := f.find(k, kept.id); i >= 0 {
		if list[i] == kept {
			return false, nil
		}
		list = slices.Delete(list, i, i+1)
	} else if len(list) >= MaxEvents {
		return false, &FactError{f.id, e.Kind, ErrLimit}
	}
	i, _ := slices.BinarySearchFunc(list, kept, inOrder)
	f.events[k] = slices.Insert(list, i, kept)
	if f.places[k] != nil {
		f.places[k][kept.id] = kept.at
	}
	return true, nil
}

// places says when the events of a kind are, by id.
type places map[rapport.ID]int64

// fewEvents is how many events are gone through one by one.
const fewEvents = 512

// find returns the place of an event among those of its kind; -1: it is not held.
func (f *Facts) find(k int, id rapport.ID) int {
	list := f.events[k]
	if len(list) <= fewEvents {
		f.places[k] = nil
		return slices.IndexFunc(list, func(had event) bool { return had.id == id })
	}
	if f.places[k] == nil {
		f.places[k] = make(places, len(list))
		for i := range list {
			f.places[k][list[i].id] = list[i].at
		}
	}
	at, ok := f.places[k][id]
	if !ok {
		return -1
	}
	i, _ := slices.BinarySearchFunc(list, event{at: at, id: id}, inOrder)
	return i
}

// RemoveEvent takes an event back; one that is not held is no error. The error is a
// [*FactError] with [ErrUnknownEvent] for the kind.
func (f *Facts) RemoveEvent(kind string, id rapport.ID) error {
	_, err := f.removeEvent(kind, id)
	return err
}

func (f *Facts) removeEvent(kind string, id rapport.ID) (bool, error) {
	if _, ok := f.set.schema.kinds[kind]; !ok {
		return false, &FactError{f.id, kind, ErrUnknownEvent}
	}
	k, ok := f.set.kind[kind]
	if !ok {
		return false, nil
	}
	i := f.find(k, id)
	if i < 0 {
		return false, nil
	}
	delete(f.places[k], id)
	f.events[k] = slices.Delete(f.events[k], i, i+1)
	return true, nil
}

// event checks an event and returns what is kept of it, and for which kind; -1: no
// rule reads the kind.
func (s *Set) event(e Event) (int, event, error) {
	kind, ok := s.schema.kinds[e.Kind]
	if !ok {
		return 0, event{}, ErrUnknownEvent
	}
	if err := e.ID.Validate(); err != nil {
		return 0, event{}, err
	}
	kept := event{id: e.ID}
	var err error
	if kept.at, err = nanos(e.At); err != nil {
		return 0, event{}, err
	}
	if unit := e.Amount.Currency(); unit != kind.Currency {
		return 0, event{}, fmt.Errorf("%w: %q, want %q", ErrCurrency, unit, kind.Currency)
	}
	if kind.Currency != 0 {
		v := AmountOf(e.Amount)
		if v.err != nil {
			return 0, event{}, v.err
		}
		kept.amount = v.ord
	}
	wrong, why := "", error(nil) // the first by name, so that it does not hang on the order of the map
	for field, text := range e.Fields {
		err := TextOf(text).err
		if !slices.Contains(kind.Fields, field) {
			err = ErrUnknownField
		}
		if err != nil && (why == nil || field < wrong) {
			wrong, why = field, err
		}
	}
	if why != nil {
		return 0, event{}, fmt.Errorf("%w: %q", why, wrong)
	}
	k, ok := s.kind[e.Kind]
	if !ok {
		return -1, event{}, nil
	}
	for i, choice := range s.kinds[k].selectors {
		if !slices.ContainsFunc(choice, func(w where) bool { return !slices.Contains(w.In, e.Fields[w.Field]) }) {
			kept.match |= 1 << i
		}
	}
	return k, kept, nil
}

// drop forgets the events of a kind that no window will ever look at again, all of few
// or else at least half. Where a
// rule looks at all there ever was, they are added up instead, once they are older
// than the age at which events settle; 0: never.
func (f *Facts) drop(k int, m *Moment, settled time.Duration) {
	need, list := &f.set.kinds[k], f.events[k]
	if len(list) == 0 {
		return
	}
	upTo := m.now
	for _, w := range need.windows {
		upTo = min(upTo, m.after[w])
	}
	if need.ever {
		if settled == 0 {
			return
		}
		upTo = min(upTo, For(settled).after(f.set.schema.calendar, m.now, m.today))
	}
	// Of many, half at a time: to take them one by one would move all the others each time.
	n := firstAfter(list, upTo)
	if n == 0 || len(list) > fewEvents && n < len(list)/2 {
		return
	}
	if need.ever {
		if f.folded == nil {
			f.folded = make([][]total, len(f.set.kinds))
		}
		if f.folded[k] == nil {
			f.folded[k] = make([]total, len(need.selectors)+1)
		}
		for i := range list[:n] {
			for selector := range f.folded[k] {
				if list[i].in(selector) {
					f.folded[k][selector].add(&list[i])
				}
			}
		}
	}
	for i := range list[:n] {
		delete(f.places[k], list[i].id)
	}
	f.events[k] = slices.Delete(list, 0, n)
}
