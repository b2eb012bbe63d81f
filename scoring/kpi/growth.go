package kpi

import (
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport"
)

// CountBase counts the customers that the figures of a period are of: of 10 parties, 2
// of them internal, 8, with the 2 among the excluded. Rows say of each party whether it
// is internal; an error of theirs ends the count.
func CountBase(period rapport.Interval, parties iter.Seq2[bool, error]) (Figure, error) {
	customers, internal := 0, 0
	for isInternal, err := range parties {
		switch {
		case err != nil:
			return Figure{}, fmt.Errorf("kpi: %s: %w", CustomerBase, err)
		case isInternal:
			internal++
		default:
			customers++
		}
	}
	return number(CustomerBase, period, customers, customers+internal).Without(InternalParties, internal), nil
}

// number makes the figure of a count, from n observations.
func number(code string, period rapport.Interval, value, n int) Figure {
	f := Figure{Code: code, Unit: UnitCount, Period: period, N: n}
	if n > 0 {
		f.Estimate = rapport.Estimate{Value: float64(value), N: n}
	}
	return f
}

// CustomerGrowth is (end − start) / start: from 1 000 customers to 1 150 it is .15. The
// error is an [*InputError] for a negative count.
func CustomerGrowth(period rapport.Interval, start, end int) (Figure, error) {
	return countGrowth(CustomerGrowthRate, period, start, end)
}

// OpportunityGrowth is (after − before) / before of the opportunities in two periods of
// equal length: from 1 515 to 2 500 it is .65. The error is an [*InputError] for a
// negative count.
func OpportunityGrowth(period rapport.Interval, before, after int) (Figure, error) {
	return countGrowth(OpportunityGrowthRate, period, before, after)
}

func countGrowth(code string, period rapport.Interval, before, after int) (Figure, error) {
	if err := checkCounts(code, count{"before", before}, count{"after", after}); err != nil {
		return Figure{}, err
	}
	return quotient(code, UnitGrowth, period, float64(after)-float64(before), float64(before), before), nil
}

// ContributionGrowth is (after − before) / before of the profit contribution of existing
// customers in two periods of equal length: from 2.00 M to 3.30 M it is .65. It has no
// value if the contribution before was not above zero: growth from a loss means nothing.
// customer.GrowthOf adds up the two amounts from transactions.
// The error is a [*rapport.CurrencyMismatchError], or an [*InputError] for a negative
// number of customers.
func ContributionGrowth(period rapport.Interval, before, after rapport.Money, customers int) (Figure, error) {
	if err := checkCounts(ContributionGrowthRate, count{"customers", customers}); err != nil {
		return Figure{}, err
	}
	change, err := after.Sub(before)
	if err != nil {
		return Figure{}, fmt.Errorf("kpi: %s: %w", ContributionGrowthRate, err)
	}
	return quotient(ContributionGrowthRate, UnitGrowth, period, major(change), max(major(before), 0), customers), nil
}

// Balance is a base of customers with its comings and goings in a period.
type Balance struct {
	Start   int // customers at the start
	New     int
	WonBack int // had been lost before the period
	Lost    int
	End     int // customers at the end, counted on its own
}

// BalanceError reports comings and goings that do not lead from the start to the end.
type BalanceError struct {
	Balance Balance
	Gap     int // what is missing from the end: End − (Start + New + WonBack − Lost)
}

// Error gives all numbers of the balance.
func (e *BalanceError) Error() string {
	b := e.Balance
	return fmt.Sprintf("kpi: %s: start %d + new %d + won back %d - lost %d is not the end %d: gap %d",
		NetCustomerAdds, b.Start, b.New, b.WonBack, b.Lost, b.End, e.Gap)
}

// NetAdds is new + won back − lost, reconciled with the two ends. The error is a
// [*BalanceError] if it does not lead from the start to the end, or an [*InputError] for
// a negative count.
func NetAdds(period rapport.Interval, b Balance) (Figure, error) {
	err := checkCounts(NetCustomerAdds, count{"start", b.Start}, count{"new", b.New},
		count{"won back", b.WonBack}, count{"lost", b.Lost}, count{"end", b.End})
	if err != nil {
		return Figure{}, err
	}
	net := b.New + b.WonBack - b.Lost
	if gap := b.End - (b.Start + net); gap != 0 {
		return Figure{}, &BalanceError{Balance: b, Gap: gap}
	}
	return number(NetCustomerAdds, period, net, b.Start+b.New+b.WonBack), nil
}
