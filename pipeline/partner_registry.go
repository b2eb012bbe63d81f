package pipeline

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Registry is the registrations of all partners. For no customer and product line are two
// partners protected in the same instant. The zero Registry is empty. It is not safe for
// use by several goroutines while one of them changes it.
type Registry struct {
	list     []Registration
	index    map[rapport.ID]int
	customer map[rapport.ID][]int
}

// NewRegistry returns the registry of registrations that were stored, in their order. The
// errors are an [*InputError], a [*TimeError] and a [*RegistrationConflictError].
func NewRegistry(registrations ...Registration) (*Registry, error) {
	r := &Registry{}
	for i := range registrations {
		one, err := registrations[i].check()
		if err != nil {
			return nil, err
		}
		if err := r.add(one); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Registry) add(one Registration) error {
	if _, found := r.index[one.ID]; found {
		return &InputError{Name: "registration", Value: string(one.ID), Want: "an id that no other has"}
	}
	if err := r.conflict(&one); err != nil {
		return err
	}
	if r.index == nil {
		r.index, r.customer = map[rapport.ID]int{}, map[rapport.ID][]int{}
	}
	r.index[one.ID] = len(r.list)
	r.customer[one.Customer] = append(r.customer[one.Customer], len(r.list))
	r.list = append(r.list, one)
	return nil
}

// conflict finds the first registration of another partner that stands in the way.
func (r *Registry) conflict(one *Registration) error {
	for _, i := range r.customer[one.Customer] {
		if first := &r.list[i]; first.Partner != one.Partner && first.overlaps(one) {
			return &RegistrationConflictError{one.Partner, first.clone()}
		}
	}
	return nil
}

func (r *Registration) clone() Registration {
	c := *r
	c.Scope = slices.Clone(r.Scope)
	return c
}

// Register adds a pending registration and returns it. If it is there already, or the
// partner is protected for the same customer and scope at that instant by another one, it
// returns that one as it stands and changes nothing. The errors are those of [NewRegistry]; a
// [*RegistrationConflictError] names the partner that was first.
func (r *Registry) Register(one Registration) (Registration, error) {
	one.Status, one.DecidedBy, one.DecidedAt, one.Reason = RegistrationPending, "", time.Time{}, ""
	one, err := one.check()
	if err != nil {
		return Registration{}, err
	}
	if !one.At.Before(one.Until) {
		return Registration{}, &TimeError{one.Until, one.At}
	}
	for _, i := range r.customer[one.Customer] {
		have := &r.list[i]
		if have.Partner != one.Partner || !slices.Equal(have.Scope, one.Scope) {
			continue
		}
		if have.ID == one.ID && have.At.Equal(one.At) || have.Status <= RegistrationApproved && have.Protects(one.At) {
			return have.clone(), nil
		}
	}
	if err := r.add(one); err != nil {
		return Registration{}, err
	}
	return one.clone(), nil
}

// Find returns a registration; the error is an [*InputError] if there is none of the id.
func (r *Registry) Find(id rapport.ID) (Registration, error) {
	i, found := r.index[id]
	if !found {
		return Registration{}, &InputError{Name: "registration", Value: string(id), Want: "one that is there"}
	}
	return r.list[i].clone(), nil
}

// Approve accepts a pending registration. One that is approved already stays as it is. The
// errors are an [*InputError], and a [*RegistrationStateError] for one that does not protect
// at that instant.
func (r *Registry) Approve(id rapport.ID, by string, at time.Time) (Registration, error) {
	return r.decide(id, at, Registration{Status: RegistrationApproved, DecidedBy: by})
}

// Reject refuses a registration: its protection ends. The errors are those of Approve.
func (r *Registry) Reject(id rapport.ID, by, reason string, at time.Time) (Registration, error) {
	return r.decide(id, at, Registration{Status: RegistrationRejected, DecidedBy: by, Reason: reason})
}

// Release gives a registration up: its protection ends. The errors are those of Approve.
func (r *Registry) Release(id rapport.ID, by, reason string, at time.Time) (Registration, error) {
	return r.decide(id, at, Registration{Status: RegistrationReleased, DecidedBy: by, Reason: reason})
}

func (r *Registry) decide(id rapport.ID, at time.Time, decision Registration) (Registration, error) {
	one, err := r.Find(id)
	if err != nil || one.Status == decision.Status {
		return one, err
	}
	at = at.Round(0).UTC()
	if one.Status > RegistrationApproved || !one.Protects(at) {
		return one, &RegistrationStateError{id, one.Status, one.Until, at}
	}
	next := one
	next.Status, next.DecidedBy, next.DecidedAt, next.Reason = decision.Status, decision.DecidedBy, at, decision.Reason
	if decision.Status != RegistrationApproved {
		next.Until = at
	}
	return r.replace(one, next)
}

// Extend lets the protection last longer. The errors are those of Approve, a [*TimeError]
// for an end that is no later, and a [*RegistrationConflictError] if another partner is
// registered for the time after.
func (r *Registry) Extend(id rapport.ID, until, at time.Time) (Registration, error) {
	one, err := r.Find(id)
	if err != nil {
		return one, err
	}
	if one.Status > RegistrationApproved || !one.Protects(at) {
		return one, &RegistrationStateError{id, one.Status, one.Until, at}
	}
	next := one
	if next.Until = until; !until.After(one.Until) {
		return one, &TimeError{until, one.Until}
	}
	return r.replace(one, next)
}

// replace puts a changed registration in the place of the one that it was.
func (r *Registry) replace(was, next Registration) (Registration, error) {
	next, err := next.check()
	if err == nil {
		err = r.conflict(&next)
	}
	if err != nil {
		return was, err
	}
	r.list[r.index[next.ID]] = next
	return next.clone(), nil
}

// Expired returns the registrations whose protection ran out after an instant and no later
// than another, in the order in which they were made: whoever asks from where the last
// answer ended hears of each once. Those that were rejected or released are not among them.
func (r *Registry) Expired(after, until time.Time) []Registration {
	var expired []Registration
	for i := range r.list {
		one := &r.list[i]
		if one.Status <= RegistrationApproved && one.Until.After(after) && !one.Until.After(until) {
			expired = append(expired, one.clone())
		}
	}
	return expired
}

// Registrations returns all, in the order in which they were made.
func (r *Registry) Registrations() []Registration {
	list := make([]Registration, len(r.list))
	for i := range r.list {
		list[i] = r.list[i].clone()
	}
	return list
}

type registryFile struct {
	Version       int            `json:"version"`
	Registrations []Registration `json:"registrations"`
}

const registryVersion = 1

// MarshalJSON writes all registrations with a version.
func (r *Registry) MarshalJSON() ([]byte, error) {
	return json.Marshal(registryFile{registryVersion, r.Registrations()})
}

// UnmarshalJSON reads what MarshalJSON writes. The error is a [*FileError] or one of
// [NewRegistry]; r is then unchanged.
func (r *Registry) UnmarshalJSON(text []byte) error {
	var file registryFile
	if err := readFile("registry", text, &file, &file.Version, registryVersion); err != nil {
		return err
	}
	read, err := NewRegistry(file.Registrations...)
	if err != nil {
		return err
	}
	*r = *read
	return nil
}
