package assess

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Amount is an amount of money with where it comes from. The zero value is no data.
type Amount struct {
	Money rapport.Money `json:"money"`
	// Estimate is the amount in major units, before it was rounded, with its interval
	// where it has one; absent where there is none.
	Estimate rapport.Estimate `json:"estimate,omitzero"`
	Origin   Origin           `json:"origin,omitzero"` // the zero value: that of the finding
}

// Known reports whether there is an amount: money in a currency, be it nothing.
func (a Amount) Known() bool { return a.Money.Currency() != 0 }

// Value is what a customer is worth, in the three parts of [scoring.Value] and of one
// currency. Potential is the lifetime value: what is still expected. An amount that
// nobody knows is the zero Amount, which is no data and never counts as 0.00; at least
// one is known, or the source has no finding.
type Value struct {
	Historic  Amount `json:"historic,omitzero"`
	Current   Amount `json:"current,omitzero"`
	Potential Amount `json:"potential,omitzero"`
}

// ValueOf takes the parts of a value whose figures have one origin. A part that is the
// zero Money, which has no currency, is not known.
func ValueOf(v scoring.Value) Value {
	return Value{Amount{Money: v.Historic}, Amount{Money: v.Current}, Amount{Money: v.Potential}}
}

// Plain returns the amounts alone; one that is not known is the zero Money, so that the
// total of the plain value is that of the amounts that are known ([Value.Total]).
func (v Value) Plain() scoring.Value {
	return scoring.Value{Historic: v.Historic.Money, Current: v.Current.Money, Potential: v.Potential.Money}
}

// Total returns the sum of the three amounts; known is false where one of them is not.
// The error is a [*rapport.CurrencyMismatchError].
func (v Value) Total() (total rapport.Money, known bool, err error) {
	if !v.Historic.Known() || !v.Current.Known() || !v.Potential.Known() {
		return rapport.Money{}, false, nil
	}
	total, err = v.Plain().Total()
	return total, err == nil, err
}

// amounts returns those that are known.
func (v *Value) amounts() []*Amount {
	return slices.DeleteFunc([]*Amount{&v.Historic, &v.Current, &v.Potential}, func(a *Amount) bool { return !a.Known() })
}

// settle gives each amount that is known its origin and checks it.
func (v *Value) settle(o Origin, asOf time.Time) error {
	for i, a := range []*Amount{&v.Historic, &v.Current, &v.Potential} {
		if !a.Known() {
			if a.Origin != (Origin{}) || a.Estimate != (rapport.Estimate{}) {
				return &InputError{Name: []string{"historic", "current", "potential"}[i] + " amount", Want: "money in a currency, as it has an origin or an estimate"}
			}
			continue
		}
		if a.Origin == (Origin{}) {
			a.Origin = o
		}
		if err := a.Origin.check(asOf); err != nil {
			return err
		}
		if err := a.Estimate.Validate(); err != nil {
			return err
		}
		if err := a.agrees(); err != nil {
			return err
		}
	}
	if len(v.amounts()) == 0 {
		return &InputError{Name: "value", Want: "at least one amount, in a currency"}
	}
	_, err := v.Plain().Total()
	return err
}

// agrees refuses an estimate of another amount: one that is further from the money than
// rounding to the minor unit, or 1e-9 of it for a sum of many floats, can bring it.
func (a *Amount) agrees() error {
	money := a.Money.Amount().InexactFloat64()
	near := max(math.Pow10(-a.Money.Currency().Digits()), 1e-9*math.Abs(money))
	if !a.Estimate.HasValue() || math.Abs(a.Estimate.Value-money) <= near {
		return nil
	}
	return &InputError{Name: "estimate of an amount", Value: fmt.Sprint(a.Estimate.Value), Want: "that of its money, " + a.Money.String()}
}

// Expectation is something that a customer wants or needs.
type Expectation struct {
	Need string `json:"need"`
	// Class is the category of the feature, as of a Kano analysis: "must-be",
	// "one-dimensional", "attractive" and so on, or the host's own; "" if not known.
	Class string `json:"class,omitempty"`
	// Importance is how much it counts, on the host's scale; absent if not known.
	Importance rapport.Estimate `json:"importance,omitzero"`
	// Met says how far it is met: a code of the host, such as "met" or "open".
	Met string `json:"met,omitempty"`
}

// Contact is a way to reach the customer.
type Contact struct {
	Channel string `json:"channel"`
	Point   string `json:"point,omitempty"` // the number or address, where the report may show it
	// Preferred ranks the ways that the customer likes, from 1; 0: it has not said so.
	Preferred int `json:"preferred,omitempty"`
	// Permitted says that it may be used for the purpose of the report. The zero value is
	// no.
	Permitted bool   `json:"permitted"`
	Why       string `json:"why,omitempty"` // code of the reason for Permitted
}

// Credit is how a customer stands with the credit department.
type Credit struct {
	Limit     rapport.Money `json:"limit"` // the zero Money: none
	Exposure  rapport.Money `json:"exposure"`
	Available rapport.Money `json:"available"`
	Held      bool          `json:"held"`
	Reasons   []CreditHold  `json:"reasons,omitempty"`
	Unchecked []CreditGap   `json:"unchecked,omitempty"` // what could not be judged
	AgedAt    time.Time     `json:"aged_at,omitzero"`    // date by which overdue invoices were judged; zero: not
	RatesAt   time.Time     `json:"rates_at,omitzero"`   // date of the rates of exchange; zero: none were needed
}

// CreditHold is a reason why nothing more is sold on account.
type CreditHold struct {
	Code     string        `json:"code"`
	Holder   rapport.ID    `json:"holder"` // the customer or the group whose limit it is
	Amount   rapport.Money `json:"amount"` // over the limit, or overdue
	Days     int           `json:"days,omitempty"`
	Text     string        `json:"text,omitempty"`     // why it is blocked
	Released rapport.ID    `json:"released,omitempty"` // the override that lets it pass
}

// CreditGap is something that the credit department could not judge.
type CreditGap struct {
	Code   string     `json:"code"`
	Holder rapport.ID `json:"holder"` // of whom it is not known: the customer, or a group above it
}

// Risk is something that may go wrong with the customer.
type Risk struct {
	Code     string    `json:"code"`
	Evidence string    `json:"evidence,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	Expires  time.Time `json:"expires,omitzero"`
}

// Action is something that should be done, and why.
type Action struct {
	Code    string `json:"code"`
	Channel string `json:"channel,omitempty"`
	Offer   string `json:"offer,omitempty"`
	Service string `json:"service,omitempty"` // level of service
	Why     string `json:"why,omitempty"`     // the host's code of the reason
	Rule    string `json:"rule"`              // the rule that fired
	// Reasons are why it fired: at least one.
	Reasons []Reason `json:"reasons"`
}

// Reason is a condition that held, and what it was answered from.
type Reason struct {
	Condition string `json:"condition"`       // such as "potential>=100"
	Found     string `json:"found,omitempty"` // such as "140"
}

// String returns the condition with what was found: "potential>=100 (140)".
func (r Reason) String() string {
	if r.Found == "" {
		return r.Condition
	}
	return r.Condition + " (" + r.Found + ")"
}

// checkActions refuses actions that nobody could explain.
func checkActions(actions []Action) error {
	for i, a := range actions {
		if a.Code == "" || a.Rule == "" || len(a.Reasons) == 0 {
			return &InputError{Name: fmt.Sprintf("action %d", i), Value: fmt.Sprintf("%q of rule %q for %d reasons", a.Code, a.Rule, len(a.Reasons)), Want: "a code, a rule and a reason"}
		}
	}
	return nil
}
