package credit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Decide judges a new order of a customer on the date asOf. An order of nothing asks
// how the customer stands. All reasons are given; what is held for an order is held for
// every larger one.
//
// The error wraps [ErrUnknownCustomer], is an [*InputError] for a negative order, asOf
// or an ageing of later than it, or is that of a conversion.
func (b *Book) Decide(customer rapport.ID, order rapport.Money, asOf time.Time) (Decision, error) {
	row, ok := b.rows[customer]
	switch {
	case !ok:
		return Decision{}, fmt.Errorf("credit: %q: %w", customer, ErrUnknownCustomer)
	case order.Sign() < 0:
		return Decision{}, &InputError{Name: "order", Value: order.String(), Want: "an amount that is not negative"}
	case asOf.IsZero():
		return Decision{}, &InputError{Name: "as-of date", Want: "a time"}
	}
	j := judgement{book: b, Decision: Decision{Customer: customer, AsOf: asOf, Order: order, Limit: b.accounts[row].Profile.Limit}}
	var err error
	if j.Exposure, err = j.exposed(row, b.own[row], j.Limit.Currency()); err != nil {
		return Decision{}, fmt.Errorf("credit: customer %q: %w", customer, err)
	}
	for at := row; at >= 0; at = b.parent[at] {
		if err := j.holder(at, at == row); err != nil {
			return Decision{}, fmt.Errorf("credit: customer %q: %q: %w", customer, b.accounts[at].Profile.Customer, err)
		}
	}
	if !j.limited {
		j.add(Reason{Code: NoLimit, Holder: customer, Exposure: j.Exposure})
	}
	if err := j.conduct(&b.accounts[row]); err != nil {
		return Decision{}, err
	}
	slices.SortStableFunc(j.Reasons, func(x, y Reason) int { return cmp.Compare(rank(x.Code), rank(y.Code)) })
	for i := range j.Reasons {
		for k := range b.accounts[row].Approvals {
			if a := &b.accounts[row].Approvals[k]; j.Reasons[i].Released == "" && a.releases(&j.Decision, &j.Reasons[i], b.policy.Roles) {
				j.Reasons[i].Released = a.Override.ID
			}
		}
	}
	return j.Decision, nil
}

// Permit returns nil if the order may go through, a [*HoldError] if it is held, and
// the error of [Book.Decide] if that cannot be said. It is made for the guards of a
// process: a deal is not won while it returns an error.
func (b *Book) Permit(customer rapport.ID, order rapport.Money, at time.Time) error {
	d, err := b.Decide(customer, order, at)
	if err != nil {
		return err
	}
	return d.Err()
}

// judgement is a decision in the making.
type judgement struct {
	book *Book
	Decision
	limited bool // some limit binds
}

func (j *judgement) add(r Reason) { j.Reasons = append(j.Reasons, r) }

// to converts an amount.
func (j *judgement) to(m rapport.Money, currency rapport.Currency) (rapport.Money, error) {
	j.state(m, currency)
	return j.book.conversion.to(m, currency)
}

// state keeps that an amount has to be converted, and by the rates of which date.
func (j *judgement) state(m rapport.Money, currency rapport.Currency) {
	if c := m.Currency(); c != 0 && c != currency && j.book.conversion != nil {
		j.RatesAt = j.book.conversion.At
	}
}

// exposed returns an exposure with the order, in the currency asked for or, where that
// is none, the first that is known.
func (j *judgement) exposed(row int, sum []total, currency rapport.Currency) (rapport.Money, error) {
	if currency == 0 {
		currency = j.book.accounts[row].Profile.Limit.Currency()
	}
	if currency == 0 && len(sum) > 0 {
		currency = sum[0].Currency()
	}
	currency = cmp.Or(currency, j.Order.Currency())
	if currency == 0 {
		return rapport.Money{}, nil
	}
	for _, m := range sum {
		j.state(m, currency)
	}
	exposure, err := j.book.in(sum, currency)
	if err != nil {
		return rapport.Money{}, err
	}
	order, err := j.to(j.Order, currency)
	if err != nil {
		return rapport.Money{}, err
	}
	return exposure.Add(order)
}

