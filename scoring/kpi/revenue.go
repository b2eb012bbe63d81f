package kpi

import (
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport"
)

// Recurring is the revenue of the customers at the start of a period, and what became
// of it by the end. What new customers bring is no part of it.
type Recurring struct {
	Opening     rapport.Money // of the customers at the start
	Contraction rapport.Money // less from customers who stayed
	Churned     rapport.Money // opening revenue of customers who left
	Expansion   rapport.Money // more from customers who stayed
	Customers   int           // at the start
	New         int           // customers left out because they were not there at the start
	Internal    int           // internal parties left out
}

// RevenueChange is one customer's revenue, in minor units and as a yearly or monthly
// rate, at the start and at the end of a period.
type RevenueChange struct {
	Start, End int64 // 0: no customer then
	Internal   bool  // belongs to the house itself: left out
}

// ReadRecurring adds up the changes of customers. Who had no revenue at the start is new
// and left out; who has none at the end has left. The error is an [*InputError] for a
// negative revenue or a sum beyond 64 bits, a [*rapport.CurrencyError], or that of the rows.
func ReadRecurring(currency rapport.Currency, changes iter.Seq2[RevenueChange, error]) (Recurring, error) {
	var r Recurring
	var opening, contraction, churned, expansion int64
	add := func(sum *int64, amount int64) error {
		if *sum += amount; *sum < 0 {
			return &InputError{Subject: GrossRevenueRetention, Name: "sum", Value: float64(*sum), Reason: "beyond 64 bits of minor units"}
		}
		return nil
	}
	for c, err := range changes {
		switch {
		case err != nil:
			return Recurring{}, fmt.Errorf("kpi: %s: %w", GrossRevenueRetention, err)
		case c.Start < 0 || c.End < 0:
			return Recurring{}, &InputError{Subject: GrossRevenueRetention, Name: "revenue", Value: float64(min(c.Start, c.End)), Reason: "want 0 or more"}
		case c.Internal:
			r.Internal++
			continue
		case c.Start == 0:
			if c.End > 0 {
				r.New++
			}
			continue
		}
		r.Customers++
		err := add(&opening, c.Start)
		switch {
		case err != nil:
		case c.End == 0:
			err = add(&churned, c.Start)
		case c.End < c.Start:
			err = add(&contraction, c.Start-c.End)
		default:
			err = add(&expansion, c.End-c.Start)
		}
		if err != nil {
			return Recurring{}, err
		}
	}
	for _, part := range [...]struct {
		minor int64
		into  *rapport.Money
	}{{opening, &r.Opening}, {contraction, &r.Contraction}, {churned, &r.Churned}, {expansion, &r.Expansion}} {
		var err error
		if *part.into, err = rapport.MoneyFromMinor(part.minor, currency); err != nil {
			return Recurring{}, fmt.Errorf("kpi: %s: %w", GrossRevenueRetention, err)
		}
	}
	return r, nil
}

// GrossRetention is (opening − contraction − churned) / opening: of 100 that shrank by 5
// and lost 8 it is .87. It is from 0 to 1 whatever the expansion. The error is an
// [*InputError] for a negative part and for losses beyond the opening, or a
// [*rapport.CurrencyMismatchError].
func GrossRetention(period rapport.Interval, r Recurring) (Figure, error) {
	return r.figure(GrossRevenueRetention, period, func(kept rapport.Money) (rapport.Money, error) { return kept, nil })
}

// NetRetention is the gross retention with the expansion: 15 more make 1.02 of .87. New
// customers are no part of it. The errors are those of [GrossRetention].
func NetRetention(period rapport.Interval, r Recurring) (Figure, error) {
	return r.figure(NetRevenueRetention, period, r.Expansion.Add)
}

// RevenueChurn is churned / opening, the revenue that left with whole customers: it says
// what the churn of customers does not, whether the large or the small ones leave. The
// errors are those of [GrossRetention].
func RevenueChurn(period rapport.Interval, r Recurring) (Figure, error) {
	return r.figure(RevenueChurnRate, period, func(rapport.Money) (rapport.Money, error) { return r.Churned, nil })
}

// figure makes the share of the opening revenue that numerator picks, given what is kept
// of it.
func (r Recurring) figure(code string, period rapport.Interval, numerator func(kept rapport.Money) (rapport.Money, error)) (Figure, error) {
	if err := checkCounts(code, count{"customers", r.Customers}, count{"new", r.New}, count{"internal", r.Internal}); err != nil {
		return Figure{}, err
	}
	err := checkAmounts(code, amount{"opening", r.Opening}, amount{"contraction", r.Contraction},
		amount{"churned", r.Churned}, amount{"expansion", r.Expansion})
	if err != nil {
		return Figure{}, err
	}
	kept, err := r.Opening.Sub(r.Contraction)
	if err == nil {
		kept, err = kept.Sub(r.Churned)
	}
	if err != nil {
		return Figure{}, fmt.Errorf("kpi: %s: %w", code, err)
	}
	if kept.Sign() < 0 {
		return Figure{}, &InputError{Subject: code, Name: "opening less contraction and churned", Value: major(kept), Reason: "want no losses beyond the opening"}
	}
	num, err := numerator(kept)
	if err != nil {
		return Figure{}, fmt.Errorf("kpi: %s: %w", code, err)
	}
	f := quotient(code, UnitShare, period, major(num), major(r.Opening), r.Customers)
	for _, left := range [...]Excluded{{"new_customers", r.New}, {InternalParties, r.Internal}} {
		if left.N > 0 {
			f = f.Without(left.Code, left.N)
		}
	}
	return f, nil
}

// amount is an amount that must not be negative, with its name.
type amount struct {
	name string
	m    rapport.Money
}

// checkAmounts returns nil for amounts of one currency that are not negative.
func checkAmounts(subject string, amounts ...amount) error {
	var sum rapport.Money
	for _, a := range amounts {
		if a.m.Sign() < 0 {
			return &InputError{Subject: subject, Name: a.name, Value: major(a.m), Reason: "want no negative amount"}
		}
		var err error
		if sum, err = sum.Add(a.m); err != nil {
			return fmt.Errorf("kpi: %s: %s: %w", subject, a.name, err)
		}
	}
	return nil
}

// shareOf makes the figure of a part of an amount. The error is an [*InputError] for a
// negative amount and, with within, for a part beyond the whole; or a
// [*rapport.CurrencyMismatchError].
func shareOf(code string, period rapport.Interval, part, whole amount, within bool, n count) (Figure, error) {
	if err := checkCounts(code, n); err != nil {
		return Figure{}, err
	}
	if err := checkAmounts(code, part, whole); err != nil {
		return Figure{}, err
	}
	if order, err := part.m.Cmp(whole.m); err != nil {
		return Figure{}, fmt.Errorf("kpi: %s: %w", code, err)
	} else if within && order > 0 {
		return Figure{}, &InputError{Subject: code, Name: part.name, Value: major(part.m), Reason: fmt.Sprintf("want up to %s, %v", whole.name, whole.m)}
	}
	return quotient(code, UnitShare, period, major(part.m), major(whole.m), n.n), nil
}
