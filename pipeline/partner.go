package pipeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// RegistrationStatus says what became of a registration.
type RegistrationStatus uint8

const (
	// RegistrationPending: not decided yet; it protects already, as it came first.
	RegistrationPending RegistrationStatus = iota
	// RegistrationApproved: it protects.
	RegistrationApproved
	// RegistrationRejected: it protects no longer.
	RegistrationRejected
	// RegistrationReleased: the partner has given it up.
	RegistrationReleased
)

func registrationWords() []string { return []string{"pending", "approved", "rejected", "released"} }

// String returns "pending", "approved", "rejected" or "released".
func (s RegistrationStatus) String() string {
	return word(registrationWords(), int(s), "RegistrationStatus")
}

// MarshalText writes the word of String; the error is an [*InputError].
func (s RegistrationStatus) MarshalText() ([]byte, error) {
	return marshalWord(registrationWords(), int(s), "status of a registration")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (s *RegistrationStatus) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(registrationWords(), string(text), "status of a registration")
	if err == nil {
		*s = RegistrationStatus(i)
	}
	return err
}

// Registration is a partner's claim to sell something to a customer for a time.
type Registration struct {
	ID       rapport.ID `json:"id"`
	Partner  rapport.ID `json:"partner"`
	Customer rapport.ID `json:"customer"`
	// Scope are the product lines, each once in ascending order; none: all there are.
	Scope  []string           `json:"scope,omitempty"`
	At     time.Time          `json:"at"`
	Until  time.Time          `json:"until"` // the first instant without protection
	Status RegistrationStatus `json:"status"`
	// DecidedBy is who has approved, rejected or released it last, and why.
	DecidedBy string    `json:"decided_by,omitempty"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
	Reason    string    `json:"reason,omitempty"`
}

// Protects reports whether nobody else may register the same at an instant.
func (r *Registration) Protects(at time.Time) bool {
	return !at.Before(r.At) && at.Before(r.Until)
}

// overlaps reports whether two registrations protect the same at some instant.
func (r *Registration) overlaps(other *Registration) bool {
	return r.Customer == other.Customer && r.At.Before(other.Until) && other.At.Before(r.Until) &&
		r.At.Before(r.Until) && other.At.Before(other.Until) && r.shares(other)
}

func (r *Registration) shares(other *Registration) bool {
	return len(r.Scope) == 0 || len(other.Scope) == 0 || shares(r.Scope, other.Scope)
}

// RegistrationConflictError says that another partner is protected already.
type RegistrationConflictError struct {
	Partner rapport.ID   // who came second
	First   Registration // that stands
}

func (e *RegistrationConflictError) Error() string {
	return fmt.Sprintf("pipeline: partner %q cannot register %q: partner %q is protected by %q until %s",
		e.Partner, e.First.Customer, e.First.Partner, e.First.ID, e.First.Until.Format(time.RFC3339))
}

// RegistrationStateError says that a registration does not protect any longer, or not yet,
// so that it cannot be changed.
type RegistrationStateError struct {
	ID     rapport.ID
	Status RegistrationStatus
	Until  time.Time
	At     time.Time
}

func (e *RegistrationStateError) Error() string {
	return fmt.Sprintf("pipeline: registration %q is %v, protected until %s: at %s it cannot be changed so",
		e.ID, e.Status, e.Until.Format(time.RFC3339), e.At.Format(time.RFC3339))
}

// check returns the registration in its form, or what is wrong with it.
func (r Registration) check() (Registration, error) {
	for _, id := range []rapport.ID{r.ID, r.Partner, r.Customer} {
		if id.Validate() != nil {
			return r, &InputError{Name: "registration, partner or customer", Value: string(id), Want: "an id"}
		}
	}
	if err := checkNames(r.Scope); err != nil {
		return r, err
	}
	for _, text := range []string{r.DecidedBy, r.Reason} {
		if err := checkText("by or reason", text); err != nil {
			return r, err
		}
	}
	if _, err := r.Status.MarshalText(); err != nil {
		return r, err
	}
	r.At, r.Until, r.DecidedAt = r.At.Round(0).UTC(), r.Until.Round(0).UTC(), r.DecidedAt.Round(0).UTC()
	if r.At.IsZero() || !inYears(r.At) || !inYears(r.Until) || r.Until.Before(r.At) {
		return r, &TimeError{r.Until, r.At}
	}
	r.Scope = slices.Clone(r.Scope)
	slices.Sort(r.Scope)
	if r.Scope = slices.Compact(r.Scope); len(r.Scope) == 0 {
		r.Scope = nil
	}
	return r, nil
}