// holder judges the limits and the profile of the customer itself or of a group above.
func (j *judgement) holder(row int, itself bool) error {
	p := &j.book.accounts[row].Profile
	exposure := j.Exposure
	if itself {
		if err := j.limit(OverLimit, p.Customer, p.Limit, exposure); err != nil {
			return err
		}
	}
	group := p.GroupLimit.Currency() != 0
	if !itself && !group && p.Limit.Currency() != 0 {
		j.Unchecked = append(j.Unchecked, Gap{NoGroupLimit, p.Customer})
	}
	if group || !itself && p.Blocked != "" {
		consolidated, err := j.exposed(row, j.book.below[row], p.GroupLimit.Currency())
		if err != nil {
			return err
		}
		if group {
			if err := j.limit(OverGroupLimit, p.Customer, p.GroupLimit, consolidated); err != nil {
				return err
			}
		}
		if !itself {
			exposure = consolidated
		}
	}
	if p.Blocked != "" {
		j.add(Reason{Code: Blocked, Holder: p.Customer, Exposure: exposure, Text: p.Blocked})
	}
	if !itself && !group {
		return nil // nothing was granted to the group that could lapse
	}
	if !p.Valid.Contains(j.AsOf) {
		j.add(Reason{Code: NotValid, Holder: p.Customer, Exposure: exposure})
	}
	if late := j.late(p); late > j.book.policy.ReviewGrace {
		j.add(Reason{Code: ReviewExpired, Holder: p.Customer, Exposure: exposure, Days: late})
	}
	return nil
}

// limit judges one limit, which binds if it is one.
func (j *judgement) limit(code ReasonCode, holder rapport.ID, limit, exposure rapport.Money) error {
	if limit.Currency() == 0 {
		return nil
	}
	over, err := exposure.Sub(limit)
	if err != nil {
		return err
	}
	if over.Sign() > 0 {
		j.add(Reason{Code: code, Holder: holder, Exposure: exposure, Limit: limit, Amount: over})
	}
	order, err := j.to(j.Order, limit.Currency())
	if err != nil {
		return err
	}
	available, err := order.Sub(over)
	if err != nil {
		return err
	}
	if available, err = j.to(available, cmp.Or(j.Exposure.Currency(), j.Available.Currency(), limit.Currency())); err != nil {
		return err
	}
	less, err := available.Cmp(j.Available)
	if err != nil {
		return err
	}
	if !j.limited || less < 0 {
		j.Available, j.limited = available, true
	}
	return nil
}

// late returns by how many days a review is late.
func (j *judgement) late(p *Profile) int {
	if p.Review.IsZero() {
		return 0
	}
	return max(0, days(p.Review, j.AsOf, j.book.location))
}

// conduct judges how the customer pays and behaves.
func (j *judgement) conduct(a *Account) error {
	switch {
	case a.Ageing == nil:
		j.Unchecked = append(j.Unchecked, Gap{Overdue, a.Profile.Customer})
	case days(j.AsOf, a.Ageing.AsOf, j.book.location) > 0:
		return &InputError{Name: "ageing", Value: a.Ageing.AsOf.Format(time.DateOnly), Want: "one up to the as-of date " + j.AsOf.Format(time.DateOnly)}
	default:
		j.AgedAt = a.Ageing.AsOf
		amount, longest, err := a.Ageing.Overdue(j.book.policy.OverdueDays)
		if err != nil {
			return err
		}
		above, err := j.above(amount)
		if err != nil {
			return fmt.Errorf("credit: customer %q: overdue: %w", a.Profile.Customer, err)
		}
		if above {
			j.add(Reason{Code: Overdue, Holder: a.Profile.Customer, Exposure: j.Exposure, Amount: amount, Days: longest})
		}
	}
	var active []rapport.ID
	for _, f := range a.Flags {
		if f.Active(j.AsOf) {
			active = append(active, f.ID)
		}
	}
	if n := j.book.policy.Flags; n > 0 && len(active) >= n {
		slices.Sort(active)
		j.add(Reason{Code: RiskFlags, Holder: a.Profile.Customer, Exposure: j.Exposure, Flags: active})
	}
	return nil
}

// above tells whether an overdue amount is above what the policy lets pass.
func (j *judgement) above(amount rapport.Money) (bool, error) {
	if amount.Sign() <= 0 || j.book.policy.OverdueAbove.Currency() == 0 {
		return amount.Sign() > 0, nil
	}
	amount, err := j.to(amount, j.book.policy.OverdueAbove.Currency())
	if err != nil {
		return false, err
	}
	over, err := amount.Cmp(j.book.policy.OverdueAbove)
	return over > 0, err
}

// rank is the place of a code in the list of reasons.
func rank(c ReasonCode) int {
	return slices.Index([]ReasonCode{OverLimit, OverGroupLimit, NoLimit, Blocked, NotValid, ReviewExpired, Overdue, RiskFlags}, c)
}
