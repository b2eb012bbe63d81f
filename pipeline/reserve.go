package pipeline

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Need is how much of a resource a record takes during a time: 2 fitters for three days,
// 40 ports of an exchange from a day on.
type Need struct {
	Resource string           `json:"resource"`
	Quantity decimal.Decimal  `json:"quantity"` // above 0
	Unit     string           `json:"unit"`
	Window   rapport.Interval `json:"window"`
}

// Capacity is how much of a resource there is during a time. Several of one resource add
// up where they overlap.
type Capacity Need

// ReservationState says how firm a reservation is.
type ReservationState uint8

const (
	// ReservationHeld: kept until an instant, unless it is confirmed before.
	ReservationHeld ReservationState = iota
	// ReservationConfirmed: kept.
	ReservationConfirmed
	// ReservationReleased: given back.
	ReservationReleased
	// ReservationExpired: held and not confirmed in time.
	ReservationExpired
)

func reservationWords() []string { return []string{"held", "confirmed", "released", "expired"} }

// String returns "held", "confirmed", "released" or "expired".
func (s ReservationState) String() string {
	return word(reservationWords(), int(s), "ReservationState")
}

// MarshalText writes the word of String; the error is an [*InputError].
func (s ReservationState) MarshalText() ([]byte, error) {
	return marshalWord(reservationWords(), int(s), "state of a reservation")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (s *ReservationState) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(reservationWords(), string(text), "state of a reservation")
	if err == nil {
		*s = ReservationState(i)
	}
	return err
}

// Reservation is what is kept for a record. It is changed by replacing it.
type Reservation struct {
	ID     rapport.ID       `json:"id"`
	Record rapport.ID       `json:"record"` // for which it is
	Needs  []Need           `json:"needs"`
	State  ReservationState `json:"state"`
	// Until is when a hold ends by itself; zero for one that does not.
	Until time.Time `json:"until,omitzero"`
}

// At returns how the reservation stands at an instant: a hold expires at its end.
func (r *Reservation) At(at time.Time) ReservationState {
	if r.State == ReservationHeld && !r.Until.IsZero() && !at.Before(r.Until) {
		return ReservationExpired
	}
	return r.State
}

// Keeps reports whether the reservation takes anything away from others at an instant of
// booking: it is confirmed, or held still.
func (r *Reservation) Keeps(at time.Time) bool { return r.At(at) <= ReservationConfirmed }

// Confirm returns the reservation made firm. One that is confirmed already stays as it is;
// the error for one that is over is a [*ReservationError].
func (r Reservation) Confirm(at time.Time) (Reservation, error) {
	if !r.Keeps(at) {
		return r, &ReservationError{r.ID, r.At(at), ReservationConfirmed}
	}
	r.State, r.Until = ReservationConfirmed, time.Time{}
	return r, nil
}

// Release returns the reservation given back. One that is over already stays as it is.
func (r Reservation) Release(at time.Time) Reservation {
	if r.State = r.At(at); r.State <= ReservationConfirmed {
		r.State = ReservationReleased
	}
	return r
}

// ReservationError says that a reservation cannot come from one state to another.
type ReservationError struct {
	ID       rapport.ID
	Have     ReservationState
	Intended ReservationState
}

func (e *ReservationError) Error() string {
	return fmt.Sprintf("pipeline: reservation %q is %v and cannot be %v", e.ID, e.Have, e.Intended)
}

// ResourceUnitError says that a resource is counted in two units.
type ResourceUnitError struct {
	Resource   string
	Unit, Want string
}

func (e *ResourceUnitError) Error() string {
	return fmt.Sprintf("pipeline: resource %q is counted in %q, not in %q", e.Resource, e.Want, e.Unit)
}

// ShortageError says of which resource there is not enough, and when: in the stretch of
// time in which most is missing, the first one if there are several.
type ShortageError struct {
	Resource string
	Unit     string
	Need     decimal.Decimal
	Free     decimal.Decimal // capacity less what is reserved; negative if too much is
	Short    decimal.Decimal // Need - Free
	When     rapport.Interval
}

func (e *ShortageError) Error() string {
	return fmt.Sprintf("pipeline: %q is short by %v %s in %v: %v are needed, %v are free", e.Resource, e.Short, e.Unit, e.When, e.Need, e.Free)
}

// check says what is wrong with a need or capacity.
func (n *Need) check(least int) error {
	if n.Resource == "" || n.Unit == "" {
		return &InputError{Name: "resource and unit", Value: n.Resource + " " + n.Unit, Want: "a name each"}
	}
	if err := checkText("resource", n.Resource); err != nil {
		return err
	}
	if err := checkText("unit", n.Unit); err != nil {
		return err
	}
	// Adding up numbers of very different size would fill the memory with zeros.
	if e := int(n.Quantity.Exponent()); e < -rapport.MaxAmountDigits || n.Quantity.NumDigits()+e > rapport.MaxAmountDigits {
		return &InputError{Name: "quantity of", Value: n.Resource, Want: fmt.Sprintf("at most %d digits before and after the point", rapport.MaxAmountDigits)}
	}
	if n.Quantity.Sign() < least {
		return &InputError{Name: "quantity", Value: n.Quantity.String(), Want: "more than nothing"}
	}
	return nil
}
