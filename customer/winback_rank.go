package customer

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// LostCustomer is a customer that left or is leaving, with what is known of winning
// it back.
type LostCustomer struct {
	Customer rapport.ID
	Cause    string // the host's code of why it left, up to 128 bytes; "": not known
	// Satisfaction is the last that it stated, on a scale from 0 to 100; nil: none.
	Satisfaction *float64
	// Chance is the probability that the measure wins it back, 0 to 1.
	Chance float64
	// SecondValue is its lifetime value from its return on (CLV₂), seen from today.
	SecondValue rapport.Money
	// Cost is that of the measure, spent whether it succeeds or not; not negative.
	Cost rapport.Money
}

// WinBackReason says why a lost customer is a candidate, or why it is not: a stable
// code.
type WinBackReason string

// The reasons.
const (
	WinBackWorthwhile   WinBackReason = "worthwhile"    // the net value is above 0: a candidate
	WinBackNotPositive  WinBackReason = "not-positive"  // it is 0 or below
	WinBackNotPermitted WinBackReason = "not-permitted" // the customer may not be contacted
)

// WinBackCandidate is a lost customer with its judgement.
type WinBackCandidate struct {
	LostCustomer
	// Net is the second-lifetime value of the attempt, Chance·SecondValue − Cost. The
	// product, with the chance as its shortest decimal, is rounded half-even to the
	// minor unit.
	Net    rapport.Money
	Reason WinBackReason
	// Denied is the code that the permission function gave for a refusal.
	Denied string
}

// WinBackList divides lost customers into those to win back and those to leave, each
// ranked by Net descending, then by id ascending.
type WinBackList struct {
	Candidates, Excluded []WinBackCandidate
}

// WinBackError reports a lost customer or a case that cannot be used.
type WinBackError struct {
	Customer rapport.ID
	Field    string // in Go spelling, such as "Chance"
	Err      error  // what is wrong with it
}

// Error names the customer, the field and what is wrong.
func (e *WinBackError) Error() string {
	return fmt.Sprintf("customer: win-back of %q: %s: %v", e.Customer, e.Field, e.Err)
}

// Unwrap returns what is wrong.
func (e *WinBackError) Unwrap() error { return e.Err }

// RankWinBack ranks lost customers by second-lifetime value. (B. Stauss and C.
// Friege, Regaining Service Customers, Journal of Service Research 1(4), 1999.)
// Excluded are those whose net value is not positive and those that permitted
// refuses: it says whether a customer may be contacted for this, and else a code
// why not; the refusal is said first where both hold.
//
// All amounts are of one currency. The error is [ErrNoPermission] if permitted is nil,
// or a [*WinBackError], which wraps [ErrWinBackRange], [ErrWinBackTwice], the
// [*rapport.IDError] of a customer or the error of an amount.
func RankWinBack(lost []LostCustomer, permitted func(customer rapport.ID) (allowed bool, denied string)) (WinBackList, error) {
	if permitted == nil {
		return WinBackList{}, ErrNoPermission
	}
	judged := make([]WinBackCandidate, len(lost))
	seen := make(map[rapport.ID]bool, len(lost))
	for i, c := range lost {
		net, err := c.net()
		if err == nil && seen[c.Customer] {
			err = c.wrong("Customer", ErrWinBackTwice)
		}
		if err == nil && i > 0 && net.Currency() != judged[0].Net.Currency() {
			err = c.wrong("SecondValue", &rapport.CurrencyMismatchError{Left: judged[0].Net.Currency(), Right: net.Currency()})
		}
		if err != nil {
			return WinBackList{}, err
		}
		seen[c.Customer] = true
		judged[i] = WinBackCandidate{LostCustomer: c, Net: net, Reason: WinBackWorthwhile}
		if allowed, denied := permitted(c.Customer); !allowed {
			judged[i].Reason, judged[i].Denied = WinBackNotPermitted, denied
		} else if net.Sign() <= 0 {
			judged[i].Reason = WinBackNotPositive
		}
	}
	slices.SortFunc(judged, func(a, b WinBackCandidate) int {
		return cmp.Or(b.Net.Amount().Cmp(a.Net.Amount()), cmp.Compare(a.Customer, b.Customer))
	})
	var list WinBackList
	for _, c := range judged {
		if c.Reason == WinBackWorthwhile {
			list.Candidates = append(list.Candidates, c)
		} else {
			list.Excluded = append(list.Excluded, c)
		}
	}
	return list, nil
}

func (c *LostCustomer) wrong(field string, err error) error {
	return &WinBackError{Customer: c.Customer, Field: field, Err: err}
}

// net returns Chance·SecondValue − Cost after checking the row.
func (c *LostCustomer) net() (rapport.Money, error) {
	if err := c.Customer.Validate(); err != nil {
		return rapport.Money{}, c.wrong("Customer", err)
	}
	if !isShare(c.Chance) {
		return rapport.Money{}, c.wrong("Chance", ErrWinBackRange)
	}
	if !isSatisfaction(c.Satisfaction) {
		return rapport.Money{}, c.wrong("Satisfaction", ErrWinBackRange)
	}
	var amounts checker
	if !amounts.money("SecondValue", c.SecondValue) || !amounts.money("Cost", c.Cost) || c.Cost.Sign() < 0 {
		field := "Cost"
		if amounts.problems != nil {
			field = amounts.problems[0].Field
		}
		return rapport.Money{}, c.wrong(field, ErrWinBackRange)
	}
	expected, err := c.SecondValue.Mul(decimal.NewFromFloat(c.Chance))
	if err != nil {
		return rapport.Money{}, c.wrong("SecondValue", err)
	}
	net, err := expected.Round(rapport.RoundHalfEven).Sub(c.Cost)
	if err != nil {
		return rapport.Money{}, c.wrong("Cost", err)
	}
	return net, nil
}

func isShare(p float64) bool { return p >= 0 && p <= 1 }

func isSatisfaction(s *float64) bool { return s == nil || *s >= 0 && *s <= 100 }
