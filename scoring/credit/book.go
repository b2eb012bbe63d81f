package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Account is one customer of a [Book].
type Account struct {
	Profile  Profile
	Exposure Exposure // the zero value is nothing, as for the head of a group that does not trade
	// Ageing is the state of the receivables; nil where it is not known: then overdue
	// invoices cannot hold, and every [Decision] says so.
	Ageing    *Ageing
	Flags     []Flag     // of this customer
	Approvals []Approval // of overrides
}

// BookOptions are the options of [NewBook]; nil or zero means the defaults.
type BookOptions struct {
	// Policy says when to hold; nil is [DefaultPolicy].
	Policy *Policy
	// Conversion brings amounts to the currency of a limit; nil: another currency is an
	// error.
	Conversion *Conversion
	// Location says whose calendar days a late review is counted in; nil is UTC.
	Location *time.Location
}

// Book holds customers with their limits and exposures. It is immutable and safe to
// share.
type Book struct {
	accounts   []Account
	rows       map[rapport.ID]int
	parent     []int     // -1 for none
	own        [][]total // one exposure, or none
	below      [][]total // of the customer and all below it
	policy     Policy
	conversion *Conversion
	location   *time.Location
}

// total is an exposure in one currency; sums of a group have one for each.
type total = rapport.Money

// NewBook takes the accounts in any order; parents must be among them. Time and memory
// are linear in the accounts. The slices of an account are kept and must not be changed.
//
// The error is a [*RowError] for an account (a profile, an exposure, an ageing, a flag
// or an approval that is invalid, of another customer or, [ErrTwice], given twice), a
// [*ParentError], a [*CycleError], or that of the policy.
func NewBook(accounts []Account, o *BookOptions) (*Book, error) {
	if o == nil {
		o = &BookOptions{}
	}
	b := &Book{accounts: slices.Clone(accounts), rows: make(map[rapport.ID]int, len(accounts)), parent: make([]int, len(accounts)),
		own: make([][]total, len(accounts)), below: make([][]total, len(accounts)), policy: DefaultPolicy()}
	if o.Policy != nil {
		b.policy = *o.Policy
		b.policy.Roles = slices.Clone(b.policy.Roles)
	}
	if err := b.policy.Validate(); err != nil {
		return nil, err
	}
	b.location = o.Location
	if o.Conversion != nil {
		c := *o.Conversion
		b.conversion = &c
	}
	for i := range b.accounts {
		if err := b.take(i); err != nil {
			return nil, &RowError{Row: i, ID: b.accounts[i].Profile.Customer, Err: err}
		}
	}
	for i := range b.accounts {
		p := b.accounts[i].Profile
		b.parent[i] = -1
		if p.Parent == "" {
			continue
		}
		row, ok := b.rows[p.Parent]
		if !ok {
			return nil, &ParentError{p.Customer, p.Parent}
		}
		b.parent[i] = row
	}
	return b, b.consolidate()
}

// take checks one account.
func (b *Book) take(i int) error {
	a := &b.accounts[i]
	id := a.Profile.Customer
	if err := a.Profile.Validate(); err != nil {
		return err
	}
	if _, twice := b.rows[id]; twice {
		return ErrTwice
	}
	b.rows[id] = i
	exposure, err := a.Exposure.Total()
	if err != nil {
		return err
	}
	if exposure.Currency() != 0 {
		b.own[i] = []total{exposure}
	}
	if a.Ageing != nil && a.Ageing.AsOf.IsZero() {
		return &InputError{Name: "as-of date of the ageing", Want: "a time"}
	}
	if err := checkFlags(a.Flags); err != nil {
		return err
	}
	for _, f := range a.Flags {
		if f.Customer != id {
			return &InputError{Name: "customer of a flag", Value: string(f.Customer), Want: string(id)}
		}
	}
	given := make(map[rapport.ID]bool, len(a.Approvals))
	for _, approval := range a.Approvals {
		if err := approval.Validate(); err != nil {
			return err
		}
		if given[approval.Override.ID] {
			return fmt.Errorf("override %q: %w", approval.Override.ID, ErrTwice)
		}
		given[approval.Override.ID] = true
		if of := approval.Decision.Customer; of != id {
			return &InputError{Name: "customer of an approval", Value: string(of), Want: string(id)}
		}
	}
	return nil
}

// consolidate adds exposures up from the leaves; what it cannot reach is in a circle
// or above one.
func (b *Book) consolidate() error {
	children := make([]int, len(b.accounts))
	for _, p := range b.parent {
		if p >= 0 {
			children[p]++
		}
	}
	var ready []int
	for i, n := range children {
		b.below[i] = b.own[i]
		if n == 0 {
			ready = append(ready, i)
		}
	}
	done := 0
	for ; len(ready) > 0; done++ {
		i := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		p := b.parent[i]
		if p < 0 {
			continue
		}
		var err error
		if b.below[p], err = plus(b.below[p], b.below[i]...); err != nil {
			return fmt.Errorf("credit: group %q: %w", b.accounts[p].Profile.Customer, err)
		}
		if children[p]--; children[p] == 0 {
			ready = append(ready, p)
		}
	}
	if done == len(b.accounts) {
		return nil
	}
	return b.cycle(slices.IndexFunc(children, func(n int) bool { return n > 0 }))
}

// cycle walks up from an account in or below a circle.
func (b *Book) cycle(at int) error {
	for range b.accounts { // so many steps lead into the circle
		at = b.parent[at]
	}
	ring := []rapport.ID{b.accounts[at].Profile.Customer}
	for next := b.parent[at]; next != at; next = b.parent[next] {
		ring = append(ring, b.accounts[next].Profile.Customer)
	}
	least := slices.Index(ring, slices.Min(ring))
	ring = append(slices.Clone(ring[least:]), ring[:least]...)
	return &CycleError{append(ring, ring[0])}
}

// plus adds amounts to a sum by currency, which it does not change; the currencies are
// in the order of their codes.
func plus(sum []total, amounts ...total) ([]total, error) {
	sum = slices.Clone(sum)
	for _, m := range amounts {
		at, found := slices.BinarySearchFunc(sum, m.Currency(), func(s total, c rapport.Currency) int { return int(s.Currency()) - int(c) })
		if !found {
			sum = slices.Insert(sum, at, m)
			continue
		}
		var err error
		if sum[at], err = sum[at].Add(m); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// in converts a sum by currency.
func (b *Book) in(sum []total, currency rapport.Currency) (rapport.Money, error) {
	all, err := rapport.MoneyFromMinor(0, currency)
	for _, m := range sum {
		if err != nil {
			break
		}
		var part rapport.Money
		if part, err = b.conversion.to(m, currency); err == nil {
			all, err = all.Add(part)
		}
	}
	return all, err
}

// Exposure returns the consolidated exposure of a customer and all below it, in a
// currency: amounts are added exactly by currency and then converted once each. A
// balance in favour of one of them takes from what the others owe. The
// error wraps [ErrUnknownCustomer], or is that of the currency or the conversion.
func (b *Book) Exposure(customer rapport.ID, currency rapport.Currency) (rapport.Money, error) {
	row, ok := b.rows[customer]
	if !ok {
		return rapport.Money{}, fmt.Errorf("credit: %q: %w", customer, ErrUnknownCustomer)
	}
	return b.in(b.below[row], currency)
}
