package assess

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// check refuses data without an origin or that ok refuses, and neither data nor a
// reason why there are none.
func (f *Finding[T]) check(p Part, asOf time.Time, ok func(T) error) error {
	var err error
	switch {
	case f.Data == nil && f.Absent != NoSource && f.Absent != NothingKnown, f.Data != nil && f.Absent != "":
		err = &InputError{Name: "absence", Value: fmt.Sprintf("%q", f.Absent), Want: "why there are no data, where there are none"}
	case f.Data == nil:
		return nil
	default:
		err = f.Origin.check(asOf)
		if err == nil && ok != nil {
			err = ok(*f.Data)
		}
	}
	if err != nil {
		return &SourceError{Part: p, Err: err}
	}
	return nil
}

// within accepts an estimate whose value and interval lie in a range.
func within(name string, low, high float64) func(rapport.Estimate) error {
	return func(e rapport.Estimate) error {
		if err := e.Validate(); err != nil {
			return err
		}
		inside := func(v float64) bool { return v >= low && v <= high }
		if !inside(e.Value) || e.HasInterval() && !(inside(e.Low) && inside(e.High)) {
			return &InputError{Name: name, Value: fmt.Sprintf("%v [%v, %v]", e.Value, e.Low, e.High), Want: fmt.Sprintf("%v to %v", low, high)}
		}
		return nil
	}
}

func named(name string) error {
	if name == "" {
		return &InputError{Name: "name", Want: "a text"}
	}
	return nil
}

func allNamed(names []string) error {
	for _, name := range names {
		if err := named(name); err != nil {
			return err
		}
	}
	return nil
}

func checkExpectations(list []Expectation) error {
	for _, e := range list {
		if err := named(e.Need); err != nil {
			return err
		}
		if err := e.Importance.Validate(); err != nil {
			return err
		}
	}
	return nil
}

func checkContacts(list []Contact) error {
	for _, c := range list {
		if err := named(c.Channel); err != nil {
			return err
		}
		if c.Preferred < 0 {
			return &InputError{Name: "rank of channel " + c.Channel, Value: fmt.Sprint(c.Preferred), Want: "a number from 0"}
		}
	}
	return nil
}

func checkRisks(list []Risk) error {
	for _, r := range list {
		if err := named(r.Code); err != nil {
			return err
		}
	}
	return nil
}
