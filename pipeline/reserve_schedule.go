package pipeline

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Schedule is how much there is of some resources and what of it is reserved. In no
// instant does it reserve more than there is. Instants of booking only go on: one before
// the last change is a [*TimeError]. It is not safe for use by several goroutines
// while one of them changes it.
type Schedule struct {
	resources    map[string]*resource
	reservations []Reservation
	index        map[rapport.ID]int
	last         time.Time // of the last change: what has expired by then has no way back
}

// resource is one resource of a schedule.
type resource struct {
	unit     string
	capacity []Need
	reserved []int // reservations that keep it, or did
}

// NewSchedule returns the schedule of what was stored. Reservations of more than there is
// are taken as they are: capacity may have fallen since. The errors are an [*InputError],
// and a [*ResourceUnitError] for a resource in two units.
func NewSchedule(capacities []Capacity, reservations []Reservation) (*Schedule, error) {
	s := &Schedule{resources: map[string]*resource{}, index: map[rapport.ID]int{}}
	for i := range capacities {
		n := Need(capacities[i])
		if err := n.check(0); err != nil {
			return nil, err
		}
		r := s.resource(n.Resource, n.Unit)
		if r.unit != n.Unit {
			return nil, &ResourceUnitError{n.Resource, n.Unit, r.unit}
		}
		r.capacity = append(r.capacity, n)
	}
	for i := range reservations {
		r := reservations[i]
		if _, err := r.State.MarshalText(); err != nil {
			return nil, err
		}
		if err := s.fresh(r.ID, r.Record); err != nil {
			return nil, err
		}
		if err := s.fits(r.Needs); err != nil {
			return nil, err
		}
		s.add(r)
	}
	return s, nil
}

func (s *Schedule) resource(name, unit string) *resource {
	r := s.resources[name]
	if r == nil {
		r = &resource{unit: unit}
		s.resources[name] = r
	}
	return r
}

// fresh refuses ids that are none, and a reservation that is there.
func (s *Schedule) fresh(id, record rapport.ID) error {
	for _, id := range []rapport.ID{id, record} {
		if id.Validate() != nil {
			return &InputError{Name: "reservation or record", Value: string(id), Want: "an id"}
		}
	}
	if _, found := s.index[id]; found {
		return &InputError{Name: "reservation", Value: string(id), Want: "an id that no other has"}
	}
	return nil
}

// fits refuses needs that cannot be, or are in another unit than their resource.
func (s *Schedule) fits(needs []Need) error {
	units := map[string]string{}
	for i := range needs {
		n := &needs[i]
		if err := n.check(1); err != nil {
			return err
		}
		want := units[n.Resource]
		if r := s.resources[n.Resource]; r != nil {
			want = r.unit
		}
		if want != "" && want != n.Unit {
			return &ResourceUnitError{n.Resource, n.Unit, want}
		}
		units[n.Resource] = n.Unit
	}
	return nil
}

func (s *Schedule) add(r Reservation) {
	r.Needs = slices.Clone(r.Needs)
	s.index[r.ID] = len(s.reservations)
	for i := range r.Needs {
		on := s.resource(r.Needs[i].Resource, r.Needs[i].Unit)
		if last := len(s.reservations); !slices.Contains(on.reserved, last) {
			on.reserved = append(on.reserved, last)
		}
	}
	s.reservations = append(s.reservations, r)
}

// Check returns nil if there is enough at each instant for all needs of a record together,
// else the join of a [*ShortageError] for each resource that is short, in the order of the
// needs. What the record has reserved itself counts as free; at is the instant of booking,
// at which holds may have expired. The other errors are an [*InputError] and a
// [*ResourceUnitError]. A resource without any capacity is short of all that is needed.
func (s *Schedule) Check(record rapport.ID, needs []Need, at time.Time) error {
	if err := s.after(at); err != nil {
		return err
	}
	if err := s.fits(needs); err != nil {
		return err
	}
	var short []error
	for i := range needs {
		name := needs[i].Resource
		if slices.ContainsFunc(needs[:i], func(n Need) bool { return n.Resource == name }) {
			continue
		}
		if e := s.shortage(record, name, needs[i:], at); e != nil {
			e.Resource, e.Unit = name, needs[i].Unit
			short = append(short, e)
		}
	}
	return errors.Join(short...)
}

func (s *Schedule) after(at time.Time) error {
	if at.IsZero() || at.Before(s.last) {
		return &TimeError{at, s.last}
	}
	return nil
}

