package kpi

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// FirstContactResolution is the cases resolved at the first contact, of those closed in
// the period. The error of this function and of those below is an [*InputError] for a
// negative count and for a part beyond the whole.
func FirstContactResolution(period rapport.Interval, atFirst, closed int) (Figure, error) {
	return rateOf(FirstContactRate, period, count{"at first contact", atFirst}, count{"closed", closed})
}

// LostCalls is the calls that nobody answered, of those offered: 30 of 1 000 are .03.
func LostCalls(period rapport.Interval, lost, offered int) (Figure, error) {
	return rateOf(LostCallRate, period, count{"lost", lost}, count{"offered", offered})
}

// ServiceLevel is the calls answered within the limit, of those offered: 820 of 1 000 are
// .82. Calls that were lost stay in the denominator: over answered calls alone a queue
// that gives up on its callers looks good.
func ServiceLevel(period rapport.Interval, inTime, offered int) (Figure, error) {
	return rateOf(ServiceLevelRate, period, count{"answered in time", inTime}, count{"offered", offered})
}

// SLAKept is the cases settled within their agreed limit, of those whose limit fell due in
// the period, settled or not: 75 of 100 are .75.
func SLAKept(period rapport.Interval, within, due int) (Figure, error) {
	return rateOf(SLAKeptRate, period, count{"within limit", within}, count{"due", due})
}

// PromisesKept is the promises kept in time, of those that fell due in the period, kept or
// not: 9 of 10 are .90.
func PromisesKept(period rapport.Interval, kept, due int) (Figure, error) {
	return rateOf(PromiseKeptRate, period, count{"kept", kept}, count{"due", due})
}

// DataQuality is the values found right, of those checked. Package customer/quality
// measures what is checked.
func DataQuality(period rapport.Interval, right, checked int) (Figure, error) {
	return rateOf(DataQualityRate, period, count{"right", right}, count{"checked", checked})
}

// Deflection is the requests that customers settled by themselves, of all requests: 200
// of 1 000 are .20. customer.DeflectionOf counts them.
func Deflection(period rapport.Interval, settled, requests int) (Figure, error) {
	return rateOf(DeflectionRate, period, count{"settled", settled}, count{"requests", requests})
}

// UnitServiceCost is the cost of service over its cases: 50 000 for 2 500 are 20. A cost
// without a currency is not known, and the figure has no value then; nothing is 0 of a
// currency. The error is an [*InputError] for a negative cost or count.
func UnitServiceCost(period rapport.Interval, cost rapport.Money, cases int) (Figure, error) {
	return unitCost(ServiceUnitCost, period, cost, count{"cases", cases})
}

// unitCost makes the figure of a cost for each of n things: Amount has it exactly, to
// four digits below the minor unit, Ratio the cost in major units over the number.
func unitCost(code string, period rapport.Interval, cost rapport.Money, of count) (Figure, error) {
	if err := checkCounts(code, of); err != nil {
		return Figure{}, err
	}
	if err := checkAmounts(code, amount{"cost", cost}); err != nil {
		return Figure{}, err
	}
	if cost.Currency() == 0 {
		return Figure{Code: code, Unit: UnitMoney, Period: period}, nil
	}
	f := quotient(code, UnitMoney, period, major(cost), float64(of.n), of.n)
	if of.n == 0 {
		return f, nil
	}
	var err error
	f.Amount, err = dividedBy(cost, decimal.NewFromInt(int64(of.n)), unitDigits)
	return f, err
}