func (s *Schedule) shortage(record rapport.ID, name string, needs []Need, at time.Time) *ShortageError {
	var line sweep
	for i := range needs {
		if needs[i].Resource == name {
			line.need(&needs[i])
		}
	}
	r := s.resources[name]
	if r == nil {
		return line.shortage()
	}
	matters := func(n *Need) bool {
		return n.Resource == name && slices.ContainsFunc(needs, func(m Need) bool { return m.Resource == name && m.Window.Overlaps(n.Window) })
	}
	for i := range r.capacity {
		if matters(&r.capacity[i]) {
			line.add(&r.capacity[i], 1)
		}
	}
	for _, i := range r.reserved {
		kept := &s.reservations[i]
		if kept.Record == record || !kept.Keeps(at) {
			continue
		}
		for j := range kept.Needs {
			if matters(&kept.Needs[j]) {
				line.add(&kept.Needs[j], -1)
			}
		}
	}
	return line.shortage()
}

// Hold reserves the needs of a record until an instant (zero: without end) and returns
// the reservation. What the record has reserved before is not given back by it, so there
// must be enough for both. The errors are those of Check, a [*TimeError] for an end that
// is not after at, and an [*InputError]; the schedule is then unchanged.
func (s *Schedule) Hold(id, record rapport.ID, needs []Need, at, until time.Time) (Reservation, error) {
	if err := s.fresh(id, record); err != nil {
		return Reservation{}, err
	}
	if !until.IsZero() && !until.After(at) {
		return Reservation{}, &TimeError{until, at}
	}
	if len(needs) == 0 {
		return Reservation{}, &InputError{Name: "needs", Value: "none", Want: "at least one"}
	}
	if err := s.Check("", needs, at); err != nil {
		return Reservation{}, err
	}
	s.last = at
	s.add(Reservation{ID: id, Record: record, Needs: needs, Until: until.Round(0).UTC()})
	return s.Find(id)
}

// Find returns a reservation; the error is an [*InputError] if there is none of the id.
func (s *Schedule) Find(id rapport.ID) (Reservation, error) {
	i, found := s.index[id]
	if !found {
		return Reservation{}, &InputError{Name: "reservation", Value: string(id), Want: "one that is there"}
	}
	r := s.reservations[i]
	r.Needs = slices.Clone(r.Needs)
	return r, nil
}

// Confirm makes a reservation firm, see [Reservation.Confirm].
func (s *Schedule) Confirm(id rapport.ID, at time.Time) (Reservation, error) {
	return s.change(id, at, func(r Reservation) (Reservation, error) { return r.Confirm(at) })
}

// Release gives a reservation back, see [Reservation.Release].
func (s *Schedule) Release(id rapport.ID, at time.Time) (Reservation, error) {
	return s.change(id, at, func(r Reservation) (Reservation, error) { return r.Release(at), nil })
}

func (s *Schedule) change(id rapport.ID, at time.Time, to func(Reservation) (Reservation, error)) (Reservation, error) {
	r, err := s.Find(id)
	if err == nil {
		err = s.after(at)
	}
	if err == nil {
		r, err = to(r)
	}
	if err == nil {
		s.last, s.reservations[s.index[id]] = at, r
	}
	return r, err
}

// Expire marks the holds that have ended and returns them, in the order in which they were
// made.
func (s *Schedule) Expire(at time.Time) ([]Reservation, error) {
	if err := s.after(at); err != nil {
		return nil, err
	}
	s.last = at
	var expired []Reservation
	for i := range s.reservations {
		if r := &s.reservations[i]; r.At(at) != r.State {
			r.State = ReservationExpired
			expired = append(expired, *r)
		}
	}
	return expired, nil
}

// Reservations returns all, in the order in which they were made.
func (s *Schedule) Reservations() []Reservation { return slices.Clone(s.reservations) }

// ReservationGuard returns a guard that refuses while there is not enough of what a record
// needs, with a [*ShortageError] for each resource. Both functions are asked for each
// check: which record it is and what it needs, and how much there is. What the record has
// reserved already counts as its own. When a deal is fired, Check.Record is a [*Deal].
func ReservationGuard(demand func(Check) (record rapport.ID, needs []Need, err error), schedule func(Check) (*Schedule, error)) Guard {
	return func(c Check) error {
		record, needs, err := demand(c)
		if err != nil {
			return err
		}
		s, err := schedule(c)
		if err != nil {
			return err
		}
		return s.Check(record, needs, c.At)
	}
}
